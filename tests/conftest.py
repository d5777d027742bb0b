"""What every test may ask for: one private PostgreSQL cluster a session, and databases of its own in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest

from support.pg import Cluster, NoPostgres, cluster

_NUMBERS = count(1)


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
