"""Reading what another party sent, field by field: what is legal is kept, what is not is named and left out.

judgement.md, Bad input: "always stored as received and marked". One bad field must not hide the rest of a
`stop`.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from steerclear.errors import Refused
from steerclear.space.volume import Volume4D
from steerclear.speech import wanted
from steerclear.speech.walk import bare, is_union

_BAD = (msgspec.ValidationError, ValueError, OverflowError, RecursionError)
T = TypeVar("T", bound=msgspec.Struct)
Fault = tuple[str, str]
"""(mark, dotted path); the marks used here are `malformed` and `unknown-fields`."""
READ_AS: dict[tuple[type[msgspec.Struct], str], Any] = {
    (Volume4D, "lower"): "unknown",
    (Volume4D, "upper"): "unknown",
    (Volume4D, "start"): "",
    (Volume4D, "end"): "",
}
"""What stands for a required field that is absent or cannot be read, so that the rest is judged on the protective
reading (space/prepare.py): any altitude, any time."""


@cache
def _fields(struct: type[msgspec.Struct]) -> tuple[tuple[str, str, Any, bool], ...]:
    return tuple((f.name, f.encode_name, f.type, f.required) for f in msgspec.structs.fields(struct))


def salvage(
    struct: type[T], raw: Any, path: str = "", *, whole: bool = False
) -> tuple[T | None, list[Fault]]:
    """(struct or `None`, faults): `None` when `raw` is no object, or a required field cannot be read and nothing stands
    for it (`READ_AS`); with `whole` when any field cannot be read."""
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
            if not required:
                continue
            value, found = _LOST, [("malformed", _join(path, encoded))]
        else:
            value, found = _value(annotation, raw[encoded], _join(path, encoded))
        faults += found
        if value is _LOST and (struct, name) in READ_AS:
            values[name] = READ_AS[struct, name]
        elif value is _LOST:
            lost = lost or required
        else:
            values[name] = value
    tag = struct.__struct_config__.tag_field
    faults += [("unknown-fields", _join(path, str(key))) for key in raw if key not in known and key != tag]
    lost = lost or (whole and any(mark == "malformed" for mark, _ in faults))
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
    if is_union(inner) and (chosen := _meant(inner, raw)) is not None:
        return _entire(chosen, raw, path)
    if get_origin(inner) is tuple and isinstance(raw, list):
        item_type = get_args(inner)[0]
        pair = Ellipsis not in get_args(inner)
        kept: list[Any] = []
        faults = []
        for i, item in enumerate(raw):
            value, found = _value(item_type, item, f"{path}[{i}]")
            faults += found
            if value is not _LOST:
                kept.append(value)
        return (_LOST if pair else tuple(kept)), faults or [("malformed", path)]
    return _LOST, [("malformed", path)]


def _meant(union: Any, raw: Any) -> Any:
    """Which of several declared types a value means: the object of its tag, or the list; None where neither does."""
    declared = [bare(one) for one in get_args(union)]
    if isinstance(raw, list):
        return next((one for one in declared if get_origin(one) is tuple), None)
    structs = [one for one in declared if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    if not isinstance(raw, dict) or not structs:
        return None
    if len(structs) == 1:
        return structs[0]
    return next((one for one in structs if one.__struct_config__.tag == raw.get("type")), None)


def _entire(chosen: Any, raw: Any, path: str) -> tuple[Any, list[Fault]]:
    """An outline or a limit is read entirely or not at all: one with a vertex less is another one."""
    if isinstance(raw, dict):
        value, faults = salvage(chosen, raw, path, whole=True)
        return (_LOST if value is None else value), faults
    value, faults = _value(chosen, raw, path)
    return (_LOST if faults else value), faults


_SOURCE = "judgement.md, Bad input; messages.md, Kinds"


def strict(struct: type[T], raw: Any, path: str) -> tuple[T | None, list[Refused]]:
    """For the author's desk: the struct, or every fault of form with its field; nothing is guessed or
    dropped.
    """
    made, faults = salvage(struct, raw, path)
    return (None if faults else made), [_refused(struct, raw, path, fault) for fault in faults]


def first_fault(annotation: Any, raw: Any, path: str) -> tuple[str, str]:
    """(field, remedy) of the first fault of form in what is no payload: a party's own table. A decoder that finds one
    where none is found here names it itself."""
    faults = _value(annotation, raw, path)[1]
    if not faults:
        return path, "write it as the help shows"
    code, field = faults[0]
    if code == "unknown-fields":
        return field, _no_such_field(annotation, raw, path, field)
    return field, ": ".join(wanted.explained(*wanted.at(annotation, raw, field.removeprefix(path))))


def _refused(struct: type[msgspec.Struct], raw: Any, path: str, fault: Fault) -> Refused:
    code, field = fault
    if code == "unknown-fields":
        return Refused(code, field, "unknown field", _no_such_field(struct, raw, path, field), _SOURCE)
    rule, remedy = wanted.explained(*wanted.at(struct, raw, field.removeprefix(path)))
    return Refused(code, field, rule, remedy, _SOURCE)


def _no_such_field(annotation: Any, raw: Any, path: str, field: str) -> str:
    above, _, name = field.removeprefix(path).rpartition(".")
    known = wanted.fields_of(wanted.at(annotation, raw, above)[0])
    near = get_close_matches(name, known, 1)
    meant = f"perhaps {near[0]}; else " if near else ""
    return f"there is no such field: {meant}leave it out" + (
        ", or say it in `text`" if "text" in known else ""
    )
