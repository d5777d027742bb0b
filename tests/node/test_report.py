"""The report of a period at two real nodes: the same bytes at both, again later, and on paper; ordered by two."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.pair import HOUR, START, Sites, flight_body, officers, party
from node.test_exercise_on_a_real_line import real_line
from steerclear.errors import Malformed, Refused
from steerclear.node import copies, exports, queries, report
from steerclear.procedure.report import Report, report_bytes
from steerclear.record.note import Note, format_note
from steerclear.units import format_time
from steerclear.views.report_pdf import pdf
from steerclear.views.report_text import sections

MINUTE = 60_000


def event(world: Sites, **more: Any) -> dict[str, Any]:
    now = world.clock.now_ms()
    return {
        "happening": "violation_of_agreement",
        "begin": format_time(now - HOUR),
        "end": format_time(now - HOUR // 2),
        "source": {"kind": "press"},
        **more,
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sites, dict[str, str]]:
    """a claims three times what b answers twice; a flight, a stop marked not life safety, an attestation."""
    world = Sites(tmp_path_factory.mktemp("report"), "ab")
    ids: dict[str, str] = {}
    late = flight_body(world.clock.now_ms(), 0, 1) | {"planning": "planned"}
    ids["flight"] = world.say("b", "activity.flight", late, to="a")
    world.clock.step_to(world.clock.now_ms() + HOUR)
    counts = [{"unit": "dead", "least": 3611, "of_whom": "civilians"}]
    ids["claim"] = world.say(
        "a", "claim", {"event": event(world, counts=counts, rule="incsea.well-clear")}, to="b"
    )
    world.settle()
    body = {"sha256": "ab" * 32, "what": "video", "custody": []}
    ids["evidence"] = world.say("a", "evidence", body, to="b", refs=(ids["claim"],))
    ids["denial"] = world.say("b", "statement", {"says": "denied"}, to="a", refs=(ids["claim"],))
    other = event(
        world, evidence=["ef" * 32], counts=[{"unit": "dead", "least": 4007, "of_whom": "civilians"}]
    )
    ids["counter"] = world.say("b", "counterclaim", {"event": other}, to="a", refs=(ids["claim"],))
    ids["bare"] = world.say("a", "claim", {"event": {"happening": "other"}}, to="b")
    ids["stop"] = world.stop("b")
    world.settle()
    ids["mark"] = world.say(
        "a",
        "reply",
        {"answer": "NOT_LIFE_SAFETY", "reason": "a drill"},
        to="b",
        refs=(ids["stop"],),
        life_safety=True,
    )
    ids["home"] = world.say("a", "line.handover", {"from_post": "watch-1", "to_post": "watch-2", "items": []})
    world.settle()
    world.clock.step_to(world.clock.now_ms() + HOUR)
    world.settle()
    return world, ids


def made(world: Sites, name: str, **more: Any) -> Report:
    end = more.pop("end", START + 5 * HOUR)
    return report.make(world.run(name, lambda n: report.take(n, world.line, START, end, **more)))


def test_both_sides_make_the_same_bytes(told):
    world, _ = told
    one, two = made(world, "a"), made(world, "b")
    assert report_bytes(one) == report_bytes(two)
    assert pdf(one) == pdf(two) and pdf(one).startswith(b"%PDF")
    assert one.differs_by_reader == ()
    assert msgspec.json.decode(report_bytes(one), type=Report) == one


def test_what_is_said_after_the_end_changes_no_byte(told):
    world, _ = told
    end = world.clock.now_ms()
    before = report_bytes(made(world, "a", end=end))
    world.say("b", "claim", {"event": event(world)}, to="a")
    world.settle()
    assert report_bytes(made(world, "a", end=end)) == before
    sizes = {row.log: row.size for row in made(world, "a", end=end).basis.logs}
    later = made(world, "b", end=end + HOUR)
    assert report_bytes(made(world, "b", end=end, sizes=sizes)) == before
    assert {row.log: row.size for row in later.basis.logs} != sizes and len(later.allegations) == 3


def test_it_is_made_from_what_was_taken_and_asks_the_node_nothing_more(told):
    world, _ = told
    taken = world.run("a", lambda n: report.take(n, world.line, START, world.clock.now_ms()))
    before = report_bytes(report.make(taken))
    world.flight("a", "b", hours=90)
    world.settle()
    with ThreadPoolExecutor(1) as beside:
        assert beside.submit(report.file_of, taken).result() == before
        assert beside.submit(report.file_of, replace(taken, suffix=".pdf")).result().startswith(b"%PDF")


def test_conflicts_conduct_and_silence_the_same_at_both(tmp_path: Path):
    world = Sites(tmp_path, "ab")
    now = world.clock.now_ms()
    ours = world.flight("a", "b", hours=5)
    far = world.flight("b", "a", hours=5, east_e7=9_000_000)
    asked = world.say("a", "activity.visit", {}, to="b", reply_by_ms=now + HOUR)
    told = world.say("a", "activity.visit", {}, to="b", reply_by_ms=now + HOUR)
    world.settle()
    world.say("b", "reply", {"answer": "NOTED"}, to="a", refs=(told,))
    theirs = world.flight("b", "a", hours=5)
    gone = world.flight("b", "a", hours=5)
    world.settle()
    world.say("b", "withdraw", {"reason": "changed_plans"}, refs=(gone,), to="a")
    met = {
        "form": "statement",
        "begin": format_time(now - HOUR),
        "end": format_time(now - HOUR // 2),
        "own_class": "fixed_wing",
        "other_class": "fixed_wing",
        "least_separation": {
            "horizontal_mm": {"low": 100_000, "high": 120_000},
            "vertical_tmm": {"low": 0, "high": 10},
        },
    }
    world.say("a", "encounter.report", met, to="b")
    world.say("a", "encounter.report", met | {"form": "safety_account"}, to="b")
    world.settle()
    world.clock.step_to(now + 2 * HOUR)
    world.settle()
    world.say("b", "line.check", {"by": "person", "occasion": "daily"}, to="a")
    world.settle()
    world.clock.step_to(now + 3 * HOUR)
    world.settle()
    one, two = (made(world, name, end=world.clock.now_ms()) for name in "ab")
    assert report_bytes(one) == report_bytes(two)
    row, over = sorted(one.conflicts, key=lambda conflict: len(conflict.withdrawn))
    assert set(row.entries) == {ours, theirs} and row.withdrawn == ()
    assert set(over.entries) == {ours, gone} and over.withdrawn == (gone,)
    assert far not in (*row.entries, *over.entries)
    held = [{c.hash for c in world.board(name).conflicts} for name in "ab"]
    assert row.hash in held[0] & held[1], "the hash that both boards show"
    grades = {one.entry: one.grade for one in one.silences}
    assert grades == {asked: "proved", told: "answered"}
    near = [c for c in one.conduct if c.rule == "bands.near-miss"]
    assert [c.verdict for c in near] == ["not_compliant"], (
        "the statement is judged, the safety account stays filed"
    )
    text = {part.title: part.rows for part in sections(one)}
    assert len(text["Conflicts between plans"]) == 2 and len(text["Silence, graded"]) == 2
    assert any("near-miss" in line[2] for line in text["Conduct, rule by rule"])
    early = made(world, "a", end=now + HOUR // 2)
    assert early.silences == (), "its time was not over"


def test_a_copy_for_somebody_says_so_and_is_else_the_same(told):
    world, _ = told
    world.clock.step_to(world.clock.now_ms() + 1)
    plain = json.loads(ordered(world, "a")[0])
    world.clock.step_to(world.clock.now_ms() + 1)
    data, _ = ordered(world, "a", recipient="the commission")
    named = json.loads(data)
    assert plain["copy"] == "" and "for the commission" in named["copy"]
    assert plain | {"copy": ""} == named | {"copy": ""}
    name = named["copy"].split()[1]
    rows = world.run("a", lambda n: queries.opened(n, world.line))
    assert name in {row.copy for row in rows}, "the record knows the copy"
    found = copies.trace(world.nodes["a"], world.line, data).copies
    assert found[0].recipient == "the commission" and found[0].found.named


def test_sizes_that_are_not_held_are_refused(told):
    world, _ = told
    log = f"{party('b')}/1"
    with pytest.raises(Malformed) as refused:
        made(world, "a", sizes={log: 10_000})
    assert (refused.value.rule, refused.value.field) == ("not-held", log)


def test_fewer_entries_where_the_sizes_say_so(told):
    world, _ = told
    everything = made(world, "a")
    sizes = {row.log: row.size for row in everything.basis.logs}
    sizes[f"{party('b')}/1"] = 3
    fewer = made(world, "a", sizes=sizes)
    assert fewer.basis.entries < everything.basis.entries
    assert not any(row.party == party("b") and row.word for one in fewer.allegations for row in one.columns)


def test_the_ledger_has_a_column_for_each_party_and_says_what_is_missing(told):
    world, ids = told
    found = made(world, "a", end=world.clock.now_ms() - HOUR // 2)
    rows = {one.id: one for one in found.allegations}
    row = rows[ids["claim"]]
    columns = {one.party: one for one in row.columns}
    assert set(columns) == {party("a"), party("b")}
    assert (columns[party("a")].word, columns[party("b")].word) == ("asserted", "denied")
    assert columns[party("a")].hashes == ("ab" * 32,) and columns[party("b")].hashes == ("ef" * 32,)
    printed = {cell for part in sections(found) for line in part.rows for cell in line}
    assert {"ab" * 32, "ef" * 32} <= printed, "each evidence stands on paper by its hash"
    assert row.source == "INCSEA 1972, art. II, III.1" and row.lacks == ()
    assert rows[ids["bare"]].lacks == ("rule", "evidence", f"word:{party('b')}")
    (day,) = found.by_day
    assert (day.party, day.made, day.with_rule, day.with_evidence) == (party("a"), 2, 1, 1)
    assert day.answered == {party("b"): 1}


def test_counts_stand_under_whose_they_are_and_are_never_added(told):
    world, ids = told
    found = json.loads(report_bytes(made(world, "a")))
    row = next(one for one in found["allegations"] if one["id"] == ids["claim"])
    said = {
        (count["party"], count["least"])
        for column in row["columns"]
        for account in column["accounts"]
        for count in account["counts"]
    }
    assert said == {(party("a"), 3611), (party("b"), 4007)}
    assert b"7618" not in report_bytes(made(world, "a"))
    printed = [cell for part in sections(made(world, "a")) for line in part.rows for cell in line]
    with_dead = [cell for cell in printed if "dead (" in cell]
    assert "7618" not in " ".join(printed)
    assert len(with_dead) == 3  # two accounts, and the sentence that they do not meet
    assert all("says" in cell or "beside" in cell for cell in with_dead)


def test_life_safety_silence_and_what_stays_at_home(told):
    world, ids = told
    found = made(world, "a")
    assert [(one.party, one.mode, one.marked, one.total) for one in found.life_safety] == [
        (party("b"), "EXERCISE", 1, 1)
    ]
    assert any(one.subject == ids["stop"] and one.party == party("a") for one in found.unanswered)
    assert b"watch-2" not in report_bytes(found)
    column = next(one for one in found.columns if one.party == party("b"))
    (notice,) = column.notices
    assert (notice.kind, notice.count) == ("activity.flight", 1) and notice.marks["late"] == 1
    assert column.said["statement"] == 1 and column.mode == "EXERCISE"
    assert found.banner == found.banner_end == "EXERCISE EXERCISE EXERCISE"
    assert any("no recognition" in one for one in found.standing)
    assert any("international humanitarian law" in one for one in found.standing)


def test_a_real_line_has_no_banner_until_something_on_it_is_an_exercise(tmp_path: Path):
    world = real_line(tmp_path)
    world.say("a", "claim", {"event": event(world)}, to="b", mode="REAL")
    world.settle()
    world.clock.step_to(world.clock.now_ms() + HOUR)
    found = made(world, "b", end=world.clock.now_ms())
    assert (found.banner, found.banner_end, len(found.allegations)) == ("", "", 1)
    assert {one.mode for one in found.columns} == {"REAL"}
    period = {"start": format_time(START), "end": format_time(START + 9 * HOUR)}
    for name, other in ("ab", "ba"):
        terms = {"act": "ratify", "name": "Memorandum", "exercise_periods": [period]}
        world.say(name, "agreement", terms, to=other, mode="REAL", two=True)
    world.settle()
    world.say("a", "claim", {"event": event(world)}, to="b", mode="EXERCISE")
    world.settle()
    world.clock.step_to(world.clock.now_ms() + HOUR)
    both = made(world, "b", end=world.clock.now_ms())
    assert both.banner == both.banner_end == "EXERCISE EXERCISE EXERCISE"
    claims = {(one.party, one.mode): one.said.get("claim", 0) for one in both.columns}
    assert claims[party("a"), "REAL"] == claims[party("a"), "EXERCISE"] == 1
    assert [(one.mode, one.made) for one in both.by_day] == [("EXERCISE", 1), ("REAL", 1)]
    forces = [(one.interim, bool(one.agreement)) for one in both.basis.in_force]
    assert forces[0] == (True, False) and forces[-1] == (False, True)


def test_what_was_not_addressed_to_all_is_marked_where_it_is_read_and_where_not(tmp_path: Path):
    world = Sites(tmp_path, "abc")
    claim = world.say("a", "claim", {"event": event(world)}, to="b")
    world.settle()
    world.clock.step_to(world.clock.now_ms() + HOUR)
    here, there = (made(world, name, end=world.clock.now_ms()) for name in "bc")
    assert [(one.entry, one.held) for one in here.differs_by_reader] == [(claim, "")]
    assert [(one.entry, one.held) for one in there.differs_by_reader] == [(claim, "not_addressed")]
    assert len(here.allegations) == 1 and there.allegations == ()


def ordered(world: Sites, name: str, signers: int = 2, **more: Any) -> Any:
    asked = {"format": ".json", "start_ms": START, "end_ms": START + HOUR, **more}
    order = exports.Order(world.line, "report", world.clock.now_ms(), f"{world.clock.now_ms():032x}", **asked)
    text = exports.order_text(order)
    note = format_note(Note(text, tuple(key.sign(text) for key in officers(name)[:signers])))
    taken = world.run(name, lambda n: report.ordered(n, note))
    return taken if isinstance(taken, list) else (report.file_of(taken), taken.suffix)


def test_it_takes_two_officers_and_stands_in_the_log(told):
    world, _ = told
    world.clock.step_to(world.clock.now_ms() + 1)
    before = world.kinds("a", "a").count("opened")
    refused = ordered(world, "a", signers=1)
    assert isinstance(refused[0], Refused) and refused[0].code == "release-needed"
    world.clock.step_to(world.clock.now_ms() + 1)
    for bad in ({"format": ".odt"}, {"end_ms": START}, {"end_ms": world.clock.now_ms() + HOUR}):
        world.clock.step_to(world.clock.now_ms() + 1)
        assert ordered(world, "a", **bad)[0].code == "nothing-asked"
    assert world.kinds("a", "a").count("opened") == before
    world.clock.step_to(world.clock.now_ms() + 1)
    data, suffix = ordered(world, "a")
    assert suffix == ".json" and json.loads(data)["line"] == world.line
    assert world.kinds("a", "a").count("opened") == before + 1


def test_reviews_that_a_pattern_opened_stand_until_a_meeting_names_them(tmp_path: Path):
    world = Sites(tmp_path, "ab")
    stops = []
    for i in range(2):
        since = format_time(world.clock.now_ms())
        world.clock.step_to(world.clock.now_ms() + HOUR)
        place = {"form": "wgs84", "lat_e7": 330_000_000, "lon_e7": 380_000_000 + i * 10_000_000}
        body = {"since": since, "positions": [place]}
        stops.append(world.say("a", "stop", body, to="b", life_safety=True))
        world.settle()
    world.clock.step_to(world.clock.now_ms() + HOUR)
    (row,) = made(world, "b", end=world.clock.now_ms()).reviews
    assert (row.subject, row.kind, row.pattern_of) == (stops[1], "stop", (stops[0],))
    event_of = {"stage": "first", "event": {"happening": "fire_on_place"}}
    world.say("b", "incident", event_of, to="a", refs=(stops[1],))
    world.settle()
    world.clock.step_to(world.clock.now_ms() + HOUR)
    assert made(world, "b", end=world.clock.now_ms()).reviews == ()


def test_names_are_the_makers_own_and_stand_only_where_asked(told):
    world, _ = told
    world.nodes["a"].names[party("b")] = "the neighbour"
    try:
        plain, named = made(world, "a"), made(world, "a", names=True)
        assert plain.names == {} and named.names[party("b")] == "the neighbour"
        assert b"the neighbour" not in report_bytes(plain)
        assert any(part.title.startswith("the neighbour") for part in sections(named))
    finally:
        del world.nodes["a"].names[party("b")]


@pytest.mark.slow
def test_another_process_prints_the_same_bytes(told, tmp_path: Path):
    world, _ = told
    found = made(world, "a")
    path = tmp_path / "report.json"
    path.write_bytes(report_bytes(found))
    script = (
        "import sys, msgspec; from steerclear.procedure.report import Report; "
        "from steerclear.views.report_pdf import pdf; "
        "made = msgspec.json.decode(open(sys.argv[1], 'rb').read(), type=Report); "
        "sys.stdout.buffer.write(pdf(made))"
    )
    env = {"TZ": "Asia/Kabul", "LC_ALL": "C", "PATH": "/usr/bin"}
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, env=env, check=True)
    assert done.stdout == pdf(found)
    assert b"CreationDate" not in done.stdout and b"ModDate" not in done.stdout
