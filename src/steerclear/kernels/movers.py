"""What goes in and what comes out: structures of arrays, one row a mover or a pair."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Movers:
    """States of n movers at one common instant (extrapolate to it first), every array of shape (n,).

    Latitude and longitude WGS84; `alt_low_m`/`alt_high_m` bound the altitude above the ellipsoid (−inf and +inf: the
    whole column); velocity east and north over the ground; `vu_low_mps`/`vu_high_mps` bound the vertical rate;
    `sigma_pos_m` and `sigma_vel_mps` are horizontal standard deviations; `group` is the row of the minima tables.
    """

    lat_deg: Floats
    lon_deg: Floats
    alt_low_m: Floats
    alt_high_m: Floats
    ve_mps: Floats
    vn_mps: Floats
    vu_low_mps: Floats
    vu_high_mps: Floats
    sigma_pos_m: Floats
    sigma_vel_mps: Floats
    group: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.lat_deg)

    def rows(self, rows: Any) -> Movers:
        """These rows alone, in this order; one may stand there more than once."""
        return Movers(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    @classmethod
    def of(cls, lat_deg: Any, lon_deg: Any, **given: Any) -> Movers:
        """From whatever numpy takes; a scalar holds for all, and what is not given is zero (altitude: unknown).

        Raises `ValueError` where lengths differ.
        """
        n = np.size(lat_deg)
        plain = {"alt_low_m": -np.inf, "alt_high_m": np.inf} | given
        made: dict[str, Any] = {"lat_deg": lat_deg, "lon_deg": lon_deg}
        for field in fields(cls)[2:]:
            made[field.name] = plain.pop(field.name, 0)
        if plain:
            raise ValueError(f"movers: no field {', '.join(plain)}")
        kinds = {name: np.int32 if name == "group" else np.float64 for name in made}
        return cls(
            **{
                name: np.ascontiguousarray(np.broadcast_to(np.asarray(one, kinds[name]), (n,)))
                for name, one in made.items()
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class Minima:
    """What each pair of groups asks: symmetric (g, g) tables. Loss is |s| < `horizontal_m` and |sz| < `vertical_m`,
    strictly, at an instant of [0, `look_ahead_s`]; a vertical minimum of +inf asks nothing of altitude, a horizontal
    one of 0 is never lost. The horizontal minimum is inflated by `z`·σ_pos + `z`·σ_vel·t, σ those of both movers,
    added as independent (root of the sum of squares).
    """

    horizontal_m: Floats
    vertical_m: Floats
    look_ahead_s: Floats
    z: float = 0.0

    @classmethod
    def one(cls, horizontal_m: float, vertical_m: float, look_ahead_s: float, z: float = 0.0) -> Minima:
        """The same for all: a single group."""
        return cls(np.array([[horizontal_m]]), np.array([[vertical_m]]), np.array([[look_ahead_s]]), z)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs found, ordered by (i, j), i < j, each array of shape (k,).

    `t_in_s`/`t_out_s`: the loss interval on the inflated minima (the worst case), cut to the look-ahead;
    `nominal_in_s`/`nominal_out_s`: on the bare minima, NaN where there is no loss without the uncertainty;
    `t_cpa_s`: horizontal closest point of approach, max(0, −(s·v)/|v|²), 0 without relative velocity; `range_m`: the
    horizontal distance now; `hmd_m`: horizontal distance at t_cpa; `vmd_m`: the least vertical distance that the two
    altitude intervals allow at t_cpa. `unjudged`: indices of movers that could not be judged at all.
    """

    i: Ints
    j: Ints
    t_in_s: Floats
    t_out_s: Floats
    nominal_in_s: Floats
    nominal_out_s: Floats
    t_cpa_s: Floats
    range_m: Floats
    hmd_m: Floats
    vmd_m: Floats
    unjudged: Ints

    def __len__(self) -> int:
        return len(self.i)
