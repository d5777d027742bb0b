"""Which engine keeps a store, from what the configuration says."""

from __future__ import annotations

from pathlib import Path

from steerclear.store.memory import MemoryStore
from steerclear.store.port import EntryStore
from steerclear.store.sqlite import SqliteStore


def open_store(where: str, folder: Path, *, read_only: bool = False) -> EntryStore:
    """`"sqlite"` → files in `folder`; `"memory"`; `"postgresql://…"` → that database, wrapped keys in
    `folder`.

    Raises `StoreInUse`, `SchemaTooNew`, and `ValueError` for anything else in `where`.
    """
    if where == "memory":
        return MemoryStore()
    if where == "sqlite":
        return SqliteStore(folder, read_only=read_only)
    if where.startswith(("postgresql://", "postgres://")):
        from steerclear.store.postgres import PostgresStore  # an optional extra: imported when asked for

        return PostgresStore(where, folder, read_only=read_only)
    raise ValueError(f"store = {where!r}: write sqlite, memory, or postgresql://…")
