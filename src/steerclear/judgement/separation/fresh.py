"""Which reports may alert: fresh ones. Everything else is recorded with its age and alerted on by nobody.

judgement.md, Separation: "Late data is recorded and never alerted on as fresh"; its vectors: an aged track, a
replayed backlog, a clock one hour off. What counts is when a position *held*, by its source, beside when it came and
what time it is now; a clock that is slow gives old states, and one that is fast gives none at all, since nothing would
ever age them.
"""

from __future__ import annotations

from typing import Final, Literal

from steerclear.speech.parameters import Parameters

Freshness = Literal["fresh", "late", "aged", "ahead"]
AT_SEA: Final = ("ship",)


def freshness(at_ms: int, received_ms: int, now_ms: int, mover: str, parameters: Parameters) -> Freshness:
    """`ahead`: stamped in the future, no state at all. `late`: older than the limit when it came. `aged`: fresh when it
    came, and too old by now. `mover` is a class of `speech.parameters.Mover`."""
    if at_ms - received_ms > parameters.report_ahead_ms:
        return "ahead"
    if received_ms - at_ms > late_ms(mover, parameters):
        return "late"
    return "aged" if now_ms - at_ms > fresh_ms(mover, parameters) else "fresh"


def late_ms(mover: str, parameters: Parameters) -> int:
    """How old a report of such a mover may be when it comes: of a ship, whose reports are relayed and seldom, as old as
    it may be to alert at all."""
    limit = fresh_ms(mover, parameters)
    return limit if mover in AT_SEA else min(limit, parameters.report_late_ms)


def fresh_ms(mover: str, parameters: Parameters) -> int:
    """How old a state of such a mover may be to alert: ships report more seldom than aircraft."""
    return parameters.sea_fresh_ms if mover in AT_SEA else parameters.air_fresh_ms
