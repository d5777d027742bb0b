"""What the feeds bring, into the node's archive of tracks (`[archive]` of the settings), on a thread of its own.

Nothing of it is waited for: where the disk is slower than the feeds, reports are left out of the archive and counted.
Simulated reports go into a folder of their own inside it. Tracks of others from local feeds are erased after 24 hours
here (archive/retention.py). No hash is put on record by itself: that is an officer's act.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from steerclear.app.looking import Own, own_of
from steerclear.archive import erasing, retention
from steerclear.archive.layout import EXERCISES
from steerclear.archive.writing import Recorder, frame
from steerclear.clock import Clock
from steerclear.config import FeedSection
from steerclear.errors import Malformed
from steerclear.feeds import exercise
from steerclear.feeds.batch import EMPTY, Batch, rows_of

log = structlog.get_logger(__name__)

__all__ = ["EXERCISES", "Recording"]

FLUSH_MS: Final = 300_000
"""Between two writings: so much of a crashed node's tracks is lost. More often makes many small files."""
PRUNE_MS: Final = 600_000
LOOK_S: Final = 1.0
TELL_MS: Final = 60_000
STOP_S: Final = 10.0
"""So long a node that ends waits for the archive's disk, twice at most."""
MOST_WAITING: Final = 2_000
"""Batches that may wait for the disk."""


class Recording:
    """The archive of a node. `lost` counts reports that were left out because the disk was too slow, or failed."""

    def __init__(self, folder: Path, feeds: Sequence[FeedSection], clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.lost = 0
        self._own: dict[str, Own] = {one.name: own_of(one.own) for one in feeds}
        self._trust = {one.name: one.trust for one in feeds}
        self._waiting: queue.Queue[tuple[str, Batch] | None] = queue.Queue(MOST_WAITING)
        self._recorders: dict[bool, Recorder] = {}
        self._flushed_ms = clock.now_ms()
        self._pruned_ms = self._flushed_ms - PRUNE_MS
        self._told = 0
        self._told_ms = self._flushed_ms - TELL_MS
        self._over = threading.Event()
        self._erased = threading.Event()

    def erase(self) -> erasing.Erased:
        """The whole archive is gone, and nothing is recorded from now on (zeroize); from any thread, at once. What the
        archive's own thread is writing just now goes when it is written."""
        self._erased.set()
        return erasing.erase(self.folder)

    def take(self, name: str, batch: Batch) -> None:
        """Rows that a line took, of the feed `name`; from any thread, at once."""
        if self._erased.is_set():
            return
        try:
            self._waiting.put_nowait((name, batch))
        except queue.Full:
            self.lost += len(batch)

    @contextmanager
    def running(self) -> Iterator[Recording]:
        """Records while the block runs; at its end everything that was taken is on disk, or counted as lost after
        `STOP_S`. What earlier runs left is erased when its time comes, exercises too. Raises `Malformed`
        `extra-missing`, `archive-in-use`."""
        self._recorder(False)
        if (self.folder / EXERCISES).is_dir():
            self._recorder(True)
        thread = threading.Thread(target=self._run, name="archive", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stop(thread)

    def _stop(self, thread: threading.Thread) -> None:
        """Ends, whatever the disk does: a thread that hangs keeps its recorders, and nobody waits for it longer."""
        try:
            self._waiting.put(None, timeout=STOP_S)
        except queue.Full:
            self._over.set()
        thread.join(STOP_S)
        while not self._waiting.empty():
            item = self._waiting.get_nowait()
            self.lost += len(item[1]) if item is not None else 0
        if thread.is_alive():
            log.error("the archive's disk does not answer: tracks were not recorded", lost=self.lost)
            return
        self._forget()
        for one in self._recorders.values():
            try:
                one.close()
            except Exception:
                self.lost += one.held
                log.exception("tracks were not recorded", folder=str(one.root))
        self._recorders = {}
        self._tell(self.clock.now_ms(), at_once=True)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                item = self._waiting.get(timeout=LOOK_S)
            except queue.Empty:
                item = ("", EMPTY)
            if item is None:
                return
            self.step(*item)

    def step(self, name: str, batch: Batch) -> None:
        """One batch and what is due, on the archive's own thread; nothing ends it."""
        if not self._erased.is_set():
            self._step(name, batch)
        self._forget()

    def _forget(self) -> None:
        """After `erase`, on the archive's own thread."""
        if self._erased.is_set() and self._recorders:
            for one in self._recorders.values():
                one.abandon()
            self._recorders = {}
            erasing.erase(self.folder)

    def _step(self, name: str, batch: Batch) -> None:
        try:
            self.store(name, batch)
        except (OSError, Malformed) as error:
            self._failed(error)
        except Exception:  # of this batch; the next one may go well
            self.lost += len(batch)
            log.exception("tracks were not recorded", lost=self.lost)
        try:
            self.due(self.clock.now_ms())
        except (OSError, Malformed) as error:
            self._failed(error)
        except Exception as error:
            log.exception("tracks were not written or erased")
            self._failed(error)
        self._tell(self.clock.now_ms())

    def _failed(self, error: Exception) -> None:
        """The next writing may go well; till then as much is held as may be."""
        self.lost += sum(one.give_up() for one in self._recorders.values())
        log.error("tracks were not recorded", reason=str(error), lost=self.lost)

    def _tell(self, now_ms: int, *, at_once: bool = False) -> None:
        """What was left out since, to the log, at most each `TELL_MS`."""
        if self.lost != self._told and (at_once or now_ms - self._told_ms >= TELL_MS):
            log.warning("reports were left out of the archive", more=self.lost - self._told, lost=self.lost)
            self._told, self._told_ms = self.lost, now_ms

    def store(self, name: str, batch: Batch) -> None:
        """One batch, on the archive's own thread."""
        if not len(batch):
            return
        told = exercise.told(batch)
        for simulated in (False, True):
            rows = rows_of(batch, told == simulated)
            if len(rows):
                own = rows.ident[self._own[name].among(rows.ident)].astype(str)
                made = frame(rows, source=name, trust=self._trust[name], own=frozenset(own.tolist()))
                self._recorder(simulated).take_frame(made)

    def due(self, now_ms: int) -> None:
        """Write out and erase what it is time for."""
        if now_ms - self._flushed_ms >= FLUSH_MS:
            self._flushed_ms = now_ms
            for one in self._recorders.values():
                one.flush()
        if now_ms - self._pruned_ms >= PRUNE_MS:
            self._pruned_ms = now_ms
            for one in self._recorders.values():
                retention.prune(one, now_ms)

    def _recorder(self, simulated: bool) -> Recorder:
        if simulated not in self._recorders:
            folder = self.folder / EXERCISES if simulated else self.folder
            self._recorders[simulated] = Recorder(folder)
        return self._recorders[simulated]
