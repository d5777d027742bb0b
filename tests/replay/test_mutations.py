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
    Off("A2", "procedure.meeting:compared", nothing, ("what both confirm", "where they differ")),
    Off("A5", "procedure.meeting:deadlines", nothing, ("the clock for it ran", "the overdue action")),
    Off("A5", "procedure.fold:meeting_alarms", nothing, ("a session that nobody holds",)),
    Off("A6", "procedure.provision:_state", lambda *_: "open", ("after the second", "after the third")),
    Off(
        "A6", "procedure.acts:_of_agreement", lambda *_: False, ("on ratification by both", "the hash of the")
    ),
    Off("A6", "procedure.treaty:policy_members", lambda *_: None, ("members are bound by accession",)),
    Off("A11", "record.policy:quorum_size", lambda rule, members: members, ("a sixth acceded",)),
    Off(
        "A11",
        "procedure.agreement_view:rota_of",
        lambda *_: None,
        ("a session was convened", "the chair rotates"),
    ),
    Off("A13", "procedure.area:_state", lambda *_: "active", ("the zone stays proposed", "the checker says")),
    Off("AT30", "node.folds:agreed", lambda *_: {}, ("when both have ratified", "and the flight")),
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
    Off("A7", "procedure.encounters:same", lambda *_: False, ("both accounts are joined",)),
    Off("A15", "procedure.conduct:judge_notice", nothing, ("announced four days", "announced a day")),
    Off("A15", "judgement.conduct.courses:_beside_the_bow", lambda *_: None, ("crossing close ahead",)),
    Off("AT05", "procedure.frequencies:alarms", nothing, ("the warner is told", "so is the flyer")),
    Off("AT19", "procedure.closures:alarms", nothing, ("the closure of the route", "and at the node")),
    Off("AT21", "procedure.conduct:sightings", nothing, ("a constant offset", "and at the node")),
    Off("AT22", "procedure.frequencies:_missing", nothing, ("the lead sees", "and is alarmed")),
    Off("AT22", "procedure.frequencies:choose", lambda *_: ("none", None), ("the two listen",)),
    Off("AT26", "judgement.conduct.checks:least_stated", lambda case: None, ("a pass at ten feet",)),
    Off("AT26", "procedure.conduct:of_both", lambda *_: [], ("both sides' own positions",)),
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
