"""A plan or area as it is judged, from its fold and the version that stands: for the board and a period report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from steerclear.judgement.notice import Notice
from steerclear.judgement.reading import notice_of
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject


@dataclass(frozen=True)
class AsRead:
    """What is known of an entry besides itself: how much of each log (origin) its author had mirrored, what reading its
    payload found (`marks`), whether a place in it could not be read."""

    seen: Mapping[str, int] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    lost: bool = False


def judged_notice(subject: Subject, said: Said, body: Any, read: AsRead) -> Notice | None:
    """The notice of the version `said` of a subject; None for what is not judged (`reading.notice_of`)."""
    agreed = subject.area.state in ("agreed", "active") if subject.area is not None else None
    return notice_of(
        id=said.id,
        party=said.author,
        kind=subject.kind,
        mode=said.header.mode,
        body=body,
        held=said.held,
        subject="" if subject.id == said.id else subject.id,
        life_safety=said.header.life_safety,
        agreed=agreed,
        marks=read.marks,
        origin=said.origin,
        index=said.index,
        seen=read.seen,
        lost=read.lost,
    )
