"""Movers for tests: sides of a meeting over one place, and lives driven second by second."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from steerclear.judgement.separation import views
from steerclear.judgement.separation.life import Change, Lives, Look, Seen, rules_of
from steerclear.judgement.separation.meeting import Meeting, Side, asked_of, meeting
from steerclear.speech.parameters import Parameters

OWN, OTHER = "icao:3c6444", "icao:4ca2d1"
NM = 1_852_000
FT = 3_048


def side(ident: str = OWN, *, at_ms: int = 0, east_nm: float = 0.0, kt: float = 0.0, **more: Any) -> Side:
    """A fixed-wing aircraft at 40° N 19° E and so many nautical miles east of it, flying east with `kt`, at FL220."""
    made = Side(
        handle=ident,
        shared_id=ident if ident.partition(":")[0] in ("icao", "mmsi", "rid") else "",
        shared=True,
        own=ident == OWN,
        manned=ident == OWN,
        mover="fixed_wing",
        at_ms=at_ms,
        lat_e7=400_000_000,
        lon_e7=190_000_000 + round(east_nm * 1852 / 85_394 * 1e7),
        error_mm=93_000,
        low_tmm=22_000 * FT,
        high_tmm=22_050 * FT,
        east_mm_s=round(kt * 514.444),
        north_mm_s=0,
        up_low_mm_s=0,
        up_high_mm_s=0,
        velocity_error_mm_s=3_000,
        source="adsb",
    )
    return replace(made, **more)


def head_on(
    at_ms: int, *, apart_nm: float = 8.0, kt: float = 400, one: Any = None, two: Any = None
) -> Meeting:
    """An own aircraft and another, towards each other. `one`, `two`: fields of the own and of the other side."""
    own = side(OWN, at_ms=at_ms, kt=kt, **(one or {}))
    other = side(OTHER, at_ms=at_ms, east_nm=apart_nm, kt=-kt, **(two or {}))
    return meeting(own, other, at_ms, asked_of("fixed_wing", "fixed_wing", Parameters()))


class Watched:
    """Lives of alerts as a look each second would move them."""

    def __init__(self, parameters: Parameters | None = None) -> None:
        self.rules = rules_of(parameters or Parameters())
        self.lives: Lives[Meeting] = Lives()

    def look(
        self, at_ms: int, *seen: tuple[Meeting, Any], blind: bool = False, unshared: bool = False
    ) -> tuple[Change[Meeting], ...]:
        """`seen`: (meeting, level) by all feeds. `blind`: no feed hears anybody; `unshared`: no shared one does. A side
        of a meeting that is not shared is heard by own feeds alone."""
        rows = tuple(
            Seen(tuple(sorted(one.handle for one in met.sides)), level, met.relative.horizontal_mm.low, met)
            for met, level in seen
        )
        known = {one for row in rows for one in row.key} | {one for key in self.lives.live for one in key[:2]}
        own_alone = {one.handle for met, _ in seen for one in met.sides if not one.shared}
        fresh = frozenset() if blind else frozenset(known)
        public = frozenset() if unshared else fresh - own_alone
        told = tuple(row for row in rows if set(row.key) <= public)
        self.lives, changes = views.step(
            self.lives, Look(at_ms, rows, fresh), Look(at_ms, told, public), self.rules
        )
        return changes
