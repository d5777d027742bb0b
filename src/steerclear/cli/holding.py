"""`steerclear units`, `erase`, `inline`: what units hold, what is destroyed, and what is put into the log for one that
lacks it."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, progress, show

UNITS = (
    "Each NAME is a unit of ours; NAME=CODE adds the four characters that it read back from its card. The list takes\n"
    "the place of the one before. An old code is refused, and the version that the unit holds is named. It stays at\n"
    "home: outward say `dissemination` with a word (none, headquarters, part, all)."
)


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "units",
        run_units,
        "Note which own units were told of a notice, and the codes that they read back: n of m, at home.",
        "steerclear units 4f0c… battery-1=K7AX battery-2 --until 2026-10-31T18:00Z --as watch --home blue",
        UNITS,
    )
    parser.add_argument("id", metavar="ID", help="an entry of the notice, or the start of its id")
    parser.add_argument(
        "units", nargs="*", metavar="NAME[=CODE]", help="every unit to be told; none clears the list"
    )
    parser.add_argument(
        "--until", default="", metavar="TIME", help="end of the shift of those that read back"
    )
    options.node(parser)
    options.line(parser)
    parser = options.add(
        commands,
        "erase",
        run_erase,
        "Destroy the payloads of own notices that are over, here and then at every holder; headers and proofs stay.",
        "steerclear erase 4f0c… --reason 'retention' --as watch --co-sign releaser --home blue",
        "Two officers order it. A notice that still stands, or that a `preserve` holds, is refused.",
    )
    parser.add_argument("entries", nargs="+", metavar="ENTRY", help="ids, or the starts of ids")
    parser.add_argument(
        "--co-sign", action="append", default=[], metavar="POST", help="the second officer's key, here"
    )
    parser.add_argument("--reason", default="", help="why; stands in the order")
    progress.option(parser)
    options.yes(parser)
    options.node(parser)
    options.line(parser)
    parser = options.add(
        commands,
        "inline",
        run_inline,
        "Put a payload that an addressee says it lacks into our own log, sealed to it alone.",
        "steerclear inline 4f0c… --to red --as watch --home blue",
        "The node does so by itself: at once for life safety, else ten minutes after the other logs that it lacks it.",
    )
    parser.add_argument("id", metavar="ID", help="an entry of ours, or the start of its id")
    parser.add_argument("--to", required=True, metavar="PARTY", help="the addressee, name or id")
    options.node(parser)
    options.line(parser)


def run_units(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import find_entry
    from steerclear.cli.heard import mode_of
    from steerclear.speech.quantities import time
    from steerclear.units import parse_time

    who = client.officer(args)
    until = int(parse_time(time(args.until), field="--until")) if args.until else None
    rows: list[dict[str, Any]] = []
    for one in args.units:
        name, _, code = one.partition("=")
        read = {"code": code, "at_ms": who.now_ms, "counts_until_ms": until} if code else {}
        rows.append({"name": name} | {key: value for key, value in read.items() if value is not None})
    entry = find_entry(who, args.id)
    who.post("/units", {"id": entry, "units": rows})
    told = sum("code" in row for row in rows)
    lines = [
        f"noted at home: {told} of {len(rows)} units read the code back"
        if rows
        else "noted at home: no unit is listed",
        "no guarantee; outward say: steerclear say dissemination",
    ]
    show.emit(args, {"id": entry, "units": rows}, lines, mode=mode_of(who.get()))
    return codes.OK


def run_erase(args: Namespace) -> int:
    import json

    from steerclear.cli import client
    from steerclear.cli.entry import find_entry
    from steerclear.cli.evidence import ordered
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    entries = tuple(sorted({find_entry(who, one) for one in args.entries}))
    if not show.confirm(
        args, f"destroy the payloads of {len(entries)} notices, and of all said about them, for good?"
    ):
        return codes.DECLINED
    done = json.loads(ordered(args, who, "erase", {"entries": entries}))
    lines = [
        f"erased: {done['entries']} entries are now their residue; headers and proofs stay and verify",
        "other holders follow by themselves, at most one batch a day",
    ]
    show.emit(args, done, lines, mode=mode_of(who.get()))
    return codes.OK


def run_inline(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import find_entry
    from steerclear.cli.heard import mode_of
    from steerclear.cli.say import parties

    who = client.officer(args)
    entry, party = find_entry(who, args.id), parties(who, [args.to])[0]
    done = who.post("/inline", {"id": entry, "party": party})
    leaves = done["leaves"]
    lines = [
        f"sent inside our log, sealed to {args.to} alone: {leaves} {'leaf' if leaves == 1 else 'leaves'}"
    ]
    show.emit(args, done, lines, mode=mode_of(who.get()))
    return codes.OK
