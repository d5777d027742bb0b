"""What the administrator may do: keep the node running, never read what is said on it (boundary.md).

No answer here holds a payload, nor anything made of one. What the administrator carries for a line is in
`admin_lines`, what opens, locks and destroys payloads in `locking`.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

import msgspec

from steerclear.api.native.endpoint import ADMIN, Call, Endpoint
from steerclear.node.node import Node
from steerclear.views.board import MAX_ROWS


class LineStatus(msgspec.Struct, frozen=True):
    """A line without anything that was said on it."""

    id: str
    exercise: bool
    members: int
    entries: int
    recovery: str
    missing_payloads: int
    forked_logs: int


class Status(msgspec.Struct, frozen=True):
    """How the node stands."""

    party: str
    now_ms: int
    clock: str
    locked: bool
    zeroized: bool
    lines: tuple[LineStatus, ...]


class Backup(msgspec.Struct, frozen=True):
    """What to copy, and how far each own log has gone: a restored node that is behind recovers from its peers."""

    folder: str
    store: str
    files: tuple[str, ...]
    own_logs: dict[str, int]
    advice: str


class Finding(msgspec.Struct, frozen=True):
    """One check: `ok`, `warn` or `bad`, with what to do about it."""

    check: str
    state: str
    remedy: str = ""


def status(node: Node, call: Call) -> Any:
    rows = tuple(
        LineStatus(
            line.id,
            line.line.exercise,
            len(line.members),
            sum(log.size for log in line.logs.values()),
            line.settings.recovery,
            len(line.missing),
            len(line.forks),
        )
        for line in node.lines.values()
    )
    clock = "stepped" if node.clock.simulated else "system"
    return Status(
        node.party,
        node.clock.now_ms(),
        clock,
        not node.vault.unlocked,
        node.zeroized,
        rows[:MAX_ROWS],
    )


def backup(node: Node, call: Call) -> Any:
    folder = node.home.folder
    own = {
        log.origin: log.size
        for line in node.lines.values()
        for log in line.logs.values()
        if log.party == node.party
    }
    files = ("steerclear.toml", "card.note", "vault.json", "keys/", "store/store.db")
    advice = (
        "Stop the node or snapshot the file system before you copy. After a restore start the node with its peers "
        "reachable: where one holds more of our log, it signs nothing before it has recovered. Leave store/keys.slots "
        "and signed.json out: an old copy of the one brings erased payloads back, of the other hides what was signed."
    )
    return Backup(str(folder), type(node.store).__name__, files, own, advice)


def doctor(node: Node, call: Call) -> Any:
    """Findings, worst first."""
    found = [*_home_findings(node.home.folder), *_node_findings(node)]
    order = {"bad": 0, "warn": 1, "ok": 2}
    return sorted(found, key=lambda one: (order[one.state], one.check))[:MAX_ROWS]


def _home_findings(folder: Path) -> list[Finding]:
    out = []
    roots = any((folder / "roots").glob("*.secret"))
    out.append(
        Finding("root-keys", "warn", "move roots/ to paper or a stick kept apart")
        if roots
        else Finding("root-keys", "ok")
    )
    secret = [*(folder / "keys").glob("*"), *(folder / "officers").glob("*"), folder / "vault.json"]
    loose = [path.name for path in secret if path.exists() and path.stat().st_mode & 0o077]
    out.append(
        Finding("file-modes", "bad", f"chmod 600 {loose[0]}: others may read it")
        if loose
        else Finding("file-modes", "ok")
    )
    free = shutil.disk_usage(folder).free
    low = "bad" if free < 100 << 20 else "warn" if free < 1 << 30 else "ok"
    out.append(Finding("disk", low, "" if low == "ok" else f"{free >> 20} MiB are free: make room"))
    return out


def _node_findings(node: Node) -> list[Finding]:
    out = []
    if node.zeroized:
        out.append(Finding("vault", "bad", "zeroized: payloads are gone for good, headers and proofs stand"))
    elif not node.vault.unlocked:
        out.append(Finding("vault", "warn", "locked: unlock it with the watch's passphrase"))
    else:
        out.append(Finding("vault", "ok"))
    for line in node.lines.values():
        short = line.id[:12]
        if line.settings.recovery:
            out.append(Finding(f"line {short}", "bad", f"recovery: {line.settings.recovery}"))
        for log in line.forks:
            out.append(
                Finding(
                    f"log {log[:12]}…/{log.rpartition('/')[2]}", "bad", "a fork is proved: log.restart is due"
                )
            )
        for party in line.others:
            peer = line.peer(party)
            name = f"peer {node.name_of(party)} on {short}"
            if peer.reason:
                out.append(Finding(name, "warn", peer.reason))
            elif peer.skew_ms is not None and abs(peer.skew_ms) > 5_000:
                out.append(Finding(name, "warn", f"clocks differ by {peer.skew_ms} ms: check time service"))
            else:
                out.append(Finding(name, "ok"))
    return out


ENDPOINTS: Final = (
    Endpoint(
        "GET",
        f"{ADMIN}/status",
        "admin_status",
        "How the node stands.",
        status,
        who="admin",
        answer=Status,
    ),
    Endpoint(
        "GET",
        f"{ADMIN}/backup",
        "admin_backup",
        "What to copy.",
        backup,
        who="admin",
        answer=Backup,
    ),
    Endpoint(
        "GET",
        f"{ADMIN}/doctor",
        "admin_doctor",
        "Checks, worst first.",
        doctor,
        who="admin",
        answer=list[Finding],
    ),
)
