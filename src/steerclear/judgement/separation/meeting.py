"""Two movers as they stand to each other: computed from two states alone, so that whoever holds these states computes
the same figures (judgement.md: an alert from shared feeds carries them for that).

Figures are integers rounded towards the worse case. The uncertainty of a distance is that of both positions, and of
both velocities as time goes on, added; that of the worst-case loss stands in the minima (`z` standard deviations,
kernels).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from steerclear.kernels import Minima, Movers, exact, sweep
from steerclear.space.geodesic import direct
from steerclear.speech.kinds.alert import MoverState, Relative
from steerclear.speech.kinds.common import Interval
from steerclear.speech.parameters import Mover, Parameters
from steerclear.units import format_time, parse_time

RADIUS_IN_SIGMAS: Final = 2.448
"""95 % radius of a circular normal distribution in standard deviations: sqrt(−2 ln 0.05)."""
Source = Literal["adsb", "ais", "remote_id", "own"]
"""What a shared state came from: what the mover broadcasts, or its own party's report of it."""
MOST_MS: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What a pair of classes asks: loss is nearer than both at once, strictly, within the look-ahead. `vertical_tmm`
    None: heights do not count. `z`: standard deviations by which the worst case widens it."""

    horizontal_mm: int
    vertical_tmm: int | None
    look_ahead_ms: int
    z: float = 0.0


def asked_of(one: str, two: str, parameters: Parameters) -> Asked:
    """Of two classes, under an agreement's parameters (speech/separation.py)."""
    row = parameters.separation_for(one, two)
    return Asked(
        row.horizontal_mm, row.vertical_tmm, row.look_ahead_ms, parameters.separation_z_percent / 100
    )


@dataclass(frozen=True, slots=True)
class Side:
    """One mover as this node's picture has it. `handle` is the picture's own name and stays at home; `shared_id` is
    what it broadcasts, '' where it broadcasts nothing or nobody but this node could know. `shared`: the state came from
    a feed that everybody can receive. `manned`: its own party says so of an own mover. `notice`: the own notice that it
    moves under, ''."""

    handle: str
    shared_id: str
    shared: bool
    own: bool
    manned: bool
    mover: Mover
    at_ms: int
    lat_e7: int
    lon_e7: int
    error_mm: int
    low_tmm: int | None
    high_tmm: int | None
    east_mm_s: int
    north_mm_s: int
    up_low_mm_s: int
    up_high_mm_s: int
    velocity_error_mm_s: int
    source: Source = "own"
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two sides at an instant, ordered by shared id, then handle."""

    one: Side
    two: Side
    at_ms: int
    asked: Asked

    @property
    def relative(self) -> Relative:
        """Computed when somebody asks, from the two states alone."""
        return relative(self.one, self.two, self.at_ms, self.asked)

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.one, self.two

    @property
    def whole_column(self) -> bool:
        """Whether a height was not known, so that every height counted."""
        return self.asked.vertical_tmm is not None and any(side.low_tmm is None for side in self.sides)


def meeting(a: Side, b: Side, at_ms: int, asked: Asked) -> Meeting:
    """The two at `at_ms`, each carried on from its own instant along its course."""
    one, two = sorted((a, b), key=lambda side: (side.shared_id, side.handle))
    return Meeting(one, two, at_ms, asked)


def relative(one: Side, two: Side, at_ms: int, asked: Asked) -> Relative:
    """The wire figures of two states under the minima of their classes."""
    minima = Minima.one(
        asked.horizontal_mm / 1e3, _vertical_m(asked.vertical_tmm), asked.look_ahead_ms / 1e3, asked.z
    )
    prepared, unjudged = sweep.prepare(_movers((one, two), at_ms), minima)
    if len(unjudged):
        raise ValueError("meeting: a state that cannot be judged")
    i, j = np.array([0]), np.array([1])
    flat = exact.flatten(prepared, i, j)
    error = sum(_error_mm(side, at_ms) for side in (one, two))
    drift = one.velocity_error_mm_s + two.velocity_error_mm_s
    t, then, _ = (float(figure[0]) for figure in exact.approach(flat))
    now_mm = math.sqrt(float(flat.ss[0])) * 1e3
    loss = _loss_ms(flat, prepared, asked, worst=False)
    worst = _loss_ms(flat, prepared, asked, worst=True)
    return Relative(
        horizontal_mm=_interval(now_mm, error),
        vertical_tmm=_vertical(flat, 0.0),
        least_horizontal_mm=_interval(then * 1e3, error + drift * t),
        least_vertical_tmm=_vertical(flat, t),
        nearest_in_ms=min(int(t * 1e3), MOST_MS),
        loss_in_ms=loss,
        worst_loss_in_ms=loss if worst is None else worst if loss is None else min(worst, loss),
    )


def _vertical_m(vertical_tmm: int | None) -> float:
    return math.inf if vertical_tmm is None else vertical_tmm / 1e4


def _error_mm(side: Side, at_ms: int) -> float:
    return side.error_mm + side.velocity_error_mm_s * abs(at_ms - side.at_ms) / 1e3


def _interval(mm: float, error_mm: float) -> Interval:
    return Interval(low=max(0, math.floor(mm - error_mm)), high=math.ceil(mm + error_mm))


def _vertical(flat: exact.Flat, after_s: float) -> Interval | None:
    low = float(flat.low[0] + flat.low_rate[0] * after_s)
    high = float(flat.high[0] + flat.high_rate[0] * after_s)
    if not math.isfinite(low) or not math.isfinite(high):
        return None
    least = max(low, -high, 0.0)
    return Interval(low=math.floor(least), high=math.ceil(max(abs(low), abs(high))))


def _loss_ms(flat: exact.Flat, prepared: sweep.Prepared, asked: Asked, *, worst: bool) -> int | None:
    """Milliseconds until the loss begins, 0 while it goes on, None without one in the look-ahead; rounded down."""
    i, j = np.array([0]), np.array([1])
    grown, growth = exact.inflation(prepared, i, j)
    radius = np.array([asked.horizontal_mm / 1e3]) + (grown if worst else 0.0)
    first, last = exact.horizontal(flat, radius, growth if worst else np.zeros(1))
    first_v, last_v = exact.vertical(flat, np.array([_vertical_m(asked.vertical_tmm) * 1e4]))
    begin, end = max(float(first[0]), float(first_v[0])), min(float(last[0]), float(last_v[0]))
    if not begin < end or end <= 0 or begin >= asked.look_ahead_ms / 1e3:
        return None
    return max(0, math.floor(begin * 1e3))


def _movers(sides: tuple[Side, ...], at_ms: int) -> Movers:
    """The states carried on to one instant, as the kernels take them."""
    places = [carried(side, at_ms) for side in sides]
    passed = [(at_ms - side.at_ms) / 1e3 for side in sides]
    falls = [side.up_low_mm_s / 1e3 for side in sides]
    rises = [side.up_high_mm_s / 1e3 for side in sides]
    ends = [(down * t, up * t) for down, up, t in zip(falls, rises, passed, strict=True)]
    low = [-np.inf if side.low_tmm is None else side.low_tmm / 1e4 for side in sides]
    high = [np.inf if side.high_tmm is None else side.high_tmm / 1e4 for side in sides]
    return Movers.of(
        [lat for lat, _ in places],
        [lon for _, lon in places],
        alt_low_m=np.add(low, [min(pair) for pair in ends]),
        alt_high_m=np.add(high, [max(pair) for pair in ends]),
        ve_mps=[side.east_mm_s / 1e3 for side in sides],
        vn_mps=[side.north_mm_s / 1e3 for side in sides],
        vu_low_mps=falls,
        vu_high_mps=rises,
        sigma_pos_m=[_error_mm(side, at_ms) / 1e3 / RADIUS_IN_SIGMAS for side in sides],
        sigma_vel_mps=[side.velocity_error_mm_s / 1e3 / RADIUS_IN_SIGMAS for side in sides],
        group=0,
    )


def carried(side: Side, at_ms: int) -> tuple[float, float]:
    """Latitude and longitude in degrees at `at_ms`, straight on along the geodesic of its course."""
    speed = math.hypot(side.east_mm_s, side.north_mm_s)
    place = side.lat_e7 / 1e7, side.lon_e7 / 1e7
    if not speed or at_ms == side.at_ms:
        return place
    course = math.degrees(math.atan2(side.east_mm_s, side.north_mm_s))
    return direct(place, course, speed * (at_ms - side.at_ms) / 1e6)


# ---- the same on the wire

_CLASSES: Final = ("fixed_wing", "rotary", "unmanned", "tanker_airlift", "balloon", "ship", "ground")


def state_of(side: Side) -> MoverState:
    """A side as an alert carries it."""
    return MoverState(
        shared_id=side.shared_id,
        mover=side.mover if side.mover in _CLASSES else "not_known",
        at=format_time(side.at_ms),
        lat_e7=side.lat_e7,
        lon_e7=side.lon_e7,
        error_mm=side.error_mm,
        low_tmm=side.low_tmm,
        high_tmm=side.high_tmm,
        east_mm_s=side.east_mm_s,
        north_mm_s=side.north_mm_s,
        up_low_mm_s=side.up_low_mm_s,
        up_high_mm_s=side.up_high_mm_s,
        velocity_error_mm_s=side.velocity_error_mm_s,
        source=side.source,
    )


def side_of(state: MoverState) -> Side:
    """The side that a received state stands for. Raises `Malformed` for a time without a zone."""
    same = (
        *("lat_e7", "lon_e7", "error_mm", "low_tmm", "high_tmm"),
        *("east_mm_s", "north_mm_s", "up_low_mm_s", "up_high_mm_s", "velocity_error_mm_s", "source"),
    )
    return Side(
        handle=state.shared_id,
        shared_id=state.shared_id,
        shared=True,
        own=False,
        manned=False,
        mover="*" if state.mover == "not_known" else state.mover,
        at_ms=int(parse_time(state.at)),
        **{name: getattr(state, name) for name in same},
    )
