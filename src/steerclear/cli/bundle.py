"""`steerclear bundle`: a line carried by hand, out of one node and into another."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, progress, show
from steerclear.cli.evidence import TWO
from steerclear.cli.language import say


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "bundle",
        "A line as a file: where there is no network, or for a walk-in.",
        "steerclear bundle export --to red -o line.bundle --as watch --co-sign releaser --home blue\n"
        "steerclear bundle import line.bundle --as watch --home red",
    )
    parser = options.add(
        own,
        "export",
        run_export,
        "Write all logs of a line, with each recipient's payloads sealed to it.",
        "steerclear bundle export --to red -o line.bundle --as watch --co-sign releaser --home blue",
        TWO,
    )
    parser.add_argument(
        "--to", action="append", default=[], metavar="PARTY", help="whose payloads go along (default: all)"
    )
    options.output(parser, "the bundle")
    options.order(parser)
    progress.option(parser)
    options.node(parser)
    options.line(parser)
    parser = options.add(
        own,
        "import",
        run_import,
        "Merge a bundle, whoever carried it; the same one again changes nothing.",
        "steerclear bundle import line.bundle --as watch --home red",
        "Through the running node, or with the watch's passphrase, which opens what is sealed, into a stopped one\n"
        "(--stopped).",
    )
    parser.add_argument(
        "bundle", type=Path, metavar="BUNDLE", help="the file, or a folder as `unpack` writes it"
    )
    parser.add_argument("--stopped", action="store_true", help="into the folder of a node that does not run")
    options.passphrase(parser)
    options.node(parser)
    options.line(parser)
    _declare_unpack(own)


def _declare_unpack(own: options.Commands) -> None:
    parser = options.add(
        own,
        "unpack",
        run_unpack,
        "Write a bundle as a folder: each log as the tiles and checkpoint that readers of tlog-tiles know.",
        "steerclear bundle unpack line.bundle -o stick",
        "A folder of tiles is a log: `bundle import stick` takes it back. Needs no node; opens nothing that is sealed.",
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE")
    options.output(parser, "a new or empty folder")


def run_unpack(args: Namespace) -> int:
    from steerclear.cli.faults import stop
    from steerclear.node.home import write_private
    from steerclear.record import bundle, tiledir

    if args.output.exists() and any(args.output.iterdir()):
        raise stop("not-empty", str(args.output), "something lies there already", "name a new folder")
    files = dict(tiledir.files_of(bundle.read(args.bundle.read_bytes())))
    for path, data in files.items():
        (args.output / path).parent.mkdir(parents=True, exist_ok=True)
        write_private(args.output / path, data)
    logs = sorted({path.split("/tile")[0] for path in files if "/tile/" in path})
    value = {"folder": str(args.output), "files": len(files), "logs": logs}
    written = say("files.written-files", file=str(args.output), n=len(files))
    show.emit(args, value, [written, *(f"  {one}" for one in logs)])
    return codes.OK


def bytes_of(path: Path) -> bytes:
    """The bundle's bytes, of a file or of a folder of tiles: of a stick nothing else is opened, nor what a link names.
    Raises `Malformed` `not-a-log`."""
    if not path.is_dir():
        return path.read_bytes()
    from steerclear.record import bundle, tiledir

    if not (path / "genesis.note").is_file():
        tiledir.bundle_of({})
    found = [path / "genesis.note", *(path / "logs").rglob("*"), *(path / "boxes").glob("*")]
    own = [one for one in found if one.is_file() and path.resolve() in one.resolve().parents]
    files = {one.relative_to(path).as_posix(): one.read_bytes() for one in own}
    return bundle.write(tiledir.bundle_of(files))


def run_export(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.evidence import ordered
    from steerclear.cli.faults import stop
    from steerclear.node.home import write_private

    who = client.officer(args)
    members = {row["party"]: row["name"] for row in who.get("/members") if not row["own"]}
    wanted = [p for p, name in members.items() if not args.to or p in args.to or name in args.to]
    if len(wanted) < len(set(args.to)):
        raise stop(
            "unknown-party",
            "--to",
            "no other member of that name",
            f"name one of: {', '.join(members.values())}",
        )
    data = ordered(args, who, "bundle", {"recipients": tuple(sorted(wanted))})
    write_private(args.output, data)
    value = {"file": str(args.output), "bytes": len(data), "recipients": wanted}
    names = ", ".join(members[party] for party in wanted)
    show.emit(args, value, [_written(args, len(data), names)])
    return codes.OK


def _written(args: Namespace, size: int, names: str) -> str:
    what = say("files.payloads-for", names=names)
    return say("files.written-bytes", file=str(args.output), what=what, n=size)


def run_import(args: Namespace) -> int:
    data = bytes_of(args.bundle)
    grown = _into_stopped(args, data) if args.stopped else _into_running(args, data)
    rows = [(log, str(count)) for log, count in sorted(grown.items())]
    head = (say("files.log"), say("files.new-entries"))
    lines = show.table(head, rows) if rows else [say("files.nothing-new")]
    show.emit(args, {"new": grown}, lines)
    return codes.OK


def _into_running(args: Namespace, data: bytes) -> dict[str, int]:
    import json

    from steerclear.cli import client

    who = client.officer(args)
    headers = {"content-type": "application/octet-stream"}
    answer: dict[str, int] = json.loads(
        who.client.call("POST", f"/api/lines/{who.line}/bundle/import", data, headers)
    )
    return answer


def _into_stopped(args: Namespace, data: bytes) -> dict[str, int]:
    from steerclear.cli import stopped
    from steerclear.cli.secrets import passphrase
    from steerclear.node import exports

    def take(node: Any) -> dict[str, int]:
        return exports.import_bundle(node, data)

    return stopped.act(args.home, take, passphrase(args))
