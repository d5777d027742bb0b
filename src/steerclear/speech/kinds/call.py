"""`call` (messages.md, Kinds): its body, what to ask for, and its row."""

from __future__ import annotations

from typing import Literal

from steerclear.speech.ask import absent
from steerclear.speech.kind import ANY, OFFICERS, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Carrier, Hash, Text, Time, Word
from steerclear.speech.kinds.receipt import ReadBack

CallState = Literal["ringing", "answered", "parked", "handed_to", "ended"]


class Call(Body, frozen=True, kw_only=True):
    """One word of a spoken call as it goes. refs[0] is the word of the call before it; of a call's first word the
    entry that the call is about, if any. Either side says how the call stands; nothing said is changed.

    `post` is whom the state names: who answered, for whom it is parked, to whom it was handed. A life-safety call may
    not be parked (AT01: 27 minutes); another that is parked for 30 s alarms. By a carrier without a voice `ended` says
    that the message went. `read_back` is what the other end read back, `recording` the hash of a recording.
    """

    state: CallState
    direction: Literal["outgoing", "incoming"] | None = None
    carrier: Carrier | None = None
    post: Word | None = None
    interpreter: Word | None = None
    read_back: ReadBack | None = None
    at: Time | None = None
    recording: Hash | None = None
    text: Text | None = None


def _missing(body: Call) -> list[str]:
    return absent(body, "carrier") + (absent(body, "post") if body.state in NAMES_A_POST else [])


NAMES_A_POST = ("answered", "parked", "handed_to")

ROW = Kind(
    "call",
    "keeping",
    Call,
    life_safety="follows",
    release="watch",
    roles=(*OFFICERS, "liaison"),
    subject=(ANY,),
    answers=SHORT_ANSWERS,
    at_home="may",
    missing=_missing,
)
