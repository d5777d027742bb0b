"""How two nodes that share no tracks know that their alerts speak of the same two movers.

issue 4 §3: the id is SHA-256 of agreement, sorted shared ids (ICAO address, MMSI, remote ID) and the 10-minute slot of
the first raise; neighbouring slots match too, so that two clocks or two radars need not agree to the second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from steerclear.record import jcs

SLOT_MS: Final = 600_000
_TAG: Final = b"steerclear/alert/v1\n"


def slot_of(first_ms: int) -> int:
    """Number of the 10-minute slot since 1970 in which an alert was first raised."""
    return first_ms // SLOT_MS


def alert_id(agreement: str, ids: Iterable[str], first_ms: int) -> str:
    """64 hex. `agreement` is the hash of the terms in force (in interim mode that of the parameters); `ids` are shared
    ids as `icao:4ca2d1`, `mmsi:211000000`, `rid:…`, in any order, each once."""
    return _of(agreement, ids, slot_of(first_ms))


def matches(alert: str, agreement: str, ids: Iterable[str], first_ms: int) -> bool:
    """Whether `alert` is the id of an alert on the same ids first raised in this slot or in one beside it."""
    names, slot = tuple(ids), slot_of(first_ms)
    return any(alert == _of(agreement, names, near) for near in (slot, slot - 1, slot + 1))


def _of(agreement: str, ids: Iterable[str], slot: int) -> str:
    value = {"agreement": agreement, "ids": sorted(set(ids)), "slot": slot}
    return hashlib.sha256(_TAG + jcs.dumps(value)).hexdigest()
