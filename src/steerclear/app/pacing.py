"""A recording's reports as if they came now: second by second, moved in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from steerclear.feeds.batch import Batch, rows_of


def seconds_of(batch: Batch) -> Iterable[Batch]:
    """The rows of each second, in order of time."""
    seconds = batch.at_ms // 1000
    for second in sorted(set(seconds.tolist())):
        yield rows_of(batch, seconds == second)


def shifted(batch: Batch, by_ms: int, now_ms: int) -> Batch:
    """The same rows, `by_ms` later, received now."""
    return replace(batch, at_ms=batch.at_ms + by_ms, received_ms=batch.received_ms * 0 + now_ms)
