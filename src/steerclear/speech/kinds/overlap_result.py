"""`overlap.result` (messages.md, Areas): overlap, none, uncertain; while no query can be run always `uncertain`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from steerclear.errors import Refused
from steerclear.speech.kind import Kind
from steerclear.speech.kinds.common import Body, Hash
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no


class OverlapResult(Body, frozen=True, kw_only=True):
    """Answers the query in refs[0]. `uncertain` is treated as a conflict, and so is whatever is said by a member whose
    computation this node could not take part in. `run` names the computation, once there is one."""

    answer: Literal["overlap", "none", "uncertain"]
    run: Hash | None = None


def _wrong(body: OverlapResult, parameters: Parameters) -> Iterator[Refused]:
    if body.answer != "uncertain" or body.run is not None:
        yield no(
            "overlap-not-computed",
            "answer",
            "no query was run between the two nodes: nobody knows, so the answer is uncertain",
            "answer uncertain, which both sides treat as a conflict",
            "issue 3; design/overlap.md: a FAULT is treated as a conflict",
        )


ROW = Kind(
    "overlap.result",
    "area",
    OverlapResult,
    precedence="PRIORITY",
    release="two",
    roles=("watch_officer", "releaser", "custodian"),
    subject=("overlap.query",),
    subject_needed=True,
    suspension="planning",
    wrong=_wrong,
)
