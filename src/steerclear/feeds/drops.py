"""Why a report did not become a fresh state: each reason with what it means. Every one is counted, by
source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REASONS: Final[Mapping[str, str]] = {
    # of a reader: the report is gone
    "malformed": "bytes that are no report of this format",
    "bad-checksum": "the checksum or parity does not hold",
    "too-long": "a line, document or message above the cap of its format",
    "incomplete": "a part of a message in several parts never came",
    "no-position": "a report of a mover without a position, or with one marked unknown",
    "no-identity": "a position without an address, MMSI, serial number or track number",
    "no-time": "the position has no instant, and the source states one elsewhere",
    "out-of-range": "latitude, longitude, height or speed outside what the format or the Earth allows",
    "not-a-mover": "base stations, aids to navigation, buoys, obstacles",
    "distress-beacon": "an AIS SART, man-overboard device or EPIRB: survivors are no tracks (boundary.md)",
    "kept": "no position in it; its velocity, name or class goes with the mover's next position",
    "not-used": "a kind of message that carries nothing for the picture",
    "test": "marked by its source as a test or a simulated target",
    # of the socket
    "overrun": "datagrams that came faster than they were read",
    # of `Tracks`
    "late": "older on arrival than the limit: recorded, never fresh",
    "out-of-order": "older than what is known of this mover from this source: recorded, never fresh",
    "in-future": "stamped later than the clock allows: not recorded as a state",
    "repeated": "the same position with the same time as before",
    "full": "more movers than the store holds",
    # of a node on a real line
    "not-an-exercise": "it says EXERCISE, or its feed is simulated: no real line takes it, nor its archive",
}

CARRIED: Final = frozenset(("kept",))
"""Counted beside the drops, so that every report is accounted for, though nothing of it is lost."""

Drops = dict[str, int]


def add(into: Drops, more: Mapping[str, int]) -> Drops:
    """`into`, with `more` counted in."""
    for reason, count in more.items():
        if count:
            into[reason] = into.get(reason, 0) + count
    return into
