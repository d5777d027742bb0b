"""One look: from a line's tracks at an instant to what is too near, as arrays as far as they go.

Which pairs are this node's matter, and at which level, says `judgement.separation.watch`; here rows of a picture become
what it takes. Only pairs that the kernels find become objects. Pure: no clock, no I/O.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from steerclear import kernels
from steerclear.feeds import sides
from steerclear.feeds.altitude import Heights, heights
from steerclear.feeds.batch import Flags
from steerclear.feeds.codes import MOVERS
from steerclear.feeds.movers import movers_of
from steerclear.feeds.picture import Picture
from steerclear.feeds.pressure import surface_of
from steerclear.judgement.separation import watch
from steerclear.judgement.separation.fresh import fresh_ms
from steerclear.judgement.separation.life import Look
from steerclear.judgement.separation.meeting import Meeting, Side
from steerclear.judgement.separation.tables import group_of
from steerclear.node.mover_state import OwnMover
from steerclear.speech.parameters import Parameters

_GROUPS: Final = np.array([group_of(name) for name in MOVERS], np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """Which movers are this party's: whole idents, and beginnings where one was written with `*` at its end."""

    whole: tuple[bytes, ...] = ()
    begins: tuple[bytes, ...] = ()

    def among(self, idents: Any) -> Flags:
        """A flag for each ident."""
        out: Flags = np.isin(idents, np.array(self.whole, dtype=idents.dtype))
        for begin in self.begins:
            out |= np.char.startswith(idents, begin)
        return out


def own_of(names: Sequence[str]) -> Own:
    """From `icao:43c6e1`, `mmsi:2733*`."""
    whole = sorted({name.encode() for name in names if not name.endswith("*")})
    return Own(tuple(whole), tuple(sorted({name[:-1].encode() for name in names if name.endswith("*")})))


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a look showed of a line: pairs (`look`); of every row of the picture its height, whether it is fresh and
    own; how many fresh movers each source has; `moving` what the kernels took."""

    look: Look[Meeting]
    picture: Picture
    heights: Heights
    moving: kernels.Movers
    fresh: Flags
    own: Flags
    counts: Mapping[str, int]

    def side(self, row: int, notice: str = "") -> Side:
        """A row of the picture as judgement takes it."""
        return sides.side(self.picture, self.moving, row, own=bool(self.own[row]), notice=notice)


NOBODY: Final[Mapping[str, OwnMover]] = {}


def looked(
    picture: Picture, own: Own, parameters: Parameters, fleet: Mapping[str, OwnMover] = NOBODY
) -> Shown:
    """Everything that one instant shows. `fleet`: own movers by ident, with the notices that they move under."""
    state = picture.state
    fresh = fresh_rows(picture, parameters)
    mine = own.among(state.ident)
    if fleet:
        mine = mine | np.isin(state.ident, [name.encode() for name in fleet])
    tall = heights(state, surface_of(state, fresh))
    moving = movers_of(picture, tall, _GROUPS[state.mover])
    rows = np.flatnonzero(fresh)
    look = watch.look(
        kernels.Movers(**{name: getattr(moving, name)[rows] for name in kernels.Movers.__slots__}),
        [name.decode("ascii", "replace") for name in state.ident[rows].tolist()],
        mine[rows],
        lambda i: _side(picture, moving, int(rows[i]), bool(mine[rows[i]]), fleet),
        picture.now_ms,
        parameters,
    )
    by_source = np.bincount(picture.source[rows], minlength=len(picture.sources)).tolist()
    return Shown(look, picture, tall, moving, fresh, mine, dict(zip(picture.sources, by_source, strict=True)))


def _side(
    picture: Picture, moving: kernels.Movers, row: int, own: bool, fleet: Mapping[str, OwnMover]
) -> Side:
    known = fleet.get(picture.state.ident[row].decode("ascii", "replace")) if own else None
    if known is None:
        return sides.side(picture, moving, row, own=own)
    return sides.side(picture, moving, row, own=own, manned=known.manned, notice=known.notice)


def fresh_rows(picture: Picture, parameters: Parameters) -> Flags:
    """Which states may alert: came in time, and no older than their class allows (judgement/separation/fresh.py)."""
    limits = np.array([fresh_ms(name, parameters) for name in MOVERS])
    out: Flags = picture.fresh & (picture.age_ms <= limits[picture.state.mover])
    return out
