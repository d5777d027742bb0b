"""The checks of `doctor`: each a row with its state, what was seen, and what to do."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from steerclear.cli import client, stopped
from steerclear.cli.faults import Stop
from steerclear.config import Config, read_config
from steerclear.english import counted
from steerclear.errors import Malformed
from steerclear.node import home
from steerclear.record.card import parse_card
from steerclear.record.genesis import parse_genesis

LOW, VERY_LOW = 1 << 30, 100 << 20
CONNECT_S = 3
BUILT_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z: a clock before this release is wrong."""


class Row(msgspec.Struct, frozen=True):
    """One check: `ok`, `warn` or `bad`."""

    check: str
    state: Literal["ok", "warn", "bad"]
    text: str
    do: str = ""


def examine(folder: Path) -> list[Row]:
    """All rows. A check that breaks is itself a finding."""
    try:
        config = read_config(folder)
        found = home.read(folder)
    except Malformed as error:
        return [Row("configuration", "bad", f"{error.field}: {error.rule}", error.remedy)]
    rows = [Row("configuration", "ok", f"party {found.party}, listens on {config.node.listen}")]
    checks: tuple[Callable[[Path, Config], Iterator[Row]], ...] = (
        clock,
        modes,
        roots,
        disk,
        store,
        running,
        peers,
    )
    for check in checks:
        try:
            rows += check(folder, config)
        except (Malformed, Stop, OSError) as error:
            rows.append(Row(check.__name__, "bad", str(error), "see the text"))
    return rows


def clock(folder: Path, config: Config) -> Iterator[Row]:
    """The system's clock, as far as a machine alone can tell; peers' skew comes from the running node."""
    now = time.time_ns() // 1_000_000
    if config.node.clock == "stepped":
        yield Row(
            "clock", "warn", "stepped: this node moves only when a player moves it", "real lines need system"
        )
    elif now < BUILT_MS:
        yield Row(
            "clock",
            "bad",
            f"the system says {now}, before this release was made",
            "set the clock (NTP, GNSS)",
        )
    elif not any(Path(path).exists() for path in ("/run/systemd/timesync/synchronized", "/run/chrony")):
        yield Row(
            "clock", "warn", "no sign of a time service on this machine", "run chrony or systemd-timesyncd"
        )
    else:
        yield Row("clock", "ok", "a time service runs")


def modes(folder: Path, config: Config) -> Iterator[Row]:
    """Secrets are the owner's alone."""
    secret = [
        *folder.glob("*/*.secret"),
        folder / "vault.json",
        folder / client.ADMIN_FILE,
        folder / "duress.hash",
    ]
    loose = [path for path in secret if path.exists() and path.stat().st_mode & 0o077]
    for path in loose:
        yield Row("key files", "bad", f"{path} can be read by others", f"chmod 600 {path}")
    missing = [name for name in home.KEY_NAMES if not (folder / "keys" / f"{name}.secret").exists()]
    for name in missing:
        yield Row("key files", "bad", f"keys/{name}.secret is missing", "put it back from the backup")
    if not loose and not missing:
        yield Row(
            "key files",
            "ok",
            f"{counted(sum(path.exists() for path in secret), 'secret')}, the owner's alone",
        )


def roots(folder: Path, config: Config) -> Iterator[Row]:
    if any((folder / "roots").glob("*.secret")):
        yield Row(
            "root keys", "warn", f"they lie in {folder / 'roots'}", "take them offline once the line stands"
        )
    else:
        yield Row("root keys", "ok", "not on this machine")


def disk(folder: Path, config: Config) -> Iterator[Row]:
    free = shutil.disk_usage(folder).free
    state: Literal["ok", "warn", "bad"] = "bad" if free < VERY_LOW else "warn" if free < LOW else "ok"
    yield Row(
        "disk",
        state,
        f"{free >> 20} MiB free",
        "" if state == "ok" else "make room: a full disk stops the record",
    )


def store(folder: Path, config: Config) -> Iterator[Row]:
    """It opens, and its own logs are there; whether it is whole says `fsck`."""
    with stopped.opened(folder, read_only=True) as opened:
        lines = opened.lines()
        leaves = sum(opened.size(origin) for line in lines for origin in opened.origins(line))
    if not lines:
        yield Row("store", "warn", "this node is on no line yet", stopped.JOIN)
        return
    yield Row(
        "store",
        "ok",
        f"{counted(len(lines), 'line')}, {counted(leaves, 'entry', 'entries')}; whole? steerclear fsck {folder}",
    )


def running(folder: Path, config: Config) -> Iterator[Row]:
    """The node's own findings, where it runs; else whether its port is free for it."""
    try:
        rows = client.admin(folder).get("/api/admin/doctor")
    except Stop:
        yield from _port(config)
        return
    yield Row("node", "ok", f"answers on {config.node.listen}")
    for row in rows:
        if row["check"] not in ("root-keys", "file-modes", "disk"):
            yield Row(row["check"], row["state"], row["remedy"] or "as it should be", row["remedy"])


def _port(config: Config) -> Iterator[Row]:
    why = taken(config.host, config.port)
    if why:
        text = f"the node does not answer, and {config.node.listen} is not free: {why}"
        yield Row("node", "bad", text, "stop what listens there, or change node.listen")
        return
    yield Row("node", "warn", "it does not run", "steerclear serve")


def taken(host: str, port: int) -> str:
    """Why nothing can listen there, '' where it can."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def peers(folder: Path, config: Config) -> Iterator[Row]:
    """Whether each member's addresses take a connection from here."""
    party = home.read(folder).party
    with stopped.opened(folder, read_only=True) as opened:
        notes = [note for note, _ in opened.lines().values()]
    cards = {
        card.party: card
        for note in notes
        for text in parse_genesis(note).genesis.cards
        if (card := parse_card(text.encode()).card)
    }
    for other, card in sorted(cards.items()):
        if other == party:
            continue
        name = f"peer {config.names.get(other, other[:8])}"
        if not card.urls:
            yield Row(name, "warn", "its card names no address", "it is reached by bundles")
        for url in card.urls:
            yield _reach(name, url)


def _reach(name: str, url: str) -> Row:
    address = urlsplit(url)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((address.hostname or "", port), timeout=CONNECT_S).close()
    except OSError as error:
        return Row(name, "bad", f"{url}: {error}", "is it running? is the way open? try the second carrier")
    return Row(name, "ok", f"{url} takes connections")
