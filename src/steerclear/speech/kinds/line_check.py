"""`line.check` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.kind import OFFICERS, Kind
from steerclear.speech.kinds.common import Body, Carrier, Count, DurationMs, PartyId, Text, Time
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered


class Beat(Body, frozen=True, kw_only=True):
    """The heartbeats with one peer since the last check, summed up."""

    peer: PartyId
    expected: Count
    heard: Count
    latency_median_ms: DurationMs | None = None
    latency_worst_ms: DurationMs | None = None
    skew_ms: int | None = None


class LineCheck(Body, frozen=True, kw_only=True):
    """That the line works: by machine every 60 min, by a person daily, at each change of watch and on each
    carrier listed for life safety. `text` is neutral, as on the 1963 line: it says nothing about events or
    places.
    """

    by: Literal["machine", "person"]
    occasion: (
        Literal["periodic", "daily", "change_of_watch", "carrier_test", "first", "after_silence"] | None
    ) = None
    carrier: Carrier | None = None
    window_start: Time | None = None
    window_end: Time | None = None
    beats: Annotated[tuple[Beat, ...], Meta(max_length=200)] = ()
    language_ok: bool | None = None
    text: Text | None = None


def _wrong(body: LineCheck, parameters: Parameters) -> Iterator[Refused]:
    yield from ordered(body.window_start, body.window_end, "window_end")
    for i, beat in enumerate(body.beats):
        if beat.heard > beat.expected:
            yield no(
                "heard-more-than-sent", f"beats[{i}].heard", "no more can be heard than sent", "count again"
            )


ROW = Kind(
    "line.check",
    "keeping",
    LineCheck,
    release="watch",
    roles=(*OFFICERS, "liaison", "linguist", "node"),
    at_home="may",
    answers=("NOTED", "NOT_UNDERSTOOD", "QUERY"),
    wrong=_wrong,
)
