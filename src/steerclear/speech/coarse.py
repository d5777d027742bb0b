"""The coarse form of a notice that cannot wait: what the watch officer alone may release when no releaser acts.

messages.md, Parties, releaser: "For time-critical kinds a coarser form is approved beforehand; if no releaser acts in
3 min the watch officer alone may release the coarse form, which says so." What is approved is a `Form` of the party,
ordered by two officers (`steerclear rules set`). Every form drops positions and free text, takes the whole column and,
of an area, says `broad`; outlines become rectangles of whole cells, times whole slots. Of a lost link it keeps what is
done, not at what height; frequencies keep where they are published. It covers all of what it stands for, so that nobody
is told less to keep away from.
"""

from __future__ import annotations

from math import ceil, cos, floor, radians, sin
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from steerclear.errors import Malformed, Refused
from steerclear.space.box import geo_box
from steerclear.space.outline import build
from steerclear.space.volume import Outline, Polygon, Volume4D, limits_of
from steerclear.speech.cells import MM_PER_E7
from steerclear.speech.kind import PLACES
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.activity_voyage import Voyage
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.area_declare import AreaDeclare
from steerclear.speech.kinds.common import Body, Window
from steerclear.speech.salvage import first_fault
from steerclear.speech.table import KINDS
from steerclear.speech.versions import notice_of
from steerclear.units import format_time, parse_time

SOURCE: Final = "messages.md, Parties, lines, roles: releaser"
NEVER_SAID: Final = ("text", "positions", "contact", "buffer_mm", "recognition", "opening")
"""What no coarse form says, in whatever kind it stands: positions and free text, and what opens a sealed area: its
salt lets anybody try outlines against what was committed to."""
KEPT: Final = ("volumes", "area", "precision", "recurrence")
"""What a form cannot leave out: it would be another notice, or none."""
FARTHEST_DEG: Final = 80
"""Nearer to a pole no cells are made; the notice waits for a releaser."""
_WIDEST_E7: Final = 200_000_000


class Form(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One approved form: the cells' side at least, the slots of time, and the fields left out besides `NEVER_SAID`."""

    kind: Annotated[str, Meta(max_length=40)]
    cell_km: Annotated[int, Meta(ge=5, le=100)]
    minutes: Annotated[int, Meta(ge=10, le=1_440)]
    leave_out: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=20)] = ()


def forms_from(rows: Any) -> tuple[Form, ...]:
    """Approved forms, from a file. Raises `Malformed` `bad-coarse-form`."""
    try:
        forms = msgspec.convert(rows, tuple[Form, ...], strict=True)
    except (msgspec.ValidationError, ValueError):
        field, remedy = first_fault(tuple[Form, ...], rows, "coarse")
        raise Malformed("bad-coarse-form", field=field, remedy=remedy, source=SOURCE) from None
    for i, form in enumerate(forms):
        if form.kind in (one.kind for one in forms[:i]):
            raise _bad(f"coarse[{i}].kind", f"{form.kind} has one form; leave the other out")
        row = KINDS.get(form.kind)
        if row is None or not row.coarse or row.body is None:
            kinds = ", ".join(one.name for one in KINDS.values() if one.coarse)
            raise _bad(f"coarse[{i}].kind", f"one of {kinds}")
        for name in form.leave_out:
            if name not in row.body.__struct_fields__ or name in KEPT:
                raise _bad(
                    f"coarse[{i}].leave_out", f"{name} is no field of {form.kind} that may be left out"
                )
    return forms


def _bad(field: str, remedy: str) -> Malformed:
    return Malformed("bad-coarse-form", field=field, remedy=remedy, source=SOURCE)


def approved(kind: str, body: Body | None, forms: tuple[Form, ...]) -> Form | None:
    """The form approved for this notice, or for the new version that an amend carries. None for a new version of a
    protected place: it could lie elsewhere, and to free a place takes two persons."""
    about = body.kind if isinstance(body, Amend) else kind
    if isinstance(body, Amend) and about in PLACES:
        return None
    return next((form for form in forms if form.kind == about), None)


def coarsened(body: Body, form: Form) -> Body | list[Refused]:
    """The notice in its approved form; a list where it has none: near a pole, over ±180°, sealed, not readable."""
    if isinstance(body, Amend):
        notice = notice_of(body)[0]
        if notice is None:
            return [
                _no("no-coarse-form", "notice", "this version cannot be read", "have a releaser release it")
            ]
        if not _volumes(notice):
            rule = "a version without a place takes the notice off the board"
            return [_no("no-coarse-form", "notice.volumes", rule, "have a releaser release it")]
        made = coarsened(notice, form)
        if isinstance(made, list):
            return made
        return Amend(kind=body.kind, notice=msgspec.to_builtins(made))
    changed: dict[str, Any] = dict.fromkeys(_left_out(body, form))
    changed |= {name: () for name in changed if isinstance(getattr(body, name), tuple)}
    try:
        changed["volumes"] = tuple(_volume(one, form) for one in _volumes(body))
        changed |= {name: value for name, value in _inside(body, form).items() if name not in changed}
    except Malformed as error:
        return [_no("no-coarse-form", "volumes", error.rule, "have a releaser release it")]
    if isinstance(body, AreaDeclare):
        if body.precision == "sealed":
            return [
                _no(
                    "no-coarse-form",
                    "precision",
                    "a sealed area has no coarser form",
                    "two persons release it",
                )
            ]
        changed["precision"] = "broad"
    return msgspec.structs.replace(body, **changed)


def finer(body: Body | None, form: Form) -> list[str]:
    """Fields in which a body says more than the approved form; empty for what `coarsened` makes."""
    if isinstance(body, Amend):
        notice = notice_of(body)[0]
        found = finer(notice, form) if notice is not None else ["kind"]
        if notice is not None and not _volumes(notice):
            found.append("volumes")
        return [f"notice.{name}" for name in found] + (["reason"] if body.reason is not None else [])
    if body is None:
        return ["body"]
    out = [name for name in _left_out(body, form) if getattr(body, name) not in (None, ())]
    if isinstance(body, AreaDeclare) and body.precision != "broad":
        out.append("precision")
    try:
        out += [
            name
            for name, value in _inside(body, form).items()
            if name not in out and getattr(body, name) != value
        ]
    except Malformed:
        out.append("windows")
    for i, volume in enumerate(_volumes(body)):
        out += [f"volumes[{i}].{name}" for name in _finer_volume(volume, form)]
    return out


def _inside(body: Body, form: Form) -> dict[str, Any]:
    """Fields that stay with less in them: windows of whole slots, a lost link without its height and words. Raises
    `Malformed` where a time cannot be read."""
    if isinstance(body, Flight) and body.lost_link is not None:
        return {"lost_link": msgspec.structs.replace(body.lost_link, altitude=None, text=None)}
    if not isinstance(body, Voyage):
        return {}
    rows = []
    for row in body.windows:
        start, end = _slots(row.when.start, row.when.end, form)
        rows.append(msgspec.structs.replace(row, when=Window(start=start, end=end)))
    return {"windows": tuple(rows)}


def _slots(start: str, end: str, form: Form) -> tuple[str, str]:
    """Whole slots that cover a time; one that is whole already stays as it was written. Raises `Malformed`."""
    slot = form.minutes * 60_000
    begins, ends = parse_time(start), parse_time(end)
    return (
        format_time(begins // slot * slot) if begins % slot else start,
        format_time(-(-ends // slot) * slot) if ends % slot else end,
    )


def _left_out(body: Body, form: Form) -> list[str]:
    return [name for name in body.__struct_fields__ if name in NEVER_SAID or name in form.leave_out]


def _volumes(body: Body) -> tuple[Volume4D, ...]:
    return getattr(body, "volumes", ())


def _volume(volume: Volume4D, form: Form) -> Volume4D:
    """Raises `Malformed` where no cells are made. What is coarse already stays as it is."""
    if not _finer_volume(volume, form):
        return volume
    start, end = _slots(volume.start, volume.end, form)
    return Volume4D(_rectangle(volume.outline, form), "surface", "unlimited", start, end)


def _rectangle(outline: Outline, form: Form) -> Polygon:
    """Whole cells that cover the outline. An edge along a parallel is a geodesic and bends towards the pole, so the one
    on the equator's side stands as far out as it bends."""
    box = geo_box(build(outline))
    if box.west_e7 > box.east_e7 or max(abs(box.south_e7), abs(box.north_e7)) > FARTHEST_DEG * 10_000_000:
        raise Malformed("no cells are made over ±180° or near a pole")
    high = _step(form)
    south, north = floor(box.south_e7 / high) * high, ceil(box.north_e7 / high) * high
    west = east = 0
    for _ in range(4):  # each turn only widens it; the second finds it stable but in odd corners
        wide = _wide(south, north, form)
        west, east = floor(box.west_e7 / wide) * wide, ceil(box.east_e7 / wide) * wide
        while south > 0 and box.south_e7 < south + _bend_e7(south, east - west):
            south -= high
        while north < 0 and box.north_e7 > north - _bend_e7(north, east - west):
            north += high
        if _wide(south, north, form) == wide:
            break
    if not -1_800_000_000 <= west < east <= 1_800_000_000 or east - west > _WIDEST_E7:
        raise Malformed("no cells are made over ±180°, nor over more than 20° of longitude")
    return Polygon(((south, west), (south, east), (north, east), (north, west)))


def _step(form: Form) -> int:
    """Height of a cell in 1e-7 degrees."""
    return ceil(form.cell_km * 1_000_000 / MM_PER_E7)


def _wide(south: int, north: int, form: Form) -> int:
    """Width of a cell, a whole number of times its height, at least the cell's side at the farther latitude."""
    farther = min(max(abs(south), abs(north)), FARTHEST_DEG * 10_000_000)
    return _step(form) * ceil(1 / cos(radians(farther / 1e7)))


def _bend_e7(lat_e7: int, wide_e7: int) -> int:
    """How far the geodesic between two points of one parallel leaves it, rounded up by a tenth."""
    phi, turn = radians(lat_e7 / 1e7), radians(wide_e7 / 1e7)
    return ceil(1.1 * abs(sin(phi) * cos(phi)) * turn**2 / 8 * 1.8e9 / 3.141592653589793) + 1


def _finer_volume(volume: Volume4D, form: Form) -> list[str]:
    slot = form.minutes * 60_000
    out = [] if _whole_cells(volume.outline, form) else ["outline"]
    out += ["lower"] if limits_of(volume.lower) != ("surface",) else []
    out += ["upper"] if limits_of(volume.upper) != ("unlimited",) else []
    try:
        out += ["start"] if parse_time(volume.start) % slot else []
        out += ["end"] if parse_time(volume.end) % slot else []
    except Malformed:
        out.append("start")
    return out


def _whole_cells(outline: Outline, form: Form) -> bool:
    """Whether an outline is a rectangle of whole cells."""
    if not isinstance(outline, Polygon) or outline.holes or len(outline.exterior) != 4:
        return False
    (south, west), (_, east), (north, _), _ = outline.exterior
    if outline.exterior != ((south, west), (south, east), (north, east), (north, west)):
        return False
    if not (south < north and west < east):
        return False
    high, wide = _step(form), _wide(south, north, form)
    return not (south % high or north % high or west % wide or east % wide)


def _no(code: str, field: str, rule: str, remedy: str) -> Refused:
    return Refused(code, field, rule, remedy, SOURCE)
