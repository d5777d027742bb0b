"""Reading what another party sent, field by field: what is legal is kept, what is not is named and left out.

judgement.md, Bad input: "always stored as received and marked". One bad field must not hide the rest of a
`stop`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from steerclear.errors import Refused
from steerclear.speech.walk import bare

_BAD = (msgspec.ValidationError, ValueError, OverflowError, RecursionError)
T = TypeVar("T", bound=msgspec.Struct)
Fault = tuple[str, str]
"""(mark, dotted path); the marks used here are `malformed` and `unknown-fields`."""


@cache
def _fields(struct: type[msgspec.Struct]) -> tuple[tuple[str, str, Any, bool], ...]:
    return tuple((f.name, f.encode_name, f.type, f.required) for f in msgspec.structs.fields(struct))


def salvage(struct: type[T], raw: Any, path: str = "") -> tuple[T | None, list[Fault]]:
    """(struct or `None`, faults): `None` only when `raw` is no object or a required field cannot be read."""
    try:
        return msgspec.convert(raw, struct, strict=True), []
    except _BAD:
        pass  # some field is wrong: read the fields one at a time below
    if not isinstance(raw, dict):
        return None, [("malformed", path)]
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    lost = False
    known = set()
    for name, encoded, annotation, required in _fields(struct):
        known.add(encoded)
        if encoded not in raw:
            if required:
                faults.append(("malformed", _join(path, encoded)))
                lost = True
            continue
        value, found = _value(annotation, raw[encoded], _join(path, encoded))
        faults += found
        if value is _LOST:
            lost = lost or required
        else:
            values[name] = value
    tag = struct.__struct_config__.tag_field
    faults += [("unknown-fields", _join(path, str(key))) for key in raw if key not in known and key != tag]
    return (None if lost else struct(**values)), faults


class _Lost:
    pass


_LOST = _Lost()


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _value(annotation: Any, raw: Any, path: str) -> tuple[Any, list[Fault]]:
    """One field: as declared, else its readable part, else `_LOST`."""
    try:
        return msgspec.convert(raw, annotation, strict=True), []
    except _BAD:
        pass  # read its parts instead
    inner = bare(annotation)
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct) and isinstance(raw, dict):
        value, faults = salvage(inner, raw, path)
        return (_LOST if value is None else value), faults or [("malformed", path)]
    if get_origin(inner) is tuple and isinstance(raw, list):
        item_type = get_args(inner)[0]
        kept: list[Any] = []
        faults = []
        for i, item in enumerate(raw):
            value, found = _value(item_type, item, f"{path}[{i}]")
            faults += found
            if value is not _LOST:
                kept.append(value)
        return tuple(kept), faults or [("malformed", path)]
    return _LOST, [("malformed", path)]


_REMEDY = {
    "unknown-fields": "there is no such field: leave it out, or say it in `text`",
    "malformed": "see `steerclear schema` for what this field holds",
}


def strict(struct: type[T], raw: Any, path: str) -> tuple[T | None, list[Refused]]:
    """For the author's desk: the struct, or every fault of form with its field; nothing is guessed or
    dropped.
    """
    made, faults = salvage(struct, raw, path)
    refused = [Refused(code, field, _why(struct, raw, code), _REMEDY[code]) for code, field in faults]
    return (None if faults else made), refused


def _why(struct: type[T], raw: Any, code: str) -> str:
    """What the decoder says of the first fault, for a person; the field is already named."""
    if code != "malformed":
        return "unknown field"
    try:
        msgspec.convert(raw, struct, strict=True)
    except _BAD as error:
        return str(error)
    return "malformed"
