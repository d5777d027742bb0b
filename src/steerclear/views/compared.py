"""What another member shows of the same thing, beside what this node shows: never instead of it."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from steerclear.judgement import Judgement

NOT_YET: Final = "not compared yet"


class Compared(msgspec.Struct, frozen=True):
    """One judgement against another member's of the same pair (judgement.md, What every judgement returns).

    `theirs` is their whole answer where it differs and came in a form that this node reads; `at_ms` when they told it,
    None while nothing was told."""

    party: str
    state: Literal["equal", "differs", "not compared yet"]
    at_ms: int | None = None
    hash: str = ""
    theirs: Judgement | None = None


class TheyShow(msgspec.Struct, frozen=True):
    """How another member shows a subject (record.md, State: each side may show another state, the screen shows both).

    `addressees` are their states of the two who compare alone. `as_of`: how many leaves of our own log they held,
    `at_ms` when they told it, `differs` the parts that read otherwise here."""

    subject: str
    party: str
    life: str
    version: str
    stop: str
    area: str
    addressees: dict[str, str]
    as_of: int
    at_ms: int
    differs: tuple[str, ...] = ()
