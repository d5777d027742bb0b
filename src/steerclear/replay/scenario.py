"""A scenario file as values: who, which lines, what is done when, and what must be true afterwards.

`load` refuses everything that cannot be played, naming field, rule and remedy, before any node is built. Names
(`as`, parties) share one namespace, written `$name` where they are used.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from steerclear.errors import Malformed
from steerclear.replay import feeds
from steerclear.replay.offset import format_offset, parse_duration, parse_offset
from steerclear.units import parse_time

ACTS = ("say", "fault", "carry", "local", "export", "zeroize", "membership", "feed")
FAULTS = (
    "partition",
    "heal",
    "freeze",
    "thaw",
    "drop-payload",
    "deliver-payload",
    "crash",
    "restart",
    "backup",
    "restore-backup",
    "fork",
    "tamper",
)
QUERIES = ("get", "attempt", "verify", "file", "trace")
TESTS = ("equals", "contains", "lacks", "at_least", "at_most", "within")
BOTH = ("watch_officer", "releaser")
DEFAULT_POSTS: Mapping[str, tuple[str, ...]] = {"watch": BOTH, "second": BOTH}
SETTLE_MS = 1000

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_USED = re.compile(r"\$([a-z][a-z0-9_]*)", re.ASCII)


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Head(_Part, frozen=True):
    """`start` RFC 3339; `mode` what everything said carries unless a step says otherwise; `source` where it stands."""

    id: str
    title: str
    start: str
    story: str = ""
    source: str = ""
    mode: str = "EXERCISE"
    parameters: dict[str, Any] = {}


class Party(_Part, frozen=True):
    """`posts` name → roles; `offset_ms`, `drift_ppm` of its own clock against the player's time. `twin_of` names
    the party of which this is a second, forked node: it comes to life with the fault `fork`."""

    name: str
    title: str = ""
    posts: dict[str, tuple[str, ...]] = msgspec.field(default_factory=lambda: dict(DEFAULT_POSTS))
    units: tuple[str, ...] = ()
    feed: tuple[feeds.Feed, ...] = ()
    twin_of: str = ""
    offset_ms: int = 0
    drift_ppm: int = 0


class Line(_Part, frozen=True):
    """Always an exercise line: its clock is stepped. `introduced` false leaves it unauthenticated. `template`:
    one that ships, for its quorum and its numbers."""

    name: str
    members: tuple[str, ...]
    introduced: bool = True
    template: str = ""
    parameters: dict[str, Any] = {}


class Step(_Part, frozen=True, rename={"name": "as"}):
    """One act at one instant; which fields belong to which act: docs/reference/scenario-format.md."""

    at: str
    party: str = ""
    post: str = ""
    line: str = ""
    note: str = ""
    name: str = ""
    times: int = 1
    every: str = ""
    say: str = ""
    file: str = ""
    body: dict[str, Any] = {}
    inner: dict[str, Any] = {}
    wire: bool = False
    unchecked: bool = False
    drafted: bool = False
    to: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    supersedes: str = ""
    life_safety: bool | None = None
    precedence: str = ""
    mode: str = ""
    reply_by: str = ""
    cosign: tuple[str, ...] = ()
    expect: str = "accepted"
    fault: str = ""
    between: tuple[str, ...] = ()
    carry: str = ""
    local: str = ""
    export: str = ""
    entries: tuple[str, ...] = ()
    zeroize: bool = False
    membership: str = ""
    feed: str = ""
    lasts: str = ""
    movers: tuple[feeds.Mover, ...] = ()
    arguments: dict[str, Any] = {}

    @property
    def act(self) -> str:
        return next((act for act in ACTS if getattr(self, act)), "")


class Criterion(_Part, frozen=True):
    """A query on a named node's public API, or on a file that a node wrote, and what its answer must be.

    `needs` names the acts without which it must fail; a criterion that nothing can make fail is refused. Without any
    only an `attempt`, which is its own act, and what `standing` says to belong to the set-up.
    """

    text: str
    needs: tuple[str, ...]
    standing: str = ""
    at: str = ""
    party: str = ""
    line: str = ""
    get: str = ""
    attempt: dict[str, Any] | None = None
    verify: str = ""
    file: str = ""
    trace: str = ""
    part: tuple[int, int] = (0, 100)
    post: str = ""
    where: str = "@"
    equals: Any = msgspec.UNSET
    contains: Any = msgspec.UNSET
    lacks: Any = msgspec.UNSET
    at_least: Any = msgspec.UNSET
    at_most: Any = msgspec.UNSET
    within: Any = msgspec.UNSET


class Scenario(_Part, frozen=True, rename={"head": "scenario", "parties": "party", "lines": "line"}):
    """The whole file, steps expanded (`times`) and in order of time."""

    head: Head
    parties: tuple[Party, ...]
    lines: tuple[Line, ...] = ()
    step: tuple[Step, ...] = ()
    criterion: tuple[Criterion, ...] = ()

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def start_ms(self) -> int:
        return parse_time(self.head.start, field="scenario.start")

    def party(self, name: str) -> Party:
        return next(party for party in self.parties if party.name == name)

    def line(self, name: str) -> Line:
        """The line of that name; the first one where none is named."""
        return next(line for line in self.lines if name in ("", line.name))


def load(path: Path) -> Scenario:
    """Read a scenario file; raises `Malformed`."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed("unreadable", field=str(path), remedy=str(error)) from error


def parse(text: str) -> Scenario:
    """A scenario from TOML; raises `Malformed` naming field, rule and remedy."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise Malformed("bad-toml", field="scenario", remedy=str(error)) from error
    return from_document(document)


def from_document(document: dict[str, Any]) -> Scenario:
    """A scenario from the TOML's own tables (what `perturb` changes)."""
    try:
        raw = msgspec.convert(document, Scenario)
    except msgspec.ValidationError as error:
        raise Malformed(
            "bad-field", field="scenario", remedy=f"{error}; see docs/reference/scenario-format.md"
        ) from error
    lines = raw.lines or (Line(name="line", members=tuple(p.name for p in raw.parties if not p.twin_of)),)
    steps = sorted(_expanded(raw.step), key=lambda step: parse_offset(step.at))
    scenario = msgspec.structs.replace(raw, lines=lines, step=tuple(steps))
    _check(scenario)
    return scenario


def used(value: Any) -> Iterator[str]:
    """Every `$name` that stands anywhere in a value."""
    if isinstance(value, str):
        yield from _USED.findall(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from used(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from used(part)


def uses(part: Step | Criterion) -> set[str]:
    """Names that a step or a criterion refers to."""
    return set(used([value for value in msgspec.to_builtins(part).values() if value is not None]))


def _expanded(steps: Iterable[Step]) -> Iterator[Step]:
    """`times = 3, every = "00:10:00"` written out, `{n}` in its texts counting from 1."""
    for number, step in enumerate(steps):
        if step.feed or (step.times == 1 and not step.every):
            yield step
            continue
        if not 1 <= step.times <= 1000:
            raise Malformed("bad-times", field=f"step[{number}].times", remedy="repeat 1 to 1000 times")
        gap = parse_duration(step.every, field=f"step[{number}].every")
        for n in range(step.times):
            plain = msgspec.to_builtins(msgspec.structs.replace(step, times=1, every=""))
            plain["at"] = format_offset(parse_offset(step.at, field=f"step[{number}].at") + n * gap)
            yield msgspec.convert(_counted(plain, n + 1), Step)


def _counted(value: Any, n: int) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", str(n))
    if isinstance(value, dict):
        return {key: _counted(part, n) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_counted(part, n) for part in value]
    return value


def _refuse(condition: bool, rule: str, field: str, remedy: str) -> None:
    if condition:
        raise Malformed(rule, field=field, remedy=remedy)


def _check(scenario: Scenario) -> None:
    parse_time(scenario.head.start, field="scenario.start")
    _refuse(not scenario.criterion, "no-criteria", "criterion", "say what must be true: add a [[criterion]]")
    parties = {party.name for party in scenario.parties}
    _refuse(
        len(parties) != len(scenario.parties), "named-twice", "party.name", "give each party its own name"
    )
    for line in scenario.lines:
        strangers = set(line.members) - parties
        _refuse(
            bool(strangers), "unknown-party", f"line.{line.name}.members", f"no party {sorted(strangers)}"
        )
    for name in parties:
        _refuse(not _NAME.fullmatch(name), "bad-name", "party.name", "use a-z, 0-9 and _, a letter first")
    known = set(parties)
    for number, step in enumerate(scenario.step):
        _check_step(scenario, step, known, f"step[{number}]")
        if step.name:
            known.add(step.name)
    for number, criterion in enumerate(scenario.criterion):
        _check_criterion(scenario, criterion, known, f"criterion[{number}]")


def _check_step(scenario: Scenario, step: Step, known: set[str], field: str) -> None:
    acts = [act for act in ACTS if getattr(step, act)]
    _refuse(len(acts) != 1, "one-act", field, f"name exactly one of {', '.join(ACTS)}")
    parse_offset(step.at, field=f"{field}.at")
    if step.membership:
        known_acts = ("accede", "leave")
        _refuse(
            step.membership not in known_acts, "unknown-membership", f"{field}.membership", "accede or leave"
        )
    if step.fault:
        _refuse(step.fault not in FAULTS, "unknown-fault", f"{field}.fault", f"one of {', '.join(FAULTS)}")
    else:
        _refuse(not step.party, "no-party", f"{field}.party", "say which party does it")
    if step.party:
        posts = {p.name: p.posts for p in scenario.parties}
        _refuse(step.party not in posts, "unknown-party", f"{field}.party", f"no party {step.party}")
        for post in (*((step.post,) if step.post else ()), *step.cosign):
            _refuse(
                post not in posts[step.party], "unknown-post", f"{field}.post", f"{step.party} has no {post}"
            )
    if step.feed:
        named = {one.name for party in scenario.parties if party.name == step.party for one in party.feed}
        _refuse(step.feed not in named, "unknown-feed", f"{field}.feed", f"{step.party} has {sorted(named)}")
        feeds.check(step.movers, step.lasts, step.every, field)
    lines = {line.name for line in scenario.lines}
    _refuse(
        bool(step.line) and step.line not in lines, "unknown-line", f"{field}.line", f"no line {step.line}"
    )
    if step.name:
        _refuse(not _NAME.fullmatch(step.name), "bad-name", f"{field}.as", "use a-z, 0-9 and _")
        _refuse(step.name in known, "named-twice", f"{field}.as", f"${step.name} exists already")
    unknown = uses(step) - known
    _refuse(bool(unknown), "unknown-name", field, f"nothing before this is called {sorted(unknown)}")
    expects = step.expect == "accepted" or step.expect.startswith("refused:")
    _refuse(not expects, "bad-expect", f"{field}.expect", "write accepted or refused:<code>")


def _check_criterion(scenario: Scenario, criterion: Criterion, known: set[str], field: str) -> None:
    asked = [query for query in QUERIES if getattr(criterion, query)]
    _refuse(len(asked) != 1, "one-query", field, f"name exactly one of {', '.join(QUERIES)}")
    tests = [test for test in TESTS if getattr(criterion, test) is not msgspec.UNSET]
    _refuse(not tests, "no-test", field, f"name at least one of {', '.join(TESTS)}")
    if criterion.at:
        parse_offset(criterion.at, field=f"{field}.at")
    if criterion.get or criterion.trace or criterion.attempt is not None:
        names = {party.name for party in scenario.parties}
        _refuse(
            criterion.party not in names, "unknown-party", f"{field}.party", "name the node that is asked"
        )
    unknown = (uses(criterion) | set(criterion.needs)) - known
    _refuse(bool(unknown), "unknown-name", field, f"nothing is called {sorted(unknown)}")
    _refuse(
        not criterion.needs and criterion.attempt is None and not criterion.standing,
        "nothing-needed",
        f"{field}.needs",
        "name the acts (as = …) without which this must fail; what nothing can make fail shows nothing",
    )
