"""ASTERIX categories 021 (ADS-B), 048 (radar plots and tracks) and 062 (fused tracks), by `libasterix`, the
extra `asterix`.

EUROCONTROL-SPEC-0149, parts 12, 4 and 9. A stream of data blocks, cut anywhere; a datagram or file of
whole blocks too. The edition is the source's: `editions = {"021": "2.6"}`. Plots of category 048 are
polar: `radars = {"25/201": [lat_deg, lon_deg, height_m]}` places each radar by SAC/SIC. Time of day is the
day's nearest to the reception. Friend or foe, military identification and modes 1 to 5 are never read
(boundary.md). The specifications take some seconds to load, once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Final

import numpy as np

from steerclear.errors import Malformed
from steerclear.feeds import options
from steerclear.feeds.asterix_items import TARGET_OF, Radars, Target
from steerclear.feeds.codes import UNKNOWN_SIL
from steerclear.feeds.columns import (
    HEIGHT_FT,
    M_PER_FT,
    SPEED_MPS,
    in_bounds,
    lead_altitude,
    numbers,
    read_of,
    texts,
)
from steerclear.feeds.drops import Drops
from steerclear.feeds.reader import Read

EDITIONS: Final = {"021": "2.6", "048": "1.31", "062": "1.20"}
MOST_BYTES: Final = 16_384
"""Of one data block; what claims more has lost its place. The field could hold 65,535, a datagram holds
about 1,500.
"""
REST_MS: Final = 5_000
_CATEGORIES: Final = {21: "021", 48: "048", 62: "062"}
_BYTE: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_RADAR: Final = re.compile(f"{_BYTE}/{_BYTE}", re.ASCII)


class Reader:
    """Data blocks of one source."""

    def __init__(
        self, editions: Mapping[str, str] | None = None, radars: Mapping[str, Sequence[float]] | None = None
    ) -> None:
        self._rest, self._since_ms = b"", 0
        self._radars = _radars(radars)
        wanted = options.table("editions", editions, '{"021" = "2.6"}')
        if strange := sorted(wanted.keys() - EDITIONS.keys()):
            raise options.bad(f"editions.{strange[0]}", f"one of {', '.join(EDITIONS)}")
        self._base, generated = _library("base"), _library("generated")
        self._uap = {}
        for number, category in _CATEGORIES.items():
            known = _editions(generated, category)
            edition = str(wanted.get(category, EDITIONS[category]))
            if edition not in known:
                raise options.bad(f"editions.{category}", f"{edition} is not read; one of {', '.join(known)}")
            self._uap[number] = known[edition].cv_uap

    def read(self, chunk: bytes, received_ms: int) -> Read:
        drops, rows, seen = Drops(), list[Target](), 0
        if self._rest and received_ms - self._since_ms > REST_MS:  # the rest of a lost datagram never comes
            self._rest, drops["incomplete"], seen = b"", 1, 1
        data = self._rest + chunk
        while len(data) >= 3:
            size = int.from_bytes(data[1:3], "big")
            if not 3 <= size <= MOST_BYTES:
                data, seen = b"", seen + 1  # the length is broken: nothing after it can be found
                drops["malformed"] = drops.get("malformed", 0) + 1
            elif len(data) < size:
                break
            else:
                block, data = data[:size], data[size:]
                for read in self._block(block, received_ms):
                    seen += 1
                    if isinstance(read, str):
                        drops[read] = drops.get(read, 0) + 1
                    else:
                        rows.append(read)
        if data and not (self._rest and data.startswith(self._rest)):
            self._since_ms = received_ms
        self._rest = data
        return read_of(rows, _columns, drops, seen, received_ms)

    def _block(self, block: bytes, received_ms: int) -> list[Target | str]:
        if block[0] not in self._uap:
            return ["not-used"]
        try:
            records = self._uap[block[0]].parse(self._base.Bits.from_bytes(block[3:]))
        except (ValueError, IndexError, AssertionError, TypeError):
            return ["malformed"]
        if isinstance(records, ValueError):
            return ["malformed"]
        made: list[Target | str] = []
        for record in records:
            try:
                made.append(TARGET_OF[block[0]](record, received_ms, self._radars))
            except (ValueError, IndexError, AssertionError, TypeError, AttributeError):
                made.append("malformed")
        return made


def _radars(given: Any) -> Radars:
    """Raises `Malformed` `bad-option`."""
    made = {}
    for name, where in options.table("radars", given, '{"25/201" = [50.03, 8.57, 142.0]}').items():
        if not _RADAR.fullmatch(name):
            raise options.bad(f"radars.{name}", "name a radar by its SAC/SIC, each 0 to 255, as 25/201")
        lat, lon, height = options.place(f"radars.{name}", where, 3)
        made[name] = (lat, lon, height)
    return made


def _editions(generated: Any, category: str) -> dict[str, Any]:
    """Those that are read. The editions 0.23 to 0.26 of category 021 state their times and places in other items."""
    begin = f"Cat_{category}_"
    names = [name for name in dir(generated) if name.startswith(begin) and not name.startswith(f"{begin}0_")]
    return {name.removeprefix(begin).replace("_", "."): getattr(generated, name) for name in names}


def _library(name: str) -> Any:
    try:
        return import_module(f"asterix.{name}")
    except ImportError:
        raise Malformed("not-installed", field="format", remedy="pip install 'steerclear[asterix]'") from None


def _columns(rows: list[Target]) -> dict[str, Any]:
    baro_ft = in_bounds(numbers([one.baro_ft for one in rows]), *HEIGHT_FT)
    geom_m = in_bounds(numbers([one.geom_ft for one in rows]), *HEIGHT_FT) * M_PER_FT
    ground = np.array([one.on_ground for one in rows])
    baro_ft = np.where(ground, np.nan, baro_ft)
    return {
        "ident": [one.ident for one in rows],
        "at_ms": np.array([one.at_ms for one in rows], np.int64),
        "lat_deg": numbers([one.lat_deg for one in rows]),
        "lon_deg": numbers([one.lon_deg for one in rows]),
        "error_m": numbers([one.error_m for one in rows]),
        "alt_geom_m": geom_m,
        "alt_geom_error_m": numbers([one.geom_error_m for one in rows]),
        "alt_baro_ft": baro_ft,
        **lead_altitude(baro_ft, geom_m, ground),
        "on_ground": ground,
        **{
            name: in_bounds(numbers([getattr(one, name) for one in rows]), -SPEED_MPS, SPEED_MPS)
            for name in ("ve_mps", "vn_mps", "vu_mps", "v_error_mps")
        },
        "mover": [one.mover for one in rows],
        "callsign": texts([one.callsign for one in rows]),
        "origin": [one.origin for one in rows],
        "sil": [UNKNOWN_SIL if one.sil is None else one.sil for one in rows],
    }
