"""What says, in every format, that a report is of an exercise; and how it is found in bytes of any of them."""

from __future__ import annotations

from typing import Final

EXERCISE: Final = "EXERCISE"
"""Eight letters: a whole call sign of Mode S (DO-260B 2.2.3.2.5.2), the source of an NMEA tag block, a ship's
name."""
BANNER: Final = "EXERCISE EXERCISE EXERCISE"
_MARK: Final = EXERCISE.encode()

FIRST_ADDRESS: Final = 0xF00000
"""ICAO's own block, no state's (Annex 10 vol. III, part I, table 9-1)."""
FIRST_MMSI: Final = 200_000_001
"""The maritime identification digits 200 are given to no administration (ITU, table of MIDs)."""


def marked(data: bytes) -> bool:
    """Whether these bytes, in whatever format, hold a report that says that it is of an exercise.

    A real mover that calls itself EXERCISE is taken for simulated: to be refused wrongly is the safe mistake.
    """
    return _MARK in data
