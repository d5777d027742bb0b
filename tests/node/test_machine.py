"""Two to four real nodes under everything that goes wrong, as a state machine (record.md, Tests).

Links are cut and healed, logs come in any order, twice and through third parties, payloads are withheld, commits fail
before or after they stored, stores come back from old backups with and without the file of the restore guard, a node
is run twice from one backup, bundles travel by hand in any order. At each step, and after everything has healed:

- an honest log never signs two inconsistent checkpoints;
- a mirror never cosigns what is not durably stored;
- every fork that two nodes could see yields a proof at both;
- delivered means payload held;
- nodes that hold the same logs show the same, in whatever order these came;
- what was acknowledged is never lost, and a restart shows the same board.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from node.pair import Sites, backup_of, home_at, officers, party, roots
from steerclear.clock import SteppedClock
from steerclear.errors import Malformed
from steerclear.node import guard, holding, payloads, queries, recover, relay, restart
from steerclear.node import parts as inline_parts
from steerclear.node.opening import open_node
from steerclear.record import checkpoint as checkpoints
from steerclear.record.note import parse_note
from steerclear.store.memory import MemoryStore
from steerclear.store.port import StoreFailed

NAMES = "abcd"


class Tripwire:
    """A store in memory of which the next commit may fail: before it stored, or after."""

    def __init__(self, inner: MemoryStore) -> None:
        self.inner = inner
        self.trip = ""

    def commit(self, batch: Any) -> None:
        trip, self.trip = self.trip, ""
        if trip == "before":
            raise StoreFailed("failed before it stored")
        self.inner.commit(batch)
        if trip == "after":
            raise StoreFailed("stored and failed to say so")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@cache
def template(count: int) -> Sites:
    """A line of so many, introduced, everybody's officers in it; copied for each example."""
    return Sites(Path(tempfile.mkdtemp(prefix="steerclear-machine-")), NAMES[:count])


class Watched(Sites):
    """A copy of the template whose cosignatures are looked at as they leave a node."""

    def __init__(self, count: int, folder: Path) -> None:
        made = template(count)
        self.folder, self.line, self.genesis = folder, made.line, made.genesis
        self.clock = SteppedClock(made.clock.true_ms())
        self.cut, self.dropped, self.drop_all = set(), set(), set()
        self.nodes = {}
        for name, node in made.nodes.items():
            shutil.copytree(node.home.folder, folder / name)
            store = Tripwire(backup_of(node.store))
            self.nodes[name] = open_node(home_at(folder / name, name), store, self.clock)

    def run(self, name: str, command: Any) -> Any:
        reply = super().run(name, command)
        node = self.nodes[name]
        for note in _notes(reply):
            head = checkpoints.parse(parse_note(note).text)
            stored = node.store.size(head.origin)
            assert stored >= head.size, "a mirror cosigned what it had not durably stored"
        return reply


def _notes(reply: Any) -> list[bytes]:
    cosigned = getattr(reply, "cosigned", b"")
    if isinstance(cosigned, bytes):
        return [cosigned] if cosigned else []
    return list(cosigned)


class NodeMachine(RuleBasedStateMachine):
    who = st.integers(0, 3)

    @initialize(count=st.integers(2, 4))
    def start(self, count: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="steerclear-machine-"))
        self.world = Watched(count, self.folder)
        self.names = NAMES[:count]
        self.backups: dict[str, tuple[MemoryStore, dict[str, int]]] = {}
        self.acked: dict[str, str] = {}
        self.dishonest: set[str] = set()
        self.signed: dict[tuple[str, int], bytes] = {}
        self.bundles: list[tuple[str, bytes]] = []
        self.said = 0

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.everything_heals()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def pick(self, number: int) -> str:
        return self.names[number % len(self.names)]

    def other(self, name: str, number: int) -> str:
        rest = [one for one in self.names if one != name]
        return rest[number % len(rest)]

    def attempt(self, act: Any) -> Any:
        """A commit that fails is the caller's to notice; the node has read itself again."""
        try:
            return act()
        except StoreFailed:
            return None
        finally:
            self.note_signed()

    def note_signed(self) -> None:
        for name, node in self.world.nodes.items():
            node.store.trip = ""
            for origin in node.store.origins(self.world.line):
                if origin.split("/")[1] != node.party:
                    continue
                for size, note in node.store.checkpoints(origin):
                    root = checkpoints.parse(parse_note(note).text).root
                    known = self.signed.setdefault((origin, size), root)
                    assert known == root or name in self.dishonest, "an honest log signed two trees"

    @rule(
        who=who,
        to=who,
        kind=st.sampled_from(["flight", "flight", "stop", "withdraw"]),
        trip=st.sampled_from(["", "", "", "before", "after"]),
    )
    def say(self, who: int, to: int, kind: str, trip: str) -> None:
        name = self.pick(who)
        target = self.other(name, to)
        self.said += 1
        from node.pair import flight_body

        body, extra = {}, {}
        if kind == "flight":
            kind, body = "activity.flight", flight_body(self.world.clock.now_ms(), self.said * 30_000)
        elif kind == "stop":
            target = "".join(one for one in self.names if one != name)
            extra = {"life_safety": True}
        else:
            mine = [entry for entry, author in self.acked.items() if author == name]
            if not mine:
                return
            extra = {"refs": (mine[-1],)}
        self.world.nodes[name].store.trip = trip
        said = self.attempt(lambda: self.world.try_say(name, kind, body, to=target, **extra))
        if isinstance(said, str):
            self.acked[said] = name
        elif said is not None:
            held = self.world.state(name).settings.recovery
            assert held or kind == "withdraw", said

    @rule(one=who, other=who)
    def cut_or_heal(self, one: int, other: int) -> None:
        name = self.pick(one)
        self.world.cut ^= {frozenset((name, self.other(name, other)))}

    @rule(who=who)
    def withhold(self, who: int) -> None:
        self.world.drop_all ^= {self.pick(who)}

    @rule(ms=st.sampled_from([200, 5_000, 70_000, 700_000]))
    def time_passes(self, ms: int) -> None:
        self.world.step(ms)

    @rule(who=who, trip=st.sampled_from(["", "", "before", "after"]))
    def tick(self, who: int, trip: str) -> None:
        from steerclear.node import tick

        name = self.pick(who)
        self.world.nodes[name].store.trip = trip
        self.attempt(lambda: self.world.run(name, tick.tick))

    @rule(one=who, other=who)
    def beat(self, one: int, other: int) -> None:
        name = self.pick(one)
        self.attempt(lambda: self.world.beat(name, self.other(name, other)))

    @rule(one=who, other=who, trip=st.sampled_from(["", "", "", "before", "after"]))
    def pull(self, one: int, other: int, trip: str) -> None:
        name = self.pick(one)
        peer = self.other(name, other)
        self.world.nodes[name].store.trip = trip
        self.attempt(lambda: self.world.push_standing(peer, name))
        self.attempt(lambda: self.world.pull(name, peer))

    @rule(one=who, via=who, of=who)
    def a_log_comes_through_a_third(self, one: int, via: int, of: int) -> None:
        """Also twice, also of one whom this node hears itself: logs prove themselves."""
        name = self.pick(one)
        peer, origin = self.other(name, via), f"{self.world.line}/{party(self.pick(of))}/1"
        if self.pick(of) != name and self.world.hears(name, peer):
            self.attempt(lambda: self.world.pull_log(name, peer, origin))

    @rule(who=who)
    def restart_shows_the_same(self, who: int) -> None:
        name = self.pick(who)
        before = self.attempt(lambda: self.world.board(name))
        self.world.restart(name)
        after = self.attempt(lambda: self.world.board(name))
        if before is not None and after is not None:
            assert after.notices == before.notices
            assert after.conflicts == before.conflicts
            assert [one.id for one in after.alarms] == [one.id for one in before.alarms]

    @rule(who=who)
    def back_up(self, who: int) -> None:
        node = self.world.nodes[self.pick(who)]
        self.backups[self.pick(who)] = (backup_of(node.store.inner), dict(node.signed or {}))

    @precondition(lambda self: getattr(self, "backups", None))
    @rule(who=who, with_file=st.booleans())
    def restore(self, who: int, with_file: bool) -> None:
        """The store comes back from the backup; the guard's file stays, or is gone with the machine."""
        name = sorted(self.backups)[who % len(self.backups)]
        store, _ = self.backups[name]
        if not with_file:
            self.dishonest.add(name)
            (self.world.nodes[name].home.folder / guard.FILE_NAME).unlink(missing_ok=True)
        self.world.restart(name, store=Tripwire(backup_of(store)))
        self.forget_lost(name)

    @precondition(lambda self: getattr(self, "backups", None))
    @rule(who=who)
    def run_twice(self, who: int) -> None:
        """A copy from the backup, guard's file and all, as if nothing had happened since: no guard can see it."""
        name = sorted(self.backups)[who % len(self.backups)]
        store, signed = self.backups[name]
        self.dishonest.add(name)
        folder = self.world.nodes[name].home.folder
        (folder / guard.FILE_NAME).unlink(missing_ok=True)
        guard.note(folder, {}, signed)
        self.world.restart(name, store=Tripwire(backup_of(store)))
        self.forget_lost(name)

    def forget_lost(self, name: str) -> None:
        """What only the lost store held is lost."""
        kept = {
            entry
            for entry, author in self.acked.items()
            if author != name or any(holding.known(self.world.state(one), entry) for one in self.names)
        }
        self.acked = {entry: author for entry, author in self.acked.items() if entry in kept}

    @rule(who=who, to=who)
    def bundle_out(self, who: int, to: int) -> None:
        name = self.pick(who)
        if len(self.bundles) < 4:
            made = self.attempt(lambda: self.world.bundle(name, [self.other(name, to)]))
            if made is not None:
                self.bundles.append((self.other(name, to), made))

    @precondition(lambda self: getattr(self, "bundles", None))
    @rule(which=st.integers(0, 3), to=who)
    def bundle_in(self, which: int, to: int) -> None:
        """To whom it was meant, or to anybody else; again, and late."""
        _, data = self.bundles[which % len(self.bundles)]
        self.attempt(lambda: self.world.take_bundle(self.pick(to), data))

    # at the end

    def everything_heals(self) -> None:
        world = self.world
        self.note_signed()
        world.cut, world.drop_all = set(), set()
        world.settle(40)
        for _ in range(3):
            for name in self.names:
                if world.state(name).settings.recovery:
                    self.reopen(name)
            world.settle(40)
            for name in self.names:
                for log in list(world.state(name).restarts):
                    if party(name) not in log and world.state(name).countersigned.get(log) is None:
                        world.run(
                            name, lambda n, k=name, x=log: restart.countersign(n, world.line, x, roots(k))
                        )
            world.settle(40)
        self.note_signed()
        self.check_forks()
        self.check_nothing_lost()
        self.check_delivered()
        self.check_same()
        for name in self.names:
            before = world.board(name)
            world.restart(name)
            after = world.board(name)
            assert (after.notices, after.conflicts) == (before.notices, before.conflicts)

    def reopen(self, name: str) -> None:
        state = self.world.state(name)
        try:
            self.world.run(name, lambda n: recover.finish(n, self.world.line, reason="test"))
        except Malformed as error:
            assert error.rule in ("still-behind", "forked", "no-officers")
            if error.rule == "forked":
                assert name in self.dishonest
            self.world.run(name, lambda n: restart.reopen(n, self.world.line, roots(name)))
        assert self.world.state(name).settings.recovery == "" or state is None

    def held(self, name: str, origin: str) -> Any:
        return self.world.state(name).logs.get(origin)

    def check_forks(self) -> None:
        """Two nodes that hold two trees of one log both have the proof; nobody has one against an honest party."""
        origins = {origin for name in self.names for origin in self.world.state(name).logs}
        for origin in origins:
            logs = [
                (name, log)
                for name in self.names
                if (log := self.held(name, origin)) is not None and log.size
            ]
            owner = next(name for name in self.names if party(name) == origin.split("/")[1])
            for i, (one, left) in enumerate(logs):
                for other, right in logs[i + 1 :]:
                    size = min(left.size, right.size)
                    if left.tree.root(size) != right.tree.root(size):
                        assert owner in self.dishonest
                        signed = min(left.head.size if left.head else 0, right.head.size if right.head else 0)
                        if left.tree.root(signed) != right.tree.root(signed):
                            for name in (one, other):
                                assert origin in self.world.state(name).forks
            for name in self.names:
                assert owner in self.dishonest or origin not in self.world.state(name).forks

    def check_nothing_lost(self) -> None:
        for entry, author in self.acked.items():
            if author not in self.dishonest:
                for name in self.names:
                    assert holding.known(self.world.state(name), entry), "an acknowledged entry was lost"

    def check_delivered(self) -> None:
        world = self.world
        for name in self.names:
            for entry in world.state(name).positions:
                said = holding.said(world.nodes[name], world.state(name), entry)
                for addressee in said.delivered:
                    there = next(one for one in self.names if party(one) == addressee)
                    state = world.state(there)
                    if (
                        not said.header.commitment
                        or there in self.dishonest
                        or said.author in self.dishonest_ids()
                    ):
                        continue
                    got = payloads.state(world.nodes[there], state, said.header, entry) == "held"
                    inline = inline_parts.complete(state, entry, said.author, addressee)
                    assert got or inline is not None, "delivered, and not held"

    def dishonest_ids(self) -> set[str]:
        return {party(name) for name in self.dishonest}

    def check_same(self) -> None:
        """Everybody tells the same of every subject that all may read alike. Bundles carry what no peer asked for
        again: a first cosignature whose post was lost."""
        world = self.world
        if self.dishonest:
            return
        first, *rest = self.names
        made = [world.bundle(name, self.names) for name in self.names]
        for name in self.names:
            for data in made if name == first else reversed(made):
                world.take_bundle(name, data)
        world.settle(40, beats=False)
        for name in rest:
            assert set(world.state(name).positions) == set(world.state(first).positions)
            for entry in world.state(first).positions:
                one = holding.said(world.nodes[first], world.state(first), entry)
                two = holding.said(world.nodes[name], world.state(name), entry)
                assert (one.key, one.before_ms) == (two.key, two.before_ms)
                assert max(one.after_ms or 0, two.after_ms or 0) <= (one.before_ms or 1 << 60)
                assert dict(one.delivered) == dict(two.delivered)
        boards = {name: {one.id: one for one in world.board(name).notices} for name in self.names}
        for entry, author in self.acked.items():
            shown = [boards[name].get(entry) for name in self.names]
            lives = {
                one.life
                for name, one in zip(self.names, shown, strict=True)
                if one is not None and one.held == "held"
            }
            assert len(lives) <= 1, (author, lives)
        assert not any(world.run(name, lambda n: queries.audit(n, world.line)).forks for name in self.names)
        assert all(
            relay.held_sizes(world.state(name)) == relay.held_sizes(world.state(first)) for name in rest
        )
        assert officers("a")


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        NodeMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_histories() -> None:
    run(6, 15)


@pytest.mark.slow
def test_many_histories() -> None:
    run(40, 40)
