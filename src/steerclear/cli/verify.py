"""`steerclear verify KIT`: a stranger's check of an evidence kit, from its files alone."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from steerclear.cli import options, progress, show

if TYPE_CHECKING:
    from steerclear.record.verdict import Verdict


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "verify",
        run,
        "Check an evidence kit (a tar or a folder) with no network and no node.",
        "steerclear verify kit.tar --roots roots.txt",
        "Get the root fingerprints (party ids) from the parties themselves, not from whoever gave you the kit.\n"
        "A list that lies in the kit is refused; the verdict says where each fingerprint was given.\n"
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

    roots = read_roots(args.roots, args.kit)
    with progress.shown(args, "checked") as step:
        verdict = verify.check(read_kit(args.kit), roots, given_in=roots, progress=step)
    verdict = _beside(verdict, args)
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


def read_roots(given: list[str], kit: Path) -> dict[str, str]:
    """Fingerprint → where it was given: `--roots` itself, or the file that it names. Raises `Stop` where a file that
    was given holds none, so that a slip is never taken for "no roots", and where it came with the kit."""
    from steerclear.cli.faults import stop

    roots: dict[str, str] = {}
    for one in given:
        path = _file(one)
        if path is not None and kit.is_dir() and kit.resolve() in path.resolve().parents:
            rule = f"{one} came with the kit, and whoever made the kit wrote it"
            remedy = (
                "get each fingerprint from its party itself, and write them into a file of your own elsewhere"
            )
            raise stop("roots-of-the-kit", "--roots", rule, remedy)
        text = path.read_text(encoding="utf-8") if path is not None else one
        words = [
            word for line in text.splitlines() for word in line.partition("#")[0].replace(",", " ").split()
        ]
        if not words:
            raise stop(
                "no-roots", "--roots", f"{one or 'nothing'} names no fingerprint", "write one party id a line"
            )
        roots |= {word.lower(): one if path is not None else "--roots" for word in words}
    return roots


def _file(given: str) -> Path | None:
    """The file that is meant; a fingerprint is one whatever lies around under its name."""
    words = given.lower().replace(",", " ").split()
    if len(given) >= 1000 or all(re.fullmatch("[0-9a-f]{32}|[0-9a-f]{64}", word) for word in words):
        return None
    return Path(given) if Path(given).is_file() else None


def _beside(verdict: Verdict, args: Namespace) -> Verdict:
    """With a note where the list of roots lies beside the kit: the two may have come together."""
    import msgspec

    files = sorted({one for one in verdict.trusted.values() if one not in ("", "--roots")})
    near = [one for one in files if Path(one).resolve().parent == args.kit.resolve().parent]
    if not near:
        return verdict
    note = (
        f"{', '.join(near)} lies beside the kit: it vouches for the keys only if it did not come with it. Compare each "
        "fingerprint with what that party itself gives"
    )
    lines = (*verdict.lines, f"note: {note}")
    return msgspec.structs.replace(verdict, lines=lines, notes=(*verdict.notes, note))
