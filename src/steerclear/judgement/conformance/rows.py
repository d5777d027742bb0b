"""What conformance answers: how an own mover keeps to what was declared of it, and that nobody declared another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Conforming = Literal["waiting", "inside", "leaving", "out", "overdue", "not-transmitting", "not-judged"]
PRESUME_CIVIL: Final = "presume civil"


@dataclass(frozen=True, slots=True)
class Standing:
    """One own mover against one own notice. `beyond_mm`: how far outside at least (`out`), or None. `in_ms`: how soon
    it is out whatever the uncertainty (`leaving`), which is later than where it nominally crosses. `since_ms`: since
    when the state holds by itself (`overdue`, `not-transmitting`), else None. `reason` says why it is `not-judged`, and
    of `out` whether by `place`, `height` or `time`."""

    notice: str
    ident: str
    state: Conforming
    beyond_mm: int | None = None
    in_ms: int | None = None
    since_ms: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Uncoordinated:
    """Somebody inside an agreed area whom nobody declared: presume civil. There is no class here, no name and no
    identity, nowhere to put one, and no entry that could carry it (boundary.md)."""

    area: str
    lat_e7: int
    lon_e7: int
    error_mm: int
    low_tmm: int | None
    high_tmm: int | None
    at_ms: int
    presume: Literal["presume civil"] = PRESUME_CIVIL
