"""A period report as titled tables of words: what the PDF prints and the command line shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from steerclear.procedure.report import Allegation, Column, Report
from steerclear.procedure.subject import ClaimAccount, ClaimCount
from steerclear.units import format_dtg, format_time
from steerclear.views.no_reply import WORDS

TITLE = "Period report"
NONE = "none in these logs"


class Section(msgspec.Struct, frozen=True):
    """A heading, a sentence under it, and a table; no rows: `NONE` stands in its place."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Name = Callable[[str], str]


def sections(made: Report) -> tuple[Section, ...]:
    """Everything of the report in the order in which it is read."""
    name = _namer(made.names, made.members)
    return (
        _basis(made),
        _parties(made, name),
        *(_column(one, name) for one in made.columns),
        _ledger(made, name),
        *(_allegation(one, name) for one in made.allegations),
        _days(made, name),
        _attestations(made, name),
        _unanswered(made, name),
        _silences(made, name),
        _conflicts(made, name),
        _conduct(made, name),
        _line(made, name),
        _life_safety(made, name),
        _reviews(made, name),
        *_talks(made, name),
        _differs(made, name),
        *_copy(made),
    )


def _namer(names: Mapping[str, str], members: tuple[str, ...]) -> Name:
    letters = {party: f"party {place}" for place, party in enumerate(members, 1)}
    return lambda party: names.get(party) or letters.get(party) or party[:8]


def instant(ms: int | None) -> str:
    """`2015-10-20T14:05:00Z (201405ZOCT15)`; `-` for none."""
    return "-" if ms is None else f"{format_time(ms)} ({format_dtg(ms)})"


def _basis(made: Report) -> Section:
    force = [
        (
            "interim" if one.interim else "agreement",
            one.agreement or one.parameters,
            f"from entry {one.begins_with[:12]}" if one.begins_with else "from the genesis",
        )
        for one in made.basis.in_force
    ]
    return Section(
        "What it was made from",
        f"{made.basis.entries} entries said before the end; rules {', '.join(made.basis.judges)}; times "
        f"{made.basis.times}.",
        ("what", "hash", "how far"),
        (
            *(("log " + one.log, one.root, f"{one.size} entries") for one in made.basis.logs),
            *force,
        ),
    )


def _parties(made: Report, name: Name) -> Section:
    note = "Names are those of the site that made this." if made.names else "Parties by their ids."
    return Section("Parties", note, ("here", "id"), tuple((name(one), one) for one in made.members))


def _pairs(found: Mapping[str, int]) -> str:
    return ", ".join(f"{word} {count}" for word, count in found.items()) or "-"


def _column(one: Column, name: Name) -> Section:
    rows = [
        ("said, by kind", _pairs(one.said)),
        *(
            (
                f"notices: {row.kind}",
                f"{row.count} ({row.changed} changed, {row.withdrawn} withdrawn); {_pairs(row.marks)}",
            )
            for row in one.notices
        ),
        ("its deadlines met", _pairs(one.met)),
        ("late", _pairs(one.late)),
        ("disputed", _pairs(one.disputed)),
        ("missed", _pairs(one.missed)),
        ("check calls", _pairs(one.checks)),
        *(
            (f"heartbeats heard of {name(row.peer)}", f"{row.heard} of {row.expected}")
            for row in one.heartbeats
        ),
        *(("its log took up nothing", f"{instant(a)} to {instant(b)}") for a, b in one.quiet),
    ]
    return Section(
        f"{name(one.party)}, {one.mode}", "This party's own column.", ("what", "how many"), tuple(rows)
    )


def _ledger(made: Report, name: Name) -> Section:
    rows = tuple(
        (
            one.id[:12],
            instant(one.at_ms),
            name(one.author),
            one.happening or "not said",
            f"{one.rule} ({one.source})" if one.source else one.rule or "no rule named",
            "; ".join(f"{name(row.party)}: {row.word or 'said nothing'}" for row in one.columns),
            ", ".join(_lack(lack, name) for lack in one.lacks) or "-",
        )
        for one in made.allegations
    )
    return Section(
        "Ledger of allegations",
        "Each with every party's word, the rule that its author names, and what it lacks.",
        ("id", "said", "by", "what", "rule", "words", "lacks"),
        rows,
    )


def _lack(word: str, name: Name) -> str:
    what, _, party = word.partition(":")
    return f"{what} of {name(party)}" if party else what


def _allegation(one: Allegation, name: Name) -> Section:
    def rows() -> Iterator[tuple[str, ...]]:
        for column in one.columns:
            who = name(column.party)
            if not (column.words or column.accounts or column.evidence or column.findings):
                yield who, "said nothing", "-"
            for word in column.words:
                yield who, f"word: {word.says}", instant(word.at_ms)
            for account in column.accounts:
                yield who, *_account(account, name)
                for window in one.windows.get(account.entry, ()):
                    yield who, f"its interval lies to notice {window.notice[:12]}", window.how
            for evidence in column.evidence:
                gaps = f", {evidence.gaps} gaps in custody" if evidence.gaps else ""
                yield who, f"evidence: {evidence.what or 'file'}{gaps}", evidence.sha256
            filed = {evidence.sha256 for evidence in column.evidence}
            for named in column.hashes:
                if named not in filed:
                    yield who, "evidence that its account names", named
            for finding in column.findings:
                yield who, f"finding of its inquiry: {finding.says}", instant(finding.at_ms)
        for due in one.deadlines:
            yield name(due.party), f"report, {due.step}: {due.state}", f"due {instant(due.due_ms)}"
        for text in one.contradictions:
            yield "beside each other", _named(text, one, name), "-"
        for flag in one.flags:
            yield "flagged, not judged", flag, "-"

    title = f"{one.kind} {one.id[:12]} by {name(one.author)}, {one.mode}"
    return Section(title, "", ("whose", "what", "when, or hash"), tuple(rows()))


def _account(account: ClaimAccount, name: Name) -> tuple[str, str]:
    counts = ", ".join(_count(row, name) for row in account.counts)
    when = f"{instant(account.begin_ms)} to {instant(account.end_ms)}"
    place = f" at {account.place}" if account.place else ""
    source = f"; source {account.source}"
    early = f"; first published {instant(account.published_ms)}" if account.published_ms is not None else ""
    rule = f"; rule {account.rule}" if account.rule else ""
    text = f"{account.kind}: {account.happening or 'not said'}{place}; {counts or 'no number'}{source}{rule}{early}"
    return text, when


def _count(row: ClaimCount, name: Name) -> str:
    most = "" if row.most in (None, row.least) else f" to {row.most}"
    return f"{row.least}{most} {row.unit} ({row.of_whom}) as {name(row.party)} says"


def _named(text: str, one: Allegation, name: Name) -> str:
    for column in one.columns:
        text = text.replace(column.party, name(column.party))
    return text


def _days(made: Report, name: Name) -> Section:
    rows = tuple(
        (
            one.day,
            name(one.party),
            one.mode,
            f"{one.made}",
            f"{one.with_rule}",
            f"{one.with_evidence}",
            "; ".join(f"{name(party)}: {count}" for party, count in one.answered.items()) or "nobody",
        )
        for one in made.by_day
    )
    head = ("day", "whose count", "mode", "made", "name a rule", "carry evidence", "spoken to by")
    return Section("Allegations by day", "One party's own count each; they are never added up.", head, rows)


def _attestations(made: Report, name: Name) -> Section:
    rows = tuple(
        (
            one.entry[:12],
            f"none of {name(one.party)}'s {one.none_of_ours.replace('_', ' ')}",
            f"{instant(one.begin_ms)} to {instant(one.end_ms)}",
            "; ".join(
                f"{row.kind} {row.entry[:12]} by {name(row.party)}: {row.how.replace('_', ' ')}"
                for row in one.beside
            )
            or "nothing in these logs",
            ", ".join(one.marks) or "-",
        )
        for one in made.attestations
    )
    head = ("id", "what it says", "of", "beside it", "marks")
    return Section(
        "Negative attestations", "Of their author's own forces, of hours that were over.", head, rows
    )


def _unanswered(made: Report, name: Name) -> Section:
    rows = tuple(
        (
            one.subject[:12],
            one.kind,
            one.mode,
            name(one.asked_by),
            name(one.party),
            f"{one.rule}, {one.step}",
            instant(one.due_ms),
            "answered late" if one.state == "late" else "no answer in these logs",
        )
        for one in made.unanswered
    )
    head = ("id", "kind", "mode", "asked by", "of", "what", "due", "how it stands")
    return Section(
        "Unanswered", "A certificate (steerclear certificate) proves each to a stranger.", head, rows
    )


def _silences(made: Report, name: Name) -> Section:
    rows = tuple(
        (
            one.entry[:12],
            one.kind,
            one.mode,
            name(one.asked_by),
            name(one.party),
            instant(one.due_ms),
            WORDS[one.grade],
        )
        for one in made.silences
    )
    head = ("id", "kind", "mode", "asked by", "of", "by", "what these logs show")
    return Section("Silence, graded", "By these logs alone; a grade is no evidence of consent.", head, rows)


def _conflicts(made: Report, name: Name) -> Section:
    rows = tuple(
        (
            " / ".join(entry[:12] for entry in one.entries),
            one.mode,
            " / ".join(name(party) for party in one.parties),
            one.rule.replace("_", " "),
            f"{instant(one.from_ms)} to {instant(one.to_ms)}",
            ", ".join(f"{entry[:12]} withdrawn" for entry in one.withdrawn) or "both stood",
            one.hash[:12],
        )
        for one in made.conflicts
    )
    head = ("ids", "mode", "whose", "rule", "when", "how it stood", "judgement")
    note = "Between the versions that stood last, by the numbers in force at the end. None listed is not an empty sky."
    return Section("Conflicts between plans", note, head, rows)


def _conduct(made: Report, name: Name) -> Section:
    rows = tuple(
        (
            " / ".join(entry[:12] for entry in one.accounts),
            name(one.party) if one.party else one.about,
            f"{one.rule} ({one.document}, {one.article})",
            one.verdict.replace("_", " ") + (f": {one.reason}" if one.reason else ""),
            one.words,
        )
        for one in made.conduct
    )
    head = ("accounts", "of whom", "rule", "verdict", "in words")
    note = "Each rule by itself, as an account or both sides' own positions measure it; nobody is judged as a whole."
    return Section("Conduct, rule by rule", note, head, rows)


def _copy(made: Report) -> Iterator[Section]:
    if made.copy:
        note = "The other lines are the same in every copy."
        yield Section("This copy", note, ("copy",), ((made.copy,),))


def _line(made: Report, name: Name) -> Section:
    rows: list[tuple[str, ...]] = []
    for gap in made.gaps:
        by = ", ".join(name(party) for party in gap.suspended_by)
        until = "to the end" if gap.to_ms is None else f"to {instant(gap.to_ms)}"
        why = f"suspended by {by}: {'; '.join(gap.reasons)}" if by else "nobody suspended it"
        rows.append(
            (f"no routine contact, {gap.duration_ms // 3_600_000} h", f"{instant(gap.from_ms)} {until}", why)
        )
    for one in made.statuses:
        rows.append((f"declared {one.status}", instant(one.at_ms), f"by {name(one.party)}"))
    return Section(
        "The line",
        "What was declared, and where routine contact ceased.",
        ("what", "when", "whose"),
        tuple(rows),
    )


def _life_safety(made: Report, name: Name) -> Section:
    rows = tuple((name(one.party), one.mode, f"{one.marked} of {one.total}") for one in made.life_safety)
    head = ("whose entries", "mode", "marked not life safety by another")
    return Section("Life safety", "The mark blocks nothing.", head, rows)


def _reviews(made: Report, name: Name) -> Section:
    rows = tuple(
        (
            one.subject[:12],
            one.kind,
            one.mode,
            name(one.author),
            ", ".join(row[:12] for row in one.pattern_of),
        )
        for one in made.reviews
    )
    return Section(
        "Reviews that stand open",
        "A stop at a second place of one party within the pattern watch; a third radio warning unanswered in a row.",
        ("id", "kind", "mode", "by", "goes with"),
        rows,
    )


def _talks(made: Report, name: Name) -> Iterator[Section]:
    talks = made.talks
    yield Section(
        "Meetings",
        "",
        ("id", "by", "what", "state", "actions"),
        tuple(
            (
                one.id[:12],
                name(one.author),
                f"{one.form or 'meeting'} {one.level} round {one.round or '-'}",
                one.state,
                "; ".join(f"{state}: {', '.join(map(str, ns))}" for state, ns in sorted(one.actions.items()))
                or "-",
            )
            for one in talks.meetings
        ),
    )
    yield Section(
        "Agreement and provisions",
        "",
        ("what", "how it stands", "when"),
        (
            *((f"{name(one.party)}: {one.act}", one.entry[:12], instant(one.at_ms)) for one in talks.acts),
            *((f"provision {one.number}", one.state, instant(one.since_ms)) for one in talks.provisions),
            *(
                (f"suspended by {name(one.party)}", ", ".join(one.categories), instant(one.since_ms))
                for one in talks.suspensions
            ),
        ),
    )


def _differs(made: Report, name: Name) -> Section:
    rows = tuple(
        (one.entry[:12], one.kind, name(one.party), one.held or "read here; not addressed to all")
        for one in made.differs_by_reader
    )
    return Section(
        "Where another reader's report may differ",
        "Every other line is the same whoever of the parties makes it from the same logs.",
        ("id", "kind", "by", "why"),
        rows,
    )
