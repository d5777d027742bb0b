"""The parts of a check: key changes, chosen entries, and spans of whole logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from steerclear.errors import Malformed
from steerclear.record import peaks
from steerclear.record.admit import ROOT_KINDS, Admitted, Invalid
from steerclear.record.card import mirror_verifiers
from steerclear.record.checkpoint import parse_head
from steerclear.record.header import Header
from steerclear.record.kitfiles import SAFETY_ACCOUNT, EntryFiles
from steerclear.record.leaf import Leaf, entry_id, parse_leaf
from steerclear.record.merkle import leaf_hash
from steerclear.record.note import format_note, parse_note
from steerclear.record.payload import Opening, opens
from steerclear.record.proof import parse_hashes, verify_proof
from steerclear.record.times import LogTimes, embedded_text
from steerclear.record.verdict import EntryFinding, SpanEntry, SpanFinding
from steerclear.record.verify_checkpoint import Signed
from steerclear.record.verify_delivery import deliveries
from steerclear.record.verify_line import log_policy_file
from steerclear.record.verify_run import Run, read_proof

_SOURCE = "design/record.md, What a stranger checks"


class Proved(msgspec.Struct, frozen=True):
    """A chosen entry that holds: its place, and what the kit has of its payload."""

    outcome: Admitted
    log: str
    payload: Literal["opened", "left-out", "none"]
    filed: bool = False


def check_checkpoints(run: Run) -> None:
    """Further checkpoints of the kit: the log signed them and every line by a known key is good."""
    for (log, size, number), data in sorted(run.kit.checkpoints.items()):
        field = f"logs/{log}/checkpoints/{size}-{number}.note"
        with run.catching(field):
            run.checkpoint(data, field, log, size, ask_policy=False)
            run.remember_text(log, size, parse_note(data).text)


def check_policies(run: Run) -> None:
    """The policy files of the kit are copies of what the line itself says."""
    for log, data in sorted(run.kit.policies.items()):
        with run.catching(f"logs/{log}/policy"):
            if log not in run.view.logs or log_policy_file(run.view, log) != data:
                raise Malformed("copy-differs", remedy="the line's own policy says otherwise", source=_SOURCE)


def check_changes(run: Run) -> None:
    """Each key, policy and restart entry that the kit holds alone stands in its log, and counts there."""
    for log, index in run.kit.change_proofs.keys() - run.kit.changes.keys():
        with run.catching(f"logs/{log}/changes/{index}.tlog-proof"):
            raise Malformed("proof-without-leaf", source=_SOURCE)
    for (log, index), leaf in sorted(run.kit.changes.items()):
        field = f"logs/{log}/changes/{index}.leaf"
        with run.catching(field):
            outcome = run.view.logs[log].outcomes.get(index) if log in run.view.logs else None
            if not isinstance(outcome, Admitted):
                reason = outcome.reason if isinstance(outcome, Invalid) else "unread"
                raise Malformed("change-does-not-count", remedy=reason, source=_SOURCE)
            if outcome.leaf.header.kind not in ROOT_KINDS:
                raise Malformed(
                    "no-change", remedy="key, policy and log.restart entries alone", source=_SOURCE
                )
            data = run.kit.change_proofs.get((log, index))
            if data is None:
                raise Malformed("no-proof", source=_SOURCE)
            _stands(run, leaf, data, log, index, field.replace(".leaf", ".tlog-proof"))


def check_entries(run: Run, step: Callable[[], None] = lambda: None) -> Iterator[Proved]:
    """Every chosen entry, in order of id; a fault for each that does not hold. `step` is called for each."""
    for name, entry in sorted(run.kit.entries.items()):
        step()
        with run.catching(f"entries/{name}"):
            yield _entry(run, name, entry)


def check_spans(run: Run) -> Iterator[SpanFinding]:
    """Every span: its leaves are all that the log took up between its two checkpoints."""
    for (log, start, end), leaves in sorted(run.spans.items()):
        with run.catching(f"logs/{log}/span/{start}-{end}"):
            yield _span(run, log, start, end, leaves)


def bound_times(run: Run) -> None:
    """Lower bounds: cosignatures of others that entries carry, over checkpoint texts that the kit holds."""
    for log, history in run.view.logs.items():
        texts = run.texts.get(log, {})
        times = run.times.setdefault(log, LogTimes(history.party))
        for index, outcome in history.outcomes.items():
            if isinstance(outcome, Admitted):
                for time_s in _embedded(run, outcome.leaf.header, texts):
                    times.embedded(index, time_s)


def _embedded(run: Run, header: Header, texts: dict[int, list[bytes]]) -> Iterator[int]:
    for peer, seen in header.seen.items():
        party = peer.partition("/")[0]
        if party == header.author or seen.cosigned_size not in texts:
            continue
        for card in run.view.cards.get(party, ()):
            found = embedded_text(seen, mirror_verifiers(card)[0], texts[seen.cosigned_size])
            if found is not None:
                run.relied.add(party)
                yield found[1]
                break


def _entry(run: Run, name: str, entry: EntryFiles) -> Proved:
    if entry_id(entry.leaf) != name:
        raise Malformed("wrong-name", remedy=f"its id is {entry_id(entry.leaf)}", source=_SOURCE)
    leaf = parse_leaf(entry.leaf)
    log, index = _place(run, name, entry)
    outcome = run.view.logs[log].outcomes.get(index) if log in run.view.logs else None
    if not isinstance(outcome, Admitted):
        reason = outcome.reason if isinstance(outcome, Invalid) else "unread"
        raise Malformed("does-not-count", remedy=f"the log's rules refuse it: {reason}", source=_SOURCE)
    return Proved(outcome, log, _payload(leaf, entry), entry.left_out is not None)


def describe(run: Run, proved: Proved) -> EntryFinding:
    """What is known of a proved entry, once all times are bounded."""
    header, index, log = proved.outcome.leaf.header, proved.outcome.index, proved.log
    cosigned = {}
    for party in sorted(run.view.cards):
        first = run.times[log].first_cover(party, index)
        if first is not None:
            cosigned[party] = first[1] * 1000
    interval = run.times[log].interval(index)
    return EntryFinding(
        id=proved.outcome.leaf.id,
        log=log,
        index=index,
        kind=header.kind,
        mode=header.mode,
        author=header.author,
        signers=header.signers,
        released_ms=header.released_ms,
        to=header.to,
        payload=proved.payload,
        cosigned=cosigned,
        after_ms=interval.after_ms,
        before_ms=interval.before_ms,
        delivered=deliveries(run, proved.outcome, log),
        marks=proved.outcome.marks + (("inconsistent-clocks",) if interval.inconsistent else ()),
        filed=proved.filed,
        whole_history=any(name == log and start == 0 and index < end for name, start, end in run.good_spans),
    )


def _place(run: Run, name: str, entry: EntryFiles) -> tuple[str, int]:
    """Where all proofs of an entry put it, each of them checked."""
    if not entry.proofs:
        raise Malformed("no-proof", source=_SOURCE)
    places = set()
    for size, data in sorted(entry.proofs.items()):
        field = f"entries/{name}/proof-{size}.tlog-proof"
        proof, log = read_proof(run, data, field)
        signed = _stands(run, entry.leaf, data, log, proof.index, field)
        if signed.head.size != size:
            raise Malformed("wrong-name", field=field, remedy=f"size {signed.head.size}", source=_SOURCE)
        places.add((log, proof.index))
    if len(places) != 1:
        raise Malformed("two-places", remedy="all proofs of an entry name one log and index", source=_SOURCE)
    return places.pop()


def _stands(run: Run, leaf: bytes, data: bytes, log: str, index: int, field: str) -> Signed:
    """The checkpoint under which a proof puts the leaf at that index of that log."""
    proof, stated = read_proof(run, data, field)
    if (stated, proof.index) != (log, index):
        raise Malformed(
            "wrong-name", field=field, remedy=f"it proves {proof.index} of {stated}", source=_SOURCE
        )
    if not verify_proof(proof, leaf_hash(leaf)):
        raise Malformed(
            "not-in-tree", field=field, remedy="the hashes do not lead to the root", source=_SOURCE
        )
    size = parse_head(proof.note.text)[1]
    run.remember_text(log, size, proof.note.text)
    return run.checkpoint(format_note(proof.note), field, log, size)


def _payload(leaf: Leaf, entry: EntryFiles) -> Literal["opened", "left-out", "none"]:
    commitment = leaf.header.commitment
    here = entry.salt is not None or entry.payload is not None or bool(entry.seeds)
    if entry.left_out is not None and (entry.left_out != SAFETY_ACCOUNT or here or not commitment):
        raise Malformed(
            "bad-left-out", remedy="`safety_account`, of a payload that is not here", source=_SOURCE
        )
    if entry.salt is None and entry.payload is None:
        return "left-out" if commitment else "none"
    if entry.salt is None or entry.payload is None or not commitment:
        raise Malformed(
            "payload-alone", remedy="salt and payload together, of an entry that commits", source=_SOURCE
        )
    if not opens(Opening(entry.salt, entry.payload), commitment):
        raise Malformed(
            "not-the-payload", remedy="salt and payload are not what was committed to", source=_SOURCE
        )
    return "opened"


def _span(run: Run, log: str, start: int, end: int, leaves: list[bytes]) -> SpanFinding:
    files, field = run.kit.spans[log, start, end], f"logs/{log}/span/{start}-{end}"
    began: Signed | None = None
    edge: tuple[bytes, ...] = ()
    if start:
        began = run.checkpoint(files.from_note, f"{field}/from.note", log, start)
        run.remember_text(log, start, parse_note(files.from_note).text)
        edge = parse_hashes(files.peaks.split(b"\n")[:-1])
        if (
            not files.peaks.endswith(b"\n")
            or not peaks.fits(start, edge)
            or peaks.root(edge) != began.head.root
        ):
            raise Malformed("not-the-tree", field=f"{field}/peaks", source=_SOURCE)
    elif files.from_note or files.peaks:
        raise Malformed(
            "unknown-file", field=f"{field}/from.note", remedy="nothing is before 0", source=_SOURCE
        )
    for index, leaf in enumerate(leaves, start):
        edge = peaks.append(index, edge, leaf_hash(leaf))
    ended = run.checkpoint(files.to_note, f"{field}/to.note", log, end)
    run.remember_text(log, end, parse_note(files.to_note).text)
    if peaks.root(edge) != ended.head.root:
        raise Malformed(
            "not-the-tree", field=field, remedy="these leaves do not give that root", source=_SOURCE
        )
    run.good_spans.add((log, start, end))
    outcomes = run.view.logs[log].outcomes if leaves else {}
    entries = []
    for index in range(start, end):
        outcome = outcomes[index]
        if isinstance(outcome, Admitted):
            one = outcome.leaf.header
            entries.append(SpanEntry(index, outcome.leaf.id, one.kind, one.mode, one.to, one.refs))
        else:
            name = entry_id(leaves[index - start])
            entries.append(SpanEntry(index, name, outcome.kind, "", (), (), outcome.reason))
    return SpanFinding(log, start, end, tuple(entries), _seen_by(began), _seen_by(ended))


def _seen_by(signed: Signed | None) -> dict[str, int]:
    """When each party says that it saw a checkpoint, its author included; ms."""
    if signed is None:
        return {}
    found = {party: time_s * 1000 for party, time_s in signed.cosigned.items()}
    if signed.own is not None:
        found[signed.party] = signed.own * 1000
    return dict(sorted(found.items()))
