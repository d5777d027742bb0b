"""The title of a subject: one short line that a watch officer recognises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from steerclear.procedure.bodies import instant, window
from steerclear.speech.kinds.baseline import Baseline
from steerclear.speech.kinds.scope_change import ScopeChange
from steerclear.speech.phrases import catalogue
from steerclear.speech.phrases.groups import group_of
from steerclear.speech.texts import code, text
from steerclear.units import format_dtg

FORCES_NAMED: Final = 3
"""So many forces are named; of more it says how many there are."""


def titled(kind: str, body: Any) -> dict[str, Any]:
    """One short line that a watch officer recognises, as a text of the catalogues; no free text of the payload, no
    position."""
    words: list[Any] = []
    for name in _SHOWN:
        value = getattr(body, name, None)
        if isinstance(value, str):
            words.append(_word(body, name, value))
    number = getattr(body, "number", None)
    if isinstance(number, str):
        words.append(number)
    elif number is not None:
        most = "" if number.most in (None, number.least) else f"-{number.most}"
        words.append(f"{number.least}{most}")
    words += _kept(body)
    start, end = window(body) if body is not None else (None, None)
    if start is not None and end is not None:
        words.append(text("tasks.part.hours", **{"from": start, "to": end}))
    elif start is not None:
        words.append(format_dtg(start))
    noun = code("noun", kind)
    return text("tasks.part.title", noun=noun, words=words) if words else text("tasks.part.noun", noun=noun)


_SHOWN = (
    "area",
    "precision",
    "danger",
    "function",
    "aircraft_class",
    "formation",
    "site_kind",
    "place",
    "form",
    "act",
    "status",
    "name",
)


def _word(body: Any, field: str, value: str) -> Any:
    """A code by its label, what its author wrote as it stands."""
    group = group_of(type(body).__name__, field)
    return code(group, value) if value in catalogue().get(group, {}) else value.replace("_", " ")


def _kept(body: Any) -> list[dict[str, Any]]:
    """What a baseline and a change of scope are about: what goes on as a matter of course and since when; what is
    covered, and which forces join or end. Empty for every other kind."""
    if isinstance(body, Baseline):
        return [*_as_of(body), *_standing(body), *_forces("tasks.part.forces", body.forces)]
    if isinstance(body, ScopeChange):
        return [*_scope(body)]
    return []


def _as_of(body: Baseline) -> Iterator[dict[str, Any]]:
    at = instant(body.as_of)
    if at is not None:
        yield text("tasks.part.as-of", at=at)


def _standing(body: Baseline) -> list[dict[str, Any]]:
    """Each sort of standing activity once, in the order in which it was said first."""
    return [code("what", what) for what in dict.fromkeys(one.what for one in body.standing)]


def _scope(body: ScopeChange) -> Iterator[dict[str, Any]]:
    if body.area:
        yield text("tasks.part.new-area", n=len(body.area))
    yield from _forces("tasks.part.forces-added", body.added_forces)
    yield from _forces("tasks.part.forces-ended", body.ended_forces)
    until = instant(body.until)
    if until is not None:
        yield text("tasks.part.until", at=until)


def _forces(key: str, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    if names:
        more = len(names) - FORCES_NAMED
        named = [*names[:FORCES_NAMED], *([text("tasks.part.more", n=more)] if more > 0 else [])]
        yield text(key, names=named)
