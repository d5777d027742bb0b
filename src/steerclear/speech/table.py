"""Every kind as one row of data: what carries it, who may sign it, what it answers, what can hold it back.

A new kind is a file in `kinds/` with its body and its `ROW`, and its name here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from steerclear.speech.kind import ACTIVITIES, ANY, AREAS, CHANGEABLE, STOPS, Kind, LifeSafety, Release, Role
from steerclear.speech.kinds import (
    activity_exercise,
    activity_flight,
    activity_ground,
    activity_hazard,
    activity_visit,
    activity_voyage,
    agreement,
    alert,
    amend,
    area_challenge,
    area_declare,
    area_reply,
    area_request,
    assist,
    assist_position,
    attestation_negative,
    baseline,
    call,
    claim,
    complete,
    counterclaim,
    demarche,
    dissemination,
    encounter_report,
    evidence,
    finding,
    identity_query,
    incident,
    introduce,
    line_check,
    line_handover,
    line_roster,
    line_status,
    meeting,
    movement_complete,
    movement_notify,
    movement_position,
    overlap_query,
    overlap_result,
    preserve,
    provision,
    receipt,
    reply,
    scope_change,
    site_notify,
    statement,
    stop,
    warning_radio,
    withdraw,
)

__all__ = [
    "ACTIVITIES",
    "ANY",
    "AREAS",
    "CHANGEABLE",
    "KINDS",
    "STOPS",
    "Kind",
    "LifeSafety",
    "Release",
    "Role",
    "kind",
    "spoken",
]


def _record(name: str, release: Release = "none", roles: tuple[Role, ...] = ("node",)) -> Kind:
    """A kind of the record itself: no payload, its content in the header's `record`, permitted on
    every line.
    """
    return Kind(name, "record", None, "record", release=release, roles=roles, unauthenticated=True)


_ROWS = (
    introduce.ROW,
    baseline.ROW,
    scope_change.ROW,
    line_check.ROW,
    line_status.ROW,
    line_roster.ROW,
    line_handover.ROW,
    call.ROW,
    activity_flight.ROW,
    activity_voyage.ROW,
    activity_ground.ROW,
    activity_hazard.ROW,
    activity_exercise.ROW,
    activity_visit.ROW,
    amend.ROW,
    withdraw.ROW,
    complete.ROW,
    area_declare.ROW,
    area_request.ROW,
    area_reply.ROW,
    area_challenge.ROW,
    overlap_query.ROW,
    overlap_result.ROW,
    site_notify.ROW,
    movement_notify.ROW,
    movement_position.ROW,
    movement_complete.ROW,
    receipt.ROW,
    reply.ROW,
    dissemination.ROW,
    warning_radio.ROW,
    stop.ROW,
    identity_query.ROW,
    assist.ROW,
    assist_position.ROW,
    encounter_report.ROW,
    alert.ROW,
    meeting.ROW,
    provision.ROW,
    incident.ROW,
    claim.ROW,
    counterclaim.ROW,
    statement.ROW,
    evidence.ROW,
    finding.ROW,
    attestation_negative.ROW,
    preserve.ROW,
    demarche.ROW,
    agreement.ROW,
    _record("entry.invalid"),
    _record("payload-missing"),
    _record("payload-held"),
    _record("payload-unopenable"),
    _record("payload.inline"),
    _record("carried"),
    _record("fork"),
    _record("erased"),
    _record("opened"),
    _record("timer.fired"),
    _record("policy", release="roots", roles=("root",)),
    _record("key", release="roots", roles=("root", "releaser")),
    _record("log.restart", release="roots", roles=("root",)),
)

KINDS: Mapping[str, Kind] = MappingProxyType({row.name: row for row in _ROWS})


def kind(name: str) -> Kind | None:
    """The row of a kind, or `None`: an unknown kind is admitted, delivered and shown as not understood."""
    return KINDS.get(name)


def spoken() -> tuple[Kind, ...]:
    """The kinds that carry a payload, in the table's order."""
    return tuple(row for row in _ROWS if row.body is not None)
