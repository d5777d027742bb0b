"""Erasure and zeroize: no byte of a dropped key stays in any file; crash at every step (ADR 0003)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from steerclear.store import keyfile
from steerclear.store.keyfile import SLOT, KeyFile
from steerclear.store.port import DropKey, DropPayload, PutKey, PutLeaf, PutPayload, StoreFailed, StoreInUse
from steerclear.store.sqlite import SqliteStore

ORIGIN = f"{'ab' * 32}/{'a' * 32}/1"
IDS = [f"{number:064x}" for number in range(40)]


def secret(id: str) -> bytes:
    return b"SECRET-" + id.encode()


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def fill(store: SqliteStore) -> None:
    for index, id in enumerate(IDS):
        store.commit(
            (PutLeaf(ORIGIN, index, id.encode(), id), PutPayload(id, b"sealed"), PutKey(id, secret(id)))
        )


def test_no_byte_of_an_erased_key_stays_in_any_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    fill(store)
    assert secret(IDS[3]) in everything_in(tmp_path)
    store.commit((DropKey(IDS[3]), DropPayload(IDS[3]), PutKey(IDS[4], b"wrapped anew")))
    left = everything_in(tmp_path)
    assert secret(IDS[3]) not in left and secret(IDS[4]) not in left and secret(IDS[5]) in left
    store.close()


def test_zeroize_leaves_no_byte_of_any_key_and_all_leaves(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    fill(store)
    store.destroy_keys()
    assert not (tmp_path / "keys.slots").read_bytes().strip(b"\0")
    assert b"SECRET-" not in everything_in(tmp_path)
    assert store.size(ORIGIN) == len(IDS) and store.payload(IDS[0]) == b"sealed"
    store.close()


def test_a_backup_of_the_database_brings_no_erased_key_back(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "live")
    fill(store)
    with (
        sqlite3.connect(tmp_path / "live/store.db") as live,
        sqlite3.connect(tmp_path / "backup.db") as backup,
    ):
        live.backup(backup)
    live.close()
    backup.close()
    store.commit((DropKey(IDS[3]),))
    store.commit((PutKey("f" * 64, b"in the same slot"),))
    store.close()
    for path in (tmp_path / "live").glob("store.db*"):
        path.unlink()
    shutil.copy(tmp_path / "backup.db", tmp_path / "live/store.db")
    store = SqliteStore(tmp_path / "live")
    assert store.wrapped_key(IDS[3]) is None and store.wrapped_key(IDS[4]) == secret(IDS[4])
    store.close()
    assert secret(IDS[3]) not in everything_in(tmp_path)


class Snapshots:
    """Copies the folder after every step that reaches the disk: what a power cut there would leave."""

    def __init__(self, folder: Path, to: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.to, self.count = folder, to, 0
        real_write, real_sync = keyfile.os.pwrite, keyfile.os.fdatasync

        def write(fd: int, data: bytes, at: int) -> int:
            done = real_write(fd, data, at)
            self.take()
            return done

        def sync(fd: int) -> None:
            real_sync(fd)
            self.take()

        patch.setattr(keyfile.os, "pwrite", write)
        patch.setattr(keyfile.os, "fdatasync", sync)

    def take(self) -> None:
        shutil.copytree(self.folder, self.to / f"{self.count:03}")
        self.count += 1

    def all(self) -> Iterator[Path]:
        return iter(sorted(self.to.iterdir()))


def test_a_power_cut_at_any_step_leaves_all_or_nothing(tmp_path: Path) -> None:
    """One batch brings a leaf with its key, replaces a key and drops one."""
    store = SqliteStore(tmp_path / "live")
    fill(store)
    new = "e" * 64
    with pytest.MonkeyPatch.context() as patch:
        snapshots = Snapshots(tmp_path / "live", tmp_path / "cuts", patch)
        batch = (
            PutLeaf(ORIGIN, 40, b"new", new),
            PutKey(new, b"NEW"),
            PutKey(IDS[1], b"REPLACED"),
            DropKey(IDS[2]),
        )
        store.commit(batch)
        snapshots.take()
    store.close()
    outcomes = []
    for cut in snapshots.all():
        opened = SqliteStore(cut)
        stored = opened.size(ORIGIN) == 41
        outcomes.append(stored)
        expected = (b"NEW", b"REPLACED", None) if stored else (None, secret(IDS[1]), secret(IDS[2]))
        assert tuple(opened.wrapped_key(id) for id in (new, IDS[1], IDS[2])) == expected
        opened.close()
        slots = (cut / "keys.slots").read_bytes()
        assert slots.count(b"SECRET-") == (38 if stored else 40)
        assert (b"NEW" in slots, b"REPLACED" in slots) == (stored, stored)
    assert outcomes == sorted(outcomes) and False in outcomes and True in outcomes


def test_a_torn_slot_reads_as_no_key_and_is_swept_when_nobody_owns_it(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.slots")
    assert keys.sweep([]) == 0
    id = bytes(32)
    slots = keys.write([(id, b"wrapped"), (b"\1" * 32, b"other")])
    assert keys.read(slots[0], id) == b"wrapped" and keys.read(slots[0], b"\1" * 32) is None
    keys.close()
    raw = bytearray((tmp_path / "keys.slots").read_bytes())
    raw[slots[0] * SLOT + 40] ^= 1
    (tmp_path / "keys.slots").write_bytes(raw)
    keys = KeyFile(tmp_path / "keys.slots")
    assert keys.read(slots[0], id) is None and keys.read(slots[1], b"\1" * 32) == b"other"
    assert keys.sweep([slots[1]]) == 1
    assert keys.read(slots[1], b"\1" * 32) == b"other"
    assert raw[slots[0] * SLOT + 40] and not any(
        (tmp_path / "keys.slots").read_bytes()[slots[0] * SLOT :][:SLOT]
    )
    keys.close()


def test_the_file_grows_and_slots_are_used_again(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.slots")
    keys.sweep([])
    pairs = [(number.to_bytes(32, "big"), b"%d" % number) for number in range(5000)]
    slots = keys.write(pairs)
    assert len(set(slots)) == 5000
    assert [keys.read(slot, id) for slot, (id, _) in zip(slots, pairs, strict=True)] == [
        key for _, key in pairs
    ]
    length = (tmp_path / "keys.slots").stat().st_size
    keys.clear(slots[:100])
    assert set(keys.write(pairs[:100])) == set(slots[:100])
    assert (tmp_path / "keys.slots").stat().st_size == length
    keys.close()


def test_a_second_process_is_kept_out_and_a_reader_is_not(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    fill(store)
    with pytest.raises(StoreInUse):
        SqliteStore(tmp_path)
    reader = SqliteStore(tmp_path, read_only=True)
    assert reader.size(ORIGIN) == 40 and reader.wrapped_key(IDS[0]) == secret(IDS[0])
    with pytest.raises(ValueError):
        reader.commit((DropKey(IDS[0]),))
    reader.close()
    store.close()
    SqliteStore(tmp_path).close()


def test_after_the_disk_failed_nothing_more_is_acknowledged(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    fill(store)

    def fail(fd: int) -> None:
        raise OSError(5, "Input/output error")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile.os, "fdatasync", fail)
        with pytest.raises(StoreFailed):
            store.commit((PutLeaf(ORIGIN, 40, b"x", "e" * 64), PutKey("e" * 64, b"NEW")))
    with pytest.raises(StoreFailed, match="check it, then start again"):
        store.commit((PutLeaf(ORIGIN, 40, b"x", "e" * 64),))
    assert store.size(ORIGIN) == 40
    store.close()
    store = SqliteStore(tmp_path)
    store.commit((PutLeaf(ORIGIN, 40, b"x", "e" * 64),))
    assert b"NEW" not in (tmp_path / "keys.slots").read_bytes()
    store.close()
