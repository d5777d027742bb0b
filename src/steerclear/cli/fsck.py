"""`steerclear fsck HOME`: whether the store is whole; mends nothing."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, progress, show
from steerclear.english import counted

if TYPE_CHECKING:
    from steerclear.node.fsck import Report
    from steerclear.node.fsck_check import Finding


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "fsck",
        run,
        "Check a node's store: leaves, trees, signatures, cosignatures, payloads, and what the running node shows.",
        "steerclear fsck blue --locked",
        "Exit 0 nothing found, 1 something found. It reads a running node's store too. Locked it checks presence and\n"
        "hashes of ciphertexts; with the passphrase also that payloads are what was committed to. `erased`,\n"
        "`zeroized`, `missing` and `unsigned` are states, not faults.",
    )
    options.home_argument(parser)
    options.passphrase(parser)
    parser.add_argument("--locked", action="store_true", help="without the passphrase")
    progress.option(parser)


def run(args: Namespace) -> int:
    import os
    import sys

    from steerclear.cli import secrets
    from steerclear.node import home
    from steerclear.node.zeroize import is_zeroized

    zeroized = is_zeroized(args.home)
    asked = args.passphrase_file is not None or secrets.VARIABLE in os.environ or sys.stdin.isatty()
    word = secrets.passphrase(args) if asked and not args.locked and not zeroized else None
    found = home.read(args.home, word)
    report, stale = _check(args, found, zeroized)
    value = {**show.plain(report), "zeroized": zeroized}
    value["findings"] = [*value["findings"], *show.plain(list(stale))]
    show.emit(args, value, _lines(report, stale, zeroized))
    return codes.NO if report.findings or stale else codes.OK


def _check(args: Namespace, found: Any, zeroized: bool) -> tuple[Report, list[Finding]]:
    import sqlite3

    from steerclear.cli import stopped
    from steerclear.cli.faults import stop
    from steerclear.node import fsck

    with stopped.opened(args.home, read_only=True) as store:
        try:
            total = fsck.total(store)
            with progress.shown(args, "leaves checked") as step:
                report = fsck.fsck(
                    store,
                    found.party,
                    found.vault,
                    zeroized=zeroized,
                    progress=lambda done: step(done, total),
                )
            return report, _stale(args, store)
        except sqlite3.Error as error:
            remedy = "keep the folder as evidence, restore a backup, then: steerclear line recover"
            raise stop("unreadable-store", str(args.home / "store"), str(error), remedy) from None


def _stale(args: Namespace, store: Any) -> list[Finding]:
    """What a running node says that it holds, against its store; empty where none runs."""
    from steerclear.cli import client
    from steerclear.cli.faults import Stop
    from steerclear.node import fsck_check

    try:
        status = client.admin(args.home).get("/api/admin/status")
    except Stop:
        return []
    shown = {line["id"]: line["entries"] for line in status["lines"]}
    out = []
    for line in store.lines():
        held = sum(store.size(origin) for origin in store.origins(line))
        if line in shown and shown[line] < held:
            text = (
                f"the running node shows {counted(shown[line], 'entry', 'entries')}, its store holds {held}"
            )
            out.append(fsck_check.Finding("stale-view", line, text, fsck_check.DO["stale-view"]))
    return out


def _lines(report: Report, stale: list[Finding], zeroized: bool) -> list[str]:
    found = [*report.findings, *stale]
    lines = [
        f"{counted(report.lines, 'line')}, {counted(report.logs, 'log')}, {counted(report.leaves, 'leaf', 'leaves')}, "
        f"{counted(report.signatures, 'signature')}, {counted(report.payloads, 'payload')}; "
        f"{'unlocked' if report.unlocked else 'zeroized' if zeroized else 'locked'}"
    ]
    if not report.lines:
        from steerclear.cli import stopped

        lines += ["this node is on no line yet: there is nothing to check", f"  do: {stopped.JOIN}"]
    if report.states:
        lines.append(
            "states, no faults: " + ", ".join(f"{count} {name}" for name, count in report.states.items())
        )
    for one in found:
        lines += [show.strong(f"{one.sort}: {one.where}"), f"  {one.text}", f"  do: {one.do}"]
    lines.append(f"{len(found)} found" if found else "nothing found")
    return lines
