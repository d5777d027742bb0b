"""Small archives of straight tracks, for the tests of this folder."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from steerclear.archive import run, terms, work
from steerclear.archive.encounter import Encounter
from steerclear.archive.terms import Terms
from steerclear.archive.writing import Recorder
from steerclear.feeds.batch import Batch, batch_of
from steerclear.feeds.codes import MOVER, ORIGIN, REFERENCE

HOUR = 3_600_000
T0 = 1_700_000_000_000 // HOUR * HOUR
NM_DEG = 1 / 60


@dataclass(frozen=True)
class Track:
    """Straight on the chart from one point to another, a sample each `every_s`; altitude in feet of pressure."""

    ident: str
    start: tuple[float, float]
    end: tuple[float, float]
    lasts_s: float = 600
    every_s: float = 10
    feet: float | None = 30_000
    to_feet: float | None = None
    mover: str = "fixed_wing"
    from_ms: int = T0
    error_m: float = 10
    geom_m: float | None = None

    def batch(self) -> Batch:
        count = int(self.lasts_s / self.every_s) + 1
        shares = [k / (count - 1) for k in range(count)]
        at = [self.from_ms + round(k * self.every_s * 1000) for k in range(count)]
        columns: dict[str, Any] = {
            "ident": [self.ident.encode()] * count,
            "at_ms": at,
            "received_ms": [one + 300 for one in at],
            "lat_deg": [self.start[0] + (self.end[0] - self.start[0]) * one for one in shares],
            "lon_deg": [
                (self.start[1] + (self.end[1] - self.start[1]) * one + 180) % 360 - 180 for one in shares
            ],
            "error_m": self.error_m,
            "mover": MOVER[self.mover],
            "origin": ORIGIN["own"],
        }
        if self.feet is not None:
            top = self.feet if self.to_feet is None else self.to_feet
            columns["alt_baro_ft"] = [
                round((self.feet + (top - self.feet) * one) / 25) * 25.0 for one in shares
            ]
        if self.geom_m is not None:
            columns["alt_geom_m"] = self.geom_m
        if self.mover == "ship":
            columns["alt_ref"] = REFERENCE["sea"]
        return batch_of(count, columns)


def archive(root: Path, tracks: Iterable[Track], *, trust: str = "shared", own: Iterable[str] = ()) -> Path:
    with Recorder(root, own=tuple(own)) as recorder:
        for track in tracks:
            recorder.take(track.batch(), source="test", trust=trust)
    return root


def found(
    root: Path, own: Sequence[str] = (), limits: Terms | None = None, most_samples: int = work.MOST_SAMPLES
) -> list[Encounter]:
    units = work.units(root, own, limits or terms.default(), most_samples=most_samples)
    return list(run.scan(units).encounters)


def crossing(offset_nm: float = 0.0, **fields: Any) -> list[Track]:
    """Two at one level whose ways cross at right angles in the middle of their time, `offset_nm` apart at the least
    times about the square root of two."""
    one = Track("icao:000001", (50.0, -0.5), (50.0, 0.5))
    other = Track("icao:000002", (49.7 + offset_nm * NM_DEG, 0.0), (50.3 + offset_nm * NM_DEG, 0.0))
    return [replace(one, **fields), replace(other, **fields)]


def metres_between(one: Encounter) -> float:
    """Great-ellipse distance of the two positions of an encounter, by geographiclib."""
    from geographiclib.geodesic import Geodesic

    line = Geodesic.WGS84.Inverse(
        one.a_lat_e7 / 1e7, one.a_lon_e7 / 1e7, one.b_lat_e7 / 1e7, one.b_lon_e7 / 1e7
    )
    return float(line["s12"])


def bearing(degrees: float) -> tuple[float, float]:
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
