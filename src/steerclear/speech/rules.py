"""Values that are wrong in a body, by kind: each with field, rule and remedy (judgement.md, Bad input: the
desk).

What is absent is not wrong here (`complete.py` lists it). Rules that need the header or the subject are in
`answering.py`; rules of volumes, altitudes and positions are `space`'s and are only called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from steerclear.errors import Malformed, Refused, refusal
from steerclear.space.altitude import Altitude, check_altitude
from steerclear.space.volume import Circle, Volume4D, limits_of
from steerclear.speech import recurrence, where
from steerclear.speech.kinds import activity, agreement, area, changes, contact, keeping
from steerclear.speech.kinds.common import Band, Channel, Interval, Position, Window
from steerclear.speech.parameters import Parameters
from steerclear.speech.versions import notice_at_desk
from steerclear.speech.walk import marked, structs
from steerclear.units import parse_time

Rule = Callable[[Any, Parameters], Iterator[Refused]]


def wrong(kind: str, body: msgspec.Struct, parameters: Parameters, path: str = "body") -> list[Refused]:
    """Every wrong value of one body, with its dotted path."""
    out = list(_common(body, parameters))
    if kind in _RULES:
        out += _RULES[kind](body, parameters)
    return [_named(fault, path) for fault in out]


def _named(fault: Refused, path: str) -> Refused:
    """The fault with its whole path, and its rule as its code where another room said only `malformed`."""
    code = fault.rule if fault.code == "malformed" and " " not in fault.rule else fault.code
    return msgspec.structs.replace(fault, code=code, field=f"{path}.{fault.field}")


def no(code: str, field: str, rule: str, remedy: str, source: str = "messages.md, Kinds") -> Refused:
    """A refusal in one line."""
    return Refused(code, field, rule, remedy, source)


def _common(body: msgspec.Struct, parameters: Parameters) -> Iterator[Refused]:
    for field, text in marked(body, "time"):
        try:
            parse_time(text, field=field)
        except Malformed as error:
            yield refusal(error, error.rule)
    yield from _volumes(body, parameters)
    for field, window in structs(body, Window):
        yield from _ordered(window.start, window.end, f"{field}.end")
    for field, interval in structs(body, Interval):
        if interval.low > interval.high:
            yield no("upper-below-lower", field, "an interval's high end is below its low end", "swap them")
    for field, band in structs(body, Band):
        if band.most is not None and band.most < band.least:
            yield no("upper-below-lower", f"{field}.most", "a band's most is below its least", "swap them")
    for field, position in structs(body, Position):
        yield from where.check(position, field=field)


def _volumes(body: msgspec.Struct, parameters: Parameters) -> Iterator[Refused]:
    found = list(structs(body, Volume4D))
    if len(found) > parameters.max_volumes:
        yield no(
            "too-many-volumes",
            "volumes",
            f"at most {parameters.max_volumes} volumes a notice; this has {len(found)}",
            "split the notice",
            "judgement.md, Bad input",
        )
        return
    inside = set()
    for field, volume in found:
        inside |= {id(limit) for end in (volume.lower, volume.upper) for limit in limits_of(end)}
        yield from where.check_volume(volume, parameters, field=field)
    for field, altitude in structs(body, Altitude):
        if id(altitude) not in inside:
            yield from check_altitude(altitude, field=field)


def _ordered(start: str | None, end: str | None, field: str) -> Iterator[Refused]:
    if start is None or end is None:
        return
    try:
        if parse_time(start) >= parse_time(end):
            yield no(
                "end-not-after-start",
                field,
                "intervals are [start, end)",
                "end after the start",
                "judgement.md",
            )
    except Malformed:
        return  # the bad time itself is refused by `_common`


def _channels(body: activity.Flight | activity.Voyage, parameters: Parameters) -> Iterator[Refused]:
    for name in ("monitored", "can_receive"):
        for i, channel in enumerate(getattr(body, name)):
            yield from _channel(channel, f"{name}[{i}]", parameters)


def _channel(channel: Channel, field: str, parameters: Parameters) -> Iterator[Refused]:
    source = "messages.md, activity.flight: guard, distress, published ATS, the agreement's numbered channels"
    listed = {"guard": parameters.guard_hz, "distress": parameters.distress_hz}.get(channel.use)
    if channel.use == "agreed":
        if channel.hz is not None:
            yield no(
                "frequency-of-numbered-channel",
                f"{field}.hz",
                "the number stands for it",
                "leave hz out",
                source,
            )
        if channel.number is None or channel.number not in {known.number for known in parameters.channels}:
            numbers = ", ".join(str(known.number) for known in parameters.channels) or "none"
            yield no(
                "unknown-channel",
                f"{field}.number",
                f"the agreement numbers: {numbers}",
                "name one of them",
                source,
            )
    elif listed is not None and channel.hz is not None and channel.hz not in listed:
        names = ", ".join(f"{hz / 1e6:g}" for hz in listed)
        yield no(
            "not-a-listed-frequency",
            f"{field}.hz",
            f"{channel.use} is {names} MHz",
            "name one of them",
            source,
        )
    elif channel.use == "ats" and channel.published_in is None:
        yield no(
            "unpublished-frequency",
            f"{field}.published_in",
            "ATS channels are published",
            "say where",
            source,
        )
    if channel.use != "agreed" and channel.number is not None:
        yield no(
            "number-of-listed-frequency",
            f"{field}.number",
            "only agreed channels are numbered",
            "leave it out",
            source,
        )


def _flight(body: activity.Flight, parameters: Parameters) -> Iterator[Refused]:
    yield from _channels(body, parameters)
    yield from recurrence.check(body, parameters)
    if body.lost_link is not None and body.aircraft_class not in (None, "unmanned"):
        yield no("lost-link-of-manned", "lost_link", "only unmanned aircraft lose a link", "leave it out")


def _voyage(body: activity.Voyage, parameters: Parameters) -> Iterator[Refused]:
    yield from _channels(body, parameters)
    yield from recurrence.check(body, parameters)


def _hazard(body: activity.Hazard, parameters: Parameters) -> Iterator[Refused]:
    source = "messages.md, activity.hazard; boundary.md"
    yield from recurrence.check(body, parameters)
    for i, volume in enumerate(body.volumes):
        if any(limit not in ("surface", "unknown") for limit in limits_of(volume.lower)):
            yield no(
                "hazard-not-from-surface",
                f"volumes[{i}].lower",
                "a danger area reaches from the surface to its limit",
                'write "surface"',
                source,
            )
        if isinstance(volume.outline, Circle):
            if volume.outline.radius_mm < parameters.hazard_least_radius_mm:
                least = parameters.hazard_least_radius_mm / 1e6
                yield no(
                    "radius-below-agreed",
                    f"volumes[{i}].outline.radius_mm",
                    f"a danger area has a radius of at least {least:g} km, so that it is no aim point",
                    "widen the circle",
                    source,
                )
            if body.centre_displaced is False:
                yield no(
                    "centre-not-displaced",
                    "centre_displaced",
                    "the centre of a danger area is displaced, so that it is no aim point",
                    "move the centre, keep the danger inside the circle, and say so",
                    source,
                )


def _area(body: area.AreaDeclare, parameters: Parameters) -> Iterator[Refused]:
    source = "messages.md, area.declare; boundary.md"
    if body.precision == "sealed":
        if not parameters.sealed_allowed:
            yield no(
                "sealed-not-allowed",
                "precision",
                "the agreement allows no sealed areas",
                "choose broad",
                source,
            )
        for name in ("volumes", "positions", "buffer_mm"):
            if getattr(body, name) not in (None, ()):
                yield no(
                    "sealed-shows-place", name, "a sealed area is a commitment alone", "leave it out", source
                )
    elif body.commitment is not None:
        yield no(
            "commitment-not-sealed",
            "commitment",
            "only a sealed area is a commitment",
            "leave it out",
            source,
        )
    if body.precision in ("broad", "buffered"):
        least = parameters.area_agree_mm if body.precision == "broad" else body.buffer_mm or 0
        for i, position in enumerate(body.positions):
            if (position.error_mm or 0) < least or not position.error_mm:
                yield no(
                    "position-finer-than-precision",
                    f"positions[{i}].error_mm",
                    f"a {body.precision} area names no point finer than its precision",
                    "leave the position out, or round it and state its error",
                    source,
                )


def _area_reply(body: area.AreaReply, parameters: Parameters) -> Iterator[Refused]:
    if body.answer not in ("provided", "broad") and body.areas:
        yield no(
            "areas-not-provided",
            "areas",
            f"{body.answer} names no areas",
            "leave them out, or answer provided",
        )
    if body.answer in ("provided", "broad", "sealed") and body.reason is not None:
        yield no("reason-without-refusal", "reason", "a reason goes with declined or unknown", "leave it out")


def _status(body: keeping.LineStatus, parameters: Parameters) -> Iterator[Refused]:
    if body.categories and body.status != "suspended":
        yield no("categories-not-suspended", "categories", "categories go with suspended", "leave them out")
    yield from _ordered(body.since, body.until, "until")


def _check(body: keeping.LineCheck, parameters: Parameters) -> Iterator[Refused]:
    yield from _ordered(body.window_start, body.window_end, "window_end")
    for i, beat in enumerate(body.beats):
        if beat.heard > beat.expected:
            yield no(
                "heard-more-than-sent", f"beats[{i}].heard", "no more can be heard than sent", "count again"
            )


def _stop(body: contact.Stop, parameters: Parameters) -> Iterator[Refused]:
    if body.since is not None and body.last is not None and body.since != body.last:
        yield from _ordered(body.since, body.last, "last")


def _warning(body: contact.WarningRadio, parameters: Parameters) -> Iterator[Refused]:
    whom = body.to_whom
    if whom is not None and (whom.lat_e7 is None) != (whom.lon_e7 is None):
        yield no(
            "half-a-position",
            "to_whom.lat_e7",
            "a position is latitude and longitude",
            "give both or neither",
        )
    if body.first is not None and body.last is not None and body.first != body.last:
        yield from _ordered(body.first, body.last, "last")


def _encounter(body: contact.EncounterReport, parameters: Parameters) -> Iterator[Refused]:
    if body.begin != body.end:
        yield from _ordered(body.begin, body.end, "end")
    rules = [item.rule for item in body.checklist]
    for i, rule in enumerate(rules):
        if rule in rules[:i]:
            yield no("rule-twice", f"checklist[{i}].rule", "each rule once", "join the two lines")


def _agreement(body: agreement.Agreement, parameters: Parameters) -> Iterator[Refused]:
    if body.clause is not None and body.clause != agreement.NO_RECOGNITION:
        yield no(
            "clause-altered",
            "clause",
            "the sentence stands word for word",
            f'write "{agreement.NO_RECOGNITION}"',
        )
    if body.parameters is not None:
        try:
            Parameters.from_dict(body.parameters)
        except Malformed as error:
            yield refusal(error, error.rule)
    yield from _ordered(body.in_force_from, body.until, "until")
    if body.act == "ratify" and (body.categories or body.provisions):
        yield no("categories-not-suspended", "categories", "categories go with suspend", "leave them out")


def _amend(body: changes.Amend, parameters: Parameters) -> Iterator[Refused]:
    notice = notice_at_desk(body)
    if isinstance(notice, list):
        yield from notice
    else:
        yield from wrong(body.kind, notice, parameters, "notice")


_RULES: Mapping[str, Rule] = {
    "line.status": _status,
    "line.check": _check,
    "activity.flight": _flight,
    "activity.voyage": _voyage,
    "activity.hazard": _hazard,
    "area.declare": _area,
    "area.reply": _area_reply,
    "stop": _stop,
    "warning.radio": _warning,
    "encounter.report": _encounter,
    "agreement": _agreement,
    "amend": _amend,
}
