"""How the edges reach the node: one command at a time, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from steerclear.clock import Clock
from steerclear.node.node import Node

T = TypeVar("T")


class Host(Protocol):
    """A node behind its queue. `run` gives the command's reply after whatever it changed is durable.

    Every command is a function of the node alone. Raises `store.StoreFailed` when the commit failed (the reply is
    then unknown: ask again), and whatever `Malformed` the command raised (nothing changed then).
    """

    clock: Clock

    async def run(self, command: Callable[[Node], T]) -> T: ...
