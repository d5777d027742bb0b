"""The look at every store after every test (support/fsck_after.py): a clean one passes, a broken one is told."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from fsck_world import Side, pair

from support.fsck_after import Watch, verdict

ROOT = Path(__file__).resolve().parents[2]

INNER = """
import pytest
from fsck_world import CHECK, pair
from steerclear.store.port import DropPayload

def lose(folder):
    blue, red, clock = pair(folder)
    entry = blue.say("line.check", CHECK)
    blue.node.store.commit((DropPayload(entry),))
    return blue, red

def test_broken_while_open(tmp_path):
    lose(tmp_path)

def test_broken_and_closed(tmp_path):
    for side in lose(tmp_path):
        side.node.store.close()

def test_broken_behind_the_node(tmp_path):
    blue, red, clock = pair(tmp_path)
    blue.node.store.close()
    (tmp_path / "blue/store/keys.slots").write_bytes(b"")

@pytest.mark.breaks_store("to see whether it is told")
def test_excused(tmp_path):
    lose(tmp_path)

@pytest.mark.breaks_store("it does not")
def test_excused_for_nothing(tmp_path):
    pair(tmp_path)

def test_clean(tmp_path):
    pair(tmp_path)
"""


@pytest.fixture
def blue(tmp_path: Path, fsck_watch: Watch) -> Side:
    """A node whose commits nobody has looked at yet."""
    side, red, _ = pair(tmp_path)
    side.node.store.close()
    red.node.store.close()
    fsck_watch.look(tmp_path)
    return side


def test_every_store_that_was_written_is_looked_at_once(tmp_path: Path) -> None:
    blue, red, _ = pair(tmp_path)
    watch = Watch()
    for side in (blue, red):
        watch.committed(side.node)
    assert watch.look(tmp_path) == [] and watch.looked == 2
    assert watch.look(tmp_path) == [] and watch.looked == 2, "nothing was written since"
    blue.node.store.close()
    red.node.store.close()


def test_a_store_is_looked_at_before_it_is_closed(tmp_path: Path, fsck_watch: Watch) -> None:
    before = fsck_watch.looked
    blue, red, _ = pair(tmp_path)
    assert fsck_watch.looked == before
    blue.node.store.close()
    red.node.store.close()
    assert fsck_watch.looked == before + 2


def test_a_folder_that_another_process_wrote_is_looked_at(blue: Side, tmp_path: Path) -> None:
    watch = Watch()
    assert watch.look(tmp_path) == [] and watch.looked == 2
    assert watch.look(tmp_path) == [] and watch.looked == 2


@pytest.mark.breaks_store("a payload, a key and a whole database are lost, to see that it is told")
def test_what_is_broken_is_told(blue: Side, tmp_path: Path) -> None:
    with sqlite3.connect(blue.folder / "store/store.db") as db:
        db.execute("DELETE FROM payloads")
    db.close()
    (told, *_) = Watch().look(tmp_path)
    assert "lost-payload" in told and str(blue.folder) in told
    (blue.folder / "store/store.db").write_bytes(b"no database at all")
    (told,) = Watch().look(tmp_path)
    assert "cannot be" in told


def test_the_verdict_on_a_test() -> None:
    assert verdict([], excused=False) == "" == verdict(["lost"], excused=True)
    assert "lost" in verdict(["lost"], excused=False)
    assert "take the mark away" in verdict([], excused=True)


@pytest.mark.slow
def test_the_hook_fails_the_tests_that_it_must(tmp_path: Path) -> None:
    """Six tests of a pytest of its own under the same conftest."""
    (tmp_path / "test_inner.py").write_text(INNER)
    (tmp_path / "conftest.py").write_text("from support.fsck_after import fsck_after, fsck_watch\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'tests'}:{ROOT / 'tests/node_fsck'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    ends = dict(line.split(" ")[:2][::-1] for line in done.stdout.splitlines() if "::test_" in line[:80])
    failed = {name.partition("::")[2] for name, end in ends.items() if end == "ERROR"}
    assert failed == {
        "test_broken_while_open",
        "test_broken_and_closed",
        "test_broken_behind_the_node",
        "test_excused_for_nothing",
    }, done.stdout
    assert "lost-payload" in done.stdout and "6 passed" in done.stdout
