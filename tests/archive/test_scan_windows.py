"""However time is cut into windows, the encounters are the same: nothing is lost, told twice or changed at an edge."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from archive_world import T0
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.archive import points, terms
from steerclear.archive.encounter import Encounter, joined
from steerclear.archive.scan import scan_partition
from steerclear.archive.writing import frame
from steerclear.feeds.batch import joined as one_after_another
from steerclear.simulator.sensor import reports
from steerclear.simulator.world import Wanted

LASTS_S = 600


def rows_of(seed: int) -> pl.DataFrame:
    what = Wanted(
        {"aircraft": 10, "light": 4, "ships": 3},
        seed=seed,
        start_ms=T0,
        lasts_s=LASTS_S,
        radius_m=20_000,
        meetings=2,
    )
    batch = one_after_another([batch for _, batch in reports(what)])
    return frame(batch, source="simulator", trust="shared").sort("at_ms", maintain_order=True)


def found(rows: pl.DataFrame, cuts: list[int]) -> list[Encounter]:
    limits = terms.default()
    parts = [
        scan_partition(points.from_frame(rows, (), (start, end)), start, end, limits)
        for start, end in pairwise(cuts)
    ]
    return joined((one for part in parts for one in part.encounters), limits.join_ms)


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(1, LASTS_S * 1000 - 1), max_size=6))
def test_any_windows_find_the_same(seed: int, cuts: list[int]) -> None:
    rows = rows_of(seed)
    begin, end = T0 - 1_000, T0 + LASTS_S * 1000 + 60_000
    whole = found(rows, [begin, end])
    parts = found(rows, [begin, *sorted({T0 + cut for cut in cuts}), end])
    assert [(one.pair, one.verdict) for one in whole] == [(one.pair, one.verdict) for one in parts]
    for one, other in zip(whole, parts, strict=True):
        for name in ("from_ms", "to_ms", "at_ms", "horizontal_mm", "loss_from_ms", "loss_to_ms"):
            assert abs((getattr(one, name) or 0) - (getattr(other, name) or 0)) <= 2, name
