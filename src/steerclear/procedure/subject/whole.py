"""The subject itself: everything that a fold answers."""

from __future__ import annotations

from typing import Any

import msgspec

from steerclear.procedure.free_text import FreeText
from steerclear.procedure.subject.area import Area, Movement, Overlap
from steerclear.procedure.subject.claim import Claim
from steerclear.procedure.subject.contact import Assistance, CallRow, Radio, SeparationAlert
from steerclear.procedure.subject.due import Alarm, Deadline, Task
from steerclear.procedure.subject.notice import (
    Addressee,
    Foreign,
    Handover,
    HomeDissemination,
    LeadTime,
    Life,
    Missing,
    Uncovered,
    Version,
)
from steerclear.procedure.subject.stop import Stop
from steerclear.procedure.talks import Meeting, Provision


class Subject(msgspec.Struct, frozen=True):
    id: str
    kind: str
    family: str
    author: str
    mode: str
    life_safety: bool
    precedence: str
    released_ms: int
    life: Life
    version: str
    versions: tuple[Version, ...] = ()
    title: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    held: str = "held"
    no_play: bool = False
    interim: bool = True
    marks: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    addressees: tuple[Addressee, ...] = ()
    dissemination_home: HomeDissemination | None = None
    stop: Stop | None = None
    area: Area | None = None
    meeting: Meeting | None = None
    provision: Provision | None = None
    overlap: Overlap | None = None
    movement: Movement | None = None
    calls: tuple[CallRow, ...] = ()
    assistance: Assistance | None = None
    radio: Radio | None = None
    alert: SeparationAlert | None = None
    lead_time: LeadTime = LeadTime()
    uncovered: tuple[Uncovered, ...] = ()
    handover: Handover | None = None
    claim: Claim | None = None
    deadlines: tuple[Deadline, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    tasks: tuple[Task, ...] = ()
    no_effect: tuple[Foreign, ...] = ()
    contradictions: tuple[str, ...] = ()
    closed_by: str = ""
    closed_ms: int | None = None
    residue: str = ""
    entries: tuple[str, ...] = ()
    free_text: tuple[FreeText, ...] = ()
    next_due_ms: int | None = None
    standing: tuple[str, ...] = ()
    titled: dict[str, Any] = {}


def addressee(subject: Subject, party: str) -> Addressee | None:
    """The row of one party, or None for the author and for who is no member."""
    return next((row for row in subject.addressees if row.party == party), None)
