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

from steerclear.procedure.report import Says
from steerclear.procedure.subject import ClaimCount
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
    Off("AT25", "procedure.ledger:source_of", lambda rule: "", ("the row names the rule",)),
    Off("AT25", "procedure.ledger:against_windows", nothing, ("one account lies outside",)),
    Off("AT25", "procedure.ledger:by_day", nothing, ("the day's count", "the other side makes")),
    Off("AT25", "procedure.claims:_evidence", nothing, ("who counts has its column",)),
    Off(
        "AT29",
        "procedure.claims:_count",
        lambda party, one: ClaimCount("nobody", one.unit, one.of_whom or "", one.least, one.most),
        ("three numbers stand",),
    ),
    Off("AT29", "procedure.claims:_meet", lambda *_: True, ("the two about the same people",)),
    Off("AT29", "procedure.ledger:_says", lambda party, claim: Says(party, "", *((),) * 5), ("in the report",)),
    Off("AT29", "procedure.claims:deadlines", nothing, ("the first report was in time",)),
    Off("AT44", "node.across:patterns", lambda stops: {}, ("the second place of one party",)),
    Off("AT01", "procedure.calls:alarms", nothing, ("an ordinary call that is parked",)),
    Off("AT01", "speech.contact_rules:_call", nothing, ("a call about the stop cannot be parked",)),
    Off("AT01", "procedure.calls:vital", lambda *_: False, ("parked all the same by a node",)),
    Off("AT02", "procedure.tasks:_asks", lambda *_: [], ("the watch is told to act first",)),
    Off("AT02", "speech.complete:missing", nothing, ("what is missing is asked for in order",)),
    Off("AT06", "procedure.radio:counts_as_warning", lambda _: True, ("five such calls do not climb",)),
    Off("AT23", "procedure.identity:alarms", nothing, ("who says nothing escalates", "and at its own")),
    Off("AT23", "procedure.identity:counted", lambda thread: thread, ("and what says so past its desk",)),
    Off("AT23", "speech.answering:answers_to", lambda _: ("NOT_OURS",), ("nobody can say at his desk",)),
    Off("AT24", "procedure.one_sided:tasks", nothing, ("the other side is asked for its own",)),
    Off("AT24", "procedure.one_sided:met_by", lambda *_: frozenset(), ("and it is asked no longer",)),
    Off("AT37", "procedure.guard_calls:rows", lambda _: {}, ("the third unanswered in a row",)),
    Off("AT37", "procedure.guard_calls:near", lambda *_: True, ("the third unanswered in a row",)),
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
