"""AIS sentences: message 1 (position) and 5 (name and class) of ITU-R M.1371-5, in NMEA 0183 with a tag block."""

from __future__ import annotations

import math
from functools import reduce
from typing import Final

import numpy as np

from steerclear.feeds.batch import Batch
from steerclear.feeds.codes import MOVER
from steerclear.simulator.marks import EXERCISE

NAME_EVERY_MS: Final = 360_000
"""M.1371-5, annex 1, table 1: static data each six minutes."""
CARGO: Final = 70
_SIX: Final = "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_ !\"#$%&'()*+,-./0123456789:;<=>?"
KNOTS: Final = 3600 / 1852


class Sentences:
    """One stream from its begin: who was named when, and the number of the next message in parts."""

    def __init__(self) -> None:
        self._named: dict[int, int] = {}
        self._number = 0

    def lines(self, end_ms: int, batch: Batch) -> bytes:
        """Every report of a ship as a sentence; its name before the first and each six minutes."""
        made = []
        for i in np.flatnonzero(batch.mover == MOVER["ship"]):
            mmsi, at_ms = int(batch.ident[i].decode().partition(":")[2]), int(batch.at_ms[i])
            if at_ms - self._named.get(mmsi, -NAME_EVERY_MS) >= NAME_EVERY_MS:
                self._named[mmsi] = at_ms
                self._number = (self._number + 1) % 10
                made += parts(_static(mmsi), at_ms, self._number)
            made += parts(_position(batch, int(i), mmsi), at_ms, self._number)
        return "".join(made).encode()


def parts(bits: str, at_ms: int, number: int) -> list[str]:
    """The sentences of one message: 56 letters each at most, every one with a tag block that says EXERCISE."""
    payload, fill = armoured(bits)
    cut = [payload[k : k + 56] for k in range(0, len(payload), 56)]
    tag = f"s:{EXERCISE},c:{at_ms // 1000}"
    made = []
    for k, part in enumerate(cut):
        last = fill if k == len(cut) - 1 else 0
        group = number if len(cut) > 1 else ""
        body = f"AIVDM,{len(cut)},{k + 1},{group},A,{part},{last}"
        made.append(f"\\{tag}*{checksum(tag)}\\!{body}*{checksum(body)}\r\n")
    return made


def checksum(text: str) -> str:
    """NMEA 0183: all letters, exclusive or, in hex."""
    return f"{reduce(lambda a, b: a ^ b, text.encode(), 0):02X}"


def armoured(bits: str) -> tuple[str, int]:
    """Six bits a letter, and how many were added at the end."""
    fill = -len(bits) % 6
    padded = bits + "0" * fill
    codes = (int(padded[k : k + 6], 2) for k in range(0, len(padded), 6))
    return "".join(chr(code + 48 if code < 40 else code + 56) for code in codes), fill


def _position(batch: Batch, i: int, mmsi: int) -> str:
    """Message 1, 168 bits."""
    east, north = float(batch.ve_mps[i]), float(batch.vn_mps[i])
    knots = min(math.hypot(east, north) * KNOTS, 102.2)
    course = math.degrees(math.atan2(east, north)) % 360
    fields = (
        (1, 6),
        (0, 2),
        (mmsi, 30),
        (0, 4),  # under way using engine
        (-128, 8),  # rate of turn: not available
        (round(knots * 10), 10),
        (1, 1),  # better than 10 m
        (round(float(batch.lon_deg[i]) * 600_000), 28),
        (round(float(batch.lat_deg[i]) * 600_000), 27),
        (round(course * 10) % 3600, 12),
        (511, 9),  # heading: not available
        (int(batch.at_ms[i]) // 1000 % 60, 6),
        (0, 2),
        (0, 3),
        (0, 1),
        (0, 19),
    )
    return "".join(_bits(value, size) for value, size in fields)


def _static(mmsi: int) -> str:
    """Message 5, 424 bits: the name says EXERCISE."""
    name = f"{EXERCISE} {mmsi % 1_000_000:06d}"
    head = _bits(5, 6) + _bits(0, 2) + _bits(mmsi, 30) + _bits(0, 2) + _bits(0, 30)
    middle = _text(EXERCISE[:7], 7) + _text(name, 20) + _bits(CARGO, 8) + _bits(0, 30)
    return head + middle + _bits(1, 4) + _bits(0, 20) + _bits(0, 8) + _text("", 20) + _bits(0, 2)


def _bits(value: int, size: int) -> str:
    return f"{value & ((1 << size) - 1):0{size}b}"


def _text(text: str, letters: int) -> str:
    return "".join(_bits(_SIX.index(letter), 6) for letter in text.ljust(letters, "@"))
