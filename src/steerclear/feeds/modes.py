"""ADS-B out of raw Mode S frames, by `rs1090`, the extra `modes`: what `beast.py` and `avr.py` do alike.

RTCA DO-260B. Only extended squitters (DF 17 and 18) say where somebody is. A position comes in two halves
(even and odd, CPR): the last of each are kept for 10 s. Velocity, call sign, class and quality come apart
and are kept likewise. On the ground the two halves leave four places open: `receiver = [lat_deg, lon_deg]`
says which; without it those are `no-position`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, TypeAlias

import numpy as np

from steerclear.errors import Malformed
from steerclear.feeds import options, quality
from steerclear.feeds.codes import ORIGIN, UNKNOWN_SIL
from steerclear.feeds.columns import (
    HEIGHT_FT,
    M_PER_FT,
    MPS_PER_FT_MIN,
    MPS_PER_KT,
    SPEED_MPS,
    in_bounds,
    lead_altitude,
    numbers,
    read_of,
    texts,
    velocity,
)
from steerclear.feeds.drops import Drops
from steerclear.feeds.reader import Read

KEPT_S: Final = 10.0
MOST_KEPT: Final = 50_000
_NAN: Final = float("nan")
_Key: TypeAlias = tuple[str, bool]


@dataclass(slots=True)
class _Mover:
    """What is known of one address from its other messages: from its own, or from those that a ground station measured
    (TIS-B, MLAT sent back); never from both, for what it broadcasts counts as what everybody can receive."""

    halves: dict[str, tuple[str, float]] = field(default_factory=dict)
    speed_kt: float = _NAN
    track: float = _NAN
    climb: float = _NAN
    above_baro_ft: float = _NAN
    velocity_s: float = -1e18
    callsign: str = ""
    nac_p: float = _NAN
    nac_v: float = _NAN
    sil: float = _NAN


@dataclass(slots=True)
class Row:
    ident: str
    at_ms: int
    lat_deg: float
    lon_deg: float
    baro_ft: float
    geom_ft: float
    ground: bool
    speed_kt: float
    track: float
    climb: float
    error_m: float
    v_error_mps: float
    callsign: str
    origin: int
    sil: float


class Frames:
    """Frames as lower-case hex, in order, to a `Read`."""

    def __init__(self, receiver: Sequence[float] | None = None) -> None:
        self._receiver = None if receiver is None else options.place("receiver", receiver, 2)
        self._movers: dict[_Key, _Mover] = {}
        try:
            self._decode: Any = import_module("rs1090").decode
        except ImportError:
            raise Malformed(
                "not-installed", field="format", remedy="pip install 'steerclear[modes]'"
            ) from None

    def read(self, frames: list[str], received_ms: int, drops: Drops, seen: int) -> Read:
        """`drops` and `seen` are what the framing counted, frames among them."""
        squitters = [one for one in frames if len(one) == 28 and int(one[:2], 16) >> 3 in (17, 18)]
        add(drops, "not-used", len(frames) - len(squitters))
        rows: list[Row] = []
        for frame, message in self._decoded(squitters, received_ms / 1000):
            reason = "bad-checksum" if message is None else self._message(frame, message, received_ms, rows)
            if reason:
                add(drops, reason, 1)
        return read_of(rows, _columns, drops, seen, received_ms)

    def _decoded(self, frames: list[str], now_s: float) -> list[tuple[str, Any]]:
        """Each frame with its message, None where the parity does not hold. The kept halves go before."""
        kinds = [(5 <= int(one[8:10], 16) >> 3 <= 8, _key(one)[1]) for one in frames]
        found: dict[int, Any] = {}
        for kind in dict.fromkeys(kinds):
            index, ground = [i for i, one in enumerate(kinds) if one == kind], kind[0]
            names = dict.fromkeys(_key(frames[i]) for i in index)
            before = [half for name in names for half in self._halves(name, now_s)]
            texts_ = [one for one, _ in before] + [frames[i] for i in index]
            times = [at for _, at in before] + [now_s] * len(index)
            made = self._decode(
                texts_, times, reference=self._receiver if ground else None, batch=len(texts_)
            )
            place = 0
            for message in made:  # those that failed are missing
                while texts_[place] != message["frame"]:
                    place += 1
                if place >= len(before):
                    found[index[place - len(before)]] = message
                place += 1
        return [(one, found.get(i)) for i, one in enumerate(frames)]

    def _halves(self, key: _Key, now_s: float) -> list[tuple[str, float]]:
        mover = self._movers.get(key)
        if mover is None:
            return []
        return sorted(
            (one for one in mover.halves.values() if now_s - one[1] <= KEPT_S), key=lambda one: one[1]
        )

    def _message(self, frame: str, message: dict[str, Any], received_ms: int, rows: list[Row]) -> str:
        """Why there is no row; empty when there is one."""
        key, now_s = _key(frame), received_ms / 1000
        mover = self._movers.get(key)
        if mover is None:
            if len(self._movers) >= MOST_KEPT:
                del self._movers[next(iter(self._movers))]
            mover = self._movers[key] = _Mover()
        bds = message.get("bds")
        if bds not in ("05", "06"):
            return _other(mover, bds, message, now_s)
        mover.halves[message.get("parity", "")] = (frame, now_s)
        if message.get("latitude") is None:
            return "kept" if bds == "05" or self._receiver is not None else "no-position"
        rows.append(_row(frame, message, mover, received_ms))
        return ""


def add(drops: Drops, reason: str, count: int) -> None:
    if count:
        drops[reason] = drops.get(reason, 0) + count


def _other(mover: _Mover, bds: str | None, message: dict[str, Any], now_s: float) -> str:
    """Keep what goes with the next position."""
    if bds == "08":
        mover.callsign = message.get("callsign") or ""
    elif bds == "09":
        mover.speed_kt, mover.track = _float(message, "groundspeed"), _float(message, "track")
        mover.climb, mover.above_baro_ft = _float(message, "vertical_rate"), _float(message, "geo_minus_baro")
        mover.nac_v, mover.velocity_s = _float(message, "NACv"), now_s
    elif bds in ("62", "65"):
        mover.nac_p, mover.sil = _float(message, "NACp"), _float(message, "SIL")
    else:
        return "not-used"
    return "kept"


def _row(frame: str, message: dict[str, Any], mover: _Mover, received_ms: int) -> Row:
    ground = message["bds"] == "06"
    recent = received_ms / 1000 - mover.velocity_s <= KEPT_S
    height = _float(message, "altitude")
    barometric = message.get("source") == "barometric"
    baro_ft = height if barometric else _NAN
    geom_ft = (baro_ft + mover.above_baro_ft if recent else _NAN) if barometric else height
    other = int(frame[:2], 16) >> 3 == 18
    control = int(frame[:2], 16) & 7
    stated = float(quality.error_of("nac_p", mover.nac_p))
    return Row(
        ident=f"{'anon' if other and control in (1, 5) else 'icao'}:{message['icao24']}",
        at_ms=received_ms,
        lat_deg=message["latitude"],
        lon_deg=message["longitude"],
        baro_ft=baro_ft,
        geom_ft=geom_ft,
        ground=ground,
        speed_kt=_float(message, "groundspeed") if ground else mover.speed_kt if recent else _NAN,
        track=_float(message, "track") if ground else mover.track if recent else _NAN,
        climb=mover.climb if recent and not ground else _NAN,
        error_m=stated if stated == stated else float(quality.error_of("nuc_p", _float(message, "NUCp"))),
        v_error_mps=float(quality.error_of("nac_v", mover.nac_v)) if recent and not ground else _NAN,
        callsign=mover.callsign,
        origin=_origin(frame),
        sil=mover.sil,
    )


_ORIGIN_18: Final = {
    0: ORIGIN["own"],
    1: ORIGIN["own"],
    2: ORIGIN["radar"],
    3: ORIGIN["radar"],
    5: ORIGIN["radar"],
    6: ORIGIN["rebroadcast"],
}
"""DO-260B 2.2.3.2.1.3, control field of DF 18: devices without a transponder, TIS-B, ADS-R."""


def _origin(frame: str) -> int:
    first = int(frame[:2], 16)
    return _ORIGIN_18.get(first & 7, ORIGIN["unknown"]) if first >> 3 == 18 else ORIGIN["own"]


def _key(frame: str) -> _Key:
    """(address, whether the mover itself told it)."""
    return frame[2:8], _origin(frame) in (ORIGIN["own"], ORIGIN["rebroadcast"])


def _float(message: dict[str, Any], name: str) -> float:
    value = message.get(name)
    return float(value) if isinstance(value, int | float) else _NAN


def _columns(rows: list[Row]) -> dict[str, Any]:
    ground = np.array([one.ground for one in rows])
    baro_ft = in_bounds(numbers([one.baro_ft for one in rows]), *HEIGHT_FT)
    geom_m = in_bounds(numbers([one.geom_ft for one in rows]), *HEIGHT_FT) * M_PER_FT
    speed = in_bounds(numbers([one.speed_kt for one in rows]) * MPS_PER_KT, 0.0, SPEED_MPS)
    ve, vn = velocity(speed, numbers([one.track for one in rows]))
    sil = numbers([one.sil for one in rows])
    return {
        "ident": [one.ident for one in rows],
        "at_ms": np.array([one.at_ms for one in rows], np.int64),
        "lat_deg": numbers([one.lat_deg for one in rows]),
        "lon_deg": numbers([one.lon_deg for one in rows]),
        "error_m": numbers([one.error_m for one in rows]),
        "alt_geom_m": geom_m,
        "alt_baro_ft": baro_ft,
        **lead_altitude(baro_ft, geom_m, ground),
        "on_ground": ground,
        "ve_mps": ve,
        "vn_mps": vn,
        "vu_mps": in_bounds(numbers([one.climb for one in rows]) * MPS_PER_FT_MIN, -SPEED_MPS, SPEED_MPS),
        "v_error_mps": numbers([one.v_error_mps for one in rows]),
        "callsign": texts([one.callsign for one in rows]),
        "origin": [one.origin for one in rows],
        "sil": np.where(sil <= 3, np.nan_to_num(sil), UNKNOWN_SIL).astype(np.uint8),
    }
