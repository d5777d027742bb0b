"""Answers judged with what they answer: which codes, what each must carry, and when `understood`
can be said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from steerclear.english import an
from steerclear.errors import Malformed, Refused
from steerclear.speech import humanitarian, readback, texts, where
from steerclear.speech.facts import HeaderFacts
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.area_declare import AreaDeclare
from steerclear.speech.kinds.common import Body, Position
from steerclear.speech.kinds.dissemination import Dissemination
from steerclear.speech.kinds.introduce import Introduce
from steerclear.speech.kinds.line_handover import LineHandover, post_of, same_post
from steerclear.speech.kinds.line_status import LineStatus
from steerclear.speech.kinds.movement_notify import Movement, points
from steerclear.speech.kinds.receipt import Receipt
from steerclear.speech.kinds.reply import NO_ADMISSION, STOP_ANSWERS, Reply
from steerclear.speech.kinds.site_notify import Site
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no
from steerclear.speech.table import KINDS
from steerclear.units import format_time, parse_time

_STOP: Final = "messages.md, Answers: reply"


def wrong(body: Body, facts: HeaderFacts, parameters: Parameters, now_ms: int) -> Iterator[Refused]:
    """What is wrong with a body, seen with the header and the entry that it answers."""
    yield from humanitarian.wrong(body, facts, parameters, now_ms)
    if isinstance(body, Reply):
        yield from _reply(body, facts, now_ms)
    elif isinstance(body, Receipt):
        yield from _receipt(body, facts, parameters)
    elif isinstance(body, Dissemination):
        yield from _dissemination(body, facts, parameters, now_ms)
    elif isinstance(body, Amend):
        if facts.subject is not None and body.kind != facts.subject.about:
            yield no(
                "kind-changed",
                "body.kind",
                f"the notice is {an(facts.subject.about)}",
                "a version keeps its kind",
            )
    elif isinstance(body, Introduce):
        if body.peer == facts.author or body.peer not in facts.line.members:
            yield no(
                "not-a-peer", "body.peer", "an introduce names another member", "name the peer compared with"
            )
    elif isinstance(body, LineStatus) and body.status == "resumed" and not _own_subject(facts):
        yield no("not-the-author", "refs[0]", "a suspension ends by its own party's resumed", "name your own")


def _own_subject(facts: HeaderFacts) -> bool:
    return facts.subject is not None and facts.subject.author == facts.author


def answers_to(facts: HeaderFacts) -> tuple[str, ...]:
    """The codes that a reply to this subject may carry."""
    subject = facts.subject
    if subject is None:
        return ()
    row = KINDS.get(subject.about)
    codes = row.answers if row is not None else ("NOT_UNDERSTOOD", "QUERY", "NOTED")
    return (*codes, "NOT_LIFE_SAFETY") if subject.life_safety else codes


def _reply(body: Reply, facts: HeaderFacts, now_ms: int) -> Iterator[Refused]:
    legal = answers_to(facts)
    if facts.subject is not None and body.answer not in legal:
        yield no(
            "answer-not-allowed",
            "body.answer",
            f"to {an(facts.subject.about)}: " + ", ".join(legal or ("no reply",)),
            "choose one of these",
            _STOP,
        )
    if body.answer in STOP_ANSWERS and body.statement != NO_ADMISSION:
        yield no(
            "no-admission-required",
            "body.statement",
            "each answer to a stop carries it",
            f'write "{NO_ADMISSION}"',
            _STOP,
        )
    if body.answer == "NOT_LIFE_SAFETY" and not body.reason:
        yield no("reason-required", "body.reason", "the mark is made with a reason", "give it", _STOP)
    if body.answer == "NO_CONFLICT_KNOWN" and (body.against is None or not body.as_of):
        yield no(
            "basis-required",
            "body.as_of",
            "no conflict known is said against n notices, as of a log, its size and age",
            "give against and as_of; without a check answer NOTED",
            _STOP,
        )
    if body.answer != "NO_CONFLICT_KNOWN" and body.against is not None:
        yield no("basis-of-nothing", "body.against", "only with NO_CONFLICT_KNOWN", "leave it out", _STOP)
    if body.until is not None:
        if body.answer != "HOLDING":
            yield no("until-without-hold", "body.until", "only HOLDING has an until", "leave it out", _STOP)
        elif _instant(body.until) <= now_ms:
            yield no(
                "until-past", "body.until", "a hold cannot have ended already", "set a later time", _STOP
            )
    if body.proposal is not None and body.answer != "PROPOSE_CHANGE":
        yield no(
            "proposal-without-answer", "body.proposal", "only with PROPOSE_CHANGE", "leave it out", _STOP
        )


def _instant(text: str) -> int:
    """A time for comparison; one that cannot be read is refused elsewhere and compares as far ahead."""
    try:
        return int(parse_time(text))
    except Malformed:
        return 2**62


def positions_of(body: msgspec.Struct | None) -> tuple[Position, ...]:
    """The positions that a reader must read back."""
    return body.positions if isinstance(body, Stop | AreaDeclare | Site) else ()


def same_place(body: msgspec.Struct | None) -> tuple[tuple[Position, ...], ...]:
    """Groups of positions, each of which names one place: the forms of a stop, an area or a site, and those of each
    point of a movement.
    """
    if isinstance(body, Movement):
        return tuple(point.positions for point in points(body))
    return (positions_of(body),)


def apart_mm(body: msgspec.Struct | None, parameters: Parameters) -> int:
    """How far two forms of one place may be apart: 500 m for a stop or a site, 5 km for an area (AT03)."""
    if isinstance(body, AreaDeclare) and not (body.area == "protected_site" and body.precision == "exact"):
        return parameters.area_agree_mm
    return parameters.stop_agree_mm


def inconsistent(body: msgspec.Struct | None, parameters: Parameters) -> bool:
    """Whether a body's own positions contradict each other."""
    limit = apart_mm(body, parameters)
    return any(where.disagree(positions, limit) for positions in same_place(body))


def misunderstood(receipt: Receipt, subject: Body | None, parameters: Parameters) -> str:
    """Why a receipt cannot say `understood`, or "". Used at the desk, and by the fold for what arrived."""
    if inconsistent(subject, parameters):
        return "the entry's own positions contradict each other"
    said = positions_of(subject)
    if not said:
        return ""
    heard = receipt.read_back.positions if receipt.read_back is not None else ()
    if not heard:
        return "no position was read back"
    if where.differ(said, heard, apart_mm(subject, parameters)):
        return "the position read back is not the position said"
    return ""


def _linguist(body: Receipt, facts: HeaderFacts) -> Iterator[Refused]:
    """Free text is confirmed by a linguist, who says nothing else alone."""
    roles = [signer.roles for signer in facts.signers]
    source = "messages.md, Roles: linguist"
    if body.level == "text_confirmed" and roles and not any("linguist" in one for one in roles):
        yield no(
            "linguist-needed",
            "signers",
            "free text is confirmed by a linguist",
            "have the linguist sign it; codes and figures need none",
            source,
        )
    if body.level != "text_confirmed" and roles and all(one == {"linguist"} for one in roles):
        yield no(
            "linguist-confirms-text",
            "body.level",
            "a linguist confirms free text alone",
            "say level text_confirmed, or have the watch officer say that it was read",
            source,
        )


def _watch(body: Receipt, facts: HeaderFacts) -> Iterator[Refused]:
    """A handover is read back by the post that it was given to, not by who gave it."""
    given = facts.subject.body if facts.subject is not None else None
    if not isinstance(given, LineHandover) or body.level != "understood" or not facts.signers:
        return
    post, source = post_of(facts.signers[0].key), "messages.md, line.handover"
    if given.from_post and same_post(post, given.from_post):
        yield no(
            "own-handover",
            "signers",
            f"{post} handed this watch over and cannot read it back itself",
            f"have {given.to_post or 'the incoming officer'} read it back: --as {given.to_post or 'POST'}",
            source,
        )
    elif given.to_post and not same_post(post, given.to_post):
        yield no(
            "not-handed-to-you",
            "signers",
            f"this watch was handed to {given.to_post}, not to {post}",
            f"have {given.to_post} read it back, or hand the watch over again to {post}",
            source,
        )


def _receipt(body: Receipt, facts: HeaderFacts, parameters: Parameters) -> Iterator[Refused]:
    yield from _linguist(body, facts)
    yield from _watch(body, facts)
    if body.level != "understood" or facts.subject is None:
        return
    why = misunderstood(body, facts.subject.body, parameters)
    if why:
        limit = apart_mm(facts.subject.body, parameters) // 1_000
        yield no(
            "not-understood",
            "body.read_back",
            f"{why}: within {limit} m they must agree",
            "send level read, and ask the author for the position in another form",
            "scenarios.md, AT03",
        )


def _dissemination(
    body: Dissemination, facts: HeaderFacts, parameters: Parameters, now_ms: int
) -> Iterator[Refused]:
    source = "messages.md, Answers: dissemination"
    outward = any(party != facts.author for party in facts.to)
    if outward and (body.confirmed is not None or body.units is not None):
        yield no(
            "counts-stay-home",
            "body.confirmed",
            "outward a word and a commitment",
            "leave the counts out",
            source,
        )
    if body.confirmed is not None and body.units is not None and body.confirmed > body.units:
        yield no(
            "impossible-count",
            "body.confirmed",
            "no more units confirm than there are",
            "count again",
            source,
        )
    if body.counts_until is not None:
        until = _instant(body.counts_until)
        if until <= now_ms or (until - now_ms > parameters.counts_until_max_ms and until < 2**62):
            latest = format_time(now_ms + parameters.counts_until_max_ms)
            yield no(
                "counts-too-long",
                "body.counts_until",
                f"to the end of the shift, {texts.span(parameters.counts_until_max_ms)} at most",
                f"at most {latest}",
                source,
            )
    if body.code is not None:
        yield from _code(body.code, facts, source)


def _code(text: str, facts: HeaderFacts, source: str) -> Iterator[Refused]:
    versions = facts.subject.versions if facts.subject is not None else ()
    try:
        held = readback.version_of(text, versions)
    except Malformed as error:
        yield no(error.rule, "body.code", "a read-back code is four characters", error.remedy, source)
        return
    if not versions:
        return
    newest = versions[-1][0]
    if held is None:
        yield no(
            "unknown-code",
            "body.code",
            "no version of this notice has that code",
            "have it read again",
            source,
        )
    elif held != newest:
        number = [entry for entry, _ in versions].index(held) + 1
        yield no(
            "old-code",
            "body.code",
            f"the unit holds version {number} of {len(versions)} ({held[:12]})",
            f"give the unit version {newest[:12]} and have its code read",
            source,
        )
