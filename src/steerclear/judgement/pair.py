"""Two notices against each other: planned against planned, planned against areas (judgement.md).

Each pair of volumes is judged by itself: a conflict needs outline, altitude *and* time of one and the
same volume. Whatever cannot be judged is said to be so with its reason; it is never "no conflict"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from steerclear.judgement import giveway
from steerclear.judgement.answer import (
    JUDGE_VERSION,
    SEALED_LINE,
    Apart,
    GivesWay,
    Judgement,
    Rule,
    Side,
    Verdict,
    Where,
    conflict_id,
    ordered_sides,
)
from steerclear.judgement.notice import Notice
from steerclear.judgement.rules import Rules
from steerclear.space.altitude import vertical_gap
from steerclear.space.geodesic import ERROR_MM
from steerclear.space.meet import meet
from steerclear.space.overlap import Beside, Minima, Overlap, overlap_all
from steerclear.space.prepare import ALWAYS_MS, NotJudgeable, PreparedVolume, prepare_protective

OUT_OF_QUESTION: tuple[Rule, ...] = ("same-notice", "other-mode", "same-party")
FAR_MM = 2_000_000_000
"""`no_conflict` gives the horizontal distance up to 2,000 km; farther is said as this, a lower bound."""


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A notice prepared once: its volumes for `overlap` (or why one has no reading), the declared end of
    each area volume (else 0), and the marks of arrival of each volume."""

    notice: Notice
    volumes: tuple[PreparedVolume | NotJudgeable, ...]
    declared_ends: tuple[int, ...]
    marks: tuple[tuple[str, ...], ...]

    def side(self, volume: int = -1) -> Side:
        """This notice in an answer; −1 is the notice as a whole."""
        n = self.notice
        return Side(entry=n.id, volume=volume, party=n.party, about=n.about)

    @property
    def whole(self) -> bool:
        """Whether every part of the notice can be judged."""
        return bool(self.volumes) and not self.notice.unjudged


def make_ready(notice: Notice) -> Ready:
    """Prepares every volume on the most protective reading; never raises.

    Expiry never frees an area (boundary.md: stale, and still kept away from), so an area's window has no
    end here."""
    volumes: list[PreparedVolume | NotJudgeable] = []
    ends: list[int] = []
    marks: list[tuple[str, ...]] = []
    for volume in notice.volumes:
        prepared, found = prepare_protective(volume)
        end = 0
        if notice.is_area and isinstance(prepared, PreparedVolume):
            end = prepared.end_ms
            high = np.array([*prepared.high[:4].tolist(), ALWAYS_MS[1]])
            prepared = replace(prepared, end_ms=ALWAYS_MS[1], high=high)
        volumes.append(prepared)
        ends.append(end)
        marks.append(tuple(sorted({*notice.marks, *found})))
    return Ready(notice, tuple(volumes), tuple(ends), tuple(marks))


def standing_lines(rules: Rules) -> tuple[str, ...]:
    """What no check could see, the same whether any sealed area exists or not (boundary.md)."""
    return (SEALED_LINE,) if rules.parameters.sealed_allowed else ()


def judge_pair(a: Notice | Ready, b: Notice | Ready, rules: Rules) -> list[Judgement]:
    """Every answer about two notices: one for each pair of volumes in conflict (or unagreed, or
    unreadable), one `no_conflict` with the least separation where there is none, one `not_judged` where
    the check could not run.

    Symmetric: `judge_pair(b, a)` gives the same answers, with the same hashes.
    """
    one = a if isinstance(a, Ready) else make_ready(a)
    two = b if isinstance(b, Ready) else make_ready(b)
    if two.notice.id < one.notice.id:
        one, two = two, one
    outside = out_of_question(one.notice, two.notice)
    if outside:
        return [_unjudged(outside, one, two, outside, rules)]
    found = unjudged_pair(one, two, rules)
    found += [
        j
        for i in range(len(one.volumes))
        for k in range(len(two.volumes))
        if (j := judge_volumes(one, i, two, k, rules)) is not None
    ]
    if found or not one.volumes or not two.volumes:
        return found
    return [_no_conflict(one, two, rules)]


def out_of_question(a: Notice, b: Notice) -> Rule | None:
    """Why two notices are not compared at all: versions of one notice, REAL beside EXERCISE, one party's
    own."""
    if a.mode != b.mode:
        return "other-mode"
    if a.party == b.party:
        return "same-notice" if a.about == b.about else "same-party"
    return None


def unjudged_pair(a: Ready, b: Ready, rules: Rules) -> list[Judgement]:
    """`not_judged` where one of the two leaves out its volumes, cannot be opened or has not come; else
    nothing."""
    reasons = [r.notice.unjudged or "incomplete" for r in (a, b) if not r.whole]
    return [_unjudged(_rule(a.notice, b.notice), a, b, reasons[0], rules)] if reasons else []


def unreadable_pairs(a: Ready, b: Ready, rules: Rules) -> list[Judgement]:
    """All that cannot be judged between two notices: one of them as a whole, or each pair with a volume
    that has no reading. Order does not matter."""
    one, two = (a, b) if a.notice.id < b.notice.id else (b, a)
    whole = unjudged_pair(one, two, rules)
    return whole or [
        _unjudged(_rule(one.notice, two.notice), one, two, "unreadable-volume", rules, i, k)
        for i, x in enumerate(one.volumes)
        for k, y in enumerate(two.volumes)
        if isinstance(x, NotJudgeable) or isinstance(y, NotJudgeable)
    ]


def judge_volumes(a: Ready, i: int, b: Ready, k: int, rules: Rules) -> Judgement | None:
    """The answer about volume `i` of `a` and `k` of `b`; None where they keep the minima.

    The witness is that of the pair in the order of ids, so the same at both nodes and for (b, k, a, i).
    """
    return judge_volume(a, i, ((b, k),), rules)[0]


def judge_volume(
    ready: Ready, i: int, others: Sequence[tuple[Ready, int]], rules: Rules
) -> list[Judgement | None]:
    """`judge_volumes` of one volume with each of others, in their order: the same answers in less time."""
    found: list[Judgement | None] = [None] * len(others)
    volume = ready.volumes[i]
    asked: list[int] = []
    beside: list[Beside] = []
    for at, (other, k) in enumerate(others):
        its = other.volumes[k]
        if isinstance(volume, NotJudgeable) or isinstance(its, NotJudgeable):
            first, one, second, two = _ordered(ready, i, other, k)
            rule = _rule(first.notice, second.notice)
            found[at] = _unjudged(rule, first, second, "unreadable-volume", rules, one, two)
        else:
            minima = rules.minima(ready.notice.mover, other.notice.mover)
            asked.append(at)
            beside.append(Beside(its, minima, ready.notice.id <= other.notice.id))
    if isinstance(volume, PreparedVolume):
        for at, row, met in zip(asked, beside, overlap_all(volume, beside), strict=True):
            if met is not None:
                other, k = others[at]
                found[at] = _met(*_ordered(ready, i, other, k), met, row.minima, rules)
    return found


def _ordered(one: Ready, i: int, two: Ready, k: int) -> tuple[Ready, int, Ready, int]:
    """The notice of the lower id first."""
    return (one, i, two, k) if one.notice.id <= two.notice.id else (two, k, one, i)


def _met(a: Ready, i: int, b: Ready, k: int, met: Overlap, minima: Minima, rules: Rules) -> Judgement:
    """The answer about two volumes that do not keep the minima."""
    unagreed = not (a.notice.agreed and b.notice.agreed)
    marks = (*a.marks[i], *b.marks[k])
    stale_from = min((end for end in (a.declared_ends[i], b.declared_ends[k]) if end), default=0)
    if stale_from and met.until_ms > stale_from:
        marks = (*marks, "stale")
    return _answer(
        _rule(a.notice, b.notice),
        a.side(i),
        b.side(k),
        rules,
        verdict="not_judged" if unagreed else "conflict",
        reason="unagreed" if unagreed else "",
        where=_where(met, a.notice, b.notice),
        from_ms=met.from_ms,
        to_ms=met.until_ms,
        apart=Apart(
            horizontal_mm=met.horizontal_mm or -met.depth_mm,
            vertical_mm=met.vertical_tmm // 10,
            time_ms=met.time_ms,
        ),
        minima=_asked(minima),
        uncertainty=Apart(
            horizontal_mm=met.horizontal_error_mm, vertical_mm=-(-met.vertical_error_tmm // 10), time_ms=0
        ),
        marks=tuple(sorted(set(marks))) if marks else (),
        gives_way=None if unagreed else giveway.gives_way(a.notice, b.notice, rules.parameters.give_way),
    )


def _rule(a: Notice, b: Notice) -> Rule:
    return "plan-area" if a.is_area or b.is_area else "plan-plan"


def _where(met: Overlap, a: Notice, b: Notice) -> Where | None:
    """A point, unless it could lie inside an area whose owner did not choose `exact`."""
    if a.precision != "exact" or b.precision != "exact":
        return None
    return Where(lat_e7=met.lat_e7, lon_e7=met.lon_e7)


def _asked(minima: Minima) -> Apart:
    return Apart(
        horizontal_mm=minima.horizontal_mm,
        vertical_mm=-(-minima.vertical_tmm // 10),
        time_ms=minima.time_ms,
    )


def _no_conflict(a: Ready, b: Ready, rules: Rules) -> Judgement:
    """How far the two stay apart: of the pair of volumes that keeps apart in the fewest ways and by least."""
    rule = _rule(a.notice, b.notice)
    minima = rules.minima(a.notice.mover, b.notice.mover)
    pairs = [_separation(x, y, minima) for x in _readable(a) for y in _readable(b)]
    nearest = min(pairs, key=lambda p: (sum(f > 0 for f in p), p))
    return _answer(
        rule,
        a.side(),
        b.side(),
        rules,
        verdict="no_conflict",
        apart=Apart(horizontal_mm=nearest[0], vertical_mm=nearest[1], time_ms=nearest[2]),
        minima=_asked(minima),
        uncertainty=Apart(horizontal_mm=ERROR_MM, vertical_mm=0, time_ms=0),
    )


def _readable(ready: Ready) -> list[PreparedVolume]:
    return [volume for volume in ready.volumes if isinstance(volume, PreparedVolume)]


def _separation(a: PreparedVolume, b: PreparedVolume, minima: Minima) -> tuple[int, int, int]:
    """(horizontal mm, vertical mm, time ms), below zero where they reach into each other."""
    met = meet(a.core, b.core, FAR_MM)
    horizontal = FAR_MM if met is None else met.gap_mm or -met.depth_mm
    apart = minima.horizontal_mm > 0
    vertical = vertical_gap(a.floor, a.ceiling, b.floor, b.ceiling, apart=apart)
    return horizontal, vertical // 10, max(a.start_ms, b.start_ms) - min(a.end_ms, b.end_ms)


def _unjudged(
    rule: Rule, a: Ready, b: Ready, reason: str, rules: Rules, i: int = -1, k: int = -1
) -> Judgement:
    return _answer(rule, a.side(i), b.side(k), rules, verdict="not_judged", reason=reason)


def unjudged_whole(ready: Ready, rules: Rules) -> Judgement:
    """One notice that cannot be judged against anything, whatever stands beside it."""
    nobody = Side(entry="")
    reason = ready.notice.unjudged or "incomplete"
    return _answer("notice", ready.side(), nobody, rules, verdict="not_judged", reason=reason)


def _answer(
    rule: Rule,
    one: Side,
    two: Side,
    rules: Rules,
    *,
    verdict: Verdict,
    reason: str = "",
    where: Where | None = None,
    from_ms: int | None = None,
    to_ms: int | None = None,
    apart: Apart | None = None,
    minima: Apart | None = None,
    uncertainty: Apart | None = None,
    marks: tuple[str, ...] = (),
    gives_way: GivesWay | None = None,
) -> Judgement:
    a, b = ordered_sides(one, two) if two.entry else (one, two)
    return Judgement(
        judge_version=JUDGE_VERSION,
        id=conflict_id(rule, rules.name, a, b),
        rule=rule,
        agreement=rules.name,
        a=a,
        b=b,
        verdict=verdict,
        reason=reason,
        where=where,
        from_ms=from_ms,
        to_ms=to_ms,
        apart=apart,
        minima=minima,
        uncertainty=uncertainty,
        marks=marks,
        standing=standing_lines(rules),
        gives_way=gives_way,
    )
