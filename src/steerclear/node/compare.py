"""What this node and another member show of the same things: judgement hashes and states of subjects, told to each
other and shown side by side (judgement.md, What every judgement returns; record.md, State).

Nothing is asked and nothing answered about what the other may not read: of a conflict both entries, of a subject its
root have the other as author or addressee. What is told of a subject is folded again from what the other may read
alone, so that it says no more than the other could work out from the same entries; whatever is side data here (units,
names, cooling, what fired) takes no part. Silence about an id is the same whatever its reason.

Kept in memory alone: after a restart nothing is compared until the next heartbeat.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from steerclear.judgement import Judgement, judge_pair, judgement_hash
from steerclear.judgement.answer import compare_hashes
from steerclear.node import folds, holding, tick
from steerclear.node.line import LineState, PeerState
from steerclear.node.node import Node
from steerclear.procedure import fold as folding
from steerclear.procedure.context import Context, Local
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.views.compared import NOT_YET, Compared, TheyShow

MOST = 24
"""Conflicts, and subjects, in one question: it and its answer fit the size of a heartbeat."""
MOST_WHOLE = 8
"""Whole answers fetched in one go, of those that differ."""
MAX_ANSWER, MAX_TEXT = 8192, 256
"""Bytes of an answer as JSON, and characters of each text in it; more is taken for unreadable."""
LAST_MS = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z: no instant of an answer lies behind it."""


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A judgement asked about: our conflict id, rule and both volumes (entry, index), so that an answer under other
    terms, whose id is another, is found too. `whole`: the answer itself is wanted."""

    id: str
    rule: str
    a: tuple[str, int]
    b: tuple[str, int]
    whole: bool = False


class PairTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Their judgement hash for the id asked about, and the answer as JSON where it was wanted."""

    id: str
    hash: str
    answer: dict[str, Any] | None = None


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a subject stands there, in words of `docs/reference/subject.md`; `addressees` party → state."""

    id: str
    version: str
    life: str
    stop: str = ""
    area: str = ""
    addressees: dict[str, str] = {}


@dataclass(frozen=True)
class Asked:
    """What is asked of one member in one go."""

    conflicts: tuple[Pair, ...] = ()
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """Its answer: of what it shows, and may tell; `holds` how much it holds of each log."""

    time_ms: int
    holds: Mapping[str, int]
    conflicts: tuple[PairTold, ...] = ()
    subjects: tuple[State, ...] = ()


@dataclass(frozen=True)
class Heard:
    """What a member told about one of our judgements: its hash ('' for nothing) and, where it differs, its answer."""

    hash: str
    at_ms: int
    answer: Judgement | None = None


@dataclass(frozen=True)
class Shown:
    """What a member told about one subject (None: nothing), and of how many leaves of our log."""

    state: State | None
    as_of: int
    at_ms: int


@dataclass(frozen=True)
class Outward:
    """What was told of a subject: `of` its fold here at that time, and when what may be told changes by itself."""

    of: Subject
    due_ms: int | None
    state: State


def to_ask(node: Node, line_id: str, party: str) -> Asked:
    """What to ask this member now: first what was never asked, the newest first; then what was asked longest ago."""
    line = node.line(line_id)
    peer = line.peer(party)
    open_ = (one for one in reversed(list(line.judged)) if _both(node, line, line.judged[one][0], party))
    conflicts = _next(open_, {one: heard.at_ms for one, heard in peer.compared.items()})
    shared = (one.id for one in reversed(list(line.folded.values())) if may_read(node, line, one.id, party))
    subjects = _next(shared, {one: shown.at_ms for one, shown in peer.shows.items()})
    return Asked(tuple(_pair(line.judged[one][0]) for one in conflicts), tuple(subjects))


def to_fetch(node: Node, line_id: str, party: str, asked: Asked) -> Asked:
    """Of these, the answers that differ and are not at hand yet."""
    line = node.line(line_id)
    peer = line.peer(party)
    wanted = []
    for pair in asked.conflicts:
        mine, heard = line.judged.get(pair.id), peer.compared.get(pair.id)
        if (
            mine is not None
            and heard is not None
            and heard.hash not in ("", mine[1])
            and heard.answer is None
        ):
            wanted.append(msgspec.structs.replace(pair, whole=True))
    return Asked(tuple(wanted[:MOST_WHOLE]))


def answer(node: Node, line_id: str, party: str, asked: Asked) -> Told:
    """What this node shows of these, as far as the member who asks may read it; the rest is left out."""
    line = node.line(line_id)
    tick.refresh(node, line)
    told = [_tell(node, line, party, pair) for pair in asked.conflicts[:MOST]]
    given = _outward_context(folds.context(node, line))
    states = [_state(node, line, party, one, given) for one in asked.subjects[:MOST]]
    holds = {log.origin: log.size for log in line.logs.values() if log.size}
    return Told(
        node.clock.now_ms(),
        holds,
        tuple(one for one in told if one is not None),
        tuple(one for one in states if one is not None),
    )


def take(node: Node, line_id: str, party: str, asked: Asked, told: Told) -> None:
    """Keep what the member said about what it was asked, and forget what is no longer shown here."""
    line = node.line(line_id)
    peer, now = line.peer(party), node.clock.now_ms()
    hashes = {one.id: one for one in told.conflicts}
    before_all = _seen_of(peer)
    for pair in asked.conflicts:
        if pair.id not in line.judged:
            continue
        one, before = hashes.get(pair.id), peer.compared.get(pair.id)
        theirs = _read(one, pair) if one is not None else None
        if theirs is None and one is not None and before is not None and before.hash == one.hash:
            theirs = before.answer
        peer.compared[pair.id] = Heard(one.hash if one is not None else "", now, theirs)
    states = {one.id: one for one in told.subjects}
    for subject in asked.subjects:
        peer.shows[subject] = Shown(states.get(subject), told.holds.get(line.own_log.origin, 0), now)
    peer.compared = {one: heard for one, heard in peer.compared.items() if one in line.judged}
    peer.shows = {one: shown for one, shown in peer.shows.items() if one in line.folded}
    peer.told = {one: kept for one, kept in peer.told.items() if line.folded.get(one) is kept.of}
    if _seen_of(peer) != before_all:
        node.changed.add(line_id)


def compared(node: Node, line: LineState, judgement: Judgement) -> tuple[Compared, ...]:
    """This judgement against that of every other member who may read both entries."""
    out = []
    for party in line.others:
        if not _both(node, line, judgement, party):
            continue
        heard = line.peer(party).compared.get(judgement.id)
        if heard is None or not heard.hash:
            out.append(Compared(party, NOT_YET, heard.at_ms if heard is not None else None))
            continue
        state = compare_hashes(judgement, heard.hash)
        theirs = heard.answer if state == "differs" else None
        out.append(Compared(party, state, heard.at_ms, heard.hash, theirs))
    return tuple(out)


def they_show(line: LineState, subject: Subject) -> tuple[TheyShow, ...]:
    """What the others told of this subject, each as of when it told."""
    out = []
    for party in line.others:
        shown = line.peer(party).shows.get(subject.id)
        if shown is None or shown.state is None:
            continue
        theirs, mine = shown.state, _words(subject, (line.own, party))
        parts = ("version", "life", "stop", "area", "addressees")
        differs = tuple(name for name in parts if getattr(theirs, name) != getattr(mine, name))
        rest = (theirs.life, theirs.version, theirs.stop, theirs.area, dict(theirs.addressees))
        out.append(TheyShow(subject.id, party, *rest, shown.as_of, shown.at_ms, differs))
    return tuple(out)


def may_read(node: Node, line: LineState, entry: str, party: str) -> bool:
    """Whether this member is author or addressee of an entry that is held here."""
    if not holding.known(line, entry):
        return False
    header = holding.header_of(node, line, entry)
    return party == header.author or party in header.to


def _seen_of(peer: PeerState) -> tuple[dict[str, str], dict[str, State | None]]:
    """What a member said, whenever it was."""
    hashes = {one: heard.hash for one, heard in peer.compared.items()}
    return hashes, {one: shown.state for one, shown in peer.shows.items()}


def _both(node: Node, line: LineState, judgement: Judgement, party: str) -> bool:
    """Both entries of the pair; a notice that could not be judged as a whole stands alone."""
    sides = (judgement.a.entry, judgement.b.entry)
    return all(may_read(node, line, entry, party) for entry in sides if entry)


def _next(ids: Iterable[str], asked: Mapping[str, int]) -> list[str]:
    """At most `MOST`: those not asked yet as they come, then the longest unasked."""
    fresh: list[str] = []
    rest: list[str] = []
    for one in ids:
        if one in asked:
            rest.append(one)
        elif len(fresh) < MOST:
            fresh.append(one)
    return [*fresh, *sorted(rest, key=lambda one: (asked[one], one))][:MOST]


def _pair(judgement: Judgement) -> Pair:
    a, b = judgement.a, judgement.b
    return Pair(judgement.id, judgement.rule, (a.entry, a.volume), (b.entry, b.volume))


def _tell(node: Node, line: LineState, party: str, pair: Pair) -> PairTold | None:
    found = line.judged.get(pair.id)
    mine = found[0] if found is not None else _judged_now(node, line, party, pair)
    if mine is None or not _both(node, line, mine, party):
        return None
    whole = msgspec.to_builtins(mine) if pair.whole else None
    return PairTold(pair.id, judgement_hash(mine), whole)


def _judged_now(node: Node, line: LineState, party: str, pair: Pair) -> Judgement | None:
    """The answer about a pair of which nothing stands here under this id: no conflict, or one under other terms."""
    if line.active is None or not all(may_read(node, line, one[0], party) for one in (pair.a, pair.b)):
        return None
    one, two = (line.active.get(entry) for entry, _ in (pair.a, pair.b))
    if one is None or two is None:
        return None
    found = judge_pair(one, two, line.active.rules)
    same = [j for j in found if _pair(j).a == pair.a and _pair(j).b == pair.b]
    return next(iter(same or found), None)


def _outward_context(given: Context) -> Context:
    """A fold's context without what is known at home alone."""
    return replace(given, local=Local(), fired=frozenset(), silent=frozenset(), repeats={})


def _state(node: Node, line: LineState, party: str, subject_id: str, given: Context) -> State | None:
    """The subject folded from what this member may read; None where it is none of his, or not here. What was told is
    told again until the subject here was folded anew, or something of what he may read falls due."""
    here = line.folded.get(subject_id)
    if here is None or not may_read(node, line, subject_id, party):
        return None
    told, now = line.peer(party).told, folds.now_of(node, line, subject_id)
    known: Outward | None = told.get(subject_id)
    if known is not None and known.of is here and (known.due_ms is None or now < known.due_ms):
        return known.state
    entries = [_as_read_by(party, holding.said(node, line, one)) for one in line.subjects.entries(subject_id)]
    theirs = folds.fold(node, line, subject_id, entries, given)
    made = told[subject_id] = Outward(here, theirs.next_due_ms, _words(theirs, (party, node.party)))
    return made.state


def _as_read_by(party: str, said: Said) -> Said:
    """The entry without its payload where this member is neither author nor addressee."""
    if not said.header.commitment or party == said.author or party in said.header.to:
        return said
    return replace(said, inner=None, body=None, raw=None, held="not_addressed", readback="")


def _words(subject: Subject, pair: tuple[str, str]) -> State:
    """The outward state, of addressees only the two who compare."""
    outward = folding.outward(subject)
    return State(
        outward.id,
        outward.version,
        outward.life,
        outward.stop.state if outward.stop is not None else "",
        outward.area.state if outward.area is not None else "",
        {row.party: row.state for row in outward.addressees if row.party in pair},
    )


def _read(told: PairTold, pair: Pair) -> Judgement | None:
    """Their answer, if it is about these notices, has the hash told, and can be shown as it stands."""
    if told.answer is None or len(msgspec.json.encode(told.answer)) > MAX_ANSWER:
        return None
    if not all(_showable(value) for value in _values(told.answer)):
        return None
    try:
        found = msgspec.convert(told.answer, Judgement)
    except msgspec.ValidationError:
        return None
    same = (found.a.entry, found.b.entry) == (pair.a[0], pair.b[0])
    dated = all(0 <= at <= LAST_MS for at in (found.from_ms, found.to_ms) if at is not None)
    return found if same and dated and judgement_hash(found) == told.hash else None


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _values(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _values(one)
    else:
        yield value


def _showable(value: Any) -> bool:
    """A short printable text, a small integer, a truth or nothing: what reaches a terminal is no command to it."""
    if isinstance(value, str):
        return len(value) <= MAX_TEXT and value.isprintable()
    if isinstance(value, float):
        return False
    return not isinstance(value, int) or abs(value) < 1 << 53
