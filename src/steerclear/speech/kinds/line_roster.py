"""`line.roster` (messages.md, Beginning and keeping the line): when somebody answers, as covered or not covered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from msgspec import Meta

from steerclear.errors import Malformed, Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, EntryId, Window
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered
from steerclear.units import parse_time

_SOURCE = "messages.md, line.roster; judgement.md, Geometry (half-open intervals)"


class Hours(Body, frozen=True, kw_only=True):
    """One window, and whether a person who may act for the party answers in it."""

    window: Window
    covered: bool


class LineRoster(Body, frozen=True, kw_only=True):
    """Whether the author's end of the line is covered in each window: outward no post, no name, no shift.

    `activity` names the proposed activity for whose window it was asked. A later roster of the same party holds
    over an earlier one where their windows overlap. What no window names is not said.
    """

    hours: Annotated[tuple[Hours, ...], Meta(max_length=100)] = ()
    activity: EntryId | None = None


def _wrong(body: LineRoster, parameters: Parameters) -> Iterator[Refused]:
    spans = []
    for i, one in enumerate(body.hours):
        yield from ordered(one.window.start, one.window.end, f"hours[{i}].window.end")
        try:
            spans.append((parse_time(one.window.start), parse_time(one.window.end), i))
        except Malformed:
            return  # the bad time itself is refused with its field
    for (_, end, _), (start, _, i) in pairwise(sorted(spans)):
        if start < end:
            yield no(
                "windows-overlap",
                f"hours[{i}].window.start",
                "the windows of one roster do not overlap",
                "begin it where the one before ends",
                _SOURCE,
            )


def _missing(body: LineRoster) -> list[str]:
    return absent(body, "hours")


ROW = Kind(
    "line.roster",
    "keeping",
    LineRoster,
    release="watch",
    answers=SHORT_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
