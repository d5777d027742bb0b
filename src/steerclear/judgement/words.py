"""A judgement in one sentence for people, in the language asked for; every figure with its unit, no word that reads as
permission."""

from __future__ import annotations

from typing import Any, Final

from steerclear.judgement.answer import MUTUAL, Apart, Judgement, Side
from steerclear.space.altitude import ENDLESS_TMM
from steerclear.speech.phrases import DEFAULT
from steerclear.speech.texts import code, say, text

_REASONS: Final = {
    "incomplete": "judgement.why-incomplete",
    "locked": "judgement.why-locked",
    "missing": "judgement.why-missing",
    "unagreed": "judgement.why-unagreed",
    "same-party": "judgement.why-same-party",
    "other-mode": "judgement.why-other-mode",
    "same-notice": "judgement.why-same-notice",
    "unreadable-volume": "judgement.why-unreadable-volume",
}
_APART: Final = {
    ("horizontal", True): "judgement.horizontally-apart",
    ("horizontal", False): "judgement.horizontally-overlapping",
    ("vertical", True): "judgement.vertically-apart",
    ("vertical", False): "judgement.vertically-overlapping",
    ("time", True): "judgement.in-time-apart",
    ("time", False): "judgement.in-time-overlapping",
}
_ENDLESS_MM: Final = ENDLESS_TMM // 20


def explain(judgement: Judgement, language: str = DEFAULT) -> str:
    """`CONFLICT of F1 volume 0 (blue) and F2 volume 0 (red), 2015-10-20T14:05:00Z to …: …`."""
    j = judgement
    pair = text("judgement.pair", one=_side(j.a), other=_side(j.b)) if j.b.entry else _side(j.a)
    words: dict[str, Any] = {"pair": pair, "window": "", "apart": _figures(j)}
    if j.from_ms is not None and j.to_ms is not None:
        words["window"] = text("judgement.window", **{"from": j.from_ms, "to": j.to_ms})
    if j.verdict == "not_judged":
        words["why"] = text(_REASONS[j.reason]) if j.reason in _REASONS else j.reason
        touched = j.from_ms is not None
        return say("judgement.not-judged-touching" if touched else "judgement.not-judged", words, language)
    if j.verdict == "no_conflict":
        return say("judgement.no-conflict", words, language)
    if j.rule == "overlap-query":
        query = j.a if j.a.entry else j.b
        other = j.b if query is j.a else j.a
        return say("judgement.overlap-query", {"query": _side(query), "party": other.party}, language)
    if j.reason:
        return say("judgement.conflict-why", words | {"why": j.reason}, language)
    return say("judgement.conflict", words | {"who": _who(j)}, language)


def _who(j: Judgement) -> dict[str, Any]:
    if j.gives_way is None or j.gives_way.party == MUTUAL:
        return text("judgement.neither")
    return text("judgement.gives-way", party=j.gives_way.party, rule=code("give_way", j.gives_way.by))


def _side(side: Side) -> dict[str, Any]:
    words = {"entry": side.entry, "party": side.party}
    if side.volume >= 0:
        return text("judgement.side-volume", **words, volume=side.volume)
    return text("judgement.side", **words)


def _figures(j: Judgement) -> dict[str, Any] | str:
    """How far apart, what was asked, how much larger the vertical may be: behind one another."""
    out: list[Any] = []
    if j.apart is not None:
        out.append(text("judgement.apart", figures=_apart(j.apart)))
    if j.minima is not None:
        asked = [_metres(j.minima.horizontal_mm), _metres(j.minima.vertical_mm), _span(j.minima.time_ms)]
        out.append(text("judgement.asked", figures=asked))
    if j.uncertainty is not None and j.uncertainty.vertical_mm:
        out.append(_vertical_more(j.uncertainty.vertical_mm))
    return _behind(out)


def _vertical_more(mm: int) -> dict[str, Any]:
    if mm >= _ENDLESS_MM:
        return text("judgement.vertical-more-endless")
    return text("judgement.vertical-more", figure=_metres(mm))


def _behind(parts: list[Any]) -> dict[str, Any] | str:
    return text("judgement.behind", one=parts[0], more=_behind(parts[1:])) if parts else ""


def _apart(apart: Apart) -> list[Any]:
    if abs(apart.vertical_mm) >= _ENDLESS_MM and apart.vertical_mm <= 0:
        vertical = text("judgement.vertically-endless")
    else:
        vertical = text(_APART["vertical", apart.vertical_mm > 0], figure=_metres(abs(apart.vertical_mm)))
    horizontal = text(_APART["horizontal", apart.horizontal_mm > 0], figure=_metres(abs(apart.horizontal_mm)))
    return [horizontal, vertical, text(_APART["time", apart.time_ms > 0], figure=_span(abs(apart.time_ms)))]


def _span(ms: int) -> dict[str, Any]:
    if ms >= 60_000:
        return text("judgement.min", figure=f"{ms / 60_000:g}")
    return text("judgement.s", figure=f"{ms / 1000:g}")


def _metres(mm: int) -> dict[str, Any]:
    if mm >= 100_000_000:
        return text("judgement.km", figure=f"{mm / 1_000_000:.0f}")
    return text("judgement.m", figure=f"{mm / 1000:,.2f}".rstrip("0").rstrip("."))
