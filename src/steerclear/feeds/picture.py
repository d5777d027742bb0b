"""`Picture`: one row a mover at an instant, for the kernels and for the map.

Of a mover that several sources see, the row of a `shared` fresh state is taken before a `local` one, a
fresh one before an aged one, then the newest, then that of the source named first: what is alerted on is what
the other side can compute too, where it can. So no mover is ever paired with itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steerclear.feeds.batch import COLUMNS, Batch, Codes, Flags, Floats, Instants
from steerclear.feeds.codes import TRUST
from steerclear.feeds.pressure import EARTH_M


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Rows ascend by `mover_no`, which stays the same for a mover as long as it is known."""

    now_ms: int
    state: Batch
    """The state of each row as its source gave it, at its own `at_ms`."""
    mover_no: Instants
    source: npt.NDArray[np.int16]
    """Index into `sources`."""
    trust: Codes
    """codes.TRUSTS: `shared` only where the source is and the mover itself transmitted the position."""
    age_ms: Instants
    """now − at_ms, never below 0."""
    fresh: Flags
    """Came in time and is no older than the terms allow its class. What is not fresh is shown with its age and never
    alerted on.
    """
    ve_mps: Floats
    vn_mps: Floats
    v_error_mps: Floats
    """As given; where a source gives no velocity, from its last two positions; NaN where there is one
    only.
    """
    derived: Flags
    """The velocity is from two positions."""
    sources: tuple[str, ...]
    heard: tuple[int, ...]
    """Of how many movers each source has a fresh state, also where another's is taken."""

    def __len__(self) -> int:
        return len(self.mover_no)

    @property
    def shared(self) -> Flags:
        """Rows whose trust is `shared`."""
        return np.asarray(self.trust == TRUST["shared"])

    @property
    def all_shared(self) -> bool:
        """Whether nothing here that is judged came from a local feed."""
        return not bool((self.fresh & ~self.shared).any())


def picture_of(
    columns: Mapping[str, Any],
    used: int,
    sources: Sequence[str],
    now_ms: int,
    fresh_ms: Instants,
    *,
    shared_alone: bool = False,
) -> Picture:
    """The picture of the first `used` rows of a store's columns (tracks.py). `fresh_ms` by class: a row that is aged by
    its own class hides no fresh one of the same mover. `shared_alone`: as if no local state had ever come."""
    held = columns["live"][:used]
    live = np.flatnonzero(held & (columns["trust"][:used] == TRUST["shared"]) if shared_alone else held)
    at = columns["at_ms"][live]
    fresh = (at >= now_ms - fresh_ms[columns["mover"][live]]) & ~columns["late"][live]
    shared = columns["trust"][live] == TRUST["shared"]
    later = -columns["table"][live]
    order = np.lexsort((later, at, shared & fresh, fresh, columns["mover_no"][live]))
    mover = columns["mover_no"][live][order]
    last = np.concatenate([mover[1:] != mover[:-1], np.ones(min(len(mover), 1), np.bool_)])
    rows = order[last]
    slots = live[rows]
    state = Batch(**{name: columns[name][slots] for name in COLUMNS})
    ve, vn, error, derived = _velocity(columns, slots, state)
    return Picture(
        now_ms=now_ms,
        state=state,
        mover_no=columns["mover_no"][slots],
        source=columns["source"][slots],
        trust=columns["trust"][slots],
        age_ms=np.maximum(now_ms - at[rows], 0),
        fresh=fresh[rows],
        ve_mps=ve,
        vn_mps=vn,
        v_error_mps=error,
        derived=derived,
        sources=tuple(sources),
        heard=_heard(columns, live[fresh], len(sources)),
    )


def _heard(columns: Mapping[str, Any], slots: Any, sources: int) -> tuple[int, ...]:
    """Each mover once a source: a shared one may have it twice, as sent and as measured (tracks.py)."""
    source = columns["source"][slots]
    if (columns["table"][slots] % 2).any():
        source = np.unique(columns["mover_no"][slots] * sources + source) % sources
    return tuple(np.bincount(source, minlength=sources).tolist())


def _velocity(columns: Mapping[str, Any], slots: Any, state: Batch) -> tuple[Floats, Floats, Floats, Flags]:
    """Given, else over the way from the position before, if that was 1 to 60 s earlier; its error that of
    both ends.
    """
    ve, vn, error = state.ve_mps.copy(), state.vn_mps.copy(), state.v_error_mps.copy()
    derived = np.zeros(len(slots), np.bool_)
    rows = np.flatnonzero((np.isnan(ve) | np.isnan(vn)) & (columns["ring_count"][slots] > 1))
    if len(rows):
        slot = slots[rows]
        before = (columns["ring_count"][slot] - 2) % columns["ring_at_ms"].shape[1]
        seconds = (state.at_ms[rows] - columns["ring_at_ms"][slot, before]) / 1000
        rows, slot, before, seconds = (
            one[(seconds >= 1) & (seconds <= 60)] for one in (rows, slot, before, seconds)
        )
        lat = columns["ring_lat_deg"][slot, before]
        east = (state.lon_deg[rows] - columns["ring_lon_deg"][slot, before] + 180.0) % 360.0 - 180.0
        middle = np.radians((state.lat_deg[rows] + lat) / 2)
        ve[rows] = np.radians(east) * np.cos(middle) * EARTH_M / seconds
        vn[rows] = np.radians(state.lat_deg[rows] - lat) * EARTH_M / seconds
        error[rows] = math.sqrt(2) * state.error_m[rows] / seconds
        derived[rows] = True
    return ve, vn, error, derived
