"""What of an alert may leave the node by itself, and in which form (boundary.md, No track file of the other side).

`states`: both broadcast, from feeds that everybody can receive, and one of them is own: the two states, so that the
other side computes it again. `relative`: something was seen by an own feed alone, and the agreement lets the node say
of a loss of separation with an own manned mover, by relative geometry, that it is there. `home`: all else; an officer
may release it, coarsened to the agreed cell and time.
"""

from __future__ import annotations

from typing import Literal

from steerclear.judgement.separation.meeting import Meeting, Side, state_of
from steerclear.speech.alert_id import alert_id
from steerclear.speech.cells import cell_of
from steerclear.speech.cells import slot_of as time_slot
from steerclear.speech.kinds.alert import Alert, AlertEnd, AlertLevel, AlertRule, AlertStep
from steerclear.speech.kinds.common import Position, Window
from steerclear.speech.parameters import Parameters
from steerclear.units import format_time

Form = Literal["states", "relative", "home"]


def form(met: Meeting, level: AlertLevel, parameters: Parameters) -> Form:
    """In which form the node itself may say it, on a line with these parameters."""
    if public(met):
        return "states" if any(side.own for side in met.sides) else "home"
    own = [side for side in met.sides if side.own and side.manned]
    if parameters.alert_local_automatic and level == "warning" and own and _known_by(own[0]):
        return "relative"
    return "home"


def public(met: Meeting) -> bool:
    """Whether both states are what everybody can receive of the two."""
    return all(side.shared and bool(side.shared_id) for side in met.sides)


def _known_by(own: Side) -> bool:
    """Whether the other side can find it among its own: by the notice that the own mover moves under."""
    return bool(own.notice)


def ids_of(met: Meeting, how: Form) -> tuple[str, ...]:
    """What the id of the alert is over: the shared ids; of what a local feed saw the own notice, and no name."""
    if how == "states":
        return tuple(side.shared_id for side in met.sides)
    return tuple(sorted({f"entry:{side.notice}" for side in met.sides if side.own and side.notice}))


def body_of(
    met: Meeting,
    step: AlertStep,
    level: AlertLevel,
    first_ms: int,
    agreement: str,
    how: Literal["states", "relative"],
    reason: AlertEnd | None = None,
    rule: AlertRule = "minima",
) -> Alert:
    """The body that the node signs. `met` is the look that it speaks of; of `cleared` the nearest one that may be said.
    Raises `ValueError` for states that not everybody can receive."""
    shared = how == "states"
    if shared and not public(met):
        raise ValueError("body_of: a state that an own feed alone saw does not leave")
    notices = [side.notice for side in met.sides if side.own and side.notice]
    figures = met.relative
    return Alert(
        alert=alert_id(agreement, ids_of(met, how), first_ms),
        agreement=agreement,
        step=step,
        level=level,
        source="shared" if shared else "local",
        first=format_time(first_ms),
        at=format_time(met.at_ms),
        states=tuple(state_of(side) for side in met.sides) if shared else (),
        relative=figures,
        notice=notices[0] if notices else None,
        whole_column=True if met.whole_column or (not shared and figures.vertical_tmm is None) else None,
        rule=None if rule == "minima" else rule,
        reason=reason,
    )


def released(
    met: Meeting,
    step: AlertStep,
    level: AlertLevel,
    first_ms: int,
    agreement: str,
    parameters: Parameters,
    reason: AlertEnd | None = None,
    rule: AlertRule = "minima",
) -> Alert:
    """The body that an officer releases of what stays at home: the cell of the place between the two, the agreed slot
    of the time, and nothing of the other. An own mover gives the place where there is one; its notice the id."""
    here = next((side for side in met.sides if side.own), met.one)
    cell = cell_of(here.lat_e7, here.lon_e7, parameters.alert_cell_mm)
    start, end = time_slot(met.at_ms, parameters.alert_cell_ms)
    ids = ids_of(met, "home")
    notice = next((side.notice for side in met.sides if side.own and side.notice), None)
    place = Position(form="wgs84", lat_e7=cell.lat_e7, lon_e7=cell.lon_e7, error_mm=cell.error_mm)
    return Alert(
        alert=alert_id(agreement, ids, first_ms),
        agreement=agreement,
        step=step,
        level=level,
        source="local",
        first=format_time(start),
        at=format_time(start),
        positions=(place,),
        window=Window(start=format_time(start), end=format_time(max(end, start + 1))),
        notice=notice,
        whole_column=True if met.whole_column else None,
        rule=None if rule == "minima" else rule,
        reason=reason,
    )
