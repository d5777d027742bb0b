"""Beginning and keeping the line (messages.md): `introduce`, `line.check`, `line.status`."""

from __future__ import annotations

from typing import Literal

from steerclear.speech.kinds.common import (
    Body,
    Carrier,
    Count,
    DurationMs,
    Hash,
    PartyId,
    Text,
    Time,
    Word,
)

SuspensionCategory = Literal["notices", "exercises", "meetings", "conferences", "visits", "planning"]


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
    beats: tuple[Beat, ...] = ()
    language_ok: bool | None = None
    text: Text | None = None


class LineStatus(Body, frozen=True, kw_only=True):
    """What a party declares about the line. A suspension names its categories, why, and on what terms it
    ends; it is one party's act and ends by that party's own `resumed`, whose refs[0] is the suspension. What
    is observed is measured and never declared here. No category can hold back life safety, answers to it, or
    the checks.
    """

    status: Literal["open", "suspended", "dormant", "resumed"]
    categories: tuple[SuspensionCategory, ...] = ()
    since: Time | None = None
    until: Time | None = None
    reason: Text | None = None
    terms: Text | None = None
