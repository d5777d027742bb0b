"""What stands beside a negative attestation: accounts of others, and own notices, of that place and time (AT17).

Whoever said "none of ours" is shown together with everything on the line that may tell of the same place and time.
Nothing is decided: a row says only that the two meet, or that they could not be compared (messages.md, Accountability).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Literal

import msgspec

from steerclear.procedure.bodies import content, instant
from steerclear.procedure.over import NOT_OVER, not_over
from steerclear.procedure.places import fixes_of
from steerclear.procedure.said import Said, ordered
from steerclear.space.overlap import overlap
from steerclear.space.prepare import NotJudgeable, prepare_protective
from steerclear.space.volume import Circle, Volume4D
from steerclear.speech.kinds.attestation_negative import NegativeAttestation
from steerclear.speech.kinds.encounter_report import EncounterReport
from steerclear.units import format_time

_ACCOUNTS: Final = ("claim", "incident", "counterclaim")
_OWN: Final = {
    "flew": "activity.flight",
    "sailed": "activity.voyage",
    "fired": "activity.hazard",
    "moved_on_the_ground": "activity.ground",
}
LEAST_ERROR_MM: Final = 1_000
"""A position without a stated error is still no point."""


class Beside(msgspec.Struct, frozen=True):
    """An entry that meets the attested place and time; `not_compared` where one of the two says too little."""

    entry: str
    party: str
    kind: str
    how: Literal["meets", "not_compared"]


class Attestation(msgspec.Struct, frozen=True):
    """One negative attestation with what stands beside it. `marks`: `not-over`, where it arrived about a time that was
    not over when it was said; such a one says nothing, is shown as that, and counts for nothing (AT42)."""

    entry: str
    party: str
    none_of_ours: str
    begin_ms: int | None
    end_ms: int | None
    beside: tuple[Beside, ...]
    contradicted: bool
    marks: tuple[str, ...] = ()


def attestations(entries: Iterable[Said]) -> tuple[Attestation, ...]:
    """Every negative attestation among the entries of a line, in fold order."""
    said = ordered(entries)
    return tuple(_made(one, said) for one in said if isinstance(one.body, NegativeAttestation))


def _made(said: Said, others: Sequence[Said]) -> Attestation:
    body = said.body
    assert isinstance(body, NegativeAttestation)
    rows = []
    for other in others:
        if not _speaks(body, said, other):
            continue
        how = _meets(body.area, list(_volumes(other)))
        if how is not None:
            rows.append(Beside(other.id, other.author, other.kind, how))
    return Attestation(
        said.id,
        said.author,
        body.none_of_ours or "",
        instant(body.begin),
        instant(body.end),
        tuple(rows),
        any(row.how == "meets" for row in rows),
        (NOT_OVER,) if not_over(said) else (),
    )


def _speaks(body: NegativeAttestation, said: Said, other: Said) -> bool:
    """Another party's account, or the author's own notice of the very thing that it says it did not do."""
    if other.author != said.author:
        return other.kind in (*_ACCOUNTS, "encounter.report")
    return other.kind == _OWN.get(body.none_of_ours or "")


def _volumes(said: Said) -> Iterator[Volume4D]:
    body: Any = content(said)
    if isinstance(body, EncounterReport):
        for fix in (*body.own, *body.other):
            at = instant(fix.at)
            if at is not None:
                yield _around(
                    fix.lat_e7, fix.lon_e7, fix.error_mm or 0, at, at + 1 + (fix.time_error_ms or 0)
                )
        return
    yield from getattr(body, "volumes", ()) or ()
    event = getattr(body, "event", None)
    begin, end = instant(getattr(event, "begin", None)), instant(getattr(event, "end", None))
    if event is None or begin is None:
        return
    for place in fixes_of(event.positions):
        yield _around(place.lat_e7, place.lon_e7, place.error_mm, begin, max(end or begin, begin + 1))


def _around(lat_e7: int, lon_e7: int, error_mm: int, start_ms: int, end_ms: int) -> Volume4D:
    outline = Circle(centre=(lat_e7, lon_e7), radius_mm=max(error_mm, LEAST_ERROR_MM))
    return Volume4D(
        outline=outline,
        lower="unknown",
        upper="unknown",
        start=format_time(start_ms),
        end=format_time(end_ms),
    )


def _meets(area: Sequence[Volume4D], told: Sequence[Volume4D]) -> Literal["meets", "not_compared"] | None:
    """`not_compared` where either names no place, or one that cannot be judged."""
    if not area or not told:
        return "not_compared"
    unknown = False
    for one in area:
        for other in told:
            first, second = prepare_protective(one)[0], prepare_protective(other)[0]
            if isinstance(first, NotJudgeable) or isinstance(second, NotJudgeable):
                unknown = True
            elif overlap(first, second) is not None:
                return "meets"
    return "not_compared" if unknown else None
