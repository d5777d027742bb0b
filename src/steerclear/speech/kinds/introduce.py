"""`introduce` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Carrier, Hash, PartyId, Time, Word


class Introduce(Body, frozen=True, kw_only=True):
    """A party confirms that it compared the peer's card over a second carrier, all twelve spoken words equal.

    Until both confirmations stand the line is `unauthenticated` and carries life safety only. `same` false
    says that the words differed: the peer stays unauthenticated and the watch is alarmed.
    """

    peer: PartyId
    card: Hash
    same: bool
    carrier: Carrier | None = None
    compared_with: Word | None = None
    at: Time | None = None


def _missing(body: Introduce) -> list[str]:
    return absent(body, "carrier", "at")


ROW = Kind(
    "introduce",
    "keeping",
    Introduce,
    precedence="PRIORITY",
    answers=SHORT_ANSWERS,
    to_all=True,
    unauthenticated=True,
    missing=_missing,
)
