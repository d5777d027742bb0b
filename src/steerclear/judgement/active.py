"""All that stands, kept ready: one new notice against ten thousand in milliseconds, exact answers on.

One index for each mode and class of mover, so that a pair's own minima bound the search and one class
with wide minima does not widen it for all. The index may over-report and never under-reports;
`judge_volumes` decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from steerclear.judgement.answer import Check, Judgement
from steerclear.judgement.notice import Notice
from steerclear.judgement.pair import (
    Ready,
    judge_volume,
    make_ready,
    out_of_question,
    standing_lines,
    unjudged_whole,
    unreadable_pairs,
)
from steerclear.judgement.rules import Rules
from steerclear.space.index import SpaceIndex
from steerclear.space.overlap import Beside, Minima, Overlap, overlap_all
from steerclear.space.prepare import NotJudgeable, PreparedVolume

_Key = tuple[str, int]


class Beyond(NamedTuple):
    """When two notices are near each other (hull, half-open), and their least distance in height (tmm; zero or less:
    their blocks meet)."""

    from_ms: int
    to_ms: int
    gap_tmm: int


def _hull(known: Beyond | None, met: Overlap) -> Beyond:
    if known is None:
        return Beyond(met.from_ms, met.until_ms, met.vertical_tmm)
    return Beyond(
        min(known.from_ms, met.from_ms), max(known.to_ms, met.until_ms), min(known.gap_tmm, met.vertical_tmm)
    )


class ActiveSet:
    """The notices and areas that stand on one node and line. One owner, one thread.

    The same entry twice is the same message; a newer version takes the place of the older one (`add` of
    the same `about`); whatever is withdrawn, complete, expired (areas never) or superseded is for the
    caller to `remove`."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._ready: dict[str, Ready] = {}
        self._versions: dict[tuple[str, str], str] = {}
        self._indexes: dict[tuple[str, str], SpaceIndex[_Key]] = {}
        self._unjudged: dict[str, Ready] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self._ready)

    def __contains__(self, entry: str) -> bool:
        return entry in self._ready

    def get(self, entry: str) -> Notice | None:
        """The version that stands under this entry id."""
        ready = self._ready.get(entry)
        return ready.notice if ready is not None else None

    def prepared(self, entry: str) -> tuple[PreparedVolume | NotJudgeable, ...]:
        """The volumes of what stands under this entry id, ready; empty where nothing does."""
        ready = self._ready.get(entry)
        return ready.volumes if ready is not None else ()

    def notices(self) -> Iterator[Notice]:
        """Every notice that stands, in no order."""
        return (ready.notice for ready in self._ready.values())

    def add(self, notice: Notice | Ready) -> Ready:
        """Puts one version in the place of any other version of its notice. Returns it prepared."""
        ready = notice if isinstance(notice, Ready) else make_ready(notice)
        n = ready.notice
        if n.id in self._ready:
            return self._ready[n.id]
        older = self._versions.get((n.party, n.about))
        if older is not None:
            self.remove(older)
        self._ready[n.id] = ready
        self._versions[(n.party, n.about)] = n.id
        self._counts[(n.mode, n.party)] = self._counts.get((n.mode, n.party), 0) + 1
        if not ready.whole or any(isinstance(v, NotJudgeable) for v in ready.volumes):
            self._unjudged[n.id] = ready
        index = self._indexes.setdefault((n.mode, n.mover), SpaceIndex())
        for i, volume in enumerate(ready.volumes):
            if isinstance(volume, PreparedVolume):
                index.add((n.id, i), volume)
        return ready

    def remove(self, entry: str) -> bool:
        """Takes one version out; False where it was not there."""
        ready = self._ready.pop(entry, None)
        if ready is None:
            return False
        n = ready.notice
        if self._versions.get((n.party, n.about)) == entry:
            del self._versions[(n.party, n.about)]
        self._counts[(n.mode, n.party)] -= 1
        self._unjudged.pop(entry, None)
        index = self._indexes[(n.mode, n.mover)]
        for i, volume in enumerate(ready.volumes):
            if isinstance(volume, PreparedVolume):
                index.remove((entry, i))
        return True

    def replace(self, notice: Notice | Ready) -> Ready:
        """A new version in the place of the old one; the same as `add`, named for what the caller means."""
        return self.add(notice)

    def check(self, notice: Notice | Ready) -> Check:
        """One notice, in the set or not, against all others that stand: conflicts and what could not be
        judged.

        Own versions, the author's other notices and other modes are left out (`judge_pair` says why for
        each)."""
        ready = notice if isinstance(notice, Ready) else self._ready.get(notice.id) or make_ready(notice)
        found: list[Judgement] = []
        for i, others in self._candidates(ready):
            answers = judge_volume(ready, i, others, self.rules)
            found += [answer for answer in answers if answer is not None]
        found += self._could_not(ready)
        found.sort(key=lambda j: (j.verdict != "conflict", j.a.entry, j.a.volume, j.b.entry, j.b.volume))
        return Check(
            notice=ready.notice.id,
            against=self.against(ready.notice),
            judgements=tuple(found),
            standing=standing_lines(self.rules),
        )

    def near(
        self, notice: Notice, minima: Minima, wanted: Callable[[Notice], bool]
    ) -> list[tuple[Notice, Beyond]]:
        """Other notices in the same mode, whosever, that come within the minima of one: no judgement, but when, and
        how far apart in height at the least."""
        ready = self._ready.get(notice.id) or make_ready(notice)
        found: dict[str, Beyond] = {}
        for volume in ready.volumes:
            if not isinstance(volume, PreparedVolume):
                continue
            indexes = [index for (mode, _), index in self._indexes.items() if mode == notice.mode]
            keys = [key for index in indexes for key in index.candidates(volume, minima)]
            rows = [
                (entry, other)
                for entry, k in keys
                if self._ready[entry].notice.about != notice.about
                and wanted(self._ready[entry].notice)
                and isinstance(other := self._ready[entry].volumes[k], PreparedVolume)
            ]
            beside = [Beside(other, minima, notice.id <= entry) for entry, other in rows]
            for (entry, _), met in zip(rows, overlap_all(volume, beside), strict=True):
                if met is not None:
                    found[entry] = _hull(found.get(entry), met)
        return [(self._ready[entry].notice, found[entry]) for entry in sorted(found)]

    def against(self, notice: Notice) -> int:
        """How many notices of other parties, in the same mode, stand beside this one."""
        return sum(
            count
            for (mode, party), count in self._counts.items()
            if mode == notice.mode and party != notice.party
        )

    def _candidates(self, ready: Ready) -> Iterator[tuple[int, list[tuple[Ready, int]]]]:
        """(own volume, (other, its volume) that may conflict with it), each once."""
        n = ready.notice
        indexes = [
            (index, self.rules.minima(n.mover, mover))
            for (mode, mover), index in self._indexes.items()
            if mode == n.mode
        ]
        for i, volume in enumerate(ready.volumes):
            if isinstance(volume, PreparedVolume):
                near = [key for index, minima in indexes for key in index.candidates(volume, minima)]
                rows = [(self._ready[entry], k) for entry, k in near]
                yield i, [row for row in rows if row[0].notice.party != n.party]

    def _could_not(self, ready: Ready) -> list[Judgement]:
        """What is missing in this notice is said once for all; what is missing in another's, for each."""
        if not ready.whole:
            return [unjudged_whole(ready, self.rules)]
        found: list[Judgement] = []
        unreadable = any(isinstance(v, NotJudgeable) for v in ready.volumes)
        for other in self._ready.values() if unreadable else self._unjudged.values():
            if out_of_question(ready.notice, other.notice) is None:
                found += unreadable_pairs(ready, other, self.rules)
        return found
