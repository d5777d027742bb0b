"""Which group of the catalogues holds the codes of a body's field, and every code that the catalogues must know."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

import msgspec

from steerclear.record.header import Mode, Precedence
from steerclear.speech import table
from steerclear.speech.payload import Inner

YES_NO: Final = "yes_no"
_YES_NO_FIELDS: Final = (
    "WarningRadio.answered",
    "Stop.injured",
    "Assist.injured",
    "RadioCall.answered",
    "EncounterReport.injuries_or_damage",
    "EncounterReport.lights_shown",
    "EncounterReport.transponder_seen",
    "ConductItem.own",
    "ConductItem.other",
)
_ELSEWHERE: Final = dict.fromkeys(_YES_NO_FIELDS, YES_NO) | {
    "Alert.level": "alert_level",
    "Alert.reason": "alert_end",
    "Alert.rule": "alert_rule",
    "Alert.source": "alert_source",
    "Alert.step": "alert_step",
    "AreaReply.answer": "area_answer",
    "OverlapResult.answer": "overlap",
    "AreaRequest.types": "area",
    "Call.state": "call_state",
    "Complete.outcome": "complete_outcome",
    "EncounterReport.other_class": "aircraft_class",
    "EncounterReport.own_class": "aircraft_class",
    "Flight.transponder": "on_off",
    "Flight.lights": "on_off",
    "Voyage.ais": "on_off",
    "MoverState.mover": "aircraft_class",
    "Meeting.act": "meeting_act",
    "Meeting.form": "meeting_form",
    "Meeting.level": "meeting_level",
    "MovementComplete.outcome": "movement_outcome",
    "MovementPosition.event": "movement_event",
    "Position.form": "position_form",
    "Site.function": "site_function",
    "Site.marking": "site_marking",
    "Agreement.categories": "category",
    "LineStatus.categories": "category",
    "Scope.classes": "aircraft_class",
    "Source.kind": "source_kind",
    "Volume4D.lower": "limit",
    "Volume4D.upper": "limit",
}
"""`Struct.field` → group, where it is not the field's own name."""
GENERIC: Final = {YES_NO: ("true", "false")}


def group_of(struct: str, field: str) -> str:
    """The group that holds the codes of this field of this struct."""
    return _ELSEWHERE.get(f"{struct}.{field}", field)


@cache
def wanted() -> dict[str, tuple[str, ...]]:
    """Group → every code that a header or a payload can hold, and `field` → every name of a field."""
    out: dict[str, dict[str, None]] = {"field": {}, **{name: dict.fromkeys(c) for name, c in GENERIC.items()}}
    out["kind"] = dict.fromkeys(table.KINDS)
    out["mode"] = dict.fromkeys(get_args(Mode))
    out["precedence"] = dict.fromkeys(get_args(Precedence))
    for struct in _structs():
        for one in msgspec.structs.fields(struct):
            out["field"][one.encode_name] = None
            codes = [code for found in literals(one.type) for code in found]
            if codes:
                out.setdefault(group_of(struct.__name__, one.encode_name), {}).update(dict.fromkeys(codes))
    return {group: tuple(codes) for group, codes in out.items()}


def literals(annotation: Any) -> Iterator[tuple[str, ...]]:
    """The sets of words that an annotation lets stand, through tuples and unions, not into structs."""
    if get_origin(annotation) is Literal:
        yield get_args(annotation)
    else:
        for part in get_args(annotation):
            if part is not Ellipsis:
                yield from literals(part)


def _structs() -> Iterator[type[msgspec.Struct]]:
    """Every struct of a payload, each once, in the order of the table of kinds."""
    seen: dict[type[msgspec.Struct], None] = {}
    waiting: list[Any] = [Inner, *(row.body for row in table.spoken())]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            if one not in seen:
                seen[one] = None
                waiting += [field.type for field in msgspec.structs.fields(one)]
        else:
            waiting += [part for part in get_args(one) if part is not Ellipsis]
    yield from seen
