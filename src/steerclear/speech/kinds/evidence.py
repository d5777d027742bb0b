"""`evidence` (messages.md, Accountability): a file by its hash, with who had it in hand and when."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Malformed, Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import MAX_SAFE, Body, Hash, Text, Time, Word
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no
from steerclear.units import parse_time


class Custody(Body, frozen=True, kw_only=True):
    """One step: who had it, from when, and what was done with it."""

    at: Time
    held_by: Word
    did: Literal["recorded", "received", "copied", "examined", "handed_on", "sealed", "stored"]


class Evidence(Body, frozen=True, kw_only=True):
    """What is larger than a payload goes by its hash (messages.md, Header); the file itself is handed over by other
    means and is the same file exactly when its SHA-256 is this.
    """

    sha256: Hash
    size_bytes: Annotated[int, Meta(ge=0, le=MAX_SAFE)] | None = None
    what: (
        Literal["video", "photo", "audio", "radar", "log", "document", "transponder", "debris", "other"]
        | None
    ) = None
    recorded_from: Time | None = None
    recorded_until: Time | None = None
    custody: Annotated[tuple[Custody, ...], Meta(max_length=100)] = ()
    text: Text | None = None


def _wrong(body: Evidence, parameters: Parameters) -> Iterator[Refused]:
    try:
        times = [parse_time(step.at) for step in body.custody]
    except Malformed:
        return  # the bad time itself is refused with its field
    for i, (before, after) in enumerate(pairwise(times)):
        if after < before:
            yield no(
                "custody-out-of-order",
                f"custody[{i + 1}].at",
                "custody is told in order of time",
                "put the steps in order",
                "messages.md, Accountability: evidence (hash, custody)",
            )


def _missing(body: Evidence) -> list[str]:
    return absent(body, "what", "size_bytes", "custody")


ROW = Kind(
    "evidence",
    "accountability",
    Evidence,
    answers=SHORT_ANSWERS,
    subject=("incident", "claim", "counterclaim", "encounter.report", "finding"),
    subject_needed=True,
    wrong=_wrong,
    missing=_missing,
)
