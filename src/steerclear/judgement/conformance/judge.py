"""An own mover against its own declared volumes: waiting, inside, leaving, out, overdue, not transmitting.

issue 4 §4; judgement.md, Separation (conformance). Out is what is out whatever the uncertainty: of every volume that is
active now, by place or by height; inside is the rest, so that nobody is called back for an error of a receiver. Leaving
is what will be out so on its present course within `leaving_ms`, looked at every `STEP_MS`. A mover of which no fresh
report stands is `not-judged`: where it is nobody knows, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from steerclear.judgement.conformance.rows import Conforming, Standing
from steerclear.judgement.separation.course import DeclaredLine
from steerclear.judgement.separation.life import Look, Seen
from steerclear.judgement.separation.meeting import Side, carried
from steerclear.space.beyond import beyond_m
from steerclear.space.geodesic import Flags, Floats, to_e7
from steerclear.space.prepare import NotJudgeable, PreparedVolume
from steerclear.speech.kinds.alert import AlertLevel
from steerclear.speech.parameters import Parameters

STEP_MS: Final = 5_000
MOVES_MM_S: Final = 2_000
"""Slower than this a mover does not count as under way when its time is over (ours: a walk)."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What was declared of one own mover: a notice that is not completed or withdrawn. `transmits`: it says that its
    transponder or AIS is on. `lines`: the corridors among the volumes, whose line says where it turns."""

    notice: str
    ident: str
    volumes: tuple[PreparedVolume | NotJudgeable, ...]
    transmits: bool = False
    lines: tuple[DeclaredLine, ...] = ()


def judge(
    declared: Declared,
    side: Side | None,
    heard_ms: int | None,
    now_ms: int,
    parameters: Parameters,
    *,
    live_ms: int | None,
) -> tuple[Standing, ...]:
    """`side`: the mover by its fresh report, None without one; `heard_ms`: when any fresh report of it last held;
    `live_ms`: since when any feed is heard, None while none is: who hears nobody knows of nobody that it is silent.
    The first row is of its place; `overdue` and `not-transmitting` stand beside it."""
    volumes = [volume for volume in declared.volumes if isinstance(volume, PreparedVolume)]
    if not volumes or len(volumes) < len(declared.volumes):
        return (_row(declared, "not-judged", reason="incomplete"),)
    start = min(volume.start_ms for volume in volumes)
    end = max(volume.end_ms for volume in volumes)
    rows = [_place(declared, side, volumes, start, end, now_ms, parameters)]
    if now_ms >= end + parameters.overdue_ms:
        rows.append(_row(declared, "overdue", since_ms=end))
    silent_since = max(at for at in (start, heard_ms, live_ms) if at is not None)
    silent = live_ms is not None and now_ms - silent_since >= parameters.silent_mover_ms
    if declared.transmits and start <= now_ms < end and silent:
        rows.append(_row(declared, "not-transmitting", since_ms=silent_since))
    return tuple(rows)


def _row(declared: Declared, state: Conforming, **more: object) -> Standing:
    return Standing(declared.notice, declared.ident, state, **more)  # type: ignore[arg-type]


def _place(
    declared: Declared,
    side: Side | None,
    volumes: Sequence[PreparedVolume],
    start: int,
    end: int,
    now_ms: int,
    parameters: Parameters,
) -> Standing:
    if side is None:
        return _row(declared, "not-judged", reason="not-seen")
    if now_ms < start:
        return _row(declared, "waiting")
    if now_ms >= end:
        moves = side.east_mm_s**2 + side.north_mm_s**2 >= MOVES_MM_S**2
        return _row(declared, "out", reason="time") if moves else _row(declared, "waiting")
    steps = np.arange(0.0, parameters.leaving_ms + 1, STEP_MS)
    beyond_mm, high = course(side, volumes, now_ms, steps)
    if beyond_mm[0] > 0 or high[0]:
        place = beyond_mm[0] > 0
        return _row(
            declared,
            "out",
            beyond_mm=int(beyond_mm[0]) if place and np.isfinite(beyond_mm[0]) else None,
            reason="place" if place and np.isfinite(beyond_mm[0]) else "height" if high[0] else "time",
        )
    gone = np.flatnonzero(((beyond_mm > 0) | high) & (now_ms + steps < end))
    if len(gone):
        return _row(declared, "leaving", in_ms=int(steps[gone[0]]))
    return _row(declared, "inside")


def course(side: Side, volumes: Sequence[PreparedVolume], now_ms: int, steps: Floats) -> tuple[Floats, Flags]:
    """At each step: how far outside all volumes active then, at least, mm (inf where none is active); and whether it is
    within the outline of one, and out of all such by height alone."""
    places = [to_e7(carried(side, int(now_ms + step))) for step in steps.tolist()]
    lat, lon = (np.array([place[i] for place in places], np.float64) for i in (0, 1))
    passed_s = (now_ms + steps - side.at_ms) / 1e3
    error_mm = side.error_mm + side.velocity_error_mm_s * np.abs(passed_s)
    outside = np.full((len(volumes), len(steps)), np.inf)
    level = np.zeros((len(volumes), len(steps)), np.bool_)
    for i, volume in enumerate(volumes):
        active = (volume.start_ms <= now_ms + steps) & (now_ms + steps < volume.end_ms)
        outside[i] = np.where(active, beyond_m(volume.core, lat, lon) * 1e3 - error_mm, np.inf)
        level[i] = _level(side, volume, passed_s)
    place: Floats = outside.min(axis=0)
    held = outside <= 0
    too_high = np.logical_and(held.any(axis=0), ~(held & level).any(axis=0))
    return place, np.asarray(too_high)


def _level(side: Side, volume: PreparedVolume, passed_s: Floats) -> Flags:
    """Whether the mover may be within the volume's heights at each step."""
    if side.low_tmm is None or side.high_tmm is None:
        return np.ones(len(passed_s), np.bool_)
    rates = side.up_low_mm_s * passed_s * 10, side.up_high_mm_s * passed_s * 10
    low, high = side.low_tmm + np.minimum(*rates), side.high_tmm + np.maximum(*rates)
    within: Flags = (low <= volume.ceiling.high_tmm) & (high >= volume.floor.low_tmm)
    return within


# ---- its life

_LEVELS: Final[dict[Conforming, AlertLevel]] = {
    "leaving": "caution",
    "out": "warning",
    "overdue": "caution",
    "not-transmitting": "warning",
}


def look(standings: Sequence[Standing], now_ms: int) -> Look[Standing]:
    """What these show at one instant, for `separation.life.step`: leaving becomes out as a caution becomes a warning;
    overdue and silence have lives of their own, which need no report."""
    seen, fresh = [], set()
    for one in standings:
        if one.state not in ("not-judged", "overdue", "not-transmitting"):
            fresh.add(one.ident)
        level = _LEVELS.get(one.state)
        if level is not None:
            seen.append(Seen(key_of(one), level, -(one.beyond_mm or 0), one))
    return Look(now_ms, tuple(seen), frozenset(fresh))


def key_of(one: Standing) -> tuple[str, ...]:
    """Leaving and out are one life; what is known by silence needs no mover's report."""
    if one.state in ("overdue", "not-transmitting"):
        return ("", one.ident, one.notice, one.state)
    return (one.ident, "", one.notice, "volume")
