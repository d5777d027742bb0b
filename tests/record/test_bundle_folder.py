"""A stick with a folder of tiles: what is read of it, and nothing else of the stick."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_bundle_form import DATA

from steerclear.cli import language
from steerclear.cli.bundle import bytes_of
from steerclear.cli.main import main
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


@pytest.fixture
def _plain() -> Iterator[None]:
    yield
    language.use(Namespace())


@pytest.mark.usefixtures("_plain")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("en", ("written", "files")),
        ("ru", ("записано", "файл")),
        ("ar", ("كُتب", "ملف")),
        ("fr", ("écrit", "fichiers")),
    ],
)
def test_unpacking_says_in_each_language_what_it_wrote(
    name: str, words: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "line.bundle").write_bytes(DATA)
    made = tmp_path / "stick"
    assert main(["bundle", "unpack", str(tmp_path / "line.bundle"), "-o", str(made), "--language", name]) == 0
    told = capsys.readouterr().out.replace(str(made), "")
    count = sum(one.is_file() for one in made.rglob("*"))
    assert all(word in told for word in (*words, str(count))), told
    assert ("written" in told) == (name == "en") and "logs/" in told
