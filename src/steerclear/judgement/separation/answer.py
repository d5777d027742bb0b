"""What a judgement of two movers returns (judgement.md): the pair, when, by how much, under which rule and parameters,
how surely, and one of conflict, no_conflict, not_judged. Integers, rounded towards the worse case; no position."""

from __future__ import annotations

import hashlib
from typing import Final, Literal

import msgspec

from steerclear.judgement.answer import Verdict
from steerclear.record import jcs
from steerclear.speech.kinds.alert import AlertLevel
from steerclear.speech.separation import WellClear

MOVERS_VERSION: Final = "movers/1"
"""Changes whenever the same states could get another answer; part of the hash."""

VMD: Final = "the least vertical distance that the altitudes' intervals allow at the horizontal CPA"
Unjudged = Literal["", "no-velocity", "no-uncertainty", "no-minima", "aged", "other-mode", "impossible"]
Mark = Literal["whole-column", "climb-unknown", "straight-only", "endless"]


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From (included) to (not included), Unix ms; the first rounded down, the last up."""

    from_ms: int
    to_ms: int


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the agreement asks of the two classes; `vertical_mm` None: altitude does not count. `z_percent`: standard
    deviations by which the worst case widens the horizontal minimum."""

    horizontal_mm: int
    vertical_mm: int | None
    look_ahead_ms: int
    caution_ms: int
    warning_ms: int
    z_percent: int


class Clear(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Well clear in the terms of DO-365: the table used, τ_mod and TCOA now, and when it is violated (None: not within
    the look-ahead)."""

    table: WellClear
    tau_mod_ms: int | None
    violated: Span | None


class MoverJudgement(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One explained answer about two movers, `a` before `b` by id, as seen at `at_ms` (the later of their times).

    `horizontal_mm`/`vertical_mm`: how far apart they are now, the least that is possible; `cpa_ms`: after how long they
    are nearest horizontally, `hmd_mm` how near, `vmd_mm` the vertical distance then (see `VMD`). `loss`: separation is
    lost by the bare minima, `worst_loss`: by those widened with both sides' uncertainty. `tau_ms`, `tau_mod_ms` (DMOD
    is the horizontal minimum) and `tcoa_ms` are of now, None where they close in neither way. `ahead_ms`: how far ahead
    was judged. `level`: what an alert would be."""

    judge_version: str
    rule: Literal["movers"] = "movers"
    agreement: str
    a: str
    b: str
    verdict: Verdict
    reason: Unjudged = ""
    level: AlertLevel | None = None
    at_ms: int | None = None
    ahead_ms: int | None = None
    asked: Asked | None = None
    horizontal_mm: int | None = None
    vertical_mm: int | None = None
    cpa_ms: int | None = None
    hmd_mm: int | None = None
    vmd_mm: int | None = None
    loss: Span | None = None
    worst_loss: Span | None = None
    tau_ms: int | None = None
    tau_mod_ms: int | None = None
    tcoa_ms: int | None = None
    sigma_pos_mm: int | None = None
    sigma_vel_mm_s: int | None = None
    well_clear: Clear | None = None
    marks: tuple[Mark, ...] = ()


def movers_hash(judgement: MoverJudgement) -> str:
    """SHA-256 over the whole answer with its `judge_version`: two nodes with the same two states compare it."""
    plain = {name: getattr(judgement, name) for name in MoverJudgement.__struct_fields__}
    bytes_ = jcs.dumps(msgspec.to_builtins(MoverJudgement(**plain)))
    return hashlib.sha256(b"steerclear/judgement/v1\n" + bytes_).hexdigest()
