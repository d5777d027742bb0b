"""What every conduct verdict returns: rule and source, what was measured with its bounds, and one of three words."""

from __future__ import annotations

import hashlib
from typing import Any, Final, Literal

import msgspec

from steerclear.record import jcs
from steerclear.speech.phrases import DEFAULT
from steerclear.speech.texts import code, say, text

CONDUCT_VERSION: Final = "conduct/1"
"""Changes whenever the same input could get another answer; part of the hash."""

Verdict = Literal["compliant", "not_compliant", "not_judged"]
About = Literal["author", "other", "pair"]
Basis = Literal["positions", "least_separation", "acts", "checklist", "radio", "signals", "lights", "release"]
Unit = Literal["mm", "tmm", "ms", "cdeg"]


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One measured figure between its worst and its best case (`high` absent: no upper bound is known), and the
    limit that the rule asks (absent: it names none)."""

    name: Literal["horizontal", "vertical", "along", "bearing_change", "lead", "after_end", "after_arrival"]
    unit: Unit
    low: int
    high: int | None = None
    limit: int | None = None


class Conduct(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One rule beside one account. `about` is whose conduct the rule speaks of: the account's author, the other
    side, or the pair; `party` names it where it is known. `accounts` are the entries it was computed from.
    `agreement` names the parameters used. `reason` says why nothing was judged. `from_ms`/`to_ms` is when."""

    conduct_version: str
    rule: str
    document: str
    article: str
    about: About
    accounts: tuple[str, ...]
    agreement: str
    verdict: Verdict
    reason: str = ""
    party: str = ""
    basis: tuple[Basis, ...] = ()
    figures: tuple[Figure, ...] = ()
    from_ms: int | None = None
    to_ms: int | None = None


def conduct_hash(answer: Conduct) -> str:
    """SHA-256 over the whole answer with its `conduct_version`: two nodes show `equal` or `differs`."""
    plain = jcs.dumps(msgspec.to_builtins(answer))
    return hashlib.sha256(b"steerclear/conduct/v1\n" + plain).hexdigest()


REASONS: Final = {
    "uncertain": "conduct.reason.uncertain",
    "no-positions": "conduct.reason.no-positions",
    "no-error": "conduct.reason.no-error",
    "not-said": "conduct.reason.not-said",
    "not-observed": "conduct.reason.not-observed",
    "class-not-known": "conduct.reason.class-not-known",
    "inconsistent": "conduct.reason.inconsistent",
    "no-distance": "conduct.reason.no-distance",
    "no-heading": "conduct.reason.no-heading",
    "incomplete": "conduct.reason.incomplete",
    "time-not-known": "conduct.reason.time-not-known",
    "disputed": "conduct.reason.disputed",
    "no-area": "conduct.reason.no-area",
}
_WORDS: Final = {
    "compliant": "conduct.compliant",
    "not_compliant": "conduct.not-compliant",
    "not_judged": "conduct.not-judged",
}
_WHOSE: Final = {
    "author": "conduct.of-author",
    "other": "conduct.of-other",
    "pair": "conduct.of-pair",
}
_NAMES: Final = {
    "horizontal": "conduct.name.horizontal",
    "vertical": "conduct.name.vertical",
    "along": "conduct.name.along",
    "bearing_change": "conduct.name.bearing-change",
    "lead": "conduct.name.lead",
    "after_end": "conduct.name.after-end",
    "after_arrival": "conduct.name.after-arrival",
}


def explain_conduct(answer: Conduct, language: str = DEFAULT) -> str:
    """One sentence: what was measured and what the rule asks; no word of blame."""
    words: dict[str, Any] = {
        "rule": answer.rule,
        "source": _source(answer),
        "whose": text(_WHOSE[answer.about]),
        "verdict": text(_WORDS[answer.verdict]),
        "why": text("conduct.why", reason=reason_words(answer.reason)) if answer.reason else "",
        "when": _when(answer.from_ms, answer.to_ms),
        "figures": _behind([figure_words(one) for one in answer.figures]),
    }
    return say("conduct.answer", words, language)


def reason_words(reason: str) -> dict[str, Any] | str:
    """Why nothing was judged, as a text; the code itself where no catalogue knows it."""
    return text(REASONS[reason]) if reason in REASONS else reason


def figure_words(figure: Figure) -> dict[str, Any]:
    """`horizontal 3.0 m to 5.0 m (asked: 200 m)`, as a text."""
    low = _quantity(figure.low, figure.unit)
    high = _quantity(figure.high, figure.unit) if figure.high is not None else text("conduct.no-upper")
    words = {
        "name": text(_NAMES[figure.name]),
        "span": low if figure.low == figure.high else text("conduct.span", low=low, high=high),
    }
    if figure.limit is None:
        return text("conduct.figure", **words)
    return text("conduct.figure-asked", **words, limit=_quantity(figure.limit, figure.unit))


def _source(answer: Conduct) -> dict[str, Any]:
    document = code("document", answer.document)
    if not answer.article:
        return document
    sort, _, number = answer.article.partition(" ")
    article = text("conduct.art", number=number) if sort == "art." else code("article", answer.article)
    return text("conduct.source", document=document, article=article)


def _when(from_ms: int | None, to_ms: int | None) -> dict[str, Any] | str:
    if from_ms is None:
        return ""
    if to_ms is None or to_ms == from_ms:
        return text("conduct.at", **{"from": from_ms})
    return text("conduct.window", **{"from": from_ms, "to": to_ms})


def _behind(figures: list[dict[str, Any]]) -> dict[str, Any] | str:
    return text("conduct.more", figure=figures[0], rest=_behind(figures[1:])) if figures else ""


def _quantity(value: int, unit: Unit) -> dict[str, Any]:
    if unit == "ms":
        for size, key in (
            (86_400_000, "conduct.days"),
            (3_600_000, "conduct.hours"),
            (60_000, "judgement.min"),
        ):
            if abs(value) >= size:
                return text(key, figure=f"{value / size:.4g}")
        return text("judgement.s", figure=f"{value / 1000:g}")
    if unit == "cdeg":
        return text("conduct.degrees", figure=f"{value / 100:g}")
    metres = value / (1000 if unit == "mm" else 10_000)
    if abs(metres) < 10_000:
        return text("judgement.m", figure=f"{metres:,.1f}")
    return text("judgement.km", figure=f"{metres / 1000:,.1f}")
