"""A leaf finds its place: depth, subject, what it says about other entries; and what a head or a cosignature moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from steerclear.errors import Malformed
from steerclear.node import carried, epochs, holding, parts, residues
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.procedure.subjects import LINE_KINDS, parent
from steerclear.record import standalone
from steerclear.record.admit import RECORD_KINDS, Admitted, Outcome
from steerclear.record.card import mirror_verifiers
from steerclear.record.delivery import parse_about
from steerclear.record.header import Header, Seen
from steerclear.record.leaf import effective_seen
from steerclear.record.order import SEEN_AHEAD
from steerclear.record.times import claimed_time
from steerclear.speech.kind import NO_PLAY, QUERIES, TIMETABLE
from steerclear.store.port import PutSide

HEADERS_KEPT = 100_000
STATEMENTS = {"payload-missing": "missing", "payload-held": "held", "payload-unopenable": "unopenable"}
NO_SUBJECT = RECORD_KINDS | {"line.check"}
"""Of these there is nothing to fold."""


def take(node: Node, line: LineState, log: Log, outcome: Outcome, *, loading: bool = False) -> None:
    """A leaf that `log` has just taken: its depth, its place, the subject it moves."""
    said = outcome.leaf.header.seen if isinstance(outcome, Admitted) else {}
    placed = line.order.place(log.name, said, checked=loading)
    line.disputed_seen.extend(placed.others)
    for name, start in placed.moved:
        moved = line.logs.get(f"{line.id}/{name}")
        if moved is not None:
            _dirty_range(line, moved, start, moved.size)
    if not isinstance(outcome, Admitted):
        line.invalid.append((log.origin, outcome))
        return
    entry, index, header = outcome.leaf.id, outcome.index, outcome.leaf.header
    _held(line, log, entry, outcome, placed.marks)
    for name, seen in header.seen.items():
        _embedded(line, log, index, name, seen)
    _statement(line, log, index, header)
    if header.kind == parts.KIND:
        parts.take(line, log, index, header)
    if log.party == node.party:
        _own(line, log, index, entry, header)
    _of_the_record(line, log, index, entry, header)
    if not loading:
        _no_play(node, line, entry, header)
    _takes_effect(node, line, log, entry, header)
    line.last_entry_ms[log.party] = max(line.last_entry_ms.get(log.party, 0), header.released_ms)
    _carried(node, line, log, index, entry, header, loading=loading)


def _held(line: LineState, log: Log, entry: str, outcome: Admitted, placed: Iterable[str]) -> None:
    """Where the entry stands, its header, and what admission and order found of it."""
    marks = (*outcome.marks, *(mark for mark in placed if mark != SEEN_AHEAD))
    if marks:
        line.marks[entry] = marks
    line.positions.setdefault(entry, (log.origin, outcome.index))
    line.headers[entry] = outcome.leaf.header
    if len(line.headers) > HEADERS_KEPT:
        line.headers.popitem(last=False)


def _own(line: LineState, log: Log, index: int, entry: str, header: Header) -> None:
    """What this party's own entries say of itself."""
    for party in header.to:
        line.told_kinds.setdefault(party, Counter())[header.kind] += 1
    if log is line.own_log:
        line.seen_said = effective_seen(line.seen_said, header)
    if header.kind == "timer.fired":
        line.fired.add(_fired_key(header))
    line.acting.note(log, index, entry, header)
    if header.kind == "line.check" and _by_node(header):
        line.last_check_ms = max(line.last_check_ms, header.released_ms)
    if header.kind == "opened":
        line.orders.add(str(header.record.get("nonce", "")))


def _of_the_record(line: LineState, log: Log, index: int, entry: str, header: Header) -> None:
    """What anybody's entry says of checks, reads, erasures and what is to be kept."""
    if header.kind == "line.check" and _by_node(header):
        line.machine_checks.setdefault(log.origin, []).append((index, entry))
    if header.kind == "opened":
        line.opened_entries.append(entry)
    if header.kind == "erased":
        _erased(line, log, entry, header)
    if entry in line.erased_ahead:
        line.residues = None
    if header.kind == "preserve":
        for ref in header.refs:
            line.preserved.setdefault(ref, set()).add(entry)


def _takes_effect(node: Node, line: LineState, log: Log, entry: str, header: Header) -> None:
    """It counts, or waits with its epoch; a restart frees what waited, a policy says who is on the line."""
    if epochs.waits(line, log, header):
        line.held_back.setdefault(log.name, []).append(entry)
    else:
        _counts(line, entry, header)
    if header.kind == "log.restart":
        for freed in epochs.take(line, log, entry, header):
            _counts(line, freed, holding.header_of(node, line, freed))
    if header.kind == "policy" and log is line.own_log:
        line.acts = None
        line.dirty.update(line.folded)
        membership_follows(line)


def _carried(
    node: Node, line: LineState, log: Log, index: int, entry: str, header: Header, *, loading: bool
) -> None:
    """Stand-alone notes that an entry carries, and those that can be placed by now."""
    if header.kind == standalone.KIND:
        carried.take(line, log, index, entry, header)
    for note, inner in carried.resolve(line) if line.carrying.waiting else ():
        if not loading:
            _no_play(node, line, note, inner)
        enter(line, note, inner)


def _no_play(node: Node, line: LineState, entry: str, header: Header) -> None:
    """A REAL stop on an exercise line whose clock is stepped: from now on it runs by the wall."""
    real = header.mode == "REAL" and header.kind in NO_PLAY
    if real and line.line.exercise and node.clock.simulated and entry not in line.no_play:
        line.no_play[entry] = node.wall.now_ms()
        node.put(PutSide(f"noplay/{line.id}", entry, str(line.no_play[entry]).encode()))


def _erased(line: LineState, log: Log, entry: str, header: Header) -> None:
    line.erasures.append(entry)
    line.residues = None
    ids = {row["id"] for row in residues.rows_of(header)}
    line.dirty.update(line.subjects.root(one) for one in ids if one in line.positions)
    if log.party == line.own:
        line.erased |= ids
        line.erasable -= ids
        line.last_erased_ms = max(line.last_erased_ms, header.released_ms)
    else:
        line.erasable |= ids - line.erased


def _counts(line: LineState, entry: str, header: Header) -> None:
    """What an entry says takes effect: on the line itself, and in its subject."""
    if header.kind in (*LINE_KINDS, "policy") and not (header.kind == "line.check" and _by_node(header)):
        _about_line(line, header, entry)
    enter(line, entry, header)


def membership_follows(line: LineState) -> None:
    """A policy came into force in our own log: newcomers have a log from now on, which is pulled."""
    for party in line.others:
        if holding.newest_log(line, party) is None:
            log = Log.empty(line.line, party, 1)
            line.logs[log.origin] = log


def enter(line: LineState, entry: str, header: Header) -> None:
    """An entry joins its subject, which is then folded again."""
    if header.kind in ("meeting", "incident"):
        line.reviewed.update(header.refs)
    if header.kind in QUERIES and entry not in line.queries:
        line.queries.append(entry)
    if header.kind == "stop" and entry not in line.stops:
        line.stops.append(entry)
    if header.kind == "warning.radio" and entry not in line.warnings:
        line.warnings[entry] = None
    if header.kind == "encounter.report" and entry not in line.accounts:
        line.accounts.append(entry)
    if header.kind == "alert" and not header.refs and entry not in line.movers.roots:
        line.movers.roots[entry] = line.movers.unread[entry] = None
    if header.kind == "encounter.report" and header.author == line.own:
        line.movers.told_of.update(header.refs)
        line.dirty.update(line.subjects.root(ref) for ref in header.refs if ref in line.movers.roots)
    if header.kind in TIMETABLE and header.author == line.own:
        line.timetable.add(entry)
    above = parent(header)
    touched = line.subjects.add(entry, above)
    if above or header.kind not in NO_SUBJECT:
        line.dirty.update(touched)
    else:
        line.no_subject.add(entry)


def checkpoint_taken(line: LineState, log: Log, grown: Iterable[str], before: dict[str, int]) -> None:
    """A newer head of `log` has seen more of other logs: what that delivers is folded again."""
    for name in grown:
        other = line.logs.get(f"{line.id}/{name}")
        if other is not None:
            _dirty_range(line, other, before.get(name, 0), log.covers[name][-1].covers)


def cosignature_taken(line: LineState, log: Log, party: str, size: int, time_s: int) -> bool:
    """A verified cosignature of another member on `log`. Whether anything narrowed."""
    if not log.times.cosigned(party, size, time_s):
        return False
    known = log.cosigned_to.get(party, 0)
    if size > known:
        log.cosigned_to[party] = size
        _dirty_range(line, log, known, size)
    else:
        _dirty_range(line, log, 0, size)
    return True


def _dirty_range(line: LineState, log: Log, start: int, end: int) -> None:
    for entry in log.ids[start:end]:
        if entry in line.carrying.inner:
            line.dirty.add(line.subjects.root(line.carrying.inner[entry]))
        if entry in line.positions and entry not in line.no_subject:
            line.dirty.add(line.subjects.root(entry))


def _embedded(line: LineState, log: Log, index: int, name: str, seen: Seen) -> None:
    """A cosignature embedded in a header bounds the entry from below, once it is known to be good."""
    time_s = claimed_time(seen) if seen.cosignature else None
    if time_s is None:
        return
    party = name.partition("/")[0]
    if (party, seen.cosigned_size, time_s) in log.known_cosignatures:
        log.times.embedded(index, time_s)
    else:
        log.unproved_embeds.append((index, party, seen))


def prove_embeds(line: LineState, log: Log, texts: dict[int, list[bytes]]) -> None:
    """Check cosignatures that headers embed against checkpoint texts that have come (`texts`: size → texts)."""
    from steerclear.record.times import embedded_text

    left = []
    for index, party, seen in log.unproved_embeds:
        card = log.state.policy.cards.get(party)
        found = (
            embedded_text(seen, mirror_verifiers(card)[0], texts.get(seen.cosigned_size, ()))
            if card
            else None
        )
        if found is None:
            left.append((index, party, seen))
        elif log.times.embedded(index, found[1]):
            _dirty_range(line, log, index, log.size)
    log.unproved_embeds[:] = left[-1000:]


def _about_line(line: LineState, header: Header, entry: str) -> None:
    """What `procedure.acts` folds: of checks by persons only each member's newest counts."""
    if header.kind == "line.check":
        older = line.person_check.get(header.author)
        if older is not None:
            line.about_line.remove(older)
        line.person_check[header.author] = entry
    line.about_line.append(entry)
    if (
        header.kind != "line.check"
    ):  # a check is heard in `fold_line`, it changes nothing that folds are given
        line.acts = None


def _statement(line: LineState, log: Log, index: int, header: Header) -> None:
    if header.kind not in STATEMENTS:
        return
    try:
        about = parse_about(header.record)
    except Malformed:
        return
    known = log.statements(about.entry)
    name = STATEMENTS[header.kind]
    if getattr(known, name) is None:
        changes: dict[str, int] = {name: index}
        if name == "held":
            changes["held_ms"] = header.released_ms
        log.said[about.entry] = msgspec.structs.replace(known, **changes)
        parts.said(line, header.kind, log, about, header)
    if about.entry in line.positions:
        line.dirty.add(line.subjects.root(about.entry))


def _fired_key(header: Header) -> tuple[str, str, str]:
    record = header.record
    return (str(record.get("subject", "")), str(record.get("rule", "")), str(record.get("step", "")))


def _by_node(header: Header) -> bool:
    return header.officer.partition("+")[0].endswith("/node")
