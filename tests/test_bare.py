"""`make demo` with nothing prepared: a fresh copy of the repository, an empty environment, and on the PATH only what a
bare Debian 12 with python3, python3-venv and make has. tools/bare_debian.sh does it in such a Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BARE = ("sh", "make", "test", "touch", "rm", "env")
"""Besides python3. No compiler, no curl, no git, no steerclear, no pip of the caller's."""
PASSED_ON = (
    "PIP_",
    "SSL_CERT",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
)
"""How this machine reaches its package index: no part of what is prepared."""


def bare_path(folder: Path) -> Path:
    """A folder with those programs alone; python3 is the interpreter below this environment, not the environment's."""
    folder.mkdir()
    for name in BARE:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    below = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    (folder / "python3").write_text(f'#!/bin/sh\nexec "{below}" "$@"\n')
    (folder / "python3").chmod(0o755)
    return folder


def fresh_copy(folder: Path) -> Path:
    """What git holds; all files but what is built, where git or its folder is not there."""
    done = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder)],
        capture_output=True,
        check=False,
    ) if shutil.which("git") else None  # fmt: skip
    if done is None or done.returncode:
        built = shutil.ignore_patterns(".venv", "out", "__pycache__", "*_cache", ".hypothesis", ".git")
        shutil.copytree(ROOT, folder, ignore=built)
    assert not (folder / ".venv").exists()
    return folder


def make(target: str, copy: Path, path: Path, home: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    return subprocess.run(
        [str(path / "make"), target],
        cwd=copy,
        env={**kept, "HOME": str(home), "PATH": str(path), "LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": cache},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_make_demo_builds_its_own_environment_from_nothing(tmp_path: Path) -> None:
    path, copy, home = bare_path(tmp_path / "bin"), fresh_copy(tmp_path / "copy"), tmp_path / "home"
    home.mkdir()
    done = make("demo", copy, path, home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "building .venv" in done.stdout and "VERIFIED" in done.stdout
    assert "Where to look next:" in done.stdout
    assert (copy / ".venv/stamp-run").exists() and not (copy / ".venv/stamp-dev").exists()


@pytest.mark.slow
def test_without_venv_make_says_what_to_install(tmp_path: Path) -> None:
    """The twin: what a Debian without python3-venv answers, and nothing half built is left behind."""
    path, copy = bare_path(tmp_path / "bin"), fresh_copy(tmp_path / "copy")
    (path / "python3").write_text(
        f'#!/bin/sh\n[ "$2" != venv ] || exit 1\nexec "{Path(sys.executable).resolve()}" "$@"\n'
    )
    done = make("demo", copy, path, tmp_path)
    assert done.returncode == 2 and "apt-get install python3-venv" in done.stderr, done.stderr
    assert not (copy / ".venv").exists()
