"""Movers inside an agreed area that nobody declared: *uncoordinated*, and no more than that (boundary.md).

A mover counts only where it is surely inside the area and surely outside every volume that anybody on the line declared
for now: whoever may be declared is. It is no statement of who it is; it is shown as "presume civil".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steerclear.judgement.conformance.rows import Uncoordinated
from steerclear.judgement.separation.life import Look, Seen
from steerclear.space.beyond import beyond_m
from steerclear.space.geodesic import Flags, Floats, vectors
from steerclear.space.prepare import PreparedVolume


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """Fresh states of movers, an array each: places in 1e-7 degree, errors in mm, heights in 0.1 mm (−inf and inf: not
    known), instants in ms; `own` marks this party's. `handles` tell their lives apart and go nowhere."""

    handles: tuple[str, ...]
    own: Flags
    lat_e7: Floats
    lon_e7: Floats
    error_mm: Floats
    low_tmm: Floats
    high_tmm: Floats
    at_ms: Floats


@dataclass(frozen=True, slots=True)
class AgreedArea:
    """An area that the agreement in force names, as its owner shared it."""

    entry: str
    volumes: tuple[PreparedVolume, ...]


def uncoordinated(
    others: Others, areas: Sequence[AgreedArea], declared: Sequence[PreparedVolume], now_ms: int
) -> Look[Uncoordinated]:
    """One row for each mover and area, as a look for `separation.life.step`. `declared`: every volume of every
    notice on the line that this node holds."""
    points = vectors(np.stack([others.lat_e7, others.lon_e7], axis=1).astype(np.float64))[1]
    free = ~others.own
    seen = []
    for area in areas:
        inside = np.zeros(len(points), np.bool_)
        for volume in area.volumes:
            if volume.start_ms <= now_ms < volume.end_ms:
                inside |= _where(volume, others, points, free, surely=True)
        for i in np.flatnonzero(inside & ~_declared(others, points, inside, declared, now_ms)).tolist():
            seen.append(Seen((others.handles[i], "", area.entry), "caution", 0, _row(others, i, area.entry)))
    return Look(now_ms, tuple(seen), frozenset(others.handles))


def _declared(
    others: Others, points: Floats, asked: Flags, declared: Sequence[PreparedVolume], now_ms: int
) -> Flags:
    """Of those asked, who may be inside a declared volume now."""
    found = np.zeros(len(points), np.bool_)
    for volume in declared:
        if volume.start_ms <= now_ms < volume.end_ms:
            found |= _where(volume, others, points, asked & ~found, surely=False)
    return found


def _where(volume: PreparedVolume, others: Others, points: Floats, asked: Flags, *, surely: bool) -> Flags:
    """Who is inside for sure, or may be. Only those in the outline's box are measured."""
    made = np.zeros(len(points), np.bool_)
    reach = 0.0 if surely else float(others.error_mm.max(initial=0.0)) / 1e3
    near = (points >= volume.core.low - reach).all(axis=1) & (points <= volume.core.high + reach).all(axis=1)
    rows = np.flatnonzero(near & asked)
    if not len(rows):
        return made
    beyond = beyond_m(volume.core, others.lat_e7[rows], others.lon_e7[rows]) * 1e3
    error = others.error_mm[rows]
    flat = beyond + error <= 0 if surely else beyond - error <= 0
    high = (others.low_tmm[rows] <= volume.ceiling.high_tmm) & (others.high_tmm[rows] >= volume.floor.low_tmm)
    made[rows] = flat & high
    return made


def _row(others: Others, i: int, area: str) -> Uncoordinated:
    low, high = float(others.low_tmm[i]), float(others.high_tmm[i])
    known = np.isfinite(low) and np.isfinite(high)
    return Uncoordinated(
        area=area,
        lat_e7=int(others.lat_e7[i]),
        lon_e7=int(others.lon_e7[i]),
        error_mm=int(others.error_mm[i]),
        low_tmm=int(low) if known else None,
        high_tmm=int(high) if known else None,
        at_ms=int(others.at_ms[i]),
    )
