"""`steerclear archive add`: recordings and tables of others into an archive."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, progress, show
from steerclear.cli.language import label, say


def declare(own: options.Commands) -> None:
    parser = options.add(
        own,
        "add",
        run,
        "Add recordings or tables to an archive (made where there is none).",
        "steerclear archive add tracks --format sbs --source roof --trust shared 2026-11-22.sbs\n"
        "steerclear archive add tracks --like opensky --source opensky --trust shared states.csv\n"
        "steerclear archive add tracks --column at=time:s --column ident=hex:icao --column lat=y --column lon=x "
        "--column alt_baro=fl:ft --class fixed_wing --source radar --trust local plots.parquet",
        "--format reads a recording as a feed would (steerclear feed). --like and --column read CSV and Parquet by\n"
        "their columns, ours=theirs:unit. Ours: at (iso, s, ms), ident (behind : the space of its names), lat, lon\n"
        "(deg, e7), alt_baro (ft, m), alt_geom (m, ft), error (m), on_ground, own, mover. What is left out is\n"
        "counted. The same file added again changes nothing, and is said to be there already.",
    )
    parser.add_argument("root", type=Path, metavar="DIR", help="the archive's folder")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--format", default="", help="readsb, sbs, ais, simulated …")
    parser.add_argument("--like", default="", metavar="NAME", help="opensky, traffic, marinecadastre")
    parser.add_argument("--column", action="append", default=[], metavar="OURS=THEIRS[:UNIT]")
    parser.add_argument(
        "--class", dest="mover", default="", help="what every mover of a table is: fixed_wing, ship …"
    )
    parser.add_argument("--source", required=True, metavar="NAME", help="where it comes from, in your words")
    parser.add_argument(
        "--trust",
        choices=("shared", "local"),
        default="",
        help="shared: the movers tell everybody. local: all else, kept 24 h (default)",
    )
    parser.add_argument(
        "--own", action="append", default=[], metavar="IDENTS", help="own movers: a file, or idents"
    )
    progress.option(parser)


def run(args: Namespace) -> int:
    from steerclear.cli import scan_room

    scan_room.check_addresses(scan_room.ADDING_ADDRESSES)
    from steerclear.archive import columns, importing, manifest
    from steerclear.archive.writing import Recorder
    from steerclear.cli.faults import stop
    from steerclear.cli.scan import own_of
    from steerclear.feeds.drops import Drops, add

    tables = bool(args.like or args.column)
    if tables == bool(args.format):
        raise stop(
            "which-format",
            "--format",
            "is it a recording or a table?",
            "give --format, or --like or --column",
        )
    _check_trust(args)
    own = frozenset(own_of(args.own))
    wanted = columns.mapped(args.like, args.column, args.mover) if tables else None
    given = {"source": args.source, "trust": args.trust or "local"}
    taken, drops = 0, Drops()
    with Recorder(args.root, own=own) as recorder, progress.shown(args, "bytes read") as step:
        for path in args.files:
            if wanted is not None:
                rows, left = importing.add_table(recorder, path, wanted, own=own, **given)
            else:
                rows, left = importing.add_recording(recorder, path, args.format, step=step, **given)
            taken += rows
            add(drops, left)
    value: dict[str, Any] = {
        "archive": str(args.root),
        "rows": taken - recorder.again,
        "already_there": recorder.again,
        "left_out": drops,
        "trust": given["trust"],
        "own_absent": _absent(args.root, own),
        "manifest": manifest.digest(recorder.manifest),
    }
    show.emit(args, value, _lines(args, value))
    return codes.OK


def _check_trust(args: Namespace) -> None:
    """No recording is more trusted than a feed of its format may be. Raises `Stop`."""
    from steerclear.cli.faults import stop
    from steerclear.feeds.formats import FORMATS

    known = FORMATS.get(args.format)
    if args.trust == "shared" and known is not None and known.trust == "local":
        raise stop(
            "bad-trust",
            "--trust",
            f"{known.name} is not what the movers tell everybody (boundary.md, No track file of the other side)",
            "--trust local",
        )


def _absent(root: Path, own: frozenset[str]) -> list[str]:
    """Of the own movers that were named those of which no row lies in the archive."""
    from steerclear.archive import owning
    from steerclear.errors import Malformed

    try:
        return sorted(own - owning.here(root, own)) if own else []
    except Malformed:  # no row of any file was taken: there is no archive yet
        return sorted(own)


def _lines(args: Namespace, value: dict[str, Any]) -> list[str]:
    drops = sorted(value["left_out"].items())
    left_out = ", ".join(f"{n} {label('drop', why)}" for why, n in drops if why != "kept")
    said = say("archive.added", archive=str(args.root), n=value["rows"])
    if value["already_there"]:
        said = say("archive.already", said=said, n=value["already_there"])
    lines = [say("archive.added-left", said=said, what=left_out) if left_out else said]
    if value["rows"] and not args.trust:
        lines.append(say("archive.counts-local"))
    if value["own_absent"]:
        lines.append(say("archive.own-absent", names=value["own_absent"]))
    manifest = say("archive.manifest", hash=value["manifest"])
    return [*lines, manifest, say("archive.next-scan", archive=str(args.root))]
