"""`EntryStore` on SQLite: one file `store.db` (WAL, synchronous=FULL) and the key file `keys.slots` beside
it.

A commit is: new wrapped keys into free slots, fdatasync; one transaction in `store.db`; overwrite the slots
let go. A crash between any two of them leaves slots that nobody refers to, which the next start sweeps.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from steerclear.store.keyfile import KeyFile, wrapped_of
from steerclear.store.plan import Plan, new_leaves, plan, same
from steerclear.store.port import (
    Batch,
    PutCosignature,
    StoreFailed,
    StoreInUse,
    id_bytes,
    line_of,
)
from steerclear.store.sqlfiles import outstanding, queries

_CHUNK = 2048  # leaves read at once by `iter_leaves`
_DISK_FAILED = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PROTOCOL)


class SqliteStore:
    """`EntryStore` in the folder `folder` (made when missing)."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Raises `StoreInUse`, `SchemaTooNew`; with `read_only` a store another process writes to can be
        looked at."""
        self._sql = queries("sqlite")
        if not read_only:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._keys = KeyFile(folder / "keys.slots", read_only=read_only)
        self._broken: Exception | None = None
        self._read_only = read_only
        self._lock = threading.Lock()  # around the reading connection
        try:
            self._writer = _connect(folder / "store.db", writing=not read_only, read_only=read_only)
            _migrate(self._writer, read_only=read_only)
            self._reader = _connect(folder / "store.db", writing=False, read_only=read_only)
            self._load()
            if not read_only:
                self._keys.sweep([slot for _, slot in self._writer.execute(self._sql["slots"])])
        except BaseException:
            self._keys.close()
            raise

    def _load(self) -> None:
        logs: dict[str, int] = {}
        sizes: dict[str, int] = {}
        for origin, log, last in self._writer.execute(self._sql["logs"]):
            logs[origin] = log
            sizes[origin] = 0 if last is None else last - (log << 40) + 1
        self._logs, self._sizes = logs, sizes

    # writing: one thread

    def commit(self, batch: Batch) -> None:
        if self._read_only:
            raise ValueError("this store was opened to read only")
        if self._broken:
            raise StoreFailed(f"the disk failed earlier ({self._broken}): check it, then start again")
        made = plan(batch)
        written: list[int] = []
        try:
            written = self._keys.write((id, key) for id, key in made.keys.items() if key is not None)
            self._writer.execute("BEGIN IMMEDIATE")
            logs, sizes, let_go = self._write(made, written)
            self._writer.execute("COMMIT")
            self._logs, self._sizes = logs, sizes
            self._keys.clear(let_go)
        except (OSError, sqlite3.Error) as error:
            self._fail(error)
            raise StoreFailed(f"SQLite did not report success: {error}") from error
        except BaseException:  # Conflict, or values that are no values: nothing was stored
            self._roll_back()
            self._keys.clear(written)
            raise

    def _write(self, made: Plan, written: list[int]) -> tuple[dict[str, int], dict[str, int], list[int]]:
        """(numbers and sizes of the logs after the batch, slots that no entry owns any more)."""
        run, many, sql = self._writer.execute, self._writer.executemany, self._sql
        after, held = new_leaves(made, self._sizes)
        logs, sizes = {**self._logs}, {**self._sizes, **after}
        for origin in sorted(after.keys() - logs.keys()):
            logs[origin] = run(sql["put_log"], (line_of(origin), origin)).fetchone()[0]
        for origin, index in held:
            (stored,) = run(sql["leaf"], (logs[origin] << 40 | index,)).fetchone()
            same(stored, made.leaves[origin, index][1], f"leaf {index} of {origin}")
        many(
            sql["put_leaf"],
            [
                (logs[origin] << 40 | index, id, leaf)
                for (origin, index), (id, leaf) in sorted(made.leaves.items())
                if index >= self._sizes.get(origin, 0)
            ],
        )
        lines = {row[0]: row[1] for row in run(sql["lines"])} if made.lines else {}
        for line, (genesis, settings) in made.lines.items():
            same(lines.get(line), genesis, f"genesis of line {line}")
            run(sql["put_line"], (line, genesis, settings))
        many(sql["put_checkpoint"], [(logs[op.origin], op.size, op.note) for op in made.checkpoints])
        cosigned = [
            (logs[op.origin], op.mirror, op.algorithm, op.size, op.time_s, op.line, op.checkpoint)
            for op in made.cosignatures
        ]
        many(sql["put_cosignature"], cosigned)
        many(sql["put_newest_cosignature"], cosigned)
        many(sql["put_payload"], [pair for pair in made.payloads.items() if pair[1] is not None])
        many(sql["drop_payload"], [(id,) for id, sealed in made.payloads.items() if sealed is None])
        let_go = [row[0] for id in made.keys for row in run(sql["slot"], (id,))]
        put = [id for id, key in made.keys.items() if key is not None]
        many(sql["put_slot"], list(zip(put, written, strict=True)))
        many(sql["drop_slot"], [(id,) for id, key in made.keys.items() if key is None])
        many(
            sql["put_side"],
            [(ns, key, value) for (ns, key), value in made.sides.items() if value is not None],
        )
        many(sql["drop_side"], [place for place, value in made.sides.items() if value is None])
        for key, result in made.idempotency.items():
            run(sql["put_idempotency"], (key, result))
            same(run(sql["idempotency"], (key,)).fetchone()[0], result, f"idempotency key {key!r}")
        return logs, sizes, let_go

    def destroy_keys(self) -> None:
        """The key file first: should the machine die in between, the rows that are left point at zeros."""
        self._keys.destroy()
        self._writer.execute(self._sql["drop_slots"])

    def _roll_back(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    def _fail(self, error: Exception) -> None:
        """After a failed write to the disk what the kernel shows may not be on it: nothing more is
        promised."""
        if isinstance(error, OSError) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _DISK_FAILED:
            self._broken = error
        try:
            self._roll_back()
            self._load()
            if not self._broken:
                self._keys.sweep([slot for _, slot in self._writer.execute(self._sql["slots"])])
        except (OSError, sqlite3.Error) as second:
            self._broken = self._broken or second

    # reading: any thread

    def _rows(self, name: str, *values: object) -> list[Any]:
        with self._lock:
            return self._reader.execute(self._sql[name], values).fetchall()

    def _value(self, name: str, *values: object) -> Any:
        """First column of the first row, or None."""
        rows = self._rows(name, *values)
        return rows[0][0] if rows else None

    def lines(self) -> dict[str, tuple[bytes, bytes]]:
        return {line: (genesis, settings) for line, genesis, settings in self._rows("lines")}

    def origins(self, line: str) -> list[str]:
        return sorted(origin for origin in self._logs if origin.startswith(line + "/"))

    def size(self, origin: str) -> int:
        return self._sizes.get(origin, 0)

    def leaves(self, origin: str, start: int, end: int) -> list[bytes]:
        log = self._logs.get(origin)
        if log is None or end <= 0:
            return []
        return [
            row[0] for row in self._rows("leaves", log << 40 | max(start, 0), (log << 40) + min(end, 1 << 40))
        ]

    def iter_leaves(self, origin: str, start: int = 0) -> Iterator[bytes]:
        for first in range(max(start, 0), self.size(origin), _CHUNK):
            yield from self.leaves(origin, first, first + _CHUNK)

    def entry_positions(self, id: str) -> list[tuple[str, int]]:
        return self._rows("positions", id_bytes(id))

    def entry_position(self, id: str) -> tuple[str, int] | None:
        return next(iter(self.entry_positions(id)), None)

    def latest_checkpoint(self, origin: str) -> bytes | None:
        return cast(bytes | None, self._value("latest_checkpoint", self._logs.get(origin)))

    def checkpoint_covering(self, origin: str, size: int) -> bytes | None:
        return cast(bytes | None, self._value("checkpoint_covering", self._logs.get(origin), size))

    def checkpoints(self, origin: str, start: int = 0) -> list[tuple[int, bytes]]:
        return self._rows("checkpoints", self._logs.get(origin), start)

    def cosignatures(self, origin: str, start: int = 0) -> list[PutCosignature]:
        return [
            PutCosignature(origin, *row) for row in self._rows("cosignatures", self._logs.get(origin), start)
        ]

    def payload(self, id: str) -> bytes | None:
        return cast(bytes | None, self._value("payload", id_bytes(id)))

    def wrapped_key(self, id: str) -> bytes | None:
        return wrapped_of(self._keys, lambda raw: self._value("slot", raw), id_bytes(id))

    def payload_ids(self) -> set[str]:
        return {id.hex() for (id,) in self._rows("payload_ids")}

    def key_ids(self) -> set[str]:
        return {id.hex() for id, _ in self._rows("slots")}

    def side(self, ns: str) -> dict[str, bytes]:
        return dict(self._rows("side", ns))

    def idempotent(self, key: str) -> bytes | None:
        return cast(bytes | None, self._value("idempotency", key))

    def close(self) -> None:
        with self._lock:
            self._reader.close()
        self._writer.close()
        self._keys.close()


def _connect(path: Path, *, writing: bool, read_only: bool) -> sqlite3.Connection:
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=5,
    )
    if writing:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
    else:
        connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cache_size = -32768")
    return connection


def _migrate(connection: sqlite3.Connection, *, read_only: bool) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number, script in outstanding("sqlite", version):
        if read_only:
            raise StoreInUse(
                f"this store has schema {version}, an older one: start the node once to bring it forward"
            )
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
