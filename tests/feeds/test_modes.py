"""Raw Mode S: published frames to positions, cut anywhere; framing by Beast and AVR; parity decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.feeds import formats
from steerclear.feeds.codes import ORIGINS
from steerclear.feeds.reader import Read, Reader

NOW = 1_457_996_400_000
EVEN, ODD = "8D40621D58C382D690C8AC2863A7", "8D40621D58C386435CC412692AD6"
"""J. Sun, The 1090 Megahertz Riddle, 5.3: together 52.2572° N, 3.91937° E at 38,000 ft."""
SPEED, NAME = "8D485020994409940838175B284F", "8D406B902015A678D4D220AA4BDA"
GROUND = ("8C4841753AAB238733C8CD4020B1", "8C4841753A8A35323FAEBDAC702D")


def avr(*frames: str) -> bytes:
    return b"".join(b"*" + one.encode() + b";\n" for one in frames)


def beast(*frames: str) -> bytes:
    made = b""
    for one in frames:
        body = bytes(6) + b"\x1a" + bytes.fromhex(one)
        made += b"\x1a3" + body.replace(b"\x1a", b"\x1a\x1a")
    return made


@pytest.mark.parametrize(("name", "framed"), [("avr", avr), ("beast", beast)])
def test_two_halves_make_a_position_even_when_a_minute_of_frames_is_cut_anywhere(
    name: str, framed: object
) -> None:
    data = framed(ODD, NAME, EVEN)  # type: ignore[operator]
    whole = formats.open_reader(name).read(data + framed(SPEED), NOW)  # type: ignore[operator]
    assert whole.seen == 4 and len(whole.batch) == 1 and whole.drops == {"kept": 3}
    row = whole.batch
    assert row.ident.tolist() == [b"icao:40621d"] and ORIGINS[row.origin[0]] == "own"
    assert abs(row.lat_deg[0] - 52.2572) < 1e-4 and abs(row.lon_deg[0] - 3.91937) < 1e-4
    assert row.alt_baro_ft.tolist() == [38_000.0] and row.error_m.tolist() == [185.2]
    reader = formats.open_reader(name)
    parts = [reader.read(data[i : i + 1], NOW) for i in range(len(data))]
    assert [one.lat_deg[0] for one in (part.batch for part in parts) if len(one)] == row.lat_deg.tolist()


def test_halves_ten_seconds_apart_make_none() -> None:
    reader = formats.open_reader("avr")
    reader.read(avr(ODD), NOW)
    assert len(reader.read(avr(EVEN), NOW + 10_001).batch) == 0
    reader = formats.open_reader("avr")
    reader.read(avr(ODD), NOW)
    assert len(reader.read(avr(EVEN), NOW + 9_000).batch) == 1


def of(address: str, frame: str) -> str:
    """The same squitter from another address, with its parity (polynomial of RTCA DO-260B 2.2.3.2.1.7)."""
    body = frame[:2] + address + frame[8:22]
    rest = int(body, 16) << 24
    for bit in range(111, 23, -1):
        if rest >> bit & 1:
            rest ^= 0x1FFF409 << (bit - 24)
    return f"{body}{rest:06x}"


def test_velocity_and_geometric_height_go_with_the_next_position() -> None:
    assert of("485020", SPEED).upper() == SPEED
    reader = formats.open_reader("avr")
    assert reader.read(avr(SPEED, of("40621D", SPEED)), NOW).drops == {"kept": 2}
    row = reader.read(avr(ODD, EVEN), NOW).batch
    assert abs(float(np.hypot(row.ve_mps[0], row.vn_mps[0])) - 159.2 * 1852 / 3600) < 0.1
    assert abs(row.vu_mps[0] + 832 * 0.3048 / 60) < 1e-6
    assert row.alt_geom_m.tolist() == [(38_000 + 550) * 0.3048]
    reader = formats.open_reader("avr")
    reader.read(avr(SPEED), NOW)
    assert np.isnan(reader.read(avr(ODD, EVEN), NOW).batch.ve_mps[0]), "another aircraft's velocity"


def test_what_a_ground_station_measured_goes_with_no_broadcast() -> None:
    """boundary.md, No track file of the other side: what is broadcast counts as what everybody can receive."""

    def measured(frame: str) -> str:
        return of("40621D", "92" + frame[2:])  # DF 18, control field 2: fine TIS-B, and MLAT sent back

    reader = formats.open_reader("avr")
    reader.read(avr(measured(SPEED), measured(ODD)), NOW)
    assert len(reader.read(avr(EVEN), NOW).batch) == 0, "nor does one half of either make a position"
    row = reader.read(avr(ODD), NOW).batch
    assert ORIGINS[row.origin[0]] == "own" and np.isnan(row.ve_mps[0]) and np.isnan(row.alt_geom_m[0])
    row = reader.read(avr(measured(EVEN)), NOW).batch
    assert ORIGINS[row.origin[0]] == "radar" and np.isfinite(row.ve_mps[0])
    assert len(reader.read(avr(of("40621D", SPEED), EVEN), NOW).batch) == 1
    assert np.isfinite(reader.read(avr(ODD), NOW + 1).batch.ve_mps[0]), "its own does"


def test_a_frame_whose_parity_does_not_hold_is_dropped() -> None:
    bad = EVEN[:-1] + "6"
    assert formats.open_reader("avr").read(avr(bad), NOW).drops == {"bad-checksum": 1}
    assert formats.open_reader("avr").read(avr(EVEN), NOW).drops == {"kept": 1}


def test_a_frame_that_ends_in_the_escape_ends_there() -> None:
    data = beast(EVEN[:-2] + "1A", EVEN, ODD[:-2] + "1A", ODD)
    got = formats.open_reader("beast").read(data, NOW)
    assert got.seen == 4 and got.drops == {"bad-checksum": 2, "kept": 1} and len(got.batch) == 1


def test_on_the_ground_the_receiver_says_which_of_four_places() -> None:
    assert formats.open_reader("avr").read(avr(*GROUND), NOW).drops == {"no-position": 2}
    row = formats.open_reader("avr", receiver=[52.3, 4.7]).read(avr(*GROUND), NOW).batch
    assert abs(row.lat_deg[-1] - 52.3206) < 1e-3 and row.on_ground.all()
    assert abs(float((row.ve_mps[-1] ** 2 + row.vn_mps[-1] ** 2) ** 0.5) - 16 * 1852 / 3600) < 0.1


def counted(reader: Reader, chunks: list[bytes]) -> None:
    for chunk in chunks:
        got: Read = reader.read(chunk, NOW)
        assert got.seen == len(got.batch) + sum(got.drops.values())


@given(
    st.lists(
        st.binary(max_size=80) | st.sampled_from([beast(EVEN), beast(ODD)[:-3], avr(EVEN), b"\x1a3"]),
        max_size=8,
    )
)
def test_any_bytes_are_frames_or_counted(chunks: list[bytes]) -> None:
    counted(formats.open_reader("beast"), chunks)
    counted(formats.open_reader("avr"), chunks)


@pytest.mark.parametrize("name", ["avr", "beast"])
@pytest.mark.parametrize("receiver", [[52.3], [91.0, 4.7], [52.3, 4.7, 0.0], ["52.3", 4.7], "52.3 4.7", 52.3])
def test_a_receiver_that_stands_nowhere_is_refused(name: str, receiver: object) -> None:
    with pytest.raises(Malformed) as caught:
        formats.open_reader(name, receiver=receiver)
    assert (caught.value.rule, caught.value.field) == ("bad-option", "options.receiver")
    assert "[52.31, 4.76]" in caught.value.remedy
