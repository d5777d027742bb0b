"""A stick with a folder of tiles: what is read of it, and nothing else of the stick."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_bundle_form import DATA

from steerclear.cli.bundle import bytes_of
from steerclear.errors import Malformed
from steerclear.record import bundle, tiledir


def stick(folder: Path) -> Path:
    for path, data in tiledir.files_of(bundle.read(DATA)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def test_nothing_else_of_the_stick_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, outside = stick(tmp_path / "stick"), tmp_path / "secret"
    outside.write_bytes(b"not on the stick")
    (made / "films").mkdir()
    (made / "films" / "long.mkv").write_bytes(b"no log")
    (made / "boxes" / ("f" * 32)).symlink_to(outside)
    read: list[str] = []
    plain = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or plain(path))
    assert bundle.read(bytes_of(made)) == bundle.read(DATA)
    assert "long.mkv" not in read and "f" * 32 not in read and "genesis.note" in read


def test_a_folder_that_is_no_log_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    with pytest.raises(Malformed, match="not-a-log"):
        bytes_of(tmp_path)
