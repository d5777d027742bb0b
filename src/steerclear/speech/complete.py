"""What an entry leaves out, in the order in which to ask for it.

messages.md, Activity: what is *absent* may be released as `incomplete` and is `not_judged(incomplete)`.
Scenarios AT02 (missing fields of a `stop` asked for in order) and AT06 (what a radio warning needs to count).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from steerclear.space.volume import Circle, Volume4D, limits_of
from steerclear.speech.kinds import activity, agreement, answers, area, changes, contact, keeping
from steerclear.speech.versions import notice_of

B = TypeVar("B", bound=msgspec.Struct)
TWO_FORM_AREAS = ("protected_site", "personnel", "airfield")


def missing(kind: str, body: msgspec.Struct | None) -> tuple[str, ...]:
    """Dotted paths of the fields to ask for, most needed first; empty for a kind that is not known here."""
    rule = _RULES.get(kind)
    if rule is None or body is None:
        return ()
    return tuple(rule(body))


def counts_as_warning(body: contact.WarningRadio) -> bool:
    """Whether the addressee could know that it was meant (AT06): position, heading, altitude, and speed or
    squawk of an aircraft; position, heading and speed of a ship; position of a vehicle or of people on the
    ground.
    """
    return not _addressee(body.to_whom)


def _absent(body: msgspec.Struct, *names: str) -> list[str]:
    return [name for name in names if getattr(body, name) in (None, ())]


def _volumes(volumes: tuple[Volume4D, ...]) -> list[str]:
    if not volumes:
        return ["volumes"]
    return [
        f"volumes[{i}].{end}"
        for i, volume in enumerate(volumes)
        for end in ("lower", "upper")
        if "unknown" in limits_of(getattr(volume, end))
    ]


def _flight(body: activity.Flight) -> list[str]:
    out = _volumes(body.volumes) + _absent(body, "aircraft_class", "number", "transponder", "monitored")
    return out + (_absent(body, "lost_link") if body.aircraft_class == "unmanned" else [])


def _voyage(body: activity.Voyage) -> list[str]:
    return _volumes(body.volumes) + _absent(body, "number", "formation", "lights", "channel_16", "ais")


def _hazard(body: activity.Hazard) -> list[str]:
    circles = any(isinstance(volume.outline, Circle) for volume in body.volumes)
    out = _volumes(body.volumes) + _absent(body, "danger", "domain")
    return out + (_absent(body, "centre_displaced") if circles else []) + _absent(body, "published")


def _area(body: area.AreaDeclare) -> list[str]:
    out = _absent(body, "area", "precision")
    if body.precision == "sealed":
        return out + _absent(body, "commitment")
    out += _volumes(body.volumes)
    if body.area in TWO_FORM_AREAS and body.precision != "broad":
        out += _two_forms(body.positions)
    return out + (_absent(body, "buffer_mm") if body.precision == "buffered" else [])


def _two_forms(positions: tuple[Any, ...]) -> list[str]:
    if not positions:
        return ["positions"]
    return ["positions[1]"] if len({position.form for position in positions}) < 2 else []


def _area_reply(body: area.AreaReply) -> list[str]:
    if body.answer in ("provided", "broad"):
        return _absent(body, "areas")
    return _absent(body, "reason") if body.answer == "declined" else []


def _receipt(body: answers.Receipt) -> list[str]:
    out = _absent(body, "post_class", "post")
    return out + (_absent(body, "read_back") if body.level == "understood" else [])


_REPLY_NEEDS: Mapping[str, tuple[str, ...]] = {
    "HOLDING": ("until",),
    "CONFLICT": ("where",),
    "PROPOSE_CHANGE": ("proposal",),
    "UNABLE": ("reason",),
    "DECLINED": ("reason",),
    "QUERY": ("text",),
}


def _reply(body: answers.Reply) -> list[str]:
    if body.answer == "CONFLICT" and body.conflicts:
        return []
    return _absent(body, *_REPLY_NEEDS.get(body.answer, ()))


def _dissemination(body: answers.Dissemination) -> list[str]:
    if body.word in ("none", "headquarters"):
        return _absent(body, "notice")
    return _absent(body, "notice", "code", "counts_until")


def _addressee(whom: contact.Addressee | None) -> list[str]:
    if whom is None:
        return ["to_whom"]
    out = [] if whom.lat_e7 is not None and whom.lon_e7 is not None else ["to_whom.position"]
    if whom.mover == "ground":
        return out
    out += [f"to_whom.{name}" for name in _absent(whom, "heading_cdeg")]
    if whom.mover == "ship":
        return out + [f"to_whom.{name}" for name in _absent(whom, "speed_mm_s")]
    out += [f"to_whom.{name}" for name in _absent(whom, "altitude")]
    return out + (["to_whom.speed_mm_s or squawk"] if len(_absent(whom, "speed_mm_s", "squawk")) == 2 else [])


def _warning(body: contact.WarningRadio) -> list[str]:
    return _addressee(body.to_whom) + _absent(
        body, "frequencies_hz", "words", "language", "first", "answered"
    )


def _stop(body: contact.Stop) -> list[str]:
    where = _two_forms(body.positions)
    return where + _absent(body, "since", "evidence", "site_kind", "going_on", "call_back")


def _encounter(body: contact.EncounterReport) -> list[str]:
    return _absent(
        body, "own", "other", "begin", "end", "least_separation", "visual_contact", "own_class", "checklist"
    )


def _agreement(body: agreement.Agreement) -> list[str]:
    if body.act == "ratify":
        return _absent(body, "name", "text_hash", "parameters", "clause")
    if body.act == "suspend":
        return ([] if body.categories or body.provisions else ["categories"]) + _absent(body, "reason")
    return []


def _status(body: keeping.LineStatus) -> list[str]:
    return _absent(body, "categories", "reason", "terms") if body.status == "suspended" else []


def _amend(body: changes.Amend) -> list[str]:
    notice, _ = notice_of(body)
    return ["notice"] if notice is None else [f"notice.{path}" for path in missing(body.kind, notice)]


_RULES: Mapping[str, Callable[[Any], list[str]]] = {
    "introduce": lambda body: _absent(body, "carrier", "at"),
    "line.status": _status,
    "activity.flight": _flight,
    "activity.voyage": _voyage,
    "activity.hazard": _hazard,
    "amend": _amend,
    "withdraw": lambda body: _absent(body, "reason"),
    "complete": lambda body: _absent(body, "outcome"),
    "area.declare": _area,
    "area.request": lambda body: _absent(body, "bounds"),
    "area.reply": _area_reply,
    "receipt": _receipt,
    "reply": _reply,
    "dissemination": _dissemination,
    "warning.radio": _warning,
    "stop": _stop,
    "encounter.report": _encounter,
    "agreement": _agreement,
}
