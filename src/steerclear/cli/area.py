"""`steerclear area`: what this party knows at home of an own area, the request that cools it, sealed batches."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, show, zones
from steerclear.cli.language import say
from steerclear.english import counted

HOME = "It stays in the node, sealed: no entry, nothing that another party sees."
RELEASE = (
    "From the request or the last known occupation, whichever is later, the node lets a random time of 72 to 144 h\n"
    "pass, which it shows nobody; the area protects all the while. Then a task stands on the board, and two officers\n"
    "sign the `withdraw`; before that the desk refuses it. So no release dates a departure."
)
SEAL = (
    "A batch always holds as many commitments as the agreement's cap; those that stand for nothing are random, and\n"
    "nobody can tell them from the others. Say one every month, on the same day, whether or not anything is sealed:\n"
    "then neither its day nor its size says anything. It is no notice and protects only through overlap queries."
)
DONE = {
    "occupied": "files.area.occupied",
    "vacated": "files.area.vacated",
    "release_asked": "files.area.release",
}


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "area",
        "Own areas at home: who is there, who left, the request for release.",
        "steerclear area occupied 6b0e… --as watch --home blue",
    )
    for name, state, text, more in (
        ("occupied", "occupied", "Note that somebody is in an own area.", HOME),
        ("vacated", "vacated", "Note that everybody has left an own area.", HOME),
        ("release", "release_asked", "Ask for the release of an own area: it begins to cool.", RELEASE),
    ):
        example = f"steerclear area {name} 6b0e… --as watch --home blue"
        parser = options.add(own, name, run, text, example, more)
        parser.add_argument("id", metavar="ID", help="an entry of the area, or the start of its id")
        if state != "release_asked":
            parser.add_argument(
                "--at", default="", metavar="TIME", help="RFC 3339 or date-time group (default: now)"
            )
        parser.set_defaults(state=state)
        options.node(parser)
        options.line(parser)

    parser = options.add(
        own,
        "seal",
        run_seal,
        "Make a month's batch of sealed areas, to be said, and what opens them, to be kept.",
        "steerclear area seal --month 2026-11 --cap 10 personnel.toml -o batch.json --keep openings.json",
        SEAL,
    )
    parser.add_argument("areas", nargs="*", type=Path, metavar="FILE", help="area.declare files as for `say`")
    parser.add_argument("--month", required=True, metavar="YYYY-MM", help="this month or the next, in UTC")
    parser.add_argument(
        "--cap", type=int, required=True, help="sealed_areas_a_month of the agreement in force"
    )
    options.output(parser, "the batch: say it with `steerclear say area.declare --file`")
    parser.add_argument(
        "--keep", type=Path, required=True, metavar="FILE", help="what opens them; without it nobody can"
    )
    parser = options.add(
        own,
        "unseal",
        run_unseal,
        "Make the notice that opens one sealed area, to be said.",
        "steerclear area unseal openings.json --number 1 --batch 6b0e… -o opened.json",
        "It says how many areas were sealed in that month: that was part of what was committed to.",
    )
    parser.add_argument("kept", type=Path, metavar="FILE", help="the file that `seal --keep` wrote")
    parser.add_argument("--number", type=int, required=True, help="which of them, from 1")
    parser.add_argument("--batch", required=True, metavar="ID", help="the whole id of the batch's entry")
    options.output(parser, "the notice: say it with `steerclear say area.declare --file`")
    zones.declare(own)


def run_seal(args: Namespace) -> int:
    import json
    import secrets

    import msgspec

    from steerclear.cli.faults import Stop, stop
    from steerclear.node.home import write_private
    from steerclear.speech import authoring, form, sealed

    bodies = []
    for path in args.areas:
        made = authoring.from_file(path.read_bytes(), path.suffix.lower(), "area.declare")
        filled = made if isinstance(made, list) else form.filled("area.declare", made.inner, made.body)
        if isinstance(filled, list):
            raise Stop(filled)
        bodies.append(filled[1])
    try:
        batch, kept = sealed.seal(bodies, args.month, args.cap, secrets.token_bytes)  # type: ignore[arg-type]
    except ValueError as error:
        raise stop(
            "bad-batch", "--month, --cap", str(error), "the month as 2026-11, no more than the cap"
        ) from None
    write_private(
        args.keep, json.dumps([msgspec.to_builtins(one) for one in kept], indent=1).encode() + b"\n"
    )
    write_private(args.output, json.dumps({"body": msgspec.to_builtins(batch)}, indent=1).encode() + b"\n")
    lines = [
        say("files.area.batch", file=str(args.output), n=len(batch.commitments), month=args.month),
        say("files.area.kept", file=str(args.keep), n=len(kept)),
    ]
    show.emit(args, {"batch": str(args.output), "kept": str(args.keep), "areas": len(kept)}, lines)
    return codes.OK


def run_unseal(args: Namespace) -> int:
    import json

    import msgspec

    from steerclear.cli.faults import stop
    from steerclear.node.home import write_private
    from steerclear.speech import sealed

    rows = msgspec.json.decode(args.kept.read_bytes(), type=list[sealed.Kept])
    if not 1 <= args.number <= len(rows):
        raise stop("unknown-area", "--number", f"the file keeps {counted(len(rows), 'area')}", "count from 1")
    body = sealed.opened(rows[args.number - 1], args.batch)
    write_private(args.output, json.dumps({"body": msgspec.to_builtins(body)}, indent=1).encode() + b"\n")
    one = rows[args.number - 1]
    words = {"n": one.sealed_that_month, "month": one.month}
    lines = [say("files.area.unsealed", file=str(args.output), **words)]
    show.emit(args, {"notice": str(args.output)}, lines)
    return codes.OK


def run(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import find_entry
    from steerclear.cli.heard import mode_of
    from steerclear.speech.quantities import time
    from steerclear.units import parse_time

    who = client.officer(args)
    note: dict[str, Any] = {"id": find_entry(who, args.id), "state": args.state}
    if getattr(args, "at", ""):
        note["at_ms"] = int(parse_time(time(args.at), field="--at"))
    who.post("/areas", note)
    value = {"id": note["id"], "state": args.state}
    show.emit(args, value, [say(DONE[args.state])], mode=mode_of(who.get()))
    return codes.OK
