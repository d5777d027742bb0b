"""The work of a scan: windows and their edges, what is kept, more than fits into memory, other schedulers."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from archive_world import HOUR, T0, Track, archive, crossing, found

from steerclear.archive import keeping, points, run, scan, terms, work
from steerclear.archive.work import Unit, scan_unit


def around(at_ms: int, **fields: object) -> list[Track]:
    """The crossing, so that its middle falls on an instant."""
    return [replace(one, from_ms=at_ms - 300_000, **fields) for one in crossing()]


def test_nothing_is_lost_or_told_twice_at_an_edge(tmp_path: Path) -> None:
    """The same encounter in the middle of an hour, on its edge, and with a leg of two minutes across the edge."""
    [middle] = found(archive(tmp_path / "middle", around(T0 + HOUR // 2)))
    [edge] = found(archive(tmp_path / "edge", around(T0 + HOUR)))
    assert edge.horizontal_mm == pytest.approx(middle.horizontal_mm, abs=2)
    assert edge.to_ms - edge.from_ms == pytest.approx(middle.to_ms - middle.from_ms, abs=2)
    assert edge.at_ms - middle.at_ms == pytest.approx(HOUR // 2, abs=2)
    [sparse] = found(archive(tmp_path / "sparse", around(T0 + HOUR - 10_000, every_s=100)))
    assert sparse.verdict == "loss" and sparse.from_ms < T0 + HOUR < sparse.to_ms


def test_windows_of_any_size_find_the_same(tmp_path: Path) -> None:
    root = archive(tmp_path, [*around(T0 + HOUR // 2), *around(T0 + HOUR, mover="fixed_wing")])
    whole, units = found(root), work.units(root, (), terms.default(), most_samples=20)
    assert len(units) > 6 and sum(unit.samples for unit in units) == 4 * 61
    assert all(one.end_ms == two.start_ms for one, two in pairwise(units))
    parts = list(run.scan(units).encounters)
    assert [(one.pair, one.from_ms, one.to_ms, one.at_ms) for one in parts] == [
        (one.pair, one.from_ms, one.to_ms, one.at_ms) for one in whole
    ]


def test_no_unit_reads_more_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by a unit and its edges, whatever the archive holds."""
    tracks = [
        Track(f"icao:{k:06x}", (k * 0.5, 0.0), (k * 0.5, 3.0), lasts_s=3_000, every_s=2) for k in range(20)
    ]
    root = archive(tmp_path, tracks)
    seen = []
    real = points.read

    def counted(*given: object) -> points.Points:
        rows = real(*given)  # type: ignore[arg-type]
        seen.append(len(rows))
        return rows

    monkeypatch.setattr(points, "read", counted)
    limits = replace(terms.default(), gap_ms=10_000)
    units = work.units(root, (), limits, most_samples=2_000)
    assert run.scan(units).judged.samples == 20 * 1_501
    assert len(seen) == len(units) >= 15 and max(seen) <= 2_000 + 20 * 2


def test_a_resumed_scan_repeats_nothing(tmp_path: Path) -> None:
    root, keep = (
        archive(tmp_path / "tracks", [*around(T0 + 600_000), *around(T0 + 3 * HOUR)]),
        tmp_path / "kept",
    )
    units = work.units(root, (), terms.default())
    calls: list[Unit] = []

    def breaking(function: object, wanted: list[Unit]):  # type: ignore[no-untyped-def]
        for number, unit in enumerate(wanted):
            if number == 1:
                raise KeyboardInterrupt
            calls.append(unit)
            yield scan_unit(unit)

    with pytest.raises(KeyboardInterrupt):
        run.scan(units, keep=keep, mapper=breaking)
    resumed = run.scan(units, keep=keep)
    assert (resumed.kept, resumed.computed) == (1, len(units) - 1) and len(calls) == 1
    again = run.scan(units, keep=keep)
    assert (again.kept, again.computed) == (len(units), 0)
    assert again.encounters == resumed.encounters == run.scan(units).encounters and again.encounters


def test_what_is_kept_is_used_for_the_same_question_only(tmp_path: Path) -> None:
    root, keep = archive(tmp_path / "tracks", around(T0 + 600_000)), tmp_path / "kept"
    first = run.scan(work.units(root, (), terms.default()), keep=keep)
    wider = terms.default().with_own(20_000_000, 10_000_000)
    for asked in (
        work.units(root, (), wider),
        work.units(root, ("icao:000001",), terms.default()),
        work.units(archive(root, [Track("icao:00000c", (1, 1), (1, 2))]), (), terms.default()),
    ):
        assert run.scan(asked, keep=keep).kept == 0
    assert first.computed == 1
    [one] = sorted(keep.glob("*.json"))[:1]
    one.write_bytes(one.read_bytes()[:-5])
    cut = [unit for unit in work.units(root, (), terms.default()) if keeping.read(keep, unit) is None]
    assert run.scan(cut, keep=keep).computed == len(cut)


def test_progress_counts_samples(tmp_path: Path) -> None:
    root = archive(tmp_path, around(T0 + HOUR))
    steps: list[tuple[int, int]] = []
    run.scan(work.units(root, (), terms.default()), step=lambda done, total: steps.append((done, total)))
    assert steps[0] == (0, 122) and steps[-1] == (122, 122) and len(steps) == 3


def test_the_unit_is_a_pure_function(tmp_path: Path) -> None:
    root = archive(tmp_path, around(T0 + HOUR))
    [first, _] = work.units(root, (), terms.default())
    rows = points.read([Path(path) for path, _ in first.inputs], T0, T0 + HOUR, HOUR, ())
    once = scan.scan_partition(rows, first.start_ms, first.end_ms, first.terms)
    assert once == scan.scan_partition(rows, first.start_ms, first.end_ms, first.terms) and once.encounters


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_unit_runs_unchanged_under_dask(tmp_path: Path) -> None:
    """Two processes of Dask's local cluster, the same function, the same answer."""
    import distributed

    root = archive(tmp_path / "tracks", [*around(T0 + 600_000), *around(T0 + HOUR)])
    units = work.units(root, (), terms.default(), most_samples=30)
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            local_directory=tmp_path,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        answer = run.scan(units, mapper=lambda function, wanted: client.gather(client.map(function, wanted)))
    assert answer == run.scan(units) and len(answer.encounters) == 2
