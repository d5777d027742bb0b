"""`zeroize` and the recorded tracks: everything that an archive wrote goes, nothing else, and nothing comes after."""

from __future__ import annotations

from pathlib import Path

import pytest
from archive_world import T0, archive, crossing, found

from steerclear.app.recording import EXERCISES, Recording
from steerclear.archive import erasing, keeping, retention, run, terms, work
from steerclear.cli import zeroize
from steerclear.clock import SteppedClock
from steerclear.config import FeedSection

FEED = FeedSection("roof", "sbs", "tcp://127.0.0.1:1", trust="shared")


def full(root: Path) -> Path:
    """An archive with exercises, a hold, kept results, a file that was half written, and one of somebody else."""
    for folder in (root, root / EXERCISES):
        archive(folder, crossing())
    retention.hold(root, retention.Hold("aa" * 32, "bb" * 32, T0, T0 + 1))
    run.scan(work.units(root, (), terms.default()), keep=root / keeping.FOLDER)
    half = next(root.glob("day=*/hour=*/*.parquet"))
    half.with_name(half.name + ".77.new").write_bytes(b"x")
    return root


def files(root: Path) -> list[Path]:
    return [one for one in root.rglob("*") if one.is_file()]


def test_all_of_an_archive_goes_and_its_folder_with_it(tmp_path: Path) -> None:
    root = full(tmp_path / "tracks")
    assert found(root) and files(root / keeping.FOLDER) and files(root / EXERCISES)
    many = len(files(root))
    assert erasing.erase(root) == erasing.Erased(many)
    assert not root.exists()
    assert erasing.erase(root) == erasing.Erased(0), "nothing lies there"


def test_files_of_others_stay_whatever_folder_the_setting_names(tmp_path: Path) -> None:
    root = full(tmp_path)
    others = [root / "steerclear.toml", root / "notes" / "a.txt", root / "day=x" / "hour=y" / "z.parquet"]
    for one in others:
        one.parent.mkdir(parents=True, exist_ok=True)
        one.write_text("x")
    assert erasing.erase(root).left == ()
    assert sorted(files(root)) == sorted(others)


def test_what_cannot_be_erased_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = full(tmp_path / "tracks")
    many, plain = len(files(root)), Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path.name.startswith("shared-"):
            raise PermissionError(13, "held by another")
        plain(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    erased = erasing.erase(root)
    assert len(erased.left) == 3 and all("shared-" in one for one in erased.left)
    assert erased.files == many - 3
    said = zeroize._tracks_said({"tracks": erased.files, "tracks_left": list(erased.left)})
    assert "ARE LEFT" in said[0] and "delete them yourself" in said[0]


def test_a_node_that_records_writes_nothing_after_it_was_zeroized(tmp_path: Path) -> None:
    root = tmp_path / "tracks"
    with Recording(root, (FEED,), SteppedClock(T0)).running() as one:
        one.store("roof", crossing()[0].batch())  # held in memory, not on disk yet
        one.erase()
        assert not files(root)
        one.take("roof", crossing()[1].batch())
        one.step("roof", crossing()[1].batch())
        one.due(T0 + 10**9)
    assert not files(root) and one.lost == 0
    with Recording(root, (FEED,), SteppedClock(T0)).running() as twin:
        twin.take("roof", crossing()[0].batch())
    assert files(root), "its twin that nobody zeroized"


def test_what_the_thread_was_writing_goes_when_it_is_written(tmp_path: Path) -> None:
    root = tmp_path / "tracks"
    one = Recording(root, (FEED,), SteppedClock(T0))

    def write_late(name: str, batch: object) -> None:
        one.erase()
        archive(root, crossing())  # what was under way when the order came
        assert files(root)

    one._step = write_late  # type: ignore[method-assign,assignment]
    one._recorder(False).abandon()
    one.step("roof", crossing()[0].batch())
    assert not files(root)


def test_a_node_that_does_not_run(tmp_path: Path) -> None:
    (tmp_path / "steerclear.toml").write_text('[archive]\nfolder = "tracks"\n')
    many = len(files(full(tmp_path / "tracks")))
    assert zeroize._tracks_gone(tmp_path) == {"tracks": many, "tracks_left": []}
    assert not (tmp_path / "tracks").exists()
    assert "no recorded tracks lay here" in zeroize._tracks_said(zeroize._tracks_gone(tmp_path))[0]
    (tmp_path / "steerclear.toml").write_text("[archive\n")
    assert "which cannot be read" in zeroize._tracks_gone(tmp_path)["tracks_left"][0], "keys go all the same"
    elsewhere = full(tmp_path / "mine")
    (tmp_path / "steerclear.toml").write_text("")
    assert zeroize._tracks_gone(tmp_path) == {"tracks": 0, "tracks_left": []} and files(elsewhere)
