"""Whose roots a verdict rests on: those that the checker gave, never those that came with the evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kit_world import World
from line_world import Party

from steerclear.cli import codes
from steerclear.cli.main import main
from steerclear.record import kit, kitfiles, verify

A, B = Party("alfa"), Party("bravo")
LIST = f"# from each party itself\n{A.id}\n{B.id}\n"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    world = World((A, B))
    entry = world.say(A, "activity.flight", b"{}", to=(B.id,))
    world.tick()
    made = kit.build(world.access(), entries=[entry])
    assert isinstance(made, dict)
    return made


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    made = tmp_path / "evidence" / "kit"
    for path, data in files.items():
        (made / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).write_bytes(data)
    return made


def ran(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str]:
    code = main(["verify", *map(str, argv)])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_the_verdict_says_which_roots_were_trusted_and_where_they_were_given(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own" / "fingerprints"
    own.parent.mkdir()
    own.write_text(f"{A.id}\n")
    code, told = ran(capsys, folder, "--roots", own, "--roots", B.id)
    assert code == codes.OK and told.startswith("VERIFIED")
    assert f"party {A.id} (root fingerprint as given in {own})" in told
    assert f"party {B.id} (root fingerprint as given in --roots)" in told and "lies beside" not in told
    code, told = ran(capsys, folder, "--roots", own, "--roots", B.id, "--json")
    assert json.loads(told)["trusted"] == {A.id: str(own), B.id: "--roots"}


@pytest.mark.parametrize("place", ["roots.txt", "line/roots.txt"])
def test_a_list_that_lies_in_the_kit_is_no_list(
    place: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = folder / place
    theirs.write_text(LIST)
    code, told = ran(capsys, folder, "--roots", theirs)
    assert code == codes.NO and "[roots-of-the-kit]" in told and "VERIFIED" not in told
    assert "from its party itself" in told
    code, told = ran(capsys, folder)
    assert code == codes.NO and "unknown-file" in told and "trusted by nobody" in told
    link = tmp_path / "mine.txt"
    link.symlink_to(theirs)
    assert "[roots-of-the-kit]" in ran(capsys, folder, "--roots", link)[1], "a link leads there too"
    theirs.rename(tmp_path / "mine.copy")
    assert ran(capsys, folder, "--roots", tmp_path / "mine.copy")[0] == codes.OK


def test_a_list_beside_the_kit_is_taken_with_a_word_of_warning(
    files: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kit.tar").write_bytes(kitfiles.pack(files))
    (tmp_path / "roots.txt").write_text(LIST)
    code, told = ran(capsys, tmp_path / "kit.tar", "--roots", tmp_path / "roots.txt")
    assert code == codes.OK and "lies beside the kit" in told and "if it did not come with it" in told
    assert "lies beside" not in ran(capsys, tmp_path / "kit.tar", "--roots", f"{A.id},{B.id}")[1]


def test_a_fingerprint_is_one_whatever_file_has_its_name(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stray = "0" * 32
    (tmp_path / stray).write_text(LIST)
    monkeypatch.chdir(tmp_path)
    code, told = ran(capsys, folder, "--roots", stray)
    assert code == codes.NO and "root-not-given" in told


def test_without_roots_nothing_is_trusted(files: dict[str, bytes]) -> None:
    verdict = verify.check(files)
    assert (verdict.status, verdict.trusted) == ("roots-unchecked", {})
    assert all("as given" not in line for line in verdict.lines)
    given = verify.check(files, [A.id, B.id])
    assert given.trusted == {A.id: "", B.id: ""} and any("as given)" in line for line in given.lines)
