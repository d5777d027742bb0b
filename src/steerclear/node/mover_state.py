"""What a node keeps of alerts on movers, by line: own ones that stand or wait at home, and what is said of others'.

Side data `movers/<line>`, sealed like payloads, since what stays at home may hold where others were (boundary.md: it
lives for a day). An alert that was signed is in the log besides; here stands how it goes on after a restart.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from steerclear.judgement.separation.meeting import Meeting
from steerclear.judgement.separation.telling import Form
from steerclear.procedure.separation import Alike
from steerclear.procedure.subject import AlertHere
from steerclear.speech.kinds.alert import AlertEnd, AlertLevel, AlertRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steerclear.judgement.conformance.danger import DangerArea, Endangered
    from steerclear.judgement.conformance.judge import Declared
    from steerclear.judgement.conformance.rows import Standing, Uncoordinated
    from steerclear.judgement.conformance.undeclared import AgreedArea
    from steerclear.judgement.separation.course import DeclaredLine
    from steerclear.judgement.separation.life import Live
    from steerclear.space.prepare import PreparedVolume


IDENT: Final = "^[a-z]{2,8}:[!-~]{1,40}$"
"""How a mover is named: by what it broadcasts, or what a feed calls it."""
HOME: Final = "home-"
"""The id of an alert that is no entry begins so."""


class OwnMover(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mover of this party's, by what it broadcasts or what a feed calls it, and the own notice under which it moves
    ('' for none). `manned` None: as its class says."""

    ident: Annotated[str, msgspec.Meta(pattern=IDENT)]
    notice: Annotated[str, msgspec.Meta(max_length=64)] = ""
    manned: bool | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the movers of a look are held against: own movers and what was declared of them, the areas of the agreement
    in force, every volume that anybody declared, and the danger areas that stand."""

    fleet: Mapping[str, OwnMover] = field(default_factory=dict)
    declared: tuple[Declared, ...] = ()
    areas: tuple[AgreedArea, ...] = ()
    volumes: tuple[PreparedVolume, ...] = ()
    dangers: tuple[DangerArea, ...] = ()

    @property
    def lines(self) -> Mapping[str, tuple[DeclaredLine, ...]]:
        """Corridors that were declared of own movers, by ident."""
        return {one.ident: one.lines for one in self.declared if one.lines}


class Kept(msgspec.Struct, frozen=True):
    """One own alert. `id` is the entry that raised it, or `home-…` for one that stays at home; `key` that of its life;
    `why` it stays there; `met` its newest look, at its end the nearest; `over_ms`, `reason` when and how it ended;
    `released` the entries by which officers told of it, in order; `course` looks for a report of it, by time; `said` of
    one that the node signed the newest look that could be said in its form; `untold`: that it is over
    could not be signed yet; `end_told`: an officer told that it is over; `rule`: by which it was
    raised."""

    id: str
    key: tuple[str, ...]
    form: Form
    level: AlertLevel
    first_ms: int
    raised_ms: int
    met: Meeting
    confirmed_ms: int | None = None
    over_ms: int | None = None
    reason: AlertEnd | None = None
    why: str = ""
    released: tuple[str, ...] = ()
    course: tuple[Meeting, ...] = ()
    said: Meeting | None = None
    untold: bool = False
    end_told: bool = False
    rule: AlertRule = "minima"

    @property
    def at_home(self) -> bool:
        return self.id.startswith(HOME)

    @property
    def state(self) -> Literal["raised", "confirmed", "cleared"]:
        if self.over_ms is not None:
            return "cleared"
        return "raised" if self.confirmed_ms is None else "confirmed"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What rings of an alert at home while the node is locked: its level, since when, and what was told of it, which
    says nothing of who or where."""

    level: AlertLevel
    raised_ms: int
    released: tuple[str, ...] = ()
    end_told: bool = False


@dataclass
class Movers:
    """`open`: own alerts that stand, by the key of their life. `kept`: all that is kept, by id. `roots`: `raised`
    entries of everybody in order of arrival, of which `unread` were not opened yet. `here` what the own feeds say of
    others', by entry; `asked` those that were put to them. `told_of`: what own encounter reports refer to. `standing`:
    own alerts that stand as the last look showed them, by id, in memory alone: `kept` is as of their last step.

    Conformance: `fleet` own movers by ident, `fleet_keys` where each is kept, under a name that says nothing; `plan`
    what movers are held against (None: to be made anew); `standings` of own movers as of `judged_ms`; `departed` since
    when, by key, one does not agree, and `told` how; `uncoordinated` movers now, `entered` since when an area has any,
    and `endangered` own movers in danger areas, since when.

    Locked: `sealed`: alerts at home that stood then, by id; `locked_ms`: since when it is locked, None while it is
    not; `sealed_fleet` and `sealed_alerts`: how many own movers are listed, and how many alerts at home of the last day
    were kept by a node that started locked: of neither can anything be read."""

    open: dict[tuple[str, ...], str] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    standing: dict[str, Live[Meeting]] = field(default_factory=dict)
    roots: dict[str, None] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)
    alike: Alike = field(default_factory=Alike)
    sealed: dict[str, Sealed] = field(default_factory=dict)
    here: dict[str, AlertHere] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    told_of: set[str] = field(default_factory=set)
    fleet: dict[str, OwnMover] = field(default_factory=dict)
    fleet_keys: dict[str, str] = field(default_factory=dict)
    plan: Plan | None = None
    standings: tuple[Standing, ...] = ()
    judged_ms: int | None = None
    departed: dict[tuple[str, ...], int] = field(default_factory=dict)
    told: dict[tuple[str, ...], Standing] = field(default_factory=dict)
    entered: dict[str, int] = field(default_factory=dict)
    uncoordinated: tuple[Uncoordinated, ...] = ()
    endangered: dict[tuple[str, ...], tuple[int, Endangered]] = field(default_factory=dict)
    locked_ms: int | None = None
    sealed_fleet: int = 0
    sealed_alerts: int = 0


def home_id(key: tuple[str, ...], raised_ms: int) -> str:
    """The id of an alert that is no entry: the same for the same alert, and nothing of it can be read from it."""
    return HOME + hashlib.sha256(repr((key, raised_ms)).encode()).hexdigest()[:16]
