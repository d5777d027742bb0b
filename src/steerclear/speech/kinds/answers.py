"""Answers (messages.md): `receipt`, `reply`, `dissemination`. There is no code that approves."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from steerclear.space.altitude import Altitude
from steerclear.space.volume import Volume4D
from steerclear.speech.kinds.common import Body, Count, EntryId, Hash, Position, Text, Time, Word

NO_ADMISSION = "no admission"

PostClass = Literal[
    "operations", "liaison", "embassy", "attache", "duty_room", "headquarters", "unit", "other"
]
Answer = Literal[
    "NOTED",
    "NO_CONFLICT_KNOWN",
    "CONFLICT",
    "PROPOSE_CHANGE",
    "UNABLE",
    "QUERY",
    "NOT_UNDERSTOOD",
    "DECLINED",
    "CHECKING",
    "HOLDING",
    "NOT_OURS",
    "UNABLE_TO_REACH_UNITS",
    "CANNOT_HOLD",
    "NOT_LIFE_SAFETY",
]
STOP_ANSWERS = ("CHECKING", "HOLDING", "NOT_OURS", "UNABLE_TO_REACH_UNITS", "CANNOT_HOLD")
NOTICE_ANSWERS = (
    "NOTED",
    "NO_CONFLICT_KNOWN",
    "CONFLICT",
    "PROPOSE_CHANGE",
    "UNABLE",
    "QUERY",
    "NOT_UNDERSTOOD",
    "DECLINED",
)


ReadBackCode = Annotated[str, Meta(min_length=4, max_length=4, extra={"is": "code"})]


class ReadBack(Body, frozen=True, kw_only=True):
    """The coded fields as the reader heard them; `understood` needs the positions to agree (AT03)."""

    positions: tuple[Position, ...] = ()
    times: tuple[Time, ...] = ()
    altitudes: tuple[Altitude, ...] = ()
    code: ReadBackCode | None = None


class Receipt(Body, frozen=True, kw_only=True):
    """A named post has read the entry in refs[0], or has understood it (read back, positions agree).

    Delivered is no entry: it is the addressee's mirror cosignature. Of the post classes only `operations`
    moves the state of the addressee; receipt by an embassy or a liaison post is shown as such and opens a
    relay (A3).
    """

    level: Literal["read", "understood"]
    post_class: PostClass | None = None
    post: Word | None = None
    at: Time | None = None
    read_back: ReadBack | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None


class AsOf(Body, frozen=True, kw_only=True):
    """How much of a log the answer was checked against: its size, and its age in ms when it was checked."""

    log: Annotated[str, Meta(max_length=200)]
    size: Annotated[int, Meta(ge=0)]
    age_ms: Annotated[int, Meta(ge=0)]


class Proposal(Body, frozen=True, kw_only=True):
    """What the author of the notice might say instead; it binds nobody and changes nothing by itself."""

    kind: Annotated[str, Meta(max_length=40)]
    notice: dict[str, Any]


class Reply(Body, frozen=True, kw_only=True):
    """An answer to the entry in refs[0].

    To a `stop` only CHECKING, HOLDING (`until`), NOT_OURS (the event reported was not ours: never of the
    present or the future), UNABLE_TO_REACH_UNITS and CANNOT_HOLD, each with `statement` = "no admission"; to
    any life-safety entry also NOT_LIFE_SAFETY with `reason`. NO_CONFLICT_KNOWN says against how many notices
    and `as_of` what.
    """

    answer: Answer
    until: Time | None = None
    statement: Literal["no admission"] | None = None
    reason: Text | None = None
    against: Count | None = None
    as_of: tuple[AsOf, ...] = ()
    conflicts: tuple[Hash, ...] = ()
    where: tuple[Volume4D, ...] = ()
    proposal: Proposal | None = None
    fields: tuple[Annotated[str, Meta(max_length=120)], ...] = ()
    text: Text | None = None


class Dissemination(Body, frozen=True, kw_only=True):
    """How far one version of a notice has been told on at the addressee's side.

    Outward it is a `word` and a salted commitment of n of m (`count_commitment` below); `confirmed` (n) and
    `units` (m) stay at home: the desk lets them stand only in an entry that has no addressee but its author's
    own party. `notice` is the version confirmed, `code` the read-back code that the unit spoke; the word
    lapses at `counts_until` (end of the unit's shift as the addressee says, 12 h at most) and with every new
    version.
    """

    word: Literal["none", "headquarters", "part", "all"]
    notice: EntryId | None = None
    code: ReadBackCode | None = None
    counts_until: Time | None = None
    count_commitment: Hash | None = None
    confirmed: Count | None = None
    units: Count | None = None
