"""What a node puts into an evidence kit: payloads that went inside the log, safety accounts that stay at home."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.pair import HOUR, Sites, flight_body, party, signed_order
from steerclear.node import erase, exports, filed, inline, kit_access
from steerclear.record import texts, verify
from steerclear.record.kitfiles import SAFETY_ACCOUNT
from steerclear.record.leaf import parse_leaf

A, B = party("a"), party("b")
_NONCES = count(1)


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


def kit(world: Sites, **asked: Any) -> dict[str, bytes]:
    order = exports.Order(world.line, "evidence", world.clock.now_ms(), f"kit-{next(_NONCES)}", **asked)
    made = world.run("a", lambda n: exports.evidence(n, signed_order("a", order)))
    assert isinstance(made, dict), made
    return made


def verified(files: dict[str, bytes]) -> verify.Verdict:
    verdict = verify.check(files, [A, B])
    assert verdict.status == "verified", verdict.faults
    return verdict


def inline_parts(world: Sites, entry: str, to: str = B) -> tuple[list[str], bytes] | None:
    return kit_access.access(world.nodes["a"], world.state("a")).inline(entry, to)


def sent_inside(world: Sites) -> str:
    """A flight of `a` whose payload `b` got inside the log."""
    world.drop_all.add("a")
    entry = world.flight("a", "b", hours=3)
    world.settle()
    assert inline_parts(world, entry) is None
    world.step(inline.INLINE_AFTER_MS)
    world.settle()
    return entry


def test_what_went_inside_the_log_shows_as_delivered(world: Sites) -> None:
    entry = sent_inside(world)
    files = kit(world, entries=(entry,), delivered_to=((entry, B),))
    assert f"entries/{entry}/inline-{B}.seed" in files
    found = next(one for one in verified(files).entries if one.id == entry)
    assert (found.delivered[B].state, found.delivered[B].by) == ("delivered", "payload.inline")
    bare = kit(world, entries=(entry,), delivered_to=((entry, B),), payloads=False)
    assert next(one for one in verified(bare).entries if one.id == entry).delivered[B].state == "missing"


def test_the_seed_is_for_that_box_as_long_as_the_payload_is_held(world: Sites) -> None:
    entry = sent_inside(world)
    assert inline_parts(world, entry) is not None
    assert inline_parts(world, entry, A) is None
    world.restart("a", unlocked=False)
    assert inline_parts(world, entry) is None
    world.restart("a")
    assert inline_parts(world, entry) is not None
    world.step(6 * HOUR)
    world.settle()
    assert world.run("a", lambda n: erase.erase(n, world.line, [entry])) == 1
    assert inline_parts(world, entry) is None


def report(world: Sites, form: str) -> str:
    return world.say("a", "encounter.report", {"form": form, "visual_contact": "both"}, to="b")


def opened(world: Sites) -> list[dict[str, Any]]:
    leaves = world.nodes["a"].store.iter_leaves(f"{world.line}/{A}/1")
    headers = [parse_leaf(leaf).header for leaf in leaves]
    return [one.record for one in headers if one.kind == "opened"]


def test_a_safety_account_stays_at_home_unless_the_order_names_it(world: Sites) -> None:
    account, statement = report(world, "safety_account"), report(world, "statement")
    world.settle()
    files = kit(world, entries=(account, statement))
    assert files[f"entries/{account}/left-out"] == SAFETY_ACCOUNT
    assert f"entries/{account}/payload" not in files
    assert f"entries/{statement}/payload" in files
    verdict = verified(files)
    assert {one.id: (one.payload, one.filed) for one in verdict.entries} == {
        account: ("left-out", True),
        statement: ("opened", False),
    }
    assert f"  {texts.FILED}" in verdict.lines
    files = kit(world, entries=(account, statement), safety_accounts=True)
    assert {one.payload for one in verified(files).entries} == {"opened"}
    assert [one.get("safety_accounts") for one in opened(world)] == [None, True]


def test_what_is_sent_as_a_new_version_of_a_report_stays_at_home_too(world: Sites) -> None:
    """There is no such thing at the desk; a payload that arrived so is not let out by its kind."""
    account = report(world, "safety_account")
    flight = world.flight("a", "b")
    world.settle()
    body = flight_body(world.clock.now_ms(), 1_000_000)
    amend = world.say(
        "a", "amend", {"kind": "activity.flight", "notice": body}, refs=(flight,), supersedes=flight, to="b"
    )
    world.settle()
    node, line = world.nodes["a"], world.state("a")
    assert filed.safety_accounts(node, line, [account, amend, "0" * 64]) == {account}
    line.headers[amend] = msgspec.structs.replace(line.headers[amend], refs=(account,))
    assert filed.safety_accounts(node, line, [account, amend]) == {account, amend}


def test_a_locked_node_gives_no_words_and_claims_nothing(world: Sites) -> None:
    account = report(world, "safety_account")
    world.settle()
    world.restart("a", unlocked=False)
    files = kit(world, entries=(account,))
    assert {path.rpartition("/")[2] for path in files if account in path} & {"left-out", "payload"} == set()


def test_a_bundle_still_carries_it_to_whom_it_was_addressed(world: Sites) -> None:
    world.cut.add(frozenset("ab"))
    account = report(world, "safety_account")
    world.step(HOUR)
    world.tick()
    world.take_bundle("b", world.bundle("a", "b"))
    from steerclear.node import holding

    assert holding.said(world.nodes["b"], world.state("b"), account).held == "held"
