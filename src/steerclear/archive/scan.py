"""The encounters of one window of time: a pure function of the samples, the window and the terms.

The samples reach beyond the window by the longest gap, so that a leg across its edge is there; the window itself is
half open, so that each instant is looked at in one window only and nothing at an edge is lost or told twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from steerclear.archive import legs as leg_rules
from steerclear.archive.encounter import Compared, Encounter, joined
from steerclear.archive.points import Points
from steerclear.archive.terms import Terms, minima, pair_limits
from steerclear.feeds.codes import MOVERS
from steerclear.kernels import meeting, segments
from steerclear.kernels.meeting import Losses
from steerclear.kernels.segments import Ints, Legs

VERSION = 2
"""Of what a scan finds in the same input; a kept result of another version is not used."""


class Judged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was looked at, and what was not: a scan that found nothing says how much it could see.

    `samples` inside the window, `movers`, `legs` judged and `judged_s` their time together; `no_height` of the legs,
    whose altitude is not known. No leg was made of: `resumed` samples after a silence longer than the gap, `jumps`
    that no mover of the class can make, `grounded` aircraft.
    """

    samples: int = 0
    movers: int = 0
    legs: int = 0
    judged_s: int = 0
    resumed: int = 0
    jumps: int = 0
    grounded: int = 0
    no_height: int = 0


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The encounters of a window, or the part of each that lies in it; and what was judged."""

    encounters: tuple[Encounter, ...]
    judged: Judged


def scan_partition(points: Points, start_ms: int, end_ms: int, terms: Terms) -> Found:
    """The encounters of [start, end) among samples that reach from `start - terms.gap_ms` to `end + terms.gap_ms`."""
    origin = start_ms - terms.gap_ms
    legs, left = leg_rules.legs_of(points, origin, terms, start_ms, end_ms)
    limits = minima(terms)
    rows = [
        row
        for met in segments.near(legs, start_ms - origin, end_ms - origin, limits)
        for row in _rows(points, legs, meeting.losses(legs, met, limits), origin, terms)
    ]
    inside = (points.at_ms >= start_ms) & (points.at_ms < end_ms)
    judged = Judged(
        samples=int(inside.sum()),
        movers=len(np.unique(points.mover[inside])),
        legs=len(legs),
        judged_s=int(leg_rules.seconds(legs, start_ms - origin, end_ms - origin).sum()) // 1000,
        resumed=left.resumed,
        jumps=left.jumps,
        grounded=left.grounded,
        no_height=int((legs.high0_tmm >= segments.FAR_TMM).sum()),
    )
    return Found(tuple(joined(rows, terms.join_ms)), judged)


def _rows(points: Points, legs: Legs, found: Losses, origin: int, terms: Terms) -> Iterator[Encounter]:
    """One row for each run of losses of a pair; what lies no further apart than the terms' `join` is one run."""
    if not len(found):
        return
    mover_a, mover_b = legs.mover[found.a], legs.mover[found.b]
    order = np.lexsort((found.from_ms, mover_b, mover_a))
    run = _runs(mover_a[order], mover_b[order], found.from_ms[order], found.to_ms[order], terms.join_ms)
    begins = np.minimum.reduceat(found.from_ms[order], run)
    ends = np.maximum.reduceat(found.to_ms[order], run)
    sure_begins = np.fmin.reduceat(found.sure_from_ms[order], run)
    sure_ends = np.fmax.reduceat(found.sure_to_ms[order], run)
    number = np.repeat(np.arange(len(run)), np.diff(np.append(run, len(order))))
    nearest = np.lexsort((found.horizontal_m[order], np.isnan(found.sure_from_ms[order]), number))
    least = order[nearest[run]]
    lat_a, lon_a = _where(legs, found.a[least], found.at_ms[least])
    lat_b, lon_b = _where(legs, found.b[least], found.at_ms[least])
    for k, i in enumerate(least):
        a, b = int(legs.mover[found.a[i]]), int(legs.mover[found.b[i]])
        yield _encounter(
            points,
            (a, b),
            terms,
            from_ms=origin + int(np.floor(begins[k])),
            to_ms=origin + int(np.ceil(ends[k])),
            loss_from_ms=None if np.isnan(sure_begins[k]) else origin + int(np.floor(sure_begins[k])),
            loss_to_ms=None if np.isnan(sure_ends[k]) else origin + int(np.ceil(sure_ends[k])),
            at_ms=origin + round(float(found.at_ms[i])),
            horizontal_mm=int(found.horizontal_m[i] * 1000),
            horizontal_error_mm=int(np.ceil(found.horizontal_error_m[i] * 1000)),
            vertical_tmm=None if np.isnan(found.vertical_tmm[i]) else int(found.vertical_tmm[i]),
            vertical_error_tmm=None
            if np.isnan(found.vertical_error_tmm[i])
            else int(np.ceil(found.vertical_error_tmm[i])),
            compared=_compared(points, (a, b), found, i, origin),
            a_lat_e7=round(lat_a[k] * 1e7),
            a_lon_e7=round(lon_a[k] * 1e7),
            b_lat_e7=round(lat_b[k] * 1e7),
            b_lon_e7=round(lon_b[k] * 1e7),
        )


def _compared(points: Points, movers: tuple[int, int], found: Losses, i: int, origin: int) -> Compared:
    if found.by_std[i]:
        return "pressure"
    if np.isnan(found.vertical_tmm[i]):
        return "unknown"
    at_ms = origin + round(float(found.at_ms[i]))
    alone = any(leg_rules.pressure_alone(points, mover, at_ms) for mover in movers)
    return "pressure_alone" if alone else "ellipsoid"


def _encounter(
    points: Points, movers: tuple[int, int], terms: Terms, *, compared: Compared, **fields: Any
) -> Encounter:
    a, b = movers
    classes = MOVERS[points.kind[a]], MOVERS[points.kind[b]]
    own = bool(points.own[a]), bool(points.own[b])
    limit = pair_limits(terms, *classes, any(own))
    assert limit is not None
    if not limit[1]:
        fields.update(vertical_tmm=None, vertical_error_tmm=None)
    return Encounter(
        a=points.idents[a],
        b=points.idents[b],
        a_class=classes[0],
        b_class=classes[1],
        a_own=own[0],
        b_own=own[1],
        minimum_mm=limit[0],
        minimum_tmm=limit[1],
        compared=compared if limit[1] else "surface",
        **fields,
    )


def _runs(mover_a: Ints, mover_b: Ints, begins: Any, ends: Any, join_ms: int) -> Ints:
    """Where a run begins among rows sorted by pair and begin."""
    pair = np.ones(len(begins), np.bool_)
    pair[1:] = (mover_a[1:] != mover_a[:-1]) | (mover_b[1:] != mover_b[:-1])
    # the latest end so far within the pair: pairs are lifted above each other, so that one running maximum serves all
    lift = np.cumsum(pair) * (ends.max() - min(begins.min(), 0.0) + 2 * join_ms + 1)
    latest = np.maximum.accumulate(ends + lift) - lift
    pair[1:] |= begins[1:] > latest[:-1] + join_ms
    return np.flatnonzero(pair)


def _where(legs: Legs, leg: Ints, at_ms: Any) -> tuple[Any, Any]:
    share = (at_ms - legs.t0_ms[leg]) / (legs.t1_ms[leg] - legs.t0_ms[leg])
    return leg_rules.on_ellipsoid(legs.p0_m[:, leg] + (legs.p1_m[:, leg] - legs.p0_m[:, leg]) * share)
