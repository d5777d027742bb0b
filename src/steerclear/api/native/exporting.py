"""What leaves the node as a file, each time released by two officers (boundary.md), and bundles that come in."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from steerclear.api.native.endpoint import LINE, Call, Endpoint, Made, encoded, valid
from steerclear.api.native.services import Services
from steerclear.errors import Malformed, Refused
from steerclear.node import copies, exports, inline, notified, receipts
from steerclear.node import erase as erasing
from steerclear.node import report as reporting
from steerclear.node.node import Node
from steerclear.record.card import parse_body
from steerclear.record.kitfiles import pack
from steerclear.record.note import parse_note

TAR, BUNDLE = "application/x-tar", "application/octet-stream"
MAX_BUNDLE = 256 << 20


class Ordered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`order`: a signed note of `steerclear/export/v1` and one line of JCS (`line`, `what`, `at_ms`, `nonce` of 32 hex,
    and what is asked for), with the signatures of two officers, one of them a releaser."""

    order: Annotated[str, Meta(max_length=262_144)]


class Erased(msgspec.Struct, frozen=True):
    """How many entries are now their residue."""

    entries: int


class Inline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The entry `id` of ours whose payload `party` has not."""

    id: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    party: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]


class ReceiptsPage(msgspec.Struct, frozen=True):
    """`after`: name of the last row of the page before."""

    after: Annotated[str, Meta(pattern="^[0-9a-z-]{0,80}$")] = ""


class ReceiptOf(msgspec.Struct, frozen=True):
    """`party`: whose delivery, where the id names an entry of ours; '' where it names a receipt."""

    party: Annotated[str, Meta(pattern="^([0-9a-f]{32})?$")] = ""


class SentInline(msgspec.Struct, frozen=True):
    """In how many leaves it stands."""

    leaves: int


def evidence(node: Node, call: Call) -> Any:
    """A tar: the evidence kit, for `verify` by a stranger."""
    return _kit(node, call, "evidence")


def certificate(node: Node, call: Call) -> Any:
    """A tar: an evidence kit that holds no-reply certificates."""
    return _kit(node, call, "certificate")


def bundle(node: Node, call: Call) -> Any:
    """The whole line for a stick: logs in clear, payloads sealed to each recipient."""
    note, faults = order_of(call, "bundle")
    made = faults or exports.export_bundle(node, note)
    if isinstance(made, list):
        return made
    return Made(made, BUNDLE, filename=f"{call.line[:12]}.bundle")


def notified_file(node: Node, call: Call) -> Any:
    """Sites or movements that stand, as CSV, GeoJSON or KML."""
    note, faults = order_of(call, "notified")
    made = faults or notified.export(node, note)
    if isinstance(made, list):
        return made
    data, suffix = made
    return Made(data, BUNDLE, filename=f"notified-{call.line[:12]}{suffix}")


def trace(node: Node, call: Call) -> Any:
    """Which export of this node a file, or a part of one in any format, was taken from."""
    return copies.trace(node, call.line, call.raw)


async def report(services: Services, request: Request, call: Call) -> Response:
    """A period's report as JSON or PDF: what it is made from is taken on the node, it is made beside it."""
    note, faults = order_of(call, "report")
    if faults:
        return encoded(faults)

    def take(node: Node) -> Any:
        valid(node, call)
        return reporting.ordered(node, note)

    taken = await services.host.run(take)
    if isinstance(taken, list):
        return encoded(taken)
    data = await asyncio.to_thread(reporting.file_of, taken)
    name = f"report-{call.line[:12]}{taken.suffix}"
    return encoded(Made(data, reporting.MEDIA[taken.suffix], filename=name))


def take_bundle(node: Node, call: Call) -> Any:
    """log → leaves that were new. The same bundle again, or in another order, changes nothing more."""
    from steerclear.record import bundle as bundles
    from steerclear.record.genesis import parse_genesis

    if parse_genesis(bundles.read(call.raw).genesis).id != call.line:
        raise Malformed("other-line", field="body", remedy="this bundle is of another line")
    return exports.import_bundle(node, call.raw)


def list_receipts(node: Node, call: Call) -> Any:
    return receipts.rows(node, call.line, call.query.after)


def receipt(node: Node, call: Call) -> Any:
    """A tar: a small kit, for `verify` without a node."""
    made = receipts.kit_of(node, call.line, call.id, call.query.party)
    return made if isinstance(made, list) else Made(pack(made), TAR, filename=f"receipt-{call.id[:12]}.tar")


def erase(node: Node, call: Call) -> Any:
    """The payloads of notices whose life is over are destroyed, here and then at every holder (record.md, Erasure)."""
    note, faults = order_of(call, "erase")
    checked = faults or exports.check_order(node, note)
    if isinstance(checked, list):
        return checked
    made = erasing.erase(node, call.line, checked[1].entries)
    return made if isinstance(made, list) else Erased(made)


def send_inline(node: Node, call: Call) -> Any:
    """A payload that an addressee says it lacks, sealed to it inside our own log (record.md, Delivered)."""
    made = inline.send_inline(node, call.line, call.body.id, call.body.party)
    return made if isinstance(made, list) else SentInline(made)


def _kit(node: Node, call: Call, what: str) -> Any:
    note, faults = order_of(call, what)
    made = faults or exports.evidence(node, note)
    if isinstance(made, list):
        return made
    return Made(pack(made), TAR, filename=f"{what}-{call.line[:12]}.tar")


def order_of(call: Call, what: str) -> tuple[bytes, list[Refused]]:
    """The order's bytes, and why it is none for this path."""
    note = call.body.order.encode("utf-8", "replace")
    order = parse_body(parse_note(note).text, exports.DOMAIN, exports.Order, "bad-order")
    if order.line != call.line:
        return note, [
            Refused("other-line", "order", "the order is for another line", "sign an order for this line")
        ]
    if order.what != what:
        return note, [
            Refused("other-order", "what", f"the order says {order.what}", f"sign an order for {what}")
        ]
    if what == "certificate" and not order.no_reply_by:
        return note, [
            Refused("nothing-asked", "no_reply_by", "no entry and party named", "name at least one pair")
        ]
    return note, []


ENDPOINTS: Final = (
    Endpoint(
        "POST",
        f"{LINE}/erase",
        "erase",
        "Erase the payloads of notices that are over; an order `erase` of two officers names them in `entries`.",
        erase,
        body=Ordered,
        answer=Erased,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/inline",
        "send_inline",
        "Put a payload that an addressee lacks into our own log, sealed to it.",
        send_inline,
        body=Inline,
        answer=SentInline,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "GET",
        f"{LINE}/receipts",
        "receipts",
        "Of a served party: what reached whom, a row for each file that `verify` reads without a node.",
        list_receipts,
        query=ReceiptsPage,
        answer=list[receipts.ReceiptRow],
        errors=(404, 422),
    ),
    Endpoint(
        "GET",
        f"{LINE}/receipts/{{id}}",
        "receipt",
        "Of a served party: one delivery or receipt as a small kit.",
        receipt,
        query=ReceiptOf,
        media=TAR,
        errors=(404, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/evidence",
        "evidence",
        "An evidence kit, ordered by two officers.",
        evidence,
        body=Ordered,
        media=TAR,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/certificate",
        "certificate",
        "No-reply certificates in a kit, ordered by two officers.",
        certificate,
        body=Ordered,
        media=TAR,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/report",
        "report",
        "The report of a period that is over, as JSON or PDF, ordered by two officers.",
        direct=report,
        body=Ordered,
        media=BUNDLE,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/notified",
        "notified",
        "Sites or movements that stand here as CSV, GeoJSON or KML, ordered by two officers.",
        notified_file,
        body=Ordered,
        media=BUNDLE,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/trace",
        "trace",
        "Which export of this node a leaked file, or a part of one in any format, came from, and how sure that is.",
        trace,
        answer=copies.Traced,
        errors=(404, 413),
        limit=16 << 20,
        binary=True,
    ),
    Endpoint(
        "POST",
        f"{LINE}/bundle",
        "bundle",
        "The line as one file for other members, ordered by two officers.",
        bundle,
        body=Ordered,
        media=BUNDLE,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/bundle/import",
        "import_bundle",
        "Merge a bundle; what does not prove itself is refused.",
        take_bundle,
        answer=dict[str, int],
        errors=(404, 413, 422),
        limit=MAX_BUNDLE,
        binary=True,
    ),
)
