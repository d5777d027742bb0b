"""A store that fails where a test says: before it stored, or after (the answer is lost, the batch is not)."""

from __future__ import annotations

from typing import Any, Literal

from steerclear.store import EntryStore
from steerclear.store.port import Batch, StoreFailed

When = Literal["before", "after"]


class FaultyStore:
    """Everything as `inner` does it, but the commits numbered in `faults` (from 0) raise `StoreFailed`.

    `commits` counts them, `reads` may be set to fail every read (a server that is away).
    """

    def __init__(self, inner: EntryStore, faults: dict[int, When]) -> None:
        self.inner = inner
        self.faults = faults
        self.commits = 0
        self.away = False

    def commit(self, batch: Batch) -> None:
        number, self.commits = self.commits, self.commits + 1
        when = self.faults.get(number)
        if when == "before":
            raise StoreFailed(f"commit {number} failed before it stored")
        self.inner.commit(batch)
        if when == "after":
            raise StoreFailed(f"commit {number} stored and failed to say so")

    def __getattr__(self, name: str) -> Any:
        if self.away and name != "close":
            raise StoreFailed("the store is away")
        return getattr(self.inner, name)
