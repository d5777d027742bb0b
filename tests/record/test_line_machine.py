"""A line of two to four parties under partition, reorder, duplicate, junk and fork, as a state machine.

Each party keeps its own log, holds some prefix of every other's, embeds what it has seen, and cosigns what it
holds. Whatever the order in which prefixes travel: all nodes give every leaf the same verdict, everybody who
holds the same logs has the same order of the fold and the same bounds of time, delivered means cosigned by the
addressee and seen by its log, and two signed trees always give a proof.
"""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from line_world import Log, Party, found, reason

from steerclear.record import checkpoint
from steerclear.record.admit import Admitted, LogState, admit
from steerclear.record.card import log_verifier
from steerclear.record.checkpoint import SeenLine
from steerclear.record.delivery import Cover, deliver
from steerclear.record.fork import check_fork, find_fork
from steerclear.record.header import Seen
from steerclear.record.leaf import entry_id
from steerclear.record.merkle import Tree, leaf_hash
from steerclear.record.order import Order
from steerclear.record.times import LogTimes

PARTIES = tuple(Party(nick) for nick in ("alfa", "bravo", "charlie", "delta"))
LINES = {count: found(*PARTIES[:count]) for count in (2, 3, 4)}


class Replica:
    """One log as one node holds it."""

    def __init__(self, log: Log) -> None:
        self.state = LogState(log.line, log.party.id, log.epoch)
        self.tree = Tree()
        self.outcomes = []


class NodeModel:
    """What one party's node holds: its own log and prefixes of the others'."""

    def __init__(self, party: Party, logs: dict[str, Log]) -> None:
        self.party = party
        self.held = {name: Replica(log) for name, log in logs.items()}
        self.order = Order(self.root)
        self.order_of_arrival: list[str] = []
        self.times = {name: LogTimes(log.party.id) for name, log in logs.items()}

    def root(self, log: str, size: int) -> str:
        return self.held[log].tree.root(size).hex()

    def take(self, name: str, leaf: bytes) -> None:
        one = self.held[name]
        outcome = admit(leaf, one.state.size, one.state)
        one.state.advance(outcome)
        one.tree.append(leaf_hash(leaf))
        one.outcomes.append(outcome)
        seen = outcome.leaf.header.seen if isinstance(outcome, Admitted) else {}
        placed = self.order.place(name, seen)
        assert not placed.others, "an honest log never contradicts another"
        self.order_of_arrival.append(name)

    def size(self, name: str) -> int:
        return self.held[name].state.size


class LineMachine(RuleBasedStateMachine):
    @initialize(count=st.integers(2, 4))
    def start(self, count: int) -> None:
        self.line = LINES[count]
        self.logs = {log.state.log: log for log in (Log(self.line, one).enrol() for one in PARTIES[:count])}
        self.names = sorted(self.logs)
        self.nodes = {name: NodeModel(log.party, self.logs) for name, log in self.logs.items()}
        self.told = {name: {} for name in self.names}
        self.clock = 1_000
        self.cosigned: dict[str, list[tuple[str, int, int]]] = {name: [] for name in self.names}
        self.covers: dict[str, list[tuple[int, dict[str, int]]]] = {name: [] for name in self.names}
        self.real: list[tuple[str, int]] = [(name, 0) for name in self.names]
        for name, log in self.logs.items():
            self.nodes[name].take(name, log.leaves[0])

    def pick(self, number: int) -> str:
        return self.names[number % len(self.names)]

    def write(self, name: str, leaf: bytes) -> None:
        self.logs[name].add(leaf)
        self.nodes[name].take(name, leaf)
        self.real.append((name, self.logs[name].state.size - 1))

    @rule(who=st.integers(0, 3), look=st.booleans(), to=st.integers(0, 3))
    def say(self, who: int, look: bool, to: int) -> None:
        """An entry, with what changed in `seen` if the node looks."""
        name, node = self.pick(who), self.nodes[self.pick(who)]
        seen = {}
        for peer in self.names:
            size = node.size(peer)
            if look and peer != name and size > self.told[name].get(peer, 0):
                seen[peer] = Seen(size, node.root(peer, size))
                self.told[name][peer] = size
        self.write(name, self.logs[name].leaf(to=(self.logs[self.pick(to)].party.id,), seen=seen))

    @rule(who=st.integers(0, 3), junk=st.sampled_from(["bytes", "stranger", "again", "forged"]))
    def say_what_does_not_count(self, who: int, junk: str) -> None:
        name = self.pick(who)
        log = self.logs[name]
        if junk == "bytes":
            leaf = b"no leaf"
        elif junk == "stranger":
            leaf = log.leaf("stop", log.party.key("nobody"))
        elif junk == "again":
            leaf = log.leaves[-1]
        else:
            leaf = log.leaf("stop").replace(b'"kind":"stop"', b'"kind":"stip"')
        was = log.state.size
        self.write(name, leaf)
        assert log.state.size == was + 1
        assert junk == "again" or reason(log.outcomes[-1]) != ""

    @rule(who=st.integers(0, 3), peer=st.integers(0, 3), most=st.integers(1, 6))
    def pull(self, who: int, peer: int, most: int) -> None:
        """Some more of a peer's log arrives and is cosigned; a link that is cut is this rule not chosen."""
        node, name = self.nodes[self.pick(who)], self.pick(peer)
        if name == self.pick(who):
            return
        size = node.size(name)
        for leaf in self.logs[name].leaves[size : size + most]:
            node.take(name, leaf)
        if node.size(name) > size:
            self.clock += 1
            self.cosigned[name].append((node.party.id, node.size(name), self.clock))

    @rule(who=st.integers(0, 3))
    def sign_checkpoint(self, who: int) -> None:
        name, node = self.pick(who), self.nodes[self.pick(who)]
        covers = {peer: node.size(peer) for peer in self.names if peer != name}
        self.covers[name].append((node.size(name), covers))

    @precondition(lambda self: hasattr(self, "logs"))
    @rule(who=st.integers(0, 3), drop=st.integers(1, 3), other=st.booleans())
    def a_forked_log_has_a_proof(self, who: int, drop: int, other: bool) -> None:
        """A second branch, signed by the same key, beside the honest one; the machine goes on without it."""
        log = self.logs[self.pick(who)]
        keep = max(0, len(log.leaves) - drop)
        branch = Tree(leaf_hash(one) for one in log.leaves[:keep])
        branch.extend(leaf_hash(f"other {n}".encode()) for n in range(drop + other))
        honest = log.signed(log.checkpoint())
        forged = log.signed(checkpoint.format(checkpoint.make(log.origin, branch.size, branch.root(), ())))
        larger = branch if branch.size > log.tree.size else log.tree
        proof = find_fork(honest, forged, larger)
        assert proof is not None
        verifier = log_verifier(self.line.policy.cards[log.party.id], log.origin)
        assert check_fork(proof, verifier)
        early = log.signed(log.checkpoint(keep))
        assert find_fork(early, honest, log.tree) is None

    @invariant()
    def every_node_gives_every_leaf_the_same_verdict(self) -> None:
        for node in getattr(self, "nodes", {}).values():
            for name, one in node.held.items():
                for mine, theirs in zip(one.outcomes, self.logs[name].outcomes, strict=False):
                    assert reason(mine) == reason(theirs)
                    assert type(mine) is type(theirs)

    @invariant()
    def depth_is_that_of_the_held_set(self) -> None:
        """Placing what a node holds once more, log by log, gives the same depths as the order of arrival."""
        for node in getattr(self, "nodes", {}).values():
            again = Order(node.root)
            for name in self.names:
                for outcome in node.held[name].outcomes:
                    again.place(name, outcome.leaf.header.seen if isinstance(outcome, Admitted) else {})
            for name in self.names:
                for index in range(node.size(name)):
                    assert node.order.depth(name, index) == again.depth(name, index)

    @invariant()
    def delivered_means_cosigned_and_seen(self) -> None:
        for name, log in getattr(self, "logs", {}).items():
            times = LogTimes(log.party.id)
            for party, size, time_s in reversed(self.cosigned[name]):
                times.cosigned(party, size, time_s)
            for index, outcome in enumerate(log.outcomes):
                if not isinstance(outcome, Admitted):
                    continue
                for peer in self.names:
                    party = self.logs[peer].party.id
                    covers = [Cover(size, seen.get(name, 0)) for size, seen in self.covers[peer]]
                    addressed = party in outcome.leaf.header.to and party != log.party.id
                    state = deliver(
                        index,
                        addressed=addressed,
                        cover=times.first_cover(party, index),
                        checkpoints=covers,
                    )
                    if state.state == "delivered":
                        assert addressed
                        assert self.nodes[peer].size(name) > index
                        first = min(t for p, s, t in self.cosigned[name] if p == party and s > index)
                        assert state.at_ms == first * 1000

    def teardown(self) -> None:
        """Everything is exchanged at last: all nodes fold in the same order, what was seen comes first."""
        if not hasattr(self, "nodes"):
            return
        for node in self.nodes.values():
            for name, log in self.logs.items():
                for leaf in log.leaves[node.size(name) :]:
                    node.take(name, leaf)
        folds = [self.fold(node) for node in self.nodes.values()]
        assert all(fold == folds[0] for fold in folds)
        assert len(folds[0]) == sum(len(log.leaves) for log in self.logs.values())
        for node in self.nodes.values():
            assert all(node.order.waiting(name) == 0 for name in self.names)

    def fold(self, node: NodeModel) -> list[tuple[int, str, str]]:
        places = [
            (node.order.depth(name, index), name, index, entry_id(leaf))
            for name, log in self.logs.items()
            for index, leaf in enumerate(log.leaves)
        ]
        at = {(name, index): depth for depth, name, index, _ in places}
        for name, one in node.held.items():
            for index, outcome in enumerate(one.outcomes):
                if isinstance(outcome, Admitted):
                    for peer, seen in outcome.leaf.header.seen.items():
                        assert at[peer, seen.size - 1] < at[name, index]
        return [(depth, name, entry) for depth, name, _, entry in sorted(places)]


def test_a_checkpoint_s_seen_lines_are_what_a_peer_covers():
    log = Log(LINES[2], PARTIES[0]).enrol()
    peer = Log(LINES[2], PARTIES[1]).enrol()
    text = log.checkpoint(seen=(SeenLine(peer.origin, 1, peer.tree.root()),))
    assert checkpoint.parse(text).seen[0].size == 1


TestLineMachine = LineMachine.TestCase
TestLineMachine.pytestmark = [pytest.mark.slow]
TestLineMachine.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
