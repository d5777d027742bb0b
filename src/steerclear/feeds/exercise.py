"""What says of itself that it is of an exercise, whatever carries it: simulated traffic is no traffic on a
real line (spec/messages.md, Header).
"""

from __future__ import annotations

import re
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
_STATION: Final = re.compile(rb"\\(?:[^\\\r\n]{0,80},)?s:" + _MARK + rb"[,*]")
"""The source in a tag block of NMEA 0183: `\\s:EXERCISE,c:…*hh\\`."""
LONGEST: Final = 100
"""Bytes of a tag block in which it may be cut in two."""


def marked(data: bytes) -> bool:
    """Whether bytes of any format hold a report that says so.

    A real mover that calls itself EXERCISE is taken for simulated: to be refused wrongly is the safe mistake.
    """
    return _MARK in data


def covers(format: str, data: bytes) -> bool:
    """Whether bytes of a format say it of everything that comes this way, not of one mover alone: a tag
    block does, whose source is the station; a call sign or a remark speaks of itself (`told`).
    """
    return format == "simulated" or (format == "ais" and _STATION.search(data) is not None)


def told(batch: Batch) -> Flags:
    """The rows that say so, by their call sign, name or identity."""
    named = np.char.startswith(batch.callsign, _MARK) | (np.char.find(batch.ident, b":" + _MARK) >= 0)
    return np.asarray((batch.origin == ORIGIN["simulated"]) | named, np.bool_)


def simulated(batch: Batch) -> Batch:
    """The same rows, every one of them known as simulated: of a source that said so once."""
    return replace(batch, origin=np.full(len(batch), ORIGIN["simulated"], np.uint8))
