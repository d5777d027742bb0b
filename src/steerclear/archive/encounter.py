"""`Encounter`: two movers below a minimum, or within their uncertainty perhaps below it, from when to when and how
near.

Whole figures, rounded towards the worse case (spec/judgement.md, What every judgement returns).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from steerclear.speech.phrases import DEFAULT
from steerclear.speech.texts import say

Compared = Literal["pressure", "ellipsoid", "pressure_alone", "unknown", "surface"]


class Encounter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One encounter of `a` and `b` (idents, a < b).

    `from_ms … to_ms`: when the two may have been below the minimum, what is not known of either counted against them.
    `loss_from_ms … loss_to_ms`: when they were, on straight lines between the samples; None where only their
    uncertainty reaches below (`verdict` is then `possible`). `at_ms` is when the horizontal distance was least inside
    that time (VMD is the vertical distance then). `*_error_*` bound what the figure may be off. `compared` says which
    altitudes: two pressure altitudes; intervals above the ellipsoid; the same where a side sent its pressure altitude
    alone (`pressure_alone`: off by what the terms say, for a scan has no local pressure surface); `surface` (two ships:
    the vertical does not count); or `unknown`: the whole column was taken. Positions are those at `at_ms`.
    """

    a: str
    b: str
    a_class: str
    b_class: str
    a_own: bool
    b_own: bool
    from_ms: int
    to_ms: int
    loss_from_ms: int | None
    loss_to_ms: int | None
    at_ms: int
    horizontal_mm: int
    horizontal_error_mm: int
    vertical_tmm: int | None
    vertical_error_tmm: int | None
    compared: Compared
    minimum_mm: int
    minimum_tmm: int
    a_lat_e7: int
    a_lon_e7: int
    b_lat_e7: int
    b_lon_e7: int

    @property
    def verdict(self) -> Literal["loss", "possible"]:
        return "possible" if self.loss_from_ms is None else "loss"

    @property
    def pair(self) -> tuple[str, str]:
        return self.a, self.b


def rounded(one: Encounter, value: int, minimum: int, unit: int, language: str = DEFAULT) -> str:
    """A figure in whole units; a loss is below its minimum, and no rounding writes it as the minimum itself."""
    made = f"{value / unit:,.0f}"
    if one.verdict == "loss" and made == f"{minimum / unit:,.0f}":
        return say("archive.scan.just-below", {"figure": made}, language)
    return made


def joined(rows: Iterable[Encounter], join_ms: int) -> list[Encounter]:
    """Rows of one pair no further apart than `join_ms` as one encounter: what two windows of time each found a part
    of. By time of the least distance."""
    found: list[Encounter] = []
    for row in sorted(rows, key=lambda one: (one.a, one.b, one.from_ms, one.to_ms)):
        if found and found[-1].pair == row.pair and row.from_ms <= found[-1].to_ms + join_ms:
            found[-1] = _one(found[-1], row)
        else:
            found.append(row)
    return sorted(found, key=lambda one: (one.at_ms, one.a, one.b))


def _one(first: Encounter, second: Encounter) -> Encounter:
    least = min(first, second, key=lambda one: (one.loss_from_ms is None, one.horizontal_mm, one.at_ms))
    starts = [one.loss_from_ms for one in (first, second) if one.loss_from_ms is not None]
    ends = [one.loss_to_ms for one in (first, second) if one.loss_to_ms is not None]
    return msgspec.structs.replace(
        least,
        from_ms=min(first.from_ms, second.from_ms),
        to_ms=max(first.to_ms, second.to_ms),
        loss_from_ms=min(starts, default=None),
        loss_to_ms=max(ends, default=None),
    )
