"""ICAO NOTAM with their Q lines (Annex 15 appendix 6; Doc 8126 6.3), in and out.

Items: Q) FIR/code/traffic/purpose/scope/lower/upper/centre and radius, B) C) the window, D) hours, E)
text, F) G) limits. The outline is the ring of coordinates in E) where it closes, else the circle of Q). F)
and G) say the limits where they stand; Q) gives flight levels rounded outwards, 000 and 999 where nothing
was said. Where the two do not agree the volume has two limits (AT19): the desk refuses it, and what
arrives so is judged on the wider.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from steerclear.errors import Malformed
from steerclear.space.altitude import Altitude, Limit
from steerclear.space.altitude_text import limit_text, parse_limit
from steerclear.space.volume import Circle, Outline, Point, Polygon, UpperLimit, Volume4D, limits_of
from steerclear.speech.exchange.record import RowFault
from steerclear.speech.zones.shapes import circle_around
from steerclear.speech.zones.zone import Window, Zone, flagged
from steerclear.units import TENTH_MM_PER_FOOT, parse_time

NM_MM: Final = 1_852_000
_ITEM: Final = re.compile(r"(?:^|(?<=[\s(]))([QA-G])\)\s*")
_NUMBER: Final = re.compile(r"\(?([A-Z]\d{4}/\d{2})\s+NOTAM([NRC])")
_Q_PLACE: Final = re.compile(r"(\d{2})(\d{2})([NS])(\d{3})(\d{2})([EW])(\d{3})", re.ASCII)
_PLACE: Final = re.compile(
    r"(\d{2})(\d{2})(\d{2}(?:\.\d+)?)?([NS])\s?(\d{3})(\d{2})(\d{2}(?:\.\d+)?)?([EW])", re.ASCII
)
_TIME: Final = re.compile(r"(\d{10})\s*(EST)?", re.ASCII)
_APART_FT: Final = 1_000
"""How far Q) may stand outside F) and G) and still be their rounding. Ours: Doc 8126 lets a State add a
margin.
"""


def read(data: bytes, window: Window) -> tuple[list[Zone], list[RowFault]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    zones: list[Zone] = []
    faults: list[RowFault] = []
    for line, one in _messages(text.upper()):
        try:
            zones.append(_zone(one, line, window))
        except Malformed as error:
            faults.append(RowFault(line, error.field, error.rule, error.rule, error.remedy))
    return zones, faults


def _messages(text: str) -> list[tuple[int, str]]:
    """(line, text) of each NOTAM: each has one Q line, and begins after the one before it."""
    starts = [match.start() for match in re.finditer(r"(?:^|(?<=[\s(]))Q\)", text)]
    begins = []
    for i, start in enumerate(starts):
        after = starts[i - 1] if i else 0
        numbers = [one.start() for one in _NUMBER.finditer(text, after, start)]
        begins.append(numbers[-1] if numbers else start)
    ends = [*begins[1:], len(text)][: len(begins)]
    return [(text.count("\n", 0, a) + 1, text[a:b]) for a, b in zip(begins, ends, strict=True)]


def _zone(text: str, line: int, window: Window) -> Zone:
    items = _items(text)
    number = _NUMBER.search(text)
    if number is not None and number[2] == "C":
        raise Malformed("cancels", field="NOTAMC", remedy="this one ends another; withdraw that by itself")
    q = [part.strip() for part in items["Q"].split("/")]
    if len(q) != 8:
        raise Malformed(
            "bad-q-line", field="Q", remedy="FIR/code/traffic/purpose/scope/lower/upper/centre radius"
        )
    flags: list[str] = []
    outline = _ring(items.get("E", ""))
    if outline is not None:
        flags.append("outline-from-text")
    shape: Outline = outline or _circle(q[7])
    lower = _limit(q[5], items.get("F"), "F", flags)
    upper = _limit(q[6], items.get("G"), "G", flags)
    start, end = window.of(_time(items.get("B"), "B", flags), _time(items.get("C"), "C", flags))
    kept = {name: value for name, value in items.items() if name in "ADE" and value}
    kept |= {"FIR": q[0], "code": q[1]} | ({"number": number[1]} if number else {})
    if "D" in kept:
        flags.append("schedule-not-applied")
    name = number[1] if number else f"{q[0]} {q[1]}"
    return Zone(name, (Volume4D(shape, lower, upper, start, end),), line, kept, flagged(*flags, "kept"))


def _items(text: str) -> dict[str, str]:
    """Each item once, in the order of the letters; a letter inside E) is text."""
    found: dict[str, str] = {}
    marks = list(_ITEM.finditer(text))
    order = "QABCDEFG"
    taken: list[re.Match[str]] = []
    for mark in marks:
        if mark[1] not in found and (not taken or order.index(mark[1]) > order.index(taken[-1][1])):
            taken.append(mark)
            found[mark[1]] = ""
    for i, mark in enumerate(taken):
        end = taken[i + 1].start() if i + 1 < len(taken) else len(text)
        found[mark[1]] = text[mark.end() : end].strip().rstrip(")").strip()
    return found


def _circle(text: str) -> Circle:
    match = _Q_PLACE.fullmatch(text.replace(" ", ""))
    if match is None:
        raise Malformed("bad-q-line", field="Q", remedy="centre and radius as 5150N00830E025")
    centre = _e7(match[1], match[2], None, match[3]), _e7(match[4], match[5], None, match[6])
    if int(match[7]) in (0, 999):
        raise Malformed(
            "no-size", field="Q", remedy="a radius of 1 to 998 NM, or a ring of coordinates in E)"
        )
    return Circle(_placed(centre), int(match[7]) * NM_MM)


def _ring(text: str) -> Polygon | None:
    """The first run of coordinates that ends where it began; None where there is none."""
    points = [
        (_e7(one[1], one[2], one[3], one[4]), _e7(one[5], one[6], one[7], one[8]))
        for one in _PLACE.finditer(text)
    ]
    for last in range(3, len(points)):
        if points[last] == points[0]:
            return Polygon(tuple(_placed(one) for one in points[:last]))
    return None


def _placed(place: Point) -> Point:
    if abs(place[0]) > 900_000_000 or abs(place[1]) > 1_800_000_000:
        raise Malformed("bad-position", field="Q", remedy="latitude up to 90, longitude up to 180")
    return place


def _e7(degrees: str, minutes: str, seconds: str | None, side: str) -> int:
    value = int(degrees) + int(minutes) / 60 + float(seconds or 0) / 3600
    return round((-value if side in "SW" else value) * 1e7)


def _limit(level: str, item: str | None, name: str, flags: list[str]) -> UpperLimit:
    """What Q) and the item say together."""
    if not re.fullmatch(r"\d{3}", level):
        raise Malformed("bad-q-line", field="Q", remedy="lower and upper as three figures of a flight level")
    unsaid = level == ("000" if name == "F" else "999")
    q: Limit = ("surface" if name == "F" else "unlimited") if unsaid else Altitude(int(level), "fl", "STD")
    if not item:
        return q
    said = _said(item, name, flags)
    if unsaid or said == q or _rounds(q, said, name):
        return said
    flags.append("two-limits")
    return (said, q)


def _said(item: str, name: str, flags: list[str]) -> Limit:
    words = " ".join(item.split()).removesuffix(".")
    if bare := re.fullmatch(r"(\d{1,6}) ?(FT|M)", words):
        flags.append("reference-by-format")
        return Altitude(int(bare[1]), "ft" if bare[2] == "FT" else "m", "MSL")
    return parse_limit(words, field=name)


def _rounds(q: Limit, said: Limit, name: str) -> bool:
    """Whether Q) is what the item gives when it is rounded outwards to a flight level."""
    if not isinstance(q, Altitude) or not isinstance(said, Altitude) or said.ref in ("AGL", "QFE"):
        return isinstance(said, Altitude) and said.ref == "AGL"
    outside = q.value_tmm - said.value_tmm if name == "G" else said.value_tmm - q.value_tmm
    return -100 * TENTH_MM_PER_FOOT < outside <= _APART_FT * TENTH_MM_PER_FOOT


def _time(item: str | None, name: str, flags: list[str]) -> str | None:
    """`2611221200` as RFC 3339; None where the item is missing or says PERM."""
    words = " ".join((item or "").split())
    if not words or words.startswith(("PERM", "WIE", "UFN")):
        if words:
            flags.append("permanent")
        return None
    match = _TIME.fullmatch(words)
    if match is None:
        raise Malformed("bad-time", field=name, remedy="ten figures YYMMDDHHMM, EST or PERM")
    try:
        moment = datetime.strptime(match[1], "%y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        raise Malformed("bad-time", field=name, remedy="that day or minute does not exist") from None
    if match[2]:
        flags.append("end-estimated")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def write(zones: Sequence[Zone], says: Sequence[str] = ()) -> tuple[bytes, list[RowFault]]:
    """Drafts for an office that numbers and sends them: every volume its own, FIR and code left to it
    where none was kept.
    """
    lines, faults = list[str](), list[RowFault]()
    for number, zone in enumerate(zones, 1):
        for volume in zone.volumes:
            if not isinstance(volume.outline, Circle):
                remedy = "a Q line holds a circle; the outline's corners stand in E)"
                faults.append(RowFault(number, "Q", "circle-around", zone.name, remedy))
            if any(len(limits_of(limit)) != 1 for limit in (volume.lower, volume.upper)):
                faults.append(
                    RowFault(number, "G", "two-limits", zone.name, "choose one limit; the wider is written")
                )
            lines += [*_written(zone, volume), ""]
    head = [f"REM {one}" for one in says]
    return "\r\n".join([*head, *([""] if head else []), *lines]).encode(), faults


def _written(zone: Zone, volume: Volume4D) -> list[str]:
    (lat, lon), radius_m = circle_around(volume.outline)
    margin_m = (
        2_624
        if not isinstance(volume.outline, Circle) or _whole_minutes(volume.outline.centre) is None
        else 0
    )
    radius = min(max(math.ceil((radius_m + margin_m) / 1852), 1), 998)
    lower, upper = _wider(limits_of(volume.lower), False), _wider(limits_of(volume.upper), True)
    place = f"{_minutes(lat, 2, 'NS')}{_minutes(lon, 3, 'EW')}{radius:03d}"
    fir, code = zone.kept.get("FIR", "ZZZZ"), zone.kept.get("code", "QXXXX")
    q = (fir, code, "IV", "BO", "W", _level(lower, False), _level(upper, True), place)
    b, c = (_stamp(one) for one in (volume.start, volume.end))
    text = [str(zone.kept.get("E") or zone.name or "AREA")]
    if isinstance(volume.outline, Polygon):
        corners = [*volume.outline.exterior, volume.outline.exterior[0]]
        if not zone.kept.get("E") or _ring(text[0]) != volume.outline:
            text.append("WITHIN " + " - ".join(_seconds(one) for one in corners))
    return [
        f"Q) {'/'.join(q)}",
        f"A) {zone.kept.get('A') or fir} B) {b} C) {c}",
        f"E) {' '.join(text).upper()}",
        f"F) {_item(lower, False)} G) {_item(upper, True)}",
    ]


def _stamp(text: str) -> str:
    return datetime.fromtimestamp(parse_time(text) / 1000, UTC).strftime("%y%m%d%H%M")


def _wider(limits: Sequence[Limit], upper: bool) -> Limit:
    """The highest ceiling or the lowest floor of several, by the figure alone; an open word before any."""
    for one in limits:
        if not isinstance(one, Altitude):
            return one
    plain = [one for one in limits if isinstance(one, Altitude)]
    return (max if upper else min)(plain, key=lambda one: one.value_tmm)


def _level(limit: Limit, upper: bool) -> str:
    if not isinstance(limit, Altitude) or limit.ref in ("AGL", "QFE"):
        return "999" if upper else "000"
    hundreds = limit.value_tmm / (100 * TENTH_MM_PER_FOOT)
    return f"{min(max(math.ceil(hundreds) if upper else math.floor(hundreds), 0), 999):03d}"


def _item(limit: Limit, upper: bool) -> str:
    """An open word as far as it reaches: an unknown floor is the surface, an unknown ceiling none."""
    if isinstance(limit, Altitude):
        return limit_text(limit).replace(" MSL", " AMSL").upper()
    return "UNL" if limit == "unlimited" or (upper and limit == "unknown") else "SFC"


def _whole_minutes(point: Point) -> Point | None:
    return point if all(abs(one * 60 / 1e7 - round(one * 60 / 1e7)) < 1e-5 for one in point) else None


def _minutes(degrees: float, width: int, sides: str) -> str:
    whole, rest = divmod(round(abs(degrees) * 60), 60)
    return f"{whole:0{width}d}{rest:02d}{sides[degrees < 0]}"


def _seconds(point: Point) -> str:
    """Hundredths of a second."""
    made = ""
    for e7, width, sides in ((point[0], 2, "NS"), (point[1], 3, "EW")):
        whole, rest = divmod(round(abs(e7) * 36 / 1000), 360_000)
        minutes, hundredths = divmod(rest, 6_000)
        made += f"{whole:0{width}d}{minutes:02d}{hundredths / 100:05.2f}{sides[e7 < 0]}"
    return made
