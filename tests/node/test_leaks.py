"""What was said to one is found nowhere at another: a random marker per line and addressee, searched for in every
answer of a node, in what it serves to peers, in bundles, and in every byte on its disk (record.md, Tests).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from node.pair import Sites, flight_body, party
from steerclear.node import compare, lock, queries, relay, units
from steerclear.procedure.context import HomeUnit
from steerclear.record import bundle as bundles
from steerclear.record.payload import pack
from steerclear.store.sqlite import SqliteStore

AMONG = "abc"


class Planted:
    """A line among a, b, c and another between a and c, on the same nodes, with a marker for each audience."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = world = Sites(
            folder, AMONG, make_store=lambda name: SqliteStore(folder / f"{name}-store")
        )
        self.first = world.line
        self.markers: dict[str, tuple[str, str]] = {}
        self.entries: dict[str, tuple[str, str]] = {}
        for author, to in (("a", "b"), ("a", "c"), ("b", "ac"), ("c", "b")):
            self.say(author, to)
        world.settle()
        self.second = world.found("ac")
        for author, to in (("a", "c"), ("c", "a")):
            self.say(author, to)
        world.settle()

    def say(self, author: str, to: str) -> None:
        marker = f"marker {secrets.token_hex(8)}"
        world = self.world
        body = flight_body(world.clock.now_ms(), len(self.markers) * 40_000)
        entry = world.say(author, "activity.flight", body, to=to, inner={"office": marker})
        if to == "b":
            world.settle()
            world.say(to, "reply", {"answer": "NOTED"}, refs=(entry,), to=author, inner={"office": marker})
        self.markers[marker] = (world.line, author + to)
        self.entries[entry] = (world.line, author + to)

    def on(self, line: str) -> str:
        return AMONG if line == self.first else "ac"

    def secret_from(self, name: str, line: str = "") -> list[str]:
        """Markers that a node must not show (on this line)."""
        return [
            marker
            for marker, (where, who) in self.markers.items()
            if name not in who or (line and where != line)
        ]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return Planted(tmp_path_factory.mktemp("leaks"))


def answers(planted: Planted, name: str, line: str) -> Iterator[tuple[str, bytes]]:
    """Every answer of a node about one line, as the edges would send it."""
    node = planted.world.nodes[name]

    def ask(what: str, command: Callable[[], object]) -> tuple[str, bytes]:
        return what, msgspec.json.encode(node.run_inline(lambda n: command()))

    yield ask("lines", lambda: queries.lines(node))
    for query in (
        queries.line,
        queries.board,
        queries.entries,
        queries.conflicts_of,
        queries.health,
        queries.audit,
        queries.lead_times,
        queries.members,
        queries.alarms,
    ):
        yield ask(query.__name__, lambda query=query: query(node, line))
    for entry in list(node.line(line).positions):
        yield ask("entry", lambda entry=entry: queries.entry(node, line, entry))
    for subject in list(node.line(line).folded):
        yield ask("subject", lambda subject=subject: queries.subject(node, line, subject))


def served(planted: Planted, name: str, line: str, to: str) -> Iterator[tuple[str, bytes]]:
    """Everything that a node hands to one peer about one line, asked in every way."""
    node = planted.world.nodes[name]
    origins = [f"{one}/{party(who)}/1" for one in (planted.first, planted.second) for who in AMONG]
    for origin in origins:
        yield "checkpoint", relay.serve_checkpoint(node, line, origin) or b""
        yield "cosigned", b"".join(relay.serve_cosigned(node, line, origin, 0) or ())
        head = node.line(line).logs.get(origin)
        size = head.size if head is not None else 1
        for path in (f"tile/entries/000.p/{size}", f"tile/0/000.p/{size}"):
            yield path, relay.serve_tile(node, line, origin, path) or b""
    for entry in planted.entries:
        found = relay.serve_payload(node, line, entry, party(to))
        yield "payload", b"" if found is None else found[0] + found[1]
    pairs = [compare._pair(judgement) for judgement, _ in node.line(line).judged.values()]
    whole = tuple(msgspec.structs.replace(one, whole=True) for one in pairs[: compare.MOST])
    asked = compare.Asked(whole, tuple(planted.entries))
    told = node.run_inline(lambda n: compare.answer(n, line, party(to), asked))
    yield "compare", msgspec.json.encode((told.conflicts, told.subjects))
    for one in told.conflicts:
        judged = node.line(line).judged[one.id][0]
        entries = [entry for entry in (judged.a.entry, judged.b.entry) if entry in planted.entries]
        assert all(to in planted.entries[entry][1] for entry in entries), (name, to)
    assert all(to in planted.entries[one.id][1] for one in told.subjects), (name, to)
    beat = relay.make_beat(node, line, party(to))
    yield "heartbeat", beat.checkpoint + msgspec.json.encode(beat.holds)


def test_the_markers_are_found_where_they_belong(planted: Planted) -> None:
    """The search can fail: each addressee and author shows its own."""
    for marker, (line, who) in planted.markers.items():
        for name in who:
            found = [what for what, data in answers(planted, name, line) if marker.encode() in data]
            assert "entry" in found, (name, who)
    entry, (line, who) = next(iter(planted.entries.items()))
    given = relay.serve_payload(planted.world.nodes[who[0]], line, entry, party(who[1]))
    assert given is not None
    assert b"marker" in given[1]


def test_no_answer_shows_what_was_said_to_others(planted: Planted) -> None:
    for line in (planted.first, planted.second):
        for name in planted.on(line):
            hidden = [marker.encode() for marker in planted.secret_from(name)]
            hidden += [m.encode() for m, (where, _) in planted.markers.items() if where != line]
            for what, data in answers(planted, name, line):
                assert not [one for one in hidden if one in data], (name, what)


def test_one_line_tells_nothing_of_another(planted: Planted) -> None:
    """Not even that it exists: neither its id, its entries, nor its logs."""
    other = {planted.first: planted.second, planted.second: planted.first}
    for line in (planted.first, planted.second):
        ids = [entry for entry, (where, _) in planted.entries.items() if where != line]
        traces = [one.encode() for one in (other[line], *ids)]
        for name in planted.on(line):
            for what, data in answers(planted, name, line):
                assert what == "lines" or not [one for one in traces if one in data], (name, what)
            for to in planted.on(line):
                for what, data in served(planted, name, line, to):
                    assert not [one for one in traces if one in data], (name, what)


def test_a_peer_gets_what_was_addressed_to_it_and_no_more(planted: Planted) -> None:
    for line in (planted.first, planted.second):
        for name in planted.on(line):
            for to in planted.on(line):
                hidden = [one.encode() for one in planted.secret_from(to, line)]
                for what, data in served(planted, name, line, to):
                    assert not [one for one in hidden if one in data], (name, to, what)


def test_who_is_not_on_a_line_gets_nothing_of_it(planted: Planted) -> None:
    node = planted.world.nodes["b"]
    assert planted.second not in node.lines
    assert node.node_keys(planted.second) == {}
    origin = f"{planted.second}/{party('a')}/1"
    assert relay.serve_checkpoint(node, planted.second, origin) is None
    assert relay.serve_cosigned(node, planted.second, origin, 0) is None
    assert relay.serve_checkpoint(node, planted.first, origin) is None


def test_no_byte_on_disk_holds_a_payload(planted: Planted) -> None:
    """Not even the author's: payloads at rest are sealed; units and codes too."""
    world = planted.world
    unit = f"unit {secrets.token_hex(8)}"
    entry = next(one for one, (line, who) in planted.entries.items() if line == world.line and who == "ac")
    world.run("c", lambda n: units.set_units(n, world.line, entry, [HomeUnit(unit)]))
    for name in AMONG:
        read = 0
        for folder in (planted.folder / f"{name}-store", world.nodes[name].home.folder):
            for path in folder.rglob("*"):
                if path.is_file():
                    data = path.read_bytes()
                    read += len(data)
                    for marker in (*planted.markers, unit):
                        assert marker.encode() not in data, (name, path.name)
        assert read > 100_000


def test_a_bundle_opens_only_what_each_recipient_may_have(planted: Planted) -> None:
    world = planted.world
    world.line = planted.first
    data = world.bundle("a", "bc")
    world.line = planted.second
    assert not [one for one in planted.markers if one.encode() in data]
    assert planted.second.encode() not in data
    found = bundles.read(data)
    for name in "bc":
        key = world.nodes[name].vault.delivery_key
        assert key is not None
        opened = b"".join(
            pack(one) for _, one in bundles.open_box(party(name), found.boxes[party(name)], key)
        )
        shown = {marker for marker in planted.markers if marker.encode() in opened}
        assert shown == {
            m
            for m, (line, who) in planted.markers.items()
            if line == planted.first and who in (f"a{name}", f"{name}a", "bac") and "a" in who
        }


def test_a_locked_node_shows_nothing_at_all(planted: Planted) -> None:
    """Last, for it locks the node."""
    planted.world.run("a", lock.lock)
    for line in (planted.first, planted.second):
        for what, data in answers(planted, "a", line):
            assert b"marker" not in data, what
        for to in planted.on(line):
            for what, data in served(planted, "a", line, to):
                assert b"marker" not in data, what
