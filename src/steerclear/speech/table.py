"""Every kind as one row of data: what carries it, who may sign it, what it answers, what can hold it back.

Source of every column: messages.md (Parties, Header, Kinds, States) unless the row says otherwise. A new kind
is a body struct in `kinds/` and a row here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from steerclear.record.header import Precedence
from steerclear.speech.kinds import activity, agreement, answers, area, changes, contact, keeping
from steerclear.speech.kinds.common import Body

Role = Literal[
    "watch_officer",
    "releaser",
    "linguist",
    "custodian",
    "liaison",
    "notification_officer",
    "chair",
    "witness",
    "administrator",
    "node",
    "root",
]
Release = Literal["none", "watch", "one", "two", "roots"]
LifeSafety = Literal["always", "may", "people_in_danger", "follows", "never"]
Family = Literal["keeping", "activity", "area", "answer", "change", "contact", "talks", "record"]

ACTIVITIES = ("activity.flight", "activity.voyage", "activity.hazard")
AREAS = ("area.declare",)
STOPS = ("stop",)
CHANGEABLE = (*ACTIVITIES, *AREAS, *STOPS)
ANY = "*"

_OFFICERS: tuple[Role, ...] = ("watch_officer", "releaser")
_ALL_ANSWERS = answers.NOTICE_ANSWERS
_SHORT_ANSWERS = ("NOTED", "UNABLE", "QUERY", "NOT_UNDERSTOOD", "DECLINED")


@dataclass(frozen=True, slots=True)
class Kind:
    """One row.

    `life_safety`: `always` (the entry is life safety or it is wrong), `may` (its author decides),
    `people_in_danger` (only with that field of the body true), `follows` (only as an answer to an entry that
    has the flag, or as a new version of a kind that may have it), `never`. `subject`: the kinds that refs[0]
    may name (`*`: any but the record's own); `subject_needed` refuses the entry without it. `answers`: what a
    `reply` to this kind may say. `suspension`: the category whose suspension holds the kind back, empty when
    none can. `to_all`: addressed to every member of the line. `unauthenticated`: may pass before both
    `introduce` confirmations stand, without being life safety. `coarse`: time-critical, so the watch alone
    may release a coarse form after the wait. `release` is the default of messages.md; a party's own table
    stands over it. `precedence`: the default on the desk, `life_safety_precedence` when the flag is set.
    """

    name: str
    family: Family
    body: type[Body] | None
    carries: Literal["payload", "record"] = "payload"
    life_safety: LifeSafety = "never"
    precedence: Precedence = "ROUTINE"
    release: Release = "one"
    roles: tuple[Role, ...] = _OFFICERS
    subject: tuple[str, ...] = ()
    subject_needed: bool = False
    answers: tuple[str, ...] = ()
    suspension: keeping.SuspensionCategory | Literal[""] = ""
    to_all: bool = False
    unauthenticated: bool = False
    coarse: bool = False


def _record(name: str, release: Release = "none", roles: tuple[Role, ...] = ("node",)) -> Kind:
    """A kind of the record itself: no payload, its content in the header's `record`, permitted on
    every line.
    """
    return Kind(name, "record", None, "record", release=release, roles=roles, unauthenticated=True)


_ROWS = (
    Kind(
        "introduce",
        "keeping",
        keeping.Introduce,
        precedence="PRIORITY",
        answers=_SHORT_ANSWERS,
        to_all=True,
        unauthenticated=True,
    ),
    Kind(
        "line.check",
        "keeping",
        keeping.LineCheck,
        release="watch",
        roles=(*_OFFICERS, "liaison", "linguist", "node"),
        answers=("NOTED", "NOT_UNDERSTOOD", "QUERY"),
    ),
    Kind(
        "line.status",
        "keeping",
        keeping.LineStatus,
        precedence="PRIORITY",
        release="watch",
        subject=("line.status",),
        answers=_SHORT_ANSWERS,
        to_all=True,
    ),
    Kind(
        "activity.flight",
        "activity",
        activity.Flight,
        answers=_ALL_ANSWERS,
        suspension="notices",
        coarse=True,
    ),
    Kind(
        "activity.voyage",
        "activity",
        activity.Voyage,
        answers=_ALL_ANSWERS,
        suspension="notices",
        coarse=True,
    ),
    Kind(
        "activity.hazard",
        "activity",
        activity.Hazard,
        precedence="PRIORITY",
        answers=_ALL_ANSWERS,
        suspension="notices",
        coarse=True,
    ),
    Kind(
        "amend",
        "change",
        changes.Amend,
        life_safety="follows",
        subject=CHANGEABLE,
        subject_needed=True,
        answers=_ALL_ANSWERS,
        coarse=True,
    ),
    Kind(
        "withdraw",
        "change",
        changes.Withdraw,
        subject=CHANGEABLE,
        subject_needed=True,
        answers=_SHORT_ANSWERS,
    ),
    Kind(
        "complete",
        "change",
        changes.Complete,
        life_safety="follows",
        subject=CHANGEABLE,
        subject_needed=True,
        answers=_SHORT_ANSWERS,
    ),
    Kind(
        "area.declare",
        "area",
        area.AreaDeclare,
        life_safety="people_in_danger",
        precedence="PRIORITY",
        release="two",
        roles=(*_OFFICERS, "custodian"),
        answers=_ALL_ANSWERS,
        suspension="notices",
        coarse=True,
    ),
    Kind(
        "area.request",
        "area",
        area.AreaRequest,
        precedence="PRIORITY",
        release="two",
        answers=_SHORT_ANSWERS,
        suspension="planning",
    ),
    Kind(
        "area.reply",
        "area",
        area.AreaReply,
        precedence="PRIORITY",
        release="two",
        roles=(*_OFFICERS, "custodian"),
        subject=("area.request",),
        subject_needed=True,
        answers=_SHORT_ANSWERS,
        suspension="planning",
    ),
    Kind(
        "receipt",
        "answer",
        answers.Receipt,
        life_safety="follows",
        release="watch",
        roles=(*_OFFICERS, "liaison", "custodian", "notification_officer"),
        subject=(ANY,),
        subject_needed=True,
    ),
    Kind(
        "reply",
        "answer",
        answers.Reply,
        life_safety="follows",
        subject=(ANY,),
        subject_needed=True,
        answers=_SHORT_ANSWERS,
    ),
    Kind(
        "dissemination",
        "answer",
        answers.Dissemination,
        life_safety="follows",
        subject=(*CHANGEABLE, "amend", "warning.radio"),
        subject_needed=True,
        answers=_SHORT_ANSWERS,
    ),
    Kind(
        "warning.radio",
        "contact",
        contact.WarningRadio,
        life_safety="may",
        precedence="IMMEDIATE",
        release="watch",
        answers=_SHORT_ANSWERS,
    ),
    Kind(
        "stop",
        "contact",
        contact.Stop,
        life_safety="always",
        precedence="FLASH",
        release="watch",
        answers=answers.STOP_ANSWERS,
        to_all=True,
    ),
    Kind(
        "encounter.report",
        "contact",
        contact.EncounterReport,
        precedence="PRIORITY",
        answers=_SHORT_ANSWERS,
    ),
    Kind(
        "agreement",
        "talks",
        agreement.Agreement,
        precedence="PRIORITY",
        roles=("releaser",),
        subject=("agreement",),
        answers=_SHORT_ANSWERS,
        to_all=True,
    ),
    _record("entry.invalid"),
    _record("payload-missing"),
    _record("payload-held"),
    _record("payload-unopenable"),
    _record("payload.inline"),
    _record("carried"),
    _record("fork"),
    _record("erased"),
    _record("opened"),
    _record("timer.fired"),
    _record("policy", release="roots", roles=("root",)),
    _record("key", release="roots", roles=("root", "releaser")),
    _record("log.restart", release="roots", roles=("root",)),
)

KINDS: Mapping[str, Kind] = MappingProxyType({row.name: row for row in _ROWS})


def kind(name: str) -> Kind | None:
    """The row of a kind, or `None`: an unknown kind is admitted, delivered and shown as not understood."""
    return KINDS.get(name)


def spoken() -> tuple[Kind, ...]:
    """The kinds that carry a payload, in the table's order."""
    return tuple(row for row in _ROWS if row.body is not None)
