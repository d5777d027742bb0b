"""What every test may ask for, one private PostgreSQL cluster a session and databases of its own in it; and what is
done after every test, `fsck` of all stores that it wrote (support/fsck_after.py)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from support import effort
from support.fsck_after import fsck_after, fsck_watch
from support.pg import Cluster, NoPostgres, cluster

__all__ = ["fsck_after", "fsck_watch"]

TESTS = Path(__file__).parent
_NUMBERS = count(1)
effort.register()


@pytest.fixture(scope="session")
def pg_cluster() -> Iterator[Cluster]:
    """A running server; skips where there can be none, but never in CI."""
    try:
        with cluster() as made:
            yield made
    except NoPostgres as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL: {error}")


@pytest.fixture
def pg_dsn(pg_cluster: Cluster) -> str:
    """A new, empty database."""
    return pg_cluster.dsn(f"test_{next(_NUMBERS)}")


SLOW = ("api", "archive", "bench", "boundary", "docs", "node", "node_fsck", "peers", "simulator")
"""Folders whose tests stand up nodes, read pages or write archives: slow, but for those marked `quick`, which
`make check` takes as its samples."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
        if folder in SLOW and not item.get_closest_marker("quick"):
            item.add_marker(pytest.mark.slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for all tests that had no PostgreSQL."""
    reasons = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if report.longrepr]
    without = [reason for reason in reasons if "PostgreSQL:" in reason]
    if without:
        terminalreporter.line(f"{len(without)} tests skipped ({without[0].removeprefix('Skipped: ')})")
