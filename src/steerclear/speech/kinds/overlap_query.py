"""`overlap.query` (messages.md, Areas; design/overlap.md): does a plan of ours touch what you keep sealed?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Hash
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no


class OverlapQuery(Body, frozen=True, kw_only=True):
    """No geometry, no time and no kind of movement: a salted commitment to the plan, so that it cannot be changed
    afterwards, in always the same number of slots, so that a query says nothing by its size.

    `parameters` is the hash of the parameters that the asker would run on: another set is a fault, and a fault is
    treated as a conflict. The query itself stands as a conflict until its asker withdraws it, whatever is answered,
    while no side can compute the answer.
    """

    commitment: Hash | None = None
    slots: Annotated[int, Meta(ge=1, le=1_000)] | None = None
    parameters: Hash | None = None


def _wrong(body: OverlapQuery, parameters: Parameters) -> Iterator[Refused]:
    source = "boundary.md; design/overlap.md, Run"
    if body.slots is not None and body.slots != parameters.overlap_slot_count:
        yield no(
            "slots-differ",
            "slots",
            f"every query of this agreement has {parameters.overlap_slot_count} slots",
            f"pad it to {parameters.overlap_slot_count}",
            source,
        )
    if body.parameters is not None and body.parameters != parameters.hash:
        yield no(
            "parameters-differ",
            "parameters",
            "the query names other parameters than those in force",
            f"{parameters.hash}",
            source,
        )


def _missing(body: OverlapQuery) -> list[str]:
    return absent(body, "commitment", "slots", "parameters")


ROW = Kind(
    "overlap.query",
    "area",
    OverlapQuery,
    precedence="PRIORITY",
    release="two",
    answers=SHORT_ANSWERS,
    suspension="planning",
    wrong=_wrong,
    missing=_missing,
)
