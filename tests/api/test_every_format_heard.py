"""Every format from its settings to a track: as a site writes them, by real sockets, HTTP and files of this host."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyais
import pytest

from steerclear.app.feeding import Feeding, Receiving, check_formats
from steerclear.clock import SteppedClock
from steerclear.config import FILE_NAME, read_config
from steerclear.feeds.tracks import Terms
from steerclear.replay.ports import free_port

LINE = "ab" * 32
NOON = 1_700_049_600_000
"""2023-11-15T12:00:00Z."""
FRAMES = ("8D40621D58C386435CC412692AD6", "8D40621D58C382D690C8AC2863A7")
"""J. Sun, The 1090 Megahertz Riddle, 5.3: both halves of a position."""
TAXIING = ("8C4841753AAB238733C8CD4020B1", "8C4841753A8A35323FAEBDAC702D")
"""The same, 5.4: on the ground, so that the receiver has to say which of four places."""
WHEN = "2023/11/15,12:00:00.000"
SBS = f"MSG,3,1,1,43C6E1,1,{WHEN},{WHEN},,35000,,,50.1,8.6,,,0,0,0,0\r\nnonsense\r\n".encode()
DRONE = "aa:bb 021231353831463542" + "4b" + "00" * 15
OPENSKY = ["3c6444", "", "", NOON // 1000, NOON // 1000, 8.25, 47.5, 3048.0, False]
OPENSKY += [100.0, 180.0, -2.5, None, 3100.5, "1000", False, 0]
READSB = {"hex": "43c6e2", "type": "adsb_icao", "alt_baro": 35_000, "lat": 50.1, "lon": 8.6, "seen_pos": 0.0}
FLIGHT = {
    "id": "a8f",
    "current_state": {
        "timestamp": {"value": "2023-11-15T12:00:00Z", "format": "RFC3339"},
        "position": {"lat": 50.5, "lng": 8.25, "alt": 150.0},
    },
}


def event(uid: str) -> bytes:
    stamps = 'time="2023-11-15T12:00:00Z" start="2023-11-15T12:00:00Z" stale="2023-11-15T12:05:00Z"'
    point = '<point lat="50.5" lon="8.25" hae="1000" ce="10" le="20"/>'
    return f'<event version="2.0" uid="{uid}" type="a-n-A" {stamps} how="m-g">{point}</event>'.encode()


def beast(*frames: str) -> bytes:
    body = (bytes(6) + b"\x1a" + bytes.fromhex(one) for one in frames)
    return b"".join(b"\x1a3" + one.replace(b"\x1a", b"\x1a\x1a") for one in body)


def plot() -> bytes:
    """A plot of category 048: where it is follows from where its radar stands alone."""
    generated = pytest.importorskip("asterix.generated")
    category = generated.Cat_048_1_31
    record = {
        "010": (("SAC", 25), ("SIC", 201)),
        "140": (43_200.0, "s"),
        "220": 0x3C6445,
        "040": (("RHO", (60.0, "NM")), ("THETA", (90.0, "°"))),
        "090": (0, 0, ("FL", (300.0, "FL"))),
    }
    return bytes(category.create([category.cv_record.create(record)]).unparse().to_bytes())


def ship() -> bytes:
    said = {
        "type": 1,
        "mmsi": 273344040,
        "lat": 41.3,
        "lon": 19.2,
        "speed": 10.0,
        "course": 90.0,
        "second": 60,
    }
    return "\r\n".join(pyais.encode_dict(said)).encode() + b"\r\n"


SETTINGS = """
[node]
listen = "127.0.0.1:8440"
[[feed]]
name = "radar"
format = "asterix"
address = "udp://127.0.0.1:{radar}"
options = {{ radars = {{ "25/201" = [50.03, 8.57, 142.0] }} }}
[[feed]]
name = "beast"
format = "beast"
address = "tcp://127.0.0.1:{beast}"
trust = "shared"
options = {{ receiver = [52.3, 4.7] }}
[[feed]]
name = "avr"
format = "avr"
address = "listen://127.0.0.1:{avr}"
[[feed]]
name = "tak"
format = "cot"
address = "listen://127.0.0.1:{tak}"
[[feed]]
name = "tak-udp"
format = "cot"
address = "udp://127.0.0.1:{taku}"
[[feed]]
name = "drones"
format = "odid"
address = "tcp://127.0.0.1:{odid}"
[[feed]]
name = "flights"
format = "remoteid"
address = "http://127.0.0.1:{http}/flights"
[[feed]]
name = "net"
format = "opensky"
address = "http://127.0.0.1:{http}/states"
[[feed]]
name = "roof"
format = "readsb"
address = "file:aircraft.json"
[[feed]]
name = "mast"
format = "ais"
address = "udp://127.0.0.1:{ais}"
[[feed]]
name = "base"
format = "sbs"
address = "tcp://127.0.0.1:{sbs}"
"""
PORTS = ("radar", "beast", "avr", "tak", "taku", "odid", "http", "ais", "sbs")
EXPECTED: dict[str, set[str]] = {
    **{name: set() for name in ("radar", "beast", "tak", "tak-udp", "flights", "net", "roof", "mast")},
    "avr": {"kept"},
    "drones": {"kept"},
    "base": {"malformed"},
}
"""Why not every report is a position, by feed; what is sent again is `repeated`."""


async def served(port: int, data: bytes) -> asyncio.Server:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await writer.drain()
            await reader.read()  # until the node goes
        writer.close()

    return await asyncio.start_server(talk, "127.0.0.1", port)


async def answering(port: int) -> asyncio.Server:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            asked = await reader.readuntil(b"\r\n\r\n")
            body: Any = {"flights": [FLIGHT]} if b"flights" in asked else {"time": 1, "states": [OPENSKY]}
            data = json.dumps(body).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(data) + data
            )
            await writer.drain()
        writer.close()

    return await asyncio.start_server(talk, "127.0.0.1", port)


async def connected(port: int, data: bytes) -> asyncio.StreamWriter:
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(data)
            return writer
        await asyncio.sleep(0.05)


async def until(found: Callable[[], bool], again: Callable[[], None]) -> None:
    async with asyncio.timeout(90):
        while not found():
            again()
            await asyncio.sleep(0.2)


@pytest.mark.slow
def test_every_format_is_heard_by_the_settings_of_a_site(tmp_path: Path) -> None:
    ports = {name: free_port() for name in PORTS}
    (tmp_path / FILE_NAME).write_text(SETTINGS.format(**ports))
    (tmp_path / "aircraft.json").write_text(json.dumps({"now": NOON / 1000, "aircraft": [READSB]}))
    sections = read_config(tmp_path).feed
    check_formats(sections)
    made = Feeding(sections, tmp_path, SteppedClock(NOON))
    made.follow({LINE: True}, {LINE: Terms()})
    location = b"aa:bb " + _location().hex().encode() + b"\n"

    async def heard() -> None:
        squitters = "".join(f"*{one};\n" for one in FRAMES).encode()
        servers = [
            await served(ports["beast"], beast(*TAXIING)),
            await served(ports["odid"], DRONE.encode() + b"\n" + location),
            await served(ports["sbs"], SBS),
            await answering(ports["http"]),
        ]
        running = asyncio.create_task(Receiving(made).run(asyncio.Event()))
        senders = [await connected(ports["avr"], squitters), await connected(ports["tak"], event("A-1"))]
        sends = {ports["radar"]: plot(), ports["taku"]: event("A-2"), ports["ais"]: ship()}
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:

            def again() -> None:
                for port, data in sends.items():
                    out.sendto(data, ("127.0.0.1", port))

            try:
                await until(lambda: all(fresh(one.name) for one in sections), again)
            finally:
                running.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await running
                for writer in senders:
                    writer.close()
                for server in servers:
                    server.close()

    def fresh(name: str) -> int:
        return made.feeds[name].received - sum(made.feeds[name].drops.values())

    asyncio.run(heard())
    for name, why in EXPECTED.items():
        assert set(made.feeds[name].drops) - {"repeated"} == why, (name, made.feeds[name])
    state = made.tracks[LINE].picture(NOON).state
    rows = zip(state.ident.tolist(), state.lat_deg.tolist(), state.lon_deg.tolist(), strict=True)
    places = {ident: (lat, lon) for ident, lat, lon in rows}
    assert len(places) == len(sections), "one mover of each"
    assert places[b"icao:484175"] == pytest.approx((52.32, 4.735), abs=0.02), "by where the receiver stands"
    assert places[b"icao:3c6445"] == pytest.approx((50.03, 10.12), abs=0.05), "60 NM east of its radar"
    assert places[b"icao:40621d"] == pytest.approx((52.2572, 3.91937), abs=1e-3)


def _location() -> bytes:
    """A location message of F3411-22a, table 5, at 50.5, 8.25, on the hour."""
    head = bytes([0x12, 0x20, 90, 40]) + (0).to_bytes(1, "little")
    place = (505_000_000).to_bytes(4, "little") + (82_500_000).to_bytes(4, "little")
    heights = b"".join(one.to_bytes(2, "little") for one in (2200, 2300, 2100))
    return head + place + heights + bytes([0x5A, 3]) + (0).to_bytes(2, "little") + bytes(2)
