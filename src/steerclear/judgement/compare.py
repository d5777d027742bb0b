"""An update against what stood before: it may keep a conflict or lessen it, never make a new one silently."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from steerclear.judgement.answer import Judgement

_Figures = tuple[int, int, int]


class Changes(NamedTuple):
    """Conflicts of the new version by what became of them; `resolved` are those of the old one that are gone.

    `silent` is whether the update may go without another look: nothing new, nothing worse.
    """

    new: tuple[Judgement, ...]
    worse: tuple[Judgement, ...]
    kept: tuple[Judgement, ...]
    lessened: tuple[Judgement, ...]
    resolved: tuple[Judgement, ...]

    @property
    def silent(self) -> bool:
        return not self.new and not self.worse


def compare(before: Iterable[Judgement], after: Iterable[Judgement]) -> Changes:
    """Pairs are matched by the notices they are about, for ids and volume numbers change with a version.

    Worse is longer, nearer or of another verdict's kind in any figure; less is better in one and worse in
    none. What was not judged and still is counts as kept; what was judged and no longer can be is new.
    """
    old, now = _by_pair(before), _by_pair(after)
    found: dict[str, list[Judgement]] = {"new": [], "worse": [], "kept": [], "lessened": []}
    for pair, judgements in now.items():
        found[_change(old.get(pair, []), judgements)] += judgements
    resolved = [j for pair, judgements in old.items() if pair not in now for j in judgements]
    return Changes(
        tuple(found["new"]),
        tuple(found["worse"]),
        tuple(found["kept"]),
        tuple(found["lessened"]),
        tuple(resolved),
    )


def _by_pair(judgements: Iterable[Judgement]) -> dict[tuple[str, str, str], list[Judgement]]:
    out: dict[tuple[str, str, str], list[Judgement]] = {}
    for j in judgements:
        if j.verdict != "no_conflict":
            first, second = sorted((j.a.about or j.a.entry, j.b.about or j.b.entry))
            out.setdefault((first, second, f"{j.verdict} {j.reason}"), []).append(j)
    return out


def _change(old: list[Judgement], now: list[Judgement]) -> str:
    if not old:
        return "new"
    before, after = _figures(old), _figures(now)
    if any(new > was for was, new in zip(before, after, strict=True)):
        return "worse"
    return "kept" if before == after else "lessened"


def _figures(judgements: list[Judgement]) -> _Figures:
    """(time together, −least horizontal, −least vertical) over a pair of notices: greater is worse. A gap
    in time under the minimum counts against the time together: a longer gap is less."""
    apart = [j.apart for j in judgements if j.apart is not None]
    duration = -sum(x.time_ms for x in apart)
    return (
        duration,
        -min((x.horizontal_mm for x in apart), default=0),
        -min((x.vertical_mm for x in apart), default=0),
    )
