"""What stands in everything that is simulated, so that nobody takes it for real (feeds/exercise.py finds it)."""

from __future__ import annotations

from typing import Final

from steerclear.feeds.exercise import EXERCISE, marked

__all__ = ["BANNER", "EXERCISE", "FIRST_ADDRESS", "FIRST_MMSI", "marked"]

BANNER: Final = f"{EXERCISE} {EXERCISE} {EXERCISE}"
FIRST_ADDRESS: Final = 0xF00000
"""ICAO's own block, no state's (Annex 10 vol. III, part I, table 9-1)."""
FIRST_MMSI: Final = 200_000_001
"""The maritime identification digits 200 are given to no administration (ITU, table of MIDs)."""
