"""What a feed of a scenario brings: movers that keep their course, one report of each at every instant of a step.

Only the senders are made here: reports go to the named node's feed as its reader would give them, at the player's
time, and everything behind that is the product's. The same step gives the same reports wherever and whenever it is
played.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec
from geographiclib.geodesic import Geodesic

from steerclear.errors import Malformed
from steerclear.replay.offset import parse_duration

if TYPE_CHECKING:
    from steerclear.feeds.batch import Batch

_WGS84 = Geodesic.WGS84
FOOT_M, KNOT_MPS = 0.3048, 1852 / 3600
Figure: TypeAlias = int | float | Decimal
MOST_REPORTS = 20_000
"""Of one step: what a story needs, not what a load test does."""


class Feed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A receiver of a party, its fields as in steerclear.toml."""

    name: str
    trust: Literal["shared", "local"] = "shared"
    stale_after: str = "00:01:00"
    own: tuple[str, ...] = ()
    site: tuple[Figure, Figure] | None = None

    def toml(self) -> str:
        """Its section of a node's settings: a recording that the player plays."""
        site = f"site = [{self.site[0]}, {self.site[1]}]\n" if self.site is not None else ""
        return (
            f'\n[[feed]]\nname = "{self.name}"\nformat = "simulated"\naddress = "replay:played"\n'
            f'trust = "{self.trust}"\nstale_after_s = {parse_duration(self.stale_after) // 1000}\n'
            f"own = {json.dumps(self.own)}\nsimulated = true\n{site}"
        )


class Mover(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that flies or sails, as it is at the step's instant; it goes on along a geodesic at the same speed.

    `id` as in a track (`icao:43c6e1`, `mmsi:…`, `rid:…`, `radar:…`), `mover` its class, `track` degrees from north,
    `speed_kt` over the ground, `climb_fpm`; heights above the ellipsoid (`alt_geom_m`) or on 1013.25 hPa
    (`alt_baro_ft`), both left out where nobody knows. `origin` who says so; `late` how old each report is when it
    comes."""

    id: str
    lat: Figure
    lon: Figure
    mover: str = "fixed_wing"
    track: Figure = 0
    speed_kt: Figure = 0
    climb_fpm: Figure = 0
    alt_geom_m: Figure | None = None
    alt_baro_ft: Figure | None = None
    on_ground: bool = False
    error_m: Figure = 30
    origin: str = "own"
    late: str = "00:00:00"


def instants(lasts: str, every: str) -> range:
    """Milliseconds after the step's instant at which it reports, the first at once. Raises `Malformed`."""
    whole = parse_duration(lasts, field="lasts") if lasts else 0
    gap = parse_duration(every, field="every") if every else 1000
    if gap <= 0:
        raise Malformed("bad-duration", field="every", remedy="a second or more between two reports")
    return range(0, whole + 1, gap)


def check(movers: tuple[Mover, ...], lasts: str, every: str, field: str) -> None:
    """Raises `Malformed` for what cannot be reported."""
    from steerclear.feeds.codes import MOVERS, ORIGINS

    count = len(instants(lasts, every)) * len(movers)
    if not movers or count > MOST_REPORTS:
        raise Malformed(
            "bad-movers", field=f"{field}.movers", remedy=f"1 to {MOST_REPORTS} reports, not {count}"
        )
    for one in movers:
        if one.mover not in MOVERS:
            raise Malformed("unknown-mover", field=f"{field}.movers", remedy=f"one of {', '.join(MOVERS)}")
        if one.origin not in ORIGINS:
            raise Malformed("unknown-origin", field=f"{field}.movers", remedy=f"one of {', '.join(ORIGINS)}")


def reports(movers: tuple[Mover, ...], start_ms: int, lasts: str, every: str) -> Iterator[tuple[int, Batch]]:
    """(instant, reports that come then), in order of time."""
    for after in instants(lasts, every):
        yield start_ms + after, _batch(movers, start_ms, after)


def _batch(movers: tuple[Mover, ...], start_ms: int, after_ms: int) -> Batch:
    from steerclear.feeds.batch import batch_of

    rows = [_row(one, start_ms, after_ms) for one in movers]
    return batch_of(len(rows), {name: [row[name] for row in rows] for name in rows[0]})


def _row(one: Mover, start_ms: int, after_ms: int) -> dict[str, Any]:
    from steerclear.feeds.codes import MOVER, ORIGIN

    late_ms = parse_duration(one.late, field="late")
    passed_s = (after_ms - late_ms) / 1000
    speed_mps = float(one.speed_kt) * KNOT_MPS
    there = _WGS84.Direct(float(one.lat), float(one.lon), float(one.track), speed_mps * passed_s)
    lat, lon, course = there["lat2"], there["lon2"], there["azi2"]
    climb_mps = float(one.climb_fpm) * FOOT_M / 60
    climbed_m = climb_mps * passed_s
    nan = math.nan
    return {
        "ident": one.id.encode(),
        "at_ms": start_ms + after_ms - late_ms,
        "received_ms": start_ms + after_ms,
        "lat_deg": lat,
        "lon_deg": lon,
        "error_m": float(one.error_m),
        "alt_geom_m": nan if one.alt_geom_m is None else float(one.alt_geom_m) + climbed_m,
        "alt_geom_error_m": nan if one.alt_geom_m is None else 30.0,
        "alt_baro_ft": nan if one.alt_baro_ft is None else float(one.alt_baro_ft) + climbed_m / FOOT_M,
        "on_ground": one.on_ground,
        "ve_mps": speed_mps * math.sin(math.radians(course)),
        "vn_mps": speed_mps * math.cos(math.radians(course)),
        "vu_mps": climb_mps,
        "v_error_mps": 5.0,
        "mover": MOVER[one.mover],
        "origin": ORIGIN[one.origin],
        "sil": 3,
    }
