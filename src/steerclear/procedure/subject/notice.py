"""What every notice has: its versions, whom it reached and how far, its lead time, what is missing of it."""

from __future__ import annotations

from typing import Literal

import msgspec

Life = Literal["released", "active", "done", "amended", "cancelled", "expired"]
AddresseeState = Literal["not-addressed", "sent", "delivered", "read", "understood", "answered"]
Word = Literal["none", "headquarters", "part", "all"]
DisseminationState = Literal["none", "headquarters", "part", "all", "re-confirm"]
LostHop = Literal["", "line", "authority", "units"]


class Version(msgspec.Struct, frozen=True):
    """One wording of the notice: the root entry or an amend of its author."""

    id: str
    life: Life
    released_ms: int
    readback: str = ""


class Dissemination(msgspec.Struct, frozen=True):
    """What an addressee says its units hold, for the current version only."""

    word: Word = "none"
    n: int | None = None
    m: int | None = None
    state: DisseminationState = "none"
    counts_until_ms: int | None = None
    version: str = ""
    entry: str = ""


class Addressee(msgspec.Struct, frozen=True):
    """One member's state of the current version. A member that was not addressed was not informed."""

    party: str
    informed: bool
    state: AddresseeState
    sent_ms: int | None = None
    delivered_ms: int | None = None
    read_ms: int | None = None
    understood_ms: int | None = None
    answered_ms: int | None = None
    read_by: str = ""
    post_class: str = ""
    answer: str = ""
    answer_id: str = ""
    answered_late: str = ""
    lost_hop: LostHop = ""
    marks: tuple[str, ...] = ()
    dissemination: Dissemination = Dissemination()


class HomeDissemination(msgspec.Struct, frozen=True):
    """At home only: how many own units read back the current version, and who did not."""

    n: int
    m: int
    unreached: tuple[str, ...] = ()
    old: dict[str, str] = {}


class LeadTime(msgspec.Struct, frozen=True):
    """Event minus release, in ms: `state` is `none` (no event time), `stated` (nothing proves or contradicts
    the author's release yet), `agreed` (stated and proven within a minute) or `disputed` (see `low_ms`,
    `high_ms`). `skew_ms`: how far clocks differed as the author's log measured it, up to a minute, which neither
    contradicts nor settles anything.
    """

    state: Literal["none", "stated", "agreed", "disputed"] = "none"
    event_ms: int | None = None
    stated_ms: int | None = None
    low_ms: int | None = None
    high_ms: int | None = None
    text: str = ""
    skew_ms: int = 0


class Uncovered(msgspec.Struct, frozen=True):
    """Half-open hours inside an activity in which a member said that nobody answers at its end."""

    party: str
    start_ms: int
    end_ms: int


class Handover(msgspec.Struct, frozen=True):
    """The watch given from one post to the next: `items` are the subjects named as open; until somebody else reads
    them back the outgoing post has the watch."""

    from_post: str
    to_post: str
    items: tuple[str, ...]
    read_back_by: str = ""
    read_back_ms: int | None = None


class Foreign(msgspec.Struct, frozen=True):
    """An act without effect: who said what, and the mark that says why it changed nothing."""

    entry: str
    party: str
    kind: str
    mark: str


class Missing(msgspec.Struct, frozen=True):
    field: str
    ask: str
