"""A judgement of two movers in one sentence, every figure with its unit; no word that reads as permission."""

from __future__ import annotations

from typing import Final

from steerclear.judgement.separation.answer import MoverJudgement, Span
from steerclear.units import format_time

_REASONS: Final = {
    "no-velocity": "the velocity of one is not known",
    "no-uncertainty": "the uncertainty of one is not known, and without it no loss was found",
    "no-minima": "the agreement asks nothing of these two classes",
    "aged": "one state is too old to be carried on to the other's time",
    "other-mode": "one is REAL and the other is not, or they are of two exercise modes",
    "impossible": "a figure is impossible",
}
_MARKS: Final = {
    "whole-column": "a height is not known, so the whole column was judged",
    "climb-unknown": "a vertical rate is not known, so all that its class can do was judged",
    "straight-only": "judged no further ahead than straight courses are good for",
}


def explain_movers(judgement: MoverJudgement) -> str:
    """`WARNING: F1 and F2 lose separation from … to …; nearest in 32 s: 120 m and 0 m …`."""
    j = judgement
    pair = f"{j.a} and {j.b}"
    if j.verdict == "not_judged":
        return f"NOT JUDGED: {pair}: {_REASONS.get(j.reason, j.reason)}.{_rest(j)}"
    if j.verdict == "no_conflict":
        found = f"No loss of separation found of {pair} within {_seconds(j.ahead_ms)}; {_figures(j)}"
        return f"{found}. This is no clearance.{_rest(j)}"
    level = f"{j.level.upper()}: " if j.level else ""
    worst = ""
    if j.worst_loss is not None and j.worst_loss != j.loss:
        worst = f"in the worst case {_span(j.worst_loss)}"
    told = "; ".join(part for part in (_span(j.loss) if j.loss else "", worst) if part)
    return f"{level}{pair} lose separation {told}; {_figures(j)}.{_rest(j)}"


def _span(span: Span) -> str:
    return f"from {format_time(span.from_ms)} to {format_time(span.to_ms)}"


def _figures(j: MoverJudgement) -> str:
    asked = j.asked
    high = "" if asked is None or asked.vertical_mm is None else f" and {_metres(asked.vertical_mm)}"
    minima = f" (asked: {_metres(asked.horizontal_mm)}{high})" if asked else ""
    return f"nearest in {_seconds(j.cpa_ms)}: {_metres(j.hmd_mm)} horizontally, {_metres(j.vmd_mm)} vertically{minima}"


def _rest(j: MoverJudgement) -> str:
    words = "".join(f" {_MARKS[mark][0].upper()}{_MARKS[mark][1:]}." for mark in j.marks if mark in _MARKS)
    if j.well_clear is not None and j.well_clear.violated is not None:
        name = j.well_clear.table.replace("_", " ")
        words += f" Not well clear ({name}) {_span(j.well_clear.violated)}."
    return words


def _seconds(ms: int | None) -> str:
    return "-" if ms is None else f"{ms / 1000:,.1f} s"


def _metres(mm: int | None) -> str:
    return "-" if mm is None else f"{mm / 1000:,.1f} m"
