"""What the administrator may do: keep the node running, never read what is said on it (boundary.md).

No answer here holds a payload, nor anything made of one. Joining a line and key entries are checked by the roots'
signatures; the administrator carries them, and cannot make them.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from steerclear.api.native import locking
from steerclear.api.native.endpoint import Call, encoded, json_answer
from steerclear.api.native.login import Done
from steerclear.api.native.services import Services
from steerclear.errors import Malformed
from steerclear.node import lines as node_lines
from steerclear.node import restart, settings, zeroize
from steerclear.node import vault as vaults
from steerclear.node.node import Node
from steerclear.views.board import MAX_ROWS

MAX_LEAF = 65_535


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


class Passphrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The watch's passphrase; it stays in memory no longer than the key takes to open."""

    passphrase: Annotated[str, Meta(min_length=1, max_length=1024)]


class Zeroize(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`note`: a signed note of the lines `steerclear/zeroize/v1`, party, line, time in Unix ms, nonce, signed by two
    officers of that line, or by one with the duress word beside it."""

    note: Annotated[str, Meta(max_length=16_384)]
    duress: Annotated[str, Meta(max_length=200)] = ""


class Join(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`genesis`: the note that all founders' roots signed."""

    genesis: Annotated[str, Meta(max_length=1 << 20)]
    name: Annotated[str, Meta(max_length=80)] = ""


class Joined(msgspec.Struct, frozen=True):
    """The id of the line."""

    line: str


class RecordDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of the record's own kinds for the roots to sign: `signers` are key references, the first of them the
    one whose chain it continues."""

    kind: Annotated[str, Meta(pattern="^(key|policy|log\\.restart)$")]
    record: dict[str, Any]
    signers: Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(min_length=1, max_length=16)]


class RecordText(msgspec.Struct, frozen=True):
    """What each signer signs."""

    text: str


class RecordLeaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text with its signature lines."""

    leaf: Annotated[str, Meta(max_length=MAX_LEAF)]


class Recorded(msgspec.Struct, frozen=True):
    """The entry stands."""

    id: str


class Recover(msgspec.Struct, frozen=True):
    """`reason`: why the node goes on although members were not heard (`--alone`); it is logged."""

    reason: Annotated[str, Meta(max_length=400)] = ""


class Recovered(msgspec.Struct, frozen=True):
    """How many leaves of the own log came back, and how many stand-alone notes were logged after."""

    leaves: int
    notes: int


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


async def unlock(services: Services, request: Request, call: Call) -> Response:
    """One try at a time, each as slow as the passphrase's hash."""
    if zeroize.is_zeroized(services.home):
        raise Malformed("zeroized", field="vault", remedy="the payloads were destroyed: start a new node")
    data = await asyncio.to_thread((services.home / "vault.json").read_bytes)
    async with services.unlocking:
        found = await asyncio.to_thread(vaults.unlock, data, call.body.passphrase)
    await services.host.run(lambda node: locking.open_vault(node, found))
    return encoded(Done())


def join(node: Node, call: Call) -> Any:
    return Joined(node_lines.join(node, call.body.genesis.encode("utf-8", "replace"), call.body.name))


def prepare_record(node: Node, call: Call) -> Any:
    line, body = node.line(call.line), call.body
    text = node_lines.root_text(node, line, line.own_log, body.kind, body.record, body.signers, {})
    return RecordText(text.decode())


def record(node: Node, call: Call) -> Any:
    """A line in recovery takes nothing but what begins its new epoch."""
    leaf = call.body.leaf.encode("utf-8", "replace")
    why = node.line(call.line).settings.recovery
    submit = restart.open_epoch if why and not why.startswith("restart: ") else node_lines.submit_record
    return json_answer(Recorded(submit(node, call.line, leaf)), 201)


def read_settings(node: Node, call: Call) -> Any:
    return settings.read(node, call.line)


def change_settings(node: Node, call: Call) -> Any:
    return settings.change(node, call.line, call.body)


async def recover(services: Services, request: Request, call: Call) -> Response:
    """The own log taken back from the peers that hold more of it, then what was said meanwhile is logged."""
    leaves, notes = await services.recover(call.line, call.query.reason)
    return encoded(Recovered(leaves, notes))


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
