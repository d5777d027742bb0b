"""From a picture to the kernels: one instant for all, errors that grow, what is unstated wide enough."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from steerclear.feeds.altitude import heights
from steerclear.feeds.batch import batch_of
from steerclear.feeds.codes import MOVER, ORIGIN
from steerclear.feeds.movers import carried, movers_of
from steerclear.feeds.picture import Picture
from steerclear.feeds.tracks import Tracks

NOW = 1_700_000_000_000


def picture(now: int = NOW, **columns: Any) -> Picture:
    tracks = Tracks({"roof": "shared"})
    given = {
        "ident": "icao:a",
        "at_ms": NOW,
        "received_ms": NOW,
        "lat_deg": 50.0,
        "lon_deg": 8.0,
        "origin": ORIGIN["own"],
    }
    tracks.take("roof", batch_of(1, given | columns), NOW)
    return tracks.picture(now)


@given(st.floats(-89.9, 89.9), st.floats(-180, 180), st.floats(0, 360), st.floats(0, 300), st.floats(0, 30))
def test_straight_on_is_the_geodesic_to_within_a_few_metres(
    lat: float, lon: float, course: float, speed: float, seconds: float
) -> None:
    ve, vn = speed * np.sin(np.radians(course)), speed * np.cos(np.radians(course))
    got = carried(*(np.array([one]) for one in (lat, lon, ve, vn, seconds)))
    line = Geodesic.WGS84.Direct(lat, lon, course, speed * seconds)
    apart = Geodesic.WGS84.Inverse(got[0][0], got[1][0], line["lat2"], line["lon2"])["s12"]
    assert apart < 0.1 + 1e-3 * speed * seconds * min(1.0, speed * seconds / 6.4e6 * 1000)
    assert -180 <= got[1][0] <= 180


def test_everybody_is_carried_to_now_and_the_error_grows_on_the_way() -> None:
    columns = {
        "ve_mps": 100.0,
        "vn_mps": 0.0,
        "error_m": 24.477,
        "v_error_mps": 2.4477,
        "vu_mps": 5.0,
        "alt_geom_m": 1000.0,
    }
    made = [
        movers_of(one, heights(one.state), 0)
        for one in (picture(**columns), picture(NOW + 10_000, **columns))
    ]
    assert made[0].lon_deg[0] == 8.0 and made[0].sigma_pos_m[0] == pytest.approx(10.0)
    assert Geodesic.WGS84.Inverse(50.0, 8.0, made[1].lat_deg[0], made[1].lon_deg[0])["s12"] == pytest.approx(
        1000, abs=0.5
    )
    assert made[1].sigma_pos_m[0] == pytest.approx(np.hypot(10.0, 10.0)) and made[1].sigma_vel_mps[
        0
    ] == pytest.approx(1.0)
    rise = made[1].alt_high_m - made[0].alt_high_m
    assert rise[0] == pytest.approx(10 * (5.0 + 1.6)) and made[0].vu_low_mps[0] == pytest.approx(3.4)


def test_a_mover_of_unknown_velocity_stands_with_all_that_its_class_can_do() -> None:
    ship, plane = (picture(mover=MOVER[name]) for name in ("ship", "fixed_wing"))
    one, other = movers_of(ship, heights(ship.state), 0), movers_of(plane, heights(plane.state), 0)
    assert one.ve_mps[0] == other.ve_mps[0] == 0 and one.sigma_vel_mps[0] < 10 < 100 < other.sigma_vel_mps[0]
    assert other.sigma_pos_m[0] > 80, "no accuracy was stated"
    assert other.alt_low_m[0] == -np.inf and other.alt_high_m[0] == np.inf


def test_two_positions_give_the_velocity_that_a_source_does_not() -> None:
    tracks = Tracks({"roof": "shared"})
    given = {"ident": "icao:a", "received_ms": NOW, "lat_deg": 50.0, "origin": ORIGIN["own"], "error_m": 10.0}
    for at, lon in ((NOW, 179.999), (NOW + 10_000, -179.999)):
        tracks.take("roof", batch_of(1, given | {"at_ms": at, "lon_deg": lon}), at)
    seen = tracks.picture(NOW + 10_000)
    assert (
        seen.derived.all() and seen.ve_mps[0] == pytest.approx(14.3, abs=0.1) and abs(seen.vn_mps[0]) < 1e-9
    )
    assert seen.v_error_mps[0] == pytest.approx(np.sqrt(2)) and np.isnan(seen.state.ve_mps[0]), (
        "as given stays as given"
    )
    assert not picture().derived.any() and np.isnan(picture().ve_mps[0])


def test_on_the_surface_nobody_climbs() -> None:
    seen = picture(mover=MOVER["ship"], on_ground=True, vu_mps=5.0)
    made = movers_of(seen, heights(seen.state), 0)
    assert made.vu_low_mps[0] == made.vu_high_mps[0] == 0
