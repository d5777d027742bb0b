"""docs/reference/replays.md shows every shipped history as it is now; one cheap one is played again to the letter."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from steerclear.replay.scenario import load
from support.vaults import cheap_vaults

__all__ = ["cheap_vaults"]

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("replays_page", ROOT / "tools/replays_page.py")
assert _spec is not None and _spec.loader is not None
tool = importlib.util.module_from_spec(_spec)
sys.modules["replays_page"] = tool
_spec.loader.exec_module(tool)

SHIPPED = tool.shipped()
TEXT = tool.PAGE.read_text(encoding="utf-8")
SECTIONS = tool.kept(TEXT)


def test_every_shipped_history_is_on_the_page_and_no_other() -> None:
    assert list(SECTIONS) == list(SHIPPED), "run python tools/replays_page.py with the ids that differ"
    assert tool.page(SECTIONS) == TEXT


@pytest.mark.parametrize("name", SHIPPED)
def test_its_section_has_its_story_each_criterion_as_held_and_each_side(name: str) -> None:
    scenario, made = load(SHIPPED[name]), SECTIONS[name]
    assert " ".join(scenario.head.story.split()) in made and scenario.head.title in made
    for criterion in scenario.criterion:
        assert f"| yes | {tool._cell(criterion.text)} |" in made, f"{name} is stale: {criterion.text}"
    assert "**no**" not in made
    assert made.count("\n| yes |") == len(scenario.criterion)
    head = next(line for line in made.splitlines() if line.startswith("| time |"))
    assert set(head.strip("| ").split(" | ")[1:]) <= {party.name for party in scenario.parties}


def test_no_id_of_one_play_stands_on_it() -> None:
    assert not [word for word in tool._HEX.findall(TEXT) if not word.isdigit()]


@pytest.mark.parametrize("name", ["A14"])
def test_played_again_it_is_the_same_to_the_letter(name: str) -> None:
    assert tool.section(SHIPPED[name]) == SECTIONS[name]
