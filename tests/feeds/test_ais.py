"""AIS: every message that pyais decodes, decoded alike; what is unknown, cut, in parts, or no mover."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyais
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyais.exceptions import AISBaseException

from steerclear.feeds.codes import MOVERS, REFERENCES
from steerclear.feeds.formats import open_reader
from steerclear.feeds.nmea import armoured, checksum
from steerclear.feeds.reader import Read
from support.vectors import folder

NOON = 1_700_049_600_000
KT = 1852 / 3600


def encoded(kind: int, mmsi: int = 273_344_040, **fields: Any) -> list[bytes]:
    made = pyais.encode_dict({"type": kind, "mmsi": mmsi, **fields})
    return [line.encode() for line in made]


def read(*lines: bytes, at: int = NOON) -> Read:
    return open_reader("ais").read(b"\n".join([*lines, b""]), at)


def same(row: Any, i: int, message: Any) -> None:
    """One row of ours beside pyais's message."""
    assert row.ident[i] == f"mmsi:{int(message.mmsi):09d}".encode()
    assert abs(row.lat_deg[i] - message.lat) < 1e-5 and abs(row.lon_deg[i] - message.lon) < 1e-5
    speed, course = float(message.speed), float(message.course)
    known = speed < (62.5 if message.msg_type == 27 else 102.25) and (course < 360 or speed == 0)
    if message.msg_type != 9 and known:
        assert abs(math.hypot(row.ve_mps[i], row.vn_mps[i]) - speed * KT) < 1e-6
        if speed:
            assert (
                abs((math.degrees(math.atan2(row.ve_mps[i], row.vn_mps[i])) - course + 180) % 360 - 180)
                < 1e-6
            )
    elif message.msg_type != 9:
        assert np.isnan(row.ve_mps[i])


@pytest.mark.parametrize(
    "name", ["nmea_data_sample.txt", "mixed.txt", "timestamped.ais", "ais_test_messages"]
)
def test_every_recorded_position_is_what_pyais_reads(name: str) -> None:
    data = folder("ais").joinpath(name).read_bytes()
    reader, rows = open_reader("ais"), 0
    stream = pyais.IterMessages(data.splitlines())
    theirs = []
    for message in stream:
        try:
            theirs.append(message.decode())
        except AISBaseException:
            continue
    wanted = [
        one
        for one in theirs
        if one.msg_type in (1, 2, 3, 9, 18, 19, 27)
        and abs(one.lat) <= 90
        and abs(one.lon) <= 180
        and int(one.mmsi)
    ]
    got = reader.read(data + b"\n", NOON)
    ours = {
        (row, round(lat, 4)) for row, lat in zip(got.batch.ident.tolist(), got.batch.lat_deg, strict=True)
    }
    for message in wanted:
        rows += (f"mmsi:{int(message.mmsi):09d}".encode(), round(message.lat, 4)) in ours
    assert got.seen == len(got.batch) + sum(got.drops.values())
    assert len(wanted) >= len(got.batch) > 0
    bad = (
        got.drops.get("bad-checksum", 0) + got.drops.get("malformed", 0) + got.drops.get("distress-beacon", 0)
    )
    assert rows >= len(wanted) - bad, "pyais reads sentences whose checksum is wrong; ours counts them"


@pytest.mark.parametrize("kind", [1, 2, 3, 18, 19, 27])
@given(
    st.integers(1, 969_999_999),
    st.floats(-180, 180),
    st.floats(-90, 90),
    st.floats(0, 60),
    st.floats(0, 359.9),
)
@example(1, -180.0, -90.0, 0.0, 0.0)
def test_every_encoded_position_is_what_pyais_reads(
    kind: int, mmsi: int, lon: float, lat: float, speed: float, course: float
) -> None:
    if kind == 27:
        course = float(int(course))
    lines = encoded(kind, mmsi, lon=lon, lat=lat, speed=speed, course=course, second=30, status=0)
    got = read(*lines)
    assert got.drops == {} and got.seen == 1
    same(got.batch, 0, pyais.decode(*lines))
    assert MOVERS[got.batch.mover[0]] == "ship" and REFERENCES[got.batch.alt_ref[0]] == "sea"


def test_what_is_unknown_stays_unknown() -> None:
    known: dict[str, Any] = {"lat": 1.5, "lon": 2.5, "speed": 10.0, "course": 90.0, "second": 0, "status": 0}
    assert read(*encoded(1, **known | {"lat": 91.0})).drops == {"no-position": 1}
    assert read(*encoded(1, **known | {"lon": 181.0})).drops == {"no-position": 1}
    assert np.isnan(read(*encoded(1, **known | {"speed": 102.3})).batch.ve_mps[0])
    assert np.isnan(read(*encoded(1, **known | {"course": 360.0})).batch.ve_mps[0])
    still = read(*encoded(1, **known | {"course": 360.0, "speed": 0.0})).batch
    assert (still.ve_mps[0], still.vn_mps[0]) == (0.0, 0.0), "without speed no course is needed"
    row = read(*encoded(1, **known)).batch
    assert row.ve_mps[0] == 10 * KT and row.error_m.tolist() == [100.0]
    assert read(*encoded(1, **known | {"accuracy": 1})).batch.error_m.tolist() == [10.0]


def test_the_second_of_the_message_is_put_into_its_minute() -> None:
    def at(second: int, received: int) -> int:
        lines = encoded(1, lat=1.0, lon=1.0, second=second, status=0)
        return int(read(*lines, at=received).batch.at_ms[0])

    assert at(58, NOON + 4_000) == NOON - 2_000
    assert at(3, NOON + 4_000) == NOON + 3_000
    assert at(6, NOON + 4_000) == NOON + 6_000, "a clock up to three seconds apart"
    assert at(8, NOON + 4_000) == NOON - 52_000
    assert at(60, NOON + 4_000) == NOON + 4_000, "60 to 63 say nothing"


def tagged(block: bytes, line: bytes) -> bytes:
    return b"\\%s*%02X\\%s" % (block, checksum(block), line)


def test_the_receivers_time_of_a_tag_block_goes_before_the_time_of_arrival() -> None:
    (line,) = encoded(1, lat=1.0, lon=1.0, second=60, status=0)
    stamp = (NOON - 3_600_000) // 1000
    assert read(tagged(b"s:one,c:%d" % stamp, line)).batch.at_ms.tolist() == [NOON - 3_600_000]
    assert read(tagged(b"c:%d" % (stamp * 1000 + 250), line)).batch.at_ms.tolist() == [NOON - 3_599_750]
    wrong = tagged(b"c:%d" % stamp, line).replace(b"*", b"0*", 1)
    assert read(wrong).drops == {"bad-checksum": 1}
    stamped = b"$PGHP,1,2023,11,15,11,0,0,10,338,2,,1,09*17"
    assert read(stamped, line).batch.at_ms.tolist() == [NOON - 3_600_000 + 10]


def test_a_name_in_two_parts_goes_with_the_next_position() -> None:
    parts = encoded(5, shipname="EVER GIVEN", ship_type=70)
    assert len(parts) == 2
    (place,) = encoded(1, lat=1.0, lon=1.0, second=0, status=0)
    for first, second in (parts, reversed(parts)):
        reader = open_reader("ais")
        assert reader.read(first + b"\n" + place + b"\n", NOON).batch.callsign.tolist() == [b""]
        got = reader.read(second + b"\n" + place + b"\n", NOON)
        assert got.batch.callsign.tolist() == [b"EVER GIVEN"] and got.drops == {"kept": 1}
    assert read(*encoded(24, partno=0, shipname="LITTLE"), place).batch.callsign.tolist() == [b"LITTLE"]


def test_a_part_that_never_comes_is_counted_after_its_time() -> None:
    parts, reader = encoded(5, shipname="EVER GIVEN"), open_reader("ais")
    assert reader.read(parts[0] + b"\n", NOON).seen == 0
    assert reader.read(b"", NOON + 30_000).drops == {}
    assert reader.read(b"", NOON + 30_001).drops == {"incomplete": 1}
    assert reader.read(parts[1] + b"\n", NOON + 30_002).drops == {}


def test_tag_blocks_keep_two_messages_in_parts_apart() -> None:
    one, two = encoded(5, shipname="ONE"), encoded(5, 211_000_001, shipname="TWO")
    lines = [
        tagged(b"g:1-2-7", one[0]),
        tagged(b"g:1-2-8", two[0]),
        tagged(b"g:2-2-7", one[1]),
        tagged(b"g:2-2-8", two[1]),
    ]
    places = [*encoded(1, lat=1.0, lon=1.0, status=0), *encoded(1, 211_000_001, lat=1.0, lon=1.0, status=0)]
    assert read(*lines, *places).batch.callsign.tolist() == [b"ONE", b"TWO"]


def test_an_aircraft_in_rescue_has_its_height_above_the_sea() -> None:
    fields: dict[str, Any] = {"lat": 1.0, "lon": 1.0, "speed": 120, "course": 0.0}
    row = read(*encoded(9, 111_232_511, alt=300, **fields)).batch
    assert (
        MOVERS[row.mover[0]] == "rotary"
        and REFERENCES[row.alt_ref[0]] == "MSL"
        and row.alt_given.tolist() == [300.0]
    )
    assert row.vn_mps[0] == 120 * KT and not row.on_ground[0]
    row = read(*encoded(9, 111_232_111, alt=4095, **fields)).batch
    assert (
        MOVERS[row.mover[0]] == "fixed_wing"
        and np.isnan(row.alt_given[0])
        and REFERENCES[row.alt_ref[0]] == "unknown"
    )
    assert not row.on_ground[0], "an aircraft without a height is not afloat"


@pytest.mark.parametrize("mmsi", [970_123_456, 972_123_456, 974_123_456])
def test_survivors_are_counted_and_are_no_tracks(mmsi: int) -> None:
    got = read(*encoded(1, mmsi, lat=1.0, lon=1.0, status=0))
    assert got.drops == {"distress-beacon": 1} and len(got.batch) == 0
    assert read(*encoded(1, lat=1.0, lon=1.0, status=14)).drops == {"distress-beacon": 1}
    assert len(read(*encoded(1, mmsi - 10_000_000, lat=1.0, lon=1.0, status=0)).batch) == 1


def test_stations_and_buoys_are_no_movers_and_other_messages_are_not_used() -> None:
    assert read(*encoded(4, lat=1.0, lon=1.0)).drops == {"not-a-mover": 1}
    assert read(*encoded(21, 992_111_111, lat=1.0, lon=1.0)).drops == {"not-a-mover": 1}
    assert read(*encoded(8, data=b"x")).drops == {"not-used": 1}


def test_a_wrong_checksum_is_dropped_and_the_right_one_is_not() -> None:
    (line,) = encoded(1, lat=1.0, lon=1.0, status=0)
    other = b"%s*%02X" % (line[:-3], int(line[-2:], 16) ^ 1)
    assert read(other).drops == {"bad-checksum": 1} and read(line).drops == {}


@given(st.binary(max_size=60))
def test_checksum_and_armour_are_those_of_pyais(data: bytes) -> None:
    expected = 0
    for byte in data:
        expected ^= byte
    assert checksum(data) == expected
    letters = bytes(48 + (byte & 63) + (8 if (byte & 63) >= 40 else 0) for byte in data)
    bits = armoured(letters, 0)
    assert (bits is None) == (not data)
    if bits is not None:
        assert f"{bits.value:0{bits.size}b}" == "".join(f"{byte & 63:06b}" for byte in data)


@given(st.integers(1, 40))
def test_sentences_may_be_cut_anywhere(step: int) -> None:
    data = b"\r\n".join([*encoded(5, shipname="A"), *encoded(1, lat=1.0, lon=1.0, status=0), b""])
    reader = open_reader("ais")
    reads = [reader.read(data[i : i + step], NOON) for i in range(0, len(data), step)]
    assert sum(len(one.batch) for one in reads) == 1 and sum(one.seen for one in reads) == 2
