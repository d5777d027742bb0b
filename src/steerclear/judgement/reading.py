"""From what was said to what is judged: one notice or area as `speech` reads it → `Notice`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.judgement.notice import (
    AREA_KIND,
    ASSIST_KIND,
    PROPOSED_CLASS,
    SITE_KIND,
    Notice,
    Priority,
    Unjudged,
)
from steerclear.record.header import Mode
from steerclear.space.volume import Volume4D
from steerclear.speech.kinds.movement_notify import Movement, points
from steerclear.speech.kinds.site_notify import DEFAULT_EXTENT_MM, Site
from steerclear.speech.movers import MOVERS, mover_of
from steerclear.speech.shape import earliest_ms, readable, volumes_of
from steerclear.units import format_time, parse_time_lenient

JUDGED_KINDS: Final = frozenset(MOVERS)
_UNJUDGED: Final[dict[str, Unjudged]] = {"locked": "locked", "missing": "missing"}
_HELP: Final[dict[str, Priority]] = {"search_and_rescue": "rescue", "medical_evacuation": "medical"}
_HOUR_MS = 3_600_000
_PLACE: Final = re.compile(r"\.(volumes|positions|origin|waypoints)\b")
_READ_ANYHOW: Final = re.compile(r"\.volumes\[\d+\]\.(lower|upper|start|end)\b")


def notice_of(
    *,
    id: str,
    party: str,
    kind: str,
    mode: Mode,
    body: Any,
    held: str = "held",
    subject: str = "",
    life_safety: bool = False,
    agreed: bool | None = None,
    over_cap: bool = False,
    marks: tuple[str, ...] = (),
    origin: str = "",
    index: int = -1,
    seen: Mapping[str, int] | None = None,
    lost: bool = False,
) -> Notice | None:
    """The notice of an entry of a judged kind (of an amend: `kind` and `body` of the version that it
    carries).

    `body` is the kind's struct, or None where it is not held; `held` is `Said.held`. `agreed` says
    whether an agreement carries a proposed no-fly zone (default: it does not); `lost` that not every place of it could
    be read (`place_lost`), so that what is there is judged and the whole is not. None for other kinds, for
    a sealed area, for a payload that was not addressed to this node, and for one that was erased."""
    if kind not in MOVERS or held in ("not_addressed", "erased"):
        return None
    if getattr(body, "precision", None) == "sealed":
        return None
    mover = mover_of(kind, body)
    volumes = repeated(volumes_of(body), getattr(body, "recurrence", None))
    return Notice(
        id=id,
        party=party,
        kind=kind,
        mode=mode,
        volumes=volumes,
        subject=subject,
        mover=mover,
        priority=getattr(body, "priority", None) or _HELP.get(getattr(body, "help", None) or "", "normal"),
        life_safety=life_safety,
        precision=_precision(kind, body),
        agreed=mover != PROPOSED_CLASS if agreed is None else agreed,
        unjudged="" if _whole(body, volumes) and not lost else _UNJUDGED.get(held, "incomplete"),
        marks=marks,
        origin=origin,
        index=index,
        seen=dict(seen or {}),
        over_cap=over_cap,
    )


def place_lost(faults: Iterable[tuple[str, str]]) -> bool:
    """Whether the faults of arrival (mark, path) leave out a volume or a point altogether; a volume's times and limits
    have a protective reading always."""
    bad = [path for mark, path in faults if mark == "malformed"]
    return any(_PLACE.search(path) and not _READ_ANYHOW.search(path) for path in bad)


def repeated(volumes: tuple[Volume4D, ...], recurrence: Any) -> tuple[Volume4D, ...]:
    """The volumes of every time that a notice holds; volume `i` of round `k` has index `k · n + i`.

    A time that cannot be read is left as written (arrival marks it).
    """
    if recurrence is None:
        return tuple(volumes)
    step = recurrence.every_hours * _HOUR_MS
    return tuple(
        msgspec.structs.replace(v, start=_moved(v.start, step * k), end=_moved(v.end, step * k))
        for k in range(recurrence.times)
        for v in volumes
    )


def _moved(text: str, by_ms: int) -> str:
    try:
        at_ms, has_zone = parse_time_lenient(text)
        moved = format_time(at_ms + by_ms)
    except (Malformed, OverflowError):
        return text
    return moved if has_zone else moved.removesuffix("Z")


def _precision(kind: str, body: Any) -> Any:
    """Areas: as declared, `broad` when not said, so that no witness shows more than the owner chose. A site is exact
    when each form of its position states an error of 500 m at most. Of an `assist` always `broad`."""
    if kind == SITE_KIND:
        stated = [one.error_mm for one in body.positions] if isinstance(body, Site) else []
        fine = [error is not None and error <= DEFAULT_EXTENT_MM for error in stated]
        return "exact" if fine and all(fine) else "broad"
    if kind == ASSIST_KIND:
        return "broad"
    if kind != AREA_KIND:
        return "exact"
    return getattr(body, "precision", None) or "broad"


def _whole(body: Any, volumes: tuple[Volume4D, ...]) -> bool:
    """Whether everything that the notice speaks of has a volume: of a movement every leg."""
    if not isinstance(body, Movement):
        return bool(volumes)
    return bool(volumes) and all(
        readable(one.positions) and earliest_ms(one) is not None for one in points(body)
    )
