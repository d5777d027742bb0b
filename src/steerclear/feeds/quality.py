"""Quality codes to errors, from `data/quality.toml`; NaN where a code says nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from steerclear.feeds.batch import Floats

SIGMA_TO_95_CIRCULAR: Final = 2.4477
"""Radius that holds 95 % of a circular normal distribution, in its standard deviations: sqrt(−2 ln 0.05)."""
SIGMA_TO_95_LINEAR: Final = 1.96


@lru_cache(maxsize=1)
def table() -> Mapping[str, Mapping[str, float]]:
    """The tables of the file by name."""
    text = files("steerclear.feeds").joinpath("data/quality.toml").read_text("utf-8")
    made: Mapping[str, Mapping[str, float]] = tomllib.loads(text)
    return made


def error_of(name: str, codes: Any) -> Floats:
    """Error of each code (float array, NaN where not stated) by the table `name`, whose keys are small
    integers.
    """
    made: Floats = _row(name)[_index(codes)]
    return made


@lru_cache(maxsize=16)
def _row(name: str) -> Floats:
    row = np.full(17, np.nan)
    for code, error in table()[name].items():
        row[int(code)] = error
    return row


def _index(codes: Any) -> Any:
    """0 to 15 as they are, everything else 16, where every table says NaN."""
    given = np.asarray(codes, np.float64)
    good = (given >= 0) & (given <= 15)
    return np.where(good, np.nan_to_num(given, nan=0.0, posinf=0.0, neginf=0.0), 16).astype(np.intp)
