"""`meeting` (messages.md, Kinds, Talks): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Carrier, EntryId, PartyId, Text, Time, Word
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered

MeetingAct = Literal["propose", "confirm", "decline", "counter_propose", "held", "read_out", "action", "done"]
Level = Literal[
    "heads", "ministers", "deputies", "chiefs_of_staff", "representatives", "working_group", "duty_officers"
]
Outcome = Literal["discussed", "agreed", "not_agreed", "left_open", "not_discussed"]
Number = Annotated[int, Meta(ge=1, le=999)]


class Item(Body, frozen=True, kw_only=True):
    """One point of the agenda: the same words in every read-out let them be compared. `provision` names the
    entry whose wording is talked about.
    """

    item: Word
    provision: EntryId | None = None


class Point(Body, frozen=True, kw_only=True):
    """What one side says of one point, in the order of weight that it gives them."""

    item: Word
    outcome: Outcome
    text: Text | None = None


class Action(Body, frozen=True, kw_only=True):
    """Something that one party is to do by a time; `number` stays the same in every record of it."""

    number: Number
    text: Text
    owner: PartyId
    due: Time
    post: Word | None = None


class Track(Body, frozen=True, kw_only=True):
    """Another track that this one touches: its name, where it stands there, and an entry of this line about
    it.
    """

    track: Literal["political", "military", "technical", "humanitarian", "legal", "other"]
    name: Word
    reference: Word | None = None
    entry: EntryId | None = None


class Meeting(Body, frozen=True, kw_only=True):
    """One act of a meeting. `propose` begins it; every other act names it in refs[0].

    `counter_propose` offers another time, level or carrier; `confirm` and `decline` answer the standing
    offer; `held` says that it took place; `read_out` is one side's account, beside the other's; `action`
    records what is to be done, by whom, until when (so may `held` and `read_out`); `done` closes own actions.
    An `emergency` session is to be held within the hour. `as_chair`: convened by the party whose turn it is.
    """

    act: MeetingAct
    form: Literal["scheduled", "emergency"] | None = None
    level: Level | None = None
    round: Annotated[int, Meta(ge=1, le=9999)] | None = None
    after: EntryId | None = None
    carrier: Carrier | None = None
    begin: Time | None = None
    end: Time | None = None
    place: Word | None = None
    as_chair: bool | None = None
    agenda: Annotated[tuple[Item, ...], Meta(max_length=50)] = ()
    read_out: Annotated[tuple[Point, ...], Meta(max_length=100)] = ()
    actions: Annotated[tuple[Action, ...], Meta(max_length=50)] = ()
    done: Annotated[tuple[Number, ...], Meta(max_length=50)] = ()
    tracks: Annotated[tuple[Track, ...], Meta(max_length=20)] = ()
    reason: Text | None = None
    text: Text | None = None


# Which acts a field goes with; everything else goes with any act.
_GOES_WITH: dict[str, tuple[MeetingAct, ...]] = {
    "form": ("propose",),
    "after": ("propose",),
    "as_chair": ("propose",),
    "agenda": ("propose", "counter_propose"),
    "read_out": ("read_out",),
    "actions": ("held", "read_out", "action"),
    "done": ("done",),
}


def _wrong(body: Meeting, parameters: Parameters) -> Iterator[Refused]:
    yield from ordered(body.begin, body.end, "end")
    for name, acts in _GOES_WITH.items():
        if getattr(body, name) not in (None, ()) and body.act not in acts:
            rule = f"{name} goes with {', '.join(acts)}"
            yield no("field-of-another-act", name, rule, "leave it out, or say it in an entry of that act")
    for name, keys in (
        ("agenda", [same(one.item) for one in body.agenda]),
        ("read_out", [same(one.item) for one in body.read_out]),
        ("actions", [one.number for one in body.actions]),
    ):
        for i, key in enumerate(keys):
            if key in keys[:i]:
                yield no("said-twice", f"{name}[{i}]", "each point and each number once", "leave one out")


def same(words: str) -> str:
    """A point of the agenda as it is compared: without regard to case and spaces."""
    return " ".join(words.split()).casefold()


_NEEDS: dict[str, tuple[str, ...]] = {
    "propose": ("form", "level", "begin", "carrier", "agenda"),
    "counter_propose": ("begin",),
    "decline": ("reason",),
    "held": ("begin", "end"),
    "read_out": ("read_out",),
    "action": ("actions",),
    "done": ("done",),
}


def _missing(body: Meeting) -> list[str]:
    needs = _NEEDS.get(body.act, ())
    if body.act == "propose" and body.form == "emergency":
        needs = tuple(name for name in needs if name != "begin")
    return absent(body, *needs)


ROW = Kind(
    "meeting",
    "talks",
    Meeting,
    precedence="PRIORITY",
    roles=("watch_officer", "releaser", "chair"),
    subject=("meeting",),
    answers=SHORT_ANSWERS,
    suspension="meetings",
    wrong=_wrong,
    missing=_missing,
)
