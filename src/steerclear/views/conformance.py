"""Own movers against what was declared of them, and how many others nobody declared inside agreed areas: at home alone.

Of the others a row says where, how surely and since when, and "presume civil"; no class, no name, no identity
(boundary.md). No query searches these rows; they are what stands now."""

from __future__ import annotations

from typing import Literal

import msgspec

from steerclear.judgement.conformance.rows import Conforming


class MoverRow(msgspec.Struct, frozen=True):
    """One own mover and the own notice under which it moves ('' where none is assigned: then it is not judged)."""

    ident: str
    notice: str
    state: Conforming
    manned: bool | None = None
    beyond_mm: int | None = None
    in_ms: int | None = None
    since_ms: int | None = None
    reason: str = ""
    ringing: bool = False


class UndeclaredRow(msgspec.Struct, frozen=True):
    """Somebody inside an agreed area whom nobody declared. Heights above the ellipsoid, None where not known."""

    area: str
    lat_e7: int
    lon_e7: int
    error_mm: int
    low_tmm: int | None
    high_tmm: int | None
    at_ms: int
    since_ms: int
    presume: Literal["presume civil"] = "presume civil"


class Conformance(msgspec.Struct, frozen=True):
    """`locked`: the node is locked, so that nothing of this is judged. `judged_ms`: when a state last changed,
    or a figure halved or doubled, and so the instant of the figures; None where nobody looked yet."""

    movers: tuple[MoverRow, ...]
    uncoordinated: tuple[UndeclaredRow, ...]
    uncoordinated_count: int
    locked: bool = False
    judged_ms: int | None = None
