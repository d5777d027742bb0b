"""Known pairs, row by row: what `pairs` computes of the pairs that it finds, for pairs that somebody names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steerclear.kernels import exact
from steerclear.kernels.movers import Floats, Movers
from steerclear.kernels.sweep import usable, vectors


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """One row a pair; figures as in `Pairs`, the four intervals NaN where no separation is lost in [0, ahead].

    `least_m`/`t_least_s`: the least horizontal distance within [0, ahead], and when; `ss`, `sv`, `vv`: |s|², s·v, |v|²
    of the horizontal relative state in m and s; `low_m`/`high_m` bound the vertical distance sz (second above first),
    `low_mps`/`high_mps` its rate. `judged`: False where a figure is missing or impossible; everything is NaN there.
    """

    t_in_s: Floats
    t_out_s: Floats
    nominal_in_s: Floats
    nominal_out_s: Floats
    t_cpa_s: Floats
    range_m: Floats
    hmd_m: Floats
    vmd_m: Floats
    t_least_s: Floats
    least_m: Floats
    ss: Floats
    sv: Floats
    vv: Floats
    low_m: Floats
    high_m: Floats
    low_mps: Floats
    high_mps: Floats
    judged: NDArray[np.bool_]


def pairwise(
    a: Movers, b: Movers, horizontal_m: Any, vertical_m: Any, ahead_s: Any, z: float = 0.0
) -> Geometry:
    """The first of `a` with the first of `b`, and so on, both at one instant; minima and look-ahead a row or one for
    all, as `Minima` means them. Groups are not looked at. Raises `ValueError` where lengths differ."""
    n = len(a)
    if len(b) != n:
        raise ValueError("pairwise: as many in a as in b")
    judged = usable(a, 2**31) & usable(b, 2**31)
    one, two = vectors(a), vectors(b)
    asked, high, ahead = (
        np.ascontiguousarray(np.broadcast_to(np.asarray(one, np.float64), (n,)))
        for one in (horizontal_m, vertical_m, ahead_s)
    )
    with np.errstate(invalid="ignore"):
        flat = exact.flat_of(one.state, two.state, one.height, two.height)
        grown, growth = exact.inflation_of(z, one.sigma, two.sigma)
        lost = exact.loss(flat, asked, np.rint(high * 1e4), grown, growth)
        figures = exact.figures(flat, lost, asked, ahead)
        figures[~lost.within(ahead), :4] = np.nan
        t_least = np.minimum(figures[:, 4], ahead)
        least = np.sqrt(np.maximum(flat.ss + t_least * (2 * flat.sv + t_least * flat.vv), 0.0))
        rest = [t_least, least, flat.ss, flat.sv, flat.vv]
        rest += [x / 1e4 for x in (flat.low, flat.high, flat.low_rate, flat.high_rate)]
    columns = [np.where(judged, column, np.nan) for column in (*figures.T, *rest)]
    return Geometry(**dict(zip(Geometry.__slots__, [*columns, judged], strict=True)))
