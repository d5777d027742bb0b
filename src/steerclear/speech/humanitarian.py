"""What the desk asks of humanitarian notification beyond its bodies: who reports where a movement is, when a test was,
and what a notification officer may answer (messages.md, Roles: checks completeness, never approves or refuses).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from steerclear.errors import Malformed, Refused
from steerclear.speech.facts import HeaderFacts
from steerclear.speech.kind import MOVEMENTS, SITES
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.movement_complete import MovementComplete
from steerclear.speech.kinds.movement_position import MovementPosition
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.refusing import no
from steerclear.units import parse_time

KINDS_CHECKED: Final = (*SITES, *MOVEMENTS)
ASKS: Final = ("QUERY", "NOT_UNDERSTOOD")
"""What a notification officer may answer: that something is missing or not clear."""
OFFICER: Final = "notification_officer"


def wrong(body: Body, facts: HeaderFacts, now_ms: int) -> Iterator[Refused]:
    """Faults of a report on a movement, and of an answer that a notification officer signs."""
    if isinstance(body, MovementPosition):
        own = facts.subject is None or facts.subject.author == facts.author
        if not own and body.event != "contact_test":
            yield no(
                "not-the-author",
                "body.event",
                "where a movement is, its author alone reports",
                "send a contact_test, or a reply",
                "messages.md, movement.position",
            )
    if isinstance(body, MovementPosition | MovementComplete):
        yield from _not_ahead(body.at, now_ms)
    if isinstance(body, Reply):
        yield from _checks_only(body, facts)


def _not_ahead(at: str | None, now_ms: int) -> Iterator[Refused]:
    try:
        ahead = at is not None and parse_time(at) > now_ms
    except Malformed:
        return  # the bad time itself is refused by `rules`
    if ahead:
        yield no(
            "not-yet", "body.at", "a report is about what has happened", "write when it was", "messages.md"
        )


def _checks_only(body: Reply, facts: HeaderFacts) -> Iterator[Refused]:
    if not any(signer.roles and signer.roles <= {OFFICER} for signer in facts.signers):
        return
    about = facts.subject.about if facts.subject is not None else ""
    if about in KINDS_CHECKED and body.answer in ASKS:
        return
    yield no(
        "notification-officer-checks",
        "body.answer",
        "a notification officer checks that a humanitarian notification is complete, and neither approves nor refuses",
        "answer QUERY or NOT_UNDERSTOOD to a site or a movement, or leave the answer to the watch",
        "messages.md, Roles: notification officer",
    )
