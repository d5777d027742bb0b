"""Two movers as they stand to each other: computed from two states alone, so that whoever holds these states computes
the same figures (judgement.md: an alert from shared feeds carries them for that).

Figures are integers rounded towards the worse case. The uncertainty of a distance is that of both positions, and of
both velocities as time goes on, added; that of the worst-case loss stands in the minima (`z` standard deviations,
kernels).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from steerclear.kernels import Movers
from steerclear.kernels.movers import Floats
from steerclear.kernels.pairwise import Geometry, pairwise
from steerclear.space.geodesic import direct
from steerclear.speech.kinds.alert import AlertRule, MoverState, Relative
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


@dataclass(frozen=True)
class Meeting:
    """Two sides at an instant, ordered by shared id, then handle. `rule`: by which a look found them too near; the
    figures are those of the two states under each. No slots: its figures are kept with it."""

    one: Side
    two: Side
    at_ms: int
    asked: Asked
    rule: AlertRule = "minima"

    @cached_property
    def relative(self) -> Relative:
        """Computed when somebody first asks, from the two states alone: a standing alarm is worded again and again."""
        return relative(self.one, self.two, self.at_ms, self.asked)

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.one, self.two

    @property
    def whole_column(self) -> bool:
        """Whether a height was not known, so that every height counted."""
        return self.asked.vertical_tmm is not None and any(side.low_tmm is None for side in self.sides)


def meeting(a: Side, b: Side, at_ms: int, asked: Asked, rule: AlertRule = "minima") -> Meeting:
    """The two at `at_ms`, each carried on from its own instant along its course."""
    one, two = sorted((a, b), key=lambda side: (side.shared_id, side.handle))
    return Meeting(one, two, at_ms, asked, rule)


def relative(one: Side, two: Side, at_ms: int, asked: Asked) -> Relative:
    """The wire figures of two states under the minima of their classes; none of heights where heights do not count.
    Raises `ValueError` for a state that cannot be judged."""
    flat = asked.vertical_tmm is None
    high_m = math.inf if asked.vertical_tmm is None else asked.vertical_tmm / 1e4
    a, b = _mover(one, at_ms), _mover(two, at_ms)
    found = pairwise(a, b, asked.horizontal_mm / 1e3, high_m, asked.look_ahead_ms / 1e3, asked.z)
    if not found.judged[0]:
        raise ValueError("meeting: a state that cannot be judged")
    error = sum(_error_mm(side, at_ms) for side in (one, two))
    drift = one.velocity_error_mm_s + two.velocity_error_mm_s
    after_s = float(found.t_cpa_s[0])
    return Relative(
        horizontal_mm=_interval(float(found.range_m[0]) * 1e3, error),
        vertical_tmm=None if flat else _vertical(found, 0.0),
        least_horizontal_mm=_interval(float(found.hmd_m[0]) * 1e3, error + drift * after_s),
        least_vertical_tmm=None if flat else _vertical(found, after_s),
        nearest_in_ms=min(int(after_s * 1e3), MOST_MS),
        loss_in_ms=_begins_ms(found.nominal_in_s),
        worst_loss_in_ms=_begins_ms(found.t_in_s),
    )


def _error_mm(side: Side, at_ms: int) -> float:
    return side.error_mm + side.velocity_error_mm_s * abs(at_ms - side.at_ms) / 1e3


def _interval(mm: float, error_mm: float) -> Interval:
    return Interval(low=max(0, math.floor(mm - error_mm)), high=math.ceil(mm + error_mm))


def _vertical(found: Geometry, after_s: float) -> Interval | None:
    low = float(found.low_m[0] + found.low_mps[0] * after_s) * 1e4
    high = float(found.high_m[0] + found.high_mps[0] * after_s) * 1e4
    if not math.isfinite(low) or not math.isfinite(high):
        return None
    least = max(low, -high, 0.0)
    return Interval(low=math.floor(least), high=math.ceil(max(abs(low), abs(high))))


def _begins_ms(seconds: Floats) -> int | None:
    """Milliseconds until a loss begins, 0 while it goes on, None without one in the look-ahead; rounded down."""
    return None if math.isnan(seconds[0]) else max(0, math.floor(float(seconds[0]) * 1e3))


def _mover(side: Side, at_ms: int) -> Movers:
    """The state carried on to an instant, as the kernels take it."""
    lat, lon = carried(side, at_ms)
    passed_s = (at_ms - side.at_ms) / 1e3
    fall, rise = side.up_low_mm_s / 1e3, side.up_high_mm_s / 1e3
    low = -math.inf if side.low_tmm is None else side.low_tmm / 1e4
    high = math.inf if side.high_tmm is None else side.high_tmm / 1e4
    return Movers.of(
        [lat],
        [lon],
        alt_low_m=low + min(fall * passed_s, rise * passed_s),
        alt_high_m=high + max(fall * passed_s, rise * passed_s),
        ve_mps=side.east_mm_s / 1e3,
        vn_mps=side.north_mm_s / 1e3,
        vu_low_mps=fall,
        vu_high_mps=rise,
        sigma_pos_m=_error_mm(side, at_ms) / 1e3 / RADIUS_IN_SIGMAS,
        sigma_vel_mps=side.velocity_error_mm_s / 1e3 / RADIUS_IN_SIGMAS,
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
