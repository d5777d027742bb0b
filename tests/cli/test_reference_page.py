"""The command line as a whole: documented as it is, exemplified so that it parses, quick to start, nothing green."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_world import ROOT, run

from steerclear.cli import codes, show
from steerclear.cli.parser import build
from steerclear.cli.reference import commands, page

pytestmark = pytest.mark.slow

ALL = list(commands(build(), "steerclear"))
HEAVY = (
    "msgspec",
    "numpy",
    "nacl",
    "cryptography",
    "starlette",
    "uvicorn",
    "httpx2",
    "shapely",
    "sqlite3",
    "structlog",
)


def test_the_page_is_what_the_parser_says():
    written = (ROOT / "docs" / "reference" / "cli.md").read_text()
    assert written == page(), "run: python -m steerclear.cli.reference > docs/reference/cli.md"


@pytest.mark.parametrize("name", [name for name, _ in ALL])
def test_each_command_has_json_and_an_example_that_parses(name: str):
    parser = dict(ALL)[name]
    assert any(action.dest == "json" for action in parser._actions)
    assert parser.epilog and parser.epilog.startswith("example:\n")
    examples = [line.strip() for line in parser.epilog.split("\n\n")[0].splitlines()[1:]]
    assert any(line.startswith(name) for line in examples)
    for line in examples:
        argv = shlex.split(line.partition(" > ")[0])
        args = build().parse_args(argv[1:])
        assert callable(args.run)


def groups(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Commands that only hold others."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                if one._subparsers is not None:
                    yield one
                yield from groups(one)


def test_each_group_of_commands_has_an_example_that_parses():
    found = list(groups(build()))
    assert len(found) > 10
    for one in found:
        examples = [line.strip() for line in (one.epilog or "").split("\n\n")[0].splitlines()[1:]]
        assert examples, f"{one.prog}: give options.group an example"
        for line in examples:
            assert callable(build().parse_args(shlex.split(line)[1:]).run)


def test_a_post_that_is_not_there_lists_those_that_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STEERCLEAR_PASSPHRASE", "low tide")
    home = tmp_path / "blue"
    assert run("init", home, "--officer", "watch", "--officer", "releaser").code == codes.OK
    for wrong in ("wach", "WATCH"):
        ran = run("board", "--as", wrong, "--home", home)
        assert ran.code == codes.NO and "no-such-post" in ran.err and "releaser, watch" in ran.err
    for key in (home / "officers").glob("*.secret"):
        key.unlink()
    assert "is --home (or $STEERCLEAR_HOME) right?" in run("board", "--as", "watch", "--home", home).err


def test_the_commands_that_were_asked_for_are_there():
    asked = "init keys serve line say board evidence verify bundle judge replay demo fsck doctor zeroize"
    words = {name.split()[1] for name, _ in ALL}
    assert set(asked.split()) <= words


def test_help_starts_without_what_is_heavy():
    script = (
        "import sys; from steerclear.cli.parser import build; build();"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_exit_code_is_documented_and_usage_errors_are_two():
    values = {value for name, value in vars(codes).items() if name.isupper() and isinstance(value, int)}
    assert values == set(codes.MEANING)
    assert run("nonsense").code == codes.USAGE
    assert run("line").code == codes.USAGE
    assert run().code == codes.USAGE
    assert all(str(code) in run("--help").out for code in codes.MEANING)


def test_bold_is_the_only_emphasis_and_no_color_takes_it_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert show.strong("x") == "\x1b[1mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert show.strong("x") == "x"
    for path in (ROOT / "src" / "steerclear" / "cli").glob("*.py"):
        assert set(re.findall(r"x1b\[(\d+)m", path.read_text())) <= {"0", "1"}


def test_nothing_reads_as_permission(capsys: pytest.CaptureFixture[str]):
    text = page() + "".join(path.read_text() for path in sorted((ROOT / "src/steerclear/cli").glob("*.py")))
    for word in ("green", "approved", "all clear", "cleared", "safe to"):
        found = [
            line for line in text.splitlines() if word in line.lower() and "nothing green" not in line.lower()
        ]
        assert found == [], word


def test_version_is_the_package():
    ran = run("--version")
    assert ran.code == 0 and re.fullmatch(r"steerclear \d+\.\d+\.\d+\n", ran.out)


def test_a_banner_at_both_ends_of_what_is_not_real(tmp_path: Path):
    from argparse import Namespace
    from contextlib import redirect_stdout
    from io import StringIO

    for mode, ends in (("EXERCISE", True), ("TEST", True), ("REAL", False)):
        for as_json in (True, False):
            out = StringIO()
            with redirect_stdout(out):
                show.emit(Namespace(json=as_json), {"a": 1}, ["a"], mode=mode)
            assert out.getvalue().count(show.EXERCISE) == (2 if ends else 0)


def test_tables_and_instants():
    assert show.table(("a", "bb"), [("ccc", "d")]) == ["a    bb", "ccc  d"]
    assert show.instant(1_445_349_900_000) == "2015-10-20T14:05:00Z (201405ZOCT15)"
    assert show.instant(None) == "-" and show.clock(1_445_349_900_000) == "1405Z"
