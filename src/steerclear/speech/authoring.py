"""What a person writes in a file → what goes on the wire: decimal degrees, `FL350`, `5 NM`, date-time groups,
MGRS.

A file is TOML or JSON: header fields at the top (`kind`, `mode`, `to`, …), `[inner]` and `[body]`; or
GeoJSON, whose features become volumes and whose foreign member `steerclear` holds the rest. Everything of the
wire form is legal here too. Pure on bytes; the result goes through `form.filled` and the desk like any other
form.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, get_args, get_origin

import msgspec

from steerclear.errors import Malformed, Refused, refusal
from steerclear.space.altitude import Altitude
from steerclear.space.volume import Volume4D
from steerclear.speech import quantities, table
from steerclear.speech.drawing import geojson, position, volume
from steerclear.speech.kinds.common import Band, Channel, Position
from steerclear.speech.payload import Inner
from steerclear.speech.readback import heard
from steerclear.speech.unreadable import unread
from steerclear.speech.walk import bare, extra_of
from steerclear.units import parse_time

HEADER: Final = ("kind", "mode", "line", "life_safety", "precedence", "to", "reply_by", "refs", "supersedes")
_SUFFIXES: Final = (
    ("_mm_s", "mm/s"),
    ("_tmm", "tmm"),
    ("_mm", "mm"),
    ("_ms", "ms"),
    ("_s", "s"),
    ("_hz", "hz"),
)
_SUFFIX_OF: Final = {
    "mm": "_mm",
    "tmm": "_tmm",
    "ms": "_ms",
    "s": "_s",
    "hz": "_hz",
    "cdeg": "_cdeg",
    "mm/s": "_mm_s",
}


@dataclass(frozen=True)
class Draft:
    """A form in wire terms, not yet checked. `header` holds what the file said of `HEADER` (with
    `reply_by_ms`), `inner` and `body` are ready for `form.filled`.
    """

    kind: str
    header: dict[str, Any] = field(default_factory=dict)
    inner: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


def from_file(data: bytes, suffix: str, kind: str = "") -> Draft | list[Refused]:
    """The form in a file; `suffix` is `.toml`, `.json` or `.geojson`, `kind` what the command line named."""
    try:
        parsed = _parse(data, suffix)
    except Malformed as error:
        return [refusal(error, error.rule)]
    except (ValueError, RecursionError) as error:
        return [unread(error, data, suffix)]
    if suffix != ".geojson" and parsed.get("type") not in ("Feature", "FeatureCollection"):
        return from_tables(parsed, kind)
    drawn = geojson(data)
    if isinstance(drawn, list):
        return drawn
    rest, volumes = drawn
    made = from_tables(rest, kind)
    if isinstance(made, list):
        return made
    if made.kind == "amend":
        return _with_volumes(made, {"notice": made.body.get("notice", {}) | {"volumes": volumes}})
    return _with_volumes(made, {"bounds" if made.kind == "area.request" else "volumes": volumes})


def _with_volumes(draft: Draft, volumes: dict[str, Any]) -> Draft:
    return Draft(draft.kind, draft.header, draft.inner, draft.body | volumes)


def _parse(data: bytes, suffix: str) -> dict[str, Any]:
    """Raises `Malformed` `not-a-table`, and what the decoder raises (ValueError, RecursionError)."""
    text = data.decode("utf-8")
    if suffix == ".toml":
        return tomllib.loads(text, parse_float=Decimal)
    parsed = json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once)
    if not isinstance(parsed, dict):
        raise Malformed(
            "not-a-table", field="file", remedy="write a table with kind, mode, [inner] and [body]"
        )
    return parsed


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no figure")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return made


def from_tables(parsed: dict[str, Any], kind: str = "") -> Draft | list[Refused]:
    """As `from_file`, from tables that are parsed already."""
    faults: list[Refused] = []
    named = parsed.get("kind", kind)
    if kind and named != kind:
        faults.append(
            Refused("two-kinds", "kind", f"the file says {named}, the command {kind}", "choose one")
        )
    for name in parsed:
        if name not in (*HEADER, "inner", "body"):
            remedy = "header fields stand at the top, everything else in [body]"
            faults.append(Refused("unknown-fields", name, "unknown field", remedy))
    row = table.kind(named) if isinstance(named, str) else None
    if row is None or row.body is None:
        known = ", ".join(entry.name for entry in table.spoken())
        return [
            *faults,
            Refused("unknown-kind", "kind", f"{named or 'nothing'} is no kind", f"one of {known}"),
        ]
    header: dict[str, Any] = {
        name: parsed[name] for name in HEADER if name in parsed and name not in ("kind", "reply_by")
    }
    if "reply_by" in parsed:
        try:
            header["reply_by_ms"] = int(parse_time(quantities.time(parsed["reply_by"]), field="reply_by"))
        except Malformed as error:
            faults.append(refusal(error, error.rule))
    inner = _convert(Inner, parsed.get("inner", {}), "inner", faults)
    body = _body(row, parsed.get("body", {}), faults)
    for part, path in ((header, ""), (inner, "inner"), (body, "body")):
        faults += [one for one in _foreign(part, path) if not _told(one.field, faults)]
    astray = sorted(set(inner) - set(Inner.__struct_fields__)) if isinstance(inner, dict) else []
    if astray and "body" not in parsed:
        remedy = f"write [body] above {', '.join(astray[:3])}: what is said stands there, not under [inner]"
        return [Refused("not-a-table", "body", "there is no [body]", remedy)]
    return faults or Draft(row.name, header, inner, body)


def _foreign(value: Any, path: str) -> list[Refused]:
    """What JSON on the wire cannot hold and no field took: a fraction, or a TOML date in a field that is no
    time.
    """
    if isinstance(value, dict):
        return [
            fault for key, below in value.items() for fault in _foreign(below, f"{path}.{key}".strip("."))
        ]
    if isinstance(value, list):
        return [fault for i, below in enumerate(value) for fault in _foreign(below, f"{path}[{i}]")]
    if value is None or isinstance(value, str | int):
        return []
    return [refusal(_float(path), "float") if isinstance(value, Decimal) else _no_time(path)]


def _told(path: str, faults: list[Refused]) -> bool:
    """Whether a value was left as it stood because it, or one beside it in a table within the body, was refused."""
    above = path.rpartition(".")[0]
    inside = above not in ("", "inner", "body")
    return any(one.field == path or (inside and one.field.rpartition(".")[0] == above) for one in faults)


def _no_time(path: str) -> Refused:
    return Refused(
        "not-a-time-field",
        path,
        "there is no such field, or it holds no time",
        "leave it out, or write it as text",
    )


def _body(row: table.Kind, body: Any, faults: list[Refused]) -> Any:
    """The body in wire terms; the notice inside an `amend` by the type of its own kind."""
    inside = table.kind(str(body.get("kind", ""))) if row.name == "amend" and isinstance(body, dict) else None
    if inside is None or inside.body is None or "notice" not in body:
        return _convert(row.body, body, "body", faults)
    rest = _convert(
        row.body, {name: entry for name, entry in body.items() if name != "notice"}, "body", faults
    )
    return rest | {"notice": _convert(inside.body, body["notice"], "body.notice", faults)}


def _convert(annotation: Any, value: Any, path: str, faults: list[Refused]) -> Any:
    """One value by its declared type; a fault is noted and the value left as it is."""
    try:
        return _by_type(annotation, value, path, faults)
    except Malformed as error:
        faults.append(refusal(error, error.rule))
        return value


def _by_type(annotation: Any, value: Any, path: str, faults: list[Refused]) -> Any:
    extra = extra_of(annotation)
    plain = bare(annotation)
    if plain is Volume4D:
        return volume(value, path)
    if plain is Position:
        return position(value, path)
    if plain is Altitude and isinstance(value, str):
        return quantities.altitude(value, field=path)
    if plain is Band:
        return _band(value, path)
    if plain is Channel and isinstance(value, str):
        return _channel(value, path)
    if get_origin(plain) is tuple and isinstance(value, list):
        item = get_args(plain)[0]
        return [_convert(item, entry, f"{path}[{i}]", faults) for i, entry in enumerate(value)]
    if isinstance(plain, type) and issubclass(plain, msgspec.Struct) and isinstance(value, dict):
        return _struct(plain, value, path, faults)
    if extra.get("is") == "time":
        return quantities.time(value, field=path)
    if extra.get("is") == "code" and isinstance(value, str):
        return _code(value, path)
    if "unit" in extra and isinstance(value, str):
        return quantities.quantity(value, extra["unit"], field=path)
    if get_origin(plain) is dict and isinstance(value, dict):
        return {name: _by_suffix(name, entry, f"{path}.{name}") for name, entry in value.items()}
    if isinstance(value, Decimal):
        raise _float(path)
    return value


def _struct(
    struct: type[msgspec.Struct], value: dict[str, Any], path: str, faults: list[Refused]
) -> dict[str, Any]:
    """A table, field by field; `distance = "5 NM"` stands for `distance_mm`, `lat` and `lon` for `lat_e7`,
    `lon_e7`.
    """
    types = {entry.encode_name: entry.type for entry in msgspec.structs.fields(struct)}
    spoken = _spoken(types)
    out: dict[str, Any] = {}
    for name, entry in value.items():
        if name not in types and f"{name}_e7" in types:
            out[f"{name}_e7"] = _degrees(name, entry, f"{path}.{name}", faults)
        else:
            known = name if name in types else spoken.get(name, name)
            out[known] = _convert(types.get(known), entry, f"{path}.{name}", faults)
    return out


def _spoken(types: dict[str, Any]) -> dict[str, str]:
    """`distance` → `distance_mm`, for the fields whose name ends with their unit."""
    out = {}
    for name, annotation in types.items():
        suffix = _SUFFIX_OF.get(extra_of(annotation).get("unit", ""), "")
        if suffix and name.endswith(suffix):
            out[name.removesuffix(suffix)] = name
    return out


def _degrees(name: str, entry: Any, path: str, faults: list[Refused]) -> Any:
    try:
        return quantities.degrees_e7(entry, 90 if name.endswith("lat") else 180, field=path)
    except Malformed as error:
        faults.append(refusal(error, error.rule))
        return entry


def _band(value: Any, path: str) -> Any:
    """`4` is exactly four, `"2-4"` from two to four, `"12+"` twelve or more."""
    if isinstance(value, int) and not isinstance(value, bool):
        return {"least": value, "most": value}
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"([0-9]{1,7})(?:-([0-9]{1,7})|(\+))?", value.strip(), re.ASCII)
    if match is None:
        raise Malformed("bad-band", field=path, remedy='write 4, "2-4" or "12+"')
    least, most, more = int(match[1]), match[2], match[3]
    return {"least": least} if more else {"least": least, "most": int(most) if most else least}


def _channel(text: str, path: str) -> Any:
    """`guard 121.5 MHz`, `distress 156.8 MHz`, `ats 119.3 MHz in AIP ENR 2.1`, `agreed 3`."""
    match = re.fullmatch(
        r"(guard|distress|ats|agreed) ([0-9.]+)(?: ?(MHz|kHz|Hz))?(?: in (.{1,200}))?", text.strip()
    )
    if match is None or (match[1] == "agreed") != (match[3] is None):
        remedy = 'write "guard 121.5 MHz", "distress 156.8 MHz", "ats 119.3 MHz in AIP" or "agreed 3"'
        raise Malformed("bad-channel", field=path, remedy=remedy)
    if match[1] == "agreed":
        return {"use": "agreed", "number": int(match[2]) if match[2].isdecimal() else match[2]}
    out = {"use": match[1], "hz": quantities.quantity(f"{match[2]} {match[3]}", "hz", field=path)}
    return out | ({"published_in": match[4]} if match[4] else {})


def _code(text: str, path: str) -> str:
    """A read-back code as it was spoken or written, in its one form."""
    try:
        return heard(text)
    except Malformed as error:
        raise Malformed(error.rule, field=path, remedy=error.remedy) from None


def _by_suffix(name: str, value: Any, path: str) -> Any:
    """Inside `parameters`: the unit is the end of the name, so `heartbeat_ms = "20 s"` may be written."""
    if isinstance(value, list):
        return [_by_suffix(name, entry, f"{path}[{i}]") for i, entry in enumerate(value)]
    if isinstance(value, dict):
        return {key: _by_suffix(key, entry, f"{path}.{key}") for key, entry in value.items()}
    if isinstance(value, Decimal):
        raise _float(path)
    if isinstance(value, str) and value[:1].isdigit():
        for suffix, unit in _SUFFIXES:
            if name.endswith(suffix) or name == unit:
                return quantities.quantity(value, unit, field=path)
    return value


def _float(path: str) -> Malformed:
    return Malformed("float", field=path, remedy='write a whole number, or text with its unit: "1.5 km"')
