"""Reading the body of a notice's version without caring which entry carries it, root or amend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from steerclear.errors import Malformed
from steerclear.procedure.said import Said
from steerclear.procedure.times import HOUR_MS
from steerclear.speech.kinds.site_notify import Site
from steerclear.speech.payload import notice_of
from steerclear.speech.shape import volumes_of
from steerclear.units import parse_time_lenient

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
