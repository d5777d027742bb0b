"""What the desk asks of humanitarian notification beyond its bodies: who reports where a movement is, when a test was,
when a site was verified, and what a notification officer may answer (messages.md, Roles: checks completeness, never
approves or refuses).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from steerclear.errors import Malformed, Refused
from steerclear.speech.facts import HeaderFacts
from steerclear.speech.kind import MOVEMENTS, SITES
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.movement_complete import MovementComplete
from steerclear.speech.kinds.movement_position import MovementPosition
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.kinds.site_notify import verified_ahead
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no
from steerclear.speech.versions import notice_of
from steerclear.units import parse_time

KINDS_CHECKED: Final = (*SITES, *MOVEMENTS)
ASKS: Final = ("QUERY", "NOT_UNDERSTOOD")
"""What a notification officer may answer: that something is missing or not clear."""
OFFICER: Final = "notification_officer"


def wrong(body: Body, facts: HeaderFacts, parameters: Parameters, now_ms: int) -> Iterator[Refused]:
    """Faults of a report on a movement, of when a site was verified, and of an answer that a notification officer
    signs."""
    yield from _verified(body, parameters, now_ms)
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


def _verified(body: Body, parameters: Parameters, now_ms: int) -> Iterator[Refused]:
    """Of a site, or of its new version inside an amend. Clocks may differ by the time after which a line counts as
    degraded (a minute), as in `procedure.lead`."""
    notice = notice_of(body)[0] if isinstance(body, Amend) else body
    if verified_ahead(notice, now_ms, parameters.degraded_after_ms):
        yield no(
            "verified-ahead",
            "body.notice.verified_at" if isinstance(body, Amend) else "body.verified_at",
            "a site was verified before it is notified",
            "write when it was verified, or leave it out until it is",
            "messages.md, site.notify",
        )


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
