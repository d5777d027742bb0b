"""What a scan finds: in continuous time, on the ellipsoid, strictly below the minimum; and what it says it could not
see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from archive_world import T0, Track, archive, crossing, found, metres_between

from steerclear.archive import run, terms, work
from steerclear.archive.encounter import rounded

NM = 1_852_000


def test_an_encounter_between_two_samples_is_found(tmp_path: Path) -> None:
    """Both are sampled once a minute and pass each other head-on half-way between two samples, 17 km from either: at
    no sample are they within 5 NM (judgement.md, Known defects)."""
    east = Track("icao:00000a", (50.0, -1.0), (50.0, 1.0), lasts_s=60, every_s=60, mover="balloon", error_m=1)
    east = replace(east, mover="fixed_wing", start=(50.0, -0.25), end=(50.0, 0.25))
    west = replace(east, ident="icao:00000b", start=(50.01, 0.25), end=(50.01, -0.25))
    [one] = found(archive(tmp_path, (east, west)))
    assert one.verdict == "loss" and one.pair == ("icao:00000a", "icao:00000b")
    assert abs(one.at_ms - (T0 + 30_000)) < 100
    assert abs(one.horizontal_mm - 1_112_000) < 1_000 and one.horizontal_error_mm > 1_000_000, (
        "a turn fits into 60 s"
    )


def test_the_least_distance_is_that_of_the_ellipsoid(tmp_path: Path) -> None:
    for lat in (0.0, 47.0, 71.0):
        tracks = (
            Track("icao:00000a", (lat, 10.0), (lat, 10.4), every_s=5),
            Track("icao:00000b", (lat + 0.05, 10.4), (lat + 0.05, 10.0), every_s=5),
        )
        [one] = found(archive(tmp_path / str(lat), tracks))
        assert abs(one.horizontal_mm / 1000 - metres_between(one)) < 0.2


def test_each_pair_once_and_nobody_with_itself(tmp_path: Path) -> None:
    rows = found(archive(tmp_path, [*crossing(), *crossing()]))
    assert [one.pair for one in rows] == [("icao:000001", "icao:000002")]


def test_exactly_a_thousand_feet_apart_is_legal(tmp_path: Path) -> None:
    one, other = crossing()
    legal = archive(tmp_path / "legal", (one, replace(other, feet=31_000)))
    assert not found(legal)
    strict = replace(terms.default(), std_error_tmm=125 * 304)
    assert [row.verdict for row in found(legal, limits=strict)] == ["possible"], "who counts steps of 25 ft"
    [loss] = found(archive(tmp_path / "less", (one, replace(other, feet=30_975))))
    assert loss.verdict == "loss" and loss.vertical_tmm == 975 * 3048 and loss.compared == "pressure"


def test_climbing_through_a_level_is_found_and_timed(tmp_path: Path) -> None:
    level = Track("icao:00000a", (50.0, 0.0), (50.0, 1.0))
    climbs = replace(
        level, ident="icao:00000b", start=(50.01, 0.0), end=(50.01, 1.0), feet=25_000, to_feet=35_000
    )
    [one] = found(archive(tmp_path, (level, climbs)))
    assert one.loss_from_ms is not None and one.loss_to_ms is not None
    assert abs(one.loss_from_ms - (T0 + 240_000)) < 5_000 and abs(one.loss_to_ms - (T0 + 360_000)) < 5_000


def test_hovering_and_going_together_are_found(tmp_path: Path) -> None:
    """No relative velocity is no division by zero (judgement.md, Known defects)."""
    still = Track("rid:a", (50.0, 0.0), (50.0, 0.0), mover="unmanned", feet=300, error_m=1)
    [hovering] = found(
        archive(
            tmp_path / "still", (still, replace(still, ident="rid:b", start=(50.0005, 0), end=(50.0005, 0)))
        )
    )
    assert hovering.verdict == "loss" and abs(hovering.horizontal_mm - 55_610) < 100
    one = Track("icao:00000a", (50.0, 0.0), (50.0, 1.0))
    [together] = found(
        archive(
            tmp_path / "along", (one, replace(one, ident="icao:00000b", start=(50.02, 0), end=(50.02, 1)))
        )
    )
    assert together.to_ms - together.from_ms == 600_000


@pytest.mark.parametrize(
    ("start", "end"),
    [((10.0, 179.8), (10.0, 180.2)), ((-10.0, -179.8), (-10.0, -180.2)), ((89.95, 0.0), (89.95, 60.0))],
)
def test_over_the_antimeridian_and_near_the_pole(
    tmp_path: Path, start: tuple[float, float], end: tuple[float, float]
) -> None:
    one = Track("icao:00000a", start, end, every_s=5)
    other = Track("icao:00000b", (end[0], end[1] + 0.001), (start[0], start[1] + 0.001), every_s=5)
    [row] = found(archive(tmp_path, (one, other)))
    assert row.verdict == "loss" and row.horizontal_mm < 100_000
    assert abs(row.horizontal_mm / 1000 - metres_between(row)) < 0.5


def test_unknown_height_is_the_whole_column_and_said_so(tmp_path: Path) -> None:
    one, other = crossing()
    [row] = found(archive(tmp_path, (one, replace(other, feet=None))))
    assert row.compared == "unknown" and row.vertical_tmm is None and row.verdict == "loss"


def test_pressure_beside_geometric_is_an_interval(tmp_path: Path) -> None:
    one, other = crossing()
    [near] = found(archive(tmp_path / "near", (one, replace(other, feet=None, geom_m=9_144.0))))
    assert near.compared == "pressure_alone" and near.vertical_error_tmm is not None
    both = [replace(one, feet=None, geom_m=9_144.0), replace(other, feet=None, geom_m=9_144.0)]
    [stated] = found(archive(tmp_path / "stated", both))
    assert stated.compared == "ellipsoid", "its twin of which both sides state a height above the ellipsoid"
    assert near.vertical_error_tmm >= 304_8000, (
        "a pressure altitude is a thousand feet from the geometric one"
    )
    assert not found(archive(tmp_path / "far", (one, replace(other, feet=None, geom_m=11_000.0))))


def test_ships_have_no_vertical(tmp_path: Path) -> None:
    one = Track("mmsi:200000001", (40.0, 5.0), (40.0, 5.05), mover="ship", feet=None, every_s=20)
    other = replace(one, ident="mmsi:200000002", start=(40.002, 5.05), end=(40.002, 5.0))
    [row] = found(archive(tmp_path, (one, other)))
    assert row.compared == "surface" and row.minimum_tmm == 0 and abs(row.horizontal_mm - 222_000) < 1_000
    above = Track("icao:00000a", (40.0, 5.025), (40.0, 5.026), feet=30_000)
    assert [one.pair for one in found(archive(tmp_path / "air", (one, above)))] == []


def test_a_gap_is_not_bridged_and_is_counted(tmp_path: Path) -> None:
    one, other = crossing()
    early = replace(other, end=(49.85, 0.0), lasts_s=200)
    late = replace(other, start=(50.15, 0.0), lasts_s=200, from_ms=T0 + 400_000)
    root = archive(tmp_path, (one, early, late))
    result = run.scan(work.units(root, (), terms.default()))
    assert not [row for row in result.encounters if row.verdict == "loss"] and result.judged.resumed == 1
    patient = replace(terms.default(), gap_ms=240_000)
    result = run.scan(work.units(root, (), patient))
    assert [row.verdict for row in result.encounters] == ["loss"] and result.judged.resumed == 0


def test_a_jump_that_nobody_can_make_is_no_leg(tmp_path: Path) -> None:
    jump = Track("icao:00000a", (50.0, 0.0), (50.0, 1.0), lasts_s=10, every_s=10)
    other = Track("icao:00000b", (50.0, 0.5), (50.0, 0.5001), lasts_s=10, every_s=10)
    result = run.scan(work.units(archive(tmp_path, (jump, other)), (), terms.default()))
    assert result.judged.jumps == 1 and not result.encounters
    slower = replace(jump, end=(50.0, 0.04))
    assert (
        run.scan(work.units(archive(tmp_path / "b", (slower, other)), (), terms.default())).judged.jumps == 0
    )


def test_what_uncertainty_may_hide_is_possible_not_nothing(tmp_path: Path) -> None:
    near = [replace(one, error_m=10.0) for one in crossing(offset_nm=6.9)]
    sure = [replace(one, error_m=10.0) for one in crossing(offset_nm=9.0)]
    vague = [replace(one, error_m=2_000.0) for one in crossing(offset_nm=9.0)]
    assert [one.verdict for one in found(archive(tmp_path / "near", near))] == ["possible"]
    assert not found(archive(tmp_path / "sure", sure))
    [one] = found(archive(tmp_path / "vague", vague))
    assert one.verdict == "possible" and one.loss_from_ms is None and one.horizontal_mm > 5 * NM


def test_no_rounding_writes_a_loss_as_the_minimum(tmp_path: Path) -> None:
    """As a loss begins where one sinks towards the level of the other they are 1,000 ft apart, nearly."""
    one, other = crossing()
    [loss] = found(
        archive(tmp_path, (replace(one, feet=30_000), replace(other, feet=31_300, to_feet=30_500)))
    )
    assert loss.verdict == "loss" and loss.vertical_tmm is not None
    minimum = loss.minimum_tmm
    assert rounded(loss, minimum - 1, minimum, 3_048) == "just below 1,000"
    assert rounded(loss, minimum - 3_048, minimum, 3_048) == "999"
    possible = msgspec.structs.replace(loss, loss_from_ms=None, loss_to_ms=None)
    assert rounded(possible, minimum, minimum, 3_048) == "1,000"
