"""`steerclear verify KIT`: a stranger's check of an evidence kit, from its files alone."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from steerclear.cli import options, progress, show


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "verify",
        run,
        "Check an evidence kit (a tar or a folder) with no network and no node.",
        "steerclear verify kit.tar --roots roots.txt",
        "Get the root fingerprints (party ids) from the parties themselves, not from whoever gave you the kit.\n"
        "Exit 0 verified, 1 not verified, 3 consistent in itself but roots not checked.",
    )
    parser.add_argument("kit", type=Path, metavar="KIT", help="the tar, or the folder of an unpacked one")
    parser.add_argument(
        "--roots",
        action="append",
        default=[],
        metavar="FINGERPRINTS",
        help="party ids, comma-separated, or a file with one a line (# begins a comment); may be repeated",
    )
    progress.option(parser)


def run(args: Namespace) -> int:
    from steerclear.record import verify

    roots = read_roots(args.roots)
    with progress.shown(args, "checked") as step:
        verdict = verify.check(read_kit(args.kit), roots, progress=step)
    modes = {one.mode for one in verdict.entries} - {"REAL"}
    show.emit(args, verdict, verdict.lines, mode="EXERCISE" if verdict.exercise or modes else "REAL")
    return verdict.exit_code


def read_kit(path: Path) -> dict[str, bytes]:
    """The files of a kit: a tar's or a folder's. Raises `Malformed`, OSError."""
    from steerclear.record.kitfiles import unpack

    if not path.is_dir():
        return unpack(path.read_bytes())
    return {
        one.relative_to(path).as_posix(): one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file()
    }


def read_roots(given: list[str]) -> set[str]:
    """Fingerprints as they were given: in the argument, or in the file that it names. Raises `Stop` where a file that
    was given holds none, so that a slip is never taken for "no roots"."""
    from steerclear.cli.faults import stop

    roots: set[str] = set()
    for one in given:
        path = Path(one)
        text = path.read_text(encoding="utf-8") if len(one) < 1000 and path.is_file() else one
        words = [
            word for line in text.splitlines() for word in line.partition("#")[0].replace(",", " ").split()
        ]
        if not words:
            raise stop(
                "no-roots", "--roots", f"{one or 'nothing'} names no fingerprint", "write one party id a line"
            )
        roots.update(word.lower() for word in words)
    return roots
