"""One site or movement of a file: its columns as text, its points, and the lines where they stand.

Text goes in and out unchanged where a person wrote it; every fault names the line and the column, the rule and the
remedy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from steerclear.errors import Refused
from steerclear.speech import authoring
from steerclear.speech.exchange.columns import EXAMPLE, NO, VEHICLE, YES
from steerclear.speech.kinds.common import Band, Position
from steerclear.speech.kinds.movement_notify import Movement, Waypoint, points
from steerclear.speech.kinds.site_notify import Site

SITE_KIND, MOVEMENT_KIND = "site.notify", "movement.notify"


@dataclass(frozen=True)
class Record:
    """`fields` column → text, `points` the same of each point; `lines` the line of each point, `line` the first."""

    kind: str
    fields: Mapping[str, str]
    points: tuple[Mapping[str, str], ...]
    lines: tuple[int, ...] = (0,)

    @property
    def line(self) -> int:
        return self.lines[0]

    @property
    def name(self) -> str:
        return self.fields.get("name") or self.fields.get("movement") or f"row {self.line}"


class RowFault(msgspec.Struct, frozen=True):
    """A fault of one row: where it stands (`line` 0: the whole file), what is wrong and what to write instead."""

    line: int
    field: str
    code: str
    rule: str
    remedy: str


@dataclass
class _Faults:
    found: list[RowFault] = field(default_factory=list)

    def add(self, line: int, column: str, code: str, rule: str, remedy: str) -> None:
        self.found.append(RowFault(line, column, code, rule, remedy))


def example_faults(record: Record) -> list[RowFault]:
    """The template's own row, left in by mistake: what it notifies does not exist."""
    column = "name" if record.kind == SITE_KIND else "movement"
    if EXAMPLE not in record.fields.get(column, ""):
        return []
    rule = "this is the template's example, and protects a place that does not exist"
    return [
        RowFault(record.lines[0], column, "example-row", rule, "write your own in its place, or delete it")
    ]


def draft_of(record: Record) -> authoring.Draft | list[RowFault]:
    """The form of a record as the desk takes it, or every fault of its rows."""
    faults = _Faults()
    body = _site(record, faults) if record.kind == SITE_KIND else _movement(record, faults)
    made = authoring.from_tables({"body": body}, record.kind)
    if isinstance(made, list):
        faults.found += [moved(record, one) for one in made]
    if faults.found or isinstance(made, list):
        return sorted(faults.found, key=lambda one: (one.line, one.field))
    return made


# ---- in


def _site(record: Record, faults: _Faults) -> dict[str, Any]:
    body = _plain(record, ("name", "function", "operator", "extent", "occupancy", "contact_24h"))
    body |= _plain(record, ("verified_by", "verified_at", "review", "text"))
    if "marking" in record.fields:
        body["marking"] = _list(record.fields["marking"])
    body["positions"] = _positions(record.points[0] if record.points else {})
    return body | _notifier(record)


def _movement(record: Record, faults: _Faults) -> dict[str, Any]:
    body = _plain(
        record, ("operator", "half_width", "number", "cargo", "escorts", "lost_contact", "priority", "text")
    )
    if "movement" in record.fields:
        body["name"] = record.fields["movement"]
    if "no_move_trigger" in record.fields:
        body["no_move_trigger"] = _list(record.fields["no_move_trigger"])
    if "emergency" in record.fields:
        body["emergency"] = _flag(record.fields["emergency"], record.line, "emergency", faults)
    body["contacts"] = [_contact(one, record, faults) for one in _list(record.fields.get("contacts", ""))]
    body["vehicles"] = [_vehicle(one, record, faults) for one in _list(record.fields.get("vehicles", ""))]
    body = {name: value for name, value in body.items() if value not in ([], None)}
    passed = [_waypoint(one, line, faults) for one, line in zip(record.points, record.lines, strict=True)]
    if passed:
        body |= {"origin": passed[0], "waypoints": passed[1:]}
    return body | _notifier(record)


def _plain(record: Record, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: record.fields[name] for name in names if name in record.fields}


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _flag(text: str, line: int, column: str, faults: _Faults) -> bool | None:
    if text.lower() in YES | NO:
        return text.lower() in YES
    faults.add(line, column, "not-yes-or-no", f"{text!r} is neither", "write yes or no, or leave it empty")
    return None


def _notifier(record: Record) -> dict[str, Any]:
    if "notifier" not in record.fields:
        return {}
    known = record.fields.get("notifier_known")
    return {"notifier": {"name": record.fields["notifier"]} | ({"known": known} if known else {})}


def _contact(text: str, record: Record, faults: _Faults) -> dict[str, Any] | None:
    means, _, call = text.partition(" ")
    if not call.strip():
        rule = f"{text!r} names no number"
        faults.add(
            record.line, "contacts", "bad-contact", rule, "write means and number: satellite_phone +88 165 1"
        )
        return None
    return {"means": means, "call": call.strip()}


def _vehicle(text: str, record: Record, faults: _Faults) -> dict[str, Any] | None:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) > len(VEHICLE):
        rule = f"{len(parts)} parts; a vehicle has {len(VEHICLE)}"
        faults.add(record.line, "vehicles", "bad-vehicle", rule, "write " + "|".join(VEHICLE))
        return None
    return {name: part for name, part in zip(VEHICLE, parts, strict=False) if part}


def _waypoint(point: Mapping[str, str], line: int, faults: _Faults) -> dict[str, Any]:
    out: dict[str, Any] = {"name": point["point"]} if "point" in point else {}
    out |= {name: point[name] for name in ("at", "tolerance") if name in point}
    if "check_in" in point:
        flag = _flag(point["check_in"], line, "check_in", faults)
        out |= {"check_in": flag} if flag is not None else {}
    return out | {"positions": _positions(point)}


def _positions(point: Mapping[str, str]) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    if "lat" in point or "lon" in point:
        out.append({name: point[name] for name in ("lat", "lon", "error", "source") if name in point})
    if "second" in point:
        other: dict[str, Any] = {"form": _form(point["second"]), "text": point["second"]}
        other |= {name: point[f"second_{name}"] for name in ("error", "source") if f"second_{name}" in point}
        if other["form"] == "sk42":
            other["text"] = other["text"].split(" ", 1)[1]
        out.append(other)
    return out


_MGRS: Final = re.compile(r"(?:[0-9]{1,2})?[A-Za-z]{3}[0-9 ]*", re.ASCII)
_UTM: Final = re.compile(r"[0-9]{1,2} ?[NSns] [0-9]{6}[ mE]+[0-9]{1,8}.*", re.ASCII)


def _form(text: str) -> str:
    """The form that a text is written in; what fits none is read, and refused, as degrees, minutes and seconds."""
    if text.upper().startswith(("SK42 ", "SK-42 ")):
        return "sk42"
    if _UTM.fullmatch(text):
        return "utm"
    return "mgrs" if _MGRS.fullmatch(text) else "dms"


# ---- faults of the desk, by line and column

_PATH = re.compile(r"(?:body\.)?(?:(origin|waypoints\[(\d+)\])(?:\.|$))?(.*)")
_COLUMN: Final[Mapping[str, str]] = {
    "lat": "lat",
    "lat_e7": "lat",
    "lon": "lon",
    "lon_e7": "lon",
    "error": "error",
    "error_mm": "error",
    "source": "source",
    "text": "second",
    "": "lat",
}


def moved(record: Record, fault: Refused) -> RowFault:
    """A fault of the form or the desk, named by the line and the column that it comes from."""
    match = _PATH.fullmatch(fault.field)
    assert match is not None  # the last group takes anything
    number = 0 if match[1] == "origin" else int(match[2]) + 1 if match[2] else 0
    line = record.lines[number] if number < len(record.lines) else record.line
    return RowFault(
        line, _column(match[3], record, bool(match[1])), fault.code, fault.rule or fault.code, fault.remedy
    )


def _column(path: str, record: Record, passed: bool) -> str:
    first = re.split(r"[.\[]", path)[0]
    if first == "positions":
        number, _, rest = path.removeprefix("positions[").partition("]")
        column = _COLUMN.get(rest.lstrip("."), rest.lstrip("."))
        if number != "1":
            return column
        return "second" if column in ("second", "lat", "lon") else f"second_{column}"
    if first == "notifier":
        return "notifier_known" if path.endswith("known") else "notifier"
    if first == "name":
        return "point" if passed else "movement" if record.kind == MOVEMENT_KIND else "name"
    for suffix in ("_mm", "_s"):
        first = first.removesuffix(suffix)
    return first


# ---- out


def record_of(kind: str, body: Any) -> Record:
    """The record of a notice as it stands, ready to be written to a file and read in again."""
    return _site_record(body) if isinstance(body, Site) else _movement_record(body)


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _metres(mm: int | None) -> str | None:
    if mm is None:
        return None
    return f"{mm // 1_000} m" if mm % 1_000 == 0 else f"{mm} mm"


def _site_record(site: Site) -> Record:
    fields = {
        name: getattr(site, name) for name in ("name", "function", "operator", "occupancy", "contact_24h")
    }
    fields |= {name: getattr(site, name) for name in ("verified_by", "verified_at", "review", "text")}
    fields |= {"extent": _metres(site.extent_mm), "marking": ";".join(site.marking)}
    return Record(SITE_KIND, _texts(fields | _told(site)), (_point(site.positions),))


def _movement_record(movement: Movement) -> Record:
    fields = {
        name: getattr(movement, name) for name in ("operator", "cargo", "escorts", "lost_contact", "priority")
    }
    number = movement.number
    fields |= {
        "movement": movement.name,
        "half_width": _metres(movement.half_width_mm),
        "number": _band(number),
        "no_move_trigger": ";".join(movement.no_move_trigger),
        "contacts": ";".join(f"{one.means} {one.call}" for one in movement.contacts if one.call),
        "vehicles": ";".join(
            "|".join(getattr(one, name) or "" for name in VEHICLE).rstrip("|") for one in movement.vehicles
        ),
        "emergency": None if movement.emergency is None else "yes" if movement.emergency else "no",
        "text": movement.text,
    }
    passed = tuple(_passed(one) for one in points(movement))
    return Record(MOVEMENT_KIND, _texts(fields | _told(movement)), passed, (0,) * max(len(passed), 1))


def _band(number: Band | None) -> str | None:
    if number is None:
        return None
    return f"{number.least}+" if number.most is None else f"{number.least}-{number.most}"


def _told(body: Site | Movement) -> dict[str, Any]:
    notifier = body.notifier
    return {} if notifier is None else {"notifier": notifier.name, "notifier_known": notifier.known}


def _passed(point: Waypoint) -> dict[str, str]:
    tolerance = None if point.tolerance_s is None else f"{point.tolerance_s} s"
    flag = None if point.check_in is None else "yes" if point.check_in else "no"
    return _texts({"point": point.name, "at": point.at, "tolerance": tolerance, "check_in": flag}) | _point(
        point.positions
    )


def _point(positions: tuple[Position, ...]) -> dict[str, str]:
    """The first form in degrees where one is, and the first that is text."""
    out: dict[str, Any] = {}
    plain = next((one for one in positions if one.form == "wgs84"), None)
    other = next((one for one in positions if one.text), None)
    if plain is not None and plain.lat_e7 is not None and plain.lon_e7 is not None:
        out = {"lat": degrees(plain.lat_e7), "lon": degrees(plain.lon_e7)}
        out |= {"error": _metres(plain.error_mm), "source": plain.source}
    if other is not None:
        text = f"SK42 {other.text}" if other.form == "sk42" else other.text
        out |= {"second": text, "second_error": _metres(other.error_mm), "second_source": other.source}
    return _texts(out)


def degrees(value_e7: int) -> str:
    """`41.3275` of 413275000: exact, without a float."""
    whole, rest = divmod(abs(value_e7), 10_000_000)
    figures = f"{rest:07d}".rstrip("0")
    return f"{'-' if value_e7 < 0 else ''}{whole}" + (f".{figures}" if figures else "")
