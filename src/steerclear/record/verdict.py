"""What a check of a kit finds: values that a screen, a print or a script shows as they like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from steerclear.errors import Refused
from steerclear.record.delivery import Delivery
from steerclear.record.manifest import Manifest

Status = Literal["verified", "roots-unchecked", "not-verified"]
EXIT_CODES: Final[Mapping[Status, int]] = {"verified": 0, "not-verified": 1, "roots-unchecked": 3}
"""design/record.md, What a stranger checks: without roots 3."""


class EntryFinding(msgspec.Struct, frozen=True):
    """One chosen entry. Times are Unix ms: `released_ms` is what the author says, `after_ms` and
    `before_ms` what the other parties' cosignatures prove (None: not shown by this kit); `cosigned` is each
    other party's earliest. `payload`: `opened` (it is in the kit and is what was committed to), `left-out`,
    or `none` (the entry has none); `filed`: whoever made the kit says that it is a safety account, left out as
    a rule. `marks` as `admit` gives them."""

    id: str
    log: str
    index: int
    kind: str
    mode: str
    author: str
    signers: tuple[str, ...]
    released_ms: int
    to: tuple[str, ...]
    payload: Literal["opened", "left-out", "none"]
    cosigned: Mapping[str, int]
    after_ms: int | None
    before_ms: int | None
    delivered: Mapping[str, Delivery]
    marks: tuple[str, ...] = ()
    filed: bool = False
    whole_history: bool = False


class SpanEntry(msgspec.Struct, frozen=True):
    """A leaf within a span; `invalid` is why it does not count ('' if it does)."""

    index: int
    id: str
    kind: str
    mode: str
    to: tuple[str, ...]
    refs: tuple[str, ...]
    invalid: str = ""


class SpanFinding(msgspec.Struct, frozen=True):
    """All leaves of `log` with start ≤ index < end. `began_ms` and `ended_ms`: when each party says it saw
    the checkpoint at either end, the author's own cosignature included."""

    log: str
    start: int
    end: int
    entries: tuple[SpanEntry, ...]
    began_ms: Mapping[str, int]
    ended_ms: Mapping[str, int]

    @property
    def kinds(self) -> dict[str, int]:
        """How many entries of each kind count."""
        found: dict[str, int] = {}
        for one in self.entries:
            if not one.invalid:
                found[one.kind] = found.get(one.kind, 0) + 1
        return dict(sorted(found.items()))


class ForkFinding(msgspec.Struct, frozen=True):
    """A log that told two stories: two checkpoints that cannot both be of one append-only log."""

    log: str
    older: int
    newer: int


class NoReplyFinding(msgspec.Struct, frozen=True):
    """That the log of `party`, of `size` leaves when it dated itself at `dated_ms`, held no answer to
    `entry`, of which the party was told not later than `told_ms`, and which asked for one by
    `reply_by_ms`."""

    entry: str
    party: str
    told_ms: int
    reply_by_ms: int
    dated_ms: int
    size: int


class UnheardFinding(msgspec.Struct, frozen=True):
    """That at `looked_ms` nothing was at hand of the log of `party` that it had dated after `reply_by_ms`, and only
    that: the newest head had `size` leaves (0: none), dated `dated_ms` by its author (None: undated)."""

    entry: str
    party: str
    told_ms: int
    reply_by_ms: int
    looked_ms: int
    size: int
    dated_ms: int | None


class Verdict(msgspec.Struct, frozen=True):
    """`lines` are for people, `faults` say field, rule and remedy of everything that does not hold. `notes`
    do not change the verdict, nor does `made_for`, the manifest whose signature and digest hold (None: none does).
    `trusted`: of the `parties`, those whose root fingerprint the checker gave → where he gave it."""

    status: Status
    lines: tuple[str, ...]
    faults: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()
    line: str = ""
    exercise: bool = False
    parties: tuple[str, ...] = ()
    entries: tuple[EntryFinding, ...] = ()
    spans: tuple[SpanFinding, ...] = ()
    forks: tuple[ForkFinding, ...] = ()
    no_replies: tuple[NoReplyFinding, ...] = ()
    unheard: tuple[UnheardFinding, ...] = ()
    made_for: Manifest | None = None
    trusted: Mapping[str, str] = {}

    @property
    def exit_code(self) -> int:
        """0 verified, 1 not, 3 consistent in itself but with no root fingerprints to compare."""
        return EXIT_CODES[self.status]
