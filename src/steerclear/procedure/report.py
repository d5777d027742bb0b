"""The report of a period: what the logs of a line show between two instants, each side in a column of its own.

issue 3 §5; scenarios.md AT25; messages.md, Accountability. Made from what is folded at the period's end by an outside
judge (`Context.own` is ''), at fixed sizes of the logs: the same logs give the same bytes, whoever makes it and reads
as much. Nothing is summed up over the parties, no claim stands without whose it is, nothing is judged.
"""

from __future__ import annotations

import msgspec

from steerclear.procedure.attestations import Attestation
from steerclear.procedure.flood import Ratio
from steerclear.procedure.gaps import Gap
from steerclear.procedure.review import Review
from steerclear.procedure.subject import ClaimAccount, ClaimEvidence, ClaimWord, Deadline, NoticeWindow
from steerclear.record.silence import Grade
from steerclear.record.texts import AGREEMENT, NOTIFICATION

FORM = "steerclear/period-report/v1"
WHOSE = "Every number is its party's own; none is added to another's, and nothing here is judged."
SILENCE = (
    "What no answer stood to by its time is shown as that and no more: it is no evidence that an area, force or person "
    "does not exist, nor of consent."
)
STANDING = (AGREEMENT, NOTIFICATION, WHOSE, SILENCE)


class LogBasis(msgspec.Struct, frozen=True):
    """A log (`<party>/<epoch>`) as far as it was read: its size, and the tree's root there in hex."""

    log: str
    size: int
    root: str


class Force(msgspec.Struct, frozen=True):
    """Terms that held in some of the period; `agreement` is their hash ('' in interim mode), which every judgement of
    that time is stamped with."""

    agreement: str
    parameters: str
    interim: bool
    begins_with: str


class Basis(msgspec.Struct, frozen=True):
    """What the report was made from. `times`: SHA-256 over when each entry was proved to stand and to be delivered; two
    reports that differ only there were made with other cosignatures in hand. `judges`: versions of the rules."""

    logs: tuple[LogBasis, ...]
    entries: int
    times: str
    judges: tuple[str, ...]
    in_force: tuple[Force, ...]


class Notices(msgspec.Struct, frozen=True):
    """One party's notices of one kind, released in the period: how many, and how many of them bear each mark (`late`,
    `very-late`, `late-disputed`, `under-advised`, `incomplete`, `inconsistent` …)."""

    kind: str
    count: int
    changed: int
    withdrawn: int
    marks: dict[str, int]


class Heartbeats(msgspec.Struct, frozen=True):
    """Heartbeats with one peer as this column's own check calls sum them up."""

    peer: str
    expected: int
    heard: int


class Column(msgspec.Struct, frozen=True):
    """What one party did in one mode; REAL and the rest never count together. `met` …: its deadlines that fell into the
    period, by rule. `quiet`: hours in which its log took up nothing for twice the time between two check calls."""

    party: str
    mode: str
    said: dict[str, int]
    notices: tuple[Notices, ...]
    met: dict[str, int]
    late: dict[str, int]
    disputed: dict[str, int]
    missed: dict[str, int]
    checks: dict[str, int]
    heartbeats: tuple[Heartbeats, ...]
    quiet: tuple[tuple[int, int], ...]


class Says(msgspec.Struct, frozen=True):
    """One party's column beside an allegation: its newest word ('' where it said nothing), its accounts, its evidence
    by hash, its findings. Every party of the line has one."""

    party: str
    word: str
    words: tuple[ClaimWord, ...]
    accounts: tuple[ClaimAccount, ...]
    evidence: tuple[ClaimEvidence, ...]
    hashes: tuple[str, ...]
    findings: tuple[ClaimWord, ...]


class Allegation(msgspec.Struct, frozen=True):
    """One row of the ledger: a claim or incident that its author released in the period. `rule` is the rule that it
    says was broken and `source` the document and article where that rule is known here; `lacks` says what is not there:
    `rule`, `evidence`, `word:<party>`. `windows`: how the claimed interval lies to the notices that accounts name."""

    id: str
    kind: str
    mode: str
    author: str
    at_ms: int
    happening: str
    rule: str
    source: str
    columns: tuple[Says, ...]
    windows: dict[str, tuple[NoticeWindow, ...]]
    contradictions: tuple[str, ...]
    flags: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    lacks: tuple[str, ...]


class Day(msgspec.Struct, frozen=True):
    """How many allegations one party made on a day (UTC), and how many of those name a rule, carry evidence by hash,
    and were spoken to by the others (party → number). No number stands for more than its party's."""

    day: str
    party: str
    mode: str
    made: int
    with_rule: int
    with_evidence: int
    answered: dict[str, int]


class Status(msgspec.Struct, frozen=True):
    """A declared status of the line, one party's act."""

    party: str
    status: str
    entry: str
    at_ms: int


class Unanswered(msgspec.Struct, frozen=True):
    """An answer that was due in the period and stood in no log by then; `late` where one came after."""

    subject: str
    kind: str
    mode: str
    asked_by: str
    party: str
    rule: str
    step: str
    due_ms: int
    state: str


class PeriodConflict(msgspec.Struct, frozen=True):
    """A conflict between two plans or areas, in the order of their entries, by the parameters in force at the end.
    No place: the notices have it. `withdrawn`: which of the two was withdrawn in the period, so that it is over. `hash`
    is that of the whole judgement, as every board shows it while both stand."""

    id: str
    mode: str
    rule: str
    entries: tuple[str, str]
    parties: tuple[str, str]
    from_ms: int | None
    to_ms: int | None
    withdrawn: tuple[str, ...]
    agreement: str
    hash: str


class ConductVerdict(msgspec.Struct, frozen=True):
    """One conduct rule beside one account (or two, by each side's own positions): what was measured `about` whom. No
    verdict of an encounter as a whole. `party` is whose conduct it is, '' where that is not known."""

    accounts: tuple[str, ...]
    rule: str
    document: str
    article: str
    about: str
    party: str
    verdict: str
    reason: str
    agreement: str
    hash: str
    words: str


class Silence(msgspec.Struct, frozen=True):
    """How the silence of one addressee is graded (`record.silence.Grade`) by these logs alone: `proved` where that
    party's log goes on after the time and holds no answer up to there."""

    entry: str
    kind: str
    mode: str
    asked_by: str
    party: str
    due_ms: int
    grade: Grade


class OpenReview(msgspec.Struct, frozen=True):
    """A review that a pattern opened and nothing has closed yet: a stop at a second place, or the third radio warning
    that nobody answered, and the earlier ones it goes with."""

    subject: str
    kind: str
    author: str
    mode: str
    pattern_of: tuple[str, ...]
    since_ms: int


class Unread(msgspec.Struct, frozen=True):
    """An entry whose content whoever made this could not read, or not all parties were addressed: here a report made by
    another may differ. `held` says why as this node has it ('' where it was read here)."""

    entry: str
    kind: str
    party: str
    held: str


class Report(msgspec.Struct, frozen=True):
    """[start, end) in RFC 3339 and Unix ms. `banner` and `banner_end` say EXERCISE where anything in it is not REAL.
    `copy`: name of this copy and who it is for, where its order says so; else '', and the file is the same whoever made
    it."""

    banner: str
    form: str
    line: str
    start: str
    end: str
    start_ms: int
    end_ms: int
    standing: tuple[str, ...]
    members: tuple[str, ...]
    names: dict[str, str]
    basis: Basis
    columns: tuple[Column, ...]
    allegations: tuple[Allegation, ...]
    by_day: tuple[Day, ...]
    attestations: tuple[Attestation, ...]
    life_safety: tuple[Ratio, ...]
    gaps: tuple[Gap, ...]
    statuses: tuple[Status, ...]
    unanswered: tuple[Unanswered, ...]
    silences: tuple[Silence, ...]
    conflicts: tuple[PeriodConflict, ...]
    conduct: tuple[ConductVerdict, ...]
    reviews: tuple[OpenReview, ...]
    talks: Review
    differs_by_reader: tuple[Unread, ...]
    copy: str
    banner_end: str


def report_bytes(made: Report) -> bytes:
    """The file: JSON with two blanks, keys in the order above, so the same report is the same bytes."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"
