"""Two movers judged: their paths cut into straight pieces, every piece computed by the kernels, and one answer of it.

Used by the what-if, by tests and by whoever holds two states; what looks at very many movers each second uses
`kernels.pairs` with `tables.minima_of`, the same minima and the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final

import msgspec
import numpy as np

from steerclear.judgement.rules import Rules
from steerclear.judgement.separation import measures, wellclear
from steerclear.judgement.separation.answer import (
    MOVERS_VERSION,
    Asked,
    Clear,
    Mark,
    MoverJudgement,
    Span,
    Unjudged,
)
from steerclear.judgement.separation.clearing import level_of
from steerclear.judgement.separation.path import Path, path_of, spans
from steerclear.judgement.separation.state import State, between
from steerclear.judgement.separation.tables import straight_ms
from steerclear.kernels import Geometry, Movers, pairwise
from steerclear.speech.parameters import Parameters
from steerclear.speech.separation import Separation

ENDLESS_MS: Final = 2**53 - 1
SAME_M: Final = 1e-3


def judge_movers(states: Iterable[State], rules: Rules) -> tuple[MoverJudgement, ...]:
    """Every two of these movers, once each: conflicts first, then what was not judged, then the rest, by id. The same
    id twice is the same mover: the newest state counts."""
    newest: dict[str, State] = {}
    for state in states:
        if state.id not in newest or state.at_ms > newest[state.id].at_ms:
            newest[state.id] = state
    every = sorted(newest.values(), key=lambda state: state.id)
    order = {"conflict": 0, "not_judged": 1, "no_conflict": 2}
    found = [judge_two(a, b, rules) for a, b in combinations(every, 2)]
    return tuple(sorted(found, key=lambda one: (order[one.verdict], one.a, one.b)))


def judge_two(one: State, two: State, rules: Rules) -> MoverJudgement:
    """The answer about two movers, in whichever order they are given."""
    a, b = sorted((one, two), key=lambda state: state.id)
    known = MoverJudgement(
        judge_version=MOVERS_VERSION, agreement=rules.name, a=a.id, b=b.id, verdict="not_judged"
    )
    row = rules.parameters.separation_for(a.mover, b.mover)
    why = _unjudged(a, b, row)
    if why:
        return msgspec.structs.replace(known, reason=why)
    paths = tuple(path_of(state, straight_ms(rules.parameters, state.mover)) for state in (a, b))
    start = max(a.at_ms, b.at_ms)
    until = min(start + row.look_ahead_ms, *(path.until_ms for path in paths))
    if until <= start:
        return msgspec.structs.replace(known, reason="aged", at_ms=start)
    return _judged(known, (paths[0], paths[1]), row, rules.parameters, start, until)


def _unjudged(a: State, b: State, row: Separation) -> Unjudged:
    if (a.mode == "REAL") != (b.mode == "REAL") or a.mode != b.mode:
        return "other-mode"
    if not row.horizontal_mm:
        return "no-minima"
    if any(state.east_mm_s is None or state.north_mm_s is None for state in (a, b)):
        return "no-velocity"
    return ""


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Every span of the paths with its geometry, nominal and worst case, and what is known of the uncertainty."""

    spans: list[tuple[int, int]]
    nominal: Geometry
    worst: Geometry | None


def _judged(
    known: MoverJudgement,
    paths: tuple[Path, Path],
    row: Separation,
    parameters: Parameters,
    start: int,
    until: int,
) -> MoverJudgement:
    pieces = _pieces(paths, row, parameters.separation_z_percent / 100, start, until)
    if not pieces.nominal.judged.all():
        return msgspec.structs.replace(known, reason="impossible")
    loss = _span(pieces.spans, pieces.nominal)
    worst = _span(pieces.spans, pieces.worst) if pieces.worst is not None else None
    clear = _well_clear(pieces, parameters) if parameters.well_clear != "none" else None
    certain = pieces.worst is not None
    lost = loss is not None or worst is not None
    g = pieces.nominal
    ss, sv, heights = float(g.ss[0]), float(g.sv[0]), _heights(g, 0)
    return msgspec.structs.replace(
        known,
        verdict="conflict" if lost else "no_conflict" if certain else "not_judged",
        reason="" if lost or certain else "no-uncertainty",
        level=level_of(_in_ms(start, worst or loss), row, _in_ms(start, clear.violated if clear else None)),
        at_ms=start,
        ahead_ms=until - start,
        asked=_asked(row, parameters),
        horizontal_mm=_down(float(g.range_m[0]) * 1000),
        vertical_mm=_down(measures.vmd(*heights, 0.0) * 1000),
        **_nearest(pieces),
        loss=loss,
        worst_loss=worst,
        tau_ms=_ms(measures.tau(ss, sv)),
        tau_mod_ms=_ms(measures.tau_mod(ss, sv, row.horizontal_mm / 1000)),
        tcoa_ms=_ms(measures.tcoa(*heights)),
        **_sigmas(paths, start),
        well_clear=clear,
        marks=_marks(paths, row, start, until),
    )


def _pieces(paths: tuple[Path, Path], row: Separation, z: float, start: int, until: int) -> _Pieces:
    held = spans(paths, start, until)
    a, b = (_movers(path, paths, held) for path in paths)
    ahead = np.array([(end - begin) / 1000 for begin, end in held])
    vertical = math.inf if row.vertical_tmm is None else row.vertical_tmm / 1e4
    minimum = row.horizontal_mm / 1000
    nominal = pairwise(a, b, minimum, vertical, ahead)
    sigmas = [(path.state.sigma_pos_mm, path.state.sigma_vel_mm_s) for path in paths]
    if any(sigma is None for both in sigmas for sigma in both):
        return _Pieces(held, nominal, None)
    # D + z·σ_pos + z·σ_vel·t, t from the state's own time: what has passed before a span stands in its minimum
    positions, drifts = ([(both[k] or 0) / 1000 for both in sigmas] for k in (0, 1))
    grown = math.hypot(*positions)
    passed = [
        math.hypot(
            *(drift * (begin - path.state.at_ms) / 1000 for drift, path in zip(drifts, paths, strict=True))
        )
        for begin, _ in held
    ]
    wide = minimum + z * (grown + np.array(passed))
    a, b = (
        replace(m, sigma_vel_mps=np.full(len(held), drift)) for m, drift in zip((a, b), drifts, strict=True)
    )
    return _Pieces(held, nominal, pairwise(a, b, wide, vertical, ahead, z))


def _movers(path: Path, paths: tuple[Path, Path], held: Sequence[tuple[int, int]]) -> Movers:
    """One mover at the begin of every span, its height in the frame that both share there."""
    courses = [path.course(begin) for begin, _ in held]
    others = [(paths[1] if path is paths[0] else paths[0]).course(begin) for begin, _ in held]
    heights = [between(course.height, other.height)[0] for course, other in zip(courses, others, strict=True)]
    turned = [math.radians(course.azimuth_deg) for course in courses]
    return Movers.of(
        [course.lat_deg for course in courses],
        [course.lon_deg for course in courses],
        alt_low_m=[low / 1e4 for low, _ in heights],
        alt_high_m=[high / 1e4 for _, high in heights],
        ve_mps=[course.speed_mps * math.sin(way) for course, way in zip(courses, turned, strict=True)],
        vn_mps=[course.speed_mps * math.cos(way) for course, way in zip(courses, turned, strict=True)],
        vu_low_mps=[course.rates[0] / 1e4 for course in courses],
        vu_high_mps=[course.rates[1] / 1e4 for course in courses],
    )


def _span(held: Sequence[tuple[int, int]], g: Geometry) -> Span | None:
    """The first loss, through all spans that it goes on in."""
    first: int | None = None
    last = 0
    for (begin, end), t_in, t_out in zip(held, g.t_in_s.tolist(), g.t_out_s.tolist(), strict=True):
        if math.isnan(t_in):
            if first is not None:
                break
            continue
        if first is not None and t_in > 0:
            break
        if first is None:
            first = begin + _down(t_in * 1000)
        last = min(end, begin + _up(t_out * 1000))
        if last < end:
            break
    return None if first is None else Span(from_ms=first, to_ms=max(last, first))


def _nearest(pieces: _Pieces) -> dict[str, int]:
    """CPA, HMD and VMD: the nearest moment of the paths; beyond the look-ahead where they close still."""
    g = pieces.nominal
    k = int(
        np.flatnonzero(g.least_m <= g.least_m.min() + SAME_M)[0]
    )  # the first, where they keep their distance
    t, apart = float(g.t_least_s[k]), float(g.least_m[k])
    if k == len(pieces.spans) - 1 and g.t_cpa_s[k] > t:
        t, apart = float(g.t_cpa_s[k]), float(g.hmd_m[k])
    return {
        "cpa_ms": _ms(t, pieces.spans[k][0] - pieces.spans[0][0]),
        "hmd_mm": _down(apart * 1000),
        "vmd_mm": _down(measures.vmd(*_heights(g, k), t) * 1000),
    }


def _heights(g: Geometry, k: int) -> tuple[float, float, float, float]:
    """Bounds of the vertical distance and of its rate, m and m/s."""
    return float(g.low_m[k]), float(g.high_m[k]), float(g.low_mps[k]), float(g.high_mps[k])


def _well_clear(pieces: _Pieces, parameters: Parameters) -> Clear:
    """The first violation on the nominal paths."""
    table = wellclear.tables()[parameters.well_clear]
    g = pieces.nominal
    found: tuple[int, int] | None = None
    for k, (begin, end) in enumerate(pieces.spans):
        ss, sv, vv = (float(getattr(g, name)[k]) for name in ("ss", "sv", "vv"))
        held = wellclear.violation(
            wellclear.horizontal_violation(ss, sv, vv, table),
            wellclear.vertical_violation(*_heights(g, k), table),
            (end - begin) / 1000,
        )
        if held is None:
            if found:
                break
            continue
        if found and held[0] > 0:
            break
        last = min(end, begin + _up(held[1] * 1000))
        found = (found[0] if found else begin + _down(held[0] * 1000)), last
        if last < end:
            break
    ss, sv = float(g.ss[0]), float(g.sv[0])
    violated = None if found is None else Span(from_ms=found[0], to_ms=max(found))
    return Clear(
        table=parameters.well_clear,
        tau_mod_ms=_ms(measures.tau_mod(ss, sv, table.dmod_m)),
        violated=violated,
    )


def _in_ms(start: int, lost: Span | None) -> int | None:
    return None if lost is None else lost.from_ms - start


def _asked(row: Separation, parameters: Parameters) -> Asked:
    return Asked(
        horizontal_mm=row.horizontal_mm,
        vertical_mm=None if row.vertical_tmm is None else -(-row.vertical_tmm // 10),
        look_ahead_ms=row.look_ahead_ms,
        caution_ms=row.caution_ms,
        warning_ms=row.warning_ms,
        z_percent=parameters.separation_z_percent,
    )


def _sigmas(paths: tuple[Path, Path], start: int) -> dict[str, int | None]:
    """Of both together, at `start`."""
    drifts = [path.state.sigma_vel_mm_s for path in paths]
    places = [path.state.sigma_pos_mm for path in paths]
    if any(one is None for one in (*drifts, *places)):
        return {"sigma_pos_mm": None, "sigma_vel_mm_s": None}
    passed = [(start - path.state.at_ms) / 1000 for path in paths]
    drifted = [(drift or 0) * s for drift, s in zip(drifts, passed, strict=True)]
    return {
        "sigma_pos_mm": _up(math.hypot(*(one or 0 for one in places)) + math.hypot(*drifted)),
        "sigma_vel_mm_s": _up(math.hypot(*(one or 0 for one in drifts))),
    }


def _marks(paths: tuple[Path, Path], row: Separation, start: int, until: int) -> tuple[Mark, ...]:
    found: list[Mark] = []
    if row.vertical_tmm is not None:
        courses = [path.course(start) for path in paths]
        if any(not math.isfinite(c.height.low) or not math.isfinite(c.height.high) for c in courses):
            found.append("whole-column")
        elif any(c.rates[0] != c.rates[1] for c in courses):
            found.append("climb-unknown")
    if until < start + row.look_ahead_ms:
        found.append("straight-only")
    return tuple(found)


def _ms(seconds: float | None, more_ms: int = 0) -> Any:
    """Milliseconds, rounded down; None stays None."""
    return None if seconds is None else min(_down(seconds * 1000) + more_ms, ENDLESS_MS)


def _down(value: float) -> int:
    return math.floor(value)


def _up(value: float) -> int:
    return math.ceil(value)
