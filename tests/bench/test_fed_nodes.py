"""Two `serve` processes, each with a receiver on a real socket: an alert raised at both, confirmed, cleared, and each
other's computed again; and the part of the bench that measures how long it takes, at a tiny size."""

from __future__ import annotations

import asyncio
import json
import math
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from bench.serving import Client, Site, founding, served

from bench import alert_latency
from steerclear.speech.parameters import Parameters

pytestmark = pytest.mark.slow
OWN_PROCESSES = True
WAIT_S = 90
QUICK = Parameters(alert_apart_ms=1_000, alert_confirm_count=2, alert_window_ms=5_000)
FEED = """
[[feed]]
name = "roof"
format = "simulated"
address = "tcp://127.0.0.1:{port}"
trust = "shared"
own = ["{own}"]
simulated = true
"""
ONE, TWO = "icao:43c6e1", "icao:155abc"
LAT, LON, SPEED_MPS, APART_M = 36.0, 38.5, 200.0, 20_000.0


def report(ident: str, east_m: float, speed_mps: float) -> bytes:
    row = {
        "ident": ident,
        "at_ms": time.time_ns() // 1_000_000,
        "lat_deg": LAT,
        "lon_deg": LON + east_m / (111_320 * math.cos(math.radians(LAT))),
        "error_m": 20,
        "alt_geom_m": 9_000,
        "alt_geom_error_m": 20,
        "ve_mps": speed_mps,
        "vn_mps": 0,
        "vu_mps": 0,
        "v_error_mps": 2,
        "mover": "fixed_wing",
    }
    return json.dumps(row).encode() + b"\n"


class Receiver:
    """Both nodes hear the same two: head-on, until they are far apart and go on so."""

    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []
        self.apart = False

    async def connected(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)

    async def send(self) -> None:
        began = time.time()
        while True:
            gone_m = SPEED_MPS * (time.time() - began)
            rows = report(ONE, gone_m, SPEED_MPS) + report(TWO, APART_M - gone_m, -SPEED_MPS)
            if self.apart:
                rows = report(ONE, -APART_M, -SPEED_MPS) + report(TWO, 2 * APART_M, SPEED_MPS)
            for writer in self.writers:
                writer.write(rows)
            await asyncio.sleep(0.2)


async def until(client: Client, line: str, held: Any) -> list[dict[str, Any]]:
    """The node's list of alerts, as soon as it is as wanted: looked at again after each event."""
    stream = Client(client.port, line, client.party, client.key)
    await stream.login()
    await stream.events()
    try:
        async with asyncio.timeout(WAIT_S):
            while True:
                rows: list[dict[str, Any]] = await client.ask("GET", f"/api/lines/{line}/alerts")
                if held(rows):
                    return rows
                with suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await stream.next_event()
    finally:
        stream.close()


async def heard(client: Client, line: str) -> None:
    """The feed is live with both movers: its row follows the looks within a second or two."""
    async with asyncio.timeout(WAIT_S):
        while True:
            (feed,) = await client.ask("GET", f"/api/lines/{line}/feeds")
            if (feed["state"], feed["movers"]) == ("live", 2):
                return
            await asyncio.sleep(0.1)


def by(rows: list[dict[str, Any]], party: str, state: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["party"] == party and row["state"] == state]


def test_both_nodes_warn_each_on_its_own_feed_and_agree(tmp_path: Path) -> None:
    with founding(tmp_path, ["sqlite", "sqlite"], 1, QUICK) as (pair, sites):
        line = pair.line
    asyncio.run(_warned(line, sites))


async def _warned(line: str, sites: list[Site]) -> None:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for site, own in zip(sites, (ONE, TWO), strict=True):
        with (site.folder / "steerclear.toml").open("a") as file:
            file.write(FEED.format(port=port, own=own))
    with served(sites[0]), served(sites[1]):
        clients = [Client(site.port, line, site.party, site.officers[0]) for site in sites]
        for client in clients:
            await client.login()
        sending = asyncio.create_task(receiver.send())
        for site, client in zip(sites, clients, strict=True):
            both = [site.party, next(one.party for one in sites if one is not site)]
            rows = await until(
                client, line, lambda rows, both=both: all(by(rows, party, "confirmed") for party in both)
            )
            assert by(rows, site.party, "confirmed")[0]["own"], "its own mover is named at home"
            await until(
                client,
                line,
                lambda rows, other=both[1]: any(
                    row["party"] == other and (row["here"] or {}).get("says") == "agree" for row in rows
                ),
            )
        await heard(clients[0], line)
        receiver.apart = True
        for client in clients:
            await until(client, line, lambda rows: rows and all(row["state"] == "cleared" for row in rows))
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        for one in (*clients, *receiver.writers):
            one.close()
    server.close()


def test_the_bench_part_runs() -> None:
    found = {one.name: one for one in alert_latency.measured(40, 2, 0.5)}
    assert set(found) == {f"alert_latency.{name}" for name in ("p50", "p99", "loop_lag_p99")}
    assert found["alert_latency.p50"].value > 0
