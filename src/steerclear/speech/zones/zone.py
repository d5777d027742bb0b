"""One area of a file, and how its parts are made: limits, windows, flags."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.space.altitude import MAX_VALUE_TMM, Altitude, Limit, Reference
from steerclear.space.volume import Outline, Point, UpperLimit, Volume4D, limits_of
from steerclear.speech.authoring import Draft

FLAGS: Final[Mapping[str, str]] = {
    "kept": "says more than an area here can hold: that part is kept as it was given, and no check looks at it",
    "schedule-not-applied": "holds at some hours only; taken as holding all the time between",
    "two-limits": "states two limits for one end; the desk refuses it until one is chosen",
    "reference-by-format": "an altitude without a reference, which this format counts from mean sea level",
    "arc-as-chords": "an arc became straight pieces of one degree",
    "outline-from-text": "the outline stands in the text, and goes before the circle of the Q line",
    "end-estimated": "the end is an estimate of the author",
    "permanent": "has no end of its own; the window is the one that was asked for",
    "upper-unknown": "states no upper limit; taken as unknown, without end",
    "lower-unknown": "states no lower limit; taken as unknown, down to the surface and below",
    "corridor-in-pieces": "a corridor became one outline a leg, each a little wider than the leg",
    "circle-as-corners": "a circle became an outline of 72 corners, none inside it",
    "circle-around": "the outline became the circle around it, in whole nautical miles",
    "limit-chosen": "stated two limits for one end; the one that was asked for holds",
    "heights-not-used": "heights inside the coordinates say no floor; `lower` and `upper` hold",
    "shape-left-out": "draws a shape that is no area here (a bare ring, a track, a model); the others hold",
    "no-identifier": "has no identifier, which the standard asks for; who publishes the zones assigns it",
    "limit-widened": "an end that the format cannot hold became wider, or open",
    "holes-filled": "the format knows no holes: the whole outline is written",
    "name-changed": "the name stands otherwise in the file, or not at all",
    "window-changed": "the window stands otherwise in the file",
    "limit-changed": "a limit stands otherwise in the file",
    "outline-changed": "the outline stands otherwise in the file",
    "combined": "each outline holds in each window now, not in its own alone",
    "in-parts": "became several areas of one name",
    "kept-left-out": "what the file said besides does not stand in the new one",
    "not-read-back": "what was written cannot be read again",
}
"""What a reader or a writer did, by its name."""


@dataclass(frozen=True)
class Zone:
    """`line` is where it begins: the line of a text, else the number of the zone, from 1."""

    name: str
    volumes: tuple[Volume4D, ...]
    line: int = 0
    kept: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Window:
    """What was asked for where the file states no start or no end."""

    start: str = ""
    end: str = ""

    def of(self, start: str | None, end: str | None) -> tuple[str, str]:
        """The window of a zone. Raises `Malformed` `no-window`."""
        made = start or self.start, end or self.end
        if not all(made):
            which = "start" if not made[0] else "end"
            raise Malformed(
                "no-window", field=which, remedy=f"the file states no {which}: give it with --{which}"
            )
        return made


def grouped(zone: Zone) -> dict[tuple[Outline, UpperLimit, UpperLimit], list[tuple[str, str]]]:
    """The windows in which each outline with its limits holds."""
    made: dict[tuple[Outline, UpperLimit, UpperLimit], list[tuple[str, str]]] = {}
    for one in zone.volumes:
        made.setdefault((one.outline, one.lower, one.upper), []).append((one.start, one.end))
    return made


TWO: Final = ("items", "q-line")
"""What states each of two limits, in their order: F) and G) of a NOTAM, and its Q line."""


def chosen(zone: Zone, which: str) -> Zone:
    """Of two limits for one end the one that `which` (of `TWO`) states; a zone with one for each stays as it is."""

    def one_of(limit: UpperLimit) -> UpperLimit:
        several = limits_of(limit)
        return several[min(TWO.index(which), len(several) - 1)]

    volumes = tuple(
        Volume4D(one.outline, one_of(one.lower), one_of(one.upper), one.start, one.end)
        for one in zone.volumes
    )
    if volumes == zone.volumes:
        return zone
    flags = ("limit-chosen" if name == "two-limits" else name for name in zone.flags)
    return replace(zone, volumes=volumes, flags=flagged(*flags))


def text_of(value: Any) -> str:
    """What a file of others said besides, as one text: itself, or JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def flagged(*flags: str | bool) -> tuple[str, ...]:
    """The flags that are set, each once, in order."""
    return tuple(dict.fromkeys(one for one in flags if isinstance(one, str) and one))


def altitude(value: Any, unit: str, reference: str, *, field: str) -> Limit:
    """A figure in `m` or `ft` (any case) above `AGL`, `AMSL`/`MSL` or `WGS84`/`HAE`. Fractions go to the
    millimetre. Raises `Malformed`.
    """
    references: dict[str, Reference] = {
        "AGL": "AGL",
        **dict.fromkeys(("AMSL", "MSL"), "MSL"),
        **dict.fromkeys(("WGS84", "HAE"), "WGS84"),
    }
    metres = {"m": Decimal(1), "ft": Decimal("0.3048")}.get(str(unit).lower())
    if metres is None or str(reference).upper() not in references:
        raise Malformed("bad-altitude", field=field, remedy="unit m or ft, reference AGL, AMSL or WGS84")
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise Malformed("bad-altitude", field=field, remedy="a number")
    try:
        figure = Decimal(str(value))
    except ArithmeticError:
        raise Malformed("bad-altitude", field=field, remedy="a number") from None
    if not figure.is_finite() or abs(figure * metres) > MAX_VALUE_TMM // 10_000:
        raise Malformed("altitude-out-of-range", field=field, remedy="at most 500 km")
    ref = references[str(reference).upper()]
    if figure == figure.to_integral_value():
        return Altitude(int(figure), "m" if metres == 1 else "ft", ref)
    return Altitude(int((figure * metres * 1000).to_integral_value()), "mm", ref)


def point(lon: Any, lat: Any, *, field: str) -> Point:
    """Degrees to 1e-7. Raises `Malformed`."""
    for value in (lon, lat):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise Malformed("bad-position", field=field, remedy="[longitude, latitude] in degrees")
    if abs(lat) > 90 or abs(lon) > 180:
        raise Malformed(
            "bad-position", field=field, remedy="latitude up to 90, longitude up to 180: longitude first"
        )
    return round(lat * 1e7), round(lon * 1e7)


def draft_of(zone: Zone, area: str, precision: str) -> Draft:
    """The form of an `area.declare`; its text says the name and that more was kept outside."""
    body: dict[str, Any] = {
        "area": area,
        "precision": precision,
        "volumes": [msgspec.to_builtins(one) for one in zone.volumes],
    }
    if zone.name:
        body["text"] = zone.name[:200]
    return Draft("area.declare", {}, {}, body)
