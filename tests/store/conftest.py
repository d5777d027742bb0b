"""An engine by its name, and a store opened on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from steerclear.store import EntryStore
from support.engines import Engine, engine


@pytest.fixture
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return engine(request.param, tmp_path / "store", request)


@pytest.fixture
def store(kept: Engine) -> Iterator[EntryStore]:
    opened = kept.open()
    yield opened
    opened.close()
