"""Subjects as last folded, and the few of them at which every tick looks, found without walking over all."""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterator
from typing import Any

from steerclear.procedure.subject import Subject


class Folded(dict[str, Subject]):
    """Subject id → subject. `vital` are those of life safety, `alarming` those with an alarm, `reports` the encounter
    reports: each in the order in which it came in. Changed by item, `pop` and `clear` alone."""

    def __init__(self) -> None:
        super().__init__()
        self.vital: dict[str, Subject] = {}
        self.alarming: dict[str, Subject] = {}
        self.reports: dict[str, Subject] = {}
        self._due: list[tuple[int, str]] = []

    def __setitem__(self, id_: str, subject: Subject) -> None:
        before = self.get(id_)
        super().__setitem__(id_, subject)
        _keep(self.vital, subject.life_safety, id_, subject)
        _keep(self.alarming, bool(subject.alarms), id_, subject)
        _keep(self.reports, subject.kind == "encounter.report", id_, subject)
        due = subject.next_due_ms
        if due is not None and (before is None or before.next_due_ms != due):
            heapq.heappush(self._due, (due, id_))

    def pop(self, id_: str, *default: Any) -> Any:
        for few in (self.vital, self.alarming, self.reports):
            few.pop(id_, None)
        return super().pop(id_, *default)

    def __delitem__(self, id_: str) -> None:
        self.pop(id_)

    def clear(self) -> None:
        super().clear()
        for few in (self.vital, self.alarming, self.reports):
            few.clear()
        self._due.clear()

    def due(self, now_ms: int) -> list[str]:
        """Those that read differently from `now_ms` on or since before it, each once; again until they are folded."""
        found: dict[str, int] = {}
        while self._due and self._due[0][0] <= now_ms:
            at, id_ = heapq.heappop(self._due)
            if self._stands(at, id_):
                found[id_] = at
        for id_, at in found.items():
            heapq.heappush(self._due, (at, id_))
        return list(found)

    def next_due(self, now_ms: int, without: Container[str] = ()) -> int | None:
        """The first instant after `now_ms` at which one reads differently by itself, those named left out."""
        while self._due and not self._stands(*self._due[0]):
            heapq.heappop(self._due)
        if self._due and (self._due[0][0] <= now_ms or self._due[0][1] in without):
            return min(self._later(now_ms, without), default=None)
        return self._due[0][0] if self._due else None

    def _later(self, now_ms: int, without: Container[str]) -> Iterator[int]:
        return (at for at, id_ in self._due if at > now_ms and id_ not in without and self._stands(at, id_))

    def _stands(self, at: int, id_: str) -> bool:
        subject = self.get(id_)
        return subject is not None and subject.next_due_ms == at


def _keep(few: dict[str, Subject], wanted: bool, id_: str, subject: Subject) -> None:
    if wanted:
        few[id_] = subject
    else:
        few.pop(id_, None)
