"""`scope.change` (messages.md, Beginning and keeping the line): the area of operations or the forces covered change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.volume import Volume4D
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text, Time, Word
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered


class ScopeChange(Body, frozen=True, kw_only=True):
    """What the author's notices cover from `begin` on. It changes no agreement: the scope of that is changed by
    ratifying another (`agreement`).
    """

    begin: Time | None = None
    until: Time | None = None
    area: Annotated[tuple[Volume4D, ...], Meta(max_length=20)] = ()
    added_forces: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()
    ended_forces: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()
    reason: Text | None = None
    text: Text | None = None


def _wrong(body: ScopeChange, parameters: Parameters) -> Iterator[Refused]:
    yield from ordered(body.begin, body.until, "until")
    for i, force in enumerate(body.added_forces):
        if force in body.ended_forces:
            yield no(
                "added-and-ended",
                f"added_forces[{i}]",
                "a force is added or ended, not both",
                "take it out of one of the two lists",
            )


def _missing(body: ScopeChange) -> list[str]:
    told = body.area or body.added_forces or body.ended_forces
    return absent(body, "begin") + ([] if told else ["area"]) + absent(body, "reason")


ROW = Kind(
    "scope.change",
    "keeping",
    ScopeChange,
    precedence="PRIORITY",
    answers=SHORT_ANSWERS,
    to_all=True,
    suspension="planning",
    wrong=_wrong,
    missing=_missing,
)
