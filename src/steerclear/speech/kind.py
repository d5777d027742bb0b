"""`Kind`: the row that each kind has in the table, and the groups of kinds that rows name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from steerclear.errors import Refused
from steerclear.record.header import Precedence
from steerclear.speech.kinds.common import Body, SuspensionCategory
from steerclear.speech.parameters import Parameters

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
Release = Literal["none", "watch", "second", "one", "two", "roots"]
LifeSafety = Literal["always", "may", "people_in_danger", "soon", "follows", "never"]
Family = Literal[
    "keeping",
    "activity",
    "area",
    "humanitarian",
    "answer",
    "change",
    "contact",
    "accountability",
    "talks",
    "record",
]

ACTIVITIES = (
    "activity.flight",
    "activity.voyage",
    "activity.ground",
    "activity.hazard",
    "activity.exercise",
    "activity.visit",
)
AREAS = ("area.declare",)
SITES = ("site.notify",)
PLACES = (*AREAS, *SITES)
"""What protects a place until two officers release it; expiry makes it stale."""
MOVEMENTS = ("movement.notify",)
TIMETABLE = (*SITES, *MOVEMENTS)
"""What is erased by itself when its time is over (messages.md, Timers: retention)."""
STOPS = ("stop",)
KEPT = ("baseline", "scope.change")
ACCOUNTS = ("incident", "preserve")
SPOKEN = ("warning.radio", "identity.query", "assist")
"""What goes on after it was first said: its author amends it as it goes, and completes it."""
CHANGEABLE = (*ACTIVITIES, *PLACES, *MOVEMENTS, *STOPS, *SPOKEN, *KEPT, *ACCOUNTS)
CHALLENGES = ("area.challenge",)
QUERIES = ("overlap.query",)
"""What stands until its author withdraws it."""
NO_PLAY = ("stop", "assist")
"""REAL in an exercise these are NO PLAY (messages.md, Header: mode)."""
ANY = "*"

OFFICERS: tuple[Role, ...] = ("watch_officer", "releaser")
SHORT_ANSWERS = ("NOTED", "UNABLE", "QUERY", "NOT_UNDERSTOOD", "DECLINED")
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


@dataclass(frozen=True, slots=True)
class Kind:
    """One row.

    `life_safety`: `always` (the entry is life safety or it is wrong), `may` (its author decides),
    `people_in_danger` (only with that field of the body true), `soon` (only of a loss of separation less than
    10 min ahead), `follows` (only as an answer to an entry that
    has the flag, or as a new version of a kind that may have it), `never`. `subject`: the kinds that refs[0]
    may name (`*`: any but the record's own); `subject_needed` refuses the entry without it. `answers`: what a
    `reply` to this kind may say. `suspension`: the category whose suspension holds the kind back, empty when
    none can. `to_all`: addressed to every member of the line; `at_home`: it `may` go to nobody and stay with
    its own party, or goes to nobody `only`. `unauthenticated`: may pass before both `introduce`
    confirmations stand, without being life safety. `coarse`: time-critical, so a coarser form may be
    approved beforehand (`speech.coarse`). `over`: times of the body that must be past when it is signed.
    `answer_due`: an answer may be asked for by a time. `release` is
    the default of messages.md; a party's own table stands over it. `precedence`: the default on the desk.
    `apart`: its payload is for its addressee alone: no query, list, board, kit or stream shows it.
    `wrong` yields what is wrong in a body (paths without `body.`), `missing` what it leaves out, most needed
    first; neither where the shape says all.
    """

    name: str
    family: Family
    body: type[Body] | None
    carries: Literal["payload", "record"] = "payload"
    life_safety: LifeSafety = "never"
    precedence: Precedence = "ROUTINE"
    release: Release = "one"
    roles: tuple[Role, ...] = OFFICERS
    subject: tuple[str, ...] = ()
    subject_needed: bool = False
    answers: tuple[str, ...] = ()
    suspension: SuspensionCategory | Literal[""] = ""
    to_all: bool = False
    at_home: Literal["", "may", "only"] = ""
    unauthenticated: bool = False
    coarse: bool = False
    apart: bool = False
    over: tuple[str, ...] = ()
    answer_due: bool = True
    wrong: Callable[[Any, Parameters], Iterator[Refused]] | None = None
    missing: Callable[[Any], list[str]] | None = None
