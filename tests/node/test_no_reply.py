"""What a node says of an answer that did not come, in the view and on the screen (record.md, Silence is evidence)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from node.pair import HOUR, Sites, party, signed_order
from steerclear.cli.entry import no_reply_lines
from steerclear.node import exports, queries
from steerclear.record import verify
from steerclear.views.no_reply import WORDS, NoReply


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "ab")


def rows(world: Sites, entry: str, name: str = "a") -> tuple[NoReply, ...]:
    return world.run(name, lambda n: queries.entry(n, world.line, entry)).no_reply


def asked(world: Sites) -> tuple[str, int]:
    due = world.clock.now_ms() + HOUR
    entry = world.flight("a", "b", reply_by_ms=due)
    world.settle()
    return entry, due


def test_unheard_is_said_and_only_that_until_the_other_log_is_dated(world: Sites) -> None:
    entry, due = asked(world)
    assert rows(world, entry) == ()
    world.cut.add(frozenset("ab"))
    world.step(HOUR + 60_000)
    world.settle(beats=False)
    assert rows(world, entry) == (NoReply(party("b"), due, "unheard", WORDS["unheard"]),)
    [line] = no_reply_lines(msgspec.to_builtins(rows(world, entry)), {party("b"): "bravo"})
    assert "bravo" in line and "unheard" in line and "that is all that this says" in line
    files = certificate(world, entry)
    assert f"no-reply/{entry}-{party('b')}.unheard.json" in files
    verdict = verify.check(files, [party("a"), party("b")])
    assert verdict.faults == () and [one.party for one in verdict.unheard] == [party("b")]
    world.cut.clear()
    world.settle()
    world.step(300_000)
    world.settle()
    assert [row.grade for row in rows(world, entry)] == ["proved"]
    verdict = verify.check(certificate(world, entry), [party("a"), party("b")])
    assert verdict.faults == () and verdict.unheard == () and len(verdict.no_replies) == 1


def test_an_answer_after_the_log_was_dated_leaves_the_silence_proved(world: Sites) -> None:
    entry, _ = asked(world)
    world.step(HOUR + 300_000)
    world.settle()
    assert [row.grade for row in rows(world, entry)] == ["proved"]
    world.say("b", "reply", {"answer": "NOTED"}, refs=(entry,), to="a")
    world.settle()
    for _ in range(3):
        world.step(300_000)
        world.settle()
    assert [row.grade for row in rows(world, entry)] == ["proved"]


def certificate(world: Sites, entry: str) -> dict[str, bytes]:
    order = exports.Order(
        line=world.line,
        what="certificate",
        at_ms=world.clock.now_ms(),
        nonce=f"n{world.clock.now_ms()}",
        no_reply_by=((entry, party("b")),),
    )
    note = signed_order("a", order)
    made = world.run("a", lambda n: exports.evidence(n, note))
    assert isinstance(made, dict), made
    return made


def test_an_answer_in_time_and_one_that_came_too_late_to_be_seen(world: Sites) -> None:
    entry, _ = asked(world)
    world.say("b", "reply", {"answer": "NOTED"}, refs=(entry,), to="a")
    world.settle()
    world.step(HOUR + 60_000)
    world.settle()
    assert [row.grade for row in rows(world, entry)] == ["answered"]


def test_what_did_not_arrive_is_not_called_silence(world: Sites) -> None:
    world.cut.add(frozenset("ab"))
    due = world.clock.now_ms() + HOUR
    entry = world.flight("a", "b", reply_by_ms=due)
    world.step(HOUR + 60_000)
    world.settle(beats=False)
    assert [row.grade for row in rows(world, entry)] == ["undelivered"]
