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
    """(mark, dotted path): `no-zone`, `malformed` (a time or a volume that no reading makes legal), what
    `space` marks on a volume (`two-limits`, `inconsistent` …), `inconsistent` positions, `incomplete`.

    `kind` is empty for the inner header. Distances are the defaults; the fold judges with the line's own.
    """
    out = list(_times(struct, path))
    for field, volume in structs(struct, Volume4D):
        out += _volume(volume, f"{path}.{field}")
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


def _volume(volume: Volume4D, path: str) -> list[Fault]:
    return [(mark, path) for mark in where.volume_marks(volume)]
