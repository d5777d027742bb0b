"""How far moving things stay apart, as data of the agreement: a row for each pair of classes (judgement.md).

Classes here are coarser than those of plans, since feeds seldom tell more: `moving_class` says which. Defaults are
those of messages.md, Distances (5 NM and 1,000 ft between aircraft) and, between an aircraft and an unmanned one, of
RTCA DO-365, well clear of non-cooperative aircraft (2,200 ft, 450 ft); the rest, and all times, are ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, Literal, get_args

import msgspec
from msgspec import Meta

from steerclear.units import MM_PER_NAUTICAL_MILE, TENTH_MM_PER_FOOT

Moving = Literal["*", "aircraft", "unmanned", "ship", "ground"]
CLASSES: Final[tuple[str, ...]] = get_args(Moving)[1:]
WellClear = Literal["none", "en_route", "terminal", "non_cooperative"]
_AHEAD_MS: Final = 3_600_000

Ahead = Annotated[int, Meta(ge=0, le=_AHEAD_MS)]
_MIN: Final = 60_000

_OF_PLANS: Final = {
    "fixed_wing": "aircraft",
    "rotary": "aircraft",
    "tanker_airlift": "aircraft",
    "balloon": "aircraft",
    "combat": "aircraft",
}


class Separation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Two classes lose separation when nearer than `horizontal_mm` and `vertical_tmm` at once, strictly; without a
    vertical figure altitude does not count. `look_ahead_ms`: how far ahead pairs are looked for; a loss that begins
    within `caution_ms` is a caution, within `warning_ms` a warning. `*` is any class."""

    a: Moving = "*"
    b: Moving = "*"
    horizontal_mm: Annotated[int, Meta(ge=0, le=200_000_000)] = 0
    vertical_tmm: Annotated[int, Meta(ge=0, le=10_000_000_000)] | None = None
    look_ahead_ms: Ahead = 0
    caution_ms: Ahead = 0
    warning_ms: Ahead = 0


def _row(
    a: Moving, b: Moving, horizontal_mm: int, vertical_tmm: int | None, ahead: int, caution: int, warning: int
) -> Separation:
    return Separation(
        a=a,
        b=b,
        horizontal_mm=horizontal_mm,
        vertical_tmm=vertical_tmm,
        look_ahead_ms=ahead,
        caution_ms=caution,
        warning_ms=warning,
    )


DEFAULT_SEPARATION: Final = (
    _row(
        "aircraft",
        "aircraft",
        5 * MM_PER_NAUTICAL_MILE,
        1_000 * TENTH_MM_PER_FOOT,
        5 * _MIN,
        2 * _MIN,
        _MIN,
    ),
    _row("aircraft", "unmanned", 670_560, 450 * TENTH_MM_PER_FOOT, 2 * _MIN, _MIN, _MIN // 2),
    _row("unmanned", "unmanned", 100_000, 300_000, _MIN, _MIN, _MIN // 2),
    _row("aircraft", "ship", 1_000_000, 3_000_000, 2 * _MIN, _MIN, _MIN // 2),
    _row("unmanned", "ship", 500_000, 1_500_000, _MIN, _MIN, _MIN // 2),
    _row("ship", "ship", MM_PER_NAUTICAL_MILE, None, 30 * _MIN, 12 * _MIN, 6 * _MIN),
)


def moving_class(mover: str) -> str:
    """The class of a mover as it stands in these rows, from a class of plans; `*` where it is not known."""
    known = _OF_PLANS.get(mover, mover)
    return known if known in CLASSES else "*"


def separation_of(rows: Iterable[Separation], a: str, b: str) -> Separation:
    """What two classes (of these rows or of plans) ask of each other, in either order: the row that names both, else
    the widest of those that name one, else `*` with `*`, else nothing. A class that is not known is taken as
    whichever asks for most; a vertical figure then stands where any has one (a row without is of ships, which are all
    at one height).
    """
    held = tuple(rows)
    one, two = moving_class(a), moving_class(b)
    each = [
        _found(held, x, y)
        for x in ((one,) if one != "*" else CLASSES)
        for y in ((two,) if two != "*" else CLASSES)
    ]
    heights = [row.vertical_tmm for row in each if row.horizontal_mm and row.vertical_tmm is not None]
    return msgspec.structs.replace(_widest(each), vertical_tmm=max(heights, default=None))


def _found(rows: tuple[Separation, ...], a: str, b: str) -> Separation:
    by_precision: dict[int, list[Separation]] = {2: [], 1: [], 0: []}
    for row in rows:
        for x, y in ((row.a, row.b), (row.b, row.a)):
            if x in ("*", a) and y in ("*", b):
                by_precision[(x != "*") + (y != "*")].append(row)
    return _widest(by_precision[2] or by_precision[1] or by_precision[0])


def _widest(rows: Iterable[Separation]) -> Separation:
    """The largest of every figure; one that asks for nothing takes no part."""
    asking = [row for row in rows if row.horizontal_mm]
    if not asking:
        return Separation()
    heights = [row.vertical_tmm for row in asking]
    return Separation(
        horizontal_mm=max(row.horizontal_mm for row in asking),
        vertical_tmm=None if None in heights else max(one for one in heights if one is not None),
        look_ahead_ms=max(row.look_ahead_ms for row in asking),
        caution_ms=max(row.caution_ms for row in asking),
        warning_ms=max(row.warning_ms for row in asking),
    )
