"""How far a reported position lies outside a movement's way, by true distance, on the reading that accuses least."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from steerclear.errors import Malformed
from steerclear.space.meet import meet
from steerclear.space.outline import Core, build
from steerclear.space.volume import Circle, Outline
from steerclear.speech.kinds.common import Position
from steerclear.speech.kinds.movement_notify import Movement
from steerclear.speech.shape import movement_volumes, readable

FAR_MM = 2_000_000_000


def off_route_mm(body: Movement, positions: Sequence[Position]) -> int | None:
    """The least distance in mm between what the report can mean and the way; None where they meet, or where one of
    the two names no place. Farther than 2,000 km is said as that."""
    legs = [core for volume in movement_volumes(body) if (core := _core(volume.outline)) is not None]
    places = [
        core
        for lat, lon, error in readable(positions)
        if (core := _core(Circle((lat, lon), max(error, 1)))) is not None
    ]
    if not legs or not places:
        return None
    least = min(_gap(place, leg) for place in places for leg in legs)
    return least or None


def _gap(one: Core, two: Core) -> int:
    met = meet(one, two, FAR_MM)
    return FAR_MM if met is None else met.gap_mm


@lru_cache(maxsize=2_000)
def _core(outline: Outline) -> Core | None:
    try:
        return build(outline)
    except Malformed:
        return None
