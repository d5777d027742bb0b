"""`dissemination` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from typing import Literal

from steerclear.speech.ask import absent
from steerclear.speech.kind import CHANGEABLE, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Count, EntryId, Hash, ReadBackCode, Time


class Dissemination(Body, frozen=True, kw_only=True):
    """How far one version of a notice has been told on at the addressee's side.

    Outward it is a `word` and a salted commitment of n of m (`count_commitment` below); `confirmed` (n) and
    `units` (m) stay at home: the desk lets them stand only in an entry that has no addressee but its author's
    own party. `notice` is the version confirmed, `code` the read-back code that the unit spoke; the word
    lapses at `counts_until` (end of the unit's shift as the addressee says, 12 h at most) and with every new
    version.
    """

    word: Literal["none", "headquarters", "part", "all"]
    notice: EntryId | None = None
    code: ReadBackCode | None = None
    counts_until: Time | None = None
    count_commitment: Hash | None = None
    confirmed: Count | None = None
    units: Count | None = None


def _missing(body: Dissemination) -> list[str]:
    if body.word in ("none", "headquarters"):
        return absent(body, "notice")
    return absent(body, "notice", "code", "counts_until")


ROW = Kind(
    "dissemination",
    "answer",
    Dissemination,
    life_safety="follows",
    subject=(*CHANGEABLE, "amend"),
    subject_needed=True,
    at_home="may",
    answers=SHORT_ANSWERS,
    missing=_missing,
)
