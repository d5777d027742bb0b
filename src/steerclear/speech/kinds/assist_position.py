"""`assist.position` (messages.md, assist; boundary.md): its body, what to ask for, and its row."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from steerclear.speech.ask import absent, absent_two_forms
from steerclear.speech.kind import Kind
from steerclear.speech.kinds.common import Body, Channel, Position, Text, Time


class AssistPosition(Body, frozen=True, kw_only=True):
    """Where the people of the `assist` in refs[0] are: an entry of its own, so that its payload is sealed to the named
    rescuer and to nobody else. Two officers sign it. No query, list, board, kit or stream shows it; an officer of
    the rescuer reads it alone, and that it was read stands in the log.
    """

    positions: Annotated[tuple[Position, ...], Meta(max_length=5)] = ()
    at: Time | None = None
    channel: Channel | None = None
    recognition: Text | None = None


def _missing(body: AssistPosition) -> list[str]:
    return absent_two_forms(body.positions) + absent(body, "at")


ROW = Kind(
    "assist.position",
    "contact",
    AssistPosition,
    life_safety="follows",
    precedence="IMMEDIATE",
    release="second",
    subject=("assist",),
    subject_needed=True,
    apart=True,
    missing=_missing,
)
