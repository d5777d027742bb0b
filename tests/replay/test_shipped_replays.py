"""Every shipped history holds, holds somewhere else under other names, and fails where a needed act is left out."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from branches import held_without
from scenario_files import FILES, STORY, tables

from steerclear.node import home as homes
from steerclear.node.fsck import fsck
from steerclear.node.zeroize import is_zeroized
from steerclear.replay.house import PASSPHRASE, build_house
from steerclear.replay.perturb import moved, needed, without
from steerclear.replay.player import Result, play
from steerclear.replay.scenario import from_document, load, parse
from steerclear.store.open import open_store

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
NAMES = [path.stem for path in FILES]


def told(result: Result) -> str:
    return "\n".join(f"{one.text}: {one.seen}" for one in result.criteria if not one.held)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_holds(path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        result = play(load(path), build_house, home=Path(folder))
        assert result.passed, told(result)
        for card in Path(folder).glob("*/card.note"):
            check_store(card.parent)


def check_store(home: Path) -> None:
    """`fsck` is clean after every play, payloads included where they can be opened."""
    zeroized = is_zeroized(home)
    found = homes.read(home, None if zeroized else PASSPHRASE)
    store = open_store("sqlite", home / "store", read_only=True)
    try:
        report = fsck(store, found.party, found.vault, zeroized=zeroized)
    finally:
        store.close()
    assert report.clean and report.leaves, report.findings


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_it_holds_moved_by_a_seed(path: Path) -> None:
    document = moved(tables(path), seed=len(path.stem))
    result = play(from_document(document), build_house)
    assert result.passed, told(result)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_without_a_needed_act_its_criteria_fail(path: Path) -> None:
    """Each act that is left out by itself; what holds without it is named with the act."""
    scenario = load(path)
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        held = held_without(scenario, Path(folder))
    assert set(held) == set(needed(scenario))
    assert not any(held.values()), {f"held without {act}": texts for act, texts in held.items() if texts}


@pytest.mark.slow
def test_a_criterion_that_holds_without_what_it_needs_is_named(tmp_path: Path) -> None:
    """And a play left at an act finds what a play from the beginning finds."""
    weak = STORY.replace('where = "stop.heard_by"\ncontains = "$south"', 'where = "id"\nequals = "$cease"')
    assert weak != STORY
    scenario = parse(weak)
    assert held_without(scenario, tmp_path) == {"cease": set(), "heard": {"it was heard"}}
    assert held_without(parse(STORY), tmp_path / "strong") == {"cease": set(), "heard": set()}
    whole = play(without(scenario, "heard"), build_house)
    assert [one.text for one in whole.criteria if one.held] == ["it was heard"]


def test_moving_changes_name_day_and_place_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(STORY)
    first, other = tables(tmp_path / "s.toml"), moved(tables(tmp_path / "s.toml"), seed=1)
    assert moved(tables(tmp_path / "s.toml"), seed=1) == other != moved(tables(tmp_path / "s.toml"), seed=2)
    assert other["scenario"]["start"] != first["scenario"]["start"]
    names = {party["name"] for party in other["party"]}
    assert not names & {"north", "south"}
    assert other["step"][0]["party"] in names
    assert other["criterion"][0]["contains"].removeprefix("$") in names
    place = other["step"][0]["body"]["positions"]
    assert place[0]["lat"] == first["step"][0]["body"]["positions"][0]["lat"]
    assert place[0]["lon"] != first["step"][0]["body"]["positions"][0]["lon"]
    assert place[1]["text"] == f"~dms 33.5 {place[0]['lon']}"
    from_document(other)


def test_leaving_out_takes_what_refers_to_it_and_keeps_the_criteria_that_need_it() -> None:
    scenario = parse(STORY)
    assert [step.name for step in without(scenario, "heard").step] == ["cease"]
    assert without(scenario, "cease").step == ()
    assert len(without(scenario, "cease").criterion) == 1
    assert needed(scenario) == {"cease": ("it was heard",), "heard": ("it was heard",)}
