"""What every test may ask for, one private PostgreSQL cluster a session and databases of its own in it; and what is
done after every test, `fsck` of all stores that it wrote (support/fsck_after.py)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest

from support import effort
from support.fsck_after import fsck_after, fsck_watch
from support.pg import Cluster, NoPostgres, cluster

__all__ = ["fsck_after", "fsck_watch"]

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for all tests that had no PostgreSQL."""
    reasons = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if report.longrepr]
    without = [reason for reason in reasons if "PostgreSQL:" in reason]
    if without:
        terminalreporter.line(f"{len(without)} tests skipped ({without[0].removeprefix('Skipped: ')})")
