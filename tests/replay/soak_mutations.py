"""Every row of test_mutations.py: each thing that a story tests, switched off by itself. Run by `make soak`."""

from __future__ import annotations

import pytest
from test_mutations import FIRST, ROWS, Off, must_fail, named


@pytest.mark.parametrize("row", [row for row in ROWS if row not in FIRST], ids=named)
def test_with_this_feature_off_its_criterion_fails(row: Off, monkeypatch: pytest.MonkeyPatch) -> None:
    must_fail(row, monkeypatch)
