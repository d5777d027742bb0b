"""What every conduct verdict returns: rule and source, what was measured with its bounds, and one of three words."""

from __future__ import annotations

import hashlib
from typing import Final, Literal

import msgspec

from steerclear.record import jcs
from steerclear.units import format_time

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
    "uncertain": "the limit lies inside the uncertainty",
    "no-positions": "the account has no positions of both at one time",
    "no-error": "a position is stated without its error",
    "not-said": "the account does not say",
    "not-observed": "its author did not observe it",
    "class-not-known": "what class the other was is not known",
    "inconsistent": "the positions and the stated least separation of one account contradict each other",
    "no-distance": "the account gives no distance at that time",
    "no-heading": "the heading of the other is not known",
    "incomplete": "the account does not cover the whole encounter",
    "time-not-known": "no time is stated or proved",
    "disputed": "the proved times lie on both sides of the limit",
    "no-area": "no such area is held here",
}
_WORDS: Final = {
    "compliant": "as the rule asks",
    "not_compliant": "not as the rule asks",
    "not_judged": "not judged",
}
_WHOSE: Final = {"author": "of the account's author", "other": "of the other side", "pair": "of the two"}


def explain_conduct(answer: Conduct) -> str:
    """One sentence: what was measured and what the rule asks; no word of blame."""
    whose = _WHOSE[answer.about]
    why = f": {REASONS.get(answer.reason, answer.reason)}" if answer.reason else ""
    when = f", {format_time(answer.from_ms)}" if answer.from_ms is not None else ""
    if answer.to_ms is not None and answer.to_ms != answer.from_ms:
        when += f" to {format_time(answer.to_ms)}"
    figures = "; ".join(figure_words(one) for one in answer.figures)
    said = f"; {figures}" if figures else ""
    source = f"{answer.document}, {answer.article}" if answer.article else answer.document
    return f"{answer.rule} ({source}) {whose}: {_WORDS[answer.verdict]}{why}{when}{said}."


def figure_words(figure: Figure) -> str:
    """`horizontal 3.0 m to 5.0 m (asked: 200 m)`."""
    high = _quantity(figure.high, figure.unit) if figure.high is not None else "no known upper bound"
    low = _quantity(figure.low, figure.unit)
    span = low if figure.low == figure.high else f"{low} to {high}"
    asked = f" (asked: {_quantity(figure.limit, figure.unit)})" if figure.limit is not None else ""
    return f"{figure.name.replace('_', ' ')} {span}{asked}"


def _quantity(value: int, unit: Unit) -> str:
    if unit == "ms":
        for size, name in ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min")):
            if abs(value) >= size:
                return f"{value / size:.4g} {name}"
        return f"{value / 1000:g} s"
    if unit == "cdeg":
        return f"{value / 100:g}°"
    metres = value / (1000 if unit == "mm" else 10_000)
    return f"{metres:,.1f} m" if abs(metres) < 10_000 else f"{metres / 1000:,.1f} km"
