"""Own movers in a danger area that somebody told of, or about to be in one (judgement.md, Separation: moving against
planned or areas).

What may be inside is inside: the outline widened by the mover's error, heights by the most protective reading of the
notice (a hazard with two upper limits is judged on the higher). Entering is what may be inside on the present course
within `leaving_ms`, looked at every `judge.STEP_MS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from steerclear.judgement.conformance.judge import STEP_MS, course
from steerclear.judgement.separation.life import Look, Seen
from steerclear.judgement.separation.meeting import Side
from steerclear.space.prepare import PreparedVolume
from steerclear.speech.kinds.alert import AlertLevel
from steerclear.speech.parameters import Parameters


@dataclass(frozen=True, slots=True)
class DangerArea:
    """A hazard that stands, by its notice."""

    entry: str
    volumes: tuple[PreparedVolume, ...]


@dataclass(frozen=True, slots=True)
class Endangered:
    """One own mover and one danger area. `in_ms`: how soon it may be inside, 0 where it may be now."""

    entry: str
    ident: str
    state: Literal["inside", "entering"]
    in_ms: int


_LEVELS: Final[dict[str, AlertLevel]] = {"inside": "warning", "entering": "caution"}


def endangered(
    side: Side, areas: Sequence[DangerArea], now_ms: int, parameters: Parameters
) -> tuple[Endangered, ...]:
    """The areas that a mover may be in, or will be; one row for each."""
    steps = np.arange(0.0, parameters.leaving_ms + 1, STEP_MS)
    out = []
    for area in areas:
        soon = [at for volume in area.volumes if (at := _first(side, volume, now_ms, steps)) is not None]
        if soon:
            state: Literal["inside", "entering"] = "entering" if min(soon) else "inside"
            out.append(Endangered(area.entry, side.handle, state, min(soon)))
    return tuple(out)


def _first(side: Side, volume: PreparedVolume, now_ms: int, steps: np.ndarray) -> int | None:
    """Milliseconds until it may be inside; None where it will not within the steps."""
    if volume.end_ms <= now_ms or volume.start_ms > now_ms + steps[-1]:
        return None
    outside_mm, too_high = course(side, (volume,), now_ms, steps)
    inside = np.flatnonzero((outside_mm <= 0) & ~too_high)
    return int(steps[inside[0]]) if len(inside) else None


def look(rows: Iterable[Endangered], fresh: Iterable[str], now_ms: int) -> Look[Endangered]:
    """What these show at one instant, for `separation.life.step`; `fresh`: own movers with a fresh report."""
    seen = tuple(Seen((one.ident, "", one.entry), _LEVELS[one.state], one.in_ms, one) for one in rows)
    return Look(now_ms, seen, frozenset(fresh))
