"""What the desk lets an alert on movers say, how its id is found again, and how coarse a cell is."""

from __future__ import annotations

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st
from speech_desk import NOW, PARAMETERS, bent, draft, facts_of, judged

from steerclear.speech import form
from steerclear.speech.alert_id import SLOT_MS, alert_id, matches, slot_of
from steerclear.speech.authoring import Draft
from steerclear.speech.cells import cell_of
from steerclear.speech.cells import slot_of as time_slot
from steerclear.speech.header_rules import may_be_life_safety
from steerclear.speech.parameters import Parameters
from steerclear.speech.table import KINDS

IDS = ["icao:4ca2d1", "icao:3c6444"]
TERMS = "c7" * 32
SHARED, RELEASED = "alert.toml", "alert-released.toml"


# ---- the id


BEGINS, LATER = st.integers(0, 4_000_000_000_000), st.integers(-3 * SLOT_MS, 3 * SLOT_MS)


@given(BEGINS, LATER, st.permutations([*IDS, "mmsi:273344040"]))
def test_two_nodes_find_each_others_alert_in_the_slot_and_in_those_beside_it(
    first: int, later: int, ids: list[str]
) -> None:
    one, other = first + 4 * SLOT_MS, first + 4 * SLOT_MS + later
    found = matches(alert_id(TERMS, ids, one), TERMS, sorted(ids), other)
    assert found is (abs(slot_of(one) - slot_of(other)) <= 1)


def test_other_movers_other_terms_another_alert() -> None:
    made = alert_id(TERMS, IDS, NOW)
    assert made == alert_id(TERMS, [*reversed(IDS), IDS[0]], NOW), "whatever their order"
    assert not matches(made, TERMS, [IDS[0]], NOW) and not matches(made, "00" * 32, IDS, NOW)


# ---- the cell

LAT, LON = st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_799_999_999)


@given(LAT, LON, st.sampled_from([1_000_000, 10_000_000, 55_000_000]))
def test_a_cell_gives_itself_and_its_error_covers_what_it_holds(lat: int, lon: int, cell_mm: int) -> None:
    cell = cell_of(lat, lon, cell_mm)
    assert cell_of(cell.lat_e7, cell.lon_e7, cell_mm)[:2] == cell[:2]
    north = (lat - cell.lat_e7) * 11.1
    east = min(abs(lon - cell.lon_e7), 3_600_000_000 - abs(lon - cell.lon_e7)) * 11.1
    east *= min(cos(radians(lat / 1e7)), cos(radians(cell.lat_e7 / 1e7)))
    assert (north**2 + east**2) ** 0.5 <= cell.error_mm * 1.02
    assert cell.error_mm >= cell_mm * 0.7, "half the diagonal of a cell as large as agreed"


def test_no_cell_agreed_is_no_coarsening_and_times_go_by_whole_slots() -> None:
    assert cell_of(1, 2, 0) == (1, 2, 0)
    assert time_slot(601_000, 600_000) == (600_000, 1_200_000) and time_slot(7, 0) == (7, 7)


# ---- the desk


def refusals(made: Draft, parameters: Parameters = PARAMETERS) -> set[str]:
    """Codes of what is refused of the body."""
    found = judged(made, parameters=parameters)
    return {one.code for one in found} - {"life-safety-not-possible"}


def test_the_examples_pass() -> None:
    assert refusals(draft(SHARED)) == set() == refusals(draft(RELEASED))


@pytest.mark.parametrize(
    ("name", "path", "value", "code"),
    [
        (
            SHARED,
            "body.states[0].shared_id",
            "icao:ffffff",
            "two-states",
        ),  # not in order, and not what the id is of
        (SHARED, "body.states[1].shared_id", "icao:4ca2d2", "wrong-alert-id"),
        (SHARED, "body.agreement", "00" * 32, "wrong-alert-id"),
        (SHARED, "body.first", "2026-10-10T12:31:00Z", "wrong-alert-id"),
        (SHARED, "body.whole_column", None, "whole-column-unsaid"),
        (SHARED, "body.reason", "apart", "reason-with-cleared"),
        (SHARED, "body.states[0].high_tmm", 0, "high-below-low"),
        (SHARED, "body.states[0].high_tmm", None, "half-a-height"),
        (SHARED, "body.relative.horizontal_mm.high", 1, "high-below-low"),
        (SHARED, "body.source", "local", "no-track-from-local"),
        (RELEASED, "body.positions[0].error_mm", 1, "finer-than-cell"),
        (RELEASED, "body.positions[0].lat_e7", 407_384_493, "finer-than-cell"),
        (RELEASED, "body.window.end", "2026-10-10T12:09:00Z", "finer-than-cell"),
        (RELEASED, "body.at", "2026-10-10T12:00:01Z", "finer-than-cell"),
        (RELEASED, "body.relative", {"horizontal_mm": {"low": 1, "high": 2}}, "finer-than-cell"),
        (RELEASED, "body.source", "shared", "two-states"),
    ],
)
def test_what_the_desk_refuses(name: str, path: str, value: object, code: str) -> None:
    assert code in refusals(bent(draft(name), path, value))


def test_of_two_ships_no_height_is_missing() -> None:
    """Heights do not count between them; of an aircraft and a ship they do."""
    made = bent(draft(SHARED), "body.whole_column", None)
    for ships, refused in ((2, set()), (1, {"whole-column-unsaid"}), (0, {"whole-column-unsaid"})):
        for k in range(ships):
            made = bent(made, f"body.states[{k}].mover", "ship")
        for k in range(ships, 2):
            made = bent(made, f"body.states[{k}].mover", "rotary")
        assert refusals(made) & {"whole-column-unsaid"} == refused


def test_from_a_neighbouring_slot_the_id_is_still_its_own() -> None:
    assert refusals(bent(draft(SHARED), "body.first", "2026-10-10T12:09:00Z")) == set()


def test_relative_geometry_takes_the_agreements_word() -> None:
    made = bent(bent(draft(SHARED), "body.states", []), "body.source", "local")
    assert refusals(made) == {"local-not-agreed"}
    assert refusals(made, Parameters(alert_local_automatic=True)) == set()
    caution = bent(made, "body.level", "caution")
    assert "local-not-loss" in refusals(caution, Parameters(alert_local_automatic=True))
    nothing = bent(made, "body.relative", None)
    assert "relative-needed" in refusals(nothing, Parameters(alert_local_automatic=True))


@pytest.mark.parametrize(
    ("path", "value", "may"),
    [
        ("body.relative.loss_in_ms", 599_999, True),
        ("body.relative.loss_in_ms", 600_000, True),  # the worst case is sooner
        ("body.relative", {"horizontal_mm": {"low": 1, "high": 2}}, False),  # no loss is foreseen
        ("body.step", "cleared", False),
    ],
)
def test_life_safety_only_of_a_loss_less_than_ten_minutes_ahead(path: str, value: object, may: bool) -> None:
    made = bent(draft(SHARED), path, value)
    body = form.filled("alert", made.inner, made.body)
    assert isinstance(body, tuple), body
    assert may_be_life_safety(KINDS["alert"], facts_of(made), body[1], PARAMETERS, NOW) is may


def test_the_worst_case_counts_and_ten_minutes_do_not() -> None:
    far = bent(draft(SHARED), "body.relative.loss_in_ms", 700_000)
    for worst, may in ((600_000, False), (599_999, True)):
        made = form.filled("alert", {}, bent(far, "body.relative.worst_loss_in_ms", worst).body)
        assert isinstance(made, tuple)
        assert may_be_life_safety(KINDS["alert"], facts_of(far), made[1], PARAMETERS, NOW) is may
