"""`steerclear units`, `count`, `erase`, `inline`: what units hold, what is destroyed, what is put into the log for one
that lacks it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, progress, show
from steerclear.cli.language import say

UNITS = (
    "Each NAME is a unit of ours; NAME=CODE adds the four characters that it read back from its card. The list takes\n"
    "the place of the one before. An old code is refused, and the version that the unit holds is named. It stays at\n"
    "home: outward goes a word (headquarters, part, all). -o writes the `dissemination` that says it, with n of m\n"
    "under a salted commitment; --keep writes what opens that for an inquiry (steerclear count): else nobody can."
)
COUNT = (
    "For an inquiry: the file that `units --keep` wrote, beside the commitment that stands in the dissemination of\n"
    "that party (in a kit, or as `steerclear show` tells it). Needs no node."
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
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the dissemination, to be said")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="with -o: what opens its commitment")
    options.node(parser)
    options.line(parser)
    parser = options.add(
        commands,
        "count",
        run_count,
        "Check how many units a party says that it had told, against the commitment that it gave then.",
        "steerclear count count.json --commitment 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        COUNT,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="as `units --keep` wrote it")
    parser.add_argument("--commitment", required=True, metavar="HEX", help="as the dissemination gives it")
    parser = options.add(
        commands,
        "erase",
        run_erase,
        "Destroy the payloads of own notices that are over, here and then at every holder; headers and proofs stay.",
        "steerclear erase 4f0c… --reason 'retention' --as watch --co-sign releaser --home blue",
        "Two officers order it. A notice that still stands, or that a `preserve` holds, is refused.",
    )
    parser.add_argument("entries", nargs="+", metavar="ENTRY", help="ids, or the starts of ids")
    options.order(parser)
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
    from steerclear.cli.faults import stop
    from steerclear.cli.heard import mode_of
    from steerclear.speech.quantities import time
    from steerclear.units import parse_time

    if (args.output is None) != (args.keep is None):
        raise stop(
            "nothing-kept", "--keep", "a commitment that nothing opens proves nothing", "give -o and --keep"
        )
    who = client.officer(args)
    until = int(parse_time(time(args.until), field="--until")) if args.until else None
    rows: list[dict[str, Any]] = []
    for one in args.units:
        name, _, code = one.partition("=")
        read = {"code": code, "at_ms": who.now_ms, "counts_until_ms": until} if code else {}
        rows.append({"name": name} | {key: value for key, value in read.items() if value is not None})
    entry = find_entry(who, args.id)
    before = (who.get(f"/subjects/{entry}").get("dissemination_home") or {"m": 0})["m"]
    who.post("/units", {"id": entry, "units": rows})
    told = sum("code" in row for row in rows)
    lines = [
        say("files.home.units", n=told, m=len(rows)) if rows else say("files.home.no-units"),
        say("files.home.outward"),
    ]
    if before > len(rows) > 0:
        lines.insert(1, say("files.home.shorter", m=before))
    if args.output is not None:
        _write(args, told, rows, entry, who.get(f"/entries/{entry}")["row"]["mode"])
        lines[-1] = say("files.home.next", file=str(args.output), entry=entry)
    show.emit(args, {"id": entry, "units": rows}, lines, mode=mode_of(who.get()))
    return codes.OK


def _write(args: Namespace, told: int, rows: list[dict[str, Any]], entry: str, mode: str) -> None:
    """The dissemination's file, and the file that opens its count; both for their owner alone."""
    import json
    import secrets

    from steerclear.node.home import write_private
    from steerclear.speech.readback import count_commitment, word_for

    salt = secrets.token_bytes(32)
    commitment = count_commitment(told, len(rows), salt)
    body: dict[str, Any] = {"word": word_for(told, len(rows), headquarters=True), "notice": entry}
    if told:
        body["code"] = next(row["code"] for row in rows if "code" in row)
        body |= {"counts_until": args.until} if args.until else {}
    body["count_commitment"] = commitment
    kept = {
        "confirmed": told,
        "units": len(rows),
        "salt": salt.hex(),
        "commitment": commitment,
        "notice": entry,
    }
    write_private(args.output, json.dumps({"mode": mode, "body": body}, indent=1).encode())
    write_private(args.keep, json.dumps(kept, indent=1).encode())


def run_count(args: Namespace) -> int:
    import json

    from steerclear.cli.faults import stop
    from steerclear.errors import Malformed
    from steerclear.speech.readback import count_commitment

    try:
        kept = json.loads(args.file.read_text(encoding="utf-8"))
        told, units = int(kept["confirmed"]), int(kept["units"])
        same = count_commitment(told, units, bytes.fromhex(kept["salt"])) == args.commitment.lower()
    except (ValueError, KeyError, TypeError, Malformed) as error:
        raise stop(
            "not-a-count", str(args.file), str(error), "give the file that units --keep wrote"
        ) from None
    value = {"confirmed": told, "units": units, "opens": same}
    lines = [say("files.home.opens" if same else "files.home.opens-not", n=told, m=units)]
    show.emit(args, value, lines)
    return codes.OK if same else codes.NO


def run_erase(args: Namespace) -> int:
    import json

    from steerclear.cli import client
    from steerclear.cli.entry import find_entry
    from steerclear.cli.evidence import ordered
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    entries = tuple(sorted({find_entry(who, one) for one in args.entries}))
    if not show.confirm(args, say("files.home.erase", n=len(entries))):
        return codes.DECLINED
    done = json.loads(ordered(args, who, "erase", {"entries": entries}))
    lines = [
        say("files.home.erased", n=done["entries"]),
        say("files.home.follow"),
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
    lines = [say("files.home.inline", party=args.to, n=done["leaves"])]
    show.emit(args, done, lines, mode=mode_of(who.get()))
    return codes.OK
