"""Walking the structs of a payload: every value of one marker (`time`, `text`, `entry`) with its
dotted path.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec


def is_union(annotation: Any) -> bool:
    """Whether the annotation is `X | Y` in either spelling."""
    return get_origin(annotation) in (Union, UnionType)


def bare(annotation: Any) -> Any:
    """The annotation without `Annotated` and without `| None`."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif (
            is_union(annotation)
            and len(rest := [a for a in get_args(annotation) if a is not type(None)]) == 1
        ):
            annotation = rest[0]
        else:
            return annotation


def extra_of(annotation: Any) -> dict[str, Any]:
    """The `Meta.extra` of the annotation, looked for through `| None` and tuples; empty where there
    is none.
    """
    if get_origin(annotation) is Annotated:
        inner, *metas = get_args(annotation)
        for meta in metas:
            if isinstance(meta, msgspec.Meta) and meta.extra:
                return dict(meta.extra)
        return extra_of(inner)
    for argument in get_args(annotation):
        if argument is not Ellipsis and (found := extra_of(argument)):
            return found
    return {}


@cache
def markers(struct: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """Each field of a struct with its marker (`extra["is"]`), empty where it has none."""
    return tuple((field.name, extra_of(field.type).get("is", "")) for field in msgspec.structs.fields(struct))


def marked(value: Any, marker: str, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of every string that the structs below `value` mark with `marker`."""
    if isinstance(value, msgspec.Struct):
        for name, found in markers(type(value)):
            child = getattr(value, name)
            below = f"{path}.{name}" if path else name
            if found == marker and isinstance(child, str):
                yield below, child
            elif found == marker and isinstance(child, tuple):
                yield from ((f"{below}[{i}]", item) for i, item in enumerate(child) if isinstance(item, str))
            elif child is not None:
                yield from marked(child, marker, below)
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from marked(item, marker, f"{path}[{i}]")


def structs(value: Any, wanted: type[msgspec.Struct], path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, struct) of every struct of type `wanted` at or below `value`."""
    if isinstance(value, wanted):
        yield path, value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from structs(getattr(value, name), wanted, f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from structs(item, wanted, f"{path}[{i}]")
