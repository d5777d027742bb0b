"""The few questions that the desk asks of `space`: is this position readable, do these forms agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from steerclear.errors import Malformed, Refused, refusal
from steerclear.space import check as space
from steerclear.space.limits import Limits
from steerclear.space.positions import compare, distance_mm, fix_of
from steerclear.space.size import area_km2
from steerclear.space.volume import Volume4D, limits_of
from steerclear.speech.kinds.activity_hazard import Hazard
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.common import Position
from steerclear.speech.parameters import Parameters
from steerclear.speech.versions import notice_of
from steerclear.units import parse_time_lenient


def check(position: Position, *, field: str) -> Iterator[Refused]:
    """Refuses a position that cannot be read, or that carries what its form does not use."""
    try:
        fix_of(position, field=field)
    except Malformed as error:
        yield refusal(error, error.rule)
    for name in _UNUSED.get(position.form, ()):
        if getattr(position, name) is not None:
            yield Refused(
                "field-of-another-form",
                f"{field}.{name}",
                f"a {position.form} position has no {name}",
                "leave it out, or give it as a second position",
                "messages.md, site.notify: two independent forms",
            )


_POINT = ("lat_e7", "lon_e7")
_BEARING = ("from_place", "from_lat_e7", "from_lon_e7", "bearing_cdeg", "distance_mm")
_UNUSED = {
    "wgs84": ("text", *_BEARING),
    "bearing": (*_POINT, "text"),
    "mgrs": (*_POINT, *_BEARING),
    "utm": (*_POINT, *_BEARING),
    "dms": (*_POINT, *_BEARING),
    "sk42": (*_POINT, *_BEARING),
}


def disagree(positions: Sequence[Position], limit_mm: int) -> bool:
    """Whether two forms of one position are farther apart than the limit; one form alone
    contradicts nothing.
    """
    return len(positions) > 1 and compare(positions, limit_mm).agrees is False


def differ(said: Sequence[Position], heard: Sequence[Position], limit_mm: int) -> bool:
    """Whether a read-back names another place: every form heard is measured against every form said, equal
    forms too.
    """
    for one in said:
        for other in heard:
            try:
                a, b = fix_of(one), fix_of(other)
            except Malformed:
                return True
            if distance_mm(a, b) > limit_mm:
                return True
    return False


def check_volume(volume: Volume4D, parameters: Parameters, *, field: str) -> list[Refused]:
    """Every fault of a volume (judgement.md, Bad input) under the agreement's caps."""
    limits = Limits(
        parameters.max_volumes,
        parameters.max_vertices,
        parameters.max_outline_km2,
        parameters.max_validity_ms,
    )
    return space.check_volume(volume, field=field, limits=limits)


def volume_marks(volume: Volume4D) -> Iterator[tuple[str, str]]:
    """(mark, field) that a volume shows without its geometry being built: `no-zone`, `two-limits`,
    `malformed`, `inconsistent`. What is wrong with an outline or between two altitudes is
    `prepare_protective`'s to say, once, where the volume is judged.
    """
    for name in ("lower", "upper"):
        if len(limits_of(getattr(volume, name))) != 1:
            yield "two-limits", name
    instants = []
    for name in ("start", "end"):
        try:
            instant, zoned = parse_time_lenient(getattr(volume, name))
        except Malformed:
            yield "malformed", name
            continue
        instants.append(instant)
        if not zoned:
            yield "no-zone", name
    if len(instants) == 2 and instants[1] <= instants[0]:
        yield "inconsistent", "end"


def excessive(body: msgspec.Struct, parameters: Parameters) -> bool:
    """Whether a danger area is above the agreed cap (boundary.md: shown as `excessive`, stored all
    the same).
    """
    if isinstance(body, Amend):
        body = notice_of(body)[0] or body
    if not isinstance(body, Hazard):
        return False
    return sum(area_km2(volume.outline) for volume in body.volumes) > parameters.hazard_excessive_km2
