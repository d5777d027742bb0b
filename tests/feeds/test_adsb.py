"""ADS-B readers: aircraft.json, SBS lines and OpenSky's state vectors; each value as given, each unknown
unknown.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from steerclear.feeds.codes import MOVERS, ORIGINS, REFERENCES, UNITS
from steerclear.feeds.formats import open_reader
from steerclear.feeds.reader import Read

NOW = 1_700_049_600_000
WHOLE = {
    "hex": "4b1814",
    "type": "adsb_icao",
    "flight": "SWR12  ",
    "alt_baro": 35000,
    "alt_geom": 35525,
    "gs": 450.0,
    "track": 90.0,
    "baro_rate": -64,
    "geom_rate": -128,
    "category": "A3",
    "lat": 47.5,
    "lon": 8.25,
    "nic": 8,
    "rc": 186,
    "seen_pos": 1.5,
    "nac_p": 9,
    "nac_v": 2,
    "sil": 3,
    "gva": 2,
    "rssi": -20.1,
    "mlat": [],
    "tisb": [],
    "messages": 10,
    "squawk": "1000",
    "emergency": "none",
}


def readsb(*aircraft: Any, **document: Any) -> Read:
    whole = {"now": NOW / 1000, "messages": 1, "aircraft": list(aircraft)} | document
    return open_reader("readsb").read(json.dumps(whole).encode(), NOW + 300)


def test_every_field_of_aircraft_json_is_read_in_its_unit() -> None:
    got = readsb(WHOLE)
    assert (got.seen, got.drops) == (1, {})
    row = got.batch
    assert row.ident.tolist() == [b"icao:4b1814"] and row.callsign.tolist() == [b"SWR12"]
    assert row.at_ms.tolist() == [NOW - 1_500] and row.received_ms.tolist() == [NOW + 300]
    assert row.error_m.tolist() == [30.0], "NACp 9: 30 m, before the radius of containment"
    assert row.alt_baro_ft.tolist() == [35_000.0] and row.alt_geom_m.tolist() == [35_525 * 0.3048]
    assert row.alt_geom_error_m.tolist() == [45.0] and row.v_error_mps.tolist() == [3.0]
    assert (row.alt_given[0], UNITS[row.alt_unit[0]], REFERENCES[row.alt_ref[0]]) == (35_000.0, "ft", "STD")
    assert abs(row.ve_mps[0] - 231.5) < 1e-9 and abs(row.vn_mps[0]) < 1e-9
    assert row.vu_mps.tolist() == [-128 * 0.3048 / 60], "the geometric rate before the barometric one"
    assert (MOVERS[row.mover[0]], ORIGINS[row.origin[0]], row.sil[0]) == ("fixed_wing", "own", 3)


def test_what_aircraft_json_leaves_out_is_unknown() -> None:
    row = readsb({"hex": "4b1814", "lat": 1.0, "lon": 2.0}).batch
    for name in (
        "error_m",
        "alt_geom_m",
        "alt_baro_ft",
        "alt_given",
        "ve_mps",
        "vn_mps",
        "vu_mps",
        "v_error_mps",
    ):
        assert np.isnan(getattr(row, name)).all(), name
    assert row.sil.tolist() == [255] and row.mover.tolist() == [0] and row.alt_ref.tolist() == [0]
    assert row.at_ms.tolist() == [NOW]


def test_ground_is_no_altitude() -> None:
    row = readsb(WHOLE | {"alt_baro": "ground", "alt_geom": None}).batch
    assert row.on_ground.all() and np.isnan(row.alt_baro_ft[0]) and REFERENCES[row.alt_ref[0]] == "ground"
    assert not readsb(WHOLE).batch.on_ground.any()


def test_geometric_altitude_alone_counts_from_the_ellipsoid() -> None:
    row = readsb({name: value for name, value in WHOLE.items() if name != "alt_baro"}).batch
    assert (row.alt_given[0], UNITS[row.alt_unit[0]], REFERENCES[row.alt_ref[0]]) == (35_525.0, "ft", "WGS84")


def test_an_address_that_is_none_of_icao_stays_apart() -> None:
    rows = readsb(WHOLE, WHOLE | {"hex": "~4b1814"}).batch
    assert rows.ident.tolist() == [b"icao:4b1814", b"anon:4b1814"]


@pytest.mark.parametrize(
    ("kind", "origin"),
    [("adsb_icao", "own"), ("adsr_icao", "rebroadcast"), ("tisb_other", "radar"), ("mlat", "multilaterated")],
)
def test_who_says_so_is_kept(kind: str, origin: str) -> None:
    assert ORIGINS[readsb(WHOLE | {"type": kind}).batch.origin[0]] == origin


def test_without_a_type_the_list_of_mlat_fields_tells() -> None:
    plain = {name: value for name, value in WHOLE.items() if name != "type"}
    assert ORIGINS[readsb(plain).batch.origin[0]] == "own"
    row = readsb(plain | {"mlat": ["lat", "lon"]}).batch
    assert ORIGINS[row.origin[0]] == "multilaterated" and row.error_m[0] >= 500


@pytest.mark.parametrize("listed", ["mlat", "tisb"])
def test_what_was_measured_beside_a_broadcast_position_is_left_out(listed: str) -> None:
    """boundary.md: a speed or a height that somebody measured is nothing that everybody can receive."""
    whole = readsb(WHOLE).batch
    row = readsb(WHOLE | {listed: ["gs", "track", "alt_geom", "geom_rate", "baro_rate"]}).batch
    assert ORIGINS[row.origin[0]] == "own" and row.lat_deg[0] == whole.lat_deg[0]
    assert np.isfinite(whole.ve_mps[0]) and np.isnan(row.ve_mps[0]) and np.isnan(row.vn_mps[0])
    assert np.isnan(row.alt_geom_m[0]) and row.alt_baro_ft[0] == whole.alt_baro_ft[0]
    assert np.isfinite(whole.vu_mps[0]) and np.isnan(row.vu_mps[0])
    placed = readsb(WHOLE | {listed: ["lat", "lon", "gs", "track"]}).batch
    assert ORIGINS[placed.origin[0]] == {"mlat": "multilaterated", "tisb": "radar"}[listed], (
        "whatever its type"
    )
    assert placed.ve_mps[0] == whole.ve_mps[0], "what is measured as a whole stays at home as a whole"


def test_each_quality_gives_its_error_and_the_better_one_goes_first() -> None:
    plain = {name: value for name, value in WHOLE.items() if name not in ("nac_p", "rc", "nic")}
    assert readsb(plain | {"nac_p": 8, "rc": 186}).batch.error_m.tolist() == [92.6]
    assert readsb(plain | {"nac_p": 0, "rc": 186}).batch.error_m.tolist() == [186.0]
    assert readsb(plain | {"nic": 7}).batch.error_m.tolist() == [370.4]
    assert np.isnan(readsb(plain | {"nic": 0, "rc": 0}).batch.error_m[0])


def test_one_bad_aircraft_is_dropped_alone_and_by_its_reason() -> None:
    got = readsb(
        WHOLE,
        WHOLE | {"lat": "north"},
        WHOLE | {"hex": "xyz"},
        {"hex": "4b1815"},
        WHOLE | {"lat": 91.0},
        "not an aircraft",
    )
    assert got.seen == 6 and len(got.batch) == 1
    assert got.drops == {"malformed": 2, "no-identity": 1, "no-position": 1, "out-of-range": 1}


def test_a_call_sign_that_is_no_text_does_not_cost_the_document() -> None:
    data = json.dumps({"now": NOW / 1000, "aircraft": [WHOLE, WHOLE | {"hex": "4b1815"}]}).encode()
    got = open_reader("readsb").read(data.replace(b"SWR12  ", b"SWR\xff2  ", 1), NOW)
    assert got.drops == {} and got.batch.callsign.tolist() == [b"", b"SWR12"]


def test_a_height_or_speed_outside_the_earth_is_unknown_and_the_position_stays() -> None:
    row = readsb(WHOLE | {"alt_baro": 300_000, "gs": 1e6}).batch
    assert len(row) == 1 and np.isnan(row.alt_baro_ft[0]) and np.isnan(row.ve_mps[0])


def sbs(*, kind: int = 3, **given: str) -> str:
    fields = [
        "MSG",
        str(kind),
        "1",
        "1",
        "4B1814",
        "1",
        "2023/11/15",
        "12:00:00.250",
        "2023/11/15",
        "12:00:00.300",
    ]
    fields += ["", "", "", "", "", "", "", "", "", "", "", "0"]
    places = {
        "hex": 4,
        "date": 6,
        "time": 7,
        "callsign": 10,
        "altitude": 11,
        "gs": 12,
        "track": 13,
        "lat": 14,
    }
    for name, value in given.items():
        fields[(places | {"lon": 15, "climb": 16, "ground": 21})[name]] = value
    return ",".join(fields)


def test_sbs_lines_put_velocity_and_call_sign_to_the_next_position() -> None:
    lines = [
        sbs(kind=1, callsign="SWR12   "),
        sbs(kind=4, gs="450", track="90", climb="-64"),
        sbs(altitude="35000", lat="47.5", lon="8.25", time="12:00:01.000"),
    ]
    got = open_reader("sbs").read("\r\n".join([*lines, ""]).encode(), NOW + 1_300)
    assert got.seen == 3 and got.drops == {"kept": 2}
    row = got.batch
    assert row.at_ms.tolist() == [NOW + 1_000] and row.callsign.tolist() == [b"SWR12"]
    assert abs(row.ve_mps[0] - 231.5) < 1e-9 and row.alt_baro_ft.tolist() == [35_000.0]
    late = sbs(altitude="35000", lat="47.5", lon="8.25", time="12:00:10.300")
    reader = open_reader("sbs")
    reader.read((lines[1] + "\n").encode(), NOW)
    assert np.isnan(reader.read((late + "\n").encode(), NOW).batch.ve_mps[0]), (
        "a velocity of more than 10 s ago"
    )


def test_an_sbs_line_may_be_cut_between_chunks() -> None:
    data = (sbs(lat="47.5", lon="8.25") + "\n").encode()
    for cut in range(1, len(data)):
        reader = open_reader("sbs")
        first, second = reader.read(data[:cut], NOW), reader.read(data[cut:], NOW)
        assert (len(first.batch), len(second.batch)) == (0, 1)


def test_sbs_says_nothing_of_its_zone_so_the_settings_do() -> None:
    data = (sbs(lat="47.5", lon="8.25", time="14:00:00.000") + "\n").encode()
    assert open_reader("sbs").read(data, NOW).batch.at_ms.tolist() == [NOW + 7_200_000]
    assert open_reader("sbs", utc_offset_min=120).read(data, NOW).batch.at_ms.tolist() == [NOW]


def test_each_kind_of_bad_sbs_line_has_its_reason() -> None:
    lines = [
        "hello",
        "MSG,3",
        sbs(hex="zz", lat="1", lon="1"),
        sbs(date="", lat="1", lon="1"),
        sbs(lat="x", lon="1"),
    ]
    lines += [
        sbs(lat="95", lon="1"),
        sbs(kind=3),
        "STA,,5,1,,1,,,,,RM",
        "x" * 5000,
        sbs(kind=2, lat="1", lon="1"),
    ]
    got = open_reader("sbs").read("\n".join([*lines, ""]).encode(), NOW)
    expected = {
        "malformed": 3,
        "no-identity": 1,
        "no-time": 1,
        "out-of-range": 1,
        "no-position": 1,
        "not-used": 1,
    }
    assert got.drops == expected | {"too-long": 1} and got.seen == 10
    assert got.batch.on_ground.tolist() == [True]


def opensky(*states: list[Any]) -> Read:
    return open_reader("opensky").read(json.dumps({"time": 1, "states": list(states)}).encode(), NOW)


STATE: list[Any] = ["3c6444", "DLH9U   ", "Germany", NOW // 1000 - 4, NOW // 1000, 8.25, 47.5, 3048.0, False]
STATE += [100.0, 180.0, -2.5, None, 3100.5, "1000", False, 0]


def test_opensky_gives_metres_and_the_time_of_its_position() -> None:
    row = opensky(STATE).batch
    assert row.ident.tolist() == [b"icao:3c6444"] and row.at_ms.tolist() == [NOW - 4_000]
    assert abs(row.alt_baro_ft[0] - 10_000) < 1e-6 and row.alt_geom_m.tolist() == [3100.5]
    assert (row.alt_given[0], UNITS[row.alt_unit[0]], REFERENCES[row.alt_ref[0]]) == (3048.0, "m", "STD")
    assert abs(row.vn_mps[0] + 100) < 1e-9 and row.vu_mps.tolist() == [-2.5]
    assert np.isnan(row.error_m[0]), "no quality is given, so none is known"


def test_opensky_rows_without_position_time_or_sense_are_counted() -> None:
    none, untimed, radar = list(STATE), list(STATE), list(STATE)
    none[5] = none[6] = None
    untimed[3] = None
    radar[16] = 1
    got = opensky(STATE, none, untimed, ["x"], 7, [*radar, 14])
    assert got.seen == 6 and got.drops == {
        "no-position": 1,
        "no-time": 1,
        "no-identity": 1,
        "malformed": 1,
    } | ({})
    assert [ORIGINS[one] for one in got.batch.origin] == ["own", "radar"]
    assert MOVERS[got.batch.mover[1]] == "unmanned"
