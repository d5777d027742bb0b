"""How far two movers are apart in height over a span of time, as bounds (space/altitude.py does the references)."""

from __future__ import annotations

from typing import Final, NamedTuple

from steerclear.judgement.conduct.case import Mover, State
from steerclear.judgement.conduct.motion import astray_mm
from steerclear.space.altitude import Altitude, as_lower, as_upper
from steerclear.space.geoid import GeoBox

SHIP_TMM: Final = 500_000
"""A ship reaches from the sea to 50 m at the most (ours)."""
CLIMB_TMM_MS: Final = 1_000
"""100 m/s: how fast a height may change beyond the states that give it (ours)."""


class Block(NamedTuple):
    """From the lowest to the highest that a mover can be: in its own reference where all states share one, and above
    the ellipsoid."""

    datum: str
    low: int
    high: int
    low_tmm: int
    high_tmm: int


def vertical(a: Mover, b: Mover, from_ms: int, to_ms: int) -> tuple[int, int | None]:
    """(least, greatest) vertical distance in tenths of a millimetre; no greatest where a height is not known."""
    one, two = _block(a, from_ms, to_ms), _block(b, from_ms, to_ms)
    if one is None or two is None:
        return 0, None
    if one.datum == two.datum != "":
        return max(0, one.low - two.high, two.low - one.high), max(one.high - two.low, two.high - one.low)
    low = max(0, one.low_tmm - two.high_tmm, two.low_tmm - one.high_tmm)
    return low, max(one.high_tmm - two.low_tmm, two.high_tmm - one.low_tmm)


def _block(mover: Mover, from_ms: int, to_ms: int) -> Block | None:
    beside = _beside(mover, from_ms, to_ms)
    blocks = [_of(mover, state) for state in beside]
    known = [block for block in blocks if block is not None]
    if len(known) < len(blocks) or not known:
        return None
    more = _more(mover, beside, from_ms, to_ms)
    shared = {block.datum for block in known}
    return Block(
        shared.pop() if len(shared) == 1 else "",
        min(block.low for block in known) - more,
        max(block.high for block in known) + more,
        min(block.low_tmm for block in known) - more,
        max(block.high_tmm for block in known) + more,
    )


def _beside(mover: Mover, from_ms: int, to_ms: int) -> list[State]:
    """The states that bound the span: the last before it and the first after it."""
    before = [state for state in mover.states if state.at_ms <= from_ms]
    after = [state for state in mover.states if state.at_ms >= to_ms]
    return [*before[-1:], *after[:1]]


def _more(mover: Mover, beside: list[State], from_ms: int, to_ms: int) -> int:
    """What a height may change beside the states that give it."""
    if mover.mover in ("ship", "ground"):
        return 0
    if len(beside) == 2:
        return 5 * astray_mm(mover.mover, beside[1].at_ms - beside[0].at_ms)
    return CLIMB_TMM_MS * max(abs(beside[0].at_ms - from_ms), abs(beside[0].at_ms - to_ms))


def _of(mover: Mover, state: State) -> Block | None:
    altitude, error = state.altitude, state.altitude_error_tmm
    box = GeoBox(state.lat_e7, state.lon_e7, state.lat_e7, state.lon_e7)
    if altitude is None and mover.mover == "ship":
        level = as_lower(Altitude(0, "m", "MSL"), box)
        return Block(
            level.datum,
            level.value_tmm,
            level.value_tmm + SHIP_TMM,
            level.low_tmm,
            level.high_tmm + SHIP_TMM,
        )
    if altitude is None or error is None:
        return None
    low, high = as_lower(altitude, box), as_upper(altitude, box)
    return Block(
        low.datum, low.value_tmm - error, high.value_tmm + error, low.low_tmm - error, high.high_tmm + error
    )
