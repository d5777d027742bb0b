"""The desk's rules of contact that need the header and the entry spoken of: calls, identity, the rescuer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from steerclear.errors import Refused
from steerclear.speech.facts import HeaderFacts
from steerclear.speech.kinds.alert import Alert
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.assist import Assist
from steerclear.speech.kinds.assist_position import AssistPosition
from steerclear.speech.kinds.call import Call
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.identity_query import IDENTITY_ANSWERS
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.refusing import no
from steerclear.speech.versions import notice_of

_ASSIST: Final = "messages.md, assist; boundary.md"


def wrong(body: Body, facts: HeaderFacts) -> Iterator[Refused]:
    """What is wrong with a body of contact, seen with the header and the entry that it is about."""
    if isinstance(body, Amend) and body.kind == "assist":
        body = notice_of(body)[0] or body
    if isinstance(body, Call):
        yield from _call(body, facts)
    elif isinstance(body, AssistPosition):
        yield from _position(facts)
    elif isinstance(body, Assist):
        yield from _rescuer(body, facts)
    elif isinstance(body, Alert):
        yield from _alert(body, facts)
    elif isinstance(body, Reply) and facts.subject is not None and facts.subject.about == "identity.query":
        yield from _identity(body)


def _call(body: Call, facts: HeaderFacts) -> Iterator[Refused]:
    about = facts.subject is not None and facts.subject.life_safety
    if body.state == "parked" and (facts.life_safety or about):
        yield no(
            "life-safety-parked",
            "body.state",
            "a life-safety call may not be parked, for nobody and for no minute",
            "give it to whoever is there: answered or handed_to; anybody on watch may take it",
            "messages.md, call; scenarios.md, AT01",
        )


def _position(facts: HeaderFacts) -> Iterator[Refused]:
    """Exactly the rescuer whom the newest version of the `assist` names."""
    held = facts.subject.body if facts.subject is not None and facts.subject.kind != "reply" else None
    named = held.rescuer if isinstance(held, Assist) else None
    if facts.subject is not None and facts.subject.author != facts.author:
        yield no(
            "not-the-author",
            "refs[0]",
            "where people are is passed on by whoever asked for the help",
            "leave it to its author",
            _ASSIST,
        )
    elif isinstance(held, Assist) and named is None:
        yield no(
            "rescuer-not-named",
            "refs[0]",
            "the exact position goes to the named rescuer alone, and the assist names none",
            "amend the assist with its rescuer, then pass the position",
            _ASSIST,
        )
    if len(facts.to) != 1 or (named is not None and facts.to != (named,)):
        yield no(
            "rescuer-alone",
            "to",
            "the exact position goes to the named rescuer and to nobody else",
            f"address {named or 'the named rescuer'} alone",
            _ASSIST,
        )


def _alert(body: Alert, facts: HeaderFacts) -> Iterator[Refused]:
    """`raised` begins an alert; how it goes on its author alone says."""
    if (body.step == "raised") != (not facts.refs):
        yield no(
            "step-without-alert",
            "refs",
            "raised begins an alert of its own; confirmed and cleared name it in refs[0]",
            "name the alert, or leave it out",
        )
    elif facts.subject is not None and facts.subject.author != facts.author:
        yield no("not-the-author", "refs[0]", "how an alert goes on its author says", "answer it instead")


def _rescuer(body: Assist, facts: HeaderFacts) -> Iterator[Refused]:
    if body.rescuer is not None and (body.rescuer == facts.author or body.rescuer not in facts.line.members):
        yield no(
            "not-a-member",
            "body.rescuer",
            "the rescuer is another member of the line",
            "name a member",
            _ASSIST,
        )


def _identity(body: Reply) -> Iterator[Refused]:
    """The code alone: free text could say of the present whose it is not (boundary.md)."""
    if body.answer not in IDENTITY_ANSWERS:
        return
    for name in ("text", "reason", "where", "until", "proposal", "fields"):
        if getattr(body, name) not in (None, ()):
            yield no(
                "code-alone",
                f"body.{name}",
                'to "is it yours?" the code is the whole answer; nothing beside it can say whose it is not',
                "leave it out",
                "messages.md, identity.query; boundary.md",
            )
