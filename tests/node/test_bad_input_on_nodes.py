"""Bad input of every kind on real nodes: at the author's nothing is stored of it; at the addressee's it is stored as
received, marked and shown (judgement.md, Bad input)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from node.pair import Sites, officers, party
from steerclear.errors import Refused
from steerclear.node import queries, rescue, submitting
from steerclear.node.node import Node
from steerclear.replay import hostile
from steerclear.speech.authoring import Draft, from_file
from steerclear.speech.samples import examples
from steerclear.speech.table import spoken
from support.bad_input import spoilt

SPOILT: tuple[dict[str, Any], ...] = ({"weapon_of_choice": "x"}, {"text": 7, "weapon_of_choice": "x"})


def drafts() -> Iterator[Draft]:
    """One example of each kind."""
    seen: set[str] = set()
    for name, data in examples().items():
        made = from_file(data, "." + name.rpartition(".")[2])
        assert isinstance(made, Draft)
        if made.kind not in seen:
            seen.add(made.kind)
            yield made


DRAFTS = {made.kind: made for made in drafts()}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    return Sites(tmp_path_factory.mktemp("bad"), "ab")


def raw(made: Draft, spoilt: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": made.kind,
        "mode": "EXERCISE",
        "life_safety": made.kind == "stop",
        "to": [party("b")],
        "refs": [],
        "supersedes": "",
        "inner": {},
        "body": {**made.body, **spoilt},
    }


def held(world: Sites, name: str) -> tuple[Any, ...]:
    """All that this node's store holds of the line, counted."""
    store = world.nodes[name].store
    sizes = tuple((origin, store.size(origin)) for origin in sorted(store.origins(world.line)))
    return (*sizes, sorted(store.payload_ids()), sorted(store.key_ids()))


def test_there_is_one_of_every_kind() -> None:
    assert set(DRAFTS) == {row.name for row in spoken()}


@pytest.mark.parametrize("kind", DRAFTS)
@pytest.mark.parametrize("spoilt", SPOILT, ids=["unknown field", "wrong type"])
def test_at_the_authors_desk_nothing_is_stored(world: Sites, kind: str, spoilt: dict[str, Any]) -> None:
    before = held(world, "a")
    body = raw(DRAFTS[kind], spoilt)["body"]
    refused = world.try_say("a", kind, body, to="b")
    assert isinstance(refused, list) and held(world, "a") == before
    named = {fault.field: fault for fault in refused}
    assert all(one.rule and one.remedy and one.source for one in refused), refused
    assert all(f"body.{name}" in named for name in spoilt if name != "text" or "text" in _fields(kind)), named


@pytest.mark.parametrize("kind", DRAFTS)
def test_signed_past_the_first_desk_the_node_still_refuses_it(world: Sites, kind: str) -> None:
    before = held(world, "a")

    def submit(node: Node) -> Any:
        leaf, opening = hostile.signed(
            node, node.line(world.line), raw(DRAFTS[kind], SPOILT[0]), officers("a")[0]
        )
        return submitting.submit(node, world.line, leaf, opening.salt, opening.payload)

    refused = world.run("a", submit)
    assert isinstance(refused, list) and all(isinstance(one, Refused) for one in refused), refused
    assert "body.weapon_of_choice" in {one.field for one in refused} and held(world, "a") == before


def test_arriving_every_kind_is_stored_marked_and_shown(world: Sites) -> None:
    said: dict[str, tuple[str, dict[str, Any]]] = {}
    for kind, made in DRAFTS.items():
        sent = raw(made, SPOILT[1])
        said[kind] = (world.run("a", lambda n, d=sent: hostile.log(n, world.line, d, officers("a")[0])), sent)
    world.settle()
    for kind, (entry, sent) in said.items():
        shown = world.run("b", lambda n, e=entry: queries.entry(n, world.line, e))
        assert shown.row.held == "held", kind
        assert rescue.is_apart(kind) or shown.payload["body"] == sent["body"], kind
        assert "unknown-fields" in shown.row.marks, (kind, shown.row.marks)
        if "text" in _fields(kind):
            assert "malformed" in shown.row.marks, (kind, shown.row.marks)
    board = world.board("b")
    assert board.notices
    stop = said["stop"][0]
    assert any(one.subject == stop and one.rule == "new-life-safety" for one in board.alarms)


def test_whatever_is_spoilt_the_node_goes_on(world: Sites) -> None:
    """Of each kind some cases of the whole table (the others are read in tests/speech), each as an entry of its own."""
    count = 0
    for made in DRAFTS.values():
        cases = [case.draft for case in spoilt(made) if case.how not in ("too long", "too many")]
        for case in cases[:: max(1, len(cases) // 6)]:
            sent = raw(case, {})
            count += bool(world.run("a", lambda n, d=sent: hostile.log(n, world.line, d, officers("a")[0])))
    world.settle()
    origin = f"{world.line}/{party('a')}/1"
    assert count > 200
    assert world.nodes["b"].store.size(origin) == world.nodes["a"].store.size(origin) > count
    stop = world.stop("a")
    world.settle()
    assert any(one.subject == stop for one in world.board("b").alarms)


def _fields(kind: str) -> tuple[str, ...]:
    body = next(row.body for row in spoken() if row.name == kind)
    assert body is not None
    return body.__struct_fields__
