"""Numbers of an agreement at the author's desk: each outcome by the default beside the one by another agreed value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from speech_desk import NOW, PARAMETERS, WATCH, bent, draft, facts_of, judged

from steerclear.speech import desk, form, late, release
from steerclear.speech.coarse import Form
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import Inner
from steerclear.units import format_time

S, MIN, H, D = 1_000, 60_000, 3_600_000, 86_400_000
KM = 1_000_000
Outcome = Callable[[Parameters], Any]


def agreed(**numbers: Any) -> Parameters:
    return Parameters.from_dict(numbers, PARAMETERS)


def ahead(name: str, lead_ms: int, **values: Any) -> Outcome:
    """Whether a notice so long before its start is late, is under the advice, goes as IMMEDIATE."""

    def outcome(numbers: Parameters) -> tuple[bool, bool, bool]:
        made = draft(name)
        at = format_time(NOW + lead_ms)
        for path, value in {**values, **({} if "origin.at" in values else {"volumes[0].start": at})}.items():
            made = bent(made, f"body.{path}", at if path == "origin.at" else value)
        found = late.lead(form.filled(made.kind, {}, made.body)[1], Inner(), NOW, numbers)
        assert found is not None
        return found.late, found.under_advised, found.immediate

    return outcome


def refusals(name: str, **values: Any) -> Outcome:
    """The codes of what the desk refuses of an example, bent so."""

    def outcome(numbers: Parameters) -> list[str]:
        made = draft(name)
        for path, value in values.items():
            made = bent(made, f"body.{path}", value)
        return sorted({fault.code for fault in judged(made, parameters=numbers)})

    return outcome


def marks(name: str, *wanted: str, **values: Any) -> Outcome:
    def outcome(numbers: Parameters) -> tuple[str, ...]:
        made = draft(name)
        for path, value in values.items():
            made = bent(made, f"body.{path}", value)
        filled = form.filled(made.kind, {}, made.body)
        found = desk.marks(made.kind, facts_of(made), *filled, numbers, NOW)
        return tuple(mark for mark in found if mark in wanted)

    return outcome


def life_safety_of_a_conflict(numbers: Parameters) -> bool:
    """A CONFLICT 15 min ahead."""
    made = bent(draft("reply-conflict.toml"), "body.where[0].start", format_time(NOW + 15 * MIN))
    made = bent(made, "body.where[0].end", format_time(NOW + H))
    body = form.filled(made.kind, {}, made.body)[1]
    return desk.may_be_life_safety("reply", facts_of(made), body, numbers, NOW)


def life_safety_of_an_alert(numbers: Parameters) -> bool:
    """Of a loss 15 min ahead."""
    made = draft("alert.toml")
    for name in ("loss_in_ms", "worst_loss_in_ms"):
        made = bent(made, f"body.relative.{name}", 15 * MIN)
    body = form.filled(made.kind, {}, made.body)[1]
    return desk.may_be_life_safety("alert", facts_of(made), body, numbers, NOW)


def deadline_of_a_request(numbers: Parameters) -> int:
    made = draft("area.request.toml")
    filled = form.filled(made.kind, {}, made.body)
    facts = replace(facts_of(made), reply_by_ms=0)
    return desk.settle(made.kind, facts, *filled, numbers, NOW).reply_by_ms - NOW


def coarse_form_after(numbers: Parameters) -> int:
    """How long the watch still waits for a releaser of a notice that was wanted a minute ago."""
    made = draft("activity.flight.toml")
    body = form.filled(made.kind, {}, made.body)[1]
    wanted = Form(kind="activity.flight", cell_km=20, minutes=60)
    facts = facts_of(made, signers=(WATCH,), waited_ms=MIN, coarse=wanted)
    return release.needed(made.kind, facts, body, numbers).coarse_after_ms


NOTAM = {"published": [{"system": "NOTAM", "number": "A1234/26"}]}
UNPUBLISHED: dict[str, Any] = {"published": []}
EMERGENCY = {"origin.at": "", "emergency": True}
CALM = {"origin.at": ""}
APART = {"positions[1].text": "41°19'49\"N 019°49'07\"E"}  # 308 m north of the other form
WIDE = {"positions": [{"lat_e7": 413_275_000, "lon_e7": 198_187_000, "error_mm": 6 * KM, "form": "wgs84"}]}
AIRFIELD = {
    "area": "airfield",
    "positions[1].text": "41°21'16\"N 019°49'07\"E",
}  # 3 km north of the other form
LATER = {
    "first": "2026-10-10T12:10:00Z",
    "at": "2026-10-10T12:10:00Z",
    "window": {"start": "2026-10-10T12:10:00Z", "end": "2026-10-10T12:20:00Z"},
}
LONG = "2027-10-23T00:00:00Z"  # a year and three days of validity

CASES: dict[str, tuple[str, Any, Outcome, Any, Any]] = {
    "flight planned": (
        *(
            "flight_planned_lead_ms",
            30 * H,
            ahead("activity.flight-unmanned.toml", 25 * H, planning="planned"),
        ),
        *((False, False, False), (True, False, False)),
    ),
    "flight the same day": (
        *(
            "flight_same_day_lead_ms",
            4 * H,
            ahead("activity.flight-unmanned.toml", 3 * H, planning="same_day"),
        ),
        *((False, False, False), (True, False, False)),
    ),
    "flight late": (
        *("flight_late_ms", 2 * H, ahead("activity.flight-unmanned.toml", 90 * MIN, planning="dynamic")),
        *((False, False, False), (True, False, False)),
    ),
    "flight immediate": (
        *(
            "immediate_lead_ms",
            20 * MIN,
            ahead("activity.flight-unmanned.toml", 15 * MIN, planning="dynamic"),
        ),
        *((True, False, False), (True, False, True)),
    ),
    "conflict soon": ("immediate_lead_ms", 20 * MIN, life_safety_of_a_conflict, False, True),
    "loss soon": ("immediate_lead_ms", 20 * MIN, life_safety_of_an_alert, False, True),
    "danger area": (
        *("danger_lead_ms", 4 * D, ahead("activity.hazard.toml", 6 * D, **UNPUBLISHED)),
        *((False, False, False), (False, False, False)),
    ),
    "danger area later": (
        *("danger_lead_ms", 4 * D, ahead("activity.hazard.toml", 84 * H, **UNPUBLISHED)),
        *((False, True, False), (True, False, False)),
    ),
    "danger area advised": (
        *("danger_lead_advised_ms", 7 * D, ahead("activity.hazard.toml", 6 * D, **UNPUBLISHED)),
        *((False, False, False), (False, True, False)),
    ),
    "danger area with its NOTAM": (
        *("notam_lead_ms", 60 * H, ahead("activity.hazard.toml", 50 * H, **NOTAM)),
        *((False, True, False), (True, False, False)),
    ),
    "danger area with its NOTAM, sooner": (
        *("danger_lead_ms", 24 * H, ahead("activity.hazard.toml", 30 * H, **NOTAM)),
        *((True, False, False), (False, True, False)),
    ),
    "launch": (
        *("launch_lead_ms", 36 * H, ahead("activity.hazard.toml", 30 * H, danger="launch")),
        *((False, False, False), (True, False, False)),
    ),
    "exercise": (
        *("exercise_lead_ms", 42 * D, ahead("activity.exercise.toml", 20 * D)),
        *((False, False, False), (True, False, False)),
    ),
    "movement": (
        *("movement_lead_ms", 60 * H, ahead("movement.notify.toml", 50 * H, **CALM)),
        *((False, False, False), (True, False, False)),
    ),
    "movement in an emergency": (
        *("movement_emergency_lead_ms", 36 * H, ahead("movement.notify.toml", 30 * H, **EMERGENCY)),
        *((False, False, False), (True, False, False)),
    ),
    "area request": ("area_request_ms", 6 * H, deadline_of_a_request, D, 6 * H),
    "releaser": ("releaser_wait_ms", 10 * MIN, coarse_form_after, 2 * MIN, 9 * MIN),
    "counts until": (
        *("counts_until_max_ms", 4 * H, refusals("dissemination.toml")),
        *([], ["counts-too-long"]),
    ),
    "forms of a stop": (
        *("stop_agree_mm", 200_000, marks("stop.toml", "inconsistent", **APART)),
        *((), ("inconsistent",)),
    ),
    "position of a broad area": (
        *("area_agree_mm", 7 * KM, refusals("area.declare-broad.toml", **WIDE)),
        *([], ["position-finer-than-precision"]),
    ),
    "forms of an area": (
        *("area_agree_mm", 2 * KM, marks("area.declare-site.toml", "inconsistent", **AIRFIELD)),
        *((), ("inconsistent",)),
    ),
    "volumes repeated": (
        "max_volumes",
        2,
        refusals("activity.flight-unmanned.toml"),
        [],
        ["too-many-volumes"],
    ),
    "slot begun": (
        "alert_cell_ms",
        20 * MIN,
        refusals("alert-released.toml", **LATER),
        [],
        ["finer-than-cell"],
    ),
    "slot ended": ("alert_cell_ms", 6 * MIN, refusals("alert-released.toml"), [], ["finer-than-cell"]),
    "volumes": ("max_volumes", 1, refusals("activity.flight.toml"), [], ["too-many-volumes"]),
    "vertices": ("max_vertices", 3, refusals("activity.flight.toml"), [], ["too-many-vertices"]),
    "outline": ("max_outline_km2", 2_000, refusals("activity.flight.toml"), [], ["area-too-large"]),
    "validity": (
        *("max_validity_ms", 400 * D, refusals("area.declare-broad.toml", **{"volumes[0].end": LONG})),
        *(["window-too-long"], []),
    ),
    "least radius": (
        *("hazard_least_radius_mm", 30 * KM, refusals("activity.hazard.toml")),
        *([], ["radius-below-agreed"]),
    ),
    "assist": ("assist_least_km2", 800, refusals("assist.toml"), [], ["area-not-broad"]),
    "excessive": (
        *("hazard_excessive_km2", 1_000, marks("activity.hazard.toml", "excessive")),
        *((), ("excessive",)),
    ),
    "sealed": ("sealed_allowed", False, refusals("area.declare-sealed.toml"), [], ["sealed-not-allowed"]),
    "batch": ("sealed_areas_a_month", 99, refusals("area.declare-sealed.toml"), [], ["batch-not-padded"]),
    "slots": ("overlap_slot_count", 16, refusals("overlap.query.toml"), [], ["slots-differ"]),
    "guard": ("guard_hz", [243_000_000], refusals("activity.flight.toml"), [], ["not-a-listed-frequency"]),
    "distress": (
        "distress_hz",
        [2_182_000],
        refusals("activity.flight.toml"),
        [],
        ["not-a-listed-frequency"],
    ),
    "cell": ("alert_cell_mm", 20 * KM, refusals("alert-released.toml"), [], ["finer-than-cell"]),
    "slot": ("alert_cell_ms", 20 * MIN, refusals("alert-released.toml"), [], ["finer-than-cell"]),
    "channels": (
        *(
            "channels",
            [{"number": 2, "hz": 1}],
            refusals("activity.flight.toml", monitored=[{"use": "agreed", "number": 1}]),
        ),
        *([], ["unknown-channel"]),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_desk_goes_by_the_agreed_number(case: str) -> None:
    name, value, outcome, plain, otherwise = CASES[case]
    assert getattr(agreed(**{name: value}), name) != getattr(PARAMETERS, name)
    assert (outcome(PARAMETERS), outcome(agreed(**{name: value}))) == (plain, otherwise)


def test_a_refusal_names_the_agreed_figure_and_not_the_default() -> None:
    """Each in words with its unit, as the agreement has it."""
    until = judged(draft("dissemination.toml"), parameters=agreed(counts_until_max_ms=4 * H))
    assert "4 h 00 min at most" in until[0].rule
    soon = bent(draft("activity.flight.toml"), "body.volumes[0].start", format_time(NOW + 15 * MIN))
    faults = judged(soon, parameters=agreed(immediate_lead_ms=20 * MIN))
    assert [(one.code, "20 min" in one.rule) for one in faults] == [("precedence-too-low", True)]
    flag = facts_of(draft("activity.flight.toml"), life_safety=True, precedence="IMMEDIATE")
    faults = judged(draft("activity.flight.toml"), flag, parameters=agreed(immediate_lead_ms=20 * MIN))
    assert [one.code for one in faults if "20 min ahead" in one.rule] == ["life-safety-not-possible"]


@pytest.mark.parametrize(
    ("name", "value", "example", "figure"),
    [
        ("hazard_least_radius_mm", 30 * KM, "activity.hazard.toml", "30 km"),
        ("assist_least_km2", 800, "assist.toml", "800 km²"),
        ("sealed_areas_a_month", 99, "area.declare-sealed.toml", "99 different"),
        ("overlap_slot_count", 16, "overlap.query.toml", "16 slots"),
        ("max_volumes", 1, "activity.flight.toml", "at most 1 volumes"),
        ("max_volumes", 2, "activity.flight-unmanned.toml", "at most 2 volumes"),
        ("max_vertices", 3, "activity.flight.toml", "at most 3 vertices"),
        ("max_outline_km2", 2_000, "activity.flight.toml", "at most 2000 km²"),
        ("max_validity_ms", 30 * D, "area.declare-broad.toml", "30 days"),
    ],
)
def test_a_cap_is_named_as_agreed(name: str, value: int, example: str, figure: str) -> None:
    faults = judged(draft(example), parameters=agreed(**{name: value}))
    assert any(figure in f"{one.rule} {one.remedy}" for one in faults), faults
