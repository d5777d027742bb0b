"""The mark of a copy: it moves nothing beyond its stated error, adds nothing, and names the copy from any part of it
(boundary.md; AT16)."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.space.geodesic import inverse
from steerclear.space.volume import Circle, Polygon, Volume4D
from steerclear.speech import tracing, watermark
from steerclear.speech.kinds.area_declare import AreaDeclare
from steerclear.speech.kinds.common import Position
from steerclear.speech.kinds.site_notify import Site

SECRET = b"s" * 32
KEYS = {f"copy-{n}": watermark.key_of(SECRET, "f" * 64, f"{n:032x}", f"reader {n}") for n in range(40)}
LAT = st.integers(-899_000_000, 899_000_000)
LON = st.integers(-1_800_000_000, 1_799_999_999)
KEY = st.sampled_from(list(KEYS.values()))


def metres(one: tuple[int, int], two: tuple[int, int]) -> float:
    return inverse((one[0] / 1e7, one[1] / 1e7), (two[0] / 1e7, two[1] / 1e7))[0]


@given(KEY, LAT, LON, st.none() | st.integers(0, 40_000_000))
def test_no_position_is_moved_beyond_its_stated_error(
    key: bytes, lat: int, lon: int, error: int | None
) -> None:
    made = watermark.marked(key, Position(form="wgs84", lat_e7=lat, lon_e7=lon, error_mm=error))
    moved = metres((lat, lon), (made.lat_e7, made.lon_e7)) * 1000
    assert moved <= min((error or 0) // 4, 100_000)
    assert (made.error_mm or 0) >= (error or 0) and (made.error_mm is None) == (error is None)
    if error is None or error < 1_000:
        assert made == Position(form="wgs84", lat_e7=lat, lon_e7=lon, error_mm=error)
    else:
        assert (made.error_mm or 0) - error >= moved, "what the copy states stays true"


@given(KEY, LAT, LON)
def test_a_position_that_is_text_is_left_as_it_was_written(key: bytes, lat: int, lon: int) -> None:
    plain = Position(form="dms", text="41°19'39\"N 019°49'07\"E", error_mm=30_000)
    assert watermark.marked(key, plain) == plain


@given(KEY, st.integers(-700_000_000, 700_000_000), LON, st.integers(10_000, 400_000_000))
def test_the_ring_of_a_circle_leaves_nothing_of_it_out(key: bytes, lat: int, lon: int, radius: int) -> None:
    circle = Circle((lat, lon), radius)
    ring = watermark.ring(key, circle)
    assert len(ring) == watermark.CORNERS
    for one, two in zip(ring, (*ring[1:], ring[0]), strict=True):
        (start, azimuth) = inverse((one[0] / 1e7, one[1] / 1e7), (two[0] / 1e7, two[1] / 1e7))
        from steerclear.space.geodesic import direct, to_e7

        middle = to_e7(direct((one[0] / 1e7, one[1] / 1e7), azimuth, start / 2))
        assert metres((lat, lon), middle) * 1000 >= radius
        assert metres((lat, lon), one) * 1000 <= radius * 1.01 + 20


@given(KEY, st.lists(st.tuples(LAT, LON), min_size=3, max_size=20, unique=True))
def test_a_polygon_is_written_from_another_vertex_and_is_the_same(
    key: bytes, vertices: list[tuple[int, int]]
) -> None:
    plain = Polygon(tuple(vertices))
    made = watermark.turned(key, plain)
    start = made.exterior.index(plain.exterior[0])
    assert made.exterior[start:] + made.exterior[:start] == plain.exterior


@given(KEY, st.integers(1, 4), st.integers(0, 3))
def test_no_decoy_is_added_and_nothing_taken_away(key: bytes, volumes: int, positions: int) -> None:
    circle = Circle((413_275_000, 198_187_000), 500_000)
    volume = Volume4D(circle, "surface", "unlimited", "2026-10-20T00:00:00Z", "2027-01-01T00:00:00Z")
    point = Position(form="wgs84", lat_e7=413_275_000, lon_e7=198_187_000, error_mm=20_000)
    body = AreaDeclare(
        area="protected_site", precision="exact", volumes=(volume,) * volumes, positions=(point,) * positions
    )
    made = watermark.marked(key, body)
    assert (len(made.volumes), len(made.positions)) == (volumes, positions)
    assert all(
        (one.lower, one.upper, one.start, one.end) == (volume.lower, volume.upper, volume.start, volume.end)
        for one in made.volumes
    )


# ---- and back from a leaked copy


def sites(count: int, error_mm: int = 20_000) -> list[Site]:
    rng = random.Random(7)
    return [
        Site(
            name=f"Site {n}",
            positions=(
                Position(
                    form="wgs84",
                    lat_e7=413_000_000 + rng.randrange(5_000_000),
                    lon_e7=198_000_000 + rng.randrange(5_000_000),
                    error_mm=error_mm,
                ),
            ),
        )
        for n in range(count)
    ]


def points(bodies: list[Site], key: bytes | None) -> list[tuple[float, float]]:
    rows = [watermark.marked(key, body) if key is not None else body for body in bodies]
    return [(row.positions[0].lat_e7 / 1e7, row.positions[0].lon_e7 / 1e7) for row in rows]


def as_csv(rows: list[tuple[float, float]], digits: int) -> bytes:
    return "\n".join(f"{lat:.{digits}f},{lon:.{digits}f}" for lat, lon in rows).encode()


def as_geojson(rows: list[tuple[float, float]], digits: int) -> bytes:
    return json.dumps([[round(lon, digits), round(lat, digits)] for lat, lon in rows]).encode()


def as_prose(rows: list[tuple[float, float]], digits: int) -> bytes:
    return "; then ".join(f"to {lon:.{digits}f} E, {lat:.{digits}f} N" for lat, lon in rows).encode()


@pytest.mark.parametrize("written", [as_csv, as_geojson, as_prose])
@pytest.mark.parametrize(("digits", "part"), [(7, 2), (6, 4), (5, 12)])
def test_any_part_in_any_format_names_the_copy(written, digits: int, part: int) -> None:  # type: ignore[no-untyped-def]
    bodies = sites(60)
    places = tracing.places_of(bodies)
    for name in list(KEYS)[:5]:
        leaked = points(bodies, KEYS[name])
        random.Random(name).shuffle(leaked)
        found = tracing.trace(written(leaked[:part], digits), places, KEYS)
        best = next(iter(found))
        assert best == name and found[best].sure == "sure" and found[best].matched == part
        assert all(one.sure == "weak" for other, one in found.items() if other != name)


def test_what_was_not_copied_from_us_names_nobody() -> None:
    bodies = sites(60)
    places = tracing.places_of(bodies)
    own = tracing.trace(as_csv(points(bodies, None), 7), places, KEYS)
    stranger = tracing.trace(
        as_csv(points(bodies, watermark.key_of(b"x" * 32, "f" * 64, "0" * 32, "reader 0")), 7), places, KEYS
    )
    assert all(one.sure == "weak" for one in (*own.values(), *stranger.values()))
    assert tracing.trace(b"nothing here", places, KEYS) == {}


def test_a_circle_without_a_position_names_its_copy_by_its_ring() -> None:
    circles = [Circle((413_000_000 + n * 700_000, 198_000_000), 15_000_000 + n) for n in range(6)]
    bodies = [
        AreaDeclare(
            area="personnel",
            precision="broad",
            volumes=(Volume4D(one, "surface", "unlimited", "2026-10-20T00:00:00Z", "2027-01-01T00:00:00Z"),),
        )
        for one in circles
    ]
    leaked = [
        (lat / 1e7, lon / 1e7) for one in circles[:3] for lat, lon in watermark.ring(KEYS["copy-3"], one)[5:9]
    ]
    found = tracing.trace(as_geojson(leaked, 7), tracing.places_of(bodies), KEYS)
    assert next(iter(found)) == "copy-3" and found["copy-3"].sure == "sure"
    assert all(one.sure == "weak" for name, one in found.items() if name != "copy-3")


@given(st.binary(max_size=400))
def test_no_file_breaks_the_search(data: bytes) -> None:
    tracing.trace(data, tracing.places_of(sites(3)), KEYS)
