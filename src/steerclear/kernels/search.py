"""`pairs`: prepares, searches with whichever twin there is, and names what comes out."""

from __future__ import annotations

from typing import Literal

import numpy as np

from steerclear.kernels import native, reference
from steerclear.kernels.movers import Minima, Movers, Pairs
from steerclear.kernels.sweep import prepare

Twin = Literal["c", "numpy"]


def twin() -> Twin:
    """Which search `pairs` uses here: `c` where the compiled twin was built and loads, else `numpy`."""
    return "c" if native.there() else "numpy"


def pairs(movers: Movers, minima: Minima, *, use: Twin | None = None) -> Pairs:
    """Every pair of movers whose loss interval meets the look-ahead of its groups, exactly once, i < j, ordered.

    `use` asks for one of the twins; both answer the same. Raises `ValueError` where arrays do not fit together, the
    minima make no sense, or the compiled twin is asked for and not there.
    """
    prepared, unjudged = prepare(movers, minima)
    find = {"c": native.find, "numpy": reference.find}[use or twin()]
    i, j, figures = find(prepared)
    made = [prepared.use[i], prepared.use[j], *np.ascontiguousarray(figures.T), unjudged]
    return Pairs(**dict(zip(Pairs.__slots__, made, strict=True)))
