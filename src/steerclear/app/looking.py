"""One look: from a line's tracks at an instant to what is too near, as arrays as far as they go.

Which pairs are this node's matter, and at which level, says `judgement.separation.watch`; here rows of a
picture become what it takes. Only pairs that the kernels find become objects. Pure: no clock, no I/O.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np

from steerclear import kernels
from steerclear.app import same
from steerclear.feeds import sides
from steerclear.feeds.altitude import Heights, Qnh, heights
from steerclear.feeds.batch import Flags, rows_of
from steerclear.feeds.codes import MOVERS
from steerclear.feeds.movers import levels_of, movers_of
from steerclear.feeds.picture import Picture
from steerclear.feeds.pressure import EARTH_M, Surface, surface_of
from steerclear.judgement.separation import views, watch
from steerclear.judgement.separation.course import DeclaredLine, Leg, legs_of
from steerclear.judgement.separation.life import Key, Look
from steerclear.judgement.separation.meeting import Meeting, Side
from steerclear.judgement.separation.tables import group_of, minima_of
from steerclear.node.mover_state import OwnMover
from steerclear.speech.parameters import Parameters

UNKNOWN_MPS: Final = 400.0
"""As fast as one is taken to be whose speed is unknown; `feeds/data/unstated.toml` is slower."""
SLACK_MPS, SLACK_M = 150.0, 20_000.0
"""Errors of speeds and places are below these where nothing is stated; more only takes more in."""
_GROUPS: Final = np.array([group_of(name) for name in MOVERS], np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """Which movers are this party's: whole idents, and beginnings where one was written with `*` at its
    end.
    """

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


NOBODY: Final[Mapping[str, OwnMover]] = {}
Lines: TypeAlias = Mapping[str, tuple[DeclaredLine, ...]]
NOWHERE: Final[Lines] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Rows of a picture with what judgement needs of them: heights, and states carried to its instant.
    `fleet`: own movers by ident, with the notices that they move under.
    """

    picture: Picture
    heights: Heights
    moving: kernels.Movers
    own: Flags
    fleet: Mapping[str, OwnMover]

    def side(self, row: int) -> Side:
        """A row as judgement takes it."""
        own = bool(self.own[row])
        known = self.fleet.get(self.name(row)) if own else None
        if known is None:
            return sides.side(self.picture, self.moving, row, own=own)
        return sides.side(self.picture, self.moving, row, own=own, manned=known.manned, notice=known.notice)

    def name(self, row: int) -> str:
        """The ident of a row."""
        return str(self.picture.state.ident[row].decode("ascii", "replace"))


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a look showed of a line: pairs by all feeds (`look`) and by shared ones alone (`shared`); of every row of
    the picture whether it is fresh and own; how many fresh movers each source has, and how many of them (`echoes`)
    are taken for one that states its own position."""

    look: Look[Meeting]
    shared: Look[Meeting]
    picture: Picture
    fresh: Flags
    own: Flags
    fleet: Mapping[str, OwnMover]
    counts: Mapping[str, int]
    entered: Sequence[Qnh] = ()
    echoes: Mapping[str, int] = field(default_factory=dict)

    def judged(self, rows: Any) -> Judged:
        """Some rows of the picture, with heights by everybody's pressure surface."""
        surface = surface_of(self.picture.state, self.fresh)
        return _judged(rows_of_picture(self.picture, rows), surface, self.own[rows], self.fleet, self.entered)


def looked(
    picture: Picture,
    own: Own,
    parameters: Parameters,
    fleet: Mapping[str, OwnMover] = NOBODY,
    entered: Sequence[Qnh] = (),
    standing: Collection[Key] = (),
    lines: Lines = NOWHERE,
    others: bool = True,
    shared: Picture | None = None,
) -> Shown:
    """Everything that one instant shows. `shared`: the same instant as shared feeds alone show it; None where
    `picture` is that. `fleet`: own movers by ident, with the notices that they move under;
    `entered`: settings that somebody entered, for pressure altitudes where no surface is near; `standing`: pairs of
    which an alert stands, which are looked at whosever they are by now,
    and of whose movers none is taken for another; `lines`: corridors that were declared of own movers, by ident;
    `others`: whether pairs of others count where nobody is own (watch.look)."""
    given = (own, parameters, fleet, entered)
    look, mine, echoes = _pairs(picture, *given, standing, lines, others)
    alone = look
    if shared is not None:
        alone, *_ = _pairs(shared, *given, views.shared_of(standing), lines, False)
    counts = dict(zip(picture.sources, picture.heard, strict=True))
    return Shown(look, alone, picture, picture.fresh, mine, fleet, counts, entered, echoes)


def _pairs(
    picture: Picture,
    own: Own,
    parameters: Parameters,
    fleet: Mapping[str, OwnMover],
    entered: Sequence[Qnh],
    standing: Collection[Key],
    lines: Lines,
    others: bool,
) -> tuple[Look[Meeting], Flags, dict[str, int]]:
    """(the pairs, which rows are own, how many of each source are left out as echoes)."""
    state = picture.state
    fresh = picture.fresh
    by_name = ByName(state.ident)
    mine = own.among(state.ident)
    mine |= by_name.marked(fleet)
    alerted = by_name.marked({name for key in standing for name in key})
    around = mine | alerted if mine[fresh].any() else mine  # nobody is own: everybody is looked at
    rows = near_rows(picture, fresh, around, parameters)
    surface = surface_of(state, fresh) if len(rows) else None
    near = _judged(rows_of_picture(picture, rows), surface, mine[rows], fleet, entered)
    stated, source = picture.shared[rows] | mine[rows], picture.source[rows]
    once = ~same.twice(near.moving, stated, source, minima_of(parameters).horizontal_m, alerted[rows])
    echoes = np.bincount(source[~once], minlength=len(picture.sources)).tolist()
    told_apart = fresh.copy()
    if not once.all():
        told_apart[rows[~once]] = False  # an alert of one that comes so near stands: nobody saw it go away
        rows = rows[once]
        near = _judged(rows_of_picture(picture, rows), surface, mine[rows], fleet, entered)
    look = watch.look(
        near.moving,
        [near.name(row) for row in range(len(rows))],
        near.own,
        near.side,
        picture.now_ms,
        parameters,
        Among(by_name, told_apart),
        levels_of(near.picture, near.heights),
        standing,
        _legs(near, lines, parameters),
        others=others,
    )
    return look, mine, dict(zip(picture.sources, echoes, strict=True))


def _legs(near: Judged, lines: Lines, parameters: Parameters) -> dict[int, tuple[Leg, ...]]:
    """Where own movers among these rows declared to go, within the longest look-ahead."""
    if not lines:
        return {}
    ahead_s = float(minima_of(parameters, parameters.alert_widened_percent, "caution").look_ahead_s.max())
    named = {row: lines.get(near.name(row), ()) for row in np.flatnonzero(near.own).tolist()}
    now = near.picture.now_ms
    made = {row: legs_of(near.side(row), ours, now, ahead_s) for row, ours in named.items() if ours}
    return {row: legs for row, legs in made.items() if legs}


class ByName:
    """Rows by ident, made when first asked: a few names found so cost far less than a search among all of them each
    time, and a quiet look asks for none."""

    def __init__(self, idents: Any) -> None:
        self._idents = idents

    @cached_property
    def _rows(self) -> dict[bytes, int]:
        return dict(zip(self._idents.tolist(), range(len(self._idents)), strict=True))

    def row(self, name: str) -> int | None:
        """None for one that is not there."""
        return self._rows.get(name.encode())

    def marked(self, names: Collection[str]) -> Flags:
        """A flag for each row: whether it is one of these."""
        out = np.zeros(len(self._idents), np.bool_)
        out[[row for name in names if (row := self.row(name)) is not None]] = True
        return out


class Among:
    """The names of some rows as a container."""

    def __init__(self, by_name: ByName, held: Flags) -> None:
        self._by_name = by_name
        self._held = held

    def __contains__(self, name: object) -> bool:
        row = self._by_name.row(name) if isinstance(name, str) else None
        return row is not None and bool(self._held[row])


def _judged(
    picture: Picture,
    surface: Surface | None,
    own: Flags,
    fleet: Mapping[str, OwnMover],
    entered: Sequence[Qnh],
) -> Judged:
    tall = heights(picture.state, surface, entered)
    return Judged(picture, tall, movers_of(picture, tall, _GROUPS[picture.state.mover]), own, fleet)


def rows_of_picture(picture: Picture, rows: Any) -> Picture:
    """The same picture with these rows alone."""
    columns = ("mover_no", "source", "trust", "age_ms", "fresh", "ve_mps", "vn_mps", "v_error_mps", "derived")
    return replace(
        picture,
        state=rows_of(picture.state, rows),
        **{name: getattr(picture, name)[rows] for name in columns},
    )


def near_rows(picture: Picture, fresh: Flags, mine: Flags, parameters: Parameters) -> Any:
    """Fresh rows that may come near an own mover within the look-ahead: those whose cell of the globe
    touches one of an own mover's cells, cells being as wide as two may come together. All fresh rows where
    none is own.
    """
    rows = np.flatnonzero(fresh)
    own = mine[rows]
    if not own.any():
        return rows
    reach_m = _reach_m(picture, rows, parameters)
    across = int(min(2 * EARTH_M / reach_m, 1000))
    if across < 4:
        return rows
    cell = np.floor((_units(picture, rows) + 1) / 2 * across).astype(np.int64)
    width = across + 3
    number = ((cell[:, 0] + 1) * width + cell[:, 1] + 1) * width + cell[:, 2] + 1
    steps = np.array([-1, 0, 1])
    around = (steps[:, None, None] * width + steps[:, None]) * width + steps
    wanted = (np.unique(number[own])[:, None] + around.ravel()).ravel()
    return rows[np.isin(number, wanted)]


def _reach_m(picture: Picture, rows: Any, parameters: Parameters) -> float:
    """How far apart two may be and still lose separation within the widest look-ahead: rounded up
    generously.
    """
    wide = parameters.alert_widened_percent / 100
    ahead_s = max((row.caution_ms for row in parameters.separation), default=0) / 1e3 * wide
    apart_m = max((row.horizontal_mm for row in parameters.separation), default=0) / 1e3 * wide
    speed = np.nan_to_num(np.hypot(picture.ve_mps[rows], picture.vn_mps[rows]), nan=UNKNOWN_MPS)
    most = float((speed + np.nan_to_num(picture.v_error_mps[rows])).max(initial=0.0)) + SLACK_MPS
    error = float(np.nan_to_num(picture.state.error_m[rows]).max(initial=0.0))
    aged_s = float(picture.age_ms[rows].max(initial=0)) / 1e3
    return apart_m + 2 * most * (ahead_s + aged_s) + 2 * error + SLACK_M


def _units(picture: Picture, rows: Any) -> Any:
    lat, lon = np.radians(picture.state.lat_deg[rows]), np.radians(picture.state.lon_deg[rows])
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
