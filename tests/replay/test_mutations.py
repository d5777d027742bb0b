"""Each history can fail: with the feature that it tests switched off, the criterion that shows it does not hold.

A row switches one thing of the product off by replacing one function or value, plays the shipped story, and names
criteria that must fail then. A story without a row shows nothing about the product and fails the last test.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scenario_files import FILES

from steerclear.replay.house import build_house
from steerclear.replay.player import play
from steerclear.replay.scenario import load


@dataclass(frozen=True)
class Off:
    """`what`: `module:name` (below `steerclear.`), replaced by `by`; `fails`: how criteria begin."""

    scenario: str
    what: str
    by: Callable[..., Any] | object
    fails: tuple[str, ...]


def nothing(*_: Any, **__: Any) -> tuple[()]:
    return ()


ROWS = (
    Off("A12", "procedure.claims:_words", nothing, ("three words stand",)),
    Off("A12", "procedure.claims:PUBLISHED_BEFORE", "off", ("that it was published before",)),
    Off(
        "AT17", "procedure.attestations:_meets", lambda *_: None, ("the account of the other", "and so does")
    ),
    Off("AT44", "node.folds:patterns", lambda stops: {}, ("the second place of one party",)),
    Off("AT20", "procedure.humanitarian:_tell", nothing, ("at home the unit that was not told",)),
    Off("AT20", "procedure.humanitarian:_not_ready", nothing, ("an hour before departure it rings",)),
    Off(
        "AT27", "procedure.movement:valid_test", lambda thread, *_: thread.root, ("a test two hours before",)
    ),
    Off("AT27", "procedure.humanitarian:_overdue", nothing, ("no word from the base",)),
    Off("AT27", "procedure.humanitarian:_off_route", nothing, ("five kilometres beside its way",)),
    Off("AT31", "views.open_items:is_open", lambda subject: False, ("the officer who takes the watch",)),
    Off("AT31", "procedure.handover:_reads_back", lambda *_: False, ("read back by the incoming officer",)),
    Off("AT38", "procedure.fold:uncovered", nothing, ("two of the flight's three hours",)),
)

PATHS = {tomllib.loads(path.read_text(encoding="utf-8"))["scenario"]["id"]: path for path in FILES}


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.scenario}-{row.what}")
def test_with_the_feature_off_its_criterion_fails(row: Off, monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, name = row.what.partition(":")
    monkeypatch.setattr(importlib.import_module(f"steerclear.{module}"), name, row.by)
    result = play(load(PATHS[row.scenario]), build_house)
    failed = [one.text for one in result.criteria if not one.held]
    for text in row.fails:
        assert any(one.startswith(text) for one in failed), (text, failed)


def test_the_rows_name_stories_and_criteria_that_exist() -> None:
    for row in ROWS:
        texts = [one.text for one in load(Path(PATHS[row.scenario])).criterion]
        assert row.fails and all(any(one.startswith(text) for one in texts) for text in row.fails), row
