"""What the kinds of accountability share: a claimed event, whose counts are whose, and where it was first said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent
from steerclear.speech.kinds.common import Body, Count, EntryId, Hash, Position, Text, Time, Word
from steerclear.speech.refusing import no, ordered

ClaimState = Literal[
    "asserted",
    "denied",
    "no_information",
    "under_review",
    "partly_confirmed",
    "confirmed",
    "refuted",
    "unverifiable",
]
"""messages.md, States: claim."""

Happening = Literal[
    "fire_on_place",
    "collision",
    "near_collision",
    "entry_of_airspace",
    "obstruction",
    "laser",
    "jamming",
    "detention",
    "violation_of_agreement",
    "other",
]


class Counted(Body, frozen=True, kw_only=True):
    """A number with its unit, as its author claims it: never merged with another's, never printed without whose it is
    (messages.md, Accountability). `most` absent: no upper end said.
    """

    unit: Literal[
        "dead", "injured", "missing", "buildings", "vehicles", "vessels", "aircraft", "calls", "other"
    ]
    least: Count
    most: Count | None = None
    of_whom: Literal["civilians", "own_personnel", "personnel", "aid_workers", "not_stated"] | None = None


class Source(Body, frozen=True, kw_only=True):
    """Who says so, outside the line."""

    kind: Literal["named", "unnamed_official", "press", "own_observation", "third_party", "not_stated"]
    name: Word | None = None


class Publication(Body, frozen=True, kw_only=True):
    """Where and when it was first made public. A time before the claimed event is flagged, never judged (A12)."""

    at: Time
    where: Word | None = None
    hash: Hash | None = None


class Event(Body, frozen=True, kw_only=True):
    """A claimed event: what, in which interval, where with what error. Nothing here says who did it or why."""

    happening: Happening | None = None
    begin: Time | None = None
    end: Time | None = None
    positions: Annotated[tuple[Position, ...], Meta(max_length=5)] = ()
    place: Word | None = None
    counts: Annotated[tuple[Counted, ...], Meta(max_length=20)] = ()
    source: Source | None = None
    published: Publication | None = None
    rule: (
        Annotated[
            str,
            Meta(
                pattern="^[a-z0-9_.-]{1,60}$",
                max_length=60,
                description="the name of a rule, such as incsea.well-clear",
            ),
        ]
        | None
    ) = None
    notices: Annotated[tuple[EntryId, ...], Meta(max_length=50)] = ()
    evidence: Annotated[tuple[Hash, ...], Meta(max_length=100)] = ()
    text: Text | None = None


def wrong_event(event: Event | None, field: str = "event") -> Iterator[Refused]:
    """Ends before it begins; a band upside down; a count given twice for the same unit and people."""
    if event is None:
        return
    if event.begin != event.end:
        yield from ordered(event.begin, event.end, f"{field}.end")
    seen = set()
    for i, one in enumerate(event.counts):
        if one.most is not None and one.most < one.least:
            yield no(
                "upper-below-lower",
                f"{field}.counts[{i}].most",
                "a band's most is below its least",
                "swap them",
            )
        if (one.unit, one.of_whom) in seen:
            yield no(
                "count-twice",
                f"{field}.counts[{i}]",
                "each unit of each group of people once: counts are never summed",
                "make them one band, or say of whom",
                "messages.md, Accountability",
            )
        seen.add((one.unit, one.of_whom))
    if event.source is not None and event.source.kind == "named" and event.source.name is None:
        yield no("source-without-name", f"{field}.source.name", "a named source has a name", "name it")


def missing_event(event: Event | None, field: str = "event") -> list[str]:
    if event is None:
        return [field]
    out = absent(event, "happening", "begin", "end", "positions", "source")
    return [f"{field}.{name}" for name in out]
