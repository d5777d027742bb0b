"""Encounters: the accounts that both sides filed of one meeting, put beside each other (A7; messages.md, Contact).

Two reports are of one encounter when one refers to the other, or when they are by different parties and their times
and places meet. Least separation is an interval in which every account fits; nothing is averaged, nobody is blamed.
Conduct rules are judged of each account by itself and of both sides' own positions; no verdict is given of the whole,
and none on whose account is right. *Uncoordinated* says that no notice of either party may have
covered either position: it says nothing of why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Literal

import msgspec

from steerclear.judgement.conduct import BearingOffset, Place
from steerclear.procedure import conduct as rules
from steerclear.procedure.bodies import content, instant
from steerclear.procedure.conduct import ConductRow
from steerclear.procedure.context import Context
from steerclear.procedure.said import Said, ordered
from steerclear.space.altitude import TMM_PER_UNIT, Altitude
from steerclear.space.overlap import overlap
from steerclear.space.positions import Fix, distance_mm
from steerclear.space.prepare import NotJudgeable, prepare_protective
from steerclear.space.volume import Circle, Volume4D
from steerclear.speech.kinds.common import Fix as ReportedFix
from steerclear.speech.kinds.encounter_report import EncounterReport
from steerclear.units import format_time

SAME_MS, SAME_MM = 300_000, 20_000_000
"""Accounts of one encounter: windows within five minutes, places within 20 km beyond their errors (ours)."""
LEAST_ERROR_MM, LEAST_TIME_MS = 1_000, 1_000
"""A fix without a stated error is still no point."""


class Checked(msgspec.Struct, frozen=True):
    """One line of one side's checklist, as that side filled it."""

    party: str
    rule: str
    own: str
    other: str


class Account(msgspec.Struct, frozen=True):
    """What one report says in a word each."""

    report: str
    party: str
    form: str
    visual_contact: str
    manoeuvres: tuple[str, ...]
    horizontal_mm: tuple[int, int] | None = None
    vertical_tmm: tuple[int, int] | None = None


class Encounter(msgspec.Struct, frozen=True):
    """`id` is the earliest report's. The intervals hold every account (None: nobody gave a figure). `covered_by` are
    notices that may have covered a position; `not_judged` those that could not be compared with it. `one_sided`: only
    one party has filed. `conduct` is rule by rule of each account and, naming both, of both sides' own positions;
    `offsets` are bearings of an account against known traffic. `verdict`: there is none of the whole."""

    id: str
    reports: tuple[str, ...]
    parties: tuple[str, ...]
    one_sided: bool
    from_ms: int | None
    to_ms: int | None
    horizontal_low_mm: int | None
    horizontal_high_mm: int | None
    vertical_low_tmm: int | None
    vertical_high_tmm: int | None
    uncoordinated: bool
    covered_by: tuple[str, ...]
    not_judged: tuple[str, ...]
    accounts: tuple[Account, ...]
    checklist: tuple[Checked, ...]
    conduct: tuple[ConductRow, ...] = ()
    offsets: tuple[BearingOffset, ...] = ()
    verdict: Literal["none"] = "none"


class Plan(msgspec.Struct, frozen=True):
    """A notice as it stood: its volumes are compared with the positions of the report."""

    entry: str
    party: str
    volumes: tuple[Volume4D, ...]


class Area(msgspec.Struct, frozen=True):
    """An area as it stood: from its release on, and (`until_ms`) to the end of its protection."""

    place: Place
    from_ms: int
    until_ms: int | None = None


def encounters(
    reports: Iterable[Said], plans: Sequence[Plan], context: Context | None = None, areas: Sequence[Area] = ()
) -> tuple[Encounter, ...]:
    """One row for each encounter, earliest first. `plans` are the notices of all parties at those times, `areas` all
    that the line held. Conduct is judged where a context is given."""
    groups: list[list[Said]] = []
    said = ordered(reports)
    for report in said:
        if not isinstance(content(report), EncounterReport):
            continue
        joined = [group for group in groups if any(same(report, other) for other in group)]
        groups = [group for group in groups if not any(group is one for one in joined)]
        groups.append([*(said for group in joined for said in group), report])
    made = [_encounter(group, plans) for group in groups]
    if context is not None:
        turned = rules.offsets(said, context)
        made = [_judged(one, group, context, areas, turned) for one, group in zip(made, groups, strict=True)]
    return tuple(sorted(made, key=lambda one: (one.from_ms is None, one.from_ms or 0, one.id)))


def same(one: Said, two: Said) -> bool:
    """Whether two reports are of one encounter."""
    if one.id in two.header.refs or two.id in one.header.refs:
        return True
    if one.author == two.author:
        return False
    first, second = _window(one), _window(two)
    if first is None or second is None:
        return False
    apart = max(first[0], second[0]) - min(first[1], second[1])
    if apart > SAME_MS:
        return False
    places = [[_place(fix) for fix in _fixes(said)] for said in (one, two)]
    return any(distance_mm(a, b) - a.error_mm - b.error_mm <= SAME_MM for a in places[0] for b in places[1])


def _judged(
    one: Encounter,
    group: Sequence[Said],
    context: Context,
    areas: Sequence[Area],
    turned: Sequence[BearingOffset],
) -> Encounter:
    """The encounter with what conduct rules say of it."""
    found: list[ConductRow] = []
    said = ordered(group)
    begin, end = one.from_ms or 0, one.to_ms or 0
    places = [
        area.place
        for area in areas
        if area.from_ms <= end and (area.until_ms is None or area.until_ms > begin)
    ]
    for report in said:
        others = [party for party in one.parties if party != report.author]
        found += rules.of_account(report, context, other=others[0] if len(others) == 1 else "", places=places)
    for a, b in combinations(said, 2):
        if a.author != b.author:
            found += rules.of_both(a, b, context)
    offsets = tuple(row for row in turned if row.account in one.reports)
    return msgspec.structs.replace(one, conduct=tuple(found), offsets=offsets)


def _encounter(group: Sequence[Said], plans: Sequence[Plan]) -> Encounter:
    said = ordered(group)
    windows = [window for one in said if (window := _window(one)) is not None]
    accounts = tuple(_account(one) for one in said)
    parties = tuple(sorted({one.author for one in said}))
    covered: set[str] = set()
    unknown: set[str] = set()
    for plan in plans:
        meets = [_covers(plan, fix) for one in said for fix in _fixes(one)]
        if any(meets):
            covered.add(plan.entry)
        elif None in meets:
            unknown.add(plan.entry)
    horizontal = _hull([one.horizontal_mm for one in accounts])
    vertical = _hull([one.vertical_tmm for one in accounts])
    return Encounter(
        said[0].id,
        tuple(one.id for one in said),
        parties,
        len(parties) < 2,
        min((start for start, _ in windows), default=None),
        max((end for _, end in windows), default=None),
        *horizontal,
        *vertical,
        not covered and not unknown,
        tuple(sorted(covered)),
        tuple(sorted(unknown)),
        accounts,
        tuple(row for one in said for row in _checklist(one)),
    )


def _account(said: Said) -> Account:
    body: EncounterReport = content(said)
    least = body.least_separation
    across = least.horizontal_mm if least is not None else None
    above = least.vertical_tmm if least is not None else None
    return Account(
        said.id,
        said.author,
        body.form,
        body.visual_contact or "not_known",
        body.manoeuvres,
        (across.low, across.high) if across is not None else None,
        (above.low, above.high) if above is not None else None,
    )


def _checklist(said: Said) -> list[Checked]:
    rows = content(said).checklist
    return [Checked(said.author, row.rule, row.own or "not_said", row.other or "not_said") for row in rows]


def _hull(intervals: Sequence[tuple[int, int] | None]) -> tuple[int | None, int | None]:
    """The least interval that holds all of them: each account fits in it, none is preferred."""
    known = [one for one in intervals if one is not None]
    return (min((low for low, _ in known), default=None), max((high for _, high in known), default=None))


def _fixes(said: Said) -> tuple[ReportedFix, ...]:
    body: EncounterReport = content(said)
    return (*body.own, *body.other)


def _window(said: Said) -> tuple[int, int] | None:
    body: EncounterReport = content(said)
    named = [instant(body.begin), instant(body.end), *(instant(fix.at) for fix in _fixes(said))]
    known = [at for at in named if at is not None]
    return (min(known), max(known)) if known else None


def _place(fix: ReportedFix) -> Fix:
    return Fix(fix.lat_e7, fix.lon_e7, max(fix.error_mm or 0, LEAST_ERROR_MM))


def _covers(plan: Plan, fix: ReportedFix) -> bool | None:
    """Whether a notice may have covered a position, errors counted in; None where that cannot be judged."""
    at = instant(fix.at)
    if at is None:
        return None
    error = max(fix.time_error_ms or 0, LEAST_TIME_MS)
    around = Volume4D(
        outline=Circle(centre=(fix.lat_e7, fix.lon_e7), radius_mm=max(fix.error_mm or 0, LEAST_ERROR_MM)),
        lower=_limit(fix, -1),
        upper=_limit(fix, 1),
        start=format_time(at - error),
        end=format_time(at + error),
    )
    place, _ = prepare_protective(around)
    found: bool | None = False
    for volume in plan.volumes:
        planned, _ = prepare_protective(volume)
        if isinstance(place, NotJudgeable) or isinstance(planned, NotJudgeable):
            found = None
        elif overlap(place, planned) is not None:
            return True
    return found


def _limit(fix: ReportedFix, sign: int) -> Altitude | Literal["unknown"]:
    """The altitude moved by its error, in its own reference; the whole column where height or error is not known."""
    if fix.altitude is None or fix.altitude_error_tmm is None:
        return "unknown"
    tmm = fix.altitude.value * TMM_PER_UNIT[fix.altitude.unit] + sign * fix.altitude_error_tmm
    return msgspec.structs.replace(fix.altitude, unit="mm", value=-(-tmm // 10) if sign > 0 else tmm // 10)
