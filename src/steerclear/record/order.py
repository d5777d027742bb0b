"""The order of the fold: depth, and how it follows from what each leaf had seen (record.md, State).

depth = 1 + max(depth of the leaf before it in the same log, depth of the last leaf that its effective `seen`
covers in each other log); the order of the fold is (depth, origin, index). A `seen` whose prefix is not held
yet counts for nothing until it is (`seen-ahead`); one whose root is not that of what is held never counts and
starts the fork check. Every leaf has a depth, an invalid one too (which has seen nothing new). The depths of
a set of leaves do not depend on the order in which they came.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from steerclear.record.header import Seen

SEEN_AHEAD: Final = "seen-ahead"
SEEN_OTHER: Final = "seen-other"
"""Marks: a prefix not held yet; a prefix of another tree than the one held."""

RootOf = Callable[[str, int], str]
"""(log `<party>/<epoch>`, size) → root as hex, asked only for sizes that are held."""


class SeenOther(msgspec.Struct, frozen=True):
    """Leaf `index` of `log` claims that `peer`'s log at `size` has `root` (hex), which is not so here: one of
    the two signed, or was shown, another tree."""

    log: str
    index: int
    peer: str
    size: int
    root: str


class Placed(msgspec.Struct, frozen=True):
    """Where a leaf stands. `marks`: `seen-ahead`, `seen-other`. `others`: what starts the fork check.
    `moved`: (log, index) from which on depths of leaves placed earlier changed, because this leaf
    completed a prefix that they had seen; fold those again."""

    depth: int
    marks: tuple[str, ...] = ()
    others: tuple[SeenOther, ...] = ()
    moved: tuple[tuple[str, int], ...] = ()


class _Edges:
    """What one log had seen of one other: at `index` its `size` grew to this; both strictly ascending."""

    __slots__ = ("index", "size")

    def __init__(self) -> None:
        self.index = array("q")
        self.size = array("q")

    def add(self, index: int, size: int) -> bool:
        """False where an earlier leaf had seen as much already."""
        at = bisect_right(self.index, index)
        if at and self.size[at - 1] >= size:
            return False
        if at and self.index[at - 1] == index:
            at -= 1
            del self.index[at], self.size[at]
        while at < len(self.size) and self.size[at] <= size:
            del self.index[at], self.size[at]
        self.index.insert(at, index)
        self.size.insert(at, size)
        return True

    def at(self, index: int) -> int:
        """The size first seen at exactly this index, else 0."""
        place = bisect_left(self.index, index)
        return self.size[place] if place < len(self.index) and self.index[place] == index else 0


class Order:
    """Depths of all logs of one line. Logs are named `<party>/<epoch>`, as in headers.

    `place` takes each log's leaves in order of index; logs may come in any interleaving. It costs
    O(entries of the leaf's own `seen`), and more only when an old `seen-ahead` is resolved."""

    def __init__(self, root_of: RootOf) -> None:
        self._root_of = root_of
        self._depths: dict[str, array[int]] = {}
        self._edges: dict[str, dict[str, _Edges]] = {}
        self._waiting: dict[str, list[tuple[int, str, int, str]]] = {}
        self._total = 0

    def size(self, log: str) -> int:
        return len(self._depths.get(log, ()))

    def depth(self, log: str, index: int) -> int:
        return self._depths[log][index]

    def waiting(self, log: str) -> int:
        """How many `seen` of others wait for more of this log."""
        return len(self._waiting.get(log, ()))

    def waits(self, log: str, index: int, peer: str) -> bool:
        """Whether a `seen` of `log` up to leaf `index` waits for more of `peer`'s log than is held."""
        return any(one[1] == log and one[2] <= index for one in self._waiting.get(peer, ()))

    def waited_for(self) -> set[str]:
        """Logs of which somebody has seen more than is held here."""
        return set(self._waiting)

    def seen_at(self, log: str, index: int) -> dict[str, int]:
        """How much of each other log the author of leaf `index` had seen, as far as it counts: log → size."""
        found = {}
        for peer, edges in self._edges.get(log, {}).items():
            at = bisect_right(edges.index, index)
            if at:
                found[peer] = edges.size[at - 1]
        return found

    def place(self, log: str, seen: Mapping[str, Seen], *, checked: bool = False) -> Placed:
        """Places the next leaf of `log`; `seen` is that of its header, empty for an invalid leaf.

        The root function must know this leaf already. `checked=True` leaves out the comparison of roots, for
        leaves placed before a restart of the node.
        """
        depths = self._depths.get(log)
        if depths is None:
            depths = self._depths[log] = array("q")
        index = len(depths)
        depth = depths[-1] if index else 0
        marks: tuple[str, ...] = ()
        others: list[SeenOther] = []
        for peer, one in seen.items():
            if not one.size:
                continue
            held = self._depths.get(peer, ())
            if one.size > len(held):
                self._waiting.setdefault(peer, []).append((one.size, log, index, one.root))
                marks = marks if SEEN_AHEAD in marks else (*marks, SEEN_AHEAD)
            elif not checked and self._root_of(peer, one.size) != one.root:
                others.append(SeenOther(log, index, peer, one.size, one.root))
            elif self._edge(log, peer).add(index, one.size):
                depth = max(depth, held[one.size - 1])
        if others:
            marks = (*marks, SEEN_OTHER)
        depths.append(depth + 1)
        self._total += 1
        moved = self._resolve(log, others, checked) if log in self._waiting else ()
        return Placed(depths[index], marks, tuple(others), moved)

    def _edge(self, log: str, peer: str) -> _Edges:
        return self._edges.setdefault(log, {}).setdefault(peer, _Edges())

    def _resolve(self, peer: str, others: list[SeenOther], checked: bool) -> tuple[tuple[str, int], ...]:
        """Counts every `seen` that waited for the leaf just placed in `peer`'s log."""
        size = self.size(peer)
        ready = [one for one in self._waiting[peer] if one[0] <= size]
        if not ready:
            return ()
        left = [one for one in self._waiting[peer] if one[0] > size]
        if left:
            self._waiting[peer] = left
        else:
            del self._waiting[peer]
        work = []
        for need, log, index, root in ready:
            if not checked and self._root_of(peer, need) != root:
                others.append(SeenOther(log, index, peer, need, root))
            elif self._edge(log, peer).add(index, need):
                work.append((log, index, index))
        return tuple(sorted(self._settle(work).items()))

    def _settle(self, work: list[tuple[str, int, int]]) -> dict[str, int]:
        """Recomputes (log, from, to at least) until nothing changes; log → first index that moved."""
        moved: dict[str, int] = {}
        while work:
            log, start, end = work.pop()
            first, last = self._recompute(log, start, end)
            if first < 0:
                continue
            moved[log] = min(first, moved.get(log, first))
            for other, edges in self._edges.items():
                pair = edges.get(log)
                if pair is None:
                    continue
                low, high = bisect_right(pair.size, first), bisect_right(pair.size, last + 1)
                if low < high:
                    work.append((other, pair.index[low], pair.index[high - 1]))
        return moved

    def _recompute(self, log: str, start: int, end: int) -> tuple[int, int]:
        """(first, last) index whose depth changed, or (-1, -1)."""
        depths, edges = self._depths[log], self._edges[log]
        first = last = -1
        for index in range(start, len(depths)):
            depth = depths[index - 1] if index else 0
            for peer, pair in edges.items():
                size = pair.at(index)
                if size:
                    depth = max(depth, self._depths[peer][size - 1])
            if depth >= self._total:
                raise ValueError("two logs have each seen the other's later leaf: roots were not checked")
            if depths[index] != depth + 1:
                depths[index] = depth + 1
                first = index if first < 0 else first
                last = index
            elif index >= end:
                break
        return first, last
