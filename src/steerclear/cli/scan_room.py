"""What work on an archive needs of memory, said before it begins and when it runs out: a process that may not have
it is ended by the libraries that it calls, without a word."""

from __future__ import annotations

import importlib
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

LEAST_ADDRESSES: Final = 2 << 30
"""Bytes of addresses that a scanning process reserves (most of them never become memory): measured, 1.7 GB with two
cores and 1.8 GB with eight, of which 340 MB were used. Below it Polars and jemalloc abort or wait for ever."""
ADDING_ADDRESSES: Final = 5 << 29
"""The same of who adds tables: measured, 2.2 GB, of which 600 MB were used, whatever the size of the table."""
LEAST_PART, MOST_PART = 10_000, 10_000_000


def option(parser: Any) -> None:
    parser.add_argument(
        "--part",
        type=int,
        metavar="SAMPLES",
        help="samples that are looked at together: fewer take less memory (default: 500000, some 340 MB;"
        " 100000 take some 160 MB)",
    )


def part_of(args: Namespace) -> int:
    """Raises `Stop` `bad-part`."""
    from steerclear.archive.work import MOST_SAMPLES
    from steerclear.cli.faults import stop

    part = MOST_SAMPLES if args.part is None else int(args.part)
    if LEAST_PART <= part <= MOST_PART:
        return part
    raise stop("bad-part", "--part", f"{part:,} samples", f"from {LEAST_PART:,} to {MOST_PART:,}", exits=2)


def check_addresses(least: int = LEAST_ADDRESSES) -> None:
    """Raises `Stop` `no-memory` where this process may not reserve as many addresses as that (`ulimit -v`)."""
    from steerclear.cli.faults import stop

    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:  # Windows knows no such limit
        return
    soft = resource.getrlimit(resource.RLIMIT_AS)[0]
    if soft == resource.RLIM_INFINITY or soft >= least:
        return
    raise stop(
        "no-memory",
        "ulimit -v",
        f"this process may reserve {soft >> 20:,} MB of addresses; this work reserves up to {least >> 20:,} MB"
        " and uses a fraction of them",
        "ulimit -v unlimited; to bound what is used, limit memory instead, such as systemd-run --scope -p MemoryMax=1G"
        " (a scan with --part 100000 does with 400M)",
    )


@contextmanager
def told(keep: Path, jobs: int) -> Iterator[None]:
    """Memory that ran out, or a process of `--jobs` that was ended, as a fault with a remedy. Raises `Stop`."""
    from concurrent.futures import BrokenExecutor

    from steerclear.cli.faults import stop

    remedy = f"then run the same command again: what was looked at is kept in {keep} and not looked at again"
    try:
        yield
    except MemoryError:
        remedy = f"fewer --jobs, a smaller --part (100000), or more memory; {remedy}"
        raise stop("no-memory", "memory", "it ran out", remedy) from None
    except BrokenExecutor:
        remedy = f"fewer --jobs, or a smaller --part (100000); {remedy}"
        rule = f"one of {jobs} processes was ended from outside, most often for want of memory"
        raise stop("process-ended", "--jobs", rule, remedy) from None
