"""Local tracks of others live 24 hours, unless an incident holds them (boundary.md)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from archive_world import T0, Track, archive, crossing

from steerclear.archive import keeping, layout, manifest, retention, run, terms, work
from steerclear.archive.retention import KEPT_MS, Hold
from steerclear.archive.writing import Recorder
from steerclear.errors import Malformed

LINE, ENTRY = "aa" * 32, "bb" * 32


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Ten minutes and one sample of local tracks, in two files; the same of shared ones."""
    archive(tmp_path, crossing(), trust="local")
    return archive(tmp_path, crossing())


def names(root: Path) -> list[str]:
    return [part.name for part in layout.parts(root)]


def prune(root: Path, now_ms: int, **given: object) -> list[str]:
    with Recorder(root) as recorder:
        return retention.prune(recorder, now_ms, **given)  # type: ignore[arg-type]


def test_local_tracks_live_24_hours_and_shared_ones_stay(root: Path) -> None:
    assert len(names(root)) == 3 and prune(root, T0 + KEPT_MS - 1) == []
    [first] = prune(root, T0 + KEPT_MS)
    assert layout.is_local(first) and len(names(root)) == 2
    [second] = prune(root, T0 + 600_000 + KEPT_MS)
    assert second != first and [part.trust for part in layout.parts(root)] == ["shared"]
    known = manifest.read(root)
    assert (
        known is not None and known.gone[first].why == retention.WHY and set(known.files) == set(names(root))
    )


def test_no_row_is_older_than_24_hours_when_its_file_goes(root: Path) -> None:
    known = manifest.read(root)
    assert known is not None
    for name, row in known.files.items():
        if layout.is_local(name):
            assert row.last_ms - row.first_ms < layout.LOCAL_SPAN_MS


def test_a_fast_clock_of_a_source_keeps_nothing_longer(tmp_path: Path) -> None:
    """Reports that say a later time than they came (`in-future`) go by when they came."""
    batch = crossing()[0].batch()
    batch.received_ms[:] = batch.at_ms
    batch.at_ms[:] += 30 * KEPT_MS
    with Recorder(tmp_path) as recorder:
        recorder.take(batch, source="radar", trust="local")
        recorder.flush()
        before = dict(recorder.manifest.files)
    (tmp_path / manifest.FILE).unlink()
    with Recorder(tmp_path) as recorder:
        assert dict(recorder.manifest.files) == before, "the same row where it is made of the file"
    assert prune(tmp_path, T0 + KEPT_MS - 1) == []
    assert len(prune(tmp_path, T0 + KEPT_MS + layout.LOCAL_SPAN_MS)) == len(before) == 2


def test_what_a_scan_kept_of_local_tracks_goes_with_them(root: Path, tmp_path: Path) -> None:
    keep = root / keeping.FOLDER
    units = work.units(root, (), terms.default())
    assert run.scan(units, keep=keep).encounters and list(keep.iterdir())
    assert prune(root, T0 + KEPT_MS - 1) == [] and run.scan(units, keep=keep).kept == len(units)
    assert prune(root, T0 + 2 * KEPT_MS) and not list(keep.iterdir()), "places and idents of others"
    left = work.units(root, (), terms.default())
    run.scan(left, keep=keep)
    assert prune(root, T0 + 3 * KEPT_MS) == [] and run.scan(left, keep=keep).kept == len(left), "shared stays"


def test_what_a_scan_finds_in_local_tracks_is_kept_nowhere_else(root: Path, tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    run.scan(work.units(root, (), terms.default()), keep=aside)
    assert not aside.exists()
    prune(root, T0 + 2 * KEPT_MS)
    run.scan(work.units(root, (), terms.default()), keep=aside)
    assert list(aside.iterdir()), "of shared ones it is"


def test_own_movers_of_a_local_feed_stay(tmp_path: Path) -> None:
    archive(tmp_path, crossing(), trust="local", own=["icao:000001", "icao:000002"])
    assert prune(tmp_path, T0 + 9 * KEPT_MS) == [] and names(tmp_path)


def test_an_incident_holds_what_it_names(root: Path) -> None:
    one = Hold(LINE, ENTRY, T0 + 60_000, T0 + 120_000)
    retention.hold(root, one)
    later = T0 + 2 * KEPT_MS
    [gone] = prune(root, later)
    assert len(names(root)) == 2, "the ten minutes that the hold touches stay, the rest goes"
    assert retention.release(root, ENTRY) == 1 and retention.release(root, ENTRY) == 0
    [held] = prune(root, later)
    assert held != gone and [part.trust for part in layout.parts(root)] == ["shared"]


def test_a_hold_ends_with_its_preserve(root: Path) -> None:
    over = Hold(LINE, ENTRY, T0, T0 + 600_001, until_ms=T0 + 2 * KEPT_MS)
    retention.hold(root, over)
    assert prune(root, T0 + 2 * KEPT_MS - 1) == []
    assert len(prune(root, T0 + 2 * KEPT_MS)) == 2


def test_a_preserve_that_the_node_no_longer_knows_as_standing_holds_nothing(root: Path) -> None:
    retention.hold(root, Hold(LINE, ENTRY, T0, T0 + 600_001))
    assert prune(root, T0 + 2 * KEPT_MS) == [] and len(prune(root, T0 + 2 * KEPT_MS, standing=())) == 2


def test_holds_are_bounded_and_read_or_nothing_is_erased(root: Path) -> None:
    for wrong in (Hold(LINE, ENTRY, T0, T0), Hold(LINE, ENTRY, T0, T0 + retention.LONGEST_MS + 1)):
        with pytest.raises(Malformed):
            retention.hold(root, wrong)
    retention.hold(root, Hold(LINE, ENTRY, T0, T0 + retention.LONGEST_MS))
    (root / retention.FILE).write_text("[{]")
    with pytest.raises(Malformed, match="bad-holds"):
        prune(root, T0 + 9 * KEPT_MS)
    assert len(names(root)) == 3


def test_late_rows_of_an_hour_that_is_over_go_with_it(root: Path) -> None:
    prune(root, T0 + 2 * KEPT_MS)
    archive(root, [replace(Track("icao:00000d", (1, 1), (1, 2)), lasts_s=60)], trust="local")
    assert len(prune(root, T0 + 2 * KEPT_MS)) == 1
