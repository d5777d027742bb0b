"""The author's desk: what is refused before signing, and what an entry is marked with when it goes.

Nothing refused here is stored anywhere. The same rules are never applied to what arrives from another party:
that is read by `payload.read`, stored and marked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from steerclear.errors import Refused
from steerclear.record.header import Precedence
from steerclear.speech import (
    answering,
    area_rules,
    complete,
    contact_rules,
    header_rules,
    late,
    paper,
    release,
    rules,
    scope,
    talks_rules,
    where,
)
from steerclear.speech.facts import HeaderFacts
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.reply import NO_ADMISSION, STOP_ANSWERS, Reply
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import Inner
from steerclear.speech.refusing import no
from steerclear.speech.table import KINDS
from steerclear.speech.versions import notice_of


def check(
    kind: str,
    facts: HeaderFacts,
    inner: Inner,
    body: Body,
    parameters: Parameters,
    now_ms: int,
    release_table: tuple[release.Rule, ...] = release.DEFAULT_TABLE,
    *,
    released: bool = True,
) -> list[Refused]:
    """Every fault at once; an empty list lets the entry be signed.

    `released=False` leaves out who signs, for a draft that waits for its releaser.
    """
    row = KINDS.get(kind)
    if row is None or row.body is None:
        return [
            no("unknown-kind", "kind", f"{kind or 'nothing'} cannot be said in this version", "choose a kind")
        ]
    if type(body) is not row.body:
        return [no("wrong-body", "body", f"{kind} takes a {row.body.__name__}", "fill the form of this kind")]
    out = list(header_rules.mode(row, facts, now_ms))
    out += header_rules.same_play(facts)
    out += header_rules.life_safety(row, facts, body, parameters, now_ms)
    out += header_rules.precedence(facts, late.lead(body, inner, now_ms, parameters), parameters)
    out += header_rules.addressees(row, facts)
    out += header_rules.references(row, facts, now_ms)
    out += header_rules.standing(row, facts, now_ms)
    out += header_rules.validity(inner)
    out += paper.wrong(inner.paper, facts.author, now_ms)
    out += rules.wrong(kind, body, parameters)
    out += rules.not_over(row, body, now_ms)
    out += answering.wrong(body, facts, parameters, now_ms)
    out += talks_rules.wrong(body, facts)
    out += contact_rules.wrong(body, facts)
    out += area_rules.wrong(body, facts)
    out += scope.wrong(kind, body, facts)
    if released:
        need = release.needed(kind, facts, body, parameters, release_table)
        out += release.refused(kind, facts, inner, need, body)
    return out


def marks(
    kind: str, facts: HeaderFacts, inner: Inner, body: Body, parameters: Parameters, now_ms: int
) -> tuple[str, ...]:
    """What the entry carries as it goes: `late`, `under-advised`, `incomplete`, `inconsistent`, `excessive`,
    `outside-scope`, in this order.
    """
    ahead = late.lead(body, inner, now_ms, parameters)
    found = (
        ("late", ahead is not None and ahead.late),
        ("under-advised", ahead is not None and ahead.under_advised),
        ("incomplete", bool(complete.missing(kind, body))),
        ("inconsistent", answering.inconsistent(body, parameters)),
        ("excessive", where.excessive(body, parameters)),
        (scope.MARK, bool(_outside(kind, facts, body))),
    )
    return tuple(name for name, holds in found if holds)


def _outside(kind: str, facts: HeaderFacts, body: Body) -> tuple[str, ...]:
    """By what a notice, or the new version inside an amend, is outside the scope of the agreement in force."""
    if facts.life_safety:
        return ()
    if isinstance(body, Amend):
        return scope.outside(body.kind, notice_of(body)[0], facts.line.scope)
    return scope.outside(kind, body, facts.line.scope)


class Settled(NamedTuple):
    """Header fields as the desk would fill them; a person may raise the precedence, and sets the mode
    himself.
    """

    precedence: Precedence
    life_safety: bool
    to: tuple[str, ...]
    reply_by_ms: int


def settle(
    kind: str, facts: HeaderFacts, inner: Inner, body: Body, parameters: Parameters, now_ms: int
) -> Settled:
    """What follows from the kind, its subject and its lead time: flag and precedence of life safety (an
    answer keeps the flag of what it answers), IMMEDIATE when under 10 min ahead, everybody for what goes to
    all, the deadline of an area request.
    """
    row = KINDS[kind]
    flag = row.life_safety == "always" or facts.life_safety
    if row.life_safety == "follows" and facts.subject is not None and facts.subject.life_safety:
        flag = flag or header_rules.may_be_life_safety(row, facts, body, parameters, now_ms)
    chosen = row.precedence if facts.precedence == "ROUTINE" else facts.precedence
    floor = "FLASH" if row.life_safety == "always" else "IMMEDIATE" if flag else "ROUTINE"
    ahead = late.lead(body, inner, now_ms, parameters)
    if ahead is not None and ahead.immediate:
        floor = max(floor, "IMMEDIATE", key=header_rules.PRECEDENCES.index)
    order = header_rules.PRECEDENCES
    best = order[max(order.index(chosen), order.index(floor))]
    others = tuple(party for party in facts.line.members if party != facts.author)
    deadline = facts.reply_by_ms
    if kind == "area.request" and not deadline:
        deadline = now_ms + parameters.area_request_ms
    return Settled(best, flag, others if row.to_all else facts.to, deadline)  # type: ignore[arg-type]


def flagged(facts: HeaderFacts, life_safety: bool) -> HeaderFacts:
    """The facts with the flag of life safety set so."""
    return replace(facts, life_safety=life_safety)


def may_be_life_safety(
    kind: str, facts: HeaderFacts, body: Body, parameters: Parameters, now_ms: int
) -> bool:
    """Whether the flag is possible on this entry (messages.md, Header: life_safety)."""
    return header_rules.may_be_life_safety(KINDS[kind], facts, body, parameters, now_ms)


def with_defaults(body: Body) -> Body:
    """What forms fill in for the officer, so that client and node prepare the same payload: "no admission" in an answer
    to a stop, and the precision that an area of this type has unless its owner chooses (messages.md, area.declare)."""
    return area_rules.with_precision(with_no_admission(body))


def with_no_admission(body: Body) -> Body:
    """An answer to a stop with its "no admission", for forms that fill it in for the officer."""
    if isinstance(body, Reply) and body.answer in STOP_ANSWERS and body.statement is None:
        return Reply(
            **{name: getattr(body, name) for name in body.__struct_fields__} | {"statement": NO_ADMISSION}
        )
    return body
