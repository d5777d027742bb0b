"""A node that records what its feeds bring: what a line took, on a thread of its own, and nothing else."""

from __future__ import annotations

import threading
from pathlib import Path

import polars as pl
import pytest
from archive_world import T0, crossing, found
from structlog.testing import capture_logs

from steerclear.app import recording as module
from steerclear.app.feeding import Feeding
from steerclear.app.recording import EXERCISES, FLUSH_MS, PRUNE_MS, Recording
from steerclear.archive import layout, manifest, retention
from steerclear.archive.writing import Recorder
from steerclear.clock import SteppedClock
from steerclear.config import ArchiveSection, FeedSection, read_config
from steerclear.errors import Malformed
from steerclear.feeds.batch import Batch, rows_of
from steerclear.feeds.reader import Read
from steerclear.feeds.tracks import Terms

REAL, EXERCISE = "aa" * 32, "ee" * 32
FEEDS = (
    FeedSection("roof", "sbs", "tcp://127.0.0.1:1", trust="shared", own=("icao:000001",)),
    FeedSection("radar", "sbs", "tcp://127.0.0.1:1", trust="local"),
)


def recording(root: Path, clock: SteppedClock | None = None) -> Recording:
    return Recording(root, FEEDS, clock or SteppedClock(T0))


def trusts(root: Path) -> list[str]:
    return sorted({part.trust for part in layout.parts(root)})


def test_what_was_taken_is_there_when_the_node_stops(tmp_path: Path) -> None:
    with recording(tmp_path).running() as one:
        for track in crossing():
            one.take("roof", track.batch())
    [encounter] = found(tmp_path)
    assert encounter.a_own and not encounter.b_own and one.lost == 0 and trusts(tmp_path) == ["shared"]


def test_it_is_written_every_few_minutes_and_local_tracks_go_after_a_day(tmp_path: Path) -> None:
    one = recording(tmp_path)
    one.store("radar", crossing()[1].batch())
    one.due(T0 + FLUSH_MS - 1)
    with pytest.raises(Malformed, match="no-archive"):
        layout.parts(tmp_path)
    one.due(T0 + FLUSH_MS)
    assert trusts(tmp_path) == ["local"]
    one.store("roof", crossing()[0].batch())
    one.due(T0 + retention.KEPT_MS + PRUNE_MS)
    one.due(T0 + retention.KEPT_MS + 3 * PRUNE_MS)
    assert trusts(tmp_path) == ["shared"]


def test_a_slow_disk_loses_reports_of_the_archive_and_counts_them(tmp_path: Path) -> None:
    one = recording(tmp_path)
    batch = rows_of(crossing()[0].batch(), slice(0, 1))
    for _ in range(2_005):
        one.take("roof", batch)
    assert one.lost == 5


def test_a_disk_that_fails_holds_up_nobody_and_memory_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = crossing()[0].batch()
    recorder = Recorder(tmp_path, most_rows=100)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(manifest, "replace", full)
        recorder.take(track, source="x", trust="shared")
        assert recorder.give_up() == 0, "what fits is kept for the next time"
        with pytest.raises(OSError, match="no space"):
            recorder.take(track, source="x", trust="shared")
        assert recorder.give_up() == 122
    recorder.take(track, source="x", trust="shared")
    recorder.close()
    assert sum(row.rows for row in recorder.manifest.files.values()) == 61


def test_an_exercise_of_yesterday_goes_though_nobody_exercises_today(tmp_path: Path) -> None:
    with Recorder(tmp_path / EXERCISES) as recorder:
        recorder.take(crossing()[0].batch(), source="radar", trust="local")
    assert trusts(tmp_path / EXERCISES) == ["local"]
    with recording(tmp_path, SteppedClock(T0 + 2 * retention.KEPT_MS)).running() as one:
        one.due(T0 + 2 * retention.KEPT_MS + PRUNE_MS)
    with pytest.raises(Malformed, match="no-archive"):
        layout.parts(tmp_path / EXERCISES)


def test_a_batch_that_breaks_is_counted_and_the_next_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording(tmp_path).running() as one:
        with capture_logs() as said:
            one.step("nobody", crossing()[0].batch())  # a feed that the settings do not name
        assert one.lost == 61 and [row["log_level"] for row in said] == ["error", "warning"]
        assert said[1]["lost"] == 61
        one.take("nobody", crossing()[0].batch())
        one.take("roof", crossing()[1].batch())
    assert one.lost == 122 and trusts(tmp_path) == ["shared"], "its thread lives"


def test_a_full_queue_and_a_thread_that_hangs_hold_up_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_S", 0.01)
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    one, go_on, began = recording(tmp_path), threading.Event(), threading.Event()

    def hang(name: str, batch: Batch) -> None:
        began.set()
        go_on.wait()

    monkeypatch.setattr(one, "step", hang)
    with one.running():
        one.take("roof", crossing()[0].batch())
        assert began.wait(20)
        for _ in range(3):
            one.take("roof", crossing()[0].batch())
    assert one.lost == 3 * 61, "what waited"
    go_on.set()


def test_what_no_line_takes_is_not_recorded_and_exercises_stand_apart(tmp_path: Path) -> None:
    for lines, expected in (({REAL: False}, set()), ({REAL: False, EXERCISE: True}, {EXERCISES})):
        feeding = Feeding(FEEDS, tmp_path, SteppedClock(T0))
        feeding.follow(lines, {REAL: Terms(), EXERCISE: Terms()})
        root = tmp_path / str(len(lines))
        feeding.recording = recording(root)
        with feeding.recording.running():
            batch = rows_of(crossing()[0].batch(), slice(0, 5))
            batch.callsign[:] = b"EXERCISE"
            feeding.take("roof", Read(batch, {}, 5), int(batch.at_ms[4]))
        assert {path.parts[-4] for path in root.rglob("*.parquet")} == expected
    banner = pl.read_parquet_metadata(next((tmp_path / "2").rglob("*.parquet")))
    assert banner["banner"].startswith("EXERCISE")


def test_one_node_writes_an_archive(tmp_path: Path) -> None:
    with (
        recording(tmp_path).running(),
        pytest.raises(Malformed, match="archive-in-use"),
        recording(tmp_path).running(),
    ):
        raise AssertionError("never here")


def test_the_setting(tmp_path: Path) -> None:
    text = '[node]\nlisten = "127.0.0.1:0"\n'
    (tmp_path / "steerclear.toml").write_text(text)
    assert read_config(tmp_path).archive == ArchiveSection("")
    (tmp_path / "steerclear.toml").write_text(text + '[archive]\nfolder = "tracks"\n')
    assert read_config(tmp_path).archive.folder == "tracks"
    (tmp_path / "steerclear.toml").write_text(text + '[archive]\nplace = "here"\n')
    with pytest.raises(Malformed, match="bad-setting"):
        read_config(tmp_path)
