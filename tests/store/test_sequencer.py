"""The sequencer: one order, one commit for many, and the store's word after every failure."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from steerclear.errors import Malformed
from steerclear.store import EntryStore
from steerclear.store.memory import MemoryStore
from steerclear.store.port import Batch, Op, PutIdempotency, PutLeaf, StoreFailed
from steerclear.store.sequencer import Committed, Sequencer, Stopped
from support.engines import ENGINES
from support.faults import FaultyStore, When

ORIGIN = f"{'ab' * 32}/{'a' * 32}/1"


class Counter:
    """Appends each command as a leaf; a command sent again under its key gets its first answer."""

    def __init__(self, store: EntryStore) -> None:
        self.store = store
        self.reloads = -1
        self.reload()

    def reload(self) -> None:
        self.reloads += 1
        self.said = [leaf.decode() for leaf in self.store.iter_leaves(ORIGIN)]

    def decide(self, command: str) -> tuple[Sequence[Op], int]:
        if command == "malformed":
            raise Malformed("no-such-thing")
        if command in self.said:
            return (), self.said.index(command)
        index = len(self.said)
        self.said.append(command)
        if command == "breaks":
            raise RuntimeError("in the middle of it")
        ops = (
            PutLeaf(ORIGIN, index, command.encode(), f"{index:064x}"),
            PutIdempotency(command, b"%d" % index),
        )
        return ops, index


def stored(store: EntryStore) -> list[str]:
    return [leaf.decode() for leaf in store.leaves(ORIGIN, 0, 10**6)]


class GatedStore(MemoryStore):
    """Its commits wait until `gate` is open, so that a test decides what gathers behind one."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.entered = threading.Semaphore(0)
        self.batches: list[Batch] = []

    def commit(self, batch: Batch) -> None:
        self.entered.release()
        assert self.gate.wait(90)
        self.batches.append(batch)
        super().commit(batch)


def test_commands_that_gather_behind_a_commit_share_the_next_one() -> None:
    store = GatedStore()
    committed: list[Committed[str, int]] = []
    sequencer = Sequencer(store, Counter(store), committed.append)
    sequencer.start()
    first = sequencer.submit("0")
    assert store.entered.acquire(timeout=90)
    rest = [sequencer.submit(str(number)) for number in range(1, 40)]
    assert not first.done()
    store.gate.set()
    assert [future.result(10) for future in [first, *rest]] == list(range(40))
    sequencer.stop()
    assert [len(batch) for batch in store.batches] == [2, 78]
    assert [one.commands for one in committed] == [(("0", 0),), tuple((str(n), n) for n in range(1, 40))]
    assert committed[1].ops == store.batches[1]


def test_a_batch_is_not_longer_than_it_may_be() -> None:
    store = GatedStore()
    sequencer = Sequencer(store, Counter(store), max_batch=10)
    futures = [sequencer.submit(str(number)) for number in range(25)]
    store.gate.set()
    sequencer.start()
    assert [future.result(10) for future in futures] == list(range(25))
    sequencer.stop()
    assert [len(batch) for batch in store.batches] == [20, 20, 10]


def test_nobody_hears_before_it_is_stored_and_the_views_know() -> None:
    store = MemoryStore()
    order: list[str] = []
    sequencer = Sequencer(store, Counter(store), lambda done: order.append(f"views at {store.size(ORIGIN)}"))
    future = sequencer.submit("x")
    future.add_done_callback(lambda done: order.append("answer"))
    sequencer.start()
    future.result(10)
    sequencer.stop()
    assert order == ["views at 1", "answer"]


def test_what_stores_nothing_is_answered_without_a_commit() -> None:
    store = FaultyStore(MemoryStore(), {})
    sequencer = Sequencer(store, Counter(store))
    sequencer.start()
    assert [sequencer.submit("x").result(10) for _ in range(3)] == [0, 0, 0]
    sequencer.stop()
    assert store.commits == 1


def test_malformed_hurts_nobody_else() -> None:
    store = MemoryStore()
    handler = Counter(store)
    sequencer = Sequencer(store, handler)
    futures = [sequencer.submit(command) for command in ("a", "malformed", "b")]
    sequencer.start()
    assert futures[0].result(10) == 0 and futures[2].result(10) == 1
    with pytest.raises(Malformed):
        futures[1].result(10)
    sequencer.stop()
    assert stored(store) == ["a", "b"] and handler.reloads == 0


def test_a_command_that_breaks_the_state_is_forgotten_and_what_was_decided_before_is_kept() -> None:
    store = MemoryStore()
    handler = Counter(store)
    sequencer = Sequencer(store, handler)
    futures = [sequencer.submit(command) for command in ("a", "breaks", "b")]
    sequencer.start()
    assert futures[0].result(10) == 0 and futures[2].result(10) == 1
    with pytest.raises(RuntimeError):
        futures[1].result(10)
    sequencer.stop()
    assert stored(store) == ["a", "b"] == handler.said and handler.reloads == 1


def test_views_that_break_are_read_again_and_the_entry_is_acknowledged() -> None:
    store = MemoryStore()
    handler = Counter(store)

    def broken(done: Committed[str, int]) -> None:
        raise RuntimeError("a view")

    sequencer = Sequencer(store, handler, broken)
    sequencer.start()
    assert sequencer.submit("a").result(10) == 0
    sequencer.stop()
    assert handler.reloads == 1


@pytest.mark.parametrize("kept", ENGINES, indirect=True)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(5))
def test_every_commit_fails_once_either_way(store: EntryStore, number: int, when: When) -> None:
    """Five commands, a commit each; whoever hears of a failure asks again. Each is there once, in order."""
    faulty = FaultyStore(store, {number: when})
    handler = Counter(faulty)
    sequencer = Sequencer(faulty, handler)
    sequencer.start()
    failures = 0
    for command in range(5):
        try:
            index = sequencer.submit(str(command)).result(10)
        except StoreFailed:
            failures += 1
            assert handler.said == stored(store)
            assert store.size(ORIGIN) == command + (when == "after")
            index = sequencer.submit(str(command)).result(10)
        assert index == command
    sequencer.stop()
    assert failures == 1 and handler.reloads == 1
    assert stored(store) == ["0", "1", "2", "3", "4"] == handler.said


@pytest.mark.parametrize("when", ["before", "after"])
def test_everyone_of_a_failed_batch_hears_of_it(when: When) -> None:
    store = FaultyStore(MemoryStore(), {0: when})
    sequencer = Sequencer(store, Counter(store))
    futures = [sequencer.submit(str(number)) for number in range(3)]
    sequencer.start()
    for future in futures:
        with pytest.raises(StoreFailed):
            future.result(10)
    assert [sequencer.submit(str(number)).result(10) for number in range(4)] == [0, 1, 2, 3]
    sequencer.stop()
    assert stored(store.inner) == ["0", "1", "2", "3"]


def test_while_the_store_is_away_everybody_is_told_and_later_it_goes_on() -> None:
    store = FaultyStore(MemoryStore(), {1: "before"})
    handler = Counter(store)
    sequencer = Sequencer(store, handler)
    sequencer.start()
    assert sequencer.submit("a").result(10) == 0
    store.away = True
    for _ in range(3):
        with pytest.raises(StoreFailed):
            sequencer.submit("b").result(10)
    store.away = False
    assert sequencer.submit("b").result(10) == 1
    sequencer.stop()
    assert stored(store.inner) == ["a", "b"] == handler.said


def test_many_coroutines_and_threads_all_get_their_own_reply() -> None:
    store = MemoryStore()
    sequencer = Sequencer(store, Counter(store), max_batch=16)
    sequencer.start()

    async def ask_many() -> None:
        async def one(name: int) -> None:
            for turn in range(20):
                command = f"{name}/{turn}"
                index = await sequencer.ask(command)
                assert store.leaves(ORIGIN, index, index + 1) == [command.encode()]

        await asyncio.gather(*[one(name) for name in range(64)])

    loops = [threading.Thread(target=asyncio.run, args=(ask_many(),)) for _ in range(2)]
    for loop in loops:
        loop.start()
    for loop in loops:
        loop.join(30)
    sequencer.stop()
    assert store.size(ORIGIN) == len(set(stored(store))) == 64 * 20


def test_stop_stores_what_is_queued_and_takes_nothing_more() -> None:
    store = MemoryStore()
    sequencer = Sequencer(store, Counter(store), max_batch=3)
    futures = [sequencer.submit(str(number)) for number in range(10)]
    sequencer.start()
    sequencer.stop()
    assert [future.result(0) for future in futures] == list(range(10))
    with pytest.raises(Stopped):
        sequencer.submit("late")
    sequencer.stop()


def test_a_cancelled_command_is_not_decided_and_a_cancelled_waiter_is_not_answered() -> None:
    store = MemoryStore()
    sequencer = Sequencer(store, Counter(store))
    futures = [sequencer.submit(command) for command in ("a", "b", "c")]
    assert futures[1].cancel()
    sequencer.start()
    assert futures[2].result(10) == 1

    async def leave() -> int:
        waiting = sequencer.ask("d")
        waiting.cancel()
        return await sequencer.ask("e")

    assert asyncio.run(leave()) == 3
    sequencer.stop()
    assert stored(store) == ["a", "c", "d", "e"]


def test_a_loop_that_is_gone_stops_nobody() -> None:
    store = GatedStore()
    sequencer = Sequencer(store, Counter(store))
    sequencer.start()

    async def leave() -> None:
        sequencer.ask("a")

    asyncio.run(leave())
    assert store.entered.acquire(timeout=90)
    other = sequencer.submit("b")
    store.gate.set()
    assert other.result(10) == 1
    sequencer.stop()


class Ending(BaseException):
    """What no handler may catch."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_when_the_thread_dies_nobody_waits_for_ever() -> None:
    class Dying(Counter):
        def decide(self, command: str) -> tuple[Sequence[Op], int]:
            raise Ending

    store = MemoryStore()
    sequencer = Sequencer(store, Dying(store))
    futures = [sequencer.submit("a"), sequencer.submit("b")]
    sequencer.start()
    for future in futures:
        with pytest.raises(StoreFailed):
            future.result(10)
    with pytest.raises(Stopped):
        sequencer.submit("c")
    sequencer.stop()  # waits for the end of the thread, so that its death is this test's
