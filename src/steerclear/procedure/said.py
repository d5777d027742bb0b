"""`Said`: one admitted entry as this node holds it, and the order in which entries are folded.

Order and time come from record.md: fold order is (depth, origin, index); the time of an entry is an interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec

from steerclear.record.header import Header

Held = Literal["held", "none", "not_addressed", "missing", "locked", "erased", "malformed"]
Key = tuple[int, str, int]

_HELD_RANK = ("held", "none", "malformed", "locked", "erased", "missing", "not_addressed")


@dataclass(frozen=True, slots=True)
class Said:
    """An entry with what this node knows of it.

    `body` is the payload's struct when it read well, `raw` the payload's JSON as it arrived (`None` when not
    held), `marks` those of arrival (`malformed`, `no-zone`, `seen-ahead`, `unlogged` …).
    `after_ms`/`before_ms` are the entry's time interval (`None`: no bound yet). `delivered` maps an addressee
    to the ms of the cosignature that delivered the entry to it. `readback` is the four-character code of this
    version, '' where the payload is not held. An entry of an author other than the one its `refs` belong to
    is kept; the fold decides what it may do.
    """

    id: str
    origin: str
    index: int
    depth: int
    header: Header
    inner: Any = None
    body: msgspec.Struct | None = None
    raw: Mapping[str, Any] | None = None
    held: Held = "held"
    marks: tuple[str, ...] = ()
    after_ms: int | None = None
    before_ms: int | None = None
    delivered: Mapping[str, int] = field(default_factory=dict)
    readback: str = ""

    @property
    def author(self) -> str:
        return self.header.author

    @property
    def kind(self) -> str:
        return self.header.kind

    @property
    def key(self) -> Key:
        """Where the entry stands in the fold order (record.md, One log per party per line)."""
        return (self.depth, self.origin, self.index)

    @property
    def at_ms(self) -> int:
        """The author's stated release, moved into the proven interval where it lies outside it.

        Used for what is counted *from* an entry; what is judged *of* an entry uses the interval
        (`times.verdict`).
        """
        at = self.header.released_ms
        if self.after_ms is not None:
            at = max(at, self.after_ms)
        if self.before_ms is not None:
            at = min(at, self.before_ms)
        return at

    @property
    def readable(self) -> bool:
        return self.body is not None or self.raw is not None


def ordered(entries: Iterable[Said]) -> tuple[Said, ...]:
    """Each entry once, in fold order: what every fold starts with, so that arrival order and duplicates
    vanish.

    The same id twice (a stand-alone note carried first and logged later) is one entry at the earlier place.
    """
    once: dict[str, Said] = {}
    for said in entries:
        other = once.get(said.id)
        once[said.id] = said if other is None else merge(other, said)
    return tuple(sorted(once.values(), key=_by_key))


def merge(one: Said, two: Said) -> Said:
    """Two sightings of one id: the earlier place, the narrowest interval, everything known of it.
    Commutative.
    """
    first, second = sorted((one, two), key=_by_key)
    held, other = sorted((first, second), key=lambda said: (_HELD_RANK.index(said.held), said.key))
    delivered = dict(first.delivered)
    for party, at in second.delivered.items():
        delivered[party] = min(at, delivered.get(party, at))
    return replace(
        first,
        inner=held.inner if held.inner is not None else other.inner,
        body=held.body if held.body is not None else other.body,
        raw=held.raw if held.raw is not None else other.raw,
        held=held.held,
        marks=tuple(sorted({*first.marks, *second.marks})),
        after_ms=_pick(max, first.after_ms, second.after_ms),
        before_ms=_pick(min, first.before_ms, second.before_ms),
        delivered=delivered,
        readback=held.readback or other.readback,
    )


def _by_key(said: Said) -> tuple[int, str, int, str]:
    return (*said.key, said.id)


def _pick(choose: Any, one: int | None, two: int | None) -> int | None:
    known = [value for value in (one, two) if value is not None]
    return choose(known) if known else None


def same_play(one: str, two: str) -> bool:
    """Whether two modes count together: REAL with REAL alone (messages.md, Header: what is not REAL has its own timers
    and counters).
    """
    return (one == "REAL") == (two == "REAL")
