"""Batches as the bytes of a format, each report marked as of an exercise."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import numpy as np

from steerclear.errors import Malformed
from steerclear.feeds.batch import Batch, rows_of
from steerclear.feeds.codes import MOVER, MOVERS
from steerclear.simulator import nmea
from steerclear.simulator.marks import BANNER, EXERCISE
from steerclear.simulator.world import M_PER_FT, kinds

KNOTS: Final = 3600 / 1852
FT_MIN: Final = 60 / M_PER_FT
FORGET_MS: Final = 60_000
"""How long `aircraft.json` still names an aircraft that is silent, as readsb does."""
_CATEGORY: Final = {row["mover"]: row["category"] for row in reversed(list(kinds().values()))}

Writer = Callable[[int, Batch], bytes]


def writer(name: str) -> Writer:
    """(end of the second, what came in it) → bytes, for one stream from its begin. Raises `Malformed`
    `unknown-format`."""
    made: dict[str, Callable[[], Writer]] = {
        "simulated": lambda: _lines,
        "readsb": lambda: _Readsb().document,
        "sbs": lambda: sbs_lines,
        "ais": lambda: nmea.Sentences().lines,
    }
    if name not in made:
        raise Malformed("unknown-format", field="format", remedy="one of " + ", ".join(made))
    return made[name]()


def _lines(end_ms: int, batch: Batch) -> bytes:
    from steerclear.feeds import simulated

    return simulated.lines_of(batch)


class _Readsb:
    """A document each second, one a line, with every aircraft heard in the last minute."""

    def __init__(self) -> None:
        self._latest: dict[str, tuple[int, dict[str, Any]]] = {}
        self._messages = 0

    def document(self, end_ms: int, batch: Batch) -> bytes:
        for i in range(len(batch)):
            name = batch.ident[i].decode()
            space, _, address = name.partition(":")
            if space == "icao":
                self._messages += 1
                held = self._latest.get(name)
                if held is None or held[0] <= batch.at_ms[i]:
                    self._latest[name] = int(batch.at_ms[i]), _aircraft(address, batch, i)
        self._latest = {k: one for k, one in self._latest.items() if end_ms - one[0] <= FORGET_MS}
        rows = [
            {**row, "seen_pos": round((end_ms - at_ms) / 1000, 3), "seen": round((end_ms - at_ms) / 1000, 3)}
            for _, (at_ms, row) in sorted(self._latest.items())
        ]
        value = {"now": end_ms / 1000, "exercise": BANNER, "messages": self._messages, "aircraft": rows}
        return msgspec.json.encode(value) + b"\n"


def _aircraft(address: str, batch: Batch, i: int) -> dict[str, Any]:
    speed, track = _polar(batch, i)
    return {
        "hex": address,
        "type": "adsb_icao",
        "flight": EXERCISE,
        "alt_baro": round(float(batch.alt_baro_ft[i])),
        "alt_geom": round(float(batch.alt_geom_m[i]) / M_PER_FT),
        "gs": round(speed, 1),
        "track": round(track, 1),
        "baro_rate": round(float(batch.vu_mps[i]) * FT_MIN),
        "category": _CATEGORY[MOVERS[batch.mover[i]]],
        "lat": float(batch.lat_deg[i]),
        "lon": float(batch.lon_deg[i]),
        "nic": 8,
        "rc": 186,
        "nac_p": 9,
        "nac_v": 1,
        "sil": 3,
        "gva": 2,
    }


def sbs_lines(end_ms: int, batch: Batch) -> bytes:
    """Two lines for each report of an aircraft: velocity, then position."""
    made = []
    for i in np.flatnonzero(np.char.startswith(batch.ident, b"icao:")):
        address = batch.ident[i].decode().partition(":")[2].upper()
        head = f"1,1,{address},1,{_stamp(int(batch.at_ms[i]))},{_stamp(int(batch.received_ms[i]))},{EXERCISE}"
        speed, track = _polar(batch, int(i))
        climb = round(float(batch.vu_mps[i]) * FT_MIN)
        place = f"{batch.lat_deg[i]:.6f},{batch.lon_deg[i]:.6f}"
        made.append(f"MSG,4,{head},,{speed:.1f},{track:.1f},,,{climb},,0,0,0,0\r\n")
        made.append(f"MSG,3,{head},{batch.alt_baro_ft[i]:.0f},,,{place},,,0,0,0,0\r\n")
    return "".join(made).encode()


def _stamp(ms: int) -> str:
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return f"{moment:%Y/%m/%d,%H:%M:%S}.{ms % 1000:03d}"


def _polar(batch: Batch, i: int) -> tuple[float, float]:
    """Knots and degrees."""
    east, north = float(batch.ve_mps[i]), float(batch.vn_mps[i])
    return math.hypot(east, north) * KNOTS, math.degrees(math.atan2(east, north)) % 360


def uncarried(name: str, idents: Sequence[str]) -> int:
    """Of how many of these movers a format says nothing."""
    space = {"readsb": "icao:", "sbs": "icao:", "ais": "mmsi:"}.get(name, "")
    return sum(not one.startswith(space) for one in idents)


def carried(name: str, batch: Batch) -> Batch:
    """The rows of a batch that a format can carry: ships in `ais`, aircraft with an address in `readsb` and `sbs`."""
    if name in ("readsb", "sbs"):
        return rows_of(batch, np.char.startswith(batch.ident, b"icao:"))
    return rows_of(batch, batch.mover == MOVER["ship"]) if name == "ais" else batch
