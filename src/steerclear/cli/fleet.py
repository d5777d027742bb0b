"""`steerclear fleet`: own movers by name, at home alone, and how they keep to what was declared of them."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.heard import mode_of
from steerclear.cli.language import kept, label, say, standing, word

HOME = (
    "A notice says of nobody which mover it is; this list does, and it never leaves the node. What it finds (leaving,\n"
    "out, overdue, not transmitting) rings here and is no entry: amend or complete the notice, and tell the other side."
)
FILE = (
    "A file holds a table a mover: [[mover]] with ident, notice and, if it matters, manned = true or false."
)


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "fleet",
        "Own movers, and how they keep to what we declared of them; at home.",
        "steerclear fleet list --as watch --home blue",
    )
    parser = options.add(
        own,
        "list",
        run_list,
        "Own movers against their notices; undeclared ones in agreed areas; exit 4 where one rings.",
        "steerclear fleet list --as watch --home blue",
        HOME,
    )
    _node(parser)
    parser = options.add(
        own,
        "add",
        run_add,
        "Say under which own notice an own mover moves.",
        "steerclear fleet add icao:43c6e1 --notice 4f0c… --as watch --home blue\n"
        "steerclear fleet add --file fleet.toml --as watch --home blue",
        FILE,
    )
    _node(parser)
    parser.add_argument("ident", nargs="?", default="", metavar="IDENT", help="as icao:43c6e1, mmsi:…, rid:…")
    parser.add_argument("--notice", default="", metavar="ID", help="an own flight, voyage or convoy")
    parser.add_argument(
        "--manned", action="store_true", help="people are on board (default: as its class says)"
    )
    parser.add_argument("--unmanned", action="store_true", help="nobody is on board")
    parser.add_argument("--file", type=Path, metavar="FILE", help="several at once, from TOML")
    parser = options.add(
        own,
        "remove",
        run_remove,
        "A mover is no longer one of ours.",
        "steerclear fleet remove icao:43c6e1 --as watch --home blue",
    )
    _node(parser)
    parser.add_argument("ident", metavar="IDENT", help="as `fleet list` shows it")


def _node(parser: Any) -> None:
    options.node(parser)
    options.line(parser)


def run_list(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.views.board import NO_EMPTINESS

    who = client.officer(args)
    found = who.get("/conformance")
    lines = show.table(
        tuple(map(word, ("mover", "notice", "state", "how", "rings"))), map(_row, found["movers"])
    )
    lines = lines if found["movers"] else [word("no own mover is listed: steerclear fleet add")]
    if found["locked"]:
        lines = [show.strong(word("fleet locked"))]
    elif any(row["beyond_mm"] is not None or row["in_ms"] is not None for row in found["movers"]):
        lines = [*lines, word("fleet as of").format(time=kept(show.ago(who.now_ms - found["judged_ms"])))]
    for row in found["uncoordinated"]:
        place = f"{row['lat_e7'] / 1e7:.3f} {row['lon_e7'] / 1e7:.3f}"
        told = word("undeclared in an agreed area, presume civil")
        lines += [f"{told}: {kept(place)} ({kept(row['area'][:12])}, {kept(show.clock(row['since_ms']))})"]
    show.emit(args, found, [*lines, "", *standing((NO_EMPTINESS,))], mode=mode_of(who.get()))
    rings = any(row["ringing"] for row in found["movers"]) or found["uncoordinated"]
    return codes.CONFLICT if rings else codes.OK


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    how = label("conformance", row["reason"]) if row["reason"] else ""
    if row["beyond_mm"] is not None:
        how = say("feeds.beyond", how=how, figure=f"{row['beyond_mm'] / 1e6:.1f}")
    if row["in_ms"] is not None:
        how = say("feeds.after", figure=str(row["in_ms"] // 1000))
    if row["since_ms"] is not None:
        how = f"{how} {kept(show.clock(row['since_ms']))}"
    rings = word("yes") if row["ringing"] else "-"
    state = label("conforming", row["state"])
    return (kept(row["ident"]), kept(row["notice"][:12]) or "-", state, how.strip() or "-", rings)


def run_add(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import find_entry

    who = client.officer(args)
    rows = _from_file(args.file) if args.file else [_one(args)]
    for row in rows:
        if row.get("notice"):
            row["notice"] = find_entry(who, row["notice"])
    who.post("/fleet", {"movers": rows})
    lines = [_moves(row) for row in rows]
    show.emit(args, {"movers": rows}, lines)
    return codes.OK


def _moves(row: dict[str, Any]) -> str:
    if row.get("notice"):
        return say("feeds.moves", ident=row["ident"], notice=row["notice"])
    return say("feeds.moves-alone", ident=row["ident"])


def _one(args: Namespace) -> dict[str, Any]:
    from steerclear.cli.faults import stop
    from steerclear.config import check_ident

    if not args.ident or (args.manned and args.unmanned):
        raise stop(
            "no-mover",
            "IDENT",
            "one mover, manned or not, or a file",
            "name it as icao:43c6e1, or give --file",
        )
    check_ident(args.ident, "IDENT")
    manned = {"manned": args.manned} if args.manned or args.unmanned else {}
    return {"ident": args.ident, "notice": args.notice, **manned}


def _from_file(path: Path) -> list[dict[str, Any]]:
    import tomllib

    from steerclear.cli.faults import stop
    from steerclear.config import check_ident

    try:
        rows = tomllib.loads(path.read_text("utf-8"))["mover"]
        for number, row in enumerate(rows):
            check_ident(row["ident"], f"mover[{number}].ident")
        return [{name: row[name] for name in row} | {"ident": row["ident"]} for row in rows]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise stop(
            "bad-fleet", "--file", f"{path}: {error}", "a [[mover]] table with ident and notice for each"
        ) from None


def run_remove(args: Namespace) -> int:
    from steerclear.cli import client

    client.officer(args).post("/fleet/remove", {"ident": args.ident})
    show.emit(args, {"ident": args.ident}, [say("feeds.removed", ident=args.ident)])
    return codes.OK
