"""Exit codes: part of the command's interface (docs/reference/cli.md)."""

from __future__ import annotations

from typing import Final

OK: Final = 0
NO: Final = 1
USAGE: Final = 2
ROOTS_UNCHECKED: Final = 3
CONFLICT: Final = 4
NOT_JUDGED: Final = 5
UNREACHABLE: Final = 6
DECLINED: Final = 7

MEANING: Final = {
    OK: "done; verified; no fault found; no conflict found (which is no clearance)",
    NO: "refused, not verified, a fault found, or a criterion that did not hold",
    USAGE: "the command line was not understood",
    ROOTS_UNCHECKED: "verify: consistent in itself, but no root fingerprints were given to compare",
    CONFLICT: "judge, conflicts: at least one conflict",
    NOT_JUDGED: "judge, conflicts: no conflict among what was judged, but something was not judged",
    UNREACHABLE: "no node here, it does not answer, or another process holds its store",
    DECLINED: "the person at the keyboard said no; nothing was signed or sent",
}


def epilog() -> str:
    """The table for `steerclear --help`."""
    return "exit codes:\n" + "\n".join(f"  {code}  {text}" for code, text in MEANING.items())
