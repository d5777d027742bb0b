"""Readers on one core: bytes of AIS and of `aircraft.json` to batches; batches to tracks, a picture and its heights."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from bench.figure import Figure, figure
from steerclear.feeds.altitude import heights
from steerclear.feeds.batch import Batch, batch_of
from steerclear.feeds.codes import ORIGIN
from steerclear.feeds.formats import open_reader
from steerclear.feeds.movers import movers_of
from steerclear.feeds.nmea import checksum
from steerclear.feeds.pressure import surface_of
from steerclear.feeds.tracks import Tracks

NOW = 1_790_000_000_000
TIMES = 7
REPORTS, MOVERS = 20_000, 10_000


def run() -> Iterator[Figure]:
    lines = _ais(REPORTS)
    method = (
        f"{REPORTS} class A positions, a name in two parts after each tenth, {TIMES} times, CPU of one core"
    )
    yield figure("readers.ais", _rates("ais", lines), "1/s", bound=">= 15000", method=method)
    document = _aircraft(REPORTS)
    method = f"{REPORTS} aircraft with 30 keys each in one document, {TIMES} times, CPU of one core"
    yield figure("readers.aircraft_json", _rates("readsb", document), "1/s", bound=">= 50000", method=method)
    yield from _tracks()


def _rates(name: str, data: bytes) -> list[float]:
    rates = []
    for _ in range(TIMES):
        reader = open_reader(name)
        began = time.process_time()
        read = reader.read(data, NOW)
        rates.append(read.seen / (time.process_time() - began))
        assert len(read.batch) == REPORTS, read.drops
    return rates


def _ais(count: int) -> bytes:
    chance = random.Random(1)
    made = []
    for i in range(count):
        mmsi = 200_000_000 + i
        fields = [(1, 6), (0, 2), (mmsi, 30), (0, 4), (128, 8), (chance.randrange(300), 10), (1, 1)]
        fields += [(chance.randrange(-108_000_000, 108_000_000) % (1 << 28), 28)]
        fields += [(chance.randrange(-48_000_000, 48_000_000) % (1 << 27), 27)]
        fields += [(chance.randrange(3600), 12), (511, 9), (chance.randrange(60), 6), (0, 25)]
        made += _sentences(fields)
        if i % 10 == 0:
            made += _sentences(
                [
                    (5, 6),
                    (0, 2),
                    (mmsi, 30),
                    (0, 74),
                    *((1 + chance.randrange(26), 6) for _ in range(20)),
                    (0, 192),
                ]
            )
    return b"".join(one + b"\r\n" for one in made)


def _sentences(fields: list[tuple[int, int]]) -> list[bytes]:
    bits = "".join(f"{value:0{size}b}" for value, size in fields)
    fill = -len(bits) % 6
    bits += "0" * fill
    sextets = [int(bits[i : i + 6], 2) for i in range(0, len(bits), 6)]
    payload = bytes(48 + one + (8 if one >= 40 else 0) for one in sextets)
    parts = [payload[i : i + 60] for i in range(0, len(payload), 60)]
    whole = []
    for i, part in enumerate(parts):
        group = b"3" if len(parts) > 1 else b""
        last = fill if i == len(parts) - 1 else 0
        body = b"AIVDM,%d,%d,%b,A,%b,%d" % (len(parts), i + 1, group, part, last)
        whole.append(b"!%b*%02X" % (body, checksum(body)))
    return whole


def _aircraft(count: int) -> bytes:
    chance = random.Random(2)
    rows = [
        {
            "hex": f"{i:06x}",
            "type": "adsb_icao",
            "flight": f"TST{i % 9999:04d} ",
            "r": "D-ABCD",
            "t": "A320",
            "alt_baro": chance.randrange(0, 40_000, 25),
            "alt_geom": chance.randrange(0, 41_000, 25),
            "gs": 450.1,
            "track": 91.2,
            "baro_rate": 0,
            "geom_rate": -64,
            "squawk": "1000",
            "category": "A3",
            "nav_qnh": 1013.6,
            "nav_altitude_mcp": 36000,
            "lat": chance.uniform(-80, 80),
            "lon": chance.uniform(-180, 180),
            "nic": 8,
            "rc": 186,
            "seen_pos": 0.4,
            "version": 2,
            "nic_baro": 1,
            "nac_p": 9,
            "nac_v": 1,
            "sil": 3,
            "sil_type": "perhour",
            "gva": 2,
            "sda": 2,
            "mlat": [],
            "tisb": [],
            "messages": 100,
            "seen": 0.1,
            "rssi": -20.5,
        }
        for i in range(count)
    ]
    return json.dumps({"now": NOW / 1000, "messages": 1, "aircraft": rows}).encode()


def _tracks() -> Iterator[Figure]:
    """A second of 10,000 movers: take, picture, surface, heights, movers; one in ten without a geometric altitude."""
    tracks, batch = Tracks({"roof": "shared"}), _second()
    parts: dict[str, list[float]] = {name: [] for name in ("take", "picture", "heights", "movers")}
    for i in range(TIMES + 1):
        batch = replace(batch, at_ms=batch.at_ms + 1000)
        now = NOW + 1000 * i

        def timed(name: str, work: Callable[[], object]) -> object:
            began = time.process_time()
            made = work()
            parts[name].append((time.process_time() - began) * 1000)
            return made

        timed("take", lambda batch=batch, now=now: tracks.take("roof", batch, now))  # type: ignore[misc]
        picture = timed("picture", lambda now=now: tracks.picture(now))  # type: ignore[misc]
        state, fresh = picture.state, picture.fresh  # type: ignore[attr-defined]
        high = timed("heights", lambda state=state, fresh=fresh: heights(state, surface_of(state, fresh)))  # type: ignore[misc]
        timed("movers", lambda picture=picture, high=high: movers_of(picture, high, 0))  # type: ignore[misc]
    for name, values in parts.items():
        method = (
            f"{MOVERS} movers over Europe, one report each, CPU of one core, {TIMES} times after the first"
        )
        yield figure(f"readers.tracks_{name}", values[1:], "ms", method=method)


def _second() -> Batch:
    chance = np.random.default_rng(3)
    baro = chance.uniform(1_000, 40_000, MOVERS)
    geom = np.where(chance.random(MOVERS) < 0.1, np.nan, baro * 0.3048 + 150 + chance.normal(0, 20, MOVERS))
    return batch_of(
        MOVERS,
        {
            "ident": [f"icao:{i:06x}" for i in range(MOVERS)],
            "at_ms": np.full(MOVERS, NOW - 1500),
            "received_ms": NOW,
            "lat_deg": chance.uniform(36, 60, MOVERS),
            "lon_deg": chance.uniform(-10, 30, MOVERS),
            "alt_baro_ft": baro,
            "alt_geom_m": geom,
            "alt_geom_error_m": 45.0,
            "error_m": 30.0,
            "ve_mps": 200.0,
            "vn_mps": 10.0,
            "origin": ORIGIN["own"],
        },
    )
