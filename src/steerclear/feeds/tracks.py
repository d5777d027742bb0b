"""`Tracks`: the latest state of each mover from each source, a short ring of where it was before, and what
was not taken.

One row ("slot") a mover and source, and another where a shared source measured it itself (a multilaterated position
in `aircraft.json`): what is shared is neither hidden nor carried on by what is not. Columns are arrays that double
when full. `take` is vectorised: a batch costs a few array operations and one dictionary look-up a row. Owned by one
thread.

Ages count from when the position held by its source (`at_ms`), never from its arrival: a replayed backlog
or a clock that is an hour slow gives old states, not fresh ones (judgement.md, Separation). A clock that
is fast would make a mover look fresh for as long as it is fast, so what lies in the future is no state at
all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from steerclear.feeds.batch import COLUMNS, NEVER_MS, Batch, Flags, Floats, Instants
from steerclear.feeds.codes import MOVERS, ORIGIN, TRUST
from steerclear.feeds.drops import Drops, add
from steerclear.feeds.picture import Picture, picture_of

ROUNDING_MS: Final = 200
"""Two tellings of one position differ by no more than this."""
RING: Final = 16
"""Positions kept of each slot."""

_SHARED_ORIGINS = [ORIGIN[name] for name in ("own", "rebroadcast", "simulated")]


@dataclass(frozen=True, slots=True)
class Terms:
    """How old is old. Ours; the node sets them from its settings."""

    late_ms: int = 15_000
    """A report that is older than this on arrival is recorded and never fresh."""
    future_ms: int = 2_000
    """A report may be stamped this far ahead of the node's clock."""
    fresh_ms: int = 30_000
    """A state older than this is shown with its age and alerted on no more."""
    keep_ms: int = 600_000
    """A slot without news for this long is forgotten (the archive keeps its own time)."""
    most: int = 1_000_000
    """Slots."""
    late_by: tuple[int, ...] = ()
    fresh_by: tuple[int, ...] = ()
    """`late_ms` and `fresh_ms` of each class, by its code (codes.MOVERS); empty: the same for all."""


@dataclass(slots=True)
class Counts:
    """What one source brought. `seen` = `fresh` + the sum of `drops`."""

    seen: int = 0
    fresh: int = 0
    drops: Drops = field(default_factory=dict)
    heard_ms: int = NEVER_MS
    """When bytes of it were last taken."""
    latest_ms: int = NEVER_MS
    """The newest position it brought."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The kept positions of one slot, oldest first."""

    at_ms: Instants
    lat_deg: Floats
    lon_deg: Floats


NO_TRAIL: Final = Trail(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))


class Tracks:
    """Latest states of all sources. `sources` gives each source's trust class: `shared` or `local`
    (boundary.md).
    """

    def __init__(self, sources: Mapping[str, str] | None = None, terms: Terms | None = None) -> None:
        self.terms = terms or Terms()
        self.sources: list[str] = []
        self.trusts: list[int] = []
        self.counts: dict[str, Counts] = {}
        self._slots: list[dict[bytes, int]] = []
        """Two a source: what it passes on at twice its index, and after it what a shared one measured itself."""
        self._movers: dict[bytes, int] = {}
        self._next_mover = 0
        self._free: list[int] = []
        self._used = 0
        self._columns: dict[str, Any] = {name: np.zeros(0, kind) for name, (kind, _) in COLUMNS.items()}
        self._columns |= {
            "source": np.zeros(0, np.int16),
            "mover_no": np.zeros(0, np.int64),
            "trust": np.zeros(0, np.uint8),
            "live": np.zeros(0, np.bool_),
            "late": np.zeros(0, np.bool_),
            "table": np.zeros(0, np.int32),
            "ring_count": np.zeros(0, np.int64),
            "ring_at_ms": np.zeros((0, RING), np.int64),
            "ring_lat_deg": np.zeros((0, RING)),
            "ring_lon_deg": np.zeros((0, RING)),
        }
        for name, trust in (sources or {}).items():
            self.add_source(name, trust)

    def __len__(self) -> int:
        """Slots in use: movers times the sources that see them."""
        return sum(map(len, self._slots))

    def add_source(self, name: str, trust: str) -> None:
        """`trust` `shared` holds for what the mover itself transmits; what such a source measures is `local` all the
        same."""
        assert name not in self.counts
        self.sources.append(name)
        self.trusts.append(TRUST[trust])
        self.counts[name] = Counts()
        self._slots += {}, {}

    def note(self, source: str, seen: int, drops: Mapping[str, int]) -> None:
        """Count what a reader saw (`Read.seen`) and dropped; `take` counts the rows."""
        counts = self.counts[source]
        counts.seen += seen
        add(counts.drops, drops)

    def take(self, source: str, batch: Batch, received_ms: int) -> Drops:
        """Keep a batch; what did not become a fresh state, by reason.

        `late` and `out-of-order` rows are recorded in the ring (and as an aged state where nothing newer is known);
        `in-future` and `repeated` ones are not.
        """
        counts = self.counts[source]
        counts.heard_ms = max(counts.heard_ms, received_ms)
        if not len(batch):
            return {}
        drops: Drops = {}
        ahead = batch.at_ms > received_ms + self.terms.future_ms
        keep = np.flatnonzero(~ahead)
        add(drops, {"in-future": int(ahead.sum())})
        for table, rows in self._tables(self.sources.index(source), batch, keep):
            self._put(table, batch, rows, received_ms, drops)
            counts.latest_ms = max(counts.latest_ms, int(batch.at_ms[rows].max()))
        add(counts.drops, drops)
        counts.fresh += len(batch) - sum(drops.values())
        return drops

    def _tables(self, source: int, batch: Batch, rows: Any) -> list[tuple[int, Any]]:
        """(table, its rows): those of a shared source apart that it measured itself."""
        if self.trusts[source] == TRUST["shared"]:
            stated = np.isin(batch.origin[rows], _SHARED_ORIGINS)
        else:
            stated = np.ones(len(rows), np.bool_)
        found = [(2 * source, rows[stated]), (2 * source + 1, rows[~stated])]
        return [one for one in found if len(one[1])]

    def _put(self, table: int, batch: Batch, rows: Any, received_ms: int, drops: Drops) -> None:
        slots = self._slots_of(table, batch.ident[rows])
        if (slots < 0).any():
            add(drops, {"full": int((slots < 0).sum())})
            rows, slots = rows[slots >= 0], slots[slots >= 0]
        order = np.lexsort((batch.at_ms[rows], slots))
        rows, slots = rows[order], slots[order]
        at = batch.at_ms[rows]
        late = at < received_ms - _by_class(self.terms.late_by, self.terms.late_ms)[batch.mover[rows]]
        known = self._columns["at_ms"][slots]
        same_slot = np.concatenate([[False], slots[1:] == slots[:-1]])
        before = np.where(same_slot, np.concatenate([[NEVER_MS], at[:-1]]), known)
        repeated = (at == before) | (at == known) | self._same_place(slots, batch, rows)
        older = (at < known) & ~repeated
        late &= ~repeated & ~older
        add(
            drops,
            {"repeated": int(repeated.sum()), "out-of-order": int(older.sum()), "late": int(late.sum())},
        )
        recorded = ~repeated
        self._ring(slots[recorded], batch, rows[recorded])
        newest = recorded & ~older
        rows, slots, late = rows[newest], slots[newest], late[newest]
        if not len(rows):
            return
        last = np.concatenate([slots[1:] != slots[:-1], [True]])
        self._store(table, slots[last], batch, rows[last], late[last])

    def _same_place(self, slots: Any, batch: Batch, rows: Any) -> Flags:
        """The very position that is known, told again with its time rounded otherwise (`seen_pos` of
        `aircraft.json` has tenths of a second).
        """
        columns = self._columns
        near = np.abs(batch.at_ms[rows] - columns["at_ms"][slots]) <= ROUNDING_MS
        lat, lon = (columns[name][slots] == getattr(batch, name)[rows] for name in ("lat_deg", "lon_deg"))
        return np.asarray(near & lat & lon)

    def _slots_of(self, table: int, idents: Any) -> Any:
        """The slot of each ident, new ones made; −1 where the store is full."""
        known, fresh = self._slots[table], self._new_slot
        get = known.get
        names = idents.tolist()
        found = [get(name, -1) for name in names]
        if -1 in found:
            self._reserve(len(set(names) - known.keys()))
            found = [known[name] if name in known else fresh(table, name) for name in names]
        return np.asarray(found, np.int64)

    def _new_slot(self, table: int, name: bytes) -> int:
        if self._free:
            slot = self._free.pop()
        elif self._used < self.terms.most:
            slot, self._used = self._used, self._used + 1
        else:
            return -1
        if name not in self._movers:
            self._movers[name] = self._next_mover
            self._next_mover += 1
        self._slots[table][name] = slot
        columns = self._columns
        columns["ident"][slot] = name
        columns["at_ms"][slot] = NEVER_MS
        columns["ring_count"][slot] = 0
        columns["live"][slot] = False
        columns["source"][slot] = table // 2
        columns["table"][slot] = table
        columns["mover_no"][slot] = self._movers[name]
        return slot

    def _reserve(self, more: int) -> None:
        have = len(self._columns["ident"])
        need = min(self._used + more, self.terms.most)
        if need <= have:
            return
        room = min(max(need, 2 * have, 1024), self.terms.most)
        for name, column in self._columns.items():
            grown = np.zeros((room, *column.shape[1:]), column.dtype)
            grown[:have] = column
            self._columns[name] = grown

    def _store(self, table: int, slots: Any, batch: Batch, rows: Any, late: Flags) -> None:
        columns = self._columns
        for name in COLUMNS:
            columns[name][slots] = getattr(batch, name)[rows]
        columns["trust"][slots] = TRUST["local"] if table % 2 else self.trusts[table // 2]
        columns["late"][slots] = late
        columns["live"][slots] = True

    def _ring(self, slots: Any, batch: Batch, rows: Any) -> None:
        """Append positions, in order of slot and time, several a slot where a batch brings several."""
        if not len(slots):
            return
        starts = np.flatnonzero(np.concatenate([[True], slots[1:] != slots[:-1]]))
        sizes = np.diff(np.append(starts, len(slots)))
        rank = np.arange(len(slots)) - np.repeat(starts, sizes)
        columns = self._columns
        place = (columns["ring_count"][slots] + rank) % RING
        for name in ("at_ms", "lat_deg", "lon_deg"):
            columns[f"ring_{name}"][slots, place] = getattr(batch, name)[rows]
        columns["ring_count"][slots[starts]] += sizes

    def picture(self, now_ms: int, *, shared_alone: bool = False) -> Picture:
        """One row a mover, as `picture.py` says."""
        limits = _by_class(self.terms.fresh_by, self.terms.fresh_ms)
        return picture_of(self._columns, self._used, self.sources, now_ms, limits, shared_alone=shared_alone)

    def trail(self, source: str, name: str) -> Trail:
        """Where a mover was by one source, oldest first; empty for one that is not known."""
        table, columns = 2 * self.sources.index(source), self._columns
        found = [self._slots[one].get(name.encode()) for one in (table, table + 1)]
        kept = [(slot, self._places(slot)) for slot in found if slot is not None]
        if not kept:
            return NO_TRAIL
        at, lat, lon = (
            np.concatenate([columns[f"ring_{one}"][slot, places] for slot, places in kept])
            for one in ("at_ms", "lat_deg", "lon_deg")
        )
        order = np.argsort(at, kind="stable")
        return Trail(at[order], lat[order], lon[order])

    def _places(self, slot: int) -> Any:
        """Where in its ring a slot has positions."""
        count = int(self._columns["ring_count"][slot])
        return np.arange(max(count - RING, 0), count) % RING

    def forget(self, now_ms: int, keep_ms: int | None = None) -> int:
        """Let go of slots whose last report came more than `keep_ms` ago; how many."""
        columns, used = self._columns, self._used
        old = columns["received_ms"][:used] < now_ms - (self.terms.keep_ms if keep_ms is None else keep_ms)
        gone = np.flatnonzero(old & columns["live"][:used])
        for slot in gone.tolist():
            name = columns["ident"][slot]
            del self._slots[columns["table"][slot]][name]
            if not any(name in slots for slots in self._slots):
                del self._movers[name]
        columns["live"][gone] = False
        for name in COLUMNS:
            columns[name][gone] = COLUMNS[name][1]
        self._free += gone.tolist()
        return len(gone)


def _by_class(limits: tuple[int, ...], every: int) -> Instants:
    return np.asarray(limits or (every,) * len(MOVERS), np.int64)
