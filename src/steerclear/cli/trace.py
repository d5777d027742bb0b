"""`steerclear trace` and `opened`: from a leaked file to the copy it was taken from; who read or took out how much."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, show

TRACE = (
    "Each file of protected places is marked for whom it was made: in the last digits of positions that state an\n"
    "error, and in where the outline of an area begins. A part of a copy is enough, in whatever format. `sure` means\n"
    "by chance once in a million times or less, `likely` once in a thousand; `weak` is no ground for anything. A kit\n"
    "holds exactly what was signed: it is known by its manifest, or by the entries in it. Only this node's own\n"
    "exports are known here; no answer is no proof that the file is not ours."
)


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "trace",
        run_trace,
        "Tell which of this node's exports a leaked file, or a part of one, was taken from.",
        "steerclear trace leaked.kml --as watch --home blue",
        TRACE,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the leaked file, or any part of it")
    options.node(parser)
    options.line(parser)
    parser = options.add(
        commands,
        "opened",
        run_opened,
        "List bulk reads and files taken out, at every member, with how many protected places of ours.",
        "steerclear opened --as watch --home blue",
        "Every bulk read by any role is logged to the owner. What counts as one: bulk_read_count and bulk_read_ms of\n"
        "the agreement.",
    )
    options.node(parser)
    options.line(parser)


def run_trace(args: Namespace) -> int:
    import json

    from steerclear.cli import client
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    headers = {"content-type": "application/octet-stream"}
    data = args.file.read_bytes()
    traced: dict[str, Any] = json.loads(
        who.client.call("POST", f"/api/lines/{who.line}/trace", data, headers)
    )
    lines = [line for one in traced["copies"] for line in _copy_lines(one)]
    if not lines:
        lines = [
            f"none of this node's {traced['exports']} exports fits; that is no proof that it is not ours"
        ]
    show.emit(args, traced, [*lines, traced["says"]], mode=mode_of(who.get()))
    known = (one["manifest"] or one["found"]["sure"] != "weak" for one in traced["copies"])
    return codes.OK if any(known) else codes.NO


def _copy_lines(one: dict[str, Any]) -> list[str]:
    found = one["found"]
    chance = f"by chance once in 10^{found['odds_tenths'] / 10:.1f}"
    sure = "MANIFEST" if one["manifest"] else found["sure"].upper()
    lines = [
        f"{sure}: copy {one['copy']}, {one['what']} of {show.instant(one['at_ms'])}, made for "
        f"{one['recipient'] or 'nobody by name'}",
        f"  {found['matched']} of {found['places']} places stand as in this copy, {chance}",
        f"  the record: steerclear show {one['opened'][:12]}",
    ]
    if one["manifest"]:
        lines.append("  the file holds the manifest of this copy, which this node signed")
    elif found["named"]:
        lines.append("  the file says this copy's name, which anybody can write")
    if one["same_entries"]:
        lines.append(f"  {one['same_entries']} entries that this copy held are named in the file")
    return lines


def run_opened(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    rows, names = who.get("/opened"), who.names()
    head = ("when", "by", "what", "post", "entries", "of ours", "copy", "for", "marked")
    cells = [
        (
            show.instant(row["at_ms"]),
            names.get(row["by"], row["by"][:8]),
            row["what"],
            row["post"] or "-",
            "-" if row["entries"] is None else str(row["entries"]),
            "-" if row["ours"] is None else str(row["ours"]),
            row["copy"] or row["manifest"][:16] or "-",
            row["audience"],
            ", ".join(row["marks"]) or "-",
        )
        for row in rows
    ]
    lines = show.table(head, cells) if cells else ["no bulk read and no file taken out stands on this line"]
    show.emit(args, {"opened": rows}, lines, mode=mode_of(who.get()))
    return codes.OK
