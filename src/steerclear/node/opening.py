"""A node opened on its store: its lines read, and what a start has to check before anything is signed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from steerclear.clock import Clock
from steerclear.node.home import Home
from steerclear.node.load import load_lines
from steerclear.node.node import Node
from steerclear.node.recover import check_start
from steerclear.store.port import EntryStore


def open_node(
    home: Home,
    store: EntryStore,
    clock: Clock,
    *,
    names: Mapping[str, str] | None = None,
    random: Callable[[int], bytes] = secrets.token_bytes,
    wall: Clock | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Node:
    """As `Node`. Raises what `load.load_lines` raises."""
    return Node(home, store, clock, read=_read, names=names, random=random, wall=wall, progress=progress)


def _read(node: Node) -> None:
    node.lines = load_lines(node)
    check_start(node)
