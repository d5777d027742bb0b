"""From leaves to states: place each entry, group it, and fold a subject again when something about it moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

import msgspec

from steerclear.errors import Malformed
from steerclear.node import carried, epochs, parts, payloads, residues
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.procedure import fold as folding
from steerclear.procedure.acts import acts
from steerclear.procedure.context import Context, Local
from steerclear.procedure.line import Line as LineView
from steerclear.procedure.line import fold_line
from steerclear.procedure.observed import observed
from steerclear.procedure.repeats import place_of, repeats
from steerclear.procedure.said import Said, merge
from steerclear.procedure.subject import Subject
from steerclear.procedure.subjects import LINE_KINDS, parent
from steerclear.record import standalone
from steerclear.record.admit import RECORD_KINDS, Admitted, Outcome
from steerclear.record.card import mirror_verifiers
from steerclear.record.delivery import NOTHING_SAID, Cover, Statements, deliver, parse_about
from steerclear.record.header import Header, Seen
from steerclear.record.leaf import effective_seen, parse_leaf
from steerclear.record.order import SEEN_AHEAD
from steerclear.record.times import claimed_time
from steerclear.speech import readback
from steerclear.store.port import DropSide, PutSide

HEADERS_KEPT = 100_000
SETTLED_AFTER_MS, SWEEP_MS = 86_400_000, 3_600_000
"""A subject closed for a day is settled; looked for every hour."""
STATEMENTS = {"payload-missing": "missing", "payload-held": "held", "payload-unopenable": "unopenable"}


def take(node: Node, line: LineState, log: Log, outcome: Outcome, *, loading: bool = False) -> None:
    """A leaf that `log` has just taken: its depth, its place, the subject it moves."""
    index = outcome.index
    header = outcome.leaf.header if isinstance(outcome, Admitted) else None
    placed = line.order.place(log.name, header.seen if header is not None else {}, checked=loading)
    for other in placed.others:
        line.disputed_seen.append(other)
    for name, start in placed.moved:
        moved = line.logs.get(f"{line.id}/{name}")
        if moved is not None:
            _dirty_range(line, moved, start, moved.size)
    if not isinstance(outcome, Admitted):
        line.invalid.append((log.origin, outcome))
        return
    assert header is not None
    entry = outcome.leaf.id
    marks = (*outcome.marks, *(mark for mark in placed.marks if mark != SEEN_AHEAD))
    if marks:
        line.marks[entry] = marks
    line.positions.setdefault(entry, (log.origin, index))
    line.headers[entry] = header
    if len(line.headers) > HEADERS_KEPT:
        line.headers.popitem(last=False)
    if log.party == node.party:
        for party in header.to:
            line.told[party] = line.told.get(party, 0) + 1
    for name, seen in header.seen.items():
        _embedded(line, log, index, name, seen)
    if log is line.own_log:
        line.seen_said = effective_seen(line.seen_said, header)
    _statement(line, log, index, header)
    if header.kind == parts.KIND:
        parts.take(line, log, index, header)
    if header.kind == "timer.fired" and log.party == node.party:
        line.fired.add(_fired_key(header))
    if header.kind == "line.check" and log.party == node.party and _by_node(header):
        line.last_check_ms = max(line.last_check_ms, header.released_ms)
    if header.kind == "opened" and log.party == node.party:
        line.orders.add(str(header.record.get("nonce", "")))
    if header.kind == "erased":
        _erased(line, log, entry, header)
    if entry in line.erased_ahead:
        line.residues = None
    if header.kind == "preserve":
        line.preserved.update(header.refs)
    if not loading:
        _no_play(node, line, entry, header)
    if epochs.waits(line, log, header):
        line.held_back.setdefault(log.name, []).append(entry)
    else:
        _counts(line, entry, header)
    if header.kind == "log.restart":
        line.restart_entries.append(entry)
        for freed in epochs.take(line, log, entry, header):
            _counts(line, freed, header_of(node, line, freed))
    if header.kind == "policy" and log is line.own_log:
        line.acts = None
        line.dirty.update(line.folded)
        membership_follows(line)
    line.last_entry_ms[log.party] = max(line.last_entry_ms.get(log.party, 0), header.released_ms)
    if header.kind == standalone.KIND:
        carried.take(line, log, index, entry, header)
    if line.carrying.waiting:
        for note, inner in carried.resolve(line):
            if not loading:
                _no_play(node, line, note, inner)
            enter(line, note, inner)


def _no_play(node: Node, line: LineState, entry: str, header: Header) -> None:
    """A REAL stop on an exercise line whose clock is stepped: from now on it runs by the wall."""
    real = header.mode == "REAL" and header.kind in ("stop", "assist")
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
    if header.kind in LINE_KINDS and not (header.kind == "line.check" and _by_node(header)):
        _about_line(line, header, entry)
    enter(line, entry, header)


def membership_follows(line: LineState) -> None:
    """A policy came into force in our own log: newcomers have a log from now on, which is pulled."""
    for party in line.others:
        if newest_log(line, party) is None:
            log = Log.empty(line.line, party, 1)
            line.logs[log.origin] = log


def enter(line: LineState, entry: str, header: Header) -> None:
    """An entry joins its subject, which is then folded again."""
    if header.kind == "stop" and entry not in line.stops:
        line.stops.append(entry)
    above = parent(header)
    touched = line.subjects.add(entry, above)
    if above or header.kind not in _NO_SUBJECT:
        line.dirty.update(touched)
    else:
        line.no_subject.add(entry)


def known(line: LineState, entry: str) -> bool:
    """Whether this node holds the entry, in a log of its author's or as a stand-alone note."""
    return entry in line.positions or entry in line.carrying.notes or entry in line.standing


def said(node: Node, line: LineState, entry: str) -> Said:
    """The entry with everything this node knows of it now. Raises `Malformed` `unknown-entry`."""
    place = line.positions.get(entry)
    note = line.carrying.notes.get(entry)
    if place is not None and note is None:
        return _said_at(node, line, entry, place)
    places = list(note.places) if note is not None else []
    if place is None and not places and entry in line.standing:
        places.append((line.own_log.origin, line.own_log.size))
    if place is None and not places:
        raise Malformed(
            "unknown-entry", field="id", remedy="this node holds no entry of that id on this line"
        )
    sightings = [_carried_at(node, line, entry, one, unlogged=place is None) for one in places]
    return reduce(merge, sightings if place is None else [_said_at(node, line, entry, place), *sightings])


def _carried_at(node: Node, line: LineState, entry: str, place: tuple[str, int], *, unlogged: bool) -> Said:
    """A stand-alone note where a member carries it; our own that nobody has taken yet behind our log."""
    made = _said_at(node, line, entry, place)
    carrier = line.logs[place[0]].party
    note = line.carrying.notes.get(entry)
    taken = {}
    if note is not None and carrier in made.header.to:
        taken = {carrier: note.places[place]}
    return replace(made, delivered=taken, marks=(*made.marks, carried.UNLOGGED) if unlogged else made.marks)


def _said_at(node: Node, line: LineState, entry: str, place: tuple[str, int]) -> Said:
    origin, index = place
    log = line.logs[origin]
    header = header_of(node, line, entry)
    held = payloads.state(node, line, header, entry)
    content = payloads.content(node, line, header, entry) if held == "held" else None
    if held == "held" and content is None:
        held = "malformed"
    marks = (*line.marks.get(entry, ()), *(content.marks if content is not None else ()))
    if any(one.size > line.order.size(name) for name, one in header.seen.items()):
        marks = (*marks, SEEN_AHEAD)
    if epochs.is_held(line, log) and epochs.waits(line, log, header):
        marks = (*marks, epochs.FORK_HELD)
    interval = log.times.interval(index)
    code = ""
    if held == "held" and header.commitment:
        opening = payloads.opened(node, line, entry)
        code = readback.code(opening.salt, header.commitment) if opening is not None else ""
    return Said(
        entry,
        origin,
        index,
        _depth(line, log, index),
        header,
        content.inner if content is not None else None,
        content.body if content is not None else None,
        content.raw if content is not None else None,
        held,  # type: ignore[arg-type]
        tuple(dict.fromkeys(marks)),
        interval.after_ms,
        interval.before_ms,
        delivered(line, log, index, header, entry),
        code,
    )


def _depth(line: LineState, log: Log, index: int) -> int:
    """Where a leaf stands; behind everything in its log for a note that waits to be logged."""
    if index < line.order.size(log.name):
        return line.order.depth(log.name, index)
    return line.order.depth(log.name, index - 1) + 1 if index else 1


def header_of(node: Node, line: LineState, entry: str) -> Header:
    """The clear header, from memory or from the store."""
    found = line.headers.get(entry)
    if found is None and entry not in line.positions:
        found = carried.header_of(line, entry)
    if found is None:
        origin, index = line.positions[entry]
        found = parse_leaf(node.store.leaves(origin, index, index + 1)[0]).header
        line.headers[entry] = found
    return found


def delivered(line: LineState, log: Log, index: int, header: Header, entry: str) -> dict[str, int]:
    """Addressee → ms of what delivered the entry to it (record.md, Delivered)."""
    out = {}
    for party in addressed(line, header):
        checkpoints, statements = _heard_of(line, log, party, index, entry)
        inline = cover = None
        if statements.missing is not None and (whole := parts.complete(line, entry, header.author, party)):
            inline = whole[1]
            cover = whole[0].times.first_cover(party, inline.last)
        found = deliver(
            index,
            addressed=True,
            cover=log.times.first_cover(party, index),
            checkpoints=checkpoints,
            statements=statements,
            inline=inline,
            inline_cover=cover,
            payload=bool(header.commitment),
        )
        if found.state == "delivered" and found.at_ms is not None:
            out[party] = found.at_ms
    return out


def _heard_of(
    line: LineState, log: Log, party: str, index: int, entry: str
) -> tuple[list[Cover], Statements]:
    """The first checkpoint of `party` that has seen the leaf, and what its logs say of it. What an earlier epoch of
    its log said before any checkpoint had seen the leaf stands before the first that has."""
    logs = line.logs_of(party)
    if not logs:
        return [], NOTHING_SAID
    if len(logs) == 1:
        return logs[0].first_cover(log.name, index), logs[0].statements(entry)
    said = NOTHING_SAID
    first: list[Cover] = []
    for one in logs:
        new = one.statements(entry)
        if not first:
            first = one.first_cover(log.name, index)
            if new.missing is not None and not first:
                new = msgspec.structs.replace(new, missing=-1)
        else:
            new = msgspec.structs.replace(new, missing=None)
        said = Statements(
            *(
                a if a is not None else b
                for a, b in zip(msgspec.structs.astuple(said), msgspec.structs.astuple(new), strict=True)
            )
        )
    return first, said


def addressed(line: LineState, header: Header) -> tuple[str, ...]:
    """Whom an entry is for, its author left out."""
    return tuple(party for party in header.to if party != header.author)


def newest_log(line: LineState, party: str) -> Log | None:
    logs = [log for log in line.logs.values() if log.party == party]
    return max(logs, key=lambda log: log.state.epoch) if logs else None


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


def context(node: Node, line: LineState) -> Context:
    """What every fold on this line is given."""
    ensure_acts(node, line)
    assert line.acts is not None
    now = node.clock.now_ms()
    if line.residues is None:
        rows = [said(node, line, entry) for entry in line.erasures]
        line.residues = residues.counted(line, rows, lambda entry: header_of(node, line, entry))
    made = Context(
        line=line.id,
        own=node.party,
        members=line.members,
        exercise_line=line.line.exercise,
        in_force=line.acts.in_force,
        suspended=line.acts.suspended,
        local=Local(units=line.units, names=node.names),
        silent=_silent(line, now),
        author_of=lambda entry: (
            line.headers[entry].author if entry in line.headers else _author(node, line, entry)
        ),
        fired=frozenset(line.fired),
        residues=line.residues,
    )
    places = [place_of(_entries(node, line, stop), made) for stop in line.stops]
    return replace(made, repeats=repeats([place for place in places if place is not None]))


def _silent(line: LineState, now: int) -> frozenset[str]:
    """Members that this node observes as silent."""
    heard = ((party, line.peer(party).heard) for party in line.others)
    return frozenset(
        party for party, one in heard if observed(one, line.parameters, now) in ("silent", "never-heard")
    )


def ensure_acts(node: Node, line: LineState) -> None:
    """Fold what is about the line again if an entry about it came."""
    if line.acts is None and line.acts_kept is not None and not node.vault.unlocked:
        line.acts = line.acts_kept
        line.dirty.update(line.folded)
    if line.acts is None:
        before = line.acts_kept
        line.acts = acts([said(node, line, entry) for entry in line.about_line], line.current_genesis)
        if before is None or (before.in_force, before.suspended) != (line.acts.in_force, line.acts.suspended):
            line.dirty.update(line.folded)
        if node.vault.unlocked:
            line.acts_kept = line.acts


def now_of(node: Node, line: LineState, subject_id: str) -> int:
    """The instant at which a subject is folded. NO PLAY runs from its release by the wall clock, however the line's
    clock is stepped (messages.md, mode)."""
    came = line.no_play.get(subject_id)
    if came is None or not node.clock.simulated:
        return node.clock.now_ms()
    return header_of(node, line, subject_id).released_ms + node.wall.now_ms() - came


def fold(node: Node, line: LineState, subject_id: str, entries: list[Said], given: Context) -> Subject:
    """One subject at its own now."""
    if subject_id in line.no_play:
        given = replace(given, wall_ms=now_of(node, line, subject_id))
    return folding.fold(entries, given, node.clock.now_ms())


def line_view(node: Node, line: LineState) -> LineView:
    """The line itself at `now`."""
    ensure_acts(node, line)
    entries = [said(node, line, entry) for entry in line.about_line]
    heard = {party: line.peer(party).heard for party in line.others}
    return fold_line(entries, line.current_genesis, node.party, heard, node.clock.now_ms(), node.names)


def refresh(node: Node, line: LineState) -> list[str]:
    """Fold every subject that moved or fell due; their ids."""
    now = node.clock.now_ms()
    sweep = now - line.swept_ms >= SWEEP_MS
    for subject in line.folded.values():
        due = subject.next_due_ms
        if (
            due is not None
            and due <= (now if subject.id not in line.no_play else now_of(node, line, subject.id))
        ) or (sweep and _settled(subject, now)):
            line.dirty.add(subject.id)
    line.swept_ms = now if sweep else line.swept_ms
    silent = _silent(line, now)
    if silent != line.silent:
        moved, line.silent = silent ^ line.silent, silent
        for subject in line.folded.values():
            if any(row.party in moved for row in subject.addressees):
                line.dirty.add(subject.id)
    if not line.dirty:
        return []
    given = context(node, line)
    if given.repeats != line.repeats:
        for stop in {*given.repeats, *line.repeats}:
            line.dirty.add(stop)
        for earlier in [*given.repeats.values(), *line.repeats.values()]:
            line.dirty.update(earlier)
        line.repeats = dict(given.repeats)
    done = sorted(line.dirty)
    line.dirty.clear()
    for subject_id in done:
        if subject_id in line.no_subject or (
            not known(line, subject_id) and _only_records(node, line, subject_id)
        ):
            line.folded.pop(subject_id, None)
            continue
        entries = _entries(node, line, subject_id)
        if not entries:  # held back with its log's epoch
            continue
        _keep(node, line, fold(node, line, subject_id, entries, given), now)
    return done


def _keep(node: Node, line: LineState, subject: Subject, now: int) -> None:
    """A fold goes among those watched, or among those settled, which a restart need not fold."""
    if _settled(subject, now):
        line.folded.pop(subject.id, None)
        if subject.id not in line.settled:
            line.settled[subject.id] = subject.released_ms
            node.put(PutSide(f"settled/{line.id}", subject.id, str(subject.released_ms).encode()))
        return
    line.folded[subject.id] = subject
    if line.settled.pop(subject.id, None) is not None:
        node.put(DropSide(f"settled/{line.id}", subject.id))


def _settled(subject: Subject, now: int) -> bool:
    """Closed for a day, with nothing due, alarmed or asked: it changes only if somebody speaks of it again."""
    if subject.life not in ("done", "cancelled", "expired") or subject.next_due_ms is not None:
        return False
    if subject.alarms or subject.tasks or subject.life_safety or subject.kind == "encounter.report":
        return False
    closed = max(subject.closed_ms or 0, subject.end_ms or 0, subject.released_ms)
    return now - closed >= SETTLED_AFTER_MS


def fold_settled(node: Node, line: LineState, subject_id: str) -> Subject | None:
    """A settled subject, folded because somebody asks."""
    entries = _entries(node, line, subject_id)
    return fold(node, line, subject_id, entries, context(node, line)) if entries else None


_NO_SUBJECT = RECORD_KINDS | {"line.check"}


def subject(node: Node, line: LineState, entry: str) -> Subject:
    """The subject that an entry belongs to, as it stands now."""
    refresh(node, line)
    root = line.subjects.root(entry)
    found = line.folded.get(root)
    if found is None and root in line.settled:
        found = fold_settled(node, line, root)
    if found is None:
        raise Malformed(
            "unknown-subject", field="id", remedy="no notice, area or stop of that id on this line"
        )
    return found


def _entries(node: Node, line: LineState, subject_id: str) -> list[Said]:
    return [said(node, line, one) for one in line.subjects.entries(subject_id)]


def _only_records(node: Node, line: LineState, subject_id: str) -> bool:
    """Whether nothing but the record's own kinds speaks of an entry that is not held."""
    return all(header_of(node, line, one).kind in _NO_SUBJECT for one in line.subjects.entries(subject_id))


def _author(node: Node, line: LineState, entry: str) -> str:
    return header_of(node, line, entry).author if known(line, entry) else ""


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
