"""The two ways to a node (`node.host.Host`): behind the sequencer's thread, or on the caller's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from steerclear.clock import Clock
from steerclear.errors import Malformed
from steerclear.node.node import Node
from steerclear.store.port import EntryStore
from steerclear.store.sequencer import Committed, Sequencer

T = TypeVar("T")
Told = Callable[[set[str], set[tuple[str, str]]], None]
"""(lines whose picture moved, (line, party) pairs that hinted), after the commit, on the thread that committed."""


class InlineHost:
    """Commands run on the caller's thread, one at a time because nothing in them waits. For tests and the player."""

    def __init__(self, node: Node, told: Told) -> None:
        self.node = node
        self.clock: Clock = node.clock
        self._told = told

    async def run(self, command: Callable[[Node], T]) -> T:
        """As `Host.run`. Whatever breaks but `Malformed` leaves the state as the store has it."""
        try:
            return self.node.run_inline(command)
        except Malformed:
            raise
        except Exception:
            self.node.reload()
            raise
        finally:
            _tell(self.node, self._told)

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""


class SequencedHost:
    """Commands go through the sequencer: group commit, every reply after its commit."""

    def __init__(self, node: Node, store: EntryStore, told: Told) -> None:
        self.node = node
        self.clock: Clock = node.clock
        self._told = told
        self._sequencer: Sequencer[Callable[[Node], Any], Any] = Sequencer(store, node, self._after)

    async def run(self, command: Callable[[Node], T]) -> T:
        """As `Host.run`."""
        reply: T = await self._sequencer.ask(command)
        return reply

    def start(self) -> None:
        self._sequencer.start()

    def stop(self) -> None:
        """What is queued is decided and stored first."""
        self._sequencer.stop()

    def _after(self, committed: Committed[Any, Any]) -> None:
        self.node.committed(committed.ops)
        _tell(self.node, self._told)


def _tell(node: Node, told: Told) -> None:
    if not node.changed and not node.hinted:
        return
    changed, node.changed = node.changed, set()
    hinted, node.hinted = node.hinted, set()
    told(changed, hinted)
