"""A body field by field, as people read it in their language and speak it: for cards, ready texts and screens.

Coded fields have the label of their code in the reader's own language. Figures are the same in every language, have
check digits and are spoken letter by letter. Free text stays as its author wrote it, and is `free`: unverified until a
linguist confirms it (messages.md, Roles; scenarios.md, AT34).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.space.altitude import Altitude
from steerclear.space.altitude_text import limit_text
from steerclear.space.positions import write_dms
from steerclear.space.volume import Circle, Corridor, Polygon, Volume4D
from steerclear.speech import check_digits, spelling, table
from steerclear.speech.free_text import is_free
from steerclear.speech.kinds.common import Band, Interval, Position
from steerclear.speech.phrases import phrase
from steerclear.speech.phrases.groups import YES_NO, group_of, literals
from steerclear.speech.salvage import salvage
from steerclear.speech.walk import extra_of
from steerclear.units import TENTH_MM_PER_FOOT, format_dtg, parse_time

LONGEST_SPELT: Final = 40
_UNIT: Final = {
    "ms": "ms",
    "s": "s",
    "hz": "Hz",
    "mm": "mm",
    "tmm": "0.1 mm",
    "cdeg": "0.01°",
    "mm/s": "mm/s",
    "e7": "e-7°",
}
_ENDS: Final = (("_mm_s", "mm/s"), ("_mm", "mm"), ("_ms", "ms"))
_NUMBERED: Final = re.compile(r"\[\d+\]$")
_MARKS_OF_ANGLES: Final = str.maketrans({"°": " ", "'": " ", '"': " "})


@dataclass(frozen=True, slots=True)
class Reading:
    """One line: `path` of the field, its `label`, the `value` as written, `spoken`. `sort`: `code` (the value is a
    label), `figure` (has `check` digits), `free`. `depth`: how far it stands inside another field."""

    path: str
    label: str
    value: str
    spoken: str
    sort: str
    check: str = ""
    depth: int = 0


def read_body(kind: str, body: Any, language: str) -> tuple[Reading, ...]:
    """Every field that is given, in the order of its kind, from the body as JSON. What cannot be read is left out, as
    on arrival; of a kind that this node does not know nothing is read."""
    row = table.kind(kind)
    if row is None or row.body is None or not isinstance(body, dict):
        return ()
    if kind == "amend" and isinstance(body.get("notice"), dict):
        rest = {name: value for name, value in body.items() if name not in ("notice", "fields")}
        return (
            *_body(row.body, rest, language),
            *read_body(str(body.get("kind", "")), body["notice"], language),
        )
    return _body(row.body, body, language)


def _body(struct: type[msgspec.Struct], body: dict[str, Any], language: str) -> tuple[Reading, ...]:
    made, _ = salvage(struct, body, "body")
    return tuple(read_struct(made, language, "body")) if made is not None else ()


def read_struct(value: Any, language: str, path: str, depth: int = 0) -> Iterator[Reading]:
    """The fields of a struct of a payload that are given."""
    for field in msgspec.structs.fields(type(value)):
        here = getattr(value, field.name)
        if here is None or here == ():
            continue
        name = phrase("field", field.encode_name, language)
        group = group_of(type(value).__name__, field.encode_name)
        codes = {code for found in literals(field.type) for code in found}
        items = here if isinstance(here, tuple) else (here,)
        for number, item in enumerate(items):
            at = f"{path}.{field.encode_name}" + (f"[{number}]" if isinstance(here, tuple) else "")
            label = f"{name} {number + 1}" if len(items) > 1 else name
            if isinstance(item, str) and item in codes:
                text = phrase(group, item, language)
                yield Reading(at, label, text, text, "code", depth=depth)
            elif isinstance(item, str) and is_free(field.encode_name, field.type):
                yield Reading(at, label, item, item, "free", depth=depth)
            else:
                yield from _one(item, extra_of(field.type), label, at, language, depth)


def _one(
    item: Any, extra: dict[str, Any], label: str, path: str, language: str, depth: int
) -> Iterator[Reading]:
    if isinstance(item, bool):
        text = phrase(YES_NO, "true" if item else "false", language)
        yield Reading(path, label, text, text, "code", depth=depth)
    elif isinstance(item, Volume4D):
        yield Reading(path, label, "", "", "code", depth=depth)
        yield from _volume(item, path, language, depth + 1)
    elif isinstance(item, Interval):
        yield figure(path, label, span_text(item, _NUMBERED.sub("", path)), language, depth)
    elif (shown := whole(item)) is not None:
        yield figure(path, label, shown, language, depth)
    elif isinstance(item, msgspec.Struct):
        yield Reading(path, label, "", "", "code", depth=depth)
        yield from read_struct(item, language, path, depth + 1)
    elif isinstance(item, int):
        unit = _UNIT.get(extra.get("unit", ""), "")
        yield figure(path, label, quantity(item, unit), language, depth)
    elif isinstance(item, str):
        yield figure(path, label, _text(item, extra.get("is", "")), language, depth)
    else:
        yield Reading(path, label, str(msgspec.to_builtins(item)), "", "figure", depth=depth)


def figure(path: str, label: str, value: str, language: str, depth: int = 0) -> Reading:
    """A line whose value is the same in every language, with its check digits."""
    try:
        check = check_digits.check(value)
    except Malformed:
        check = ""
    return Reading(path, label, value, _spelt(value, language), "figure", check, depth)


def _spelt(value: str, language: str) -> str:
    """Letter by letter where that can be spoken; else as it is written."""
    if len(value) > LONGEST_SPELT:
        return value
    try:
        return spelling.say(value.translate(_MARKS_OF_ANGLES), language)
    except Malformed:
        return value


def whole(item: Any) -> str | None:
    """What is shown in one piece: a position, an altitude, a band; None for anything else."""
    if isinstance(item, Position):
        return position_text(item)
    if isinstance(item, Altitude):
        return limit_text(item)
    if isinstance(item, Band):
        return f"{item.least}+" if item.most is None else f"{item.least}-{item.most}"
    return None


def span_text(item: Interval, name: str) -> str:
    """Both ends in the unit that the name of their field ends with: `4.812 km - 5.003 km`, heights in feet, rounded
    away from each other; one where they are the same."""
    if name.endswith("_tmm"):
        low, high = (
            f"{feet} ft" for feet in (item.low // TENTH_MM_PER_FOOT, -(-item.high // TENTH_MM_PER_FOOT))
        )
    else:
        unit = next((unit for end, unit in _ENDS if name.endswith(end)), "")
        low, high = (quantity(one, unit) for one in (item.low, item.high))
    return low if low == high else f"{low} - {high}"


def position_text(item: Position) -> str:
    """The form in which it was passed: degrees, minutes and seconds for latitude and longitude."""
    if item.form == "wgs84" and item.lat_e7 is not None and item.lon_e7 is not None:
        return write_dms(item.lat_e7, item.lon_e7)
    if item.form == "bearing":
        bearing = "" if item.bearing_cdeg is None else f"{item.bearing_cdeg // 100:03d}"
        distance = "" if item.distance_mm is None else quantity(item.distance_mm, "mm")
        return f"{item.from_place or ''} {bearing} / {distance}".strip()
    return item.text or ""


def quantity(value: int, unit: str) -> str:
    """A whole number in the unit that people say: `121.5 MHz`, `5 km`, `90 s`."""
    for small, size, large in (
        ("Hz", 1_000_000, "MHz"),
        ("Hz", 1_000, "kHz"),
        ("mm", 1_000_000, "km"),
        ("mm", 1_000, "m"),
        ("0.1 mm", 10_000, "m"),
        ("0.01°", 100, "°"),
        ("ms", 1_000, "s"),
    ):
        if unit == "e-7°":
            return f"{_decimal(value, 10_000_000)}°"
        if unit == "mm/s":
            return f"{_decimal(value, 1_000)} m/s"
        if unit == small and abs(value) >= size:
            return f"{_decimal(value, size)} {large}"
    return f"{value} {unit}".strip()


def _decimal(value: int, size: int) -> str:
    units, rest = divmod(abs(value), size)
    digits = f"{rest:0{len(str(size)) - 1}d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{units}" + (f".{digits}" if digits else "")


def _text(text: str, sort: str) -> str:
    """A time as date-time group where it falls on a whole minute, else as written; an id by its first characters."""
    if sort == "entry":
        return text[:16]
    if sort != "time":
        return text
    try:
        at = parse_time(text)
    except Malformed:
        return text
    return format_dtg(at) if at % 60_000 == 0 else text


def _volume(item: Volume4D, path: str, language: str, depth: int) -> Iterator[Reading]:
    def label(name: str) -> str:
        return phrase("field", name, language)

    yield from _outline(item, path, language, depth)
    for name, limit in (("lower", item.lower), ("upper", item.upper)):
        for one in limit if isinstance(limit, list | tuple) else (limit,):
            at = f"{path}.{name}"
            if isinstance(one, Altitude):
                yield figure(at, label(name), limit_text(one), language, depth)
            else:
                text = phrase("limit", str(one), language)
                yield Reading(at, label(name), text, text, "code", depth=depth)
    for name, text in (("start", item.start), ("end", item.end)):
        yield figure(f"{path}.{name}", label(name), _text(str(text), "time"), language, depth)


def _outline(item: Volume4D, path: str, language: str, depth: int) -> Iterator[Reading]:
    outline = item.outline
    if isinstance(outline, Circle):
        points, size = [("centre", outline.centre)], ("radius_mm", outline.radius_mm)
    elif isinstance(outline, Corridor):
        points, size = [("line", p) for p in outline.line], ("half_width_mm", outline.half_width_mm)
    elif isinstance(outline, Polygon):
        points, size = [("exterior", p) for p in outline.exterior], None
    else:
        return
    for number, (name, (lat, lon)) in enumerate(points):
        label = phrase("field", name, language) + (f" {number + 1}" if len(points) > 1 else "")
        yield figure(f"{path}.outline.{name}[{number}]", label, write_dms(lat, lon), language, depth)
    if size is not None:
        name = phrase("field", size[0], language)
        yield figure(f"{path}.outline.{size[0]}", name, quantity(size[1], "mm"), language, depth)
