"""The one thread that writes: commands join a pool, one commit stores what they decided, everybody waits on
it.

No clock and no pause: while one commit waits for the disk the next batch gathers by itself (group commit).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

import structlog

from steerclear.errors import Malformed
from steerclear.store.port import EntryStore, Op, StoreFailed

C = TypeVar("C")
R = TypeVar("R")
C_contra = TypeVar("C_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)

log = structlog.get_logger(__name__)


class Handler(Protocol[C_contra, R_co]):
    """What decides. Both methods run on the sequencer's thread, one call at a time."""

    def decide(self, command: C_contra) -> tuple[Sequence[Op], R_co]:
        """What to store, and the reply for when it is stored; changes the state in memory as if it were.

        `Malformed` is the author's fault and promises that no state was changed. After any other exception
        the state counts as spoilt: the sequencer calls `reload` before the next command.
        """

    def reload(self) -> None:
        """Throws the state in memory away and builds it from the store."""


class Stopped(RuntimeError):
    """A command came after `stop`."""


@dataclass(frozen=True, slots=True)
class Committed(Generic[C, R]):
    """One commit: its commands with their replies in order, and all that was stored for them."""

    commands: tuple[tuple[C, R], ...]
    ops: tuple[Op, ...]


class _Waiting(Generic[C, R]):
    """A command and who waits for its reply: a thread, or a loop with a future of its own."""

    __slots__ = ("command", "error", "future", "loop", "reply")

    def __init__(
        self,
        command: C,
        future: Future[R] | asyncio.Future[R],
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.command = command
        self.future = future
        self.loop = loop
        self.reply: R
        self.error: Exception | None = None

    def taken(self) -> bool:
        """False when the one who asked took the command back."""
        return isinstance(self.future, asyncio.Future) or self.future.set_running_or_notify_cancel()

    def resolve(self) -> None:
        """On the loop's own thread where there is one."""
        if self.future.done():  # cancelled meanwhile
            return
        if self.error is None:
            self.future.set_result(self.reply)
        else:
            self.future.set_exception(self.error)


class Sequencer(Generic[C, R]):
    """Takes commands from any thread or event loop; see `Handler` for who decides.

    A future is resolved only after the commit that holds its operations returned and `after_commit` ran. When
    the commit fails every future of the batch gets `StoreFailed` (it may be stored or not) and the state is
    read from the store again before any other command is looked at; while that too fails, commands get
    `StoreFailed`.
    """

    def __init__(
        self,
        store: EntryStore,
        handler: Handler[C, R],
        after_commit: Callable[[Committed[C, R]], None] | None = None,
        *,
        max_batch: int = 512,
    ) -> None:
        self._store = store
        self._handler = handler
        self._after_commit = after_commit
        self._max_batch = max_batch
        self._queue: SimpleQueue[_Waiting[C, R] | None] = SimpleQueue()
        self._gate = threading.Lock()  # nothing joins the queue behind the end mark
        self._stopped = False
        self._spoilt = False
        self._thread = threading.Thread(target=self._run, name="sequencer", daemon=True)

    def start(self) -> None:
        """Begins to take commands; those already queued come first."""
        self._thread.start()

    def submit(self, command: C) -> Future[R]:
        """From any thread. A future cancelled before its command is taken drops the command."""
        future: Future[R] = Future()
        self._join(_Waiting(command, future))
        return future

    def ask(self, command: C) -> asyncio.Future[R]:
        """From a coroutine: `reply = await sequencer.ask(command)`. Cancelling does not take the command
        back."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._join(_Waiting(command, future, loop))
        return future

    def stop(self) -> None:
        """Decides and stores what is queued, then ends the thread; later commands raise `Stopped`. Twice is
        fine."""
        with self._gate:
            if not self._stopped:
                self._stopped = True
                self._queue.put(None)
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _join(self, waiting: _Waiting[C, R]) -> None:
        with self._gate:
            if self._stopped:
                raise Stopped("this node is stopping: send the command again when it is back")
            self._queue.put(waiting)

    # the sequencer's thread

    def _run(self) -> None:
        batch: list[_Waiting[C, R]] = []
        try:
            going = True
            while going:
                batch, going = self._gather(self._queue.get())
                while batch:
                    batch = self._turn(batch)
        finally:  # reached early only by what is no Exception: let nobody wait for ever
            with self._gate:
                self._stopped = True
            while not self._queue.empty():
                batch += [waiting for waiting in (self._queue.get_nowait(),) if waiting is not None]
            _answer(batch, "the sequencer ended: start the node again")

    def _gather(self, first: _Waiting[C, R] | None) -> tuple[list[_Waiting[C, R]], bool]:
        """(commands that wait now, whether the end mark is still to come)."""
        batch: list[_Waiting[C, R]] = []
        waiting = first
        try:
            while waiting is not None:
                if waiting.taken():
                    batch.append(waiting)
                if len(batch) >= self._max_batch:
                    return batch, True
                waiting = self._queue.get_nowait()
        except Empty:
            return batch, True
        return batch, False

    def _turn(self, batch: list[_Waiting[C, R]]) -> list[_Waiting[C, R]]:
        """Decides as much of the batch as one state allows, stores it, answers; returns what is left to
        decide."""
        if self._spoilt and not self._reload():
            _answer(batch, "the store could not be read again: see the log, then try again")
            return []
        ops: list[Op] = []
        for place, waiting in enumerate(batch):
            try:
                more, waiting.reply = self._handler.decide(waiting.command)
                ops += more
            except Malformed as error:
                waiting.error = error
            except Exception as error:
                log.exception("a command broke the state", command=type(waiting.command).__name__)
                waiting.error = error
                self._spoilt = True
                self._store_and_answer(batch[: place + 1], tuple(ops))
                return batch[place + 1 :]
        self._store_and_answer(batch, tuple(ops))
        return []

    def _store_and_answer(self, decided: list[_Waiting[C, R]], ops: tuple[Op, ...]) -> None:
        failed = ""
        try:
            if ops:
                self._store.commit(ops)
        except Exception as error:
            log.exception("a commit failed", operations=len(ops))
            failed = f"stored or not, ask for it before you send it again: {error}"
            self._spoilt = True
        if not failed and self._after_commit is not None:
            replies = tuple((one.command, one.reply) for one in decided if one.error is None)
            try:
                self._after_commit(Committed(replies, ops))
            except Exception:
                log.exception("what follows a commit broke", operations=len(ops))
                self._spoilt = True
        if self._spoilt:  # before the answers: who hears of the failure finds the state as the store has it
            self._reload()
        _answer(decided, failed)

    def _reload(self) -> bool:
        try:
            self._handler.reload()
        except Exception:
            log.exception("the state could not be read from the store")
            return False
        self._spoilt = False
        return True


def _answer(batch: list[_Waiting[C, R]], failed: str = "") -> None:
    """One wake-up per event loop and batch, not one per command."""
    loops: dict[asyncio.AbstractEventLoop, list[_Waiting[C, R]]] = {}
    for waiting in batch:
        if failed and waiting.error is None:
            waiting.error = StoreFailed(failed)
        if waiting.loop is None:
            waiting.resolve()
        else:
            loops.setdefault(waiting.loop, []).append(waiting)
    for loop, those in loops.items():
        try:
            loop.call_soon_threadsafe(_resolve_all, those)
        except RuntimeError:  # the loop is closed: nobody waits there any more
            log.warning("nobody waits for these replies", commands=len(those))


def _resolve_all(those: list[_Waiting[C, R]]) -> None:
    for waiting in those:
        waiting.resolve()
