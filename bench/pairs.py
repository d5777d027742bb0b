"""All pairs of very many movers that lose separation: the compiled search, the numpy one, BlueSky's beside."""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench import bluesky_beside, pairs_set
from bench.figure import Figure, figure
from bench.pairs_set import AIR, DRONES
from steerclear.kernels import Minima, Movers, pairs
from steerclear.kernels.search import Twin, twin

TIMES = 15
FEW = 7
HOW = "wall time of kernels.pairs from arrays to pairs, one thread; median of {times}; {count} pairs found"


@dataclass(frozen=True)
class Sizes:
    """How many of each set; the issue's by default, tiny ones in a test."""

    air: tuple[tuple[int, str], ...] = ((10_000, "< 6"), (100_000, "< 130"))
    cities: tuple[tuple[int, str], ...] = ((10, ""), (100, ""), (1_000, "< 1000"))
    numpy: int = 100_000
    europe: tuple[int, int] = (5_000, 50_000)
    bluesky: tuple[tuple[str, int], ...] = (("compiled", 10_000), ("numpy", 3_000), ("numpy", 10_000))


def run() -> Iterator[Figure]:
    if twin() != "c":
        raise SystemExit("pairs: the compiled twin is not built: python -m steerclear.kernels.build")
    yield from measured(Sizes(), "c")
    yield from beside(Sizes())


def measured(sizes: Sizes, use: Twin) -> Iterator[Figure]:
    """Every figure of our own searches."""
    for n, bound in sizes.air:
        movers = pairs_set.airliners(n)
        print(f"pairs: {n} airliners, SHA-256 {pairs_set.sha256(movers)}", file=sys.stderr)
        took, count = timed(movers, AIR, use, TIMES)
        yield _ms(
            f"pairs.airliners_{n}", took, count, bound, "airliners world-wide, 5 NM, 1,000 ft, 120 s ahead"
        )
    yield from _numpy(sizes.numpy, use)
    yield from _drones(sizes, use)
    yield from _europe(sizes.europe, use)


def timed(movers: Movers, minima: Minima, use: Twin, times: int) -> tuple[list[float], int]:
    """(wall milliseconds of each run after one that only warms up, pairs found)."""
    found = pairs(movers, minima, use=use)
    took = []
    for _ in range(times):
        began = time.perf_counter()
        found = pairs(movers, minima, use=use)
        took.append((time.perf_counter() - began) * 1e3)
    return took, len(found)


def _numpy(n: int, use: Twin) -> Iterator[Figure]:
    """Both searches in turn, so that what else the machine does is the same for both."""
    movers = pairs_set.airliners(n)
    ours, theirs, count = [], [], 0
    for _ in range(FEW):
        one, count = timed(movers, AIR, use, 1)
        other, _ = timed(movers, AIR, "numpy", 1)
        ours += one
        theirs += other
    yield _ms(f"pairs.numpy_{n}", theirs, count, "", "the same airliners by the numpy search")
    shares = [b / a for a, b in zip(ours, theirs, strict=True)]
    yield figure(
        f"pairs.numpy_ratio_{n}",
        shares,
        "",
        bound="<= 8",
        method="numpy over compiled, each run after the other",
    )


def _drones(sizes: Sizes, use: Twin) -> Iterator[Figure]:
    each = []
    for cities, bound in sizes.cities:
        movers = pairs_set.drones(cities)
        print(f"pairs: {len(movers)} drones, SHA-256 {pairs_set.sha256(movers)}", file=sys.stderr)
        took, count = timed(movers, DRONES, use, TIMES if len(movers) <= 100_000 else FEW)
        each.append(statistics.median(took) / len(movers) * 1e3)
        told = f"drones, 1,000 over each of {cities} cities of 20 × 20 km, 100 m, 30 m, 60 s ahead"
        yield _ms(f"pairs.drones_{len(movers)}", took, count, bound, told)
    told = "greatest over least time per track of the three sets of drones, from the fewest to the most"
    yield figure("pairs.per_track_spread", [max(each) / min(each)], "", bound="<= 2", method=told)
    yield figure("pairs.per_track", each, "µs", method="median time per track of the three sets of drones")


def _europe(sizes: tuple[int, int], use: Twin) -> Iterator[Figure]:
    """How cost grows with density: the power of the number of pairs with which time grows."""
    seen = []
    for n in sizes:
        took, count = timed(pairs_set.europe(n), AIR, use, TIMES)
        seen.append((statistics.median(took), count))
        yield _ms(f"pairs.europe_{n}", took, count, "", "airliners over Europe alone")
    (few_ms, few), (many_ms, many) = seen
    if not few:
        return
    told = (
        f"log(time) over log(pairs found) from {few} to {many} pairs; 1 is in proportion to true candidates"
    )
    power = math.log(many_ms / few_ms) / math.log(many / few)
    yield figure("pairs.growth", [power], "", bound="<= 1", method=told)


def beside(sizes: Sizes) -> Iterator[Figure]:
    """BlueSky's detection of the same airliners, same minima and look-ahead, in the same run."""
    for which, n in sizes.bluesky:
        movers = pairs_set.airliners(n)
        answer = bluesky_beside.detect(movers, AIR, which, 3 if which == "compiled" else 1)
        if answer is None:
            continue
        ours = len(pairs(movers, AIR))
        name = f"pairs.bluesky_{which}_{n}"
        if answer.get("out_of_memory"):
            told = f"BlueSky's {which} detection had no memory within {bluesky_beside.MEMORY_GIB} GiB"
            yield figure(f"{name}_out_of_memory", [1], "", method=told)
            continue
        told = f"BlueSky's {which} detection of the same {n} airliners; it found {answer['pairs']} pairs, we {ours}"
        yield figure(name, answer["ms"], "ms", method=told)


def _ms(name: str, took: list[float], count: int, bound: str, of: str) -> Figure:
    return figure(name, took, "ms", bound=bound, method=f"{of}; " + HOW.format(times=len(took), count=count))
