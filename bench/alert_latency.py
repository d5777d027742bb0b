"""From a report on a feed's socket to the alert entry: two `steerclear serve` processes on loopback, the first one fed
10,000 movers that report once a second each, over TCP; and how late its event loop wakes meanwhile."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

from bench.figure import Figure, figure, percentile
from bench.line import Party
from bench.serving import Client, Site, founding, served

MOVERS, TRIALS, WARM_S = 10_000, 200, 5
SLICES = 100
"""Of a second: each brings the reports of as many movers as the next."""
BETWEEN_S = 0.3
PAUSE_S = 0.5
"""After each encounter: about one a second begins, and each stands for the half minute in which its movers are fresh,
so that thirty stand at any time."""
FEED = """
[[feed]]
name = "traffic"
format = "simulated"
address = "tcp://127.0.0.1:{port}"
trust = "shared"
own = ["icao:aa*"]
simulated = true
"""
ROW = (
    b'{"ident":"icao:%06x","at_ms":%d,"lat_deg":%.6f,"lon_deg":%.6f,"error_m":50,"alt_geom_m":%.1f,'
    b'"alt_geom_error_m":30,"ve_mps":%.1f,"vn_mps":0,"vu_mps":0,"v_error_mps":3,"mover":"fixed_wing"}\n'
)
M_PER_DEG = 111_320.0
SPEED_MPS = 230.0


def run() -> Iterator[Figure]:
    yield from measured(MOVERS, TRIALS)


def measured(count: int, trials: int, warm_s: float = WARM_S) -> Iterator[Figure]:
    """`trials` encounters, one after the other, among `count` movers of background."""
    with tempfile.TemporaryDirectory() as name:
        with founding(Path(name), ["sqlite", "sqlite"], 2) as (pair, sites):
            line, parties = pair.line, pair.parties
        took, lags = asyncio.run(_run(line, sites, parties, count, trials, warm_s))
    method = (
        f"{count} airliners world-wide, each reporting each second over one TCP connection in {SLICES} slices a "
        f"second; {len(took)} pairs head-on, about one a second, each an alert that stands for half a minute: from the "
        "write of the second's first report to the `alert` entry on the node's own event stream; SQLite, "
        "fsync on, a second node mirroring"
    )
    yield figure("alert_latency.p50", took, "ms", method=method, value=percentile(took, 0.5))
    yield figure("alert_latency.p99", took, "ms", bound="<= 200", method=method, value=percentile(took, 0.99))
    late = f"{method}; wakes of the node's event loop, each 50 ms, by its own histogram (upper bounds of buckets)"
    yield figure("alert_latency.loop_lag_p99", [lags], "ms", bound="<= 30", method=late)


async def _run(
    line: str, sites: list[Site], parties: list[Party], count: int, trials: int, warm_s: float
) -> tuple[list[float], float]:
    traffic = Traffic(count)
    server = await asyncio.start_server(traffic.connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with (sites[0].folder / "steerclear.toml").open("a") as file:
        file.write(FEED.format(port=port))
    with served(sites[0]), served(sites[1]):
        stream = Client(sites[0].port, line, sites[0].party, sites[0].officers[0])
        await stream.login()
        await stream.events()
        async with asyncio.timeout(60):
            await traffic.there.wait()
        sending = asyncio.create_task(traffic.send())
        await asyncio.sleep(warm_s)
        before = _lags(sites[0])
        try:
            took = [await _trial(traffic, stream, number, PAUSE_S) for number in range(trials)]
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
        lag = _p99(before, _lags(sites[0]))
        stream.close()
        traffic.writers[0].close()
    server.close()
    return took, lag


class Traffic:
    """The receiver: background in slices, and whatever a trial adds to the next one."""

    def __init__(self, count: int) -> None:
        random = Random(7)
        self.rows = [
            (0xB00000 + n, random.uniform(-60, 70), random.uniform(-180, 180), random.uniform(9e3, 12e3))
            for n in range(count)
        ]
        self.writers: list[asyncio.StreamWriter] = []
        self.there = asyncio.Event()

    async def connected(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        self.there.set()

    async def send(self) -> None:
        """A slice each hundredth of a second, on time, until cancelled."""
        loop, began, number = asyncio.get_running_loop(), time.time(), 0
        start = loop.time()
        while True:
            now = time.time()
            rows = self.rows[number % SLICES :: SLICES]
            self.write(
                [(one, lat, lon + _east(now - began, lat), alt, SPEED_MPS) for one, lat, lon, alt in rows],
                now,
            )
            await self.writers[0].drain()
            number += 1
            await asyncio.sleep(max(0.0, start + number / SLICES - loop.time()))

    def write(self, rows: list[tuple[int, float, float, float, float]], now: float) -> None:
        """Reports of these movers as they are now: number, latitude, longitude, height, speed east."""
        at = int(now * 1000)
        made = (ROW % (one, at, lat, (lon + 180) % 360 - 180, alt, east) for one, lat, lon, alt, east in rows)
        self.writers[0].write(b"".join(made))


def _east(seconds: float, lat: float) -> float:
    """Degrees that a mover goes east in that time (near enough for traffic)."""
    return SPEED_MPS * seconds / M_PER_DEG / max(0.2, 1 - (lat / 90) ** 2)


async def _trial(traffic: Traffic, stream: Client, number: int, pause_s: float) -> float:
    """Milliseconds until the entry that raises the alert. An own mover is known for a while; another appears 25 km
    ahead of it, head-on: half a minute to loss of separation."""
    await asyncio.sleep(pause_s)
    lat, lon = -75.0 - number % 10, (number * 1.7) % 360 - 180
    apart = 25_000 / (M_PER_DEG * _cos(lat))
    traffic.write([(0xAA0000 + number, lat, lon, 10_000.0, SPEED_MPS)], time.time())
    await asyncio.sleep(BETWEEN_S)
    began = time.perf_counter()
    traffic.write([(0xC00000 + number, lat, lon + apart, 10_000.0, -SPEED_MPS)], time.time())
    async with asyncio.timeout(30):
        while True:
            name, value = await stream.next_event()
            if name == "entry" and value["kind"] == "alert" and value["id"] == value["subject"]:
                return (time.perf_counter() - began) * 1000


def _cos(lat: float) -> float:
    from math import cos, radians

    return cos(radians(lat))


def _lags(site: Site) -> dict[float, float]:
    """Cumulative counts of the node's histogram of loop lag, by upper bound in ms."""
    token = (site.folder / "admin.token").read_text().strip()
    ask = urllib.request.Request(
        f"http://127.0.0.1:{site.port}/metrics", headers={"authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(ask) as answer:
        text = answer.read().decode()
    rows = re.findall(r'steerclear_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)', text)
    return {float(bound) * 1000: float(count) for bound, count in rows}


def _p99(before: dict[float, float], after: dict[float, float]) -> float:
    """The bucket's upper bound within which 99 of 100 wakes lie."""
    passed = {bound: after[bound] - before[bound] for bound in after}
    whole = passed[float("inf")]
    return min(bound for bound, count in passed.items() if count >= 0.99 * whole)
