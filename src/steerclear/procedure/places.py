"""Whether the places that people gave are one place (AT03) or near enough to be the same again (A9).

Everything is read on the most protective side: what cannot be read agrees with nothing and disputes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product
from typing import Any

from steerclear.errors import Malformed
from steerclear.procedure.bodies import content
from steerclear.procedure.said import Said
from steerclear.space.positions import Fix, distance_mm, fix_of
from steerclear.speech.answering import same_place


def fixes_of(positions: Iterable[Any]) -> tuple[Fix, ...]:
    """The readable ones of positions as passed."""
    out = []
    for position in positions:
        try:
            out.append(fix_of(position))
        except Malformed:
            continue
    return tuple(out)


def fixes(said: Said) -> tuple[Fix, ...]:
    """Where a stop or an area says that its place is."""
    return fixes_of(getattr(content(said), "positions", None) or ())


def apart_by_more(said: Said, limit_mm: int) -> bool:
    """Whether two forms given for one place (of a movement: for one point of its way) lie more than `limit_mm`
    apart; exactly the limit agrees.
    """
    groups = (fixes_of(positions) for positions in same_place(content(said)))
    return any(
        distance_mm(one, other) > limit_mm for group in groups for one, other in combinations(group, 2)
    )


def read_back_differs(receipt: Said, version: Said, limit_mm: int) -> bool:
    """Whether a position that was read back lies more than `limit_mm` from one that was said."""
    heard = fixes_of(getattr(getattr(receipt.body, "read_back", None), "positions", None) or ())
    return any(distance_mm(one, other) > limit_mm for one, other in product(heard, fixes(version)))


def near(one: Sequence[Fix], other: Sequence[Fix], limit_mm: int) -> bool:
    """Whether any reading of one place may lie within `limit_mm` of any of the other, their errors counted
    in.
    """
    return any(distance_mm(a, b) - a.error_mm - b.error_mm <= limit_mm for a, b in product(one, other))
