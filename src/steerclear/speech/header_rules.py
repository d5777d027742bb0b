"""What the header may say: mode, life safety, precedence, addressees, references, and what the line lets
pass.

messages.md, Header and Parties. Refusal is at the author's desk only; what arrives is stored and marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from steerclear.english import an
from steerclear.errors import Malformed, Refused
from steerclear.speech import texts
from steerclear.speech.facts import HeaderFacts
from steerclear.speech.kind import NO_PLAY
from steerclear.speech.kinds.alert import Alert, soon
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.area_declare import AreaDeclare
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.late import Lead
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import Inner
from steerclear.speech.refusing import no
from steerclear.speech.table import ANY, KINDS, Kind
from steerclear.speech.versions import notice_of
from steerclear.units import parse_time

PRECEDENCES: Final = ("ROUTINE", "PRIORITY", "IMMEDIATE", "FLASH")
_MODE: Final = "messages.md, Header: mode"
_FLAG: Final = "messages.md, Header: life_safety"


def mode(row: Kind, facts: HeaderFacts, now_ms: int) -> Iterator[Refused]:
    """REAL, EXERCISE or TEST, chosen by a person: no default, and legal for the line at this instant."""
    if not facts.line.line:
        yield no("line-required", "line", "every entry belongs to one line", "choose the line", _MODE)
    if not facts.mode:
        yield no("mode-required", "mode", "mode has no default", "choose REAL, EXERCISE or TEST", _MODE)
    elif facts.mode not in ("REAL", "EXERCISE", "TEST"):
        yield no("unknown-mode", "mode", f"{facts.mode} is no mode", "choose REAL, EXERCISE or TEST", _MODE)
    elif facts.line.exercise:
        if facts.mode == "REAL" and row.name not in NO_PLAY and not _no_play(row, facts):
            yield no(
                "real-on-exercise-line",
                "mode",
                "an exercise line carries EXERCISE and TEST; REAL there only a stop or an assist, and answers to it",
                "choose EXERCISE, or say it on the real line",
                _MODE,
            )
    elif facts.mode == "TEST":
        yield no(
            "test-on-real-line",
            "mode",
            "TEST is for exercise lines",
            "choose REAL, or use the exercise line",
            _MODE,
        )
    elif facts.mode == "EXERCISE" and not any(a <= now_ms < b for a, b in facts.line.exercise_periods):
        yield no(
            "exercise-outside-period",
            "mode",
            "EXERCISE on this line only inside a period that the agreement opens",
            "choose REAL, or wait for the period",
            _MODE,
        )
    elif facts.mode == "EXERCISE" and row.name == "line.check":
        yield no(
            "check-is-real",
            "mode",
            "a check of a real line is REAL, also while an exercise period is open",
            "choose REAL",
            _MODE,
        )


def same_play(facts: HeaderFacts) -> Iterator[Refused]:
    """What is about a REAL entry is REAL, and the reverse: no answer leaves the exercise, none enters it
    (AT39).
    """
    about = facts.subject.mode if facts.subject is not None else ""
    if about and facts.mode and (about == "REAL") != (facts.mode == "REAL"):
        rule = f"the entry in refs[0] is {about}"
        yield no("mode-differs", "mode", rule, f"choose {about}", _MODE)


def _no_play(row: Kind, facts: HeaderFacts) -> bool:
    about = facts.subject
    return (
        row.life_safety == "follows" and about is not None and (about.life_safety or about.about in NO_PLAY)
    )


def life_safety(
    row: Kind, facts: HeaderFacts, body: Body, parameters: Parameters, now_ms: int
) -> Iterator[Refused]:
    """Where the flag must stand, where it may, and where it would cheapen it."""
    if row.life_safety == "always" and not facts.life_safety:
        yield no(
            "life-safety-required", "life_safety", f"{an(row.name)} is life safety", "set life_safety", _FLAG
        )
    if facts.life_safety and not may_be_life_safety(row, facts, body, parameters, now_ms):
        yield no(
            "life-safety-not-possible",
            "life_safety",
            "only a stop, an assist, a warning.radio, an identity.query, an area.declare with people in danger, "
            "answers to these and calls about them, "
            f"and an alert or a CONFLICT less than {texts.span(parameters.immediate_lead_ms)} ahead; "
            "late is not life safety",
            "leave the flag out; a late notice is IMMEDIATE and marked late",
            _FLAG,
        )


def may_be_life_safety(
    row: Kind, facts: HeaderFacts, body: Body, parameters: Parameters, now_ms: int
) -> bool:
    """Whether messages.md lets this entry carry the flag. A new version of a stop, a radio warning or an area
    with people in danger counts as that kind.
    """
    if row.life_safety in ("always", "may"):
        return True
    if row.life_safety == "people_in_danger":
        return isinstance(body, AreaDeclare) and body.people_in_danger is True
    if row.life_safety == "soon":
        return isinstance(body, Alert) and soon(body, parameters.immediate_lead_ms)
    if row.life_safety != "follows":
        return False
    if isinstance(body, Amend):
        inside = KINDS.get(body.kind)
        notice = notice_of(body)[0]
        return (
            inside is not None
            and notice is not None
            and inside.life_safety != "follows"
            and may_be_life_safety(inside, facts, notice, parameters, now_ms)
        )
    if facts.subject is not None and facts.subject.life_safety:
        return True
    return isinstance(body, Reply) and body.answer == "CONFLICT" and _soon(body, parameters, now_ms)


def _soon(body: Reply, parameters: Parameters, now_ms: int) -> bool:
    for volume in body.where:
        try:
            start, end = parse_time(volume.start), parse_time(volume.end)
        except Malformed:
            continue
        if end > now_ms and start - now_ms < parameters.immediate_lead_ms:
            return True
    return False


def precedence(facts: HeaderFacts, lead: Lead | None, parameters: Parameters) -> Iterator[Refused]:
    """ACP 127's four; a notice under `immediate_lead_ms` before its start is IMMEDIATE at least."""
    if facts.precedence not in PRECEDENCES:
        yield no("unknown-precedence", "precedence", "ACP 127", "choose one of " + ", ".join(PRECEDENCES))
    elif lead is not None and lead.immediate and PRECEDENCES.index(facts.precedence) < 2:
        yield no(
            "precedence-too-low",
            "precedence",
            f"a notice released less than {texts.span(parameters.immediate_lead_ms)} before its start is IMMEDIATE",
            "choose IMMEDIATE",
            "messages.md, Timers: flight notice",
        )


def addressees(row: Kind, facts: HeaderFacts) -> Iterator[Refused]:
    """Whom it goes to. A member that was not addressed was not informed."""
    others = tuple(party for party in facts.line.members if party != facts.author)
    about = KINDS.get(facts.subject.kind) if facts.subject is not None else None
    home_only = next((one.name for one in (row, about) if one is not None and one.at_home == "only"), "")
    if facts.to and home_only:
        yield no("stays-at-home", "to", f"{home_only} stays with its own party", "name nobody")
    if not facts.to and not row.at_home and not home_only:
        yield no(
            "addressee-required", "to", "each addressee is named", "name at least one member of the line"
        )
    for i, party in enumerate(facts.to):
        if party not in facts.line.members:
            yield no(
                "not-a-member", f"to[{i}]", f"{party} is no member of this line", "name members of the line"
            )
        if party in facts.to[:i]:
            yield no("addressee-twice", f"to[{i}]", "each addressee once", "leave it out")
    if row.to_all and not set(others) <= set(facts.to):
        missing = ", ".join(sorted(set(others) - set(facts.to)))
        yield no("addressee-missing", "to", f"{row.name} goes to every member of the line", f"add {missing}")


def references(row: Kind, facts: HeaderFacts, now_ms: int) -> Iterator[Refused]:
    """What refs[0] may be, whose it must be, and what an amend replaces."""
    subject = facts.subject
    if row.subject_needed and not facts.refs:
        yield no("subject-required", "refs", f"{row.name} is about an entry", "name it in refs[0]")
    elif row.subject_needed and subject is None:
        yield no("subject-not-held", "refs[0]", "this node does not hold that entry", "check the id")
    if subject is not None and row.subject and not _may_refer(row, subject.kind, subject.about):
        names = ", ".join(row.subject)
        yield no("wrong-subject", "refs[0]", f"{row.name} is not about a {subject.kind}", f"one of: {names}")
    if row.family == "change" and subject is not None and not _own(row, facts):
        yield no(
            "not-the-author",
            "refs[0]",
            "nobody changes or withdraws another party's entry"
            + ("; a stop is resolved by its raiser or the site's owner" if subject.about == "stop" else ""),
            "answer it instead",
            "judgement.md, Concurrency; messages.md, States: stop",
        )
    if row.name == "amend" and not facts.supersedes:
        yield no("supersedes-required", "supersedes", "an amend names the version it replaces", "name its id")
    if facts.reply_by_ms and not row.answer_due:
        rule = f"no answer is due to a {row.name}, and silence to it means nothing"
        yield no("no-answer-due", "reply_by", rule, "leave it out", "messages.md, Accountability: demarche")
    elif facts.reply_by_ms and facts.reply_by_ms <= now_ms:
        yield no("reply-by-past", "reply_by", "an answer cannot be due in the past", "set a later time")


def _may_refer(row: Kind, kind: str, about: str) -> bool:
    if ANY in row.subject:
        known = KINDS.get(kind)
        return known is None or known.carries == "payload"
    return kind in row.subject or about in row.subject


def _own(row: Kind, facts: HeaderFacts) -> bool:
    subject = facts.subject
    assert subject is not None
    if subject.author == facts.author:
        return True
    return row.name == "complete" and subject.about == "stop" and subject.owner == facts.author


def standing(row: Kind, facts: HeaderFacts, now_ms: int) -> Iterator[Refused]:
    """What the line lets pass now. Nothing here holds back life safety, an answer to it, or the record's own
    kinds.
    """
    if (
        facts.life_safety
        or (facts.subject is not None and facts.subject.life_safety)
        or row.carries == "record"
    ):
        return
    if facts.line.unauthenticated and not row.unauthenticated:
        yield no(
            "line-unauthenticated",
            "line",
            "until both introduce confirmations stand the line carries life safety only",
            "compare the twelve words and send introduce",
            "messages.md, introduce",
        )
    category = row.suspension
    if row.family == "change" and facts.subject is not None:
        about = KINDS.get(facts.subject.about)
        category = about.suspension if about is not None else ""
    if category and category in facts.line.suspended:
        yield no(
            "suspended",
            "kind",
            f"{category} are suspended on this line: {facts.line.suspended[category] or 'no reason given'}",
            "wait for resumed; life safety passes",
            "messages.md, line.status",
        )
    if facts.line.permitted is not None:
        held = facts.line.permitted.get(row.name)
        if held is None:
            yield no(
                "kind-not-permitted",
                "kind",
                f"this party's permitted_kinds for the line do not list {row.name}",
                "have the kind listed with its legal basis, or use another",
                "messages.md, Parties: permitted_kinds",
            )
        elif held.expires_ms and held.expires_ms <= now_ms:
            yield no(
                "permission-expired",
                "kind",
                f"the permission for {row.name} ({held.basis}) has ended",
                "have it renewed",
                "messages.md, Parties: permitted_kinds",
            )


def validity(inner: Inner) -> Iterator[Refused]:
    """The inner header's times."""
    for name in ("valid_from", "valid_until"):
        text = getattr(inner, name)
        if text is not None:
            try:
                parse_time(text, field=f"inner.{name}")
            except Malformed as error:
                yield Refused(error.rule, error.field, error.rule, error.remedy, error.source)
                return
    if inner.valid_from is None or inner.valid_until is None:
        return
    if parse_time(inner.valid_from) >= parse_time(inner.valid_until):
        yield no(
            "end-not-after-start", "inner.valid_until", "intervals are [start, end)", "end after the start"
        )
