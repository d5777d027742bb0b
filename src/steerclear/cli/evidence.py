"""`steerclear evidence` and `certificate`: what leaves the node as proof, each time on the order of two officers."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, progress, show
from steerclear.cli.language import say

if TYPE_CHECKING:
    from steerclear.cli.client import Officer

TWO = "Two officers sign the order, one of them a releaser; the record then holds that an export was made."


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "evidence",
        run_evidence,
        "Write an evidence kit of chosen entries, for a stranger to verify.",
        "steerclear evidence 4f0c… 77aa… -o kit.tar --as watch --co-sign releaser --home blue",
        TWO,
    )
    parser.add_argument("entries", nargs="*", metavar="ENTRY", help="ids, or the starts of ids")
    parser.add_argument("--all", action="store_true", help="every entry that others have cosigned")
    parser.add_argument("--kind", default="", help="with --all: only of this kind")
    parser.add_argument(
        "--span",
        action="append",
        default=[],
        metavar="LOG:FROM:TO",
        help="every clear header of a log between two sizes",
    )
    parser.add_argument("--delivered", action="store_true", help="also show the delivery to each addressee")
    parser.add_argument(
        "--no-reply-by",
        action="append",
        default=[],
        metavar="PARTY",
        help="also certify that this party's log held no answer by the deadline, or was not heard since",
    )
    parser.add_argument(
        "--no-payloads", action="store_true", help="leave what was said at home: clear headers alone"
    )
    parser.add_argument(
        "--safety-accounts",
        action="store_true",
        help="also what safety accounts of close encounters say, which stays at home otherwise; the order names it",
    )
    order_options(parser, "the kit, a tar")
    parser = options.add(
        commands,
        "certificate",
        run_certificate,
        "Write a no-reply certificate: that a party's log held no answer by the deadline, or was not heard since.",
        "steerclear certificate 4f0c… --by red -o silence.tar --as watch --co-sign releaser --home blue",
        "It proves only that no answer stood in that log by that time. " + TWO,
    )
    parser.add_argument("id", metavar="ID", help="the entry that asked for an answer")
    parser.add_argument(
        "--by", default="", metavar="PARTY", help="who did not answer (default: every addressee)"
    )
    order_options(parser, "the certificate in its kit, a tar")


def order_options(parser: Any, what: str) -> None:
    options.output(parser, what)
    options.order(parser)
    parser.add_argument(
        "--for",
        dest="recipient",
        default="",
        metavar="WHO",
        help="who the copy is for; stands in the kit's signed manifest, or in the report (default: this party itself)",
    )
    audience_option(parser)
    progress.option(parser)
    options.node(parser)
    options.line(parser)


def audience_option(parser: Any) -> None:
    parser.add_argument(
        "--audience",
        choices=("members", "inquiry", "public"),
        default="members",
        help="how far the copy goes; stands in the record, and is refused beyond what the agreement lets go out",
    )


def run_evidence(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import all_entries, find_entry
    from steerclear.cli.faults import stop

    who = client.officer(args)
    if args.all:
        rows = [row for row in all_entries(who, args.kind) if row["before_ms"] is not None]
    else:
        rows = [who.get(f"/entries/{find_entry(who, one)}")["row"] for one in args.entries]
    if not rows and not args.span:
        raise stop("nothing-chosen", "ENTRY", "no entry was named", "name entries, --all or --span")
    order: dict[str, Any] = {
        "entries": tuple(sorted({row["id"] for row in rows})),
        "payloads": not args.no_payloads,
        "safety_accounts": args.safety_accounts,
    }
    order["spans"] = tuple(_span(one) for one in args.span)
    if args.delivered:
        order["delivered_to"] = tuple((row["id"], party) for row in rows for party in row["delivered"])
    if args.no_reply_by:
        names = who.names()
        order["no_reply_by"] = tuple(
            (row["id"], party)
            for row in rows
            for party in row["to"]
            if {party, names.get(party, party)} & set(args.no_reply_by)
        )
    data = ordered(args, who, "evidence", order)
    return _written(args, who, data, _counted(len(order["entries"]), len(order["spans"])))


def _counted(entries: int, spans: int) -> str:
    """`2 entries`; spans only where there are any."""
    words = [say("files.entries", n=entries)] if entries or not spans else []
    words += [say("files.spans", n=spans)] if spans else []
    return ", ".join(words)


def run_certificate(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import find_entry

    who = client.officer(args)
    row = who.get(f"/entries/{find_entry(who, args.id)}")["row"]
    names = who.names()
    parties = [p for p in row["to"] if args.by in ("", p, names.get(p, ""))]
    data = ordered(args, who, "certificate", {"no_reply_by": tuple((row["id"], party) for party in parties)})
    return _written(
        args,
        who,
        data,
        say("files.no-reply", entry=row["id"], names=[names.get(p, p) for p in parties]),
        say("files.no-reply-warning"),
    )


def ordered(args: Namespace, who: Officer, what: str, asked: dict[str, Any]) -> bytes:
    """The file that the node gives for an order signed by this officer and those of --co-sign. Raises `Stop`."""
    import json
    import secrets

    from steerclear.node.exports import Order, order_text
    from steerclear.node.home import officer
    from steerclear.record.card import sign_text

    asked = {"recipient": getattr(args, "recipient", "")} | asked
    keys = [who.key, *(officer(args.home, post) for post in args.co_sign)]
    order = Order(
        who.line,
        what,
        who.now_ms,
        secrets.token_hex(16),
        reason=args.reason,
        audience=getattr(args, "audience", "members"),
        **asked,
    )
    note = sign_text(order_text(order), keys).decode()
    path = f"/api/lines/{who.line}/{what}"
    with progress.shown(args, f"the node makes the {what}"):
        return who.client.call("POST", path, json.dumps({"order": note}).encode())


def _span(text: str) -> tuple[str, int, int]:
    from steerclear.cli.faults import stop

    log, _, rest = text.partition(":")
    start, _, end = rest.partition(":")
    if not (start.isdecimal() and end.isdecimal()):
        raise stop("bad-span", "--span", f"{text} names no span", "write <party>/<epoch>:FROM:TO")
    return log, int(start), int(end)


def _written(args: Namespace, who: Officer, data: bytes, what: str, *more: str) -> int:
    from steerclear.node.home import write_private

    write_private(args.output, data)
    value = {"file": str(args.output), "bytes": len(data), "line": who.line, "what": what}
    lines = [
        say("files.written-bytes", file=str(args.output), what=what, n=len(data)),
        *more,
        say("files.next-verify", file=str(args.output), party=who.party),
    ]
    from steerclear.cli.heard import mode_of

    show.emit(args, value, lines, mode=mode_of(who.get()))
    return codes.OK
