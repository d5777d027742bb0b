"""What one field takes, in words: for an officer whose value was refused (judgement.md, Bad input: "by field, rule and
remedy"). No regular expression and no path of a decoder is shown; choices are listed, the nearest of them first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import msgspec

from steerclear.speech.walk import bare, is_union

MISSING: Final = object()
"""In place of the value of a field that is required and not there."""
_TOKEN: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def explained(annotation: Any, value: Any) -> tuple[str, str]:
    """(rule, remedy) for a value that `annotation` does not take."""
    wanted = _words(annotation)
    if value is MISSING:
        return "it is required", f"give {wanted}"
    choices = _choices(annotation)
    if choices and isinstance(value, str):
        return f"{_short(value)} is none of its values", nearest_first(value, choices)
    return f"{_short(value)} is not what this field takes", f"write {wanted}"


def nearest_first(value: str, choices: Iterable[str]) -> str:
    """The remedy that lists the choices, with the nearest in front where one is near."""
    named = list(choices)
    plain = re.sub(r"[\s-]+", "_", value.strip())
    near = get_close_matches(plain.lower(), [one.lower() for one in named], 1)
    found = next((one for one in named if near and one.lower() == near[0]), None)
    listed = f"one of {', '.join(named)}"
    return f"perhaps {found}; {listed}" if found is not None else listed


def at(annotation: Any, raw: Any, path: str) -> tuple[Any, Any]:
    """The declared type and the value at a dotted path such as `positions[0].lat_e7`; `MISSING` where none is."""
    for index, name in _TOKEN.findall(path):
        plain = _meant(bare(annotation), raw)
        if index:
            items = get_args(plain)
            annotation = items[0] if items else Any
            held = isinstance(raw, list) and int(index) < len(raw)
            raw = raw[int(index)] if held else MISSING
        else:
            annotation = _types(plain).get(name, Any)
            raw = raw.get(name, MISSING) if isinstance(raw, dict) else MISSING
    return annotation, raw


def fields_of(annotation: Any) -> tuple[str, ...]:
    """The fields of the table that an annotation declares; none where it declares another thing."""
    return tuple(_types(bare(annotation)))


def _types(plain: Any) -> dict[str, Any]:
    if not (isinstance(plain, type) and issubclass(plain, msgspec.Struct)):
        return {}
    return {field.encode_name: field.type for field in msgspec.structs.fields(plain)}


def _meant(plain: Any, raw: Any) -> Any:
    """Of several declared types the one whose tag, or whose shape, the value has."""
    if not is_union(plain):
        return plain
    declared = [bare(one) for one in get_args(plain)]
    if isinstance(raw, list):
        return next((one for one in declared if get_origin(one) is tuple), plain)
    tables = [one for one in declared if _types(one)]
    tagged = [one for one in tables if isinstance(raw, dict) and one.__struct_config__.tag == raw.get("type")]
    return (tagged or tables or [plain])[0]


def _choices(annotation: Any) -> tuple[str, ...]:
    plain = bare(annotation)
    return tuple(str(one) for one in get_args(plain)) if get_origin(plain) is Literal else ()


def _metas(annotation: Any) -> list[msgspec.Meta]:
    """What is declared of a field, through `| None`, the outer first."""
    if get_origin(annotation) is Annotated:
        inner, *metas = get_args(annotation)
        return [one for one in metas if isinstance(one, msgspec.Meta)] + _metas(inner)
    if is_union(annotation):
        return [meta for one in get_args(annotation) for meta in _metas(one)]
    return []


def _words(annotation: Any) -> str:
    plain, metas = bare(annotation), _metas(annotation)
    if choices := _choices(annotation):
        return f"one of {', '.join(choices)}"
    described = next((one.description for one in metas if one.description), "")
    if plain is bool:
        return "true or false"
    if plain is int:
        return f"a whole number{_bounds(metas)}" + (f" ({described})" if described else "")
    if plain is str:
        return (described or "text in quotation marks") + _length(metas)
    if get_origin(plain) is tuple or plain is tuple:
        item = get_args(plain)[0] if get_args(plain) else Any
        return f"a list in brackets{_length(metas)}, each " + _words(item)
    if fields := fields_of(plain):
        return f"a table with {', '.join(fields)}"
    return described or "what `steerclear say KIND --schema` shows for it"


def _bounds(metas: list[msgspec.Meta]) -> str:
    low = next((one.ge for one in metas if one.ge is not None), None)
    high = next((one.le for one in metas if one.le is not None), None)
    under = next((one.lt for one in metas if one.lt is not None), None)
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f" of {low} or more" + (f", under {under}" if under is not None else "")
    return f" up to {high}" if high is not None else ""


def _length(metas: list[msgspec.Meta]) -> str:
    least = next((one.min_length for one in metas if one.min_length is not None), None)
    most = next((one.max_length for one in metas if one.max_length is not None), None)
    if most is None:
        return ""
    return f" ({least} to {most} long)" if least else f" (at most {most} long)"


def _short(value: Any) -> str:
    """A refused value as a message names it: of a long one its beginning, of a table or list its shape."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    text = f"'{value}'" if isinstance(value, str) else str(value).lower()
    return text if len(text) <= 60 else f"{text[:56]}…'"
