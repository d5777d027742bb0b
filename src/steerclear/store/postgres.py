"""`EntryStore` on PostgreSQL (psycopg 3, the extra `postgres`): one database or schema, and a key file on
this node.

A commit is: new wrapped keys into free slots of the key file, fdatasync; one transaction, columns sent as
arrays; overwrite the slots let go. An advisory lock on the writing session keeps a second sequencer out, the
primary key of `leaves` would stop it anyway. A lost connection is made again at the next use, with the lock,
and all that is remembered is read again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import errors

from steerclear.store.keyfile import KeyFile, wrapped_of
from steerclear.store.plan import Plan, earliest, new_leaves, newest, plan, same
from steerclear.store.port import (
    Batch,
    Conflict,
    PutCosignature,
    StoreError,
    StoreFailed,
    StoreInUse,
    id_bytes,
    line_of,
)
from steerclear.store.sqlfiles import outstanding, queries

_CHUNK = 4096  # leaves read at once by `iter_leaves`
_LOCK = (
    0x53434C52  # first half of the advisory lock; the second is the schema, so that two may share a database
)
_LOCK_WAIT = "5s"  # a server needs a moment to see that a killed node is gone


class PostgresStore:
    """`EntryStore` in the database (and its first schema) that `dsn` names; `folder` holds `keys.slots`."""

    def __init__(self, dsn: str, folder: Path, *, read_only: bool = False) -> None:
        """Raises `StoreInUse`, `SchemaTooNew`, `StoreError` where the server is set up to forget,
        `StoreFailed` where it cannot be reached."""
        self._sql = queries("postgres")
        self._dsn = dsn
        self._read_only = read_only
        self._lock = threading.RLock()  # around the reading connection and around coming back after a failure
        self._broken: OSError | None = None
        self._stale = True
        self._writer: psycopg.Connection[Any] | None = None
        self._reader: psycopg.Connection[Any] | None = None
        if not read_only:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._keys = KeyFile(folder / "keys.slots", read_only=read_only)
        try:
            self._come_back()
        except BaseException:
            self.close()
            raise

    # connections

    def _come_back(self) -> None:
        """After a failure and at the start: sessions, lock, schema, numbers and sizes of the logs, free key
        slots.
        """
        with self._lock:
            if not self._stale:
                return
            try:
                _close(self._writer)
                self._writer = _connect(self._dsn)
                if not self._read_only:
                    _take(self._writer)
                _migrate(self._writer, read_only=self._read_only)
                rows = self._writer.execute(self._sql["logs"]).fetchall()
                if not self._read_only:
                    self._keys.sweep([slot for _, slot in self._writer.execute(self._sql["slots"])])
            except psycopg.Error as error:
                raise StoreFailed(f"PostgreSQL cannot be used: {str(error).strip()}") from error
            self._logs: dict[str, int] = {origin: log for origin, log, _ in rows}
            self._sizes: dict[str, int] = {origin: size for origin, _, size in rows}
            self._stale = False

    def close(self) -> None:
        with self._lock:
            _close(self._reader)
            _close(self._writer)
            self._keys.close()

    # writing: one thread

    def commit(self, batch: Batch) -> None:
        if self._read_only:
            raise ValueError("this store was opened to read only")
        if self._broken:
            raise StoreFailed(f"the disk failed earlier ({self._broken}): check it, then start again")
        made = plan(batch)
        self._come_back()
        assert self._writer is not None
        written: list[int] = []
        try:
            written = self._keys.write((id, key) for id, key in made.keys.items() if key is not None)
            with self._writer.pipeline(), self._writer.transaction():
                logs, sizes, let_go = self._write(made, written)
            self._logs, self._sizes = logs, sizes
            self._keys.clear(let_go)
        except errors.UniqueViolation as error:
            self._keys.clear(written)
            self._stale = True
            raise Conflict(f"another writer was here: {str(error).strip()}") from error
        except (OSError, psycopg.Error) as error:
            self._fail(error)
            raise StoreFailed(f"PostgreSQL did not report success: {str(error).strip()}") from error
        except BaseException:  # Conflict, or values that are no values: nothing was stored
            self._keys.clear(written)
            raise

    def _fail(self, error: Exception) -> None:
        """What is remembered may be wrong from here on; it is read again now, or else at the next use."""
        if isinstance(error, OSError) and not isinstance(error, psycopg.Error):
            self._broken = error  # the key file's disk: what the kernel shows may not be on it
        self._stale = True
        try:
            self._come_back()
        except StoreError:
            return  # the server is away; `commit` and the reads say so until it is back

    def _write(self, made: Plan, written: list[int]) -> tuple[dict[str, int], dict[str, int], list[int]]:
        """(numbers and sizes of the logs after the batch, slots that no entry owns any more)."""
        after, held = new_leaves(made, self._sizes)
        logs, sizes = {**self._logs}, {**self._sizes, **after}
        for origin in sorted(after.keys() - logs.keys()):
            logs[origin] = self._send("put_log", line_of(origin), origin).fetchall()[0][0]
        for origin, index in held:
            stored = self._send("leaf", logs[origin], index).fetchall()[0][0]
            same(stored, made.leaves[origin, index][1], f"leaf {index} of {origin}")
        lines = {row[0]: row[1] for row in self._send("lines").fetchall()} if made.lines else {}
        for line, (genesis, settings) in made.lines.items():
            same(lines.get(line), genesis, f"genesis of line {line}")
            self._send("put_line", line, genesis, settings)
        answers = list(made.idempotency.items())
        contradictions = self._send_columns("contradictions", answers)
        let_go = self._send_columns("slots_of", ((id,) for id in made.keys))
        self._send_columns(
            "put_leaves",
            (
                (logs[origin], index, id, leaf)
                for (origin, index), (id, leaf) in sorted(made.leaves.items())
                if index >= self._sizes.get(origin, 0)
            ),
        )
        self._send_checkpoints([(logs[op.origin], op.size, op.note) for op in made.checkpoints])
        for name, kept in (
            ("put_cosignatures", earliest(made.cosignatures)),
            ("put_newest_cosignatures", newest(made.cosignatures)),
        ):
            self._send_columns(
                name,
                (
                    (logs[op.origin], op.mirror, op.algorithm, op.size, op.time_s, op.line, op.checkpoint)
                    for op in kept
                ),
            )
        self._send_values("payloads", [(id, sealed) for id, sealed in made.payloads.items()])
        self._send_values("sides", [(*place, value) for place, value in made.sides.items()])
        self._send_columns("put_idempotency", answers)
        put = [id for id, key in made.keys.items() if key is not None]
        self._send_columns("put_slots", zip(put, written, strict=True))
        self._send_columns("drop_slots", ((id,) for id, key in made.keys.items() if key is None))
        for (key,) in contradictions.fetchall() if contradictions else ():
            raise Conflict(f"idempotency key {key!r} is already stored with another answer")
        return logs, sizes, [slot for (slot,) in let_go.fetchall()] if let_go else []

    def _send_checkpoints(self, rows: list[tuple[int, int, bytes]]) -> None:
        """In rounds: a statement numbers a note by what stood before it, so it holds one note of a size."""
        rows = sorted(dict.fromkeys(rows), key=lambda row: row[:2])
        notes = [list(group) for _, group in groupby(rows, key=lambda row: row[:2])]
        for turn in range(max(map(len, notes), default=0)):
            self._send_columns("put_checkpoints", (group[turn] for group in notes if turn < len(group)))

    def _send_values(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        self._send_columns(f"put_{table}", (row for row in rows if row[-1] is not None))
        self._send_columns(f"drop_{table}", (row[:-1] for row in rows if row[-1] is None))

    def _send(self, name: str, *values: object) -> psycopg.Cursor[Any]:
        """Sent, not waited for: `fetchall` waits, and so does the end of the transaction."""
        assert self._writer is not None
        return self._writer.execute(self._sql[name], values, binary=True)

    def _send_columns(self, name: str, rows: Iterable[tuple[Any, ...]]) -> psycopg.Cursor[Any] | None:
        """The rows turned into one array a column; no rows, no statement."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        return self._send(name, *columns) if columns else None

    def destroy_keys(self) -> None:
        """The key file first, and whether or not the server can be reached: rows that are left point at
        zeros.
        """
        self._keys.destroy()
        try:
            self._come_back()
            self._send("drop_all_slots")
        except psycopg.Error as error:
            self._stale = True
            raise StoreFailed(
                f"the keys are gone; the server did not note it: {str(error).strip()}"
            ) from error

    # reading: any thread

    def _rows(self, name: str, values: Any = ()) -> list[Any]:
        with self._lock:
            for last in (False, True):
                try:
                    if self._reader is None or self._reader.closed:
                        self._reader = _connect(self._dsn)
                    return self._reader.execute(self._sql[name], values, binary=True).fetchall()
                except psycopg.OperationalError as error:
                    _close(self._reader)
                    if last:
                        raise StoreFailed(f"PostgreSQL cannot be read: {str(error).strip()}") from error
        raise AssertionError("not reached")

    def _value(self, name: str, *values: object) -> Any:
        """First column of the first row, or None."""
        rows = self._rows(name, values)
        return rows[0][0] if rows else None

    def _log(self, origin: str) -> int | None:
        self._come_back()
        return self._logs.get(origin)

    def lines(self) -> dict[str, tuple[bytes, bytes]]:
        return {line: (genesis, settings) for line, genesis, settings in self._rows("lines")}

    def origins(self, line: str) -> list[str]:
        self._come_back()
        return sorted(origin for origin in self._logs if origin.startswith(line + "/"))

    def size(self, origin: str) -> int:
        self._come_back()
        return self._sizes.get(origin, 0)

    def leaves(self, origin: str, start: int, end: int) -> list[bytes]:
        return [leaf for (leaf,) in self._rows("leaves", (self._log(origin), start, end))]

    def iter_leaves(self, origin: str, start: int = 0) -> Iterator[bytes]:
        for first in range(max(start, 0), self.size(origin), _CHUNK):
            yield from self.leaves(origin, first, first + _CHUNK)

    def entry_positions(self, id: str) -> list[tuple[str, int]]:
        return self._rows("positions", (id_bytes(id),))

    def entry_position(self, id: str) -> tuple[str, int] | None:
        return next(iter(self.entry_positions(id)), None)

    def latest_checkpoint(self, origin: str) -> bytes | None:
        return cast(bytes | None, self._value("latest_checkpoint", self._log(origin)))

    def checkpoint_covering(self, origin: str, size: int) -> bytes | None:
        return cast(bytes | None, self._value("checkpoint_covering", self._log(origin), size))

    def checkpoints(self, origin: str, start: int = 0) -> list[tuple[int, bytes]]:
        return self._rows("checkpoints", (self._log(origin), start))

    def cosignatures(self, origin: str, start: int = 0) -> list[PutCosignature]:
        rows = self._rows("cosignatures", {"log": self._log(origin), "start": start})
        return [PutCosignature(origin, *row) for row in rows]

    def payload(self, id: str) -> bytes | None:
        return cast(bytes | None, self._value("payload", id_bytes(id)))

    def wrapped_key(self, id: str) -> bytes | None:
        return wrapped_of(self._keys, lambda raw: self._value("slot", raw), id_bytes(id))

    def payload_ids(self) -> set[str]:
        return {id.hex() for (id,) in self._rows("payload_ids")}

    def key_ids(self) -> set[str]:
        return {id.hex() for id, _ in self._rows("slots")}

    def side(self, ns: str) -> dict[str, bytes]:
        return dict(self._rows("side", (ns,)))

    def idempotent(self, key: str) -> bytes | None:
        return cast(bytes | None, self._value("idempotency", key))


def _connect(dsn: str) -> psycopg.Connection[Any]:
    connection: psycopg.Connection[Any] = psycopg.connect(
        dsn, autocommit=True, connect_timeout=10, application_name="steerclear"
    )
    connection.execute("SET synchronous_commit = on")
    return connection


def _take(connection: psycopg.Connection[Any]) -> None:
    """The lock of the one writer, for as long as the session lives."""
    (fsync,) = connection.execute("SHOW fsync").fetchone() or ("",)
    if fsync != "on":
        raise StoreError(
            "this PostgreSQL runs with fsync = off and would forget what it acknowledged: set it on"
        )
    try:
        connection.execute(f"SET lock_timeout = '{_LOCK_WAIT}'")
        connection.execute("SELECT pg_advisory_lock(%s, hashtext(current_schema()))", (_LOCK,))
        connection.execute("SET lock_timeout = 0")
    except errors.LockNotAvailable:
        raise StoreInUse(
            "another sequencer holds this database: stop that node, or name another database"
        ) from None


def _migrate(connection: psycopg.Connection[Any], *, read_only: bool) -> None:
    here = connection.execute("SELECT to_regclass('steerclear_schema')").fetchone()
    row = here and here[0] and connection.execute("SELECT max(version) FROM steerclear_schema").fetchone()
    for number, script in outstanding("postgres", row[0] if row else 0):
        if read_only:
            raise StoreInUse("this store has an older schema: start the node once to bring it forward")
        with connection.transaction():
            connection.execute("CREATE TABLE IF NOT EXISTS steerclear_schema (version integer PRIMARY KEY)")
            connection.execute(script)
            connection.execute("INSERT INTO steerclear_schema VALUES (%s)", (number,))


def _close(connection: psycopg.Connection[Any] | None) -> None:
    if connection is not None:
        connection.close()
