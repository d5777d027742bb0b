"""Conduct rules beside what entries say: each account by itself, both accounts' own positions together, each danger
area's notice; and bearings that are off by one angle (A15, AT21, AT26; messages.md, Contact).

Everything follows from the entries: which parameters held is read where the entry stands, when it was released from its
proved interval. Rows say what was measured of whom by whose account; nothing sums them up, and nobody is blamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import msgspec

from steerclear.judgement.conduct import (
    BearingOffset,
    Case,
    Circumstance,
    Conduct,
    Place,
    bearing_offsets,
    case_of,
    conduct_hash,
    danger_notice_of,
    explain_conduct,
    judge,
    judge_notice,
    mover_of,
    rules,
    sightings,
)
from steerclear.judgement.conduct.case import turned
from steerclear.judgement.conduct.rule import ConstantBearing, CrossingAhead, LeastDistance
from steerclear.judgement.rules import Rules
from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.said import Said, ordered
from steerclear.procedure.subject import Alarm
from steerclear.procedure.worded import alarm
from steerclear.speech.kinds.encounter_report import EncounterReport
from steerclear.speech.late import begins_ms


class ConductRow(msgspec.Struct, frozen=True):
    """One verdict with its hash, so that two nodes can compare, and its sentence."""

    judged: Conduct
    hash: str
    words: str


def row(judged: Conduct) -> ConductRow:
    return ConductRow(judged, conduct_hash(judged), explain_conduct(judged))


def of_account(
    said: Said, context: Context, *, other: str = "", places: Iterable[Place] = ()
) -> list[ConductRow]:
    """Every rule that fits one encounter report. `other` is the other party where it is known; `places` are the areas
    that stood then."""
    body = content(said)
    if not isinstance(body, EncounterReport):
        return []
    held = case_of(
        body,
        entry=said.id,
        party=said.author,
        other_party=other,
        released_ms=_released(said),
        places=places,
    )
    return [row(one) for one in judge(held, _rules(said, context))]


def of_both(one: Said, two: Said, context: Context) -> list[ConductRow]:
    """The rules of distance and course on each side's own positions alone, as each side itself gave them."""
    first, second = content(one), content(two)
    if not (isinstance(first, EncounterReport) and isinstance(second, EncounterReport)):
        return []
    own = mover_of(first.own, first.own_class, one.author)
    other = mover_of(second.own, second.own_class, two.author)
    if not own.states or not other.states:
        return []
    held = Case(
        accounts=(one.id, two.id),
        own=own,
        other=other,
        same_clock=False,
        circumstances=(*_told(first), *(_turned(told) for told in _told(second))),
    )
    of_course = [rule for rule in rules() if isinstance(rule.check, _COURSES)]
    found = judge(held, _rules(max(one, two, key=lambda said: said.key), context), of_course)
    return [row(answer) for answer in found if answer.reason != "not-said"]


_COURSES = (LeastDistance, ConstantBearing, CrossingAhead)


def of_notice(said: Said, first_said: Said, context: Context) -> list[ConductRow]:
    """The rules about announcing danger. `first_said` is the version that first named the start that holds now."""
    body = content(said)
    after, before = first_said.after_ms, first_said.before_ms
    notice = danger_notice_of(
        body,
        entry=said.id,
        party=said.author,
        begins_ms=begins_ms(body, said.inner),
        stated_ms=first_said.header.released_ms,
        after_ms=after,
        before_ms=before,
    )
    if notice is None:
        return []
    return [row(one) for one in judge_notice(notice, _rules(said, context))]


def _rules(said: Said, context: Context) -> Rules:
    force = context.force_at(said)
    return Rules(force.parameters, force.agreement)


def _released(said: Said) -> tuple[int, int]:
    stated = said.header.released_ms
    return (
        said.after_ms if said.after_ms is not None else stated,
        said.before_ms if said.before_ms is not None else stated,
    )


def _told(body: EncounterReport) -> list[Circumstance]:
    return [Circumstance(what=told.what, of=told.of) for told in body.circumstances]


def _turned(told: Circumstance) -> Circumstance:
    """The other author's own is this one's other."""
    return told if told.of == "both" else Circumstance(what=told.what, of=turned(told.of))


def offsets(reports: Iterable[Said], context: Context) -> tuple[BearingOffset, ...]:
    """Each account's bearings against every other party's own positions of the same time, where enough of them can be
    compared. An account that its author gave again, naming it, no longer counts."""
    said = [one for one in ordered(reports) if isinstance(content(one), EncounterReport)]
    again = {ref for one in said for ref in one.header.refs if _author_of(said, ref) == one.author}
    said = [one for one in said if one.id not in again]
    out = []
    for one, two in combinations(said, 2):
        if one.author != two.author:
            out += [
                found for a, b in ((one, two), (two, one)) if (found := _offset(a, b, context)) is not None
            ]
    return tuple(sorted(out, key=lambda found: (found.account, found.against)))


def _author_of(said: Sequence[Said], entry: str) -> str:
    return next((one.author for one in said if one.id == entry), "")


def _offset(observer: Said, known: Said, context: Context) -> BearingOffset | None:
    body, other = content(observer), content(known)
    seen = sightings(
        mover_of(body.own, body.own_class),
        mover_of(body.other, body.other_class),
        mover_of(other.own, other.own_class),
    )
    limit = context.parameters(observer).bearing_offset_cdeg
    return bearing_offsets(seen, limit, account=observer.id, against=known.id)


def offset_alarms(found: Iterable[BearingOffset], since: dict[str, int]) -> tuple[Alarm, ...]:
    """One for each account whose bearings are surely turned; it ends when its author gives the account again.
    `since` is when each account came."""
    return tuple(
        alarm(
            f"{one.account}/bearing-offset/{one.against}",
            one.account,
            "bearing-offset",
            one.against,
            "alarms.bearing-offset",
            max(since.get(one.account, 0), since.get(one.against, 0)),
            count=one.sightings,
            low=f"{one.low_cdeg / 100:g}",
            high=f"{one.high_cdeg / 100:g}",
        )
        for one in found
        if one.flagged
    )
