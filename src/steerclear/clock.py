"""The one port to time. Nothing else in the package asks what time it is.

A real line runs on `SystemClock`; an exercise line may run on a `SteppedClock`, which moves only when told, so
that a day is played in seconds and the result does not depend on the machine's speed.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """`now_ms` is Unix milliseconds UTC as this host believes it; it never goes back within a process."""

    simulated: bool

    def now_ms(self) -> int: ...


class SystemClock:
    """The host's clock, held from going back while the process lives."""

    simulated = False

    def __init__(self) -> None:
        self._last = 0

    def now_ms(self) -> int:
        self._last = max(self._last, time.time_ns() // 1_000_000)
        return self._last


class SteppedClock:
    """A clock that a player moves. Every node may have its own offset and drift from the player's true time.

    `offset_ms` is added, `drift_ppm` scales what has passed since `start_ms`.
    """

    simulated = True

    def __init__(self, start_ms: int, *, offset_ms: int = 0, drift_ppm: int = 0) -> None:
        self._start = start_ms
        self._true = start_ms
        self.offset_ms = offset_ms
        self.drift_ppm = drift_ppm

    def now_ms(self) -> int:
        passed = self._true - self._start
        return self._true + self.offset_ms + passed * self.drift_ppm // 1_000_000

    def true_ms(self) -> int:
        return self._true

    def step_to(self, true_ms: int) -> None:
        """Move to `true_ms` of the player's time; an earlier instant leaves the clock where it is."""
        self._true = max(self._true, true_ms)

    def true_of(self, local_ms: int) -> int:
        """The earliest true instant at which this clock shows at least `local_ms` (rounded up)."""
        passed = local_ms - self.offset_ms - self._start
        true = self._start + passed * 1_000_000 // (1_000_000 + self.drift_ppm)
        while true + self.offset_ms + (true - self._start) * self.drift_ppm // 1_000_000 < local_ms:
            true += 1
        return true
