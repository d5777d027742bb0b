"""One new notice against all that stand: from `Notice` to explained answers with their hashes, as a node does it."""

from __future__ import annotations

import gc
import math
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench import brute
from bench.conflict_set import PARAMETERS, Made, make
from bench.figure import Figure, figure, percentile
from steerclear.judgement import ActiveSet, Check, Notice, Rules, judgement_hash

SIZES = ((10_000, 10.0), (100_000, 25.0))
NEW = 2_000
BRUTE = 300
"""New notices whose answers are computed again by other means, of each set."""
COUNTS = ((0, 0), (1, 2), (3, 5), (6, 9), (10, 19), (20, 34), (35, 50))


@dataclass(frozen=True)
class Asked:
    """One check: CPU in ms, its answers."""

    notice: Notice
    ms: float
    check: Check

    @property
    def candidates(self) -> int:
        return len(self.check.conflicts)


def run() -> Iterator[Figure]:
    for count, bound in SIZES:
        yield from measured(make(count, NEW), bound, BRUTE)


def measured(made: Made, bound: float, checked: int) -> Iterator[Figure]:
    """Every figure of one set."""
    count = len(made.standing)
    print(f"conflict: the set of {count} and {len(made.new)} new, SHA-256 {made.sha256}", file=sys.stderr)
    before = _resident_mb()
    began = time.process_time()
    active = stand(made.standing)
    built = time.process_time() - began
    held = _resident_mb() - before
    gc.collect()
    gc.freeze()  # as `steerclear serve` does once a node has loaded
    rows = [ask(active, notice) for notice, _ in made.new]
    gc.unfreeze()
    took = [row.ms for row in rows]
    numbers = [row.candidates for row in rows]
    method = (
        f"CPU of ActiveSet.check of a new notice (prepared, searched, judged exactly, each answer hashed) among "
        f"{count}; {len(rows)} new notices of the published set, seed and SHA-256 in docs/reference/figures.md"
    )
    spread = (min(took), max(took))
    yield _one(f"conflict.cpu_p50_{count}", percentile(took, 0.5), "ms", method, spread)
    yield figure(
        f"conflict.cpu_p99_{count}",
        took,
        "ms",
        bound=f"<= {bound:g}",
        method=method,
        value=percentile(took, 0.99),
    )
    for least, most in COUNTS:
        some = [row.ms for row in rows if least <= row.candidates <= most]
        if some:
            name = f"conflict.cpu_p99_{count}_of_{least}_to_{most}"
            told = f"the same, of {len(some)} new notices with {least} to {most} true candidates"
            yield _one(name, percentile(some, 0.99), "ms", told, (min(some), max(some)))
    yield from _growth(rows, count)
    yield _one(
        f"conflict.candidates_median_{count}",
        statistics.median(numbers),
        "",
        "true candidates of a new notice",
    )
    yield _one(
        f"conflict.candidates_most_{count}",
        max(numbers),
        "",
        "true candidates of a new notice",
        bound="<= 50",
    )
    yield _one(f"conflict.build_{count}", built, "s", "CPU of putting the whole set in, one by one")
    told = "resident memory that the prepared set takes beside the notices themselves"
    yield _one(f"conflict.memory_{count}", held, "MB", told)
    wrong, close = disagreements(made.standing, rows[:checked])
    told = (
        f"answers of {min(checked, len(rows))} new notices against {count}, computed again on dense geodesics with "
        f"shapely; {close} pairs within {brute.CLOSE_M:g} m of their bound by minimised geodesic distances"
    )
    yield _one(f"conflict.disagreements_{count}", wrong, "", told, bound="== 0")


def stand(notices: Sequence[Notice]) -> ActiveSet:
    active = ActiveSet(Rules(PARAMETERS))
    for notice in notices:
        active.add(notice)
    return active


def ask(active: ActiveSet, notice: Notice) -> Asked:
    began = time.process_time_ns()
    check = active.check(notice)
    for judgement in check.judgements:
        judgement_hash(judgement)
    return Asked(notice, (time.process_time_ns() - began) / 1e6, check)


def disagreements(standing: Sequence[Notice], rows: Sequence[Asked]) -> tuple[int, int]:
    """(pairs answered otherwise than by brute force, pairs that were too close for its first look)."""
    every = brute.Standing(standing)
    known = {notice.id: notice for notice in standing}
    wrong = close = 0
    for row in rows:
        found = {j.a.entry if j.b.entry == row.notice.id else j.b.entry for j in row.check.conflicts}
        answers = every.answers(row.notice)
        for other, answer in answers.items():
            if answer == "close":
                close += 1
                answer = brute.slowly(row.notice, known[other])
            if answer != "close" and (answer == "conflict") != (other in found):
                wrong += 1
                print(f"conflict: {row.notice.id} and {other}: brute force says {answer}", file=sys.stderr)
        wrong += len(found - answers.keys())
    return wrong, close


def _growth(rows: Sequence[Asked], count: int) -> Iterator[Figure]:
    """The power of the number of true candidates with which cost grows from few to many of them."""
    few = [row for row in rows if 3 <= row.candidates <= 5]
    many = [row for row in rows if row.candidates >= 20]
    if not few or not many:
        return
    cost = [statistics.median(row.ms for row in some) for some in (few, many)]
    numbers = [statistics.mean(row.candidates for row in some) for some in (few, many)]
    power = math.log(cost[1] / cost[0]) / math.log(numbers[1] / numbers[0])
    told = f"log(cost) over log(true candidates) from {numbers[0]:.1f} to {numbers[1]:.1f} of them; 1 is in proportion"
    yield _one(f"conflict.growth_{count}", power, "", told, bound="<= 1")
    each = (cost[1] - cost[0]) / (numbers[1] - numbers[0])
    yield _one(f"conflict.cpu_per_candidate_{count}", each, "ms", "between the same two")


def _one(
    name: str,
    value: float,
    unit: str,
    method: str,
    spread: tuple[float, float] | None = None,
    *,
    bound: str = "",
) -> Figure:
    made = figure(name, spread or (value,), unit, bound=bound, method=method, value=value)
    return made if spread else Figure(made.name, made.value, unit, bound, made.holds, method)


def _resident_mb() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6
