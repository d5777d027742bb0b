"""Of a claim: accounts side by side, and what stands beside them."""

from __future__ import annotations

import msgspec


class ClaimCount(msgspec.Struct, frozen=True):
    """A number as one party claims it; never summed with another's, never without whose it is."""

    party: str
    unit: str
    of_whom: str
    least: int
    most: int | None = None


class ClaimAccount(msgspec.Struct, frozen=True):
    """One party's account of the event. `flags`: `published-before-event`. `notices` are those that it names."""

    party: str
    entry: str
    kind: str
    happening: str
    begin_ms: int | None
    end_ms: int | None
    place: str
    counts: tuple[ClaimCount, ...]
    source: str
    published_ms: int | None
    rule: str
    notices: tuple[str, ...]
    evidence: tuple[str, ...]
    flags: tuple[str, ...] = ()


class NoticeWindow(msgspec.Struct, frozen=True):
    """How a claimed interval lies to the window of a notice: `inside`, `outside`, `partly`, `unknown`."""

    notice: str
    how: str


class ClaimWord(msgspec.Struct, frozen=True):
    """Where a party stands (or, of a finding, what it came to), as it said at an instant."""

    party: str
    entry: str
    says: str
    at_ms: int


class ClaimEvidence(msgspec.Struct, frozen=True):
    """A file by its hash; `custody` in order, `gaps` steps that took it over without having received it."""

    party: str
    entry: str
    sha256: str
    what: str
    custody: tuple[str, ...]
    gaps: int


class Claim(msgspec.Struct, frozen=True):
    """Everything said of a claimed event, side by side. `states`: party → its newest word. Nothing is totalled and
    nothing decided."""

    accounts: tuple[ClaimAccount, ...]
    statements: tuple[ClaimWord, ...]
    evidence: tuple[ClaimEvidence, ...]
    findings: tuple[ClaimWord, ...]
    states: dict[str, str]
    contradictions: tuple[str, ...]
