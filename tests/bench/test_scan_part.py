"""The part `scan` at a tiny size: that it runs, and finds what was steered to meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import scan


@pytest.mark.slow
def test_scan_part(tmp_path: Path) -> None:
    seen = {one.name: one for one in scan.measured(tmp_path, 20_000, 80, 6, 1)}
    assert seen["scan.missed"].value == 0 and seen["scan.missed"].holds
    assert seen["scan.encounters"].value >= 6 and seen["scan.memory"].value > 50
    assert not seen["scan.seconds"].bound, "the bound is for five million samples"
