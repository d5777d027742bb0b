"""A judgement in one sentence for people, in English; every figure with its unit, no word that reads as
permission."""

from __future__ import annotations

from steerclear.judgement.answer import MUTUAL, Apart, Judgement, Side
from steerclear.space.altitude import ENDLESS_TMM
from steerclear.units import format_time

_REASONS = {
    "incomplete": "the notice leaves out what the check needs",
    "locked": "the payload cannot be opened here",
    "missing": "the payload has not come",
    "unagreed": "the area is proposed, not agreed",
    "same-party": "both are of one party, which keeps its own apart",
    "other-mode": "one is REAL and the other is not, or they are of two exercise modes",
    "same-notice": "both are versions of one notice",
    "unreadable-volume": "the volume cannot be read",
}


def explain(judgement: Judgement) -> str:
    """`CONFLICT of F1 volume 0 (blue) and F2 volume 0 (red), 2015-10-20T14:05:00Z to …: …`."""
    j = judgement
    pair = f"{_side(j.a)} and {_side(j.b)}" if j.b.entry else _side(j.a)
    window = ""
    if j.from_ms is not None and j.to_ms is not None:
        window = f", {format_time(j.from_ms)} to {format_time(j.to_ms)}"
    apart = f"; {_apart(j.apart)}" if j.apart is not None else ""
    if j.minima is not None:
        apart += f" (asked: {_metres(j.minima.horizontal_mm)}, {_metres(j.minima.vertical_mm)}"
        apart += f", {_span(j.minima.time_ms)})"
    if j.uncertainty is not None and j.uncertainty.vertical_mm:
        apart += f"; the vertical figure may be larger by up to {_metres(j.uncertainty.vertical_mm)}"
    if j.verdict == "not_judged":
        why = _REASONS.get(j.reason, j.reason)
        touched = ", and it would touch" if j.from_ms is not None else ""
        return f"NOT JUDGED: {pair}: {why}{touched}{window}{apart}."
    if j.verdict == "no_conflict":
        return f"No conflict found of {pair}{apart}. This is no clearance."
    if j.rule == "overlap-query":
        query = j.a if j.a.entry else j.b
        other = j.b if query is j.a else j.a
        return f"CONFLICT, as uncertain: the overlap query {_side(query)} of what {other.party} keeps sealed."
    if j.reason:
        return f"CONFLICT of {pair}: {j.reason}."
    return f"CONFLICT of {pair}{window}{apart}{_who(j)}."


def _who(j: Judgement) -> str:
    if j.gives_way is None or j.gives_way.party == MUTUAL:
        return "; neither has priority, both are told"
    return f"; {j.gives_way.party} gives way by the rule {j.gives_way.by}"


def _side(side: Side) -> str:
    volume = f" volume {side.volume}" if side.volume >= 0 else ""
    return f"{side.entry}{volume} ({side.party})"


def _apart(apart: Apart) -> str:
    words = [
        f"{name} {'apart by ' if figure > 0 else 'overlapping by '}{unit(abs(figure))}"
        for name, figure, unit in (
            ("horizontally", apart.horizontal_mm, _metres),
            ("vertically", apart.vertical_mm, _metres),
            ("in time", apart.time_ms, _span),
        )
    ]
    return ", ".join(words).replace(" by without end", " without end")


def _span(ms: int) -> str:
    return f"{ms / 60_000:g} min" if ms >= 60_000 else f"{ms / 1000:g} s"


def _metres(mm: int) -> str:
    if mm >= ENDLESS_TMM // 20:
        return "without end"
    if mm >= 100_000_000:
        return f"{mm / 1_000_000:.0f} km"
    return f"{mm / 1000:,.2f}".rstrip("0").rstrip(".") + " m"
