"""What a fold needs besides the entries of its subject; all of it handed in, nothing fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from steerclear.procedure.chair import Rota
from steerclear.procedure.said import Key, Said
from steerclear.procedure.subject import AlertHere, AreaAtHome
from steerclear.speech.kinds.agreement import Scope
from steerclear.speech.parameters import Parameters


@dataclass(frozen=True, slots=True)
class HomeUnit:
    """An own unit that was told, and the read-back code that it spoke last ('' if none). Never leaves the
    node.
    """

    name: str
    code: str = ""
    at_ms: int | None = None
    counts_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class HomeArea:
    """An own area at home (messages.md, States): whether people are known to be there, when they last were,
    when its release was asked for, and how long after the later of the two it cools, as drawn once. Never
    leaves the node.
    """

    occupied: bool = False
    last_ms: int | None = None
    asked_ms: int | None = None
    drawn_ms: int | None = None

    @property
    def cooled_ms(self) -> int | None:
        """When the release may be signed; None while nobody asked for it, or somebody is there."""
        if self.occupied or self.asked_ms is None or self.drawn_ms is None:
            return None
        return max(self.asked_ms, self.last_ms or 0) + self.drawn_ms

    def state(self, now_ms: int) -> AreaAtHome:
        if self.asked_ms is None:
            return "occupied" if self.occupied else "recently_vacated" if self.last_ms is not None else ""
        if self.cooled_ms is None:
            return "release_asked"
        return "cooling" if now_ms < self.cooled_ms else "cooled"


@dataclass(frozen=True, slots=True)
class Local:
    """Facts of this node that are no entries: own units by subject id, the node's own names for parties and
    posts, by area id what is known at home of an own area, and by entry id what the own feeds say of an alert.
    """

    units: Mapping[str, tuple[HomeUnit, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, HomeArea] = field(default_factory=dict)
    alerts: Mapping[str, AlertHere] = field(default_factory=dict)


class Span(NamedTuple):
    """Half-open hours [start, end) with what their member said of them: covered or not."""

    start_ms: int
    end_ms: int
    covered: bool


@dataclass(frozen=True, slots=True)
class Residue:
    """What `erased` leaves of a subject (record.md, Erasure): its kind, last state, end of validity,
    verdicts.
    """

    kind: str
    life: str
    end_ms: int | None = None
    verdicts: tuple[str, ...] = ()
    term_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Suspended:
    """Categories that one party suspended, from its entry (at fold place `begin`) to its own `resumed`
    (`end`).
    """

    party: str
    categories: tuple[str, ...]
    begin: Key
    entry: str = ""
    end: Key | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    reason: str = ""
    terms: str = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """Parameters that hold from a place in the fold order on; `interim` while no agreement stands behind
    them. `scope` and `disclosure` ('' not said) are the agreement's.
    """

    begin: Key
    parameters: Parameters
    interim: bool
    agreement: str = ""
    from_ms: int | None = None
    until_ms: int | None = None
    exercise_periods: tuple[tuple[int, int], ...] = ()
    scope: Scope | None = None
    disclosure: str = ""

    def covers(self, at_ms: int) -> bool:
        """Whether the agreement's own dates, where it has any, cover an instant (half-open)."""
        return (self.from_ms is None or self.from_ms <= at_ms) and (
            self.until_ms is None or at_ms < self.until_ms
        )


def current(rows: Sequence[InForce], now_ms: int) -> InForce:
    """What holds now, of `rows` in fold order: the last, but for one whose own dates have not come (then what
    stood before it), or are over (then the genesis parameters again).
    """
    last = rows[-1]
    if last.covers(now_ms):
        return last
    if last.from_ms is not None and now_ms < last.from_ms and len(rows) > 1:
        return current(rows[:-1], now_ms)
    return replace(rows[0], begin=last.begin)


def next_turn(rows: Sequence[InForce], now_ms: int) -> int | None:
    """When `current` answers otherwise though nothing arrives: a date that comes or is over; None for never."""
    last = rows[-1]
    if last.from_ms is None or last.from_ms <= now_ms:
        return last.until_ms if last.until_ms is not None and now_ms < last.until_ms else None
    before = next_turn(rows[:-1], now_ms) if len(rows) > 1 else None
    return last.from_ms if before is None else min(before, last.from_ms)


FROM_GENESIS = InForce((-1, "", -1), Parameters(), True)


@dataclass(frozen=True)
class Context:
    """`own` is '' for an outside judge. `in_force` is in fold order and begins with the genesis. `author_of`
    gives the author of an area or notice by its entry id ('' when not held), for the site that a stop names;
    `sealed_of` the batch that an area was sealed in; `skew_of` how far clocks differed as its
    author's log has it, ms; `over_budget` are overlap queries beyond their month's cap.
    `repeats` and `patterns` are those of `repeats.py` over all stops of the line, `reviewed` what a meeting or
    an incident names; `unanswered` are `guard_calls.rows` over the radio warnings, `accounts` the encounter reports
    of others of which this party filed its own account; `alike` are `separation.alike` over the alerts, `told_of` what
    own encounter reports refer to. `fired` are the `alarms.fired_key`s that this
    node has logged; `sheets` gives, of an entry from paper, other entries of its serial that say something else,
    `openings` of an opened area others of its batch that name another count.
    `wall_ms` is the wall clock where it differs from the line's (NO PLAY runs on it).
    `rosters` is `rosters.rosters` over the line's `line.roster` entries. `silent` are members that the node
    observes as silent now. `agreed_areas`, `articles` (number, text) and `rota` are those of the agreement in force.
    """

    line: str = ""
    own: str = ""
    members: tuple[str, ...] = ()
    exercise_line: bool = False
    in_force: tuple[InForce, ...] = (FROM_GENESIS,)
    suspended: tuple[Suspended, ...] = ()
    local: Local = Local()
    silent: frozenset[str] = frozenset()
    rosters: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    author_of: Callable[[str], str] = lambda _: ""
    sealed_of: Callable[[str], Said | None] = lambda _: None
    skew_of: Callable[[Said], int] = lambda _: 0
    over_budget: frozenset[str] = frozenset()
    repeats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reviewed: frozenset[str] = frozenset()
    unanswered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset()
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told_of: frozenset[str] = frozenset()
    fired: frozenset[tuple[str, str, str]] = frozenset()
    sheets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    openings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    residues: Mapping[str, Residue] = field(default_factory=dict)
    agreed_areas: frozenset[str] = frozenset()
    articles: frozenset[tuple[str, str]] = frozenset()
    rota: Rota | None = None
    wall_ms: int | None = None

    def force_at(self, said: Said) -> InForce:
        """What was in force where and when an entry was said, so that every node answers alike; as `current` says it of
        now, so that what the desk checked is what the entry is judged by."""
        standing = [row for row in self.in_force if row.begin <= said.key]
        return current(standing, said.at_ms) if standing else FROM_GENESIS

    def parameters(self, said: Said) -> Parameters:
        return self.force_at(said).parameters

    def name(self, party: str) -> str:
        """The node's own name for a party, else the start of its id."""
        return self.local.names.get(party) or party[:8]

    def suspension(self, said: Said, category: str) -> Suspended | None:
        """The suspension by any member that covers `category` where this entry stands.

        `begin`/`end` are places in the fold order: an entry whose author had not seen the suspension stands
        beside it, and counts as during it only when its depth is greater (messages.md, line.status).
        """
        for row in self.suspended:
            begun = row.begin[0] < said.depth or (row.begin[1] == said.origin and row.begin < said.key)
            if category in row.categories and begun and (row.end is None or said.key < row.end):
                return row
        return None

    def exercise_open(self, said: Said) -> bool:
        """Whether the entry was said inside an exercise period of the agreement then in force."""
        periods = self.force_at(said).exercise_periods
        return any(start <= said.header.released_ms < end for start, end in periods)
