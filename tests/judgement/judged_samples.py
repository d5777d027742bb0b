"""Notices in a few words, for the tests of this room."""

from __future__ import annotations

from typing import Any

from geographiclib.geodesic import Geodesic

from steerclear.judgement import Judgement, Notice, Rules, judge_pair
from steerclear.space.altitude import Altitude
from steerclear.space.volume import Circle, Corridor, Polygon, Volume4D
from steerclear.speech.parameters import Minimum, Parameters

NO_MINIMA = Rules(Parameters(minima=()))
DAY = "2015-10-20"


def rules(horizontal_mm: int = 0, vertical_tmm: int = 0, time_ms: int = 0, **more: Any) -> Rules:
    row = Minimum(horizontal_mm=horizontal_mm, vertical_tmm=vertical_tmm, time_ms=time_ms)
    return Rules(Parameters(minima=(row,), **more))


def e7(*points: tuple[float, float]) -> tuple[tuple[int, int], ...]:
    return tuple((round(lat * 1e7), round(lon * 1e7)) for lat, lon in points)


def polygon(*points: tuple[float, float], holes: tuple = ()) -> Polygon:
    return Polygon(e7(*points), tuple(e7(*hole) for hole in holes))


def square(south: float, west: float, size: float = 1.0) -> Polygon:
    north, east = south + size, west + size
    return polygon((south, west), (south, east), (north, east), (north, west))


def circle(lat: float, lon: float, metres: float) -> Circle:
    return Circle(e7((lat, lon))[0], round(metres * 1000))


def corridor(half_width_m: float, *points: tuple[float, float]) -> Corridor:
    return Corridor(e7(*points), round(half_width_m * 1000))


def away(lat: float, lon: float, azimuth: float, metres: float) -> tuple[float, float]:
    end = Geodesic.WGS84.Direct(lat, lon, azimuth, metres)
    return end["lat2"], end["lon2"]


def ft(value: int, ref: str = "MSL") -> Altitude:
    return Altitude(value, "ft", ref)


def fl(value: int) -> Altitude:
    return Altitude(value, "fl", "STD")


def at(hour: str) -> str:
    return f"{DAY}T{hour}:00Z" if len(hour) == 5 else hour


def volume(
    outline: Any, lower: Any = "surface", upper: Any = "unlimited", start="14:00", end="15:00"
) -> Volume4D:
    return Volume4D(outline, lower, upper, at(start), at(end))


def plan(name: str, party: str, *volumes: Any, **more: Any) -> Notice:
    return Notice(
        **{
            "id": name,
            "party": party,
            "kind": "activity.flight",
            "mode": "REAL",
            "volumes": tuple(v if isinstance(v, Volume4D) else volume(v) for v in volumes),
            **more,
        }
    )


def area(name: str, party: str, *volumes: Any, **more: Any) -> Notice:
    return plan(name, party, *volumes, **{"kind": "area.declare", "mover": "protected_site", **more})


def verdicts(a: Notice, b: Notice, used: Rules = NO_MINIMA) -> list[str]:
    return [j.verdict for j in judge_pair(a, b, used)]


def conflicts(a: Notice, b: Notice, used: Rules = NO_MINIMA) -> list[Judgement]:
    return [j for j in judge_pair(a, b, used) if j.verdict == "conflict"]


def meets(one: Any, two: Any, used: Rules = NO_MINIMA) -> bool:
    """Whether two volumes (or outlines) of two parties conflict; asked both ways round."""
    a, b = plan("a", "blue", one), plan("b", "red", two)
    found = bool(conflicts(a, b, used))
    assert found is bool(conflicts(b, a, used))
    return found
