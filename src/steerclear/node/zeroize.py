"""The captured node: every key that opens a payload is destroyed, headers and proofs stay (boundary.md; AT45).

The order is a signed act as at login (`steerclear/zeroize/v1`, party, line, time in Unix ms, nonce of 32 hex digits, a
line each). Two officers of the party sign it, or one who also knows the duress word, which was set before and of which
the folder holds a hash only. What is left cannot be opened by anybody who has the machine: the vault's secrets are gone
from file and memory, the wrapped keys are overwritten, recorded tracks are deleted (ADR 0029). Signing keys stay,
so that the party can go on saying who it was; revoke them from elsewhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

import msgspec
import nacl.exceptions
import nacl.pwhash

from steerclear.errors import Malformed, Refused
from steerclear.node import mover_keep, payloads, vault
from steerclear.node.home import write_private
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.record.keys import Verifier, parse_vkey
from steerclear.record.note import Note, parse_note, verify
from steerclear.store.port import DropSide, EntryStore

DOMAIN: Final = "steerclear/zeroize/v1"
DURESS_FILE: Final = "duress.hash"
WINDOW_MS: Final = 300_000
_TIME = re.compile(r"[1-9][0-9]{0,15}")
_NONCE = re.compile(r"[0-9a-f]{32}")
_SOURCE = "boundary.md, A node's content"


class Zeroized(msgspec.Struct, frozen=True):
    """What was destroyed: how many wrapped keys, whether the vault held secrets until now, how many rows of side data,
    how many files of the recorded tracks (`[archive]` of the settings); `tracks_left` are those that could not be."""

    keys: int
    vault: bool
    sides: int = 0
    tracks: int = 0
    tracks_left: tuple[str, ...] = ()


def order_text(party: str, line: str, at_ms: int, nonce: str) -> bytes:
    """What the officers sign."""
    return f"{DOMAIN}\n{party}\n{line}\n{at_ms}\n{nonce}\n".encode()


def check_order(
    note: bytes, party: str, keys: Collection[Verifier], now_ms: int, *, duress_known: bool = False
) -> list[Refused]:
    """Empty when the order counts. `keys` are the party's officers' keys that count, `duress_known` whether the duress
    word was given and is the one that was set."""
    try:
        parsed = parse_note(note)
        _read(parsed, party, now_ms)
    except Malformed as error:
        return [Refused(error.rule, "order", error.rule, error.remedy, _SOURCE)]
    good = {
        key.name
        for line in parsed.signatures
        for key in keys
        if key.ref == line.ref and verify(Note(parsed.text, (line,)), key)
    }
    if len(good) >= 2 or (good and duress_known):
        return []
    return [
        _no(
            "two-keys-needed",
            "one officer alone may not zeroize",
            "have a second sign, or give the duress word",
        )
    ]


def zeroize(node: Node) -> Zeroized:
    """Destroy the payload keys of a node that runs; a command of the node's own thread, which sees each commit before
    it. Views begin again from clear headers alone. Recorded tracks go last: they may be many, and keys cannot wait."""
    keys = len(node.store.key_ids())
    had = _destroy_vault(node.home.folder)
    node.vault = vault.Vault(node.vault.storage, node.vault.delivery)
    node.sealing, node.opening = None, None
    node.zeroized = True
    node.store.destroy_keys()
    sides = 0
    for line in node.lines.values():
        sides += _forget(node, line)
        node.changed.add(line.id)
    return Zeroized(keys, had, sides, *node.erase_tracks())


def zeroize_stopped(folder: Path, store: EntryStore) -> Zeroized:
    """The same of a node that does not run; `store` is open for writing."""
    keys = len(store.key_ids())
    had = _destroy_vault(folder)
    store.destroy_keys()
    sides = [
        DropSide(ns, key) for line in store.lines() for ns in _home_sides(line) for key in store.side(ns)
    ]
    if sides:
        store.commit(tuple(sides))
    return Zeroized(keys, had, len(sides))


def is_zeroized(folder: Path) -> bool:
    """Whether the vault in this folder was zeroized."""
    try:
        return b'"zeroized": true' in (folder / "vault.json").read_bytes()
    except FileNotFoundError:
        return False


def officers_in_store(store: EntryStore, party: str, wanted: Iterable[str]) -> list[Verifier]:
    """Of these key references, those that the party's own logs ever added; for a stopped node, whose logs are not
    replayed because zeroizing must not wait for them. A key revoked since counts too."""
    found: list[Verifier] = []
    left = set(wanted)
    for line in store.lines():
        for origin in store.origins(line):
            if origin.split("/")[1] != party:
                continue
            for leaf in store.iter_leaves(origin):
                if not left:
                    return found
                if b'"kind":"key"' in leaf:
                    added = [key for key in _added(leaf) if key.ref in left]
                    found += added
                    left -= {key.ref for key in added}
    return found


def set_duress(folder: Path, word: str) -> None:
    """Keep a hash of the duress word (Argon2id). Raises `Malformed` `duress-word`."""
    if len(_folded(word)) < 4:
        raise Malformed("duress-word", field="duress", remedy="four characters or more")
    write_private(folder / DURESS_FILE, nacl.pwhash.argon2id.str(_folded(word)) + b"\n")


def is_duress(folder: Path, word: str) -> bool:
    """Whether this is the word that was set; False when none was."""
    try:
        return bool(nacl.pwhash.verify((folder / DURESS_FILE).read_bytes().strip(), _folded(word)))
    except (OSError, nacl.exceptions.CryptoError, ValueError):
        return False


def _destroy_vault(folder: Path) -> bool:
    """The vault file without its secrets; the old bytes are overwritten where they stood."""
    path = folder / "vault.json"
    data = path.read_bytes()
    bare = vault.zeroized(data)
    if data == bare:
        return False
    handle = os.open(path, os.O_WRONLY)
    try:
        os.pwrite(handle, bytes(len(data)), 0)
        os.fsync(handle)
    finally:
        os.close(handle)
    write_private(path, bare)
    return True


def _forget(node: Node, line: LineState) -> int:
    """Nothing that was opened stays in the node's memory; subjects fold again from their headers."""
    payloads.forget(line)
    gone = 0
    for ns in _home_sides(line.id):
        for key in node.store.side(ns):
            node.put(DropSide(ns, key))
            gone += 1
    line.units.clear()
    line.areas.clear()
    mover_keep.forget(line, node.clock.now_ms())
    line.dirty.update(line.folded)
    line.folded.clear()
    line.active, line.acts, line.residues = None, None, None
    line.rules_name = ("", "")
    line.active_of.clear()
    line.judged.clear()
    line.judged_of.clear()
    line.forget_across()
    line.line_alarms = ()
    return gone


def _home_sides(line: str) -> tuple[str, ...]:
    """What is known at home: own units, own areas' occupation and cool-down, what own feeds showed."""
    return f"units/{line}", f"area/{line}", *mover_keep.home_sides(line)


def _added(leaf: bytes) -> list[Verifier]:
    from steerclear.record.leaf import parse_leaf

    try:
        record = parse_leaf(leaf).header.record
        return [parse_vkey(row["vkey"]) for row in record.get("keys", ()) if isinstance(row, dict)]
    except (Malformed, KeyError, TypeError, AttributeError):
        return []


def _read(note: Note, party: str, now_ms: int) -> None:
    lines = note.text.decode("utf-8", "replace").split("\n")
    if len(lines) != 6 or lines[0] != DOMAIN:
        raise Malformed("bad-act", remedy=f"{DOMAIN}, party, line, time and nonce, a line each")
    if lines[1] != party:
        raise Malformed("other-party", remedy="sign for the party of this node")
    if not _TIME.fullmatch(lines[3]) or not _NONCE.fullmatch(lines[4]):
        raise Malformed("bad-act", remedy="a time in Unix ms and a nonce of 32 hex digits")
    if abs(int(lines[3]) - now_ms) > WINDOW_MS:
        raise Malformed("act-time", remedy="signed more than five minutes from now: sign again")


def _folded(word: str) -> bytes:
    return " ".join(word.casefold().split()).encode("utf-8", "replace")


def _no(code: str, rule: str, remedy: str) -> Refused:
    return Refused(code, "order", rule, remedy, _SOURCE)
