"""What of a zone does not come through a format: what was written is read back and laid beside what was there.

Every format is asked alike, so that one that cannot hold something says so without a rule of its own. Places may move
by `STILL_E7` and sizes by `STILL_MM`: OpenAIR and NOTAM count hundredths of an arc second (0.3 m).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from steerclear.errors import Malformed
from steerclear.space.altitude import Altitude
from steerclear.space.altitude_text import limit_text
from steerclear.space.volume import (
    Circle,
    Corridor,
    Outline,
    Point,
    Polygon,
    UpperLimit,
    Volume4D,
    limits_of,
    points_of,
)
from steerclear.speech.exchange.record import RowFault
from steerclear.speech.zones.zone import FLAGS, Zone, text_of
from steerclear.units import parse_time

STILL_E7: Final = 20
STILL_MM: Final = 200
_TURN_E7: Final = 3_600_000_000
_OF_LIMITS: Final = frozenset(("limit-widened", "two-limits"))
_OF_OUTLINES: Final = frozenset(("circle-around", "circle-as-corners", "corridor-in-pieces", "holes-filled"))


def lost(
    zone: Zone, number: int, back: Sequence[Zone], unread: Sequence[RowFault], told: Collection[str]
) -> list[RowFault]:
    """What is otherwise in `back`, the zones (and `unread` the faults) that a file of this zone alone gives when it is
    read; `told` are the codes of what its writer says itself."""

    def row(code: str, field: str, more: str) -> RowFault:
        return RowFault(number, field, code, zone.name, f"{FLAGS[code]}: {more}")

    if unread or not back:
        why = unread[0] if unread else RowFault(0, "", "empty", "", "nothing was written")
        return [row("not-read-back", why.field, f"{why.code}: {why.remedy}")]
    volumes = [volume for one in back for volume in one.volumes]
    rows = []
    if other := sorted({one.name for one in back} - {zone.name}):
        rows.append(row("name-changed", "name", f"{zone.name[:80]!r} became {other[0][:80]!r}"))
    rows += _windows(zone, volumes, row)
    if not _OF_LIMITS & set(told):
        rows += _limits(zone, volumes, row)
    drawn = all(any(_alike(one.outline, other.outline) for other in volumes) for one in zone.volumes)
    if not drawn and not _OF_OUTLINES & set(told):
        rows.append(row("outline-changed", "outline", "look at it before you hand it on"))
    if (
        drawn
        and not rows
        and not (_OF_LIMITS | _OF_OUTLINES) & set(told)
        and not _together(zone.volumes, volumes)
    ):
        rows.append(row("combined", "start, end", "write areas of different windows as areas of their own"))
    if len(back) > 1 and "corridor-in-pieces" not in told:
        rows.append(row("in-parts", "outline", f"{len(back)} of them"))
    if left := [key for key, value in zone.kept.items() if not all(_held(key, value, one) for one in back)]:
        rows.append(row("kept-left-out", ", ".join(sorted(left))[:200], "keep the file that it came from"))
    return rows


def _windows(zone: Zone, volumes: Sequence[Volume4D], row: Any) -> list[RowFault]:
    was = {(_instant(one.start), _instant(one.end)) for one in zone.volumes}
    now = {(_instant(one.start), _instant(one.end)): one for one in volumes}
    if was == set(now):
        return []
    other = next((one for window, one in now.items() if window not in was), volumes[0])
    first = zone.volumes[0]
    return [
        row(
            "window-changed",
            "start, end",
            f"{first.start} to {first.end} became {other.start} to {other.end}",
        )
    ]


def _limits(zone: Zone, volumes: Sequence[Volume4D], row: Any) -> list[RowFault]:
    rows = []
    for end in ("lower", "upper"):
        now = {_plain(getattr(one, end)): getattr(one, end) for one in volumes}
        was = {_plain(getattr(one, end)): getattr(one, end) for one in zone.volumes}
        for plain in [plain for plain in was if plain not in now][:1]:
            other = next((limit for key, limit in now.items() if key not in was), next(iter(now.values())))
            rows.append(row("limit-changed", end, f"{words(was[plain])} became {words(other)}"))
    return rows


def words(limit: UpperLimit) -> str:
    """A limit as text, of two both."""
    return " or ".join(limit_text(one) for one in limits_of(limit))


def _plain(limit: UpperLimit) -> tuple[Any, ...]:
    """Alike for limits that say the same to the millimetre: the surface is 0 above ground, FL100 10,000 ft STD."""
    return tuple(
        (one.ref, round(one.value_tmm / 10), one.qnh_hpa_tenths, one.aerodrome)
        if isinstance(one, Altitude)
        else ("AGL", 0, 0, "")
        if one == "surface"
        else one
        for one in limits_of(limit)
    )


def _instant(text: str) -> int | str:
    try:
        return parse_time(text)
    except Malformed:
        return text


def _alike(a: Outline, b: Outline) -> bool:
    match a, b:
        case Polygon(), Polygon():
            same = [len(one) for one in (a.exterior, *a.holes)] == [
                len(one) for one in (b.exterior, *b.holes)
            ]
        case Circle(), Circle():
            same = abs(a.radius_mm - b.radius_mm) <= STILL_MM
        case Corridor(), Corridor():
            same = abs(a.half_width_mm - b.half_width_mm) <= STILL_MM and len(a.line) == len(b.line)
        case _:
            return False
    return same and all(map(_near, points_of(a), points_of(b)))


def _near(a: Point, b: Point) -> bool:
    apart = abs(a[1] - b[1])
    return abs(a[0] - b[0]) <= STILL_E7 and min(apart, _TURN_E7 - apart) <= STILL_E7


def _together(was: Sequence[Volume4D], now: Sequence[Volume4D]) -> bool:
    """Whether each outline has its own limits and windows still, and no others."""

    def same(a: Volume4D, b: Volume4D) -> bool:
        ends = (_plain(a.lower), _plain(a.upper), _instant(a.start), _instant(a.end))
        return ends == (_plain(b.lower), _plain(b.upper), _instant(b.start), _instant(b.end)) and _alike(
            a.outline, b.outline
        )

    return all(any(same(a, b) for b in now) for a in was) and all(any(same(a, b) for a in was) for b in now)


_ELSEWHERE: Final = {"restriction": ("type",), "type": ("variant", "restriction"), "variant": ("type",)}
"""What ED-269 and ED-318 call otherwise (`ed269.write`, `ed318.write`)."""


def _held(key: str, value: Any, zone: Zone) -> bool:
    names = (key, *_ELSEWHERE.get(key, ()))
    return any(name in zone.kept and _same(zone.kept[name], value, within=name == "E") for name in names)


def _same(now: Any, was: Any, *, within: bool) -> bool:
    """`within`: item E) of a NOTAM may say more, such as the name and the corners."""
    one, other = (" ".join(text_of(value).split()) for value in (now, was))
    return other in one if within else one == other
