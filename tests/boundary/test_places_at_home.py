"""Challenges, sealed batches, overlap queries, compartments, bulk reads and traced copies on real nodes."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import msgspec
import pytest
from boundary_world import QUIET, area_body, codes, custodian, declare, entered, export

from node.pair import Sites, party, signed_order
from steerclear.node import bulk, compare, compartments, copies, exports, opened, queries
from steerclear.record import verify
from steerclear.record.kitfiles import pack
from steerclear.record.texts import NOTIFICATION
from steerclear.space.volume import Circle, Volume4D
from steerclear.speech import sealed
from steerclear.speech.kinds.area_challenge import NO_WARNING
from steerclear.speech.kinds.area_declare import AreaDeclare

A, B = party("a"), party("b")
WATCH, CUSTODIAN = ("watch_officer", "releaser"), ("custodian",)


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, parameters=QUIET)


# ---- challenges (AT36)


def test_a_challenge_is_visible_everywhere_and_changes_no_protection(world: Sites) -> None:
    area = declare(world)
    before = world.subject("a", area)
    body = {"concern": "moved", "basis": "register"}
    said = world.say("b", "area.challenge", body, to="a", refs=(area,), two=True)
    world.settle()
    for name in "ab":
        one = world.subject(name, area)
        assert one.area is not None and before.area is not None
        assert "challenged" in one.marks and one.area.challenged and one.area.challenge_says == NO_WARNING
        assert [(row.party, row.entry, row.concern) for row in one.area.challenges] == [(B, said, "moved")]
        assert (
            (one.area.state, one.area.protected)
            == (before.area.state, before.area.protected)
            == ("active", True)
        )
        assert one.life == before.life
        assert next(row for row in world.board(name).notices if row.id == area).area == one.area
    assert [task.id for task in world.subject("a", area).tasks] == [f"{area}/task/challenge:{said}"]
    assert world.subject("b", area).tasks == (), "the task is its owner's"


def test_the_conflict_stands_and_says_that_the_place_is_challenged(world: Sites) -> None:
    area = declare(world)
    flight = world.flight("b", "a", hours=48)
    world.settle()
    world.say("b", "area.challenge", {"concern": "closed"}, to="a", refs=(area,), two=True)
    world.settle()
    rows = world.run("b", lambda n: queries.conflicts_of(n, world.line))
    assert [(row.judgement.verdict, row.challenged) for row in rows] == [("conflict", (area,))]
    assert {rows[0].judgement.a.entry, rows[0].judgement.b.entry} == {area, flight}


def test_a_challenge_ends_by_its_own_withdrawal_and_by_nobody_elses(world: Sites) -> None:
    area = declare(world)
    said = world.say("b", "area.challenge", {"concern": "closed"}, to="a", refs=(area,), two=True)
    world.settle()
    assert "not-the-author" in codes(
        world.try_say("a", "withdraw", {"reason": "error"}, refs=(said,), to="b", two=True)
    )
    world.say("a", "reply", {"answer": "NOTED"}, refs=(said,), to="b")
    world.settle()
    assert world.subject("a", area).area.challenges[0].answered and world.subject("a", area).tasks == ()
    world.say("b", "withdraw", {"reason": "error"}, refs=(said,), to="a", two=True)
    world.settle()
    for name in "ab":
        one = world.subject(name, area)
        assert "challenged" not in one.marks and one.area.challenge_says == ""
        assert one.area.state == "active" and one.no_effect == ()


def test_nobody_challenges_his_own_data_nor_what_is_no_place(world: Sites) -> None:
    area, flight = declare(world), world.flight("b", "a")
    world.settle()
    assert codes(
        world.try_say("a", "area.challenge", {"concern": "moved"}, refs=(area,), to="b", two=True)
    ) == ["own-area"]
    assert "wrong-subject" in codes(
        world.try_say("a", "area.challenge", {"concern": "moved"}, refs=(flight,), to="b", two=True)
    )
    assert "release-needed" in codes(
        world.try_say("b", "area.challenge", {"concern": "moved"}, refs=(area,), to="a")
    )


# ---- sealed areas and overlap queries


def batch(world: Sites, count: int = 2) -> tuple[dict[str, Any], tuple[sealed.Kept, ...]]:
    circle = Volume4D(
        Circle((335_081_000, 386_179_000), 2_000_000),
        "surface",
        "unlimited",
        "2016-06-16T00:00:00Z",
        "2016-07-16T00:00:00Z",
    )
    bodies = [AreaDeclare(area="personnel", precision="broad", volumes=(circle,)) for _ in range(count)]
    made, kept = sealed.seal(bodies, "2016-06", 100, secrets.token_bytes)
    return {"precision": "sealed", "month": made.month, "commitments": list(made.commitments)}, kept


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_batch_has_one_size_whatever_it_holds_and_is_no_notice(world: Sites, count: int) -> None:
    body, kept = batch(world, count)
    assert len(body["commitments"]) == 100 and len(kept) == count
    entry = world.say("a", "area.declare", body, to="b", two=True)
    flight = world.flight("b", "a", hours=1)
    world.settle()
    one = world.subject("b", entry)
    assert one.area is not None and not one.area.protected and one.area.sealing.month == "2016-06"
    rows = world.run("b", lambda n: queries.conflicts_of(n, world.line))
    assert rows == [] and flight, "it is judged against nothing"
    assert "not_judged(sealed)" in world.board("b").standing


def test_one_batch_a_month_padded_to_the_cap(world: Sites) -> None:
    body, _ = batch(world)
    short = body | {"commitments": body["commitments"][:99]}
    assert codes(world.try_say("a", "area.declare", short, to="b", two=True)) == ["batch-not-padded"]
    late = body | {"month": "2016-09"}
    assert codes(world.try_say("a", "area.declare", late, to="b", two=True)) == ["batch-of-another-month"]
    world.say("a", "area.declare", body, to="b", two=True)
    world.settle()
    again, _ = batch(world)
    assert codes(world.try_say("a", "area.declare", again, to="b", two=True)) == ["month-sealed"]
    world.say("b", "area.declare", again, to="a", two=True)


def test_to_open_one_says_how_many_were_sealed_that_month(world: Sites) -> None:
    body, kept = batch(world, 3)
    entry = world.say("a", "area.declare", body, to="b", two=True)
    world.settle()
    opening = json.loads(msgspec.json.encode(sealed.opened(kept[1], entry)))
    lying = opening | {"opening": opening["opening"] | {"sealed_that_month": 1}}
    assert codes(world.try_say("a", "area.declare", lying, to="b", two=True)) == ["opening-differs"]
    said = world.say("a", "area.declare", opening, to="b", two=True)
    world.settle()
    for name in "ab":
        made = world.subject(name, said).area
        assert made is not None and made.protected
        assert (made.sealing.opening, made.sealing.sealed_that_month) == ("matches", 3)


def test_openings_of_one_batch_that_name_different_counts_are_marked(world: Sites) -> None:
    """An owner can seal what contradicts itself; opening it shows that."""
    _, kept = batch(world, 3)
    counts = [3, 3, 2]
    rows = [msgspec.structs.replace(one, sealed_that_month=n) for one, n in zip(kept, counts, strict=True)]
    made = [
        sealed.commitment(one.salt, "2016-06", one.sealed_that_month, msgspec.convert(one.body, AreaDeclare))
        for one in rows
    ]
    body = {"precision": "sealed", "month": "2016-06"}
    commitments = sorted([*made, *(f"{n:064x}" for n in range(97))])
    entry = world.say("a", "area.declare", body | {"commitments": commitments}, to="b", two=True)
    world.settle()

    def opened(one: sealed.Kept) -> str:
        said = json.loads(msgspec.json.encode(sealed.opened(one, entry)))
        made = world.say("a", "area.declare", said, to="b", two=True)
        world.settle()
        return made

    def marks(*areas: str) -> list[bool]:
        return ["sealed-count-differs" in world.subject(n, one).marks for n in "ab" for one in areas]

    first, second = opened(rows[0]), opened(rows[1])
    assert marks(first, second) == [False] * 4, "the same count is no contradiction"
    third = opened(rows[2])
    assert marks(first, second, third) == [True] * 6
    assert world.subject("b", third).area.sealing.opening == "matches", "each by itself is what was sealed"


@pytest.mark.parametrize("count", [0, 1, 100])
def test_what_a_node_says_and_asks_is_the_same_however_many_are_sealed(world: Sites, count: int) -> None:
    body, _ = batch(world, count)
    entry = world.say("a", "area.declare", body, to="b", two=True)
    world.settle()
    asked = compare.to_ask(world.nodes["b"], world.line, party("a"))
    told = world.run("a", lambda n: compare.answer(n, world.line, party("b"), asked))
    (state,) = [one for one in told.subjects if one.id == entry]
    assert msgspec.structs.asdict(state) == {
        "id": entry,
        "version": entry,
        "life": state.life,
        "stop": "",
        "area": "active",
        "addressees": state.addressees,
    }
    sealed_lines = [line for line in world.board("b").standing if "sealed" in line]
    assert sealed_lines == ["not_judged(sealed)"]
    assert msgspec.structs.asdict(world.subject("b", entry).area.sealing) == {
        "month": "2016-06",
        "commitments": 100,
        "opened_of": "",
        "sealed_that_month": None,
        "opening": "",
    }, "and nothing of how many of them stand for an area"


QUERY = {"commitment": "ab" * 32, "slots": 8}


def test_an_overlap_query_is_a_conflict_at_both_sides_whatever_is_answered(world: Sites) -> None:
    assert "release-needed" in codes(world.try_say("b", "overlap.query", QUERY, to="a"))
    query = world.say("b", "overlap.query", QUERY, to="a", two=True)
    world.settle()
    for answered in (False, True):
        for name in "ab":
            rows = world.run(name, lambda n: queries.conflicts_of(n, world.line))
            judged = [(row.judgement.verdict, row.judgement.reason, row.judgement.where) for row in rows]
            assert judged == [("conflict", "overlap-uncertain", None)]
            assert world.board(name).conflicts == tuple(rows)
            one = world.subject(name, query)
            assert "treated-as-conflict" in one.marks
            assert (one.overlap.result, one.overlap.treated_as) == ("uncertain", "conflict")
        asked = [task.id for task in world.subject("a", query).tasks]
        assert asked == ([] if answered else [f"{query}/task/overlap"])
        if not answered:
            for claim in ("none", "overlap"):
                said = world.try_say(
                    "a", "overlap.result", {"answer": claim}, refs=(query,), to="b", two=True
                )
                assert codes(said) == ["overlap-not-computed"]
            world.say("a", "overlap.result", {"answer": "uncertain"}, refs=(query,), to="b", two=True)
            world.settle()
    world.say("b", "withdraw", {"reason": "changed_plans"}, refs=(query,), to="a", two=True)
    world.settle()
    assert all(world.run(n, lambda x: queries.conflicts_of(x, world.line)) == [] for n in "ab")


def test_queries_are_budgeted_and_what_is_beyond_is_marked(tmp_path: Path) -> None:
    world = Sites(tmp_path, parameters=QUIET | {"overlap_queries_a_month": 2})
    asked = [world.say("b", "overlap.query", QUERY, to="a", two=True) for _ in range(2)]
    assert codes(world.try_say("b", "overlap.query", QUERY, to="a", two=True)) == ["overlap-budget"]
    world.say("a", "overlap.query", QUERY, to="b", two=True)
    world.settle()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("steerclear.node.area_desk._budget", lambda *_: [])
        over = world.say("b", "overlap.query", QUERY, to="a", two=True)
    world.settle()
    assert "over-budget" in world.subject("a", over).marks
    assert not any("over-budget" in world.subject("a", one).marks for one in asked)
    world.step(31 * 86_400_000)
    world.say("b", "overlap.query", QUERY, to="a", two=True)


# ---- compartments


def seen(world: Sites, area: str, roles: tuple[str, ...]) -> dict[str, Any]:
    """Everything that the views show of this area, or of what meets it, to somebody of these roles."""
    node, line = world.nodes["a"], world.state("a")
    board = world.run("a", lambda n: compartments.board(n, line, queries.board(n, world.line), roles))
    return {
        "subject": compartments.subject(node, line, world.subject("a", area), roles),
        "entry": compartments.entry(node, line, queries.entry(node, world.line, area), roles),
        "row": next(row for row in board.notices if row.id == area),
        "conflicts": board.conflicts,
        "alarms": board.alarms,
    }


def test_the_watch_sees_whom_to_call_and_nothing_else(world: Sites) -> None:
    key = custodian(world)
    area = entered(world, key, area_body(world, area="personnel", precision="broad") | {"positions": []})
    assert isinstance(area, str), area
    flight = world.flight("b", "a", hours=48)
    world.settle()
    shown = seen(world, area, WATCH)
    assert [one.text for one in shown["alarms"] if one.rule == "custodian"] == [
        "custodian alarm: call post 7"
    ]
    (row,) = shown["conflicts"]
    assert row.judgement.verdict == "conflict" and row.judgement.reason == "custodian alarm: call post 7"
    assert {row.judgement.a.entry, row.judgement.b.entry} == {area, flight}
    bare = row.judgement
    assert (bare.where, bare.from_ms, bare.to_ms, bare.apart, bare.minima, bare.gives_way) == (None,) * 6
    text = json.dumps(msgspec.to_builtins([shown[k] for k in ("subject", "row", "conflicts")]))
    assert "personnel" not in text and "broad" not in text and "centre" not in text
    assert shown["entry"].payload is None and shown["entry"].row.held == "compartment"
    assert shown["subject"].start_ms is None and shown["subject"].title == "call post 7"
    full = seen(world, area, CUSTODIAN)
    assert full["entry"].payload["body"]["area"] == "personnel" and full["subject"].held == "held"
    assert full["conflicts"][0].judgement.from_ms is not None
    assert "timer.fired" not in world.kinds("b", "a"), "the alarm leaves no trace in the log"


def test_the_alarm_ends_with_the_match(world: Sites) -> None:
    key = custodian(world)
    area = entered(world, key, area_body(world, area="personnel", precision="broad") | {"positions": []})
    flight = world.flight("b", "a", hours=48)
    world.settle()
    assert any(one.rule == "custodian" for one in world.board("a").alarms)
    world.say("b", "withdraw", {"reason": "changed_plans"}, refs=(flight,), to="a")
    world.settle()
    assert not any(one.rule == "custodian" for one in world.board("a").alarms) and area


def test_only_a_custodians_area_stays_at_home_and_no_file_takes_it_out(world: Sites) -> None:
    body = area_body(world, precision="broad")
    assert codes(world.try_say("a", "area.declare", body, to="", two=True)) == ["addressee-required"]
    key = custodian(world)
    area = entered(world, key, body | {"positions": []})
    order = exports.Order(world.line, "evidence", world.clock.now_ms(), "e" * 32, entries=(area,))
    made = world.run("a", lambda n: exports.evidence(n, signed_order("a", order)))
    assert codes(made) == ["compartment"]
    assert area not in export(world, "a", "areas", ".csv", "us").decode()
    other = declare(world, number=3)
    assert other in export(world, "a", "areas", ".csv", "us").decode()


# ---- bulk reads, copies


def test_a_bulk_read_is_logged_to_the_owner(tmp_path: Path) -> None:
    world = Sites(tmp_path, parameters=QUIET | {"bulk_read_count": 3})
    areas = [declare(world, number=n) for n in range(5)]
    line, key = world.state("b"), f"{B}/watch-1+00000000"

    def read(entries: list[str], by: str = key) -> str:
        return world.run("b", lambda n: bulk.shown(n, line, by, entries))

    assert read(areas[:3]) == "" and read(areas[:3]) == "", "the same three again are three"
    assert read(areas[3:4], f"{B}/watch-2+00000000") == "", "each officer by himself"
    assert read([world.flight("b", "a")]) == "", "what is no place does not count"
    assert read(areas[3:4]) != ""
    world.settle()
    (row,) = world.run("a", lambda n: queries.opened(n, world.line))
    assert (row.by, row.what, row.entries, row.ours, row.post) == (B, "bulk-read", 4, 4, "watch-1")
    assert read(areas[4:]) == "", "then it is counted again"


def test_a_restart_forgets_no_read(tmp_path: Path) -> None:
    world = Sites(tmp_path, parameters=QUIET | {"bulk_read_count": 3})
    areas = [declare(world, number=n) for n in range(5)]
    key = f"{B}/watch-1+00000000"

    def read(*entries: str) -> str:
        return world.run("b", lambda n: bulk.shown(n, world.state("b"), key, entries))

    assert read(*areas[:3]) == ""
    world.restart("b")
    assert read(areas[0]) == "", "the same again after the restart is still three"
    assert read(areas[3]) != ""
    world.restart("b")
    assert read(*areas[2:]) == "", "what was logged is not counted twice"
    world.step(3_600_001)
    assert read() == "" and world.nodes["b"].store.side(f"read/{world.line}") == {}, "what is over is dropped"


def test_what_was_read_long_ago_does_not_count(tmp_path: Path) -> None:
    world = Sites(tmp_path, parameters=QUIET | {"bulk_read_count": 3})
    areas = [declare(world, number=n) for n in range(5)]
    line, key = world.state("b"), f"{B}/watch-1+00000000"
    for one in areas:
        assert world.run("b", lambda n, x=one: bulk.shown(n, line, key, [x])) == ""
        world.step(3_600_000 // 3 + 1)


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".kml"])
@pytest.mark.parametrize("kind", ["areas", "sites"])
def test_a_leaked_part_names_the_copy_and_who_it_was_for(world: Sites, kind: str, suffix: str) -> None:
    for n in range(6):
        body = area_body(world, n)
        if kind == "sites":
            body = {"name": f"Clinic {n}", "positions": body["positions"]}
        said = world.say("a", {"areas": "area.declare", "sites": "site.notify"}[kind], body, to="b", two=True)
        assert said
    world.settle()
    made = {
        who: export(world, "b", kind, suffix, who) for who in ("the ministry", "the press desk", "nobody")
    }
    assert all(NOTIFICATION in data.decode() for data in made.values())
    assert len(set(made.values())) == 3
    for who, data in made.items():
        text = data.decode().splitlines()
        part = "\n".join(line for line in text[len(text) // 3 :] if "Copy" not in line).encode()
        found = copies.trace(world.nodes["b"], world.line, part)
        assert found.copies[0].recipient == who and found.copies[0].found.sure == "sure", found
        assert all(one.found.sure == "weak" for one in found.copies[1:])
        assert found.copies[0].opened in world.state("b").positions
    elsewhere = copies.trace(world.nodes["a"], world.line, made["nobody"])
    assert elsewhere.copies == () and elsewhere.exports == 0
    world.settle()
    rows = world.run("a", lambda n: opened.rows(n, world.state("a"), "", 50))
    assert [(row.what, row.ours) for row in rows] == [("notified", 6)] * 3
    assert "ministry" not in json.dumps(msgspec.to_builtins(rows)), "who it is for stays at home"


def test_each_copy_is_made_for_somebody(world: Sites) -> None:
    order = exports.Order(
        world.line, "notified", world.clock.now_ms(), "d" * 32, kind="areas", format=".csv", recipient=" "
    )
    from steerclear.node import notified

    made = world.run("a", lambda n: notified.export(n, signed_order("a", order)))
    assert codes(made) == ["recipient-needed"]


def test_a_kit_names_its_copy_and_is_known_by_its_entries(world: Sites) -> None:
    area = declare(world)
    order = exports.Order(
        world.line, "evidence", world.clock.now_ms(), "c" * 32, entries=(area,), recipient="the inquiry"
    )
    made = world.run("a", lambda n: exports.evidence(n, signed_order("a", order)))
    assert isinstance(made, dict)
    leaked = pack({path: data for path, data in made.items() if not path.startswith("entries/")})
    for part in (made["manifest.note"], pack(made), leaked):
        found = copies.trace(world.nodes["a"], world.line, part)
        assert found.copies[0].recipient == "the inquiry" and found.copies[0].manifest
        assert found.copies[0].found.sure == "weak", "its words carry no mark"
    forged = made["manifest.note"].replace(b"the inquiry", b"a newspaper")
    found = copies.trace(world.nodes["a"], world.line, forged)
    assert not found.copies[0].manifest and found.copies[0].found.named, "anybody can write a name"
    verdict = verify.check(made, [party("a"), party("b")])
    assert verdict.status == "verified" and verdict.made_for is not None
    assert (verdict.made_for.recipient, verdict.made_for.audience) == ("the inquiry", "members")
    assert any("for the inquiry; may go to: members" in line for line in verdict.lines)
    found = copies.trace(world.nodes["a"], world.line, f"seen: entry {area}".encode())
    assert (found.copies[0].recipient, found.copies[0].same_entries) == ("the inquiry", 1)
