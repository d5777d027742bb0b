"""`demarche` (messages.md, Accountability): what was said by another way, put on record; no answer is due."""

from __future__ import annotations

from typing import Literal

from steerclear.speech.ask import absent
from steerclear.speech.kind import Kind
from steerclear.speech.kinds.common import Body, Carrier, Hash, Text, Time, Word


class Demarche(Body, frozen=True, kw_only=True):
    """A note or call of diplomats, as its author received or delivered it. It is received; no answer is due, and
    silence to it means nothing.
    """

    direction: Literal["received", "delivered"] | None = None
    at: Time | None = None
    carrier: Carrier | None = None
    office: Word | None = None
    text_hash: Hash | None = None
    text: Text | None = None


def _missing(body: Demarche) -> list[str]:
    return absent(body, "direction", "at", "carrier", "office")


ROW = Kind(
    "demarche",
    "accountability",
    Demarche,
    roles=("watch_officer", "releaser", "liaison"),
    answer_due=False,
    missing=_missing,
)
