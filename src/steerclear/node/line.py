"""One line in memory: its logs, where each entry stands, what was folded of it, how its peers were last heard."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from steerclear.judgement import ActiveSet, Judgement
from steerclear.node.acting import Acting
from steerclear.node.beside_state import Beside
from steerclear.node.log import Log
from steerclear.node.mover_state import Movers
from steerclear.node.nearby import Nearby
from steerclear.node.watched import Folded
from steerclear.procedure.acts import Acts
from steerclear.procedure.acts import Genesis as LineGenesis
from steerclear.procedure.context import HomeArea, HomeUnit, Residue
from steerclear.procedure.guard_calls import Spoken
from steerclear.procedure.observed import Heard
from steerclear.procedure.subject import Alarm, Task
from steerclear.procedure.subjects import Subjects
from steerclear.record.admit import Invalid
from steerclear.record.genesis import Line
from steerclear.record.header import Header, Seen
from steerclear.record.order import Order, SeenOther
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import Read


class Waiting(msgspec.Struct, frozen=True):
    """A notice for which a releaser is wanted: since when, of what kind, and who asked."""

    at_ms: int
    kind: str
    officer: str


class LineSettings(msgspec.Struct, omit_defaults=True):
    """What this party decided about the line at home: side data, no entry. `recovery` says why the node may not sign
    (''; `restore`: a peer holds more of our log than we do)."""

    name: str = ""
    joined_ms: int = 0
    permitted: dict[str, dict[str, Any]] | None = None
    release_table: list[dict[str, Any]] | None = None
    coarse: list[dict[str, Any]] = msgspec.field(default_factory=list)
    waiting: dict[str, Waiting] = msgspec.field(default_factory=dict)
    recovery: str = ""


Rows = Mapping[str, tuple[str, ...]]
Across = tuple[Rows, Rows, Rows, frozenset[str], frozenset[str]]
"""Repeats and patterns of stops, unanswered warnings in a row, what was reviewed, own accounts: as last folded
(node/across.py)."""


@dataclass
class PeerState:
    """How one other member was last heard; measured, never declared. `holds`: what it says it holds of each log,
    `compared` its judgement hashes by conflict id, `shows` its states by subject, and `told` what it was told of ours
    (`compare`)."""

    heard: Heard = field(default_factory=Heard)
    holds: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    hinted: bool = False
    latency_ms: int | None = None
    skew_ms: int | None = None
    beats: list[tuple[int, int]] = field(default_factory=list)
    missed: int = 0
    compared: dict[str, Any] = field(default_factory=dict)
    shows: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)


@dataclass
class LineState:
    """Everything this node knows of one line.

    `headers`, `opened` and `parsed` are caches of what the store holds. `folded` are the subjects as last folded,
    `dirty` those to fold again, `settled` those closed for a day (id → release), which are folded only when asked for,
    `no_subject` the entries of which there is nothing to fold. `seen_said` is what the own log's newest leaf has seen
    of each other log, `orders` the nonces of exports carried out, `marks` those of admission and order, by entry id.

    Payloads inside the log (`parts`, `inline`), by (entry, party): `lacking` since when a member says it lacks one of
    ours, `inlined` where its parts stand (origin, index, part, of), `denied` what it says it cannot open, `proved` what
    our seed shows of that; `openable`: entries whose parts came for us.

    `queries` are overlap queries; `machine_checks` by log (origin) index and id of checks by
    machine; `reads` by officer's key which places of others it was shown, and when (`bulk`);
    `opened_entries` the `opened` of all logs; `sheets` what is known of paper serials, `openings` of counts of
    sealed areas (`sheets`).

    `acts_kept` are the acts folded last while unlocked, `due_table` deadlines that only payloads tell (`lock`),
    `no_play` the wall clock when a NO PLAY entry came, by id.

    Erasure (`erase`): `erased` entries whose payload was destroyed here, `erasable` those that another member says it
    destroyed, `erased_ahead` those it says so of and that are not held yet, `preserved` what a `preserve`
    names, and by which, `timetable` own notices that are erased by their time, `retention_ms` when to look at
    these again.

    Epochs (`epochs`), by log name: `restarts` the entry that opened it, `countersigned` the entry that we go on with,
    `held_back` what waits for our word.
    """

    line: Line
    own: str
    settings: LineSettings
    logs: dict[str, Log] = field(default_factory=dict)
    order: Order = field(default_factory=lambda: Order(lambda _log, _size: ""))
    positions: dict[str, tuple[str, int]] = field(default_factory=dict)
    marks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    headers: OrderedDict[str, Header] = field(default_factory=OrderedDict)
    opened: OrderedDict[str, Any] = field(default_factory=OrderedDict)
    parsed: OrderedDict[str, Read] = field(default_factory=OrderedDict)
    subjects: Subjects = field(default_factory=Subjects)
    folded: Folded = field(default_factory=Folded)
    dirty: set[str] = field(default_factory=set)
    settled: dict[str, int] = field(default_factory=dict)
    no_subject: set[str] = field(default_factory=set)
    swept_ms: int = 0
    told_kinds: dict[str, Counter[str]] = field(default_factory=dict)
    person_check: dict[str, str] = field(default_factory=dict)
    acting: Acting = field(default_factory=Acting)
    check_tasks: tuple[Task, ...] = ()
    about_line: list[str] = field(default_factory=list)
    acts: Acts | None = None
    stops: list[str] = field(default_factory=list)
    reviewed: set[str] = field(default_factory=set)
    queries: list[str] = field(default_factory=list)
    machine_checks: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    reads: dict[str, dict[str, int]] = field(default_factory=dict)
    opened_entries: list[str] = field(default_factory=list)
    sheets: Beside = field(default_factory=Beside)
    openings: Beside = field(default_factory=Beside)
    across: Across = ({}, {}, {}, frozenset(), frozenset())
    warnings: dict[str, None] = field(default_factory=dict)
    spoken: dict[str, Spoken | None] = field(default_factory=dict)
    unanswered: Rows = field(default_factory=dict)
    accounts: list[str] = field(default_factory=list)
    accounts_seen: int = 0
    own_accounts: frozenset[str] = frozenset()
    erasures: list[str] = field(default_factory=list)
    residues: Mapping[str, Residue] | None = None
    fired: set[tuple[str, str, str]] = field(default_factory=set)
    units: dict[str, tuple[HomeUnit, ...]] = field(default_factory=dict)
    areas: dict[str, HomeArea] = field(default_factory=dict)
    peers: dict[str, PeerState] = field(default_factory=dict)
    last_entry_ms: dict[str, int] = field(default_factory=dict)
    active: ActiveSet | None = None
    active_of: dict[str, str] = field(default_factory=dict)
    nearby: Nearby = field(default_factory=Nearby)
    rules_name: tuple[str, str] = ("", "")
    judged: dict[str, tuple[Judgement, str]] = field(default_factory=dict)
    judged_of: dict[str, set[str]] = field(default_factory=dict)
    conflicts_since: dict[str, int] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    invalid: list[tuple[str, Invalid]] = field(default_factory=list)
    invalid_logged: dict[str, tuple[int, int]] = field(default_factory=dict)
    disputed_seen: list[SeenOther] = field(default_factory=list)
    forks: dict[str, bytes] = field(default_factory=dict)
    standing: dict[str, Any] = field(default_factory=dict)
    line_alarms: tuple[Alarm, ...] = ()
    last_check_ms: int = 0
    orders: set[str] = field(default_factory=set)
    movers: Movers = field(default_factory=Movers)
    seen_said: dict[str, Seen] = field(default_factory=dict)

    carrying: Any = None
    silent: frozenset[str] = frozenset()
    acts_kept: Acts | None = None
    due_table: dict[str, tuple[tuple[str, str, str, int], ...]] = field(default_factory=dict)
    no_play: dict[str, int] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    erasable: set[str] = field(default_factory=set)
    erased_ahead: set[str] = field(default_factory=set)
    last_erased_ms: int = 0
    timetable: set[str] = field(default_factory=set)
    retention_ms: int = 0
    preserved: dict[str, set[str]] = field(default_factory=dict)
    restarts: dict[str, str] = field(default_factory=dict)
    countersigned: dict[str, str] = field(default_factory=dict)
    held_back: dict[str, list[str]] = field(default_factory=dict)
    lacking: dict[tuple[str, str], int] = field(default_factory=dict)
    inlined: dict[tuple[str, str], list[tuple[str, int, int, int]]] = field(default_factory=dict)
    openable: set[str] = field(default_factory=set)
    denied: set[tuple[str, str]] = field(default_factory=set)
    proved: dict[tuple[str, str], bool] = field(default_factory=dict)

    _own: tuple[int, Log] | None = None

    def forget_across(self) -> None:
        """Nothing is known across subjects any more: what was read of payloads is gone from memory."""
        self.across = ({}, {}, {}, frozenset(), frozenset())
        self.spoken.clear()
        self.unanswered = {}
        self.accounts_seen, self.own_accounts = 0, frozenset()

    @property
    def id(self) -> str:
        return self.line.id

    @property
    def own_log(self) -> Log:
        """This party's own log of its newest epoch."""
        if self._own is None or self._own[0] != len(self.logs):
            mine = [log for log in self.logs.values() if log.party == self.own]
            self._own = (len(self.logs), max(mine, key=lambda log: log.state.epoch))
        return self._own[1]

    def logs_of(self, party: str) -> list[Log]:
        """Every log of a party, by epoch."""
        return sorted(
            (log for log in self.logs.values() if log.party == party), key=lambda log: log.state.epoch
        )

    @property
    def members(self) -> tuple[str, ...]:
        """As the newest policy in the own log lists them."""
        return self.own_log.state.policy.policy.members

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(party for party in self.members if party != self.own)

    @property
    def current_genesis(self) -> LineGenesis:
        """What `procedure` wants to know of the beginning, with today's members."""
        return LineGenesis(
            self.id, self.members, self.genesis_parameters, self.line.exercise, self.line.founders
        )

    @cached_property
    def genesis_parameters(self) -> Parameters:
        return Parameters.from_dict(self.line.parameters)

    def peer(self, party: str) -> PeerState:
        return self.peers.setdefault(party, PeerState())
