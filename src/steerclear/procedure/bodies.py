"""Reading the body of a notice's version without caring which entry carries it, root or amend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from steerclear.errors import Malformed
from steerclear.procedure.said import Said
from steerclear.procedure.times import HOUR_MS
from steerclear.speech.kinds.site_notify import Site
from steerclear.speech.payload import notice_of
from steerclear.speech.phrases import catalogue
from steerclear.speech.phrases.groups import group_of
from steerclear.speech.shape import volumes_of
from steerclear.speech.texts import code, text
from steerclear.units import format_dtg, parse_time_lenient

# A time without a zone may be any zone that exists: UTC-12 to UTC+14 (judgement.md, Bad input).
_EARLIER_MS = 14 * HOUR_MS
_LATER_MS = 12 * HOUR_MS


def content(said: Said) -> Any:
    """The notice that this version carries (an amend's new body), or None where it cannot be read here."""
    if said.body is None:
        return None
    if said.kind == "amend":
        return notice_of(said.body)[0]  # type: ignore[arg-type]
    return said.body


def instant(text: object) -> int | None:
    """A time of a payload in ms, read leniently (no zone: as UTC); None where it is absent or no time."""
    if not isinstance(text, str):
        return None
    try:
        return parse_time_lenient(text)[0]
    except Malformed:
        return None


def window(body: Any) -> tuple[int | None, int | None]:
    """Hull [start, end) of what a body says, on the most protective reading; None for an end that is absent.

    A recurrence stretches it to the end of its last turn. Without a zone both ends move outwards.
    """
    starts: list[int | None] = []
    ends: list[int | None] = []
    for one in volumes_of(body) if not isinstance(body, Site) else ():
        starts.append(_edge(getattr(one, "start", None), -_EARLIER_MS))
        ends.append(_edge(getattr(one, "end", None), _LATER_MS))
    if not starts:
        starts.append(_edge(_first(body, ("first", "since", "begin")), -_EARLIER_MS))
        ends.append(_edge(_first(body, ("end",)), _LATER_MS))
    start = min((at for at in starts if at is not None), default=None)
    end = None if None in ends else max(at for at in ends if at is not None)
    again = getattr(body, "recurrence", None)
    if again is not None and end is not None:
        end += (again.times - 1) * again.every_hours * HOUR_MS
    return start, end


def _first(body: Any, names: Iterable[str]) -> object:
    return next((value for name in names if (value := getattr(body, name, None)) is not None), None)


def _edge(text: object, without_zone: int) -> int | None:
    if not isinstance(text, str):
        return None
    try:
        at, zoned = parse_time_lenient(text)
    except Malformed:
        return None
    return int(at) if zoned else at + without_zone


def titled(kind: str, body: Any) -> dict[str, Any]:
    """One short line that a watch officer recognises, as a text of the catalogues; no free text of the payload, no
    position."""
    words: list[Any] = []
    for name in _SHOWN:
        value = getattr(body, name, None)
        if value is not None:
            words.append(_word(body, name, str(value)))
    number = getattr(body, "number", None)
    if isinstance(number, str):
        words.append(number)
    elif number is not None:
        most = "" if number.most in (None, number.least) else f"-{number.most}"
        words.append(f"{number.least}{most}")
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
