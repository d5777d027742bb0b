"""The three engines behind one handle, so that one suite runs on all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from steerclear.store import EntryStore
from steerclear.store.memory import MemoryStore
from steerclear.store.postgres import PostgresStore
from steerclear.store.sqlite import SqliteStore

ENGINES = ["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
DURABLE = ENGINES[1:]


@dataclass
class Engine:
    """`open()` opens what the last one left behind; at most one is open at a time."""

    name: str
    open: Callable[[], EntryStore]
    folder: Path


def engine(name: str, folder: Path, request: pytest.FixtureRequest) -> Engine:
    """An empty store of that kind; the database is made only when it is asked for."""
    if name == "memory":
        kept = MemoryStore()
        return Engine(name, lambda: kept, folder)
    if name == "sqlite":
        return Engine(name, lambda: SqliteStore(folder), folder)
    dsn: str = request.getfixturevalue("pg_dsn")
    return Engine(name, lambda: PostgresStore(dsn, folder), folder)
