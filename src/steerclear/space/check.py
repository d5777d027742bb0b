"""What the author's desk refuses of a volume before anything is signed (judgement.md, Bad input).

Refused, never cut: each `Refused` names the field (dotted, from `field`), the rule, and what to write
instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from steerclear.errors import Malformed, Refused, refusal
from steerclear.space.altitude import Altitude, check_altitude, check_limits
from steerclear.space.box import geo_box
from steerclear.space.faults import SOURCE, outline_faults
from steerclear.space.geoid import GeoBox
from steerclear.space.limits import DEFAULT_LIMITS, Limits
from steerclear.space.outline import build
from steerclear.space.size import area_km2
from steerclear.space.volume import Volume4D, limits_of, points_of
from steerclear.units import parse_time

_EARTH = GeoBox(-900_000_000, -1_800_000_000, 900_000_000, 1_800_000_000)


def check_volumes(
    volumes: Sequence[Volume4D], *, field: str = "volumes", limits: Limits = DEFAULT_LIMITS
) -> list[Refused]:
    """Every fault of the volumes of one notice, their number included. No volume at all is not a fault here:
    what is absent may be released as incomplete (messages.md, Activity).
    """
    if len(volumes) > limits.max_volumes:
        remedy = f"at most {limits.max_volumes} volumes a notice, not {len(volumes)}: divide the notice"
        return [Refused("malformed", field, "too-many-volumes", remedy, SOURCE)]
    return [
        refused
        for number, volume in enumerate(volumes)
        for refused in check_volume(volume, field=f"{field}[{number}]", limits=limits)
    ]


def check_volume(volume: Volume4D, *, field: str = "", limits: Limits = DEFAULT_LIMITS) -> list[Refused]:
    """Every fault of one volume; empty when `prepare` takes it and the agreement allows it."""
    found = [*_outline(volume, limits), *_altitudes(volume), *_times(volume, limits)]
    return [
        Refused(one.code, f"{field}.{one.field}".strip("."), one.rule, one.remedy, one.source)
        for one in found
    ]


def _outline(volume: Volume4D, limits: Limits) -> Iterator[Refused]:
    count = len(points_of(volume.outline))
    if count > limits.max_vertices:
        remedy = f"at most {limits.max_vertices} vertices, not {count}: simplify or divide the outline"
        yield Refused("malformed", "outline", "too-many-vertices", remedy, SOURCE)
        return
    faults = list(outline_faults(volume.outline))
    for fault in faults:
        yield _within("outline", fault)
    if not faults and (area := area_km2(volume.outline)) > limits.max_outline_km2:
        remedy = f"at most {limits.max_outline_km2} km² by the agreement, not {area}: draw what is needed"
        yield Refused("malformed", "outline", "area-too-large", remedy, SOURCE)


def _altitudes(volume: Volume4D) -> Iterator[Refused]:
    whole = True
    for name, written in (("lower", volume.lower), ("upper", volume.upper)):
        found = limits_of(written)
        if len(found) != 1:
            rule = "two-limits" if found else "no-limit"
            remedy = f"write exactly one {name} limit: an altitude, or a word such as surface or unknown"
            yield Refused("malformed", name, rule, remedy, f"{SOURCE}; scenarios.md, AT19")
            whole = False
            for number, limit in enumerate(found):
                if isinstance(limit, Altitude):
                    yield from check_altitude(limit, field=f"{name}[{number}]")
    if whole:
        try:
            box = geo_box(build(volume.outline))
        except (Malformed, ValueError):  # a vertex that is nowhere is refused by `_outline`
            box = _EARTH
        yield from check_limits(limits_of(volume.lower)[0], limits_of(volume.upper)[0], box)


def _times(volume: Volume4D, limits: Limits) -> Iterator[Refused]:
    instants = []
    for name, text in (("start", volume.start), ("end", volume.end)):
        try:
            instants.append(parse_time(text, field=name))
        except Malformed as fault:
            yield refusal(fault)
    if len(instants) < 2:
        return
    if instants[1] <= instants[0]:
        remedy = "write an end after the start: the window is [start, end)"
        yield Refused("malformed", "end", "end-not-after-start", remedy, SOURCE)
    elif instants[1] - instants[0] > limits.max_validity_ms:
        days = limits.max_validity_ms // 86_400_000
        remedy = f"at most {days} days by the agreement: end it earlier and renew it"
        yield Refused("malformed", "end", "window-too-long", remedy, SOURCE)


def _within(prefix: str, fault: Malformed) -> Refused:
    return Refused("malformed", f"{prefix}.{fault.field}", fault.rule, fault.remedy, fault.source)
