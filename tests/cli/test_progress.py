"""Long work says on a terminal how far it is, and nowhere else."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest
from cli_world import run

from steerclear.cli import progress
from steerclear.record import verify
from steerclear.record.kitfiles import pack


def asked(*flags: str) -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("--json", action="store_true")
    progress.option(parser)
    return parser.parse_args(flags)


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Standard error is a terminal; gives the end from which its text is read."""
    master, slave = os.openpty()
    with os.fdopen(slave, "w") as stream:
        monkeypatch.setattr("sys.stderr", stream)
        monkeypatch.setenv("TERM", "xterm")
        yield master
    os.close(master)


def until(reader: int, text: str) -> str:
    """What stands there, once `text` does."""
    told = ""
    while text not in told:
        told += os.read(reader, 4096).decode()
    return told


def left(reader: int) -> bytes:
    """What stands there now."""
    os.set_blocking(reader, False)
    try:
        return os.read(reader, 4096)
    except BlockingIOError:
        return b""
    finally:
        os.set_blocking(reader, True)


def test_on_a_terminal_it_is_shown_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "AFTER_S", 0)
    with terminal(monkeypatch) as reader:
        with progress.shown(asked(), "leaves") as step:
            until(reader, "leaves: 0 s")
            step(5, 10)
            until(reader, "leaves: 5 of 10 (50 %)")
        assert left(reader).endswith(b"\r\x1b[K")


def test_short_work_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "AFTER_S", 3600)
    with terminal(monkeypatch) as reader:
        with progress.shown(asked(), "leaves") as step:
            step(5, 10)
        assert left(reader) == b""


@pytest.mark.parametrize("flag", ["--json", "--no-progress", "--quiet"])
def test_who_asks_for_none_gets_none(monkeypatch: pytest.MonkeyPatch, flag: str) -> None:
    monkeypatch.setattr(progress, "AFTER_S", 0)
    monkeypatch.setattr(progress, "Thread", None)
    with terminal(monkeypatch) as reader:
        with progress.shown(asked(flag), "leaves") as step:
            step(5, 10)
        assert left(reader) == b""
        with pytest.raises(TypeError), progress.shown(asked(), "leaves"):
            """Without the flag it would have begun."""


def test_nothing_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "AFTER_S", 0)
    monkeypatch.setattr(progress, "Thread", None)
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr("sys.stderr", stream)
        with progress.shown(asked(), "leaves") as step:
            step(5, 10)
    assert os.read(reader, 100) == b""
    os.close(reader)


def test_verify_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(progress, "AFTER_S", 0)
    kit = tmp_path / "kit.tar"
    kit.write_bytes(pack({"VERIFY.md": b""}))
    with terminal(monkeypatch) as reader:

        def check(
            files: object, roots: object, *, given_in: object, progress: progress.Step
        ) -> verify.Verdict:
            progress(3, 4)
            until(reader, "checked: 3 of 4 (75 %)")
            return verify.Verdict("verified", ("VERIFIED",))

        monkeypatch.setattr(verify, "check", check)
        monkeypatch.setattr("cli_world.redirect_stderr", _as_it_is)
        assert run("verify", kit).code == 0


@contextmanager
def _as_it_is(stream: TextIO) -> Iterator[TextIO]:
    yield stream


@pytest.mark.parametrize(
    "command", [("verify",), ("serve",), ("fsck",), ("evidence",), ("certificate",), ("bundle", "export")]
)
def test_each_long_command_can_be_quiet(command: tuple[str, ...]) -> None:
    ran = run(*command, "--help")
    assert ran.code == 0
    assert "--no-progress, --quiet" in ran.out
