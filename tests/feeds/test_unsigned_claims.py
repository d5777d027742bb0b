"""Cursor on Target, remote ID and simulated lines: what is read, and what is never read."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from steerclear.feeds import simulated
from steerclear.feeds.batch import COLUMNS
from steerclear.feeds.codes import MOVERS, ORIGINS, REFERENCES
from steerclear.feeds.formats import FORMATS, open_reader
from steerclear.feeds.reader import Read

NOON = 1_700_049_600_000


def event(
    kind: str = "a-f-A-M-H", *, point: str = "", more: str = "", uid: str = "A-1", time: str = "12:00:00"
) -> bytes:
    point = point or '<point lat="50.5" lon="8.25" hae="1000" ce="10" le="20"/>'
    stamps = f'time="2023-11-15T{time}Z" start="2023-11-15T12:00:00Z" stale="2023-11-15T12:05:00Z"'
    return f'<event version="2.0" uid="{uid}" type="{kind}" {stamps} how="m-g">{point}{more}</event>'.encode()


def cot(data: bytes) -> Read:
    return open_reader("cot").read(data, NOON)


DETAIL = '<detail><track course="90" speed="50"/><contact callsign="RESCUE 7"/></detail>'


def test_an_event_is_a_claim_with_its_position_and_motion() -> None:
    row = cot(b'<?xml version="1.0"?>\n' + event(more=DETAIL, time="12:00:00.1234567")).batch
    assert row.ident.tolist() == [b"cot:A-1"] and row.at_ms.tolist() == [NOON + 123]
    assert (row.lat_deg[0], row.lon_deg[0], row.alt_geom_m[0]) == (50.5, 8.25, 1000.0)
    assert abs(row.error_m[0] - 24.477) < 1e-9 and abs(row.alt_geom_error_m[0] - 39.2) < 1e-9, (
        "one sigma becomes 95 %"
    )
    assert abs(row.ve_mps[0] - 50) < 1e-9 and row.callsign.tolist() == [b"RESCUE 7"]
    assert (MOVERS[row.mover[0]], ORIGINS[row.origin[0]]) == ("rotary", "claimed")
    assert FORMATS["cot"].trust == "local"


def test_affiliation_changes_nothing() -> None:
    rows = [cot(event(f"a-{side}-A-M-F-Q", more=DETAIL)).batch for side in ("f", "h", "n", "u", "s", "p")]
    for row in rows[1:]:
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(row, name), getattr(rows[0], name))


@pytest.mark.parametrize(
    ("kind", "mover"),
    [
        ("a-f-A", "*"),
        ("a-n-A-M-F", "fixed_wing"),
        ("a-u-A-C-H", "rotary"),
        ("a-u-S-X-M", "ship"),
        ("a-u-G-E-V", "ground"),
    ],
)
def test_the_class_is_what_moves_and_no_more(kind: str, mover: str) -> None:
    assert MOVERS[cot(event(kind)).batch.mover[0]] == mover


def test_what_is_unknown_or_no_mover_is_counted() -> None:
    nines = '<point lat="50" lon="8" hae="9999999.0" ce="9999999.0" le="9999999.0"/>'
    row = cot(event(point=nines)).batch
    assert (
        np.isnan(row.alt_geom_m[0]) and np.isnan(row.error_m[0]) and REFERENCES[row.alt_ref[0]] == "unknown"
    )
    assert cot(event("b-m-p-s-m")).drops == {"not-used": 1}
    assert cot(event("a-f-U")).drops == {"not-a-mover": 1}
    assert cot(event(uid="")).drops == {"no-identity": 1}
    assert cot(event(time="soon")).drops == {"no-time": 1}
    assert cot(event(point="<remarks/>")).drops == {"no-position": 1}
    assert cot(event(point='<point lat="x" lon="1"/>')).drops == {"malformed": 1}


def test_entities_and_giants_are_refused() -> None:
    bomb = event().replace(b"A-1", b"&lol;")
    assert cot(b'<!DOCTYPE e [<!ENTITY lol "ha">]>' + bomb).drops == {"malformed": 1}
    assert cot(event(more="<detail>" + "x" * 70_000 + "</detail>")).drops == {"too-long": 1}
    reader = open_reader("cot")
    assert reader.read(b"<event " + b"x" * 70_000, NOON).drops == {"too-long": 1}
    assert len(reader.read(event(), NOON).batch) == 1


def test_events_may_be_cut_anywhere_and_stand_close() -> None:
    data = event(uid="A") + event(uid="B") + b"\n" + event(uid="C")
    for step in (1, 7, 100, len(data)):
        reader = open_reader("cot")
        reads = [reader.read(data[i : i + step], NOON) for i in range(0, len(data), step)]
        assert [name for one in reads for name in one.batch.ident.tolist()] == [b"cot:A", b"cot:B", b"cot:C"]


FLIGHT: dict[str, Any] = {
    "id": "a8f",
    "aircraft_type": "Helicopter",
    "operator_location": {"position": {"lat": 1.0, "lng": 2.0}},
    "current_state": {
        "timestamp": {"value": "2023-11-15T12:00:00.250123Z", "format": "RFC3339"},
        "operational_status": "Airborne",
        "position": {"lat": 50.5, "lng": 8.25, "alt": 150.0, "accuracy_h": "HA10m", "accuracy_v": "VA3m"},
        "track": 180.0,
        "speed": 12.0,
        "vertical_speed": -1.5,
        "speed_accuracy": "SA3mps",
    },
}


def rid(*flights: Any) -> Read:
    return open_reader("remoteid").read(json.dumps({"flights": list(flights)}).encode(), NOON)


def changed(**state: Any) -> dict[str, Any]:
    return FLIGHT | {"current_state": FLIGHT["current_state"] | state}


def test_a_flight_of_remote_id_and_nothing_of_its_operator() -> None:
    row = rid(FLIGHT).batch
    assert row.ident.tolist() == [b"rid:a8f"] and row.at_ms.tolist() == [NOON + 250]
    assert (row.lat_deg[0], row.alt_geom_m[0], row.error_m[0], row.alt_geom_error_m[0]) == (
        50.5,
        150.0,
        10.0,
        3.0,
    )
    assert abs(row.vn_mps[0] + 12) < 1e-9 and row.vu_mps[0] == -1.5 and row.v_error_mps[0] == 3.0
    assert (MOVERS[row.mover[0]], ORIGINS[row.origin[0]]) == ("unmanned", "own")
    old = changed(timestamp="2023-11-15T12:00:00Z")
    assert rid(old).batch.at_ms.tolist() == [NOON], "version 19 writes the time as text"


def test_what_remote_id_marks_unknown_is_unknown() -> None:
    place = FLIGHT["current_state"]["position"]
    row = rid(
        changed(speed=255, vertical_speed=63, position=place | {"alt": -1000, "accuracy_h": "HAUnknown"})
    ).batch
    for name in ("ve_mps", "vu_mps", "alt_geom_m", "error_m"):
        assert np.isnan(getattr(row, name)[0]), name
    assert np.isnan(rid(changed(track=361)).batch.ve_mps[0])


def test_flights_without_what_it_takes_are_counted() -> None:
    got = rid(
        {"id": "x"}, FLIGHT | {"id": ""}, FLIGHT | {"simulated": True}, changed(timestamp={"value": ""}), 5
    )
    assert got.drops == {"no-position": 1, "no-identity": 1, "not-used": 1, "no-time": 1, "malformed": 1}


def test_simulated_lines_are_read_as_they_were_written() -> None:
    line = {
        "ident": "icao:4b1814",
        "at_ms": NOON,
        "lat_deg": 1.0,
        "lon_deg": 2.0,
        "alt_baro_ft": 1000,
        "mover": "rotary",
    }
    data = (
        json.dumps(line | {"alt_given": 1000, "alt_unit": "ft", "alt_ref": "STD", "sil": 3}).encode() + b"\n"
    )
    first = open_reader("simulated").read(data, NOON)
    assert first.drops == {} and MOVERS[first.batch.mover[0]] == "rotary"
    again = open_reader("simulated").read(simulated.lines_of(first.batch), NOON).batch
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(again, name), getattr(first.batch, name))
    assert ORIGINS[again.origin[0]] == "simulated"
    assert open_reader("simulated").read(b'{"ident":"a","colour":"red"}\n', NOON).drops == {"malformed": 1}
