"""Any sequence of batches leaves every engine saying the same as the twin in memory, refusals included."""

from __future__ import annotations

import tempfile
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steerclear.store import EntryStore
from steerclear.store.memory import MemoryStore
from steerclear.store.port import (
    Conflict,
    DropKey,
    DropPayload,
    DropSide,
    Op,
    PutCheckpoint,
    PutCosignature,
    PutIdempotency,
    PutKey,
    PutLeaf,
    PutLine,
    PutPayload,
    PutSide,
)
from steerclear.store.postgres import PostgresStore
from steerclear.store.sqlite import SqliteStore
from support.effort import examples

LINES = ["ab" * 32, "cd" * 32]
ORIGINS = [f"{line}/{party * 32}/1" for line in LINES for party in "pq"]
IDS = [f"{number:064x}" for number in range(4)]

origins, ids, small = st.sampled_from(ORIGINS), st.sampled_from(IDS), st.integers(0, 4)
values = st.sampled_from([b"x", b"y", bytes(100)])
words = st.sampled_from(["k", "l", "ü"])
operations: st.SearchStrategy[Op] = st.one_of(
    st.builds(PutLine, st.sampled_from(LINES), st.just(b"genesis"), values),
    st.builds(PutLine, st.sampled_from(LINES), values, values),
    st.builds(PutLeaf, origins, small, st.just(b"leaf"), st.just(IDS[0])),
    st.builds(PutLeaf, origins, small, values, ids),
    st.builds(PutCheckpoint, origins, small, values),
    st.builds(PutCosignature, origins, words, st.sampled_from([4, 6]), small, small, values, values),
    st.builds(PutPayload, ids, values),
    st.builds(DropPayload, ids),
    st.builds(PutKey, ids, values),
    st.builds(DropKey, ids),
    st.builds(PutSide, words, words, values),
    st.builds(DropSide, words, words),
    st.builds(PutIdempotency, words, values),
)
histories = st.lists(st.one_of(st.none(), st.lists(operations, max_size=6).map(tuple)), max_size=12)
"""A batch, or None for a new start of the store."""


def says(store: EntryStore) -> list[object]:
    return [
        store.lines(),
        [store.origins(line) for line in LINES],
        [
            (
                store.size(origin),
                list(store.iter_leaves(origin)),
                store.leaves(origin, 1, 3),
                store.checkpoints(origin),
                store.latest_checkpoint(origin),
                [store.checkpoint_covering(origin, size) for size in range(6)],
                store.cosignatures(origin),
                store.cosignatures(origin, 2),
            )
            for origin in ORIGINS
        ],
        [
            (store.payload(id), store.wrapped_key(id), store.entry_positions(id), store.entry_position(id))
            for id in IDS
        ],
        [store.payload_ids(), store.key_ids()],
        [(store.side(word), store.idempotent(word)) for word in ("k", "l", "ü")],
    ]


def play(history: list[tuple[Op, ...] | None], open_one: type, *where: object) -> None:
    twin, store = MemoryStore(), open_one(*where)
    for batch in history:
        if batch is None:
            store.close()
            store = open_one(*where)
        else:
            assert commits(store, batch) == commits(twin, batch)
        assert says(store) == says(twin)
    store.close()


def commits(store: EntryStore, batch: tuple[Op, ...]) -> bool:
    try:
        store.commit(batch)
    except Conflict:
        return False
    return True


@settings(max_examples=examples(60), deadline=None)
@given(histories)
def test_sqlite_is_the_twin(history: list[tuple[Op, ...] | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        play(history, SqliteStore, Path(folder))


@pytest.mark.postgres
@pytest.mark.slow
@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(histories)
def test_postgres_is_the_twin(pg_dsn: str, history: list[tuple[Op, ...] | None]) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    with tempfile.TemporaryDirectory() as folder:
        play(history, PostgresStore, pg_dsn, Path(folder))
