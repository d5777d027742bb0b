"""Simulated traffic: the same bytes by seed, read back by the feeds' own readers, marked as an exercise in every
format."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping

import numpy as np
import pytest

from steerclear.errors import Malformed
from steerclear.feeds import formats
from steerclear.feeds.batch import Batch, joined
from steerclear.feeds.codes import MOVERS, ORIGIN
from steerclear.simulator import marks, serving, world
from steerclear.simulator.sensor import reports
from steerclear.simulator.world import Wanted
from steerclear.simulator.writing import carried, writer

NAMES = ("simulated", "readsb", "sbs", "ais")
MIXED = {"aircraft": 8, "light": 4, "rotary": 2, "drones": 3, "ships": 5}


def wanted(seed: int = 7, lasts_s: int = 180, counts: Mapping[str, int] = MIXED, **fields: object) -> Wanted:
    return Wanted(counts, seed=seed, lasts_s=lasts_s, **fields)  # type: ignore[arg-type]


def stream(name: str, what: Wanted) -> list[bytes]:
    write = writer(name)
    return [write(end_ms, batch) for end_ms, batch in reports(what)]


def every(what: Wanted) -> Batch:
    return joined([batch for _, batch in reports(what)])


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    first, again, other = (
        hashlib.sha256(b"".join(stream(name, wanted(seed)))).digest() for seed in (7, 7, 8)
    )
    assert first == again != other


@pytest.mark.parametrize("name", NAMES)
def test_every_report_of_every_format_says_exercise(name: str) -> None:
    for data in stream(name, wanted(lasts_s=60)):
        lines = data.splitlines() if name != "readsb" else [data] if data else []
        assert all(marks.marked(line) for line in lines)


def test_what_is_no_exercise_is_not_marked() -> None:
    assert not marks.marked(b'{"now":1.0,"aircraft":[{"hex":"4b1814","flight":"SWR12"}]}')
    assert not marks.marked(b"!AIVDM,1,1,,A,133m@ogP00PD;88MD5MTDww@2D7k,0*46\r\n")


@pytest.mark.parametrize("name", NAMES)
def test_the_feeds_reader_reads_it_back(name: str) -> None:
    """Position, time, altitude and speed of each report, and nothing dropped."""
    what = wanted(lasts_s=120)
    sent = carried(name, every(what))
    reader, rows, drops = formats.open_reader(name), [], {}
    for (end_ms, _), data in zip(reports(what), stream(name, what), strict=True):
        read = reader.read(data, end_ms)
        rows.append(read.batch)
        drops.update({k: v for k, v in read.drops.items() if v and k not in ("kept", "not-used")})
    got = joined(rows)
    assert drops == {} and set(got.ident) == set(sent.ident) and len(got) >= len(sent) - len(set(sent.ident))
    key = sent.ident[0]
    a, b = sent.ident == key, got.ident == key
    assert np.allclose(np.interp(sent.at_ms[a], got.at_ms[b], got.lat_deg[b]), sent.lat_deg[a], atol=2e-3)
    if name != "ais":
        assert set(got.alt_baro_ft[b]) <= {*sent.alt_baro_ft[a]}
    if name == "simulated":
        assert (got.origin == ORIGIN["simulated"]).all() and np.array_equal(got.at_ms[b], sent.at_ms[a])


def test_movers_turn_climb_are_heard_late_and_fall_silent() -> None:
    rows = every(wanted(lasts_s=900, counts={"aircraft": 30, "ships": 5}))
    plane = MOVERS.index("fixed_wing")
    air = rows.mover == plane
    assert len({*rows.ident[air]}) == 30 and len({*rows.alt_baro_ft[air]}) > 50, "they climb"
    delay = rows.received_ms - rows.at_ms
    assert (delay >= 190).all() and delay.max() > 2_000 and np.median(delay) < 2_000
    gaps = np.concatenate([np.diff(np.sort(rows.at_ms[rows.ident == one])) for one in {*rows.ident[air]}])
    assert np.median(gaps) < 5_000 and gaps.max() > 20_000, "now and then nothing is heard for a while"
    assert (np.diff(rows.received_ms) >= 0).all(), "in the order of reception"
    assert np.isnan(rows.alt_baro_ft[~air]).all()


def test_speeds_and_the_region_are_kept_to() -> None:
    what = wanted(lasts_s=900, counts={"aircraft": 20, "drones": 10}, radius_m=40_000.0)
    rows = every(what)
    north = (rows.lat_deg - what.lat_deg) * 111_200
    east = (rows.lon_deg - what.lon_deg) * 111_200 * np.cos(np.radians(what.lat_deg))
    assert np.hypot(north, east).max() < 40_000 + 600 * 250 + 20_000, "who leaves turns back"
    speed = np.hypot(rows.ve_mps, rows.vn_mps)
    assert speed.max() <= 250 and speed[rows.mover == MOVERS.index("unmanned")].max() <= 20


def test_meetings_are_met() -> None:
    what = wanted(lasts_s=900, counts={"aircraft": 12}, meetings=4)
    made = world.made(what)
    least = {}
    for _ in range(what.lasts_s):
        for first in sorted(made.meets_at)[::2]:
            if made.second <= made.meets_at[first]:
                north = (made.lat[first] - made.lat[first + 1]) * world.A_M
                east = (made.lon[first] - made.lon[first + 1]) * world.A_M * np.cos(made.lat[first])
                least[first] = min(least.get(first, 1e9), float(np.hypot(north, east)))
        world.step(made)
    assert len(least) == 4 and max(least.values()) < 1_300


def test_what_cannot_be_simulated_is_refused() -> None:
    for fields in ({"counts": {"airships": 1}}, {"counts": {}}, {"lat_deg": 89.0}, {"radius_m": 1.0}):
        with pytest.raises(Malformed):
            wanted(**fields)  # type: ignore[arg-type]
    with pytest.raises(Malformed, match="unknown-format"):
        writer("morse")


def test_lines_are_served_on_loopback_in_their_own_time() -> None:
    """No real second passes: the clock is the test's."""
    what = wanted(lasts_s=5, counts={"aircraft": 6})
    now, slept, got = [what.start_ms], [], bytearray()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += round(seconds * 1000)
        await asyncio.sleep(0)

    async def play() -> None:
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        connected = asyncio.Event()

        async def client() -> None:
            reader, writer_ = await asyncio.open_connection("127.0.0.1", await port)
            connected.set()
            while data := await reader.read(65536):
                got.extend(data)
            writer_.close()

        async def first_wait_for_the_client(seconds: float) -> None:
            await connected.wait()
            for _ in range(20):  # turns of the loop, until the server knows its client too
                await asyncio.sleep(0)
            await sleep(seconds)

        listening = asyncio.create_task(client())
        await serving.serve(
            what, "sbs", 0, now_ms=lambda: now[0], sleep=first_wait_for_the_client, ready=port.set_result
        )
        await asyncio.wait_for(listening, 90)

    asyncio.run(play())
    assert bytes(got) == b"".join(stream("sbs", what))
    assert slept == [1.0] * 5


def test_aircraft_json_is_served_by_http_and_nothing_off_this_computer() -> None:
    what = wanted(lasts_s=3, counts={"aircraft": 6})
    seen: list[bytes] = []

    async def play() -> None:
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def ask(seconds: float) -> None:
            reader, client = await asyncio.open_connection("127.0.0.1", await port)
            client.write(b"GET /data/aircraft.json HTTP/1.1\r\nHost: x\r\n\r\n")
            seen.append(await reader.read())
            client.close()

        await serving.serve(what, "readsb", 0, now_ms=lambda: 0, sleep=ask, ready=port.set_result)

    asyncio.run(play())
    assert len(seen) == 3 and seen[-1].startswith(b"HTTP/1.1 200 ") and marks.BANNER.encode() in seen[-1]
    with pytest.raises(Malformed, match="not-loopback"):
        asyncio.run(serving.serve(what, "sbs", 0, host="0.0.0.0", now_ms=lambda: 0))
