"""What leaves the node as files: evidence kits, no-reply certificates, bundles; each on the order of two officers.

The order is a signed note (`steerclear/export/v1`, then JCS of what is asked); it is logged as `opened`, so that the
record shows every bulk read (boundary.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from steerclear.errors import Malformed, Refused
from steerclear.node import (
    bulk,
    compartments,
    copies,
    disclosing,
    filed,
    holding,
    ingest,
    kit_access,
    payloads,
    relay,
    write,
)
from steerclear.node.cosigned import take_cosigned
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.record import bundle as bundles
from steerclear.record import checkpoint as checkpoints
from steerclear.record import fork, jcs, kit, manifest, peaks, tiles
from steerclear.record.card import box_of, parse_body
from steerclear.record.merkle import leaf_hash
from steerclear.record.note import parse_note
from steerclear.record.payload import Opening
from steerclear.speech import disclosure, watermark

DOMAIN = b"steerclear/export/v1\n"
WINDOW_MS = 300_000
MAX_RECIPIENT = 200


class Order(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What two officers let go out. `what`: `evidence`, `certificate`, `bundle`, `notified` (`kind` and `format` of
    the file) or `report` (`format`, [`start_ms`, `end_ms`), `names`: with this site's names); `entries` ids, `spans`
    (`<party>/<epoch>`, from, to), `no_reply_by` and `delivered_to` (entry, party), `recipients` party ids.
    `recipient`: who the copy is for, in words; stays at home (`copies`).
    `audience`: how far it goes (`speech.disclosure`).
    `rules`: what the party decides about the line (`settings.Change`), of `what` = `rules`, which takes nothing out.
    `safety_accounts`: what safety accounts say goes along too, which stays at home otherwise (`filed`)."""

    line: str
    what: str
    at_ms: int
    nonce: str
    entries: tuple[str, ...] = ()
    spans: tuple[tuple[str, int, int], ...] = ()
    delivered_to: tuple[tuple[str, str], ...] = ()
    no_reply_by: tuple[tuple[str, str], ...] = ()
    recipients: tuple[str, ...] = ()
    payloads: bool = True
    safety_accounts: bool = False
    kind: str = ""
    format: str = ""
    start_ms: int = 0
    end_ms: int = 0
    names: bool = False
    recipient: str = ""
    audience: disclosure.Audience = "members"
    rules: dict[str, Any] | None = None
    reason: str = ""


def order_text(order: Order) -> bytes:
    """The text that both officers sign."""
    return DOMAIN + jcs.dumps(order) + b"\n"


def check_order(node: Node, note: bytes) -> tuple[LineState, Order] | list[Refused]:
    """The order, if two officers of this party signed it, one of them a releaser, within five minutes."""
    parsed = parse_note(note)
    order = parse_body(parsed.text, DOMAIN, Order, "bad-order")
    line = node.line(order.line)
    if abs(order.at_ms - node.clock.now_ms()) > WINDOW_MS:
        return [Refused("order-time", "at_ms", "signed more than five minutes from now", "sign a new order")]
    if order.nonce in line.orders:
        return [Refused("order-used", "nonce", "this order was carried out before", "sign a new order")]
    log = line.own_log
    good = {}
    for signature in parsed.signatures:
        info = log.state.ring.find(signature.ref, log.size) if log.state.ring is not None else None
        if (
            info is None
            or info.sort != "officer"
            or not info.verifier.check(parsed.text, signature.signature)
        ):
            return [
                Refused(
                    "order-signature", "order", f"{signature.name} is no officer here", "sign with valid keys"
                )
            ]
        good[info.post] = info
    if len(good) < 2 or not any("releaser" in info.roles for info in good.values()):
        return [
            Refused(
                "release-needed",
                "order",
                "an order takes two persons, one of them a releaser",
                "have a second officer sign the order",
                "messages.md, releaser",
            )
        ]
    if len(order.recipient) > MAX_RECIPIENT or not (order.recipient.isprintable() or not order.recipient):
        rule = f"who a copy is for is said in one line of at most {MAX_RECIPIENT} letters"
        return [Refused("recipient-too-long", "recipient", rule, "say it shorter")]
    whole = bool(order.spans) or order.what not in ("evidence", "certificate")
    faults = disclosing.refused(node, line, order.audience, _named(order), whole=whole)
    if faults:
        return faults
    line.orders.add(order.nonce)
    return line, order


def evidence(node: Node, note: bytes) -> dict[str, bytes] | list[Refused]:
    """The files of a kit (`record.kit`), once two officers ordered it."""
    checked = check_order(node, note)
    if isinstance(checked, list):
        return checked
    line, order = checked
    kept_back = compartments.kept_back(node, line, _named(order), signed_roles(node, line, note))
    if kept_back:
        return kept_back
    made = kit.build(
        kit_access.access(node, line),
        entries=order.entries,
        spans=[kit.Span(*span) for span in order.spans],
        payloads=order.payloads,
        delivered_to=order.delivered_to,
        no_reply_by=order.no_reply_by,
        withheld=() if order.safety_accounts else filed.safety_accounts(node, line, _named(order)),
        forks=[fork.parse_fork(msgspec.json.decode(proof)) for proof in line.forks.values()],
    )
    if isinstance(made, Refused):
        return [made]
    key = copies.keep(node, line, order.nonce, order.recipient, order.what, _named(order))
    log_opened(node, line, order, _named(order), key)
    signed = manifest.make(
        made,
        node.keys.node,
        line=line.id,
        party=node.party,
        copy=watermark.name_of(key),
        order=order.nonce,
        made_ms=node.clock.now_ms(),
        recipient=order.recipient,
        audience=order.audience,
    )
    return {**made, manifest.PATH: signed}


def signed_roles(node: Node, line: LineState, note: bytes) -> frozenset[str]:
    """Every role of those whose order was checked."""
    log = line.own_log
    ring = log.state.ring
    infos = (ring.find(one.ref, log.size) for one in parse_note(note).signatures) if ring is not None else ()
    return frozenset(role for info in infos if info is not None for role in info.roles)


def _named(order: Order) -> set[str]:
    """The ids of all entries that an order names."""
    return {*order.entries, *(entry for entry, _ in (*order.delivered_to, *order.no_reply_by))}


def export_bundle(node: Node, note: bytes) -> bytes | list[Refused]:
    """A bundle of the whole line for the recipients named, each with its own payloads sealed to it."""
    checked = check_order(node, note)
    if isinstance(checked, list):
        return checked
    line, order = checked
    cards = line.own_log.state.policy.cards
    strangers = [party for party in order.recipients if party not in cards]
    if strangers:
        return [
            Refused("not-a-member", "recipients", f"{strangers[0]} is no member", "name members of the line")
        ]
    source = _Source(node, line)
    recipients = {party: (box_of(cards[party]), node.random(32)) for party in order.recipients}
    made = bundles.export(source, recipients=recipients)
    log_opened(node, line, order)
    return made


def import_bundle(node: Node, data: bytes) -> dict[str, int]:
    """Merge a bundle, whoever carried it: log → new leaves. Idempotent; the order of bundles does not matter. Raises
    `Malformed` for bytes that are no bundle, or of a line that this node is not on."""
    bundle = bundles.read(data)
    from steerclear.record.genesis import parse_genesis

    line = node.line(parse_genesis(bundle.genesis).id)
    openings: dict[str, Opening] = {}
    box = bundle.boxes.get(node.party)
    if box is not None and node.vault.delivery_key is not None:
        openings = dict(bundles.open_box(node.party, box, node.vault.delivery_key))
    foreign = [part for part in bundle.logs if _party(part.origin) != node.party or line.settings.recovery]
    for part in foreign:
        _prove(line, ingest.log_of(node, line, part.origin), part)
    grown: dict[str, int] = {}
    for part in foreign:
        log = ingest.log_of(node, line, part.origin)
        before = log.size
        given = {leaf_id: (one.salt, one.payload) for leaf_id, one in openings.items()}
        for size, note in _heads(part):
            if log.size <= size <= part.start + len(part.leaves) and log.size >= part.start:
                leaves = part.leaves[log.size - part.start : size - part.start]
                done = ingest.ingest(
                    node, ingest.Arrival(line.id, part.origin, note, log.size, leaves, given)
                )
                if done.contradicts and part.start == 0:
                    ingest.take_fork(node, line.id, part.origin, note, part.leaves[:size])
        if log.size > before:
            grown[log.name] = log.size - before
    for part in bundle.logs:
        take_cosigned(node, line, part.checkpoints)
    late = {leaf: (one.salt, one.payload) for leaf, one in openings.items() if leaf in line.missing}
    ingest.take_payloads(node, line.id, late)
    return grown


def _party(origin: str) -> str:
    return origin.partition("/")[2].partition("/")[0]


def _heads(part: bundles.LogPart) -> list[tuple[int, bytes]]:
    """(size, checkpoint note), smallest first."""
    return sorted((checkpoints.parse_head(parse_note(note).text)[1], note) for note in part.checkpoints)


def _prove(line: LineState, log: Log, part: bundles.LogPart) -> None:
    """Every checkpoint of the part is the log's, and none contradicts its leaves: before anything is taken, so that a
    bundle altered anywhere changes nothing. Raises `Malformed`."""
    found, size = peaks.peaks_of(log.tree, log.size), log.size
    for wanted, note in _heads(part):
        head = ingest.checked_head(line, log, note)
        if wanted < log.size or not part.start <= log.size:
            continue
        while size < wanted and size - part.start < len(part.leaves):
            found, size = peaks.append(size, found, leaf_hash(part.leaves[size - part.start])), size + 1
        if (
            size == wanted > log.size
            and peaks.root(found) != head.root
            and not _whole(part, wanted, head.root)
        ):
            raise Malformed(
                "leaves-altered", field=log.origin, remedy="the leaves are not those its checkpoint signed"
            )


def _whole(part: bundles.LogPart, size: int, root: bytes) -> bool:
    """Whether the part holds the signed tree from its first leaf on, so that it proves a fork where ours differs."""
    return part.start == 0 and tiles.tree_of(part.leaves[:size]).root() == root


def log_opened(
    node: Node, line: LineState, order: Order, entries: Collection[str] = (), key: bytes = b""
) -> str:
    """The bulk read stands in the log, without what was read (boundary.md): how many entries, how many places and
    movements of each owner, and the name of the copy."""
    count = len(entries) or len(order.entries)
    record: dict[str, Any] = {"what": order.what, "entries": count, "nonce": order.nonce}
    roots = {line.subjects.root(one) for one in entries}
    owners = bulk.owners(node, line, (one for one in roots if one in line.positions))
    if owners:
        record["owners"] = owners
    if key:
        record["copy"] = watermark.name_of(key)
    if order.recipients:
        record["recipients"] = list(order.recipients)
    if order.audience != "members":
        record["audience"] = order.audience
    if order.safety_accounts:
        record["safety_accounts"] = True
    return write.record(node, line, "opened", record)


def _size(note: bytes) -> int:
    return checkpoints.parse_head(parse_note(note).text)[1]


class _Source:
    """`bundle.Source` of one line at this node."""

    def __init__(self, node: Node, line: LineState) -> None:
        self._node, self._line = node, line

    def genesis(self) -> bytes:
        return self._line.line.note

    def origins(self) -> Iterable[str]:
        return [log.origin for log in self._line.logs.values() if log.checkpoint]

    def leaves(self, origin: str, start: int) -> Iterable[bytes]:
        head = self._line.logs[origin].head
        return self._node.store.leaves(origin, start, head.size if head is not None else 0)

    def checkpoints(self, origin: str, start: int) -> Iterable[bytes]:
        notes = {_size(note): note for note in relay.cosigned_notes(self._node, origin, start)}
        newest = self._line.logs[origin].checkpoint
        if _size(newest) not in notes:
            notes[_size(newest)] = newest
        return [notes[size] for size in sorted(notes)]

    def payloads(self, party: str) -> Iterable[tuple[str, Opening]]:
        for entry in self._line.positions:
            header = holding.header_of(self._node, self._line, entry)
            if header.commitment and (party in header.to or party == header.author):
                opening = payloads.opened(self._node, self._line, entry)
                if opening is not None:
                    yield entry, opening
