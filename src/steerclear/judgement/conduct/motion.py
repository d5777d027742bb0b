"""How far a mover of a class may be from the straight line between two states: bounds, not estimates (ours).

`SPEED_MM_S` is more than such a mover can do, `TURN_MM_S2` more than it can accelerate, so that what is computed
between two states holds whatever it did there.
"""

from __future__ import annotations

from typing import Final

SPEED_MM_S: Final = {
    "fixed_wing": 700_000,
    "tanker_airlift": 320_000,
    "rotary": 110_000,
    "unmanned": 250_000,
    "balloon": 60_000,
    "combat": 700_000,
    "ship": 30_000,
    "ground": 45_000,
}
TURN_MM_S2: Final = {
    "fixed_wing": 90_000,
    "tanker_airlift": 25_000,
    "rotary": 30_000,
    "unmanned": 60_000,
    "balloon": 5_000,
    "combat": 90_000,
    "ship": 1_000,
    "ground": 8_000,
}


def speed_mm_s(mover: str) -> int:
    """The bound of a class; of one that is not known, the greatest."""
    return SPEED_MM_S.get(mover, max(SPEED_MM_S.values()))


def turn_mm_s2(mover: str) -> int:
    return TURN_MM_S2.get(mover, max(TURN_MM_S2.values()))


def astray_mm(mover: str, gap_ms: int) -> int:
    """Greatest distance from the chord between two states `gap_ms` apart: a·t²/8, and never more than v·t/2."""
    turned = -(-turn_mm_s2(mover) * gap_ms * gap_ms // 8_000_000)
    return min(turned, -(-speed_mm_s(mover) * gap_ms // 2_000))
