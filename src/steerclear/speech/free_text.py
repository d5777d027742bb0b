"""Which fields of a body are free text: words that somebody wrote, in some language, in no catalogue.

messages.md, Roles: a linguist confirms free text; coded fields are understood by read-back in the reader's own language
without one. Names of places and posts count as free text too: they are words of their author's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec

from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.common import Body, Position
from steerclear.speech.phrases.groups import literals
from steerclear.speech.versions import notice_of
from steerclear.speech.walk import bare, extra_of

CODES_OF_THEIR_OWN: Final = ("language", "number", "signal", "plate", "call")
"""Text that is the same in every language: the tag of a language, the number of a published warning, a flag signal, a
number plate, a call sign or telephone number."""
_WHOLE: Final = (Position,)
"""Structs that are shown in one piece, as figures; those of space (volumes, altitudes) are no `Body`."""


def is_free(name: str, annotation: Any) -> bool:
    """Whether a field of this type holds free text."""
    inner = bare(annotation)
    item = bare(get_args(inner)[0]) if get_origin(inner) is tuple else inner
    return (
        item is str
        and name not in CODES_OF_THEIR_OWN
        and extra_of(annotation).get("is", "text") == "text"
        and not _patterned(annotation)
        and not any(literals(annotation))
    )


def free_fields(body: Any, path: str = "body") -> tuple[str, ...]:
    """Dotted paths of the free text that is given; of an amend also that of its notice."""
    out = tuple(_free(body, path))
    if isinstance(body, Amend):
        notice = notice_of(body)[0]
        out += tuple(_free(notice, f"{path}.notice")) if notice is not None else ()
    return out


def _free(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _free(item, f"{path}[{number}]")
    elif isinstance(value, Body) and not isinstance(value, _WHOLE):
        for name, free, deeper in _fields(type(value)):
            child = getattr(value, name)
            if free and child:
                yield f"{path}.{name}"
            elif deeper and child is not None:
                yield from _free(child, f"{path}.{name}")


@cache
def _fields(struct: type[msgspec.Struct]) -> tuple[tuple[str, bool, bool], ...]:
    """(name, free text, may hold structs) of each field that matters."""
    rows = [
        (one.name, is_free(one.encode_name, one.type), _holds_struct(one.type))
        for one in msgspec.structs.fields(struct)
    ]
    return tuple(row for row in rows if row[1] or row[2])


def _holds_struct(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Body):
        return True
    return any(_holds_struct(part) for part in get_args(annotation) if part is not Ellipsis)


def _patterned(annotation: Any) -> bool:
    """Whether a pattern says how the text is spelt: then it is a code."""
    if get_origin(annotation) is Annotated and any(
        isinstance(meta, msgspec.Meta) and meta.pattern for meta in get_args(annotation)[1:]
    ):
        return True
    return any(_patterned(part) for part in get_args(annotation) if part is not Ellipsis)
