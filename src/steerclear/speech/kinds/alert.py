"""`alert` (messages.md, Kinds; judgement.md; boundary.md): its body, what is wrong at the desk, and its row.

Three forms, told apart by what they hold. From `shared` feeds: the two `states` that it was computed from, so that the
other side computes it again. From a `local` feed, where the agreement lets the node sign: `relative` geometry alone,
of a loss of separation with an own manned mover. From a `local` feed, released by an officer: a `positions` cell and a
`window`, as coarse as was agreed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from msgspec import Meta

from steerclear.errors import Malformed, Refused
from steerclear.speech import alert_id
from steerclear.speech.ask import absent
from steerclear.speech.cells import cell_of, slot_of
from steerclear.speech.kind import OFFICERS, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import (
    AircraftClass,
    Body,
    DurationMs,
    EntryId,
    Hash,
    Interval,
    LatE7,
    LonE7,
    Mm,
    Position,
    SpeedMmS,
    Time,
    Window,
)
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no
from steerclear.units import parse_time

SHARED_ID: Final = "^(icao:[0-9a-f]{6}|mmsi:[0-9]{9}|rid:[A-Za-z0-9.#_-]{1,40})$"
SharedId = Annotated[
    str,
    Meta(
        pattern=SHARED_ID,
        max_length=44,
        description="what the mover itself broadcasts: ICAO address, MMSI or remote ID",
    ),
]
HeightTmm = Annotated[int, Meta(ge=-10_000_000_000, le=10_000_000_000, extra={"unit": "tmm"})]
VelocityMmS = Annotated[int, Meta(ge=-10_000_000, le=10_000_000, extra={"unit": "mm/s"})]
AlertStep = Literal["raised", "confirmed", "cleared"]
AlertLevel = Literal["caution", "warning"]
AlertEnd = Literal["apart", "not_seen", "worse"]
AlertRule = Literal["minima", "do_365", "course"]
"""By which an alert is raised: the minima on straight courses, well clear (DO-365), or the minima along the course that
an own mover declared."""
_BOUNDARY: Final = "boundary.md, No track file of the other side"


class MoverState(Body, frozen=True, kw_only=True):
    """One mover as a `shared` source told of it, and what is not known of it. `low_tmm` to `high_tmm` is its height
    above the WGS84 ellipsoid; without them it is not known, and the whole column counts."""

    shared_id: SharedId
    mover: AircraftClass | Literal["ship", "ground", "not_known"]
    at: Time
    lat_e7: LatE7
    lon_e7: LonE7
    error_mm: Mm
    low_tmm: HeightTmm | None = None
    high_tmm: HeightTmm | None = None
    east_mm_s: VelocityMmS
    north_mm_s: VelocityMmS
    up_low_mm_s: VelocityMmS
    up_high_mm_s: VelocityMmS
    velocity_error_mm_s: SpeedMmS
    source: Literal["adsb", "ais", "remote_id", "own"]


class Relative(Body, frozen=True, kw_only=True):
    """How the two stand to each other at the alert's `at`, and how they will: no place in it. Without a vertical
    figure a height is not known. The loss is the nominal one, `worst_loss_in_ms` that of the worst case."""

    horizontal_mm: Interval
    vertical_tmm: Interval | None = None
    least_horizontal_mm: Interval | None = None
    least_vertical_tmm: Interval | None = None
    nearest_in_ms: DurationMs | None = None
    loss_in_ms: DurationMs | None = None
    worst_loss_in_ms: DurationMs | None = None


class Alert(Body, frozen=True, kw_only=True):
    """Two movers lose their separation, or will. Each node alerts on its own feeds; no tracks are shared.

    `alert` is the id by which two nodes find each other's, `agreement` the terms that it was judged by, `first` when
    it was first raised. `raised` begins an entry of its own; `confirmed` and `cleared` name it in refs[0]. In `cleared`
    the figures are those of the nearest moment, and `reason` says why it ended: `not_seen` says that nobody saw them
    part. `whole_column`: a height was not known, so that every height was judged. `rule`: by which it was raised; left
    out it is the minima. The figures are those of the two states alone under each of them.
    """

    alert: Hash
    agreement: Hash
    step: AlertStep
    level: AlertLevel
    source: Literal["shared", "local"]
    first: Time
    at: Time
    states: Annotated[tuple[MoverState, ...], Meta(max_length=2)] = ()
    relative: Relative | None = None
    positions: Annotated[tuple[Position, ...], Meta(max_length=1)] = ()
    window: Window | None = None
    notice: EntryId | None = None
    whole_column: bool | None = None
    rule: AlertRule | None = None
    reason: AlertEnd | None = None


def ids_of(body: Alert) -> tuple[str, ...]:
    """What its id is over: the shared ids of its states, else the own notice that it names."""
    if body.states:
        return tuple(sorted(state.shared_id for state in body.states))
    return (f"entry:{body.notice}",) if body.notice is not None else ()


def soon(body: Alert, within_ms: int) -> bool:
    """Whether it speaks of a loss of separation less than `within_ms` ahead, or going on (messages.md, life_safety). Of
    a loss along a declared course the level alone tells how soon it is."""
    if body.step == "cleared":
        return False
    if body.relative is None or (body.rule == "course" and body.level == "warning"):
        return body.level == "warning"
    losses = (body.relative.loss_in_ms, body.relative.worst_loss_in_ms)
    return any(ahead is not None and ahead < within_ms for ahead in losses)


def _wrong(body: Alert, parameters: Parameters) -> Iterator[Refused]:
    yield from _ended(body)
    yield from _heights(body)
    if body.source == "shared":
        yield from _shared(body)
    elif body.positions or body.window is not None:
        yield from _released(body, parameters)
    else:
        yield from _relative(body, parameters)


def _ended(body: Alert) -> Iterator[Refused]:
    if (body.reason is not None) != (body.step == "cleared"):
        yield no(
            "reason-with-cleared", "reason", "why an alert ended stands in `cleared` alone", "put it there"
        )


def _heights(body: Alert) -> Iterator[Refused]:
    for i, state in enumerate(body.states):
        if (state.low_tmm is None) != (state.high_tmm is None):
            yield no(
                "half-a-height", f"states[{i}].low_tmm", "a height is an interval", "give both or neither"
            )
        elif state.low_tmm is not None and state.high_tmm is not None and state.high_tmm < state.low_tmm:
            yield no("high-below-low", f"states[{i}].high_tmm", "high is not below low", "exchange them")
    unknown = any(state.low_tmm is None for state in body.states)
    if body.relative is not None:
        unknown = unknown or body.relative.vertical_tmm is None
        yield from _spans(body.relative)
    afloat = bool(body.states) and all(state.mover == "ship" for state in body.states)  # heights do not count
    if unknown and not afloat and not body.whole_column:
        yield no(
            "whole-column-unsaid",
            "whole_column",
            "a height that is not known means the whole column, and the alert says so",
            "set whole_column",
            "feeds-and-console.md, Altitude",
        )


def _spans(relative: Relative) -> Iterator[Refused]:
    for name in ("horizontal_mm", "vertical_tmm", "least_horizontal_mm", "least_vertical_tmm"):
        span = getattr(relative, name)
        if span is not None and span.high < span.low:
            yield no("high-below-low", f"relative.{name}.high", "high is not below low", "exchange them")


def _shared(body: Alert) -> Iterator[Refused]:
    if len(body.states) != 2 or body.states[0].shared_id >= body.states[-1].shared_id:
        yield no(
            "two-states",
            "states",
            "an alert from shared feeds carries the two states that it was computed from, ordered by shared id",
            "give both",
            "judgement.md",
        )
    elif not alert_id.matches(body.alert, body.agreement, ids_of(body), _ms(body.first)):
        yield no(
            "wrong-alert-id",
            "alert",
            "the id is made of the agreement, the shared ids and the slot of the first raise",
            "make it from these",
            "issue 4 §3",
        )
    if body.positions or body.window is not None:
        yield no(
            "not-coarse", "positions", "a cell stands in what was seen locally", "leave it out", _BOUNDARY
        )


def _relative(body: Alert, parameters: Parameters) -> Iterator[Refused]:
    """What the node may sign of a local feed: by agreement, a loss of separation, no place, no name, no state."""
    yield from _no_track(body)
    if not parameters.alert_local_automatic:
        yield no(
            "local-not-agreed",
            "source",
            "nothing leaves a local feed by itself unless the agreement says so",
            "have an officer release it: steerclear alert release",
            _BOUNDARY,
        )
    if body.level != "warning":
        yield no(
            "local-not-loss", "level", "of a local feed only a loss of separation is said", "wait", _BOUNDARY
        )
    if body.relative is None:
        yield no(
            "relative-needed", "relative", "of a local feed relative geometry is said", "give it", _BOUNDARY
        )


def _released(body: Alert, parameters: Parameters) -> Iterator[Refused]:
    """What an officer released: no finer than the agreed cell and time."""
    yield from _no_track(body)
    if body.relative is not None:
        yield no(
            "finer-than-cell", "relative", "distances tell more than the cell", "leave it out", _BOUNDARY
        )
    for i, position in enumerate(body.positions):
        if position.form != "wgs84" or position.lat_e7 is None or position.lon_e7 is None:
            yield no(
                "finer-than-cell", f"positions[{i}].form", "a cell is said in wgs84", "convert it", _BOUNDARY
            )
            continue
        cell = cell_of(position.lat_e7, position.lon_e7, parameters.alert_cell_mm)
        if (position.lat_e7, position.lon_e7) != cell[:2] or (position.error_mm or 0) < cell.error_mm:
            remedy = f"give lat_e7 {cell.lat_e7}, lon_e7 {cell.lon_e7}, error_mm {cell.error_mm}"
            yield no("finer-than-cell", f"positions[{i}]", "a place is its agreed cell", remedy, _BOUNDARY)
    if body.window is not None:
        start, end = _ms(body.window.start), _ms(body.window.end)
        least = slot_of(start, parameters.alert_cell_ms)
        if (
            start != least[0]
            or end < least[1]
            or (parameters.alert_cell_ms and end % parameters.alert_cell_ms)
        ):
            yield no("finer-than-cell", "window", "a time is its agreed slot", "widen it", _BOUNDARY)
        if _ms(body.first) != start or _ms(body.at) != start:
            yield no(
                "finer-than-cell", "at", "a time is its agreed slot", "write the window's start", _BOUNDARY
            )


def _no_track(body: Alert) -> Iterator[Refused]:
    if body.states:
        yield no(
            "no-track-from-local",
            "states",
            "what a local feed saw of another's mover is no state that leaves the node",
            "leave it out",
            _BOUNDARY,
        )


def _ms(text: str) -> int:
    try:
        return int(parse_time(text))
    except Malformed:
        return -1  # the bad time itself is refused by `rules.wrong`


def _missing(body: Alert) -> list[str]:
    return absent(body, "reason") if body.step == "cleared" else []


ROW = Kind(
    "alert",
    "contact",
    Alert,
    life_safety="soon",
    precedence="PRIORITY",
    release="one",
    roles=(*OFFICERS, "node"),
    subject=("alert",),
    answers=SHORT_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
