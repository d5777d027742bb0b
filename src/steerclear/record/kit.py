"""The evidence kit: chosen entries, and spans of whole logs, with all that a stranger needs to check them.

`build` is pure: what it needs of a node comes as functions (`Access`), what it makes is a mapping from path
to bytes (kitfiles.py has the layout). It chooses, for each entry, the earliest checkpoint that each other
party cosigned. Releasing a kit is an export and needs two officers; that is the node's to ask (messages.md,
roles).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from steerclear.errors import Malformed, Refused
from steerclear.record import checkpoint, cosignature, jcs, tiles, unheard, verify_md
from steerclear.record.card import parse_card
from steerclear.record.fork import ForkProof, fork_record
from steerclear.record.genesis import Line, parse_genesis
from steerclear.record.header import Header
from steerclear.record.kitfiles import SAFETY_ACCOUNT
from steerclear.record.leaf import parse_leaf
from steerclear.record.merkle import Tree
from steerclear.record.note import NoteSignature, parse_note
from steerclear.record.payload import Opening
from steerclear.record.peaks import peaks_of
from steerclear.record.proof import Proof, format_hashes, format_proof
from steerclear.record.silence import answers, certificate
from steerclear.record.verify_line import log_policy_file, read_line, replay_log
from steerclear.units import format_time

_SOURCE = "design/record.md, What a stranger checks"


@dataclass(frozen=True)
class LogAccess:
    """One log as a node holds it.

    `tree` has every leaf hash, `leaf(i)` gives leaf i. `changes` are the indices of its admitted `key`,
    `policy` and `log.restart` entries, ascending. `covering(i)` gives signed checkpoint notes of sizes
    above i, with all cosignatures known: among them the earliest of each other member that covers i
    (record.md, State: kept for ever). `at(size)` gives every signed checkpoint note held of exactly that
    size. `has_seen(log, i)` gives the first one, cosigned by another member, whose `seen` covers leaf i of
    that other log, `dated_after(ms)` the first that its own author cosigned after that instant, without an
    earlier line of that mirror key; None where there is none.
    """

    tree: Tree
    leaf: Callable[[int], bytes]
    changes: Sequence[int]
    covering: Callable[[int], Sequence[bytes]]
    at: Callable[[int], Sequence[bytes]]
    has_seen: Callable[[str, int], bytes | None] = lambda log, index: None
    dated_after: Callable[[int], bytes | None] = lambda ms: None


@dataclass(frozen=True)
class Access:
    """What `build` may ask of a node. `logs` by `<party>/<epoch>`; `place` gives (log, index) of an entry
    id or None; `opening` its salt and payload, or None where this node has not (or may not give) them.
    `inline` gives, for an entry and an addressee, the ids of the `payload.inline` entries that carry it and
    the seed of their box, which opens this box alone; None where there is none. `now_ms`: when the node looks."""

    genesis: bytes
    logs: Mapping[str, LogAccess]
    place: Callable[[str], tuple[str, int] | None]
    opening: Callable[[str], Opening | None]
    inline: Callable[[str, str], tuple[Sequence[str], bytes] | None] = lambda entry, party: None
    now_ms: int = 0


class Span(msgspec.Struct, frozen=True):
    """All leaves of `log` with start ≤ index < end. There must be cosigned checkpoints of both sizes (none is
    needed at 0)."""

    log: str
    start: int
    end: int


@dataclass
class _Kit:
    """Files so far, and for each log the sizes of the checkpoints used, under which its changes are
    proved."""

    access: Access
    files: dict[str, bytes] = field(default_factory=dict)
    used: dict[str, dict[int, bytes]] = field(default_factory=dict)
    whole: dict[str, list[tuple[int, int]]] = field(default_factory=dict)


def build(
    access: Access,
    *,
    entries: Collection[str] = (),
    spans: Collection[Span] = (),
    payloads: bool = True,
    delivered_to: Collection[tuple[str, str]] = (),
    no_reply_by: Collection[tuple[str, str]] = (),
    withheld: Collection[str] = (),
    forks: Collection[ForkProof] = (),
) -> dict[str, bytes] | Refused:
    """The files of a kit, by path.

    `payloads` False leaves salts and payloads at home. `delivered_to`: (entry, party) pairs for which a
    span of the party's log is added that shows the delivery. `no_reply_by`: (entry, party) pairs for which
    a no-reply certificate is made (of grade `unheard` where the party dated nothing after the deadline).
    `withheld`: ids of safety accounts, whose payload (and the seed that would open it) stays at home, with a
    file that says so. `forks`: proofs to take along.

    Refused: `unknown-entry`, `unknown-log`, `not-cosigned-yet` (nobody else has cosigned it, so it proves
    nothing), `no-checkpoint` (of a size that a span needs), `not-seen-yet` (the party's log has not seen the
    entry), `no-certificate` (why none can be made is the remedy).
    """
    kit = _Kit(access)
    line = parse_genesis(access.genesis)
    kit.files["line/genesis.note"] = access.genesis
    for text in line.genesis.cards:
        kit.files[f"line/cards/{parse_card(text.encode()).card.party}.note"] = text.encode()
    kit.files["VERIFY.md"] = verify_md.page()
    kit.files["verify.sh"] = verify_md.script()
    try:
        chosen = {*entries, *(entry for entry, _ in (*delivered_to, *no_reply_by))}
        wanted = {*spans, *(_delivery_span(kit, entry, party) for entry, party in delivered_to)}
        for span in sorted(wanted, key=lambda one: (one.log, one.start, one.end)):
            _add_span(kit, span)
        for entry, party in delivered_to if payloads else ():
            chosen |= _add_seed(kit, entry, party) if entry not in withheld else set()
        for entry in sorted(chosen):
            _add_entry(kit, entry, payloads and entry not in withheld)
            if entry in withheld:
                kit.files[f"entries/{entry}/left-out"] = SAFETY_ACCOUNT
        for entry, party in sorted(set(no_reply_by)):
            path, made = _certificate(kit, line, entry, party)
            kit.files[f"no-reply/{entry}-{party}{path}"] = made
        for number, proof in enumerate(forks):
            kit.files[f"forks/{number}.json"] = jcs.dumps(fork_record(proof))
        _add_changes(kit)
        _add_policies(kit)
    except _Cannot as cannot:
        return cannot.refused
    return kit.files


class _Cannot(Exception):
    """Why there is no kit; never leaves `build`."""

    def __init__(self, code: str, field: str, remedy: str, rule: str = "") -> None:
        self.refused = Refused(code, field, rule or code, remedy, _SOURCE)
        super().__init__(code)


def _log(kit: _Kit, log: str) -> LogAccess:
    found = kit.access.logs.get(log)
    if found is None:
        raise _Cannot("unknown-log", log, "this node holds no such log")
    return found


def _place(kit: _Kit, entry: str) -> tuple[str, int]:
    place = kit.access.place(entry)
    if place is None:
        raise _Cannot("unknown-entry", entry, "this node holds no entry of that id")
    return place


def _add_entry(kit: _Kit, entry: str, payloads: bool) -> None:
    log, index = _place(kit, entry)
    held = _log(kit, log)
    leaf = held.leaf(index)
    folder = f"entries/{entry}"
    kit.files[f"{folder}/leaf"] = leaf
    for size, note in _earliest(held.covering(index), log).items():
        proof = Proof(index, held.tree.inclusion(index, size), parse_note(note))
        kit.files[f"{folder}/proof-{size}.tlog-proof"] = format_proof(proof)
        kit.used.setdefault(log, {})[size] = note
    if not any(path.startswith(f"{folder}/proof-") for path in kit.files):
        raise _Cannot("not-cosigned-yet", entry, "wait until another member has cosigned it")
    header = parse_leaf(leaf).header
    opening = kit.access.opening(entry) if payloads and header.commitment else None
    if opening is not None:
        kit.files[f"{folder}/salt"] = opening.salt
        kit.files[f"{folder}/payload"] = opening.payload
    _add_embedded(kit, log, held, index, header)


def _add_embedded(kit: _Kit, log: str, held: LogAccess, index: int, header: Header) -> None:
    """The checkpoints over which the cosignatures in a header were made, so that they bound its time."""
    for seen in header.seen.values():
        if not seen.cosignature or seen.cosigned_size > index:
            continue
        for note in held.at(seen.cosigned_size):
            if checkpoint.parse_head(parse_note(note).text)[2].hex() == seen.cosigned_root:
                _add_checkpoint(kit, log, seen.cosigned_size, note)


def _add_checkpoint(kit: _Kit, log: str, size: int, note: bytes) -> None:
    folder = f"logs/{log}/checkpoints/{size}"
    number = 0
    while (path := f"{folder}-{number}.note") in kit.files:
        if kit.files[path] == note:
            return
        number += 1
    kit.files[path] = note


def _earliest(notes: Sequence[bytes], log: str) -> dict[int, bytes]:
    """Of these checkpoints, by size, those that carry some other party's earliest cosignature."""
    best: dict[str, tuple[int, int, bytes]] = {}
    own = log.partition("/")[0]
    for data in notes:
        note = parse_note(data)
        size = checkpoint.parse_head(note.text)[1]
        for party, time_s in _cosigned(note.signatures):
            if party != own:
                best[party] = min(best.get(party, (time_s, size, data)), (time_s, size, data))
    return {size: data for _, size, data in sorted(best.values(), reverse=True)}


def _cosigned(signatures: Sequence[NoteSignature]) -> Iterator[tuple[str, int]]:
    """(party, second) of every line that a party's mirror key wrote, as they claim."""
    for line in signatures:
        party, _, key = line.name.partition("/")
        if key == "mirror" and len(line.signature) > 8:
            yield party, cosignature.signature_time(line)


def _best_at(held: LogAccess, log: str, size: int, *, latest: bool) -> bytes:
    """Of the checkpoints of one size that most other parties cosigned, the earliest or the latest: a span
    says most when it begins early and ends late."""
    own = log.partition("/")[0]

    def rank(data: bytes) -> tuple[int, int]:
        lines = list(_cosigned(parse_note(data).signatures))
        times = [time_s for _, time_s in lines]
        return len({party for party, _ in lines} - {own}), max(times, default=0) * (1 if latest else -1)

    best = max(held.at(size), key=rank, default=None)
    if best is None or rank(best)[0] == 0:
        raise _Cannot("no-checkpoint", f"{log} at {size}", "choose a size that others cosigned")
    return best


def _add_span(kit: _Kit, span: Span) -> None:
    held = _log(kit, span.log)
    if not 0 <= span.start <= span.end <= held.tree.size:
        raise _Cannot("no-checkpoint", span.log, f"sizes from 0 to {held.tree.size}")
    folder = f"logs/{span.log}/span/{span.start}-{span.end}"
    if span.start:
        note = _best_at(held, span.log, span.start, latest=False)
        kit.files[f"{folder}/from.note"] = note
        kit.files[f"{folder}/peaks"] = format_hashes(peaks_of(held.tree, span.start))
        kit.used.setdefault(span.log, {})[span.start] = note
    note = _best_at(held, span.log, span.end, latest=True)
    kit.files[f"{folder}/to.note"] = note
    kit.used.setdefault(span.log, {})[span.end] = note
    for start in range(span.start, span.end, tiles.WIDTH):
        leaves = [held.leaf(at) for at in range(start, min(span.end, start + tiles.WIDTH))]
        kit.files[f"{folder}/leaves-{start}.bundle"] = tiles.format_entries(leaves)
    kit.whole.setdefault(span.log, []).append((span.start, span.end))


def _delivery_span(kit: _Kit, entry: str, party: str) -> Span:
    """The span of the party's newest log that has something to say about the entry."""
    log, index = _place(kit, entry)
    header = parse_leaf(_log(kit, log).leaf(index)).header
    for peer in sorted(kit.access.logs, key=_epoch, reverse=True):
        held = kit.access.logs[peer]
        note = held.has_seen(log, index) if peer.partition("/")[0] == party else None
        if note is not None:
            end = checkpoint.parse_head(parse_note(note).text)[1]
            _add_checkpoint(kit, peer, end, note)
            known = header.seen.get(peer)
            start = min(known.size, end) if known and held.at(known.size) else 0
            return Span(peer, start, end)
    raise _Cannot("not-seen-yet", entry, f"no checkpoint of {party} has seen it")


def _add_seed(kit: _Kit, entry: str, party: str) -> set[str]:
    """The seed of the box that carried an entry inside the log, if it did; the ids of the parts."""
    found = kit.access.inline(entry, party)
    if found is None:
        return set()
    parts, seed = found
    kit.files[f"entries/{entry}/inline-{party}.seed"] = seed
    return set(parts)


def _epoch(log: str) -> int:
    return int(log.partition("/")[2])


def _certificate(kit: _Kit, line: Line, entry: str, party: str) -> tuple[str, bytes]:
    """(how its path ends, a no-reply certificate over the newest log of the party)."""
    log, index = _place(kit, entry)
    held = _log(kit, log)
    leaf = held.leaf(index)
    silent = max((one for one in kit.access.logs if one.partition("/")[0] == party), key=_epoch, default="")
    told = min(_by(party, held.covering(index)), default=None)
    due_ms = parse_leaf(leaf).header.reply_by_ms
    dated = kit.access.logs[silent].dated_after(due_ms) if silent else None
    if not due_ms:
        rule = (
            "a certificate says that a deadline passed; the entry asked for no answer by a time, none was set"
        )
        raise _Cannot("no-certificate", entry, "none was set: ask again with --reply-by, then wait", rule)
    if told is None or told[0] * 1000 > due_ms:
        rule = f"{party} had not cosigned it before the deadline, so it was not told in time"
        remedy = f"ask again with a later --reply-by, so that {party} is told before the deadline"
        raise _Cannot("no-certificate", entry, remedy, rule)
    if dated is None:
        return ".unheard.json", _unheard(kit, (log, index), told[1], silent, entry, due_ms)
    said = range(checkpoint.parse_head(parse_note(told[1]).text)[1])
    until = range(checkpoint.parse_head(parse_note(dated).text)[1])
    try:
        return ".json", certificate(
            line,
            log=log,
            index=index,
            told=told[1],
            said=[held.leaf(at) for at in said],
            silent=silent,
            dated=dated,
            leaves=[_log(kit, silent).leaf(at) for at in until],
        )
    except Malformed as error:
        raise _Cannot("no-certificate", entry, error.remedy or str(error), str(error)) from None


def _unheard(kit: _Kit, place: tuple[str, int], told: bytes, silent: str, entry: str, due_ms: int) -> bytes:
    """What can be said where the party dated nothing after the deadline, once it is over and nothing held answers."""
    if kit.access.now_ms <= due_ms:
        when = format_time(due_ms)
        remedy = f"the deadline is not over: order it again after {when}"
        raise _Cannot("no-certificate", entry, remedy, "nothing is missed before its time is over")
    newest = b""
    if silent:
        held = kit.access.logs[silent]
        for at in range(held.tree.size):
            leaf = parse_leaf(held.leaf(at))
            if answers(leaf.header, entry):
                remedy = (
                    f"leaf {at} of {silent} answers it: read it with steerclear log, no certificate is due"
                )
                raise _Cannot("no-certificate", entry, remedy, "an answer is held, at a time not shown")
        newest = next(iter(reversed(held.at(held.tree.size))), b"")
    return unheard.write(*place, told, silent if newest else "", newest, kit.access.now_ms)


def _by(party: str, notes: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """(second, note) of each of that party's cosignatures on these checkpoints."""
    for data in notes:
        for who, time_s in _cosigned(parse_note(data).signatures):
            if who == party:
                yield time_s, data


def _add_changes(kit: _Kit) -> None:
    """The entries that changed keys: in every log used, and in any other whose card was renewed (its mirror
    may have cosigned with a new key); each proved under the smallest checkpoint used that covers it."""
    for log, held in kit.access.logs.items():
        renewed = [index for index in held.changes if _renews_card(held.leaf(index))]
        if renewed and log not in kit.used:
            notes = _earliest(held.covering(renewed[-1]), log)
            kit.used[log] = dict(sorted(notes.items())[:1])
    for log, notes in sorted(kit.used.items()):
        held = _log(kit, log)
        for index in held.changes:
            size = min((one for one in notes if one > index), default=None)
            if size is None or any(start <= index < end for start, end in kit.whole.get(log, ())):
                continue
            proof = Proof(index, held.tree.inclusion(index, size), parse_note(notes[size]))
            kit.files[f"logs/{log}/changes/{index}.leaf"] = held.leaf(index)
            kit.files[f"logs/{log}/changes/{index}.tlog-proof"] = format_proof(proof)


def _add_policies(kit: _Kit) -> None:
    """For each log used, what its checkpoints must carry, as other tools read it."""
    view = read_line(kit.access.genesis, {})
    for log, notes in sorted(kit.used.items()):
        held = _log(kit, log)
        replay_log(view, log, {index: held.leaf(index) for index in held.changes if index < max(notes)})
    for log in kit.used:
        kit.files[f"logs/{log}/policy"] = log_policy_file(view, log)


def _renews_card(leaf: bytes) -> bool:
    header = parse_leaf(leaf).header
    return header.kind == "key" and header.record.get("act") == "card"
