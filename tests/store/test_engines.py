"""What only one engine can do wrong: schema versions, lost connections, a second sequencer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest

from steerclear.store import open_store, postgres, sqlfiles
from steerclear.store.memory import MemoryStore
from steerclear.store.port import (
    Conflict,
    PutKey,
    PutLeaf,
    PutSide,
    SchemaTooNew,
    StoreError,
    StoreFailed,
    StoreInUse,
)
from steerclear.store.postgres import PostgresStore
from steerclear.store.sqlite import SqliteStore
from support.pg import Cluster

ORIGIN = f"{'ab' * 32}/{'a' * 32}/1"


def leaf(index: int) -> PutLeaf:
    return PutLeaf(ORIGIN, index, b"%d" % index, f"{index:064x}")


def run(dsn: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def terminate_others(dsn: str) -> None:
    run(
        dsn,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_every_query_and_migration_has_a_name_and_a_description(engine: str) -> None:
    folder = Path(sqlfiles.__file__).parent / "sql" / engine
    text = (folder / "queries.sql").read_text("utf-8")
    assert text.count("-- name: ") == text.count("-- description: ") == len(sqlfiles.queries(engine))
    assert text.count(";\n") == len(sqlfiles.queries(engine))
    numbers = [number for number, _ in sqlfiles.migrations(engine)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(script.startswith("-- name: ") for _, script in sqlfiles.migrations(engine))


def test_which_engine_a_configuration_names(tmp_path: Path) -> None:
    assert isinstance(open_store("memory", tmp_path), MemoryStore)
    store = open_store("sqlite", tmp_path)
    assert isinstance(store, SqliteStore)
    store.close()
    with pytest.raises(ValueError, match="write sqlite, memory, or postgresql"):
        open_store("mysql://x", tmp_path)


def test_a_newer_sqlite_store_is_left_alone(tmp_path: Path) -> None:
    SqliteStore(tmp_path).close()
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(SchemaTooNew, match="schema 99"):
        SqliteStore(tmp_path)


@pytest.mark.postgres
def test_a_newer_postgres_store_is_left_alone(pg_dsn: str, tmp_path: Path) -> None:
    PostgresStore(pg_dsn, tmp_path).close()
    run(pg_dsn, "INSERT INTO steerclear_schema VALUES (99)")
    with pytest.raises(SchemaTooNew, match="schema 99"):
        PostgresStore(pg_dsn, tmp_path)
    run(pg_dsn, "DELETE FROM steerclear_schema WHERE version = 99")
    PostgresStore(pg_dsn, tmp_path).close()


@pytest.mark.postgres
def test_a_second_sequencer_is_kept_out_of_the_database(
    pg_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_LOCK_WAIT", "100ms")
    store = PostgresStore(pg_dsn, tmp_path / "a")
    with pytest.raises(StoreInUse, match="another sequencer"):
        PostgresStore(pg_dsn, tmp_path / "b")
    store.close()
    PostgresStore(pg_dsn, tmp_path / "b").close()


@pytest.mark.postgres
def test_who_writes_behind_the_locks_back_cannot_fork_a_log(pg_dsn: str, tmp_path: Path) -> None:
    store = PostgresStore(pg_dsn, tmp_path)
    store.commit((leaf(0),))
    run(pg_dsn, "INSERT INTO leaves SELECT log, 1, id, 'other' FROM leaves")
    with pytest.raises(Conflict):
        store.commit((leaf(1), PutSide("n", "k", b"v")))
    assert store.size(ORIGIN) == 2 and store.side("n") == {}
    store.commit((leaf(2),))
    store.close()


@pytest.mark.postgres
def test_a_lost_connection_is_made_again(pg_dsn: str, tmp_path: Path) -> None:
    store = PostgresStore(pg_dsn, tmp_path)
    store.commit((leaf(0), PutKey("1" * 64, b"key")))
    terminate_others(pg_dsn)
    assert store.leaves(ORIGIN, 0, 9) == [b"0"]
    with pytest.raises(StoreFailed):
        store.commit((leaf(1), PutKey("2" * 64, b"lost")))
    assert store.size(ORIGIN) == 1 and b"lost" not in (tmp_path / "keys.slots").read_bytes()
    store.commit((leaf(1), PutKey("2" * 64, b"kept")))
    assert store.size(ORIGIN) == 2 and store.wrapped_key("2" * 64) == b"kept"
    locks = run(pg_dsn, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    assert locks == [(1,)]
    store.close()


@pytest.mark.postgres
@pytest.mark.slow
def test_a_server_that_falls_over_and_comes_back(pg_cluster: Cluster, pg_dsn: str, tmp_path: Path) -> None:
    store = PostgresStore(pg_dsn, tmp_path)
    store.commit((leaf(0),))
    pg_cluster.stop("immediate")
    with pytest.raises(StoreFailed):
        store.commit((leaf(1),))
    with pytest.raises(StoreFailed):
        store.size(ORIGIN)
    with pytest.raises(StoreFailed):
        store.leaves(ORIGIN, 0, 1)
    pg_cluster.start()
    assert store.size(ORIGIN) == 1
    store.commit((leaf(1),))
    assert store.leaves(ORIGIN, 0, 9) == [b"0", b"1"]
    store.close()


@pytest.mark.postgres
@pytest.mark.slow
def test_a_server_that_may_forget_is_refused(pg_cluster: Cluster, pg_dsn: str, tmp_path: Path) -> None:
    run(pg_dsn, "ALTER SYSTEM SET fsync = off")
    run(pg_dsn, "SELECT pg_reload_conf()")
    try:
        while run(pg_dsn, "SHOW fsync") != [("off",)]:
            continue
        with pytest.raises(StoreError, match="fsync = off"):
            PostgresStore(pg_dsn, tmp_path)
    finally:
        run(pg_dsn, "ALTER SYSTEM RESET fsync")
        run(pg_dsn, "SELECT pg_reload_conf()")
        while run(pg_dsn, "SHOW fsync") != [("on",)]:
            continue
    PostgresStore(pg_dsn, tmp_path).close()
