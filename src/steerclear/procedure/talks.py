"""What a fold answers of a `meeting` and of a `provision`. Names are API (docs/reference/subject.md)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

MeetingState = Literal["proposed", "counter-proposed", "declined", "held"]
MeetingAnswer = Literal["", "confirmed", "declined", "counter-proposed"]
ActionState = Literal["open", "done", "late", "disputed", "missed", "cancelled"]
ProvisionState = Literal["open", "closer", "agreed"]


class MeetingParty(msgspec.Struct, frozen=True):
    """One party's word on the standing offer, and whether it says that the meeting was held."""

    party: str
    answer: MeetingAnswer = ""
    answered_ms: int | None = None
    entry: str = ""
    says_held: bool = False


class Says(msgspec.Struct, frozen=True):
    """One side's word on one point: `place` 1 is the point that it names first."""

    party: str
    outcome: str
    place: int
    text: str = ""


class Compared(msgspec.Struct, frozen=True):
    """One point of the talks, each side's word beside the other's. `why` it differs: '' (all who gave a
    read-out confirm the same), `outcome` (they say different things), `one-side` (not all name it).
    """

    item: str
    why: Literal["", "outcome", "one-side"]
    says: tuple[Says, ...]
    same_place: bool = True


class Record(msgspec.Struct, frozen=True):
    """An action as one party recorded it."""

    party: str
    owner: str
    due_ms: int | None
    text: str
    entry: str


class ActionRow(msgspec.Struct, frozen=True):
    """One action: due when the earliest record says. `differ`: the records name another owner or time."""

    number: int
    owner: str
    due_ms: int | None
    text: str
    state: ActionState
    done_by: str = ""
    done_ms: int | None = None
    differ: bool = False
    records: tuple[Record, ...] = ()


class TrackRow(msgspec.Struct, frozen=True):
    """Another track that a meeting touches, as one party named it."""

    party: str
    track: str
    name: str
    reference: str = ""
    entry: str = ""


class Meeting(msgspec.Struct, frozen=True):
    """`offer`: the entry that proposes the standing time; `begin_ms`, `end_ms` are the offer's, and of a held
    one those of whoever said so first. `read_outs` party → its newest; `confirmed` and `differ` are items.
    `chair`: whose turn it was when it was proposed; `as_chair` says that it was convened by that right.
    """

    state: MeetingState
    form: str = ""
    level: str = ""
    round: int | None = None
    carrier: str = ""
    offer: str = ""
    begin_ms: int | None = None
    end_ms: int | None = None
    convened_ms: int | None = None
    after: str = ""
    chair: str = ""
    as_chair: bool = False
    agenda: tuple[str, ...] = ()
    parties: tuple[MeetingParty, ...] = ()
    held_by: tuple[str, ...] = ()
    actions: tuple[ActionRow, ...] = ()
    read_outs: dict[str, str] = {}
    points: tuple[Compared, ...] = ()
    confirmed: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    tracks: tuple[TrackRow, ...] = ()


class ProvisionParty(msgspec.Struct, frozen=True):
    """Where one party stands, on which wording. `other_wording`: it agreed to words that no longer stand."""

    party: str
    position: Literal["", "open", "closer", "agreed"] = ""
    wording: str = ""
    entry: str = ""
    said_ms: int | None = None
    other_wording: bool = False


class Wording(msgspec.Struct, frozen=True):
    """One text that was brought, by whom."""

    hash: str
    party: str
    entry: str
    said_ms: int


class Step(msgspec.Struct, frozen=True):
    """When the provision came to stand so."""

    state: ProvisionState
    since_ms: int
    entry: str


class Provision(msgspec.Struct, frozen=True):
    """`wording` is the one that stands: agreed by all, else the newest. `steps` are its states in order.
    `in_force`: an agreement in force carries an article of this number and text.
    """

    state: ProvisionState
    number: str = ""
    title: str = ""
    wording: str = ""
    text: str = ""
    parameters: dict[str, Any] = {}
    guarantees: tuple[str, ...] = ()
    wordings: tuple[Wording, ...] = ()
    parties: tuple[ProvisionParty, ...] = ()
    steps: tuple[Step, ...] = ()
    in_force: bool = False
