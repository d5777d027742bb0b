"""What each kind can say, by name, as messages.md lists it; the frequencies; units in every number's name."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from speech_desk import bent, draft, judged
from test_boundary import STRUCTS

from steerclear.speech import authoring, form
from steerclear.speech.kinds import (
    activity_flight,
    activity_hazard,
    activity_voyage,
    area_declare,
    encounter_report,
    stop,
    warning_radio,
)
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import Inner

FLIGHT = "volumes aircraft_class number transponder monitored lost_link recurrence planning priority"
VOYAGE = "volumes formation number windows lights signals ais monitored recurrence"
HAZARD = "volumes danger centre_displaced published recurrence"
AREA = "area precision volumes positions buffer_mm month commitments opening people_in_danger review"
REPORT = (
    "form own other begin end least_separation visual_contact manoeuvres radio signals checklist own_class"
)
WARNING = "frequencies_hz language words to_whom repeats heard_by answered"
STOP = "positions place since evidence site_kind going_on site for_party call_back"


@pytest.mark.parametrize(
    ("struct", "names"),
    [
        (activity_flight.Flight, FLIGHT),
        (activity_voyage.Voyage, VOYAGE),
        (activity_hazard.Hazard, HAZARD),
        (area_declare.AreaDeclare, AREA),
        (encounter_report.EncounterReport, REPORT),
        (warning_radio.WarningRadio, WARNING),
        (stop.Stop, STOP),
        (Inner, "office name on_behalf_of not_covering language handling valid_from valid_until origin_ms"),
        (warning_radio.Addressee, "lat_e7 lon_e7 heading_cdeg altitude speed_mm_s squawk"),
    ],
)
def test_each_kind_has_the_fields_of_the_specification(struct: type[msgspec.Struct], names: str) -> None:
    assert set(names.split()) <= set(struct.__struct_fields__)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("aircraft_class", "fixed_wing rotary unmanned tanker_airlift balloon"),
        ("transponder", "on off intermittent"),
    ],
)
def test_a_flight_has_the_classes_of_the_specification(field: str, values: str) -> None:
    for value in values.split():
        assert isinstance(form.filled("activity.flight", {}, {field: value}), tuple), value
    assert not isinstance(form.filled("activity.flight", {}, {field: "bomber"}), tuple)


@pytest.mark.parametrize(
    ("use", "hz"),
    [
        *(("guard", hz) for hz in (121_500_000, 243_000_000)),
        *(("distress", hz) for hz in (130_000_000, 4_125_000, 6_215_500, 156_800_000, 2_182_000)),
    ],
)
def test_the_listed_frequencies_and_no_others(use: str, hz: int) -> None:
    made = bent(draft("activity.flight.toml"), "body.monitored[0]", {"use": use, "hz": hz})
    assert judged(made) == []
    other = bent(made, "body.monitored[0]", {"use": use, "hz": hz + 25_000})
    assert [fault.code for fault in judged(other)] == ["not-a-listed-frequency"]


def test_a_stop_may_be_for_one_who_is_no_party() -> None:
    assert judged(bent(draft("stop.toml"), "body.for_party", "A field hospital that nobody speaks for")) == []


def test_a_name_is_a_sealed_commitment_or_nothing() -> None:
    assert isinstance(form.filled("stop", {"name": "ab" * 32}, {}), tuple)
    refused: Any = form.filled("stop", {"name": "Captain Miller"}, {})
    assert [(one.code, one.field) for one in refused] == [("malformed", "inner.name")]


@pytest.mark.parametrize("word", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("field", ["lat", "radius"])
def test_nan_and_infinity_are_refused_by_field(word: str, field: str) -> None:
    lat, radius = (word, "5000") if field == "lat" else ("41.0", word)
    text = f"""
mode = "REAL"
[[body.volumes]]
circle = {{ centre = [{lat}, 20.0], radius = {radius if field == "radius" else '"5 km"'} }}
lower = "surface"
upper = "FL100"
start = "2026-11-01T08:00:00Z"
end = "2026-11-01T09:00:00Z"
"""
    found: Any = authoring.from_file(text.encode(), ".toml", "activity.flight")
    assert isinstance(found, list) and found[0].field.startswith("body.volumes[0]") and found[0].remedy
    good = authoring.from_file(
        text.replace(f"[{word}", "[41.0").replace(f"radius = {word}", 'radius = "5 km"').encode(),
        ".toml",
        "activity.flight",
    )
    assert not isinstance(good, list), good


UNIT = re.compile(r"(_ms|_s|_bytes|_mm|_tmm|_e7|_cdeg|_hz|_mm_s|_m|_tenths|_km2|_km3_h)$|^hz$")
COUNTS = {
    *(
        "least",
        "most",
        "expected",
        "heard",
        "repeats",
        "against",
        "size",
        "confirmed",
        "units",
        "number",
        "times",
        "waypoint",
    ),
    *(
        "every_hours",
        "v",
        "index",
        "officer_seq",
        "cosigned_size",
        "sealed_areas_a_month",
        "overlap_queries_a_month",
        *("slots", "sealed_that_month"),
        *("round", "done", "version", "days", "movement_positions_hours", "contacts_days", "sites_days"),
    ),
}
BOUNDS = {"low", "high"}
"""Of an interval, whose own name in its struct has the unit."""
VALUE = {"value"}
"""Of an altitude, whose unit and reference stand beside it."""
POINTS = {"Polygon.exterior", "Polygon.holes", "Corridor.line", "Circle.centre"}
"""Pairs of 1e-7 degree, latitude first, as `volume.py` says once for all of them."""


def holds_int(annotation: Any) -> bool:
    return annotation is int or any(holds_int(one) for one in getattr(annotation, "__args__", ()))


def test_units_stand_in_the_name_of_every_number() -> None:
    nameless = [
        f"{struct.__name__}.{field.encode_name}"
        for struct in STRUCTS
        for field in msgspec.structs.fields(struct)
        if holds_int(field.type) and not UNIT.search(field.encode_name)
        if field.encode_name not in COUNTS | BOUNDS | VALUE
    ]
    assert set(nameless) == POINTS
    counted = re.compile(r"^(max_|radio_.*after|.*_a_month$|.*_count$|.*_percent$|.*_alarms?$)")
    assert [
        name
        for name, value in ((name, getattr(Parameters(), name)) for name in Parameters.__struct_fields__)
        if isinstance(value, int) and not isinstance(value, bool)
        if not UNIT.search(name) and not counted.search(name)
    ] == []
