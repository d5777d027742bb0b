"""Each history can fail: with the feature that it tests switched off, the criterion that shows it does not hold.

A row switches one thing of the product off by replacing one function or value, plays the shipped story, and names
criteria that must fail then. A story without a row shows nothing about the product and fails the last test.
"""

from __future__ import annotations

import asyncio
import importlib
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from branches import needs_files
from scenario_files import FILES

from steerclear.judgement.separation.life import Look
from steerclear.node.zeroize import Zeroized
from steerclear.procedure.report import Says
from steerclear.procedure.subject import ClaimCount, LeadTime
from steerclear.record import kit
from steerclear.replay.house import build_house
from steerclear.replay.offset import parse_offset
from steerclear.replay.player import Play
from steerclear.replay.scenario import Criterion, Scenario, Step, load

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


@dataclass(frozen=True)
class Off:
    """`what`: `module:name` (below `steerclear.`), replaced by `by`; `fails`: how criteria begin."""

    scenario: str
    what: str
    by: Callable[..., Any] | object
    fails: tuple[str, ...]


def nothing(*_: Any, **__: Any) -> tuple[()]:
    return ()


def sees_nobody(movers: Any, handles: Any, own: Any, side: Any, now_ms: int, *_: Any, **__: Any) -> Look[Any]:
    return Look(now_ms, (), frozenset(handles))


def with_payload(made: Any, entry: str, payloads: bool, add: Callable[..., None] = kit._add_entry) -> None:
    add(made, entry, True)


def as_stated(said: Any, event: int, context: Any) -> LeadTime:
    """What the author says, whatever the others' cosignatures prove."""
    return LeadTime("stated", event, event - said.header.released_ms)


ROWS = (
    Off(
        "AT16",
        "node.compartments:closed",
        lambda *_: False,
        ("the owner's watch sees", "and of the match", "nor the area"),
    ),
    Off(
        "AT16",
        "speech.watermark:marked",
        lambda key, value: value,
        ("a part of the leaked", "and no other copy"),
    ),
    Off("AT16", "node.overlaps:rows", lambda line: [], ("the overlap query is a conflict",)),
    Off("AT16", "node.bulk:owners", lambda *_: {}, ("the owner sees that its places",)),
    Off("AT36", "procedure.area:challenges", nothing, ("the third party sees", "what is shown says")),
    Off("AT36", "node.queries:_challenged", nothing, ("a flight through it is a conflict",)),
    Off("AT42", "speech.rules:not_over", nothing, ("of an hour that is not over",)),
    Off("AT42", "procedure.attestations:not_over", lambda said: False, ("what arrives all the same",)),
    Off("A1", "speech.header_rules:standing", nothing, ("a routine notice is refused", "the side that")),
    Off("A1", "node.queries:gaps", nothing, ("the audit view lists the gap", "the gap ends")),
    Off("A1", "procedure.machines:replies", nothing, ("what was open before the freeze",)),
    Off("A3", "procedure.marks:late_marks", nothing, ("the notice is marked late",)),
    Off("A3", "procedure.addressee:moves", lambda *_: True, ("receipt by the embassy is shown as such",)),
    Off("A3", "procedure.machines:relays", nothing, ("the liaison has a task", "the timer runs out")),
    Off(
        "A4", "record.kit:_add_entry", with_payload, ("the kit holds clear headers", "no word of the content")
    ),
    Off("A4", "record.verify:check_no_replies", nothing, ("that there was no answer",)),
    Off("A8", "procedure.deadlines:reply_by", lambda *_: None, ("after 24 hours the silence",)),
    Off("A8", "record.verify:check_no_replies", nothing, ("a stranger checks the certificate",)),
    Off("A9", "node.across:repeats", lambda _: {}, ("the new event is repeat-after-warning", "and at the")),
    Off("A9", "procedure.stop:lost_hop", lambda *_: "", ("the lost hop is named outward", "and by name")),
    Off("A9", "procedure.alarms:_hops", nothing, ("nobody told it on",)),
    Off("A10", "node.cooling:held_back", lambda *_: [], ("two officers alone cannot release it",)),
    Off("A10", "speech.release:refused", nothing, ("one officer cannot release it",)),
    Off("A10", "procedure.area:at_home", lambda *_: "", ("the owner's own watch", "when it has cooled")),
    Off("A14", "procedure.tasks:_uninformed", nothing, ("the lead is told that its member",)),
    Off("AT03", "speech.answering:misunderstood", lambda *_: "", ("over 500 m", "an area", "a site")),
    Off("AT03", "procedure.marks:positions_disagree", lambda *_: False, ("both places of the site",)),
    Off("AT04", "procedure.lead:_lead_time", as_stated, ("the teller's node", "what was said", "and at the")),
    Off("AT07", "node.across:repeats", lambda _: {}, ("the new event", "the first call shows")),
    Off("AT07", "procedure.stop:lost_hop", lambda *_: "", ("read and told on",)),
    Off("AT08", "procedure.machines:at_home", lambda *_: None, ("at home three of four",)),
    Off("AT08", "procedure.dissemination:counts_until", lambda *_: None, ("and all lapses",)),
    Off(
        "AT08",
        "procedure.dissemination:confirmed_version",
        lambda *_: ("", ()),
        ("outward it says part", "only when the last unit"),
    ),
    Off("AT09", "record.verify_parts:deliveries", lambda *_: {}, ("and that the three without",)),
    Off("AT09", "record.verify_parts:verify_proof", lambda *_: False, ("a stranger verifies", "and nine")),
    Off("AT10", "record.kit:_add_span", nothing, ("for the first period", "for the second")),
    Off("AT11", "procedure.tasks:_uninformed", nothing, ("passing it on is a task",)),
    Off("AT12", "procedure.line:observed", lambda *_, **__: "up", ("declared suspended and measured",)),
    Off("AT12", "speech.header_rules:standing", nothing, ("suspended: a notice is refused",)),
    Off("AT12", "procedure.marks:_suspended", lambda *_: True, ("suspended: routine is refused",)),
    Off("AT13", "node.tick:reminders", nothing, ("fifteen minutes after an event",)),
    Off("AT13", "procedure.line:observed", lambda *_, **__: "up", ("a dead line is silent", "after a min")),
    Off("AT14", "record.verify_parts:_payload", lambda *_: "opened", ("an edited one does not",)),
    Off("AT15", "procedure.addressee:reply_by", lambda *_: None, ("at the deadline the asker sees",)),
    Off("AT18", "procedure.area:lapses_ms", lambda *_: None, ("after its end", "the board says")),
    Off("AT18", "judgement.pair:replace", lambda one, **_: one, ("a flight through it", "and at the")),
    Off("AT28", "procedure.marks:late_marks", nothing, ("the notice is very late",)),
    Off("AT28", "procedure.alarms:late_marks", nothing, ("the watch is alarmed",)),
    Off("AT28", "procedure.machines:relays", nothing, ("to bring it to operations", "which alarms")),
    Off("AT28", "procedure.encounters:_covers", lambda *_: True, ("aircraft met without a notice",)),
    Off("AT28", "record.kit:_add_span", nothing, ("and that no notice at all",)),
    Off("AT33", "record.verify:check_forks", nothing, ("a stranger is convinced",)),
    Off("AT33", "procedure.line:observed", lambda *_, **__: "up", ("the line to that party is held",)),
    Off("AT35", "space.check:_times", nothing, ("at the author's desk",)),
    Off("AT35", "space.prepare:ZONE_AFTER_MS", 0, ("it is judged over both readings",)),
    Off("AT39", "procedure.alarms:no_play", lambda *_: False, ("the real stop breaks through",)),
    Off("AT39", "speech.header_rules:mode", nothing, ("mode has no default", "a real routine notice")),
    Off("AT39", "speech.header_rules:same_play", nothing, ("an answer that would leave",)),
    Off("AT40", "speech.answering:_code", nothing, ("an old read-back code is refused",)),
    Off(
        "AT40",
        "procedure.dissemination:confirmed_version",
        lambda said, thread: (thread.current.id, ()),
        ("after the change the author sees",),
    ),
    Off("AT41", "node.tick:floods", nothing, ("and ring as one",)),
    Off("AT41", "speech.header_rules:life_safety", nothing, ("a late notice cannot be life safety",)),
    Off("AT41", "procedure.alarms:_new", nothing, ("it blocks nothing",)),
    Off("AT41", "node.queries:not_life_safety", nothing, ("the ratio stands",)),
    Off("AT43", "procedure.alarms:_held", nothing, ("five minutes before", "and so is", "unrenewed it is")),
    Off("AT43", "speech.header_rules:_own", lambda *_: True, ("nobody but its raiser",)),
    Off("AT45", "node.zeroize:zeroize", lambda node: Zeroized(0, False), ("after, it cannot",)),
    Off("A2", "procedure.meeting:compared", nothing, ("what both confirm", "where they differ")),
    Off("A5", "procedure.meeting:deadlines", nothing, ("the clock for it ran", "the overdue action")),
    Off("A5", "procedure.machines:meeting_alarms", nothing, ("a session that nobody holds",)),
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
    Off("AT25", "procedure.reporting:by_day", nothing, ("the day's count", "the other side makes")),
    Off("AT25", "procedure.claims:_evidence", nothing, ("who counts has its column",)),
    Off(
        "AT29",
        "procedure.claims:_count",
        lambda party, one: ClaimCount("nobody", one.unit, one.of_whom or "", one.least, one.most),
        ("three numbers stand",),
    ),
    Off("AT29", "procedure.claims:_meet", lambda *_: True, ("the two about the same people",)),
    Off(
        "AT29", "procedure.ledger:_says", lambda party, claim: Says(party, "", *((),) * 5), ("in the report",)
    ),
    Off("AT29", "procedure.claims:deadlines", nothing, ("the first report was in time",)),
    Off("AT44", "node.across:patterns", lambda stops: {}, ("the second place of one party",)),
    Off("AT01", "procedure.calls:alarms", nothing, ("an ordinary call that is parked",)),
    Off("AT01", "speech.contact_rules:_call", nothing, ("a call about the stop cannot be parked",)),
    Off("AT01", "procedure.carriers:tasks", lambda *_: [], ("the stop is to go by telephone too",)),
    Off("AT01", "procedure.carriers:_reached", lambda *_: False, ("once that call was taken",)),
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
    Off("AT20", "app.conforming:judge", nothing, ("while the unit is listed", "told to the last unit")),
    Off("AT20", "procedure.humanitarian:_tell", nothing, ("at home the unit that was not told",)),
    Off("AT20", "procedure.humanitarian:_not_ready", nothing, ("an hour before departure it rings",)),
    Off(
        "AT27", "procedure.movement:valid_test", lambda thread, *_: thread.root, ("a test two hours before",)
    ),
    Off("AT27", "procedure.humanitarian:_overdue", nothing, ("no word from the base",)),
    Off("AT27", "procedure.humanitarian:_off_route", nothing, ("five kilometres beside its way",)),
    Off("AT31", "views.open_items:is_open", lambda subject: False, ("the officer who takes the watch",)),
    Off("AT31", "procedure.handover:_reads_back", lambda *_: False, ("read back by the incoming officer",)),
    Off("AT32", "views.paper:not_entered", nothing, ("the number that was never entered",)),
    Off("AT32", "speech.check_digits:holds", lambda *_: True, ("a wrong check digit is refused",)),
    Off(
        "AT34", "speech.reading:phrase", lambda _, code, *__: code, ("in Russian each code", "in Arabic too")
    ),
    Off(
        "AT34", "procedure.free_text:confirms", lambda _: False, ("the linguist's word", "the card then says")
    ),
    Off("AT34", "speech.answering:_linguist", nothing, ("who is no linguist",)),
    Off("AT38", "procedure.rosters:uncovered", nothing, ("two of the flight's three hours",)),
    Off("A7", "procedure.encounters:same", lambda *_: False, ("both accounts are joined",)),
    Off("A15", "procedure.conduct:judge_notice", nothing, ("announced four days", "announced a day")),
    Off("A15", "judgement.conduct.courses:_beside_the_bow", lambda *_: None, ("crossing close ahead",)),
    Off("AT05", "procedure.frequencies:alarms", nothing, ("the warner is told", "so is the flyer")),
    Off("AT19", "judgement.conformance.danger:endangered", nothing, ("an own airliner", "inside it rings")),
    Off("AT19", "procedure.closures:alarms", nothing, ("the closure of the route", "and at the node")),
    Off("AT21", "app.picture:turned", lambda *_: None, ("the unit's own node flags", "by one angle")),
    Off("AT21", "procedure.conduct:sightings", nothing, ("a constant offset", "and at the node")),
    Off("AT22", "node.mover_alarms:_at_home", nothing, ("and rings",)),
    Off(
        "AT22",
        "judgement.separation.watch:_watched",
        lambda found, own: own[found.i] & False,
        ("the fighters' own",),
    ),
    Off("AT22", "procedure.frequencies:_missing", nothing, ("the lead sees", "and is alarmed")),
    Off("AT22", "procedure.frequencies:choose", lambda *_: ("none", None), ("the two listen",)),
    Off("AT26", "judgement.conduct.checks:least_stated", lambda case: None, ("a pass at ten feet",)),
    Off("AT26", "procedure.conduct:of_both", lambda *_: [], ("both sides' own positions",)),
    Off("A7T", "judgement.separation.watch:look", sees_nobody, ("alpha is warned by its own node",)),
    Off("A15T", "app.picture:compare", lambda *_: {}, ("and each agrees with the other's",)),
    Off("AT05T", "app.conforming:judge", nothing, ("the flyer sees that its own aircraft is out",)),
    Off("AT26T", "node.mover_alarms:_at_home", nothing, ("what the drone's radar saw rings at home",)),
)


class Part(Play):
    """A story as far as the criteria that a row names, and these alone."""

    def __init__(self, scenario: Scenario, home: Path, fails: tuple[str, ...]) -> None:
        super().__init__(scenario, home)
        self.asked = tuple(one for one in scenario.criterion if one.text.startswith(fails))
        dated = [parse_offset(one.at) for one in self.asked if one.at]
        self.until = max(dated) if len(dated) == len(self.asked) else None

    def wants(self, part: Step | Criterion) -> bool:
        if isinstance(part, Criterion):
            return any(part is one for one in self.asked)
        return self.until is None or parse_offset(part.at) <= self.until


PATHS = {tomllib.loads(path.read_text(encoding="utf-8"))["scenario"]["id"]: path for path in FILES}


FIRST = tuple({row.scenario: row for row in reversed(ROWS)}.values())
"""The first row of each story; all of them play in `make soak` (soak_mutations.py)."""


def named(row: Off) -> str:
    return f"{row.scenario}-{row.what}"


@pytest.mark.slow
@pytest.mark.parametrize("row", FIRST, ids=named)
def test_with_the_feature_off_its_criterion_fails(row: Off, monkeypatch: pytest.MonkeyPatch) -> None:
    must_fail(row, monkeypatch)


def must_fail(row: Off, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch the row's feature off, play its story, and miss the criteria that it names."""
    module, _, name = row.what.partition(":")
    monkeypatch.setattr(importlib.import_module(f"steerclear.{module}"), name, row.by)
    failed = failing(PATHS[row.scenario], row.fails)
    for text in row.fails:
        assert any(one.startswith(text) for one in failed), (text, failed)


def failing(path: Path, asked: tuple[str, ...]) -> list[str]:
    """Texts of the criteria that begin so and do not hold."""
    scenario = load(path)
    store = "sqlite" if needs_files(scenario) else "memory"
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        part = Part(scenario, Path(folder), asked)
        result = asyncio.run(part.run(partial(build_house, store=store)))
    return [one.text for one in result.criteria if not one.held]


@pytest.mark.slow
def test_with_nothing_off_the_part_that_is_played_holds() -> None:
    assert failing(PATHS["AT40"], ("after the change the author sees",)) == []


def test_every_story_has_a_row() -> None:
    assert not set(PATHS) - {row.scenario for row in ROWS}


def test_the_rows_name_stories_and_criteria_that_exist() -> None:
    for row in ROWS:
        texts = [one.text for one in load(Path(PATHS[row.scenario])).criterion]
        assert row.fails and all(any(one.startswith(text) for one in texts) for text in row.fails), row
