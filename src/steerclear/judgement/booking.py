"""How much sky a party holds, volume × time, against the agreement's cap (judgement.md, Who gives way):
above it declared priority and earliness no longer count, "so that nobody books the sky"."""

from __future__ import annotations

from collections.abc import Iterable

from steerclear.errors import Malformed
from steerclear.judgement.notice import Notice
from steerclear.space.altitude import Altitude
from steerclear.space.size import area_mm2
from steerclear.space.volume import UpperLimit, Volume4D, limits_of
from steerclear.units import parse_time_lenient

_CEILING_MM = 20_000_000
"""An open ceiling counts as 20 km, about FL650; an open floor as 0."""
_MM3_MS_PER_KM3_H = 10**18 * 3_600_000


def booked_mm3_ms(volume: Volume4D) -> int:
    """Volume × time of one volume, in mm³·ms. Heights are taken as written: a cap needs no geoid. A time that
    cannot be read counts nothing.
    """
    low, high = _height_mm(volume.lower, 0, min), _height_mm(volume.upper, _CEILING_MM, max)
    try:
        start, end = parse_time_lenient(volume.start)[0], parse_time_lenient(volume.end)[0]
    except Malformed:
        return 0
    return area_mm2(volume.outline) * max(high - low, 0) * max(end - start, 0)


def booked_km3_h(notices: Iterable[Notice]) -> int:
    """Volume × time of all plans among the notices, km³·h rounded up. Areas to keep away from are not
    booked."""
    total = sum(booked_mm3_ms(volume) for n in notices if not n.is_area for volume in n.volumes)
    return -(-total // _MM3_MS_PER_KM3_H)


def _height_mm(limit: UpperLimit, open_mm: int, choose: object) -> int:
    values = [
        one.value_tmm // 10 if isinstance(one, Altitude) else (0 if one == "surface" else open_mm)
        for one in limits_of(limit)
    ]
    picked: int = choose(values) if callable(choose) and values else open_mm
    return picked
