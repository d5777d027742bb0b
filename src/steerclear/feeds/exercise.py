"""What says of itself that it is of an exercise, whatever carries it: simulated traffic is no traffic on a
real line (spec/messages.md, Header).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from steerclear.feeds.batch import Batch, Flags
from steerclear.feeds.codes import ORIGIN

EXERCISE: Final = "EXERCISE"
"""Eight letters: a whole call sign of Mode S (DO-260B 2.2.3.2.5.2), the source of an NMEA tag block, a
ship's name.
"""
_MARK: Final = EXERCISE.encode()


def marked(data: bytes) -> bool:
    """Whether bytes of any format hold a report that says so.

    A real mover that calls itself EXERCISE is taken for simulated: to be refused wrongly is the safe mistake.
    """
    return _MARK in data


def told(batch: Batch) -> Flags:
    """The rows that say so."""
    return np.asarray(
        (batch.origin == ORIGIN["simulated"]) | np.char.startswith(batch.callsign, _MARK), np.bool_
    )


def simulated(batch: Batch) -> Batch:
    """The same rows, every one of them known as simulated: of a source that said so once."""
    return replace(batch, origin=np.full(len(batch), ORIGIN["simulated"], np.uint8))
