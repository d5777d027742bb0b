"""The numbers that the checks run on: every timer, distance, minimum and cap, with its default.

Defaults are those of messages.md (Timers, Distances) unless the line says otherwise. A line's genesis may set
others, the agreement in force overrides them, and while it is suspended the genesis parameters hold again.
Defaults never change within version 1: a later one gets a new name or a new version, so that `hash` says all.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from steerclear.errors import Malformed, Refused
from steerclear.record import jcs
from steerclear.speech.kinds.common import Carrier
from steerclear.speech.refused_numbers import path_of, remedy_of
from steerclear.speech.separation import DEFAULT_SEPARATION, Separation, WellClear, separation_of
from steerclear.units import MM_PER_NAUTICAL_MILE, TENTH_MM_PER_FOOT

VERSION: Final = 1
SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
KM: Final = 1_000_000

Ms = Annotated[int, Meta(ge=0, le=3_660 * DAY)]
Period = Annotated[int, Meta(ge=1_000, le=3_660 * DAY)]
Far = Annotated[int, Meta(ge=0, le=40_100 * KM)]
High = Annotated[int, Meta(ge=0, le=10_000_000_000)]
Many = Annotated[int, Meta(ge=0, le=1_000_000)]
Hz = Annotated[int, Meta(ge=1, le=4_000_000_000)]

TOGETHER: Final = {"silent-before-degraded": frozenset({"silent_after_ms", "degraded_after_ms"})}
"""Rule → the numbers that it compares: where a set gives one of them alone, the genesis gives the other."""

GiveWay = Literal["life_safety", "medical", "rescue", "declared", "first_seen"]
Mover = Literal[
    "*",
    "fixed_wing",
    "rotary",
    "unmanned",
    "tanker_airlift",
    "balloon",
    "ship",
    "ground",
    "hazard",
    "protected_site",
    "personnel",
    "airfield",
    "no_fire",
    "special_caution",
    "corridor",
    "coordination_line",
    "no_fly_proposed",
    "combat",  # last: a class of accounts and of distances, never of a notice (ADR 0016)
]


class Minimum(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How far two classes stay apart: in conflict when nearer in all three at once. `*` is any class."""

    a: Mover = "*"
    b: Mover = "*"
    horizontal_mm: Far = 0
    vertical_tmm: High = 0
    time_ms: Ms = 0


class NumberedChannel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel of the agreement: notices name the number, so that the frequency stays here."""

    number: Annotated[int, Meta(ge=1, le=9999)]
    hz: Hz


class ConductLimit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The agreement's own figures for one conduct rule (docs/reference/conduct-rules.md), over the shipped ones."""

    rule: Annotated[
        str,
        Meta(
            pattern="^[a-z0-9_.-]{1,60}$",
            max_length=60,
            description="the name of a rule, such as incsea.well-clear",
        ),
    ]
    horizontal_mm: Far | None = None
    vertical_tmm: High | None = None
    within_mm: Far | None = None
    change_cdeg: Annotated[int, Meta(ge=0, le=18_000)] | None = None
    lead_ms: Ms | None = None
    after_ms: Ms | None = None


def _line(mover: Mover, km: int) -> Minimum:
    return Minimum(a=mover, b="coordination_line", horizontal_mm=km * KM)


DEFAULT_MINIMA: Final = (
    # messages.md, Distances: from a line; the lower figure where a range is given. Plans are otherwise
    # compared as drawn (zero minima) until an agreement says more.
    _line("fixed_wing", 20),
    _line("tanker_airlift", 20),
    _line("rotary", 10),
    _line("unmanned", 10),
    _line("balloon", 25),  # Korea 2018 (history.md)
)


class Parameters(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One frozen set. Units are in the names; `_ms` are durations."""

    # notice lead times
    flight_planned_lead_ms: Ms = 24 * HOUR
    flight_same_day_lead_ms: Ms = 2 * HOUR
    flight_late_ms: Ms = 60 * MINUTE
    immediate_lead_ms: Ms = 10 * MINUTE
    danger_lead_ms: Ms = 3 * DAY
    danger_lead_advised_ms: Ms = 5 * DAY
    notam_lead_ms: Ms = 48 * HOUR
    launch_lead_ms: Ms = 24 * HOUR
    exercise_lead_ms: Ms = 14 * DAY
    movement_lead_ms: Ms = 48 * HOUR
    movement_emergency_lead_ms: Ms = DAY
    # the line
    heartbeat_ms: Period = 20 * SECOND
    degraded_after_ms: Period = 60 * SECOND
    silent_after_ms: Period = 5 * MINUTE
    checkpoint_refresh_ms: Period = 4 * MINUTE
    check_machine_ms: Period = 60 * MINUTE
    check_person_ms: Period = DAY
    nobody_heard_after_ms: Period = 12 * HOUR
    life_safety_carriers: tuple[Carrier, ...] = ("node",)
    # life safety
    hop_alternates_ms: Ms = 60 * SECOND
    hop_senior_ms: Ms = 3 * MINUTE
    hop_capitals_ms: Ms = 5 * MINUTE
    flood_count: Many = 6
    flood_window_ms: Ms = 10 * MINUTE
    hold_alarm_before_ms: Ms = 5 * MINUTE
    same_area_watch_ms: Ms = DAY
    pattern_watch_ms: Ms = 30 * DAY
    call_parked_ms: Ms = 30 * SECOND
    identity_answer_ms: Ms = 3 * MINUTE
    releaser_wait_ms: Ms = 3 * MINUTE
    # radio warnings
    radio_repeat_ms: Ms = 30 * SECOND
    radio_to_cell_after: Many = 2
    radio_relay_after: Many = 4
    radio_review_after: Many = 3
    # alerts on movers (ours, but for look-ahead and minima; issue 4 §3, §4)
    alert_confirm_count: Annotated[int, Meta(ge=1, le=60)] = 3  # n seconds of the last m confirm
    alert_window_ms: Period = 5 * SECOND
    alert_apart_ms: Ms = 10 * SECOND  # so long beyond the widened minima before it is over
    alert_widened_percent: Annotated[int, Meta(ge=100, le=300)] = (
        120  # hysteresis: of the minima, to be apart again
    )
    alert_lost_ms: Ms = 2 * MINUTE  # neither seen for so long: over, and nobody saw them part
    report_late_ms: Ms = 15 * SECOND  # older when it comes: late, never alerted as fresh (ships: sea_fresh)
    report_ahead_ms: Ms = 2 * SECOND  # a report stamped further in the future is a clock that is wrong
    air_fresh_ms: Ms = 30 * SECOND  # an older state is shown with its age and alerted on no more
    sea_fresh_ms: Ms = 3 * MINUTE  # class B and anchored ships report that seldom (ITU-R M.1371)
    alert_local_automatic: bool = False  # boundary.md: only by agreement
    # boundary.md, "coarsened to the agreed cell and time": a cell of no size would be the track itself (ADR 0032)
    alert_cell_mm: Annotated[int, Meta(ge=KM, le=40_100 * KM)] = 10 * KM
    alert_cell_ms: Annotated[int, Meta(ge=MINUTE, le=3_660 * DAY)] = 10 * MINUTE
    leaving_ms: Ms = 2 * MINUTE  # how far ahead a mover is looked at that will leave its volumes
    overdue_ms: Ms = 30 * MINUTE
    silent_mover_ms: Ms = 5 * MINUTE  # declared as transmitting and not seen for so long
    # answers, areas, relay, reports
    area_request_ms: Ms = DAY
    cooldown_ms: Ms = 72 * HOUR
    cooldown_random_ms: Ms = 72 * HOUR
    relay_ms: Ms = 15 * MINUTE
    counts_until_max_ms: Ms = 12 * HOUR
    reminder_ms: Ms = 15 * MINUTE  # issue 2, AT13: a conflict or encounter with no entry sent
    incident_first_ms: Ms = HOUR
    incident_full_ms: Ms = DAY
    violation_package_ms: Ms = 15 * DAY
    emergency_meeting_ms: Ms = HOUR  # scenarios.md, A5: convened within the hour
    site_review_ms: Ms = 90 * DAY
    site_retention_ms: Ms = 365 * DAY
    movement_retention_ms: Ms = 72 * HOUR  # positions of movements
    contact_retention_ms: Ms = 30 * DAY  # contacts and plates, after movement.complete
    contact_test_ms: Ms = 30 * MINUTE  # AT27
    movement_ready_ms: Ms = 60 * MINUTE  # ours: what is not ready so long before departure alarms
    # distances
    stop_agree_mm: Far = 500_000  # AT03
    area_agree_mm: Far = 5 * KM  # AT03
    same_area_mm: Far = 10 * KM  # ours: near enough to be the same place again (A9)
    ring_call_mm: Far = 12 * MM_PER_NAUTICAL_MILE
    ring_contact_mm: Far = 7 * MM_PER_NAUTICAL_MILE
    agreed_zone_mm: Far = 55 * KM
    combat_from_line_mm: Far = 10 * KM
    radio_review_mm: Far = 55 * KM  # ours: the agreed zone; near enough to be the same area (AT37)
    intercept_least_mm: Far = 200_000
    intercept_first_lateral_mm: Far = 304_800
    live_caution_mm: Far = 5 * MM_PER_NAUTICAL_MILE
    live_caution_tmm: High = 1_000 * TENTH_MM_PER_FOOT
    near_miss_mm: Far = 152_400
    near_miss_tmm: High = 100 * TENTH_MM_PER_FOOT
    minima: Annotated[tuple[Minimum, ...], Meta(max_length=200)] = DEFAULT_MINIMA
    # moving against moving (judgement.md, Separation)
    separation: Annotated[tuple[Separation, ...], Meta(max_length=50)] = DEFAULT_SEPARATION
    separation_z_percent: Annotated[int, Meta(ge=0, le=1_000)] = 200  # ours: two standard deviations
    straight_air_ms: Ms = 2 * MINUTE  # judgement.md: straight extrapolation is good for two minutes
    straight_sea_ms: Ms = 30 * MINUTE  # ours: ships hold a course
    well_clear: WellClear = "none"
    give_way: Annotated[tuple[GiveWay, ...], Meta(max_length=5)] = ()
    bearing_offset_cdeg: Annotated[int, Meta(ge=1, le=18_000)] = 1_000  # AT21
    conduct: Annotated[tuple[ConductLimit, ...], Meta(max_length=200)] = ()
    # caps (ours; judgement.md, Bad input: the agreement bounds vertices, volumes and area)
    max_volumes: Annotated[int, Meta(ge=1, le=200)] = 100
    max_vertices: Annotated[int, Meta(ge=3, le=5_000)] = 500
    max_outline_km2: Annotated[int, Meta(ge=1, le=520_000_000)] = 1_000_000
    max_validity_ms: Period = 366 * DAY
    hazard_least_radius_mm: Far = 5 * MM_PER_NAUTICAL_MILE
    assist_least_km2: Annotated[int, Meta(ge=1, le=520_000_000)] = 300  # ours: a circle of about 10 km
    hazard_excessive_km2: Annotated[int, Meta(ge=1, le=520_000_000)] = 100_000
    booking_cap_km3_h: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 100_000_000
    sealed_allowed: bool = True
    sealed_areas_a_month: Annotated[int, Meta(ge=0, le=2_000)] = 100  # a batch fits one payload
    overlap_slot_count: Annotated[int, Meta(ge=1, le=1_000)] = (
        8  # ours: of every query, so that it says nothing by its size
    )
    overlap_queries_a_month: Many = (
        30  # ours: arbitrary sets find a hidden volume in about 35 runs (overlap.md)
    )
    # boundary.md: 50 rows without the two-person export; an agreement may have more logged, never less (ADR 0032)
    bulk_read_count: Annotated[int, Meta(ge=1, le=50)] = 50
    bulk_read_ms: Annotated[int, Meta(ge=HOUR, le=3_660 * DAY)] = HOUR  # ours
    # frequencies
    guard_hz: tuple[Hz, ...] = (121_500_000, 243_000_000)
    distress_hz: tuple[Hz, ...] = (156_800_000, 2_182_000, 130_000_000, 4_125_000, 6_215_500)
    channels: Annotated[tuple[NumberedChannel, ...], Meta(max_length=200)] = ()
    frequency_order: Annotated[tuple[Hz, ...], Meta(max_length=200)] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of JCS{v, every value that differs from version 1's default}: equal sets, equal hashes."""
        return hashlib.sha256(jcs.dumps({"v": VERSION, **self.to_dict()})).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """What differs from the defaults, as `from_dict` takes it back."""
        plain = type(self)()
        return {
            name: msgspec.to_builtins(getattr(self, name))
            for name in self.__struct_fields__
            if getattr(self, name) != getattr(plain, name)
        }

    @classmethod
    def from_dict(cls, values: Any, base: Parameters | None = None) -> Parameters:
        """`base` (the genesis set, else the defaults) with `values` over it.

        Raises `Malformed`: `unknown-parameter`, `bad-parameter`, `give-way-twice`, `minimum-twice`,
        `channel-twice`, `conduct-rule-twice`, `separation-twice`, `warning-before-caution`, `silent-before-degraded`.
        """
        if not isinstance(values, dict):
            raise _bad("bad-parameter", "parameters", "a table of names and values")
        for name in values:
            if name not in cls.__struct_fields__:
                raise _bad(
                    "unknown-parameter", f"parameters.{name}", "no such parameter in version 1: leave it out"
                )
        given = (base or cls()).to_dict() | values
        try:
            made = msgspec.convert(given, cls, strict=True)
        except (msgspec.ValidationError, ValueError, OverflowError) as error:
            raise _bad("bad-parameter", f"parameters{path_of(error)}", remedy_of(cls, given, error)) from None
        _consistent(made)
        return made

    def minima_for(self, a: str, b: str) -> Minimum:
        """The minima of a pair of classes, in either order: the row that names both, else the larger of the
        rows that name one, else the row `*`/`*`, else zero.
        """
        by_precision: dict[int, list[Minimum]] = {2: [], 1: [], 0: []}
        for row in self.minima:
            for x, y in ((row.a, row.b), (row.b, row.a)):
                if x in ("*", a) and y in ("*", b):
                    by_precision[(x != "*") + (y != "*")].append(row)
        rows = by_precision[2] or by_precision[1] or by_precision[0]
        return Minimum(
            horizontal_mm=max((row.horizontal_mm for row in rows), default=0),
            vertical_tmm=max((row.vertical_tmm for row in rows), default=0),
            time_ms=max((row.time_ms for row in rows), default=0),
        )

    def separation_for(self, a: str, b: str) -> Separation:
        """What two movers, by their classes, ask of each other, in either order (speech/separation.py)."""
        return separation_of(self.separation, a, b)


def refused(values: Any, base: Parameters | None = None) -> Refused | None:
    """What is wrong with these numbers over `base` (the genesis set, else the defaults), for a desk."""
    try:
        Parameters.from_dict(values, base)
    except Malformed as error:
        rule = (
            "every number of an agreement has its name, its unit and its bounds: docs/reference/parameters.md"
        )
        return Refused(error.rule, error.field, rule, error.remedy, error.source)
    return None


def _bad(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source="messages.md, Timers and Distances")


def _consistent(made: Parameters) -> None:
    """What no single field can say."""
    if len(set(made.give_way)) != len(made.give_way):
        raise _bad("give-way-twice", "parameters.give_way", "each rule once, the first that decides first")
    pairs = [frozenset((row.a, row.b)) for row in made.minima]
    if len(set(pairs)) != len(pairs):
        raise _bad("minimum-twice", "parameters.minima", "each pair of classes once, whatever its order")
    numbers = [channel.number for channel in made.channels]
    if len(set(numbers)) != len(numbers):
        raise _bad("channel-twice", "parameters.channels", "each number once")
    ruled = [row.rule for row in made.conduct]
    if len(set(ruled)) != len(ruled):
        raise _bad("conduct-rule-twice", "parameters.conduct", "each rule once")
    moving = [frozenset((row.a, row.b)) for row in made.separation]
    if len(set(moving)) != len(moving):
        raise _bad(
            "separation-twice", "parameters.separation", "each pair of classes once, whatever its order"
        )
    if any(not row.warning_ms <= row.caution_ms <= row.look_ahead_ms for row in made.separation):
        remedy = "warning_ms at most caution_ms, and that at most look_ahead_ms"
        raise _bad("warning-before-caution", "parameters.separation", remedy)
    if made.silent_after_ms < made.degraded_after_ms:
        raise _bad("silent-before-degraded", "parameters.silent_after_ms", "at least degraded_after_ms")
