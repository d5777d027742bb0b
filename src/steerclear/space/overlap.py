"""Whether two volumes conflict, and where, when and by how much: pure, exact, the same at every node.

Two volumes conflict where outline, altitude and window of the *same* two volumes meet or come closer than the
minima (judgement.md). Horizontally the answer is right to `ERROR_MM` and within it conflict; altitude and
time are compared as integers. Exactly at a minimum is legal; windows that touch at an instant do not meet.
Figures are rounded towards the worse case.

Both nodes get the same figures from the same entries: pairs are taken in the order of writing, equal
distances (to half a millimetre) go to the first, and figures end in whole millimetres and 1e-7 degree. Should
the last digits of two machines' sines ever fall on either side of such a step, the judgement hashes differ
and both answers are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from steerclear.space.altitude import vertical_gap, vertical_uncertainty
from steerclear.space.geodesic import ERROR_MM
from steerclear.space.meet import Meeting, Other, meet_all
from steerclear.space.prepare import PreparedVolume


@dataclass(frozen=True, slots=True)
class Minima:
    """The least separation that is asked: millimetres, tenths of a millimetre, milliseconds. Zero asks that
    the volumes do not meet.
    """

    horizontal_mm: int = 0
    vertical_tmm: int = 0
    time_ms: int = 0


NO_MINIMA = Minima()


@dataclass(frozen=True, slots=True)
class Overlap:
    """The witness of a conflict.

    `lat_e7`, `lon_e7`: a point of both outlines, or the middle of the gap. `horizontal_mm`: their least
    distance, rounded down, 0 where they meet; `depth_mm`: how far one reaches into the other, rounded up
    (meet.py). `vertical_tmm`: the smallest possible gap between the blocks, below zero the smaller of the two
    reaches into each other; it may be larger by `vertical_error_tmm`. `time_ms`: the gap between the windows,
    below zero how long they overlap; `[from_ms, until_ms)` is that overlap, or the gap.
    """

    lat_e7: int
    lon_e7: int
    horizontal_mm: int
    depth_mm: int
    horizontal_error_mm: int
    vertical_tmm: int
    vertical_error_tmm: int
    time_ms: int
    from_ms: int
    until_ms: int


class Beside(NamedTuple):
    """A volume to look at beside one: the minima of the pair, and whether the one comes first in it."""

    volume: PreparedVolume
    minima: Minima
    one_first: bool


def overlap(a: PreparedVolume, b: PreparedVolume, minima: Minima = NO_MINIMA) -> Overlap | None:
    """The witness when two volumes conflict under the minima, else None.

    The decision and every figure are the same for (b, a); the witness point may be another one, so callers
    that compare nodes put the two in the order of their ids (judgement.md: a < b).
    """
    return overlap_all(a, (Beside(b, minima, True),))[0]


def overlap_all(one: PreparedVolume, others: Sequence[Beside]) -> list[Overlap | None]:
    """`overlap` of one volume with each of others, in their order: the same answers in less time."""
    found: list[Overlap | None] = [None] * len(others)
    left: list[tuple[int, int, int]] = []
    outlines: list[Other] = []
    for i, (volume, minima, one_first) in enumerate(others):
        time_ms = max(one.start_ms, volume.start_ms) - min(one.end_ms, volume.end_ms)
        if time_ms >= minima.time_ms:
            continue
        apart = minima.horizontal_mm > 0
        vertical = vertical_gap(one.floor, one.ceiling, volume.floor, volume.ceiling, apart=apart)
        if vertical > 0 and vertical >= minima.vertical_tmm:
            continue
        left.append((i, time_ms, vertical))
        outlines.append(Other(volume.core, minima.horizontal_mm, one_first))
    for (i, time_ms, vertical), meeting in zip(left, meet_all(one.core, outlines), strict=True):
        if meeting is not None:
            a, b = (one, others[i].volume) if others[i].one_first else (others[i].volume, one)
            found[i] = _overlap(a, b, others[i].minima, meeting, time_ms, vertical)
    return found


def _overlap(
    a: PreparedVolume, b: PreparedVolume, minima: Minima, meeting: Meeting, time_ms: int, vertical: int
) -> Overlap:
    starts, ends = max(a.start_ms, b.start_ms), min(a.end_ms, b.end_ms)
    apart = minima.horizontal_mm > 0
    return Overlap(
        lat_e7=meeting.where[0],
        lon_e7=meeting.where[1],
        horizontal_mm=meeting.gap_mm,
        depth_mm=meeting.depth_mm,
        horizontal_error_mm=ERROR_MM,
        vertical_tmm=vertical,
        vertical_error_tmm=vertical_uncertainty(a.floor, a.ceiling, b.floor, b.ceiling, apart=apart),
        time_ms=time_ms,
        from_ms=min(starts, ends),
        until_ms=max(starts, ends),
    )
