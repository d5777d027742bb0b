"""What a source calls a thing, as speech's mover class; from `data/classes.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from steerclear.feeds.codes import MOVER


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, str]]:
    text = files("steerclear.feeds").joinpath("data/classes.toml").read_text("utf-8")
    made: Mapping[str, Mapping[str, str]] = tomllib.loads(text)
    return made


@lru_cache(maxsize=16)
def movers(name: str) -> Mapping[str, int]:
    """Code of the source → code of `codes.MOVERS`; what is not in it is 0."""
    return {code: MOVER[mover] for code, mover in _tables()[name].items()}
