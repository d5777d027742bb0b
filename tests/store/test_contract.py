"""The contract of `EntryStore`, the same for every engine."""

from __future__ import annotations

import hashlib
import threading

import pytest

from steerclear.store import EntryStore
from steerclear.store.port import (
    MAX_WRAPPED_KEY,
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
from support.engines import DURABLE, ENGINES, Engine

LINE = "ab" * 32
A = f"{LINE}/{'a' * 32}/1"
B = f"{LINE}/{'b' * 32}/1"
ON_ALL = pytest.mark.parametrize("kept", ENGINES, indirect=True)
ON_DURABLE = pytest.mark.parametrize("kept", DURABLE, indirect=True)


def id_of(leaf: bytes) -> str:
    return hashlib.sha256(leaf).hexdigest()


def put(origin: str, index: int, leaf: bytes) -> PutLeaf:
    return PutLeaf(origin, index, leaf, id_of(leaf))


def cosign(
    size: int, time_s: int, mirror: str = "m", algorithm: int = 4, line: bytes | None = None
) -> PutCosignature:
    return PutCosignature(A, mirror, algorithm, size, time_s, line or b"%d at %d" % (size, time_s), b"h" * 32)


EVERYTHING: tuple[Op, ...] = (
    PutLine(LINE, b"genesis", b"{}"),
    put(A, 0, b"first"),
    put(A, 1, b"second"),
    put(B, 0, b"other log"),
    PutCheckpoint(A, 2, b"checkpoint of two"),
    cosign(2, 100),
    PutPayload(id_of(b"first"), b"ciphertext"),
    PutKey(id_of(b"first"), b"wrapped"),
    PutSide("accounts", "anna", b"\x00hash"),
    PutIdempotency("k-1", b"answer"),
)


def seen(store: EntryStore) -> dict[str, object]:
    """All that a store says, to compare before and after."""
    return {
        "lines": store.lines(),
        "origins": store.origins(LINE),
        "leaves": {origin: store.leaves(origin, 0, 10**6) for origin in store.origins(LINE)},
        "positions": [store.entry_positions(id_of(leaf)) for leaf in (b"first", b"second", b"other log")],
        "checkpoints": [store.checkpoints(A), store.latest_checkpoint(A), store.checkpoint_covering(A, 1)],
        "cosignatures": store.cosignatures(A),
        "payloads": [(id, store.payload(id)) for id in sorted(store.payload_ids())],
        "keys": [(id, store.wrapped_key(id)) for id in sorted(store.key_ids())],
        "side": store.side("accounts"),
        "idempotent": store.idempotent("k-1"),
    }


@ON_ALL
def test_everything_is_read_back_and_the_same_again_changes_nothing(store: EntryStore) -> None:
    store.commit(EVERYTHING)
    first = seen(store)
    assert first["leaves"] == {A: [b"first", b"second"], B: [b"other log"]}
    assert first["lines"] == {LINE: (b"genesis", b"{}")}
    assert first["positions"] == [[(A, 0)], [(A, 1)], [(B, 0)]]
    assert first["checkpoints"] == [[(2, b"checkpoint of two")], b"checkpoint of two", b"checkpoint of two"]
    assert first["cosignatures"] == [cosign(2, 100)]
    assert first["payloads"] == [(id_of(b"first"), b"ciphertext")]
    assert first["keys"] == [(id_of(b"first"), b"wrapped")]
    assert first["side"] == {"anna": b"\x00hash"}
    assert first["idempotent"] == b"answer"
    store.commit(EVERYTHING)
    assert seen(store) == first


@ON_ALL
def test_an_empty_store_answers(store: EntryStore) -> None:
    assert store.lines() == {} and store.origins(LINE) == [] and store.size(A) == 0
    assert store.leaves(A, 0, 5) == [] and list(store.iter_leaves(A)) == []
    assert store.latest_checkpoint(A) is None and store.checkpoint_covering(A, 0) is None
    assert store.cosignatures(A) == [] and store.side("x") == {} and store.idempotent("k") is None
    assert store.payload("0" * 64) is None and store.wrapped_key("0" * 64) is None
    assert store.entry_position("0" * 64) is None
    store.commit(())
    store.destroy_keys()


@ON_DURABLE
def test_everything_is_there_after_a_new_start(kept: Engine) -> None:
    store = kept.open()
    store.commit(EVERYTHING)
    before = seen(store)
    store.close()
    store = kept.open()
    assert seen(store) == before
    store.commit((put(A, 2, b"third"),))
    assert store.size(A) == 3
    store.close()


@ON_ALL
@pytest.mark.parametrize(
    "wrong",
    [
        put(A, 1, b"another second"),
        put(A, 4, b"leaves a hole"),
        PutLine(LINE, b"another genesis"),
        PutIdempotency("k-1", b"another answer"),
    ],
    ids=["bytes", "hole", "genesis", "answer"],
)
def test_a_conflict_stores_nothing_of_its_batch(store: EntryStore, wrong: Op) -> None:
    store.commit(EVERYTHING)
    before = seen(store)
    more = (
        put(A, 2, b"third"),
        PutSide("accounts", "bela", b"1"),
        PutKey("5" * 64, b"key"),
        DropKey(id_of(b"first")),
    )
    with pytest.raises(Conflict):
        store.commit((*more, wrong))
    assert seen(store) == before
    assert store.wrapped_key("5" * 64) is None
    store.commit(more)
    assert store.size(A) == 3 and store.key_ids() == {"5" * 64}


@ON_ALL
def test_a_batch_that_contradicts_itself_is_a_conflict(store: EntryStore) -> None:
    for pair in (
        (put(A, 0, b"x"), put(A, 0, b"y")),
        (PutLine(LINE, b"x"), PutLine(LINE, b"y")),
        (PutIdempotency("k", b"x"), PutIdempotency("k", b"y")),
    ):
        with pytest.raises(Conflict):
            store.commit(pair)
        store.commit((pair[0], pair[0]))


@ON_ALL
@pytest.mark.parametrize(
    "wrong",
    [
        PutLeaf(A, -1, b"x", "0" * 64),
        PutLeaf(A, 0, b"x", "short"),
        PutLeaf(A, 0, b"x", "A" * 64),
        PutLeaf("no-origin", 0, b"x", "0" * 64),
        PutKey("0" * 64, b"k" * (MAX_WRAPPED_KEY + 1)),
        PutKey("0" * 64, b""),
        PutSide("n", "k\0", b"v"),
        PutIdempotency("\0", b"v"),
    ],
)
def test_what_is_out_of_its_grammar_stores_nothing(store: EntryStore, wrong: Op) -> None:
    with pytest.raises(ValueError):
        store.commit((PutSide("n", "k", b"v"), wrong))
    assert store.side("n") == {} and store.size(A) == 0
    store.commit(
        (PutSide("n", "k", b"v"), PutLeaf(A, 0, b"x", "0" * 64), PutKey("0" * 64, b"k" * MAX_WRAPPED_KEY))
    )
    assert store.wrapped_key("0" * 64) == b"k" * MAX_WRAPPED_KEY and store.size(A) == 1


@ON_ALL
def test_leaves_by_range_and_streamed(store: EntryStore) -> None:
    leaves = [b"leaf %d" % number for number in range(5000)]
    store.commit(tuple(put(A, index, leaf) for index, leaf in enumerate(leaves)))
    store.commit((put(B, 0, b"b"),))
    assert store.leaves(A, 4990, 6000) == leaves[4990:]
    assert (
        store.leaves(A, -3, 2) == leaves[:2] and store.leaves(A, 7, 7) == [] and store.leaves(A, 0, -1) == []
    )
    assert list(store.iter_leaves(A)) == leaves and list(store.iter_leaves(A, 2047)) == leaves[2047:]
    stream = store.iter_leaves(A)
    head = [next(stream) for _ in range(10)]
    store.commit((put(A, 5000, b"later"),))
    assert [*head, *stream][:5000] == leaves


@ON_ALL
def test_one_entry_may_stand_in_two_logs(store: EntryStore) -> None:
    store.commit((put(B, 0, b"same"), put(A, 0, b"x"), put(A, 1, b"same")))
    assert store.entry_positions(id_of(b"same")) == [(A, 1), (B, 0)]
    assert store.entry_position(id_of(b"same")) == (A, 1)
    store.commit((put(A, 1, b"same"),))
    assert store.entry_positions(id_of(b"same")) == [(A, 1), (B, 0)]


@ON_ALL
def test_lines_do_not_leak_into_each_other(store: EntryStore) -> None:
    other = "cd" * 32 + A[64:]
    store.commit((put(A, 0, b"x"), put(other, 0, b"y"), PutCheckpoint(B, 0, b"empty")))
    assert store.origins(LINE) == [A, B]
    assert store.origins("cd" * 32) == [other]
    assert store.origins("ab") == []


@ON_ALL
def test_settings_of_a_line_may_change(store: EntryStore) -> None:
    store.commit((PutLine(LINE, b"g", b"1"),))
    store.commit((PutLine(LINE, b"g", b"2"), PutLine("cd" * 32, b"h")))
    assert store.lines() == {LINE: (b"g", b"2"), "cd" * 32: (b"h", b"")}


@ON_ALL
def test_every_checkpoint_is_kept(store: EntryStore) -> None:
    store.commit(
        (PutCheckpoint(A, 5, b"five"), PutCheckpoint(A, 5, b"five, seen more"), PutCheckpoint(A, 9, b"nine"))
    )
    store.commit(
        (
            PutCheckpoint(A, 5, b"five, seen yet more"),
            PutCheckpoint(A, 5, b"five"),
            PutCheckpoint(A, 2, b"two"),
        )
    )
    fives = [(5, b"five"), (5, b"five, seen more"), (5, b"five, seen yet more")]
    assert store.checkpoints(A) == [(2, b"two"), *fives, (9, b"nine")]
    assert store.checkpoints(A, 3) == [*fives, (9, b"nine")]
    assert store.latest_checkpoint(A) == b"nine"
    store.commit((PutCheckpoint(A, 9, b"nine, seen more"), PutCheckpoint(A, 7, b"seven")))
    assert store.latest_checkpoint(A) == b"nine, seen more"
    covering = [store.checkpoint_covering(A, size) for size in (0, 2, 3, 6, 9, 10)]
    assert covering == [b"two", b"two", b"five", b"seven", b"nine", None]


@ON_ALL
def test_the_earliest_cosignature_of_each_size_and_the_newest_stay(store: EntryStore) -> None:
    store.commit((cosign(1, 100), cosign(1, 104), cosign(1, 108), cosign(3, 110)))
    assert store.cosignatures(A) == [cosign(1, 100), cosign(3, 110)]
    store.commit(tuple(cosign(3, time_s) for time_s in range(114, 200, 4)))
    assert store.cosignatures(A) == [cosign(1, 100), cosign(3, 110), cosign(3, 198)]
    store.commit((cosign(1, 90), cosign(2, 105)))  # a bundle brings older ones
    assert store.cosignatures(A) == [cosign(1, 90), cosign(2, 105), cosign(3, 110), cosign(3, 198)]
    store.commit((cosign(3, 110, line=b"signed again"), cosign(3, 198, line=b"signed again")))
    assert store.cosignatures(A, 2) == [cosign(2, 105), cosign(3, 110), cosign(3, 198)]
    store.commit((cosign(9, 198),))  # in the same second: the greater size is the newer one
    assert store.cosignatures(A, 2) == [cosign(2, 105), cosign(3, 110), cosign(9, 198)]


@ON_ALL
def test_cosignatures_are_apart_by_mirror_and_algorithm(store: EntryStore) -> None:
    ops = (cosign(1, 5, "m", 6), cosign(1, 7, "m", 4), cosign(1, 9, "k", 4))
    store.commit(ops)
    assert store.cosignatures(A) == [ops[2], ops[1], ops[0]]
    assert store.cosignatures(B) == []


@ON_ALL
def test_the_last_value_of_a_batch_wins_where_values_may_change(store: EntryStore) -> None:
    id = "1" * 64
    store.commit((PutSide("n", "k", b"1"), DropSide("n", "k"), PutSide("n", "k", b"2"), PutPayload(id, b"1")))
    store.commit((PutKey(id, b"1"), DropKey(id), PutKey(id, b"2"), DropPayload(id), PutPayload(id, b"2")))
    assert store.side("n") == {"k": b"2"} and store.wrapped_key(id) == b"2" and store.payload(id) == b"2"
    store.commit(
        (PutSide("n", "k", b"3"), DropSide("n", "k"), PutKey(id, b"3"), DropKey(id), DropPayload(id))
    )
    assert store.side("n") == {} and store.wrapped_key(id) is None and store.payload(id) is None


@ON_ALL
def test_a_key_may_be_replaced_dropped_and_given_again(store: EntryStore) -> None:
    ids = [f"{number:064x}" for number in range(50)]
    store.commit(tuple(PutKey(id, b"old " + id.encode()) for id in ids))
    store.commit(
        tuple(PutKey(id, b"new " + id.encode()) for id in ids[10:]) + tuple(DropKey(id) for id in ids[:10])
    )
    assert store.key_ids() == set(ids[10:])
    assert [store.wrapped_key(id) for id in ids] == [None] * 10 + [b"new " + id.encode() for id in ids[10:]]
    store.commit((DropKey(ids[0]), DropKey(ids[20]), PutKey(ids[1], b"again")))
    assert store.wrapped_key(ids[20]) is None and store.wrapped_key(ids[1]) == b"again"


@ON_DURABLE
def test_destroyed_keys_are_gone_and_the_rest_stays(kept: Engine) -> None:
    store = kept.open()
    store.commit(EVERYTHING)
    store.destroy_keys()
    assert store.key_ids() == set() and store.wrapped_key(id_of(b"first")) is None
    assert store.payload(id_of(b"first")) == b"ciphertext" and store.size(A) == 2
    store.commit((PutKey("7" * 64, b"a life after"),))
    store.close()
    store = kept.open()
    assert store.key_ids() == {"7" * 64} and store.wrapped_key("7" * 64) == b"a life after"
    store.close()


@ON_ALL
def test_readers_never_see_part_of_a_batch(store: EntryStore) -> None:
    """Each batch puts two side data that must agree."""
    stop = threading.Event()
    torn: list[dict[str, bytes]] = []

    def read() -> None:
        while not stop.is_set():
            found = store.side("pair")
            if len(set(found.values())) > 1:
                torn.append(found)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(200):
        value = b"%d" % number
        store.commit((PutSide("pair", "left", value), put(A, number, value), PutSide("pair", "right", value)))
        assert store.side("pair")["left"] == value and store.leaves(A, number, number + 1) == [value]
    stop.set()
    for reader in readers:
        reader.join()
    assert torn == []


@ON_ALL
def test_text_and_bytes_of_any_kind(store: EntryStore) -> None:
    value = bytes(range(256)) * 300
    store.commit(
        (PutSide("näme ☃", "'; DROP TABLE sides; --", value), put(A, 0, value), PutPayload("2" * 64, b""))
    )
    assert store.side("näme ☃") == {"'; DROP TABLE sides; --": value}
    assert store.leaves(A, 0, 1) == [value] and store.payload("2" * 64) == b""
