"""`steerclear archive add|show|check|log|hold|prune`: recorded tracks of this node, and what is proved and kept of
them."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import archive_add, codes, options, show
from steerclear.cli.language import kept, say

if TYPE_CHECKING:
    from steerclear.archive.manifest import Manifest

HOME = "The files never leave the node: no entry, kit, bundle or export holds one."


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "archive",
        "Recorded tracks: add files, check them, put their hash on record.",
        "steerclear archive check tracks",
    )
    archive_add.declare(own)
    parser = options.add(
        own,
        "show",
        run_show,
        "What an archive holds: hours, rows, bytes, holds.",
        "steerclear archive show tracks",
    )
    _root(parser)
    parser = options.add(
        own,
        "check",
        run_check,
        "Whether every file is still the one that the manifest names.",
        "steerclear archive check tracks\nsteerclear archive check tracks --hash 3f2c…",
        "Exit 1 where a file is missing, changed or not named. --hash: whether the manifest is the one on record.",
    )
    _root(parser)
    parser.add_argument(
        "--hash", default="", metavar="HEX", help="the manifest's hash, as it stands on record"
    )
    parser = options.add(
        own,
        "log",
        run_log,
        "Put the hash of an archive's manifest on record, to show later that nothing was changed since.",
        "steerclear archive log tracks --as watch --home blue\n"
        "steerclear archive log tracks --as watch --home blue --yes",
        "The entry holds that hash and nothing else: not what was recorded, of whom, when or how much. An officer\n"
        "does it; no node does it by itself. " + HOME,
    )
    _root(parser)
    options.node(parser)
    options.line(parser)
    options.yes(parser)
    _hold(own)
    parser = options.add(
        own,
        "prune",
        run_prune,
        "Erase what came from local feeds of others' movers 24 hours ago, unless a hold keeps it.",
        "steerclear archive prune tracks\nsteerclear archive prune tracks --ask --as watch --home blue",
        "--ask looks up the preserve of each hold at the node: one that was withdrawn or is over keeps nothing.",
    )
    _root(parser)
    parser.add_argument("--ask", action="store_true", help="ask the node whether each preserve still stands")
    options.node(parser)
    options.line(parser)


def _root(parser: Any) -> None:
    parser.add_argument("root", type=Path, metavar="DIR", help="the archive's folder")


def _hold(own: options.Commands) -> None:
    parser = options.add(
        own,
        "hold",
        run_hold,
        "Keep local tracks of a span of time for an incident, as long as a preserve stands.",
        "steerclear archive hold tracks 4f0c --from 311330ZOCT26 --until 311430ZOCT26 --as watch --home blue\n"
        "steerclear archive hold tracks 4f0c --off --as watch --home blue",
    )
    _root(parser)
    parser.add_argument("id", metavar="ID", help="the preserve (start of its id): steerclear say preserve")
    parser.add_argument("--from", dest="begin", default="", metavar="TIME")
    parser.add_argument("--until", default="", metavar="TIME")
    parser.add_argument("--off", action="store_true", help="take the hold off")
    options.node(parser)
    options.line(parser)


def run_show(args: Namespace) -> int:
    from steerclear.archive import layout, retention

    known = _known(args.root)
    hours: dict[int, list[Any]] = {}
    for part in layout.parts(args.root):
        if part.name in known.files:
            hours.setdefault(part.hour_ms, []).append(part)
    held = retention.holds(args.root)
    head = tuple(say(one) for one in _HEAD)
    rows = [_hour(known, hour, parts, held) for hour, parts in sorted(hours.items())]
    value = {
        "manifest": _digest(known),
        "files": known.files,
        "gone": known.gone,
        "holds": held,
    }
    gone = say("archive.none-erased")
    if known.gone:
        gone = say("archive.erased-since", files=_files(len(known.gone)))
    shown = say("archive.shown", hash=_digest(known), gone=gone)
    show.emit(args, value, [*show.table(head, rows), "", shown])
    return codes.OK


_HEAD = (
    "archive.head.hour",
    "archive.head.shared",
    "archive.head.local",
    "archive.head.bytes",
    "archive.head.held",
)


def _files(n: int) -> str:
    return say("archive.files", n=n)


def _hour(known: Manifest, hour: int, parts: list[Any], held: Any) -> tuple[str, ...]:
    from steerclear.units import format_time

    rows = {
        trust: sum(known.files[p.name].rows for p in parts if p.trust == trust)
        for trust in ("shared", "local")
    }
    size = sum(known.files[p.name].bytes for p in parts)
    local = [
        p for p in parts if p.trust == "local" and any(one.covers(known.files[p.name], 0) for one in held)
    ]
    return (
        kept(format_time(hour)),
        f"{rows['shared']:,}",
        f"{rows['local']:,}",
        f"{size:,}",
        _files(len(local)) if local else "-",
    )


def run_check(args: Namespace) -> int:
    from steerclear.archive import layout, manifest

    known = _known(args.root)
    found = manifest.faults(args.root, known, [part.name for part in layout.parts(args.root)])
    digest = _digest(known)
    stated = args.hash.strip().lower()
    same = not stated or (digest.startswith(stated) and len(stated) >= 16)
    value = {"files": len(known.files), "faults": found, "manifest": digest, "as_on_record": same}
    lines = [say("archive.fault", file=name, what=say(_WHAT[what])) for name, what in found]
    if stated:
        lines.append(say("archive.on-record" if same else "archive.not-on-record"))
    lines.append(say("archive.checked", files=_files(len(known.files)), n=len(found), hash=digest))
    show.emit(args, value, lines)
    return codes.NO if found or not same else codes.OK


_WHAT = {
    "missing": "archive.what.missing",
    "changed": "archive.what.changed",
    "not in the manifest": "archive.what.unnamed",
}


def run_log(args: Namespace) -> int:
    from steerclear.archive import layout, manifest
    from steerclear.cli import client
    from steerclear.cli.faults import stop
    from steerclear.cli.heard import mode_of
    from steerclear.cli.scan import simulated

    known = _known(args.root)
    found = manifest.faults(args.root, known, [part.name for part in layout.parts(args.root)])
    if found:
        name, what = found[0]
        raise stop(
            "not-as-named", name, f"this file is {what}", f"see steerclear archive check {args.root} first"
        )
    who = client.officer(args)
    mode = mode_of(who.get())
    if mode == "REAL" and simulated(args.root):
        raise stop(
            "exercise", str(args.root), "simulated tracks on a real line", "name a line for exercises: --line"
        )
    digest = _digest(known)
    files = _files(len(known.files))
    if not show.confirm(args, say("archive.confirm-log", archive=str(args.root), files=files)):
        return codes.DECLINED
    told = who.post("/archived", {"manifest": digest})
    files = _files(len(known.files))
    lines = [
        say("archive.logged", entry=told["id"], archive=str(args.root), files=files),
        f"  {kept(digest)}",
        say("archive.later", archive=str(args.root), hash=digest[:16]),
    ]
    show.emit(
        args,
        {"id": told["id"], "manifest": digest, "files": len(known.files)},
        lines,
        mode=mode,
    )
    return codes.OK


def run_hold(args: Namespace) -> int:
    from steerclear.archive import retention
    from steerclear.cli import client
    from steerclear.cli.entry import find_entry
    from steerclear.cli.faults import stop
    from steerclear.cli.heard import mode_of
    from steerclear.speech.quantities import time
    from steerclear.units import parse_time

    _known(args.root)
    who = client.officer(args)
    entry = find_entry(who, args.id)
    if args.off:
        count = retention.release(args.root, entry)
        taken = say("archive.taken-off", holds=say("archive.holds", n=count))
        show.emit(args, {"released": count}, [taken], mode=mode_of(who.get()))
        return codes.OK if count else codes.NO
    view = who.get(f"/entries/{entry}")
    if view["row"]["kind"] != "preserve":
        raise stop(
            "not-a-preserve",
            "ID",
            f"{entry[:12]} is a {view['row']['kind']}",
            "steerclear say preserve first",
        )
    if not (args.begin and args.until):
        raise stop("no-span", "--from, --until", "which span of time?", "give both", exits=codes.USAGE)
    until = ((view["payload"] or {}).get("body") or {}).get("until")
    one = retention.Hold(
        who.line,
        entry,
        parse_time(time(args.begin), field="--from"),
        parse_time(time(args.until), field="--until"),
        parse_time(until) if until else None,
    )
    retention.hold(args.root, one)
    span = {"from": show.instant(one.from_ms), "to": show.instant(one.to_ms)}
    show.emit(args, one, [say("archive.held", entry=entry, **span)], mode=mode_of(who.get()))
    return codes.OK


def run_prune(args: Namespace) -> int:
    from steerclear.archive import retention
    from steerclear.archive.writing import Recorder
    from steerclear.clock import SystemClock

    _known(args.root)
    held = retention.holds(args.root)
    standing = _standing(args, held) if args.ask else held
    for lapsed in {one.entry for one in held} - {one.entry for one in standing}:
        retention.release(args.root, lapsed)
    with Recorder(args.root) as recorder:
        gone = retention.prune(recorder, SystemClock().now_ms(), standing)
    lines = [say("archive.erased", file=name) for name in gone]
    said = say("archive.pruned", files=_files(len(gone)), holds=say("archive.holds", n=len(standing)))
    lines.append(said if args.ask or not held else say("archive.not-asked", said=said))
    show.emit(args, {"erased": gone, "holds": standing}, lines)
    return codes.OK


def _standing(args: Namespace, held: Any) -> tuple[Any, ...]:
    """The holds whose preserve has neither been withdrawn nor run out, as the node says."""
    from steerclear.cli import client

    who = client.officer(args)
    lives = {one.entry: who.get(f"/subjects/{one.entry}")["life"] for one in held if one.line == who.line}
    return tuple(one for one in held if lives.get(one.entry, "active") not in ("cancelled", "expired"))


def _known(root: Path) -> Manifest:
    from steerclear.archive import manifest
    from steerclear.cli.faults import stop

    known = manifest.read(root)
    if known is None:
        raise stop("no-archive", str(root), "no archive lies there", "make one with: steerclear archive add")
    return known


def _digest(known: Manifest) -> str:
    from steerclear.archive import manifest

    return manifest.digest(known)
