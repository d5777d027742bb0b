"""Marks of what arrived: stored as received, named, never repaired (judgement.md, Bad input)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from steerclear.errors import Malformed
from steerclear.space.volume import Volume4D
from steerclear.speech import answering, complete, where
from steerclear.speech.parameters import Parameters
from steerclear.speech.salvage import Fault
from steerclear.speech.walk import marked, structs
from steerclear.units import parse_time_lenient

_DEFAULTS = Parameters()


def marks_of(kind: str, struct: msgspec.Struct, path: str) -> list[Fault]:
    """(mark, dotted path): `no-zone`, `two-limits`, `malformed` (a time that nobody can read), `inconsistent`
    (positions apart, an end that is not after its start), `incomplete`; of numbers that are no parameters the first.

    `kind` is empty for the inner header. Distances are the defaults; the fold judges with the line's own.
    """
    out = list(_times(struct, path))
    for field, volume in structs(struct, Volume4D):
        out += [(mark, f"{path}.{field}.{name}") for mark, name in where.volume_marks(volume)]
    if isinstance(numbers := getattr(struct, "parameters", None), dict):
        out += _numbers(numbers, path)
    if answering.inconsistent(struct, _DEFAULTS):
        out.append(("inconsistent", f"{path}.positions"))
    if kind:
        out += [("incomplete", f"{path}.{field}") for field in complete.missing(kind, struct)]
    return out


def _numbers(given: dict[str, Any], path: str) -> Iterator[Fault]:
    """The first parameter of an agreement or a provision that this version does not know or that has no legal value."""
    try:
        Parameters.from_dict(given)
    except Malformed as error:
        mark = {"unknown-parameter": "unknown-fields", "bad-parameter": "malformed"}.get(error.rule)
        if mark is not None:  # the others are about numbers together, which the genesis may complete
            yield mark, f"{path}.{error.field}"


def _times(struct: msgspec.Struct, path: str) -> Iterator[Fault]:
    for field, text in marked(struct, "time"):
        try:
            zoned = parse_time_lenient(text)[1]
        except Malformed:
            yield "malformed", f"{path}.{field}"
            continue
        if not zoned:
            yield "no-zone", f"{path}.{field}"
