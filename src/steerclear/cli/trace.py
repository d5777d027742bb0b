"""`steerclear trace` and `opened`: from a leaked file to the copy it was taken from; who read or took out how much."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.language import label, say, word

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
        lines = [say("files.trace.none", n=traced["exports"])]
    show.emit(args, traced, [*lines, traced["says"]], mode=mode_of(who.get()))
    known = (one["manifest"] or one["found"]["sure"] != "weak" for one in traced["copies"])
    return codes.OK if any(known) else codes.NO


def _copy_lines(one: dict[str, Any]) -> list[str]:
    found = one["found"]
    words = {"copy": one["copy"], "what": label("export", one["what"]), "at": show.instant(one["at_ms"])}
    words |= {"sure": say(_SURE["manifest" if one["manifest"] else found["sure"]])}
    head = say("files.trace.copy", whom=one["recipient"] or say("files.trace.nobody"), **words)
    odds = f"{found['odds_tenths'] / 10:.1f}"
    more = [say("files.trace.places", n=found["matched"], m=found["places"], odds=odds)]
    more.append(say("files.trace.record", entry=one["opened"]))
    if one["manifest"]:
        more.append(say("files.trace.manifest"))
    elif found["named"]:
        more.append(say("files.trace.named"))
    if one["same_entries"]:
        more.append(say("files.trace.same-entries", n=one["same_entries"]))
    return [head, *(f"  {line}" for line in more)]


_SURE = {
    "manifest": "files.trace.sure-manifest",
    "sure": "files.trace.sure-sure",
    "likely": "files.trace.sure-likely",
    "weak": "files.trace.sure-weak",
}


def run_opened(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    rows, names = who.get("/opened"), who.names()
    head = (
        say("files.trace.when"),
        word("by"),
        say("files.trace.what"),
        word("post"),
        say("files.trace.entries"),
        say("files.trace.of-ours"),
        say("files.trace.copy-head"),
        word("for"),
        say("files.rows.marked"),
    )
    cells = [
        (
            show.instant(row["at_ms"]),
            names.get(row["by"], row["by"][:8]),
            label("export", row["what"]),
            row["post"] or "-",
            "-" if row["entries"] is None else str(row["entries"]),
            "-" if row["ours"] is None else str(row["ours"]),
            row["copy"] or row["manifest"][:16] or "-",
            label("audience", row["audience"]),
            ", ".join(label("mark", mark) for mark in row["marks"]) or "-",
        )
        for row in rows
    ]
    lines = show.table(head, cells) if cells else [say("files.trace.no-opened")]
    show.emit(args, {"opened": rows}, lines, mode=mode_of(who.get()))
    return codes.OK
