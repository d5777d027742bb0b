"""The ledger of allegations: each with a column for every party, its rule and the hashes of its evidence (AT25).

messages.md, Accountability. A count per day is one party's own; what others say to it stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from steerclear.judgement.conduct import rules
from steerclear.procedure.claims import against_windows
from steerclear.procedure.report import Allegation, Day, Says
from steerclear.procedure.subject import Claim, Subject
from steerclear.units import format_time


def ledger(
    subjects: Sequence[Subject], notices: Mapping[str, Subject], members: Sequence[str]
) -> tuple[Allegation, ...]:
    """Claims and incidents of the subjects given, the earliest first. `notices`: entry → subject it belongs to."""
    rows = sorted(subjects, key=lambda one: (one.released_ms, one.id))
    return tuple(_allegation(one, one.claim, notices, members) for one in rows if one.claim is not None)


def _allegation(
    one: Subject, claim: Claim, notices: Mapping[str, Subject], members: Sequence[str]
) -> Allegation:
    columns = tuple(_says(party, claim) for party in members)
    first = claim.accounts[0]
    own = next((row for row in columns if row.party == one.author), None)
    lacks = [] if first.rule else ["rule"]
    lacks += [] if own is not None and own.hashes else ["evidence"]
    lacks += [f"word:{row.party}" for row in columns if not row.word and not row.accounts]
    return Allegation(
        one.id,
        one.kind,
        one.mode,
        one.author,
        one.released_ms,
        first.happening,
        first.rule,
        source_of(first.rule),
        columns,
        {account.entry: against_windows(account, notices) for account in claim.accounts},
        claim.contradictions,
        tuple(sorted({flag for account in claim.accounts for flag in account.flags})),
        tuple(row for row in one.deadlines if row.rule == "incident"),
        tuple(lacks),
    )


def _says(party: str, claim: Claim) -> Says:
    accounts = tuple(row for row in claim.accounts if row.party == party)
    evidence = tuple(row for row in claim.evidence if row.party == party)
    hashes = [one for account in accounts for one in account.evidence] + [row.sha256 for row in evidence]
    return Says(
        party,
        claim.states.get(party, ""),
        tuple(row for row in claim.statements if row.party == party),
        accounts,
        evidence,
        tuple(sorted({one for one in hashes if one})),
        tuple(row for row in claim.findings if row.party == party),
    )


def source_of(rule: str) -> str:
    """Document and article of a conduct rule that this version knows; '' for another party's own name of a rule."""
    found = next((one for one in rules() if one.id == rule), None)
    return f"{found.document}, {found.article}".strip(", ") if found is not None else ""


def by_day(rows: Sequence[Allegation]) -> tuple[Day, ...]:
    """Each party's own count of each UTC day, with what of it stands on anything."""
    days: dict[tuple[str, str, str], list[Allegation]] = {}
    for row in rows:
        days.setdefault((format_time(row.at_ms)[:10], row.author, row.mode), []).append(row)
    return tuple(_day(*key, made) for key, made in sorted(days.items()))


def _day(day: str, party: str, mode: str, made: Sequence[Allegation]) -> Day:
    answered = Counter(
        column.party
        for row in made
        for column in row.columns
        if column.party != party and (column.word or column.accounts)
    )
    return Day(
        day,
        party,
        mode,
        len(made),
        sum(1 for row in made if "rule" not in row.lacks),
        sum(1 for row in made if "evidence" not in row.lacks),
        dict(sorted(answered.items())),
    )
