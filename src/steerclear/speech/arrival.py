"""Marks of what arrived: stored as received, named, never repaired (judgement.md, Bad input)."""

from __future__ import annotations

from collections.abc import Iterator

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
    (positions apart, an end that is not after its start), `incomplete`.

    `kind` is empty for the inner header. Distances are the defaults; the fold judges with the line's own.
    """
    out = list(_times(struct, path))
    for field, volume in structs(struct, Volume4D):
        out += [(mark, f"{path}.{field}.{name}") for mark, name in where.volume_marks(volume)]
    if answering.inconsistent(struct, _DEFAULTS):
        out.append(("inconsistent", f"{path}.positions"))
    if kind:
        out += [("incomplete", f"{path}.{field}") for field in complete.missing(kind, struct)]
    return out


def _times(struct: msgspec.Struct, path: str) -> Iterator[Fault]:
    for field, text in marked(struct, "time"):
        try:
            zoned = parse_time_lenient(text)[1]
        except Malformed:
            yield "malformed", f"{path}.{field}"
            continue
        if not zoned:
            yield "no-zone", f"{path}.{field}"
