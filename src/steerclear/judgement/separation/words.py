"""A judgement of two movers in one sentence, in the language asked for; every figure with its unit, and no word that
reads as permission."""

from __future__ import annotations

from typing import Any, Final

from steerclear.judgement.separation.answer import MoverJudgement, Span
from steerclear.speech.phrases import DEFAULT
from steerclear.speech.texts import say, text

_REASONS: Final = {
    "no-velocity": "judgement.movers.why-no-velocity",
    "no-uncertainty": "judgement.movers.why-no-uncertainty",
    "no-minima": "judgement.movers.why-no-minima",
    "aged": "judgement.movers.why-aged",
    "other-mode": "judgement.movers.why-other-mode",
    "impossible": "judgement.movers.why-impossible",
}
_MARKS: Final = {
    "whole-column": "judgement.movers.whole-column",
    "climb-unknown": "judgement.movers.climb-unknown",
    "straight-only": "judgement.movers.straight-only",
}
_LEVELS: Final = {"warning": "judgement.movers.warning", "caution": "judgement.movers.caution"}
_TABLES: Final = {
    "en_route": "judgement.movers.well-clear-en-route",
    "terminal": "judgement.movers.well-clear-terminal",
    "non_cooperative": "judgement.movers.well-clear-non-cooperative",
}


def explain_movers(judgement: MoverJudgement, language: str = DEFAULT) -> str:
    """`WARNING: F1 and F2 lose separation from … to …; nearest in 32 s: 120 m and 0 m …`."""
    j = judgement
    words: dict[str, Any] = {"pair": text("judgement.movers.pair", one=j.a, other=j.b), "rest": _rest(j)}
    if j.verdict == "not_judged":
        why = text(_REASONS[j.reason]) if j.reason in _REASONS else j.reason
        return say("judgement.movers.not-judged", words | {"why": why}, language)
    words["figures"] = _figures(j)
    if j.verdict == "no_conflict":
        return say("judgement.movers.no-loss", words | {"span": _seconds(j.ahead_ms)}, language)
    said = text("judgement.movers.loss", **words, when=_when(j))
    return (
        say(_LEVELS[j.level], {"said": said}, language)
        if j.level
        else say(said["key"], said["parameters"], language)
    )


def _when(j: MoverJudgement) -> Any:
    """When they lose it, and when in the worst case, where that is another time."""
    worst = None
    if j.worst_loss is not None and j.worst_loss != j.loss:
        worst = text("judgement.movers.worst", span=_span(j.worst_loss))
    if j.loss is None or worst is None:
        return worst if j.loss is None else _span(j.loss)
    return text("judgement.movers.both", one=_span(j.loss), other=worst)


def _span(span: Span) -> dict[str, Any]:
    return text("judgement.movers.span", **{"from": span.from_ms, "to": span.to_ms})


def _figures(j: MoverJudgement) -> dict[str, Any]:
    apart = {"span": _seconds(j.cpa_ms), "across": _metres(j.hmd_mm), "above": _metres(j.vmd_mm)}
    figures = text("judgement.movers.figures", **apart)
    if j.asked is None:
        return figures
    across = _metres(j.asked.horizontal_mm)
    if j.asked.vertical_mm is None:
        return text("judgement.movers.figures-across", figures=figures, across=across)
    above = _metres(j.asked.vertical_mm)
    return text("judgement.movers.figures-both", figures=figures, across=across, above=above)


def _rest(j: MoverJudgement) -> Any:
    """What must be known besides: one sentence behind the other."""
    rest: Any = ""
    if j.well_clear is not None and j.well_clear.violated is not None:
        name = j.well_clear.table
        table = text(_TABLES[name]) if name in _TABLES else name.replace("_", " ")
        rest = text("judgement.movers.not-well-clear", table=table, span=_span(j.well_clear.violated))
    for mark in reversed([one for one in j.marks if one in _MARKS]):
        rest = text(_MARKS[mark], rest=rest)
    return rest


def _seconds(ms: int | None) -> Any:
    return "-" if ms is None else text("judgement.s", figure=f"{ms / 1000:,.1f}")


def _metres(mm: int | None) -> Any:
    return "-" if mm is None else text("judgement.m", figure=f"{mm / 1000:,.1f}")
