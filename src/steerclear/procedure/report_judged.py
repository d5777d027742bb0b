"""What a period's report says that is judged: conflicts between plans, conduct rule by rule, each silence's grade.

All of it from the entries that the report reads, at its end: the same logs give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from steerclear.judgement import ActiveSet, Judgement, judgement_hash
from steerclear.judgement.conduct import Place
from steerclear.judgement.notice import Notice
from steerclear.judgement.reading import JUDGED_KINDS
from steerclear.judgement.rules import Rules
from steerclear.procedure import conduct
from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context, InForce
from steerclear.procedure.encounters import Area, encounters
from steerclear.procedure.judged_notice import AsRead, judged_notice
from steerclear.procedure.report import ConductVerdict, PeriodConflict, Silence
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.record.silence import OwnCosignature, Reply, answers, grade
from steerclear.record.times import Interval

REPORTS, HAZARD = "encounter.report", "activity.hazard"


def conflicts(
    subjects: Sequence[Subject],
    by_id: Mapping[str, Said],
    read: Mapping[str, AsRead],
    force: InForce,
    start_ms: int,
    end_ms: int,
) -> tuple[PeriodConflict, ...]:
    """Every conflict between the versions that stood last of plans and areas not withdrawn before the start, by the
    parameters in force at the end; those of which one side was said in the period, or that fall into it.

    `read`: what is known of each plan besides itself. Priority counts here whatever a party has booked (`booking`).
    """
    active = ActiveSet(Rules(force.parameters, force.agreement))
    stood: dict[str, Subject] = {}
    for one in subjects:
        notice = _notice(one, by_id, read) if one.kind in JUDGED_KINDS and _stood(one, start_ms) else None
        if notice is not None:
            active.add(notice)
            stood[notice.id] = one
    found: dict[str, Judgement] = {}
    for notice in sorted(active.notices(), key=lambda row: row.id):
        for judged in active.check(notice).conflicts:
            found.setdefault(judged.id, judged)
    rows = (row for row in found.values() if _inside(row, by_id, start_ms, end_ms))
    return tuple(
        PeriodConflict(
            one.id,
            stood[one.a.entry].mode,
            one.rule,
            (one.a.entry, one.b.entry),
            (one.a.party, one.b.party),
            one.from_ms,
            one.to_ms,
            tuple(side.entry for side in (one.a, one.b) if stood[side.entry].life == "cancelled"),
            one.agreement,
            judgement_hash(one),
        )
        for one in sorted(rows, key=lambda row: (row.from_ms or 0, row.id))
    )


def _stood(one: Subject, start_ms: int) -> bool:
    """Whether it was not withdrawn, released or erased before the period."""
    if one.residue or one.held != "held":
        return False
    return one.life != "cancelled" or (one.closed_ms or one.released_ms) >= start_ms


def _notice(one: Subject, by_id: Mapping[str, Said], read: Mapping[str, AsRead]) -> Notice | None:
    said = by_id.get(one.version)
    return judged_notice(one, said, content(said), read.get(said.id, AsRead())) if said is not None else None


def _inside(one: Judgement, by_id: Mapping[str, Said], start_ms: int, end_ms: int) -> bool:
    said = any(start_ms <= by_id[side.entry].at_ms < end_ms for side in (one.a, one.b) if side.entry in by_id)
    if one.from_ms is None or one.to_ms is None:
        return said
    return said or (one.from_ms < end_ms and one.to_ms > start_ms)


def verdicts(
    subjects: Sequence[Subject], by_id: Mapping[str, Said], given: Context, begun: Iterable[str]
) -> tuple[ConductVerdict, ...]:
    """Rule by rule what was measured of the encounter reports and danger areas said in the period; what no account says
    anything of is left out."""
    wanted = set(begun)
    mine = [one for one in subjects if one.id in wanted]
    reports = [by_id[one.version] for one in mine if one.kind == REPORTS and one.version in by_id]
    rows = [row for one in encounters(reports, (), given, _areas(subjects, by_id)) for row in one.conduct]
    for one in mine:
        if one.kind == HAZARD and one.version in by_id and by_id[one.version].body is not None:
            rows += conduct.of_notice(by_id[one.version], by_id[one.version], given)
    return tuple(
        ConductVerdict(
            row.judged.accounts,
            row.judged.rule,
            row.judged.document,
            row.judged.article,
            row.judged.about,
            row.judged.party,
            row.judged.verdict,
            row.judged.reason,
            row.judged.agreement,
            row.hash,
            row.words,
        )
        for row in rows
        if row.judged.reason != "not-said"
    )


def _areas(subjects: Sequence[Subject], by_id: Mapping[str, Said]) -> list[Area]:
    found = []
    for one in subjects:
        body: Any = content(by_id[one.version]) if one.area is not None and one.version in by_id else None
        volumes = getattr(body, "volumes", ()) or ()
        if volumes:
            place = Place(entry=one.version, area=getattr(body, "area", None) or "", volumes=volumes)
            found.append(Area(place, one.released_ms, one.closed_ms))
    return found


def silences(said: Sequence[Said], start_ms: int, end_ms: int) -> tuple[Silence, ...]:
    """For each addressee of an entry that asked for an answer by a time of the period: what these logs prove of it
    (record.md, Silence is evidence). An entry proved later than the time dates the log that holds it."""
    logs: dict[str, list[Said]] = {}
    for one in said:
        logs.setdefault(one.origin, []).append(one)
    newest: dict[str, str] = {}
    for origin, rows in logs.items():
        party = rows[0].author
        newest[party] = max(newest.get(party, origin), origin, key=_epoch)
    out = []
    for one in said:
        due_ms = one.header.reply_by_ms
        if due_ms and start_ms <= due_ms < end_ms:
            for party in sorted(set(one.header.to) - {one.author}):
                rows = sorted(logs.get(newest.get(party, ""), ()), key=lambda row: row.index)
                out.append(_silence(one, party, due_ms, rows))
    return tuple(sorted(out, key=lambda row: (row.due_ms, row.entry, row.party)))


def _silence(one: Said, party: str, due_ms: int, rows: Sequence[Said]) -> Silence:
    own = [
        *(
            OwnCosignature(row.index, (row.after_ms or 0) // 1000)
            for row in rows
            if (row.after_ms or 0) > due_ms
        ),
        *(
            OwnCosignature(row.index + 1, (row.before_ms or 0) // 1000)
            for row in rows
            if _before(row, due_ms)
        ),
    ]
    found = [
        Reply(row.index, Interval(row.after_ms, row.before_ms, False), row.delivered.get(one.author))
        for row in rows
        if answers(row.header, one.id)
    ]
    held = rows[-1].index + 1 if rows else 0
    found_grade = grade(due_ms, delivered_ms=one.delivered.get(party), own=own, held=held, replies=found)
    return Silence(one.id, one.kind, one.header.mode, one.author, party, due_ms, found_grade)


def _before(row: Said, due_ms: int) -> bool:
    return row.before_ms is not None and row.before_ms <= due_ms


def _epoch(origin: str) -> int:
    return int(origin.rpartition("/")[2])
