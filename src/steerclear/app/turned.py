"""A sensor that was moved and not aligned anew: its bearings against traffic that states its own positions.

scenarios.md AT21. Of each mover that a feed with a site measures and that nobody is known to be where it is reported,
the last positions are put beside those of every shared mover at the same distance from the site. One angle that fits
all of them, on more movers than are reported where known traffic is, is a turned sensor (judgement/conduct/offset.py).
Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np
from geographiclib.geodesic import Geodesic

from steerclear.feeds.picture import Picture
from steerclear.feeds.tracks import Trail
from steerclear.judgement.conduct import BearingOffset, Mover, State, bearing_offsets, sightings

_WGS84 = Geodesic.WGS84
Trails = Callable[[str, str], Trail]
"""(source, ident) → the kept positions (`Tracks.trail`)."""
MOST: Final = 50
"""Movers of a sensor that are compared, and shared movers each is compared with; more would tell nothing new."""
ERROR_M: Final = 500.0
"""Taken for a position whose error was not stated, and at least beside a stated one: what two clocks may differ by."""


def turned(
    trail: Trails, picture: Picture, source: str, site: tuple[float, float], limit_cdeg: int
) -> BearingOffset | Literal["agrees"] | None:
    """The offset of a feed whose bearings are surely turned by `limit_cdeg` or more; `agrees` where it shows known
    traffic where it is; None where there is nothing to compare."""
    if source not in picture.sources:
        return None
    mine = (picture.source == picture.sources.index(source)) & picture.fresh
    known = picture.shared & picture.fresh & ~mine
    if not mine.any() or not known.any():
        return None
    far, error = _ranges(picture, site), np.maximum(np.nan_to_num(picture.state.error_m), ERROR_M)
    right, found = 0, []
    for row in np.flatnonzero(mine)[:MOST].tolist():
        others = np.flatnonzero(known & (np.abs(far - far[row]) <= error + error[row]))
        if _there(picture, row, others, error):
            right += 1
            continue
        offset = _offset(trail, picture, source, site, row, others[:MOST], limit_cdeg)
        if offset is not None:
            found.append(offset)
    if len(found) > right:
        return max(found, key=lambda one: one.sightings)
    return "agrees" if right else None


def _ranges(picture: Picture, site: tuple[float, float]) -> Any:
    """Distance of every row from the site, m: on a sphere, as a first sieve; errors allow for the difference."""
    lat, lon = np.radians(picture.state.lat_deg), np.radians(picture.state.lon_deg)
    lat0, lon0 = np.radians(site)
    half = np.sin((lat - lat0) / 2) ** 2 + np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
    return 2 * 6_371_000.0 * np.arcsin(np.sqrt(np.minimum(half, 1.0)))


def _there(picture: Picture, row: int, others: Any, error: Any) -> bool:
    """Whether a known mover is where this one is reported."""
    state = picture.state
    for other in others.tolist():
        apart = _WGS84.Inverse(
            state.lat_deg[row], state.lon_deg[row], state.lat_deg[other], state.lon_deg[other]
        )
        if apart["s12"] <= error[row] + error[other]:
            return True
    return False


def _offset(
    trail: Trails,
    picture: Picture,
    source: str,
    site: tuple[float, float],
    row: int,
    others: Any,
    limit_cdeg: int,
) -> BearingOffset | None:
    seen = _mover(trail, picture, source, row)
    if seen is None:
        return None
    here = Mover(
        mover="ground",
        states=tuple(_state(at, *site, 0.0) for at in sorted({seen.states[0].at_ms, seen.states[-1].at_ms})),
    )
    for other in others.tolist():
        there = _mover(trail, picture, picture.sources[int(picture.source[other])], other)
        if there is None:
            continue
        found = bearing_offsets(sightings(here, seen, there), limit_cdeg)
        if found is not None and found.flagged:
            return found
    return None


def _mover(trail: Trails, picture: Picture, source: str, row: int) -> Mover | None:
    """The kept positions of a row's mover by one source; None for fewer than two."""
    kept = trail(source, picture.state.ident[row].decode("ascii", "replace"))
    if len(kept.at_ms) < 2:
        return None
    error = float(np.nan_to_num(picture.state.error_m[row], nan=ERROR_M))
    rows = zip(kept.at_ms.tolist(), kept.lat_deg.tolist(), kept.lon_deg.tolist(), strict=True)
    once = {at: _state(at, lat, lon, error) for at, lat, lon in rows}
    return Mover(states=tuple(once[at] for at in sorted(once)))


def _state(at_ms: int, lat: float, lon: float, error_m: float) -> State:
    return State(
        at_ms=at_ms,
        lat_e7=round(lat * 1e7),
        lon_e7=round(lon * 1e7),
        error_mm=round(error_m * 1e3),
        time_error_ms=0,
    )
