"""The board: everything a watch needs at one look, and the order in which it stands there."""

from __future__ import annotations

import msgspec

from steerclear.procedure.subject import Alarm, Subject, Task
from steerclear.record.texts import NOTIFICATION
from steerclear.speech.kinds.agreement import NO_RECOGNITION
from steerclear.views.compared import TheyShow
from steerclear.views.conflicts import Conflict, Unchecked
from steerclear.views.feeds import FeedRow
from steerclear.views.health import PeerHealth

MAX_ROWS = 50
NO_EMPTINESS = "What is not shown here is not therefore empty: no notice is no statement about anybody."
NO_PERMISSION = "A notice noted, delivered or told to units is no permission and no guarantee."
NO_IHL_CHANGE = NOTIFICATION
SEALED = "not_judged(sealed)"


class Board(msgspec.Struct, frozen=True):
    """Everything a watch needs at one look. `as_of`: log → size folded, `members` when and how each was last heard:
    what stands here of a member is as old as that. `they_show` is how others show the notices of this page,
    `feeds` how each feed of this site is heard. `more` says that rows were left out, `alarms_left` how many alarms that
    stand."""

    line: str
    now_ms: int
    as_of: dict[str, int]
    mode: str
    interim: bool
    unauthenticated: bool
    locked: bool
    recovery: str
    alarms: tuple[Alarm, ...]
    tasks: tuple[Task, ...]
    notices: tuple[Subject, ...]
    conflicts: tuple[Conflict, ...]
    unchecked: tuple[Unchecked, ...]
    standing: tuple[str, ...]
    more: bool = False
    members: tuple[PeerHealth, ...] = ()
    they_show: tuple[TheyShow, ...] = ()
    feeds: tuple[FeedRow, ...] = ()
    alarms_left: int = 0


def board_order(row: Subject) -> tuple[bool, bool, int, int, str]:
    """Open before closed, REAL before what is not, by precedence, then the newest."""
    closed = row.life in ("done", "cancelled", "expired") and not row.alarms
    return (closed, row.mode != "REAL", _ORDER[row.precedence], -row.released_ms, row.id)


def standing_lines(sealed_allowed: bool) -> tuple[str, ...]:
    """What stands on every board, the same whether anything hides behind it or not (boundary.md)."""
    always = (NO_EMPTINESS, NO_PERMISSION, NO_IHL_CHANGE, NO_RECOGNITION)
    return (SEALED, *always) if sealed_allowed else always


_ORDER = {"FLASH": 0, "IMMEDIATE": 1, "PRIORITY": 2, "ROUTINE": 3}
