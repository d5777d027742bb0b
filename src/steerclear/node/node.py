"""The node: its lines in memory, and the one door through which commands change them.

A command is a function of the node. It changes the state in memory and collects store operations; whoever runs it
(the sequencer, or `run_inline`) commits these and only then lets anybody hear the reply. After a failed commit the
state is read again from the store.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from steerclear.clock import Clock, SystemClock
from steerclear.errors import Malformed
from steerclear.node import guard
from steerclear.node.home import Home, NodeKeys
from steerclear.node.line import LineState
from steerclear.node.vault import Vault
from steerclear.record.card import node_verifier
from steerclear.record.keys import Verifier
from steerclear.record.seal import Session
from steerclear.store.port import EntryStore, Op

if TYPE_CHECKING:
    from steerclear.node.feed_state import FeedState

T = TypeVar("T")
Command = Callable[["Node"], Any]


class HalfDone(RuntimeError):
    """A command refused its input after it had begun to change the state: a fault of ours. Nothing of it is stored."""


class Node:
    """State of one host, made by `opening.open_node`: `read` puts into `lines` what the store holds.

    `ops` are the operations of the command that runs; `random` gives salts (injected in tests), `wall` the time by
    which NO PLAY runs where `clock` is stepped; `changed` names lines whose picture moved since it was last taken (for
    pushes and hints); `progress(done, total)` is told of the entries loaded; `signed` how far our logs were ever
    signed (`guard`), `feeds` how each feed is heard, `looked` when each line's picture was last judged to the end
    (`node.feeds`), `erase_tracks() -> (files gone, files left)` deletes what the app recorded (zeroize)."""

    def __init__(
        self,
        home: Home,
        store: EntryStore,
        clock: Clock,
        *,
        read: Callable[[Node], None],
        names: Mapping[str, str] | None = None,
        random: Callable[[int], bytes] = secrets.token_bytes,
        wall: Clock | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.home = home
        self.store = store
        self.clock = clock
        self._read = read
        self.wall: Clock = wall or (SystemClock() if clock.simulated else clock)
        self.names = dict(names or {})
        self.random = random
        self.progress = progress
        self.vault: Vault = home.vault
        self.lines: dict[str, LineState] = {}
        self.ops: list[Op] = []
        self.changed: set[str] = set()
        self.hinted: set[tuple[str, str]] = set()
        self.sealing: tuple[Session, int, int] | None = None
        self.opening: Session | None = None
        self.zeroized = False
        self.erase_tracks: Callable[[], tuple[int, tuple[str, ...]]] = lambda: (0, ())
        self.feeds: dict[str, FeedState] = {}
        self.looked: dict[str, int] = {}
        self.signed = guard.read(home.folder)
        self.reload()

    @property
    def party(self) -> str:
        return self.home.party

    @property
    def keys(self) -> NodeKeys:
        return self.home.keys

    def decide(self, command: Command) -> tuple[Sequence[Op], Any]:
        """`store.Handler`: run one command; its operations and its reply."""
        self.ops = []
        try:
            reply = command(self)
        except Malformed as error:
            if self.ops:  # `Malformed` promises that nothing changed: then the state must be read again
                raise HalfDone(f"a command gave up half way: {error}") from error
            raise
        return self.ops, reply

    def reload(self) -> None:
        """`store.Handler`: everything in memory again from the store."""
        self.ops = []
        self._read(self)
        self.changed = set(self.lines)

    def run_inline(self, command: Callable[[Node], T]) -> T:
        """Decide, commit, answer, on the caller's thread: for tools and tests that have no sequencer."""
        try:
            ops, reply = self.decide(command)
        except HalfDone:
            self.reload()
            raise
        if ops:
            try:
                self.store.commit(tuple(ops))
            except Exception:
                self.reload()
                raise
            self.committed(ops)
        return reply  # type: ignore[no-any-return]

    def committed(self, ops: Iterable[Op]) -> None:
        """These operations are durable: the restore guard notes how far our logs are signed, before anybody hears a
        reply. Whoever commits calls it."""
        grown = guard.signed_in(ops, self.party)
        if grown:
            if self.signed is None:
                self.signed = {}
            guard.note(self.home.folder, self.signed, grown)

    def put(self, *ops: Op) -> None:
        self.ops.extend(ops)

    def line(self, line: str) -> LineState:
        """Raises `Malformed` `unknown-line`."""
        found = self.lines.get(line)
        if found is None:
            raise Malformed("unknown-line", field="line", remedy="list the lines with: steerclear line")
        return found

    def node_keys(self, line: str) -> dict[str, Verifier]:
        """Key name → verifier of every other member's node key; empty for a line that this node is not on."""
        found = self.lines.get(line)
        if found is None:
            return {}
        cards = found.own_log.state.policy.cards
        keys = [node_verifier(card) for party, card in cards.items() if party != self.party]
        return {key.name: key for key in keys}

    def name_of(self, party: str) -> str:
        """This site's own name for a party, else the start of its id."""
        return self.names.get(party) or party[:8]
