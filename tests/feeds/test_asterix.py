"""ASTERIX by encoding with libasterix: what was put in comes out, and what is cut, broken or a test does
not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.feeds import formats
from steerclear.feeds.batch import COLUMNS
from steerclear.feeds.codes import MOVERS, ORIGINS
from steerclear.feeds.reader import Read
from steerclear.feeds.tracks import Tracks

NOON = 1_700_049_600_000
"""2023-11-15T12:00:00Z."""
WHO = ("010", (("SAC", 25), ("SIC", 201)))


@pytest.fixture(scope="module")
def generated() -> Any:
    import asterix.generated

    return asterix.generated


def block(category: Any, *records: dict[str, Any]) -> bytes:
    made = category.create([category.cv_record.create(dict([WHO]) | one) for one in records])
    return bytes(made.unparse().to_bytes())


def adsb(**more: Any) -> dict[str, Any]:
    return {
        "040": ((0, 0, 0, 0, None),),
        "080": 0x4B1814,
        "073": (43_200.5, "s"),
        "131": (("LAT", (50.123456, "°")), ("LON", (8.654321, "°"))),
        "145": (350.0, "FL"),
        "140": (35_500.0, "ft"),
        "160": (("RE", 0), ("GS", (0.125, "NM/s")), ("TA", (90.0, "°"))),
        "157": (("RE", 0), ("GVR", (-512.5, "ft/min"))),
        "170": "DLH123",
        "020": 10,
        "090": ((2, 8, None),),
        **more,
    }


def read(data: bytes, **options: Any) -> Read:
    return formats.open_reader("asterix", **options).read(data, NOON)


def test_category_021_gives_back_what_was_encoded(generated: Any) -> None:
    got = read(block(generated.Cat_021_2_6, adsb()))
    assert got.drops == {} and got.seen == 1
    row = got.batch
    assert row.ident.tolist() == [b"icao:4b1814"] and row.at_ms.tolist() == [NOON + 500]
    assert abs(row.lat_deg[0] - 50.123456) < 1e-6 and abs(row.lon_deg[0] - 8.654321) < 1e-6
    assert row.alt_baro_ft[0] == 35_000 and abs(row.alt_geom_m[0] - 35_500 * 0.3048) < 2
    assert abs(row.ve_mps[0] - 0.125 * 1852) < 0.1 and abs(row.vn_mps[0]) < 0.1
    assert abs(row.vu_mps[0] + 512.5 * 0.3048 / 60) < 0.02
    assert row.callsign.tolist() == [b"DLH123"]
    assert MOVERS[row.mover[0]] == "rotary" and ORIGINS[row.origin[0]] == "own"
    assert row.error_m[0] == 185.2, "NIC 8 where no NACp is sent"


def test_a_track_of_category_062_and_its_height_on_a_local_setting(generated: Any) -> None:
    record = {
        "070": (43_199.0, "s"),
        "105": (("LAT", (-33.5, "°")), ("LON", (151.25, "°"))),
        "185": (("VX", (-100.0, "m/s")), ("VY", (50.0, "m/s"))),
        "130": (10_000.0, "ft"),
        "135": (("QNH", 1), ("CTB", (99.0, "FL"))),
        "136": (101.0, "FL"),
        "040": 77,
    }
    row = read(block(generated.Cat_062_1_20, record)).batch
    assert row.ident.tolist() == [b"radar:25/201/77"] and ORIGINS[row.origin[0]] == "radar"
    assert row.alt_baro_ft.tolist() == [10_100.0], "a figure on the local setting is no pressure altitude"
    assert row.ve_mps.tolist() == [-100.0] and row.vn_mps.tolist() == [50.0]
    assert row.at_ms.tolist() == [NOON - 1_000]


def test_a_plot_of_category_048_stands_where_its_radar_puts_it(generated: Any) -> None:
    plot = {
        "140": (43_200.0, "s"),
        "220": 0x3C6444,
        "040": (("RHO", (60.0, "NM")), ("THETA", (90.0, "°"))),
        "090": (0, 0, ("FL", (300.0, "FL"))),
    }
    data = block(generated.Cat_048_1_31, plot)
    assert read(data).drops == {"no-position": 1}, "nobody said where the radar stands"
    row = read(data, radars={"25/201": [50.0, 8.0, 100.0]}).batch
    slant, height = 60 * 1852.0, 30_000 * 0.3048 - 100
    flat = np.sqrt(slant**2 - height**2)
    assert abs((row.lon_deg[0] - 8.0) * 111_320 * np.cos(np.radians(50)) - flat) < 400
    assert row.ident.tolist() == [b"icao:3c6444"] and 150 < row.error_m[0] < 500
    flat_plot = {item: given for item, given in plot.items() if item != "090"}
    unknown = read(block(generated.Cat_048_1_31, flat_plot), radars={"25/201": [50.0, 8.0, 100.0]}).batch
    assert unknown.error_m[0] > row.error_m[0], "an unknown height leaves the range open"


def test_blocks_may_be_cut_anywhere_and_other_categories_are_passed_over(generated: Any) -> None:
    reader = formats.open_reader("asterix")
    data = block(generated.Cat_034_1_29, {"000": 1}) + block(
        generated.Cat_021_2_6, adsb(), adsb(**{"080": 1})
    )
    reads = [reader.read(data[i : i + 1], NOON) for i in range(len(data))]
    assert sum(len(one.batch) for one in reads) == 2 and sum(one.seen for one in reads) == 3
    assert [one.drops for one in reads if one.drops] == [{"not-used": 1}]


def test_simulated_targets_and_broken_blocks_are_counted_and_left_out(generated: Any) -> None:
    test = adsb(**{"040": ((0, 0, 0, 0, None), (0, 0, 1, 0, 0, 0, None))})
    assert read(block(generated.Cat_021_2_6, test)).drops == {"test": 1}
    whole = block(generated.Cat_021_2_6, adsb())
    broken = whole[:1] + (len(whole) - 2).to_bytes(2, "big") + whole[3:-2]
    assert read(broken).drops == {"malformed": 1}
    assert read(b"\x15\x00\x01" + whole).drops == {"malformed": 1}


def test_midnight_belongs_to_the_nearer_day(generated: Any) -> None:
    midnight = NOON + 12 * 3_600_000
    reader = formats.open_reader("asterix")
    late = block(generated.Cat_021_2_6, adsb(**{"073": (86_399.0, "s")}))
    assert reader.read(late, midnight + 2_000).batch.at_ms.tolist() == [midnight - 1_000]
    early = block(generated.Cat_021_2_6, adsb(**{"073": (1.0, "s")}))
    assert reader.read(early, midnight - 500).batch.at_ms.tolist() == [midnight + 1_000]


def test_of_one_source_the_own_reports_are_shared_and_what_a_tracker_fused_is_local(generated: Any) -> None:
    fused = {"070": (43_200.0, "s"), "105": (("LAT", (1.0, "°")), ("LON", (2.0, "°"))), "040": 77}
    tracks = Tracks({"site": "shared"})
    for data in (block(generated.Cat_021_2_6, adsb()), block(generated.Cat_062_1_20, fused)):
        tracks.take("site", read(data).batch, NOON + 1_000)
    picture = tracks.picture(NOON + 1_000)
    shared = dict(zip(picture.state.ident.tolist(), picture.shared.tolist(), strict=True))
    assert shared == {b"icao:4b1814": True, b"radar:25/201/77": False}


def test_a_datagram_that_was_cut_short_does_not_swallow_those_after_it(generated: Any) -> None:
    whole = block(generated.Cat_021_2_6, adsb())
    reader = formats.open_reader("asterix")
    assert reader.read(whole[:-5], NOON).seen == 0
    got = reader.read(whole, NOON + 5_001)
    assert got.drops == {"incomplete": 1} and len(got.batch) == 1
    reader = formats.open_reader("asterix")
    reader.read(whole[:-5], NOON)
    assert len(reader.read(whole[-5:], NOON + 5_000).batch) == 1, "a slow stream is no lost datagram"
    assert reader.read(b"\x15\xff\xff", NOON).drops == {"malformed": 1}
    assert len(reader.read(whole, NOON).batch) == 1


def test_friend_or_foe_is_never_read(generated: Any) -> None:
    place = {"140": (43_200.0, "s"), "220": 0x3C6444, "040": (("RHO", (60.0, "NM")), ("THETA", (90.0, "°")))}
    radars = {"25/201": [50.0, 8.0, 100.0]}
    items = [place | {"020": ((5, 0, 0, 0, 0, None), (0, 0, 0, 0, 0, side, None))} for side in range(4)]
    made = [read(block(generated.Cat_048_1_31, one), radars=radars) for one in items]
    for other in made[1:]:
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(other.batch, name), getattr(made[0].batch, name))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(3, 400), st.integers(0, 255)), max_size=6))
def test_blocks_with_wrong_bytes_are_rows_or_counted(generated: Any, changes: list[tuple[int, int]]) -> None:
    fused = {
        "070": (43_200.0, "s"),
        "105": (("LAT", (1.0, "°")), ("LON", (2.0, "°"))),
        "040": 77,
        "130": (1.0, "ft"),
    }
    data = bytearray(block(generated.Cat_021_2_6, adsb(), adsb()) + block(generated.Cat_062_1_20, fused))
    for place, value in changes:
        data[place % len(data)] = value
    got = read(bytes(data))
    assert got.seen == len(got.batch) + sum(got.drops.values())


RADAR = {"25/201": [50.0, 8.0, 100.0]}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"radars": {"25/301": RADAR["25/201"]}}, "options.radars.25/301"),
        ({"radars": {"25/201": [50.0, 8.0]}}, "options.radars.25/201"),
        ({"radars": {"25/201": [95.0, 8.0, 100.0]}}, "options.radars.25/201"),
        ({"radars": {"25/201": ["50", 8.0, 100.0]}}, "options.radars.25/201"),
        ({"radars": {"25/201": [float("nan"), 8.0, 100.0]}}, "options.radars.25/201"),
        ({"radars": [50.0, 8.0, 100.0]}, "options.radars"),
        ({"editions": {"021": "9.9"}}, "options.editions.021"),
        ({"editions": {"021": "0.26"}}, "options.editions.021"),
        ({"editions": {"020": "1.9"}}, "options.editions.020"),
        ({"editions": "2.6"}, "options.editions"),
        ({"radar": RADAR}, "options.radar"),
    ],
)
def test_an_option_that_cannot_be_is_refused_by_its_field(options: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as caught:
        formats.open_reader("asterix", **options)
    assert caught.value.field == field and caught.value.remedy


@pytest.mark.parametrize("edition", ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"])
def test_the_edition_is_the_sources(generated: Any, edition: str) -> None:
    category = getattr(generated, f"Cat_021_{edition.replace('.', '_')}")
    row = read(block(category, adsb()), editions={"021": edition}, radars=RADAR).batch
    assert row.ident.tolist() == [b"icao:4b1814"] and row.at_ms.tolist() == [NOON + 500]
