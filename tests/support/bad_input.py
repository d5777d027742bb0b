"""Every place of every example, spoilt in every way that a table can name: for the tests of bad input.

A spoilt draft is a copy of an example with one value of its body replaced; `place` is the path that a refusal must
name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from steerclear.speech.authoring import Draft
from support.bending import bent

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
TOO_LONG, TOO_MANY = 70_000, 3_000
"""More than any field of any kind takes."""


class Spoilt(NamedTuple):
    """What was done, where, the code that must say so where it is one and the same everywhere, and the draft."""

    how: str
    place: str
    code: str
    draft: Draft


def spoilt(made: Draft) -> Iterator[Spoilt]:
    """All of one example's body."""
    for place, value in _places(made.body, "body"):
        for how, code, where, other in _ways(value, place):
            yield Spoilt(how, where, code, bent(made, where, other))


def _places(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Each value below with its path; the body itself too."""
    yield place, value
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _places(below, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for i, below in enumerate(value):
            yield from _places(below, f"{place}[{i}]")


def _ways(value: Any, place: str) -> Iterator[tuple[str, str, str, Any]]:
    """(how, code or '', path, other value)."""
    if place != "body":
        yield "wrong type", "", place, "x" if isinstance(value, bool | int) else 7.5 if value == 7 else 7
    if isinstance(value, dict):
        yield "unknown field", "unknown-fields", f"{place}.weapon_of_choice", "x"
        if "lat_e7" in value:
            yield "out of range", "", f"{place}.lat_e7", 900_000_001
        if "outline" in value:
            yield "upper below lower", "upper-below-lower", place, {**value, **_TURNED}
            yield "two limits", "two-limits", place, {**value, "upper": [_TURNED["lower"], _TURNED["upper"]]}
    elif isinstance(value, list | tuple) and value:
        yield "too many", "", place, [value[0]] * TOO_MANY
        if len(value) == 2 and all(type(part) is int for part in value) and "outline" in place:
            yield "out of range", "", place, [900_000_001, value[1]]
    elif isinstance(value, str):
        yield "too long", "", place, "x" * TOO_LONG
        if _INSTANT.fullmatch(value):
            yield "no zone", "no-zone", place, value.removesuffix("Z")
            yield "bad time", "bad-time", place, "about noon"


_TURNED = {
    "lower": {"value": 200, "unit": "fl", "ref": "STD"},
    "upper": {"value": 100, "unit": "fl", "ref": "STD"},
}
