"""Remote ID broadcasts by encoding: who and where are joined by the transmitter, packs, unknown values,
people never.
"""

from __future__ import annotations

import struct

import numpy as np
import pytest

from steerclear.feeds.codes import MOVERS, ORIGINS
from steerclear.feeds.formats import open_reader
from steerclear.feeds.reader import Read

NOON = 1_700_049_600_000


def basic(serial: bytes = b"1581F5BK", kind: int = 2, sort: int = 1) -> bytes:
    return bytes([0x02, sort << 4 | kind]) + serial.ljust(20, b"\0") + bytes(3)


def location(**given: int) -> bytes:
    """F3411-22a table 5, every field by name."""
    f = {"status": 2, "track": 90, "speed": 40, "climb": -3, "lat": 505_000_000, "lon": 82_500_000} | given
    f = {
        "baro": 2200,
        "geom": 2300,
        "height": 2100,
        "horizontal": 10,
        "vertical": 5,
        "fast": 3,
        "tenths": 12,
    } | f
    track, west = (f["track"], 0) if f["track"] < 180 else (f["track"] - 180, 1)
    flags = f["status"] << 4 | west << 1 | f.get("quick", 0)
    made = bytes([0x12, flags, track, f["speed"]]) + struct.pack("<bii", f["climb"], f["lat"], f["lon"])
    made += struct.pack("<HHH", f["baro"], f["geom"], f["height"])
    return made + bytes([f["vertical"] << 4 | f["horizontal"], f["fast"]]) + struct.pack("<Hxx", f["tenths"])


def pack(*messages: bytes) -> bytes:
    return bytes([0xF2, 25, len(messages)]) + b"".join(messages)


def read(*messages: bytes, sender: str = "aa:bb", at: int = NOON) -> Read:
    lines = "".join(f"{sender} {one.hex()}\n" for one in messages)
    return open_reader("odid").read(lines.encode(), at)


def test_where_a_drone_is_goes_under_the_serial_that_its_transmitter_said() -> None:
    got = read(basic(), location())
    assert got.seen == 2 and got.drops == {"kept": 1}
    row = got.batch
    assert row.ident.tolist() == [b"rid:1581F5BK"] and row.at_ms.tolist() == [NOON + 1_200]
    assert (row.lat_deg[0], row.lon_deg[0]) == (50.5, 8.25)
    assert (row.error_m[0], row.alt_geom_m[0], row.alt_geom_error_m[0]) == (10.0, 150.0, 3.0)
    assert row.alt_baro_ft[0] * 0.3048 == pytest.approx(100.0) and row.v_error_mps[0] == 1.0
    assert row.ve_mps[0] == pytest.approx(10.0) and abs(row.vn_mps[0]) < 1e-9 and row.vu_mps[0] == -1.5
    assert (MOVERS[row.mover[0]], ORIGINS[row.origin[0]]) == ("unmanned", "own")
    assert MOVERS[read(basic(kind=8), location()).batch.mover[0]] == "balloon"


def test_without_a_serial_the_transmitter_is_the_identity_and_another_ones_serial_is_not_its() -> None:
    assert read(location()).batch.ident.tolist() == [b"rid:aa:bb"]
    reader = open_reader("odid")
    reader.read(f"aa:bb {basic().hex()}\n".encode(), NOON)
    row = reader.read(f"cc:dd {location().hex()}\n".encode(), NOON).batch
    assert row.ident.tolist() == [b"rid:cc:dd"]
    assert read(basic(sort=0)).drops == {"no-identity": 1}


def test_a_pack_says_who_wherever_in_it_that_stands() -> None:
    row = read(pack(location(), basic())).batch
    assert row.ident.tolist() == [b"rid:1581F5BK"]
    assert read(pack(basic(), location())[:-1]).drops == {"malformed": 1}


def test_the_other_half_of_the_compass_and_the_quick_scale() -> None:
    row = read(location(track=270, speed=10, quick=1)).batch
    assert row.ve_mps[0] == pytest.approx(-(10 * 0.75 + 63.75))


def test_what_is_marked_unknown_is_unknown() -> None:
    row = read(
        location(speed=255, climb=126, baro=0, geom=0, horizontal=0, vertical=0, fast=0, tenths=0xFFFF)
    ).batch
    for name in (
        "ve_mps",
        "vu_mps",
        "alt_baro_ft",
        "alt_geom_m",
        "error_m",
        "alt_geom_error_m",
        "v_error_mps",
    ):
        assert np.isnan(getattr(row, name)[0]), name
    assert row.at_ms.tolist() == [NOON]
    assert read(location(lat=0, lon=0)).drops == {"no-position": 1}
    assert read(location(status=1)).batch.on_ground.all() and not read(location()).batch.on_ground.any()


def test_the_hour_that_lies_nearer_is_meant() -> None:
    assert read(location(tenths=35_990), at=NOON + 500).batch.at_ms.tolist() == [NOON - 1_000]
    assert read(location(tenths=10), at=NOON - 500).batch.at_ms.tolist() == [NOON + 1_000]


def test_people_are_never_read() -> None:
    system = bytes([0x42]) + struct.pack("<Bii", 0, 505_000_000, 82_500_000) + bytes(15)
    operator, free = bytes([0x52]) + b"OP".ljust(24, b"\0"), bytes([0x32]) + b"survey".ljust(24, b"\0")
    got = read(system, operator, free)
    assert got.drops == {"not-used": 3} and len(got.batch) == 0


def test_bad_lines_are_counted() -> None:
    data = b"aa:bb nohex\n" + location().hex().encode() + b"\naa:bb 1202\n"
    assert open_reader("odid").read(data, NOON).drops == {"malformed": 2, "no-identity": 1}
