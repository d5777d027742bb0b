"""Chance that is the same everywhere: NumPy promises the raw numbers of PCG64 for ever, but not its distributions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Chance:
    """A stream of its own for each (seed, purpose)."""

    def __init__(self, seed: int, purpose: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, purpose]))

    def even(self, count: int) -> Floats:
        """`count` numbers, evenly in [0, 1)."""
        raw = self._bits.random_raw(count)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def between(self, count: int, low: Floats | float, high: Floats | float) -> Floats:
        return low + (high - low) * self.even(count)

    def about(self, count: int) -> Floats:
        """Nearly normal, mean 0 and deviation 1: twelve even numbers added, only sums and so the same on every
        machine; never beyond 6."""
        total = np.zeros(count)
        for _ in range(12):
            total += self.even(count)
        return total - 6.0
