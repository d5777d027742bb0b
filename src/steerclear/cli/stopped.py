"""A node that does not run, opened from its folder for one act; the store's own lock keeps a running one out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from steerclear.cli import codes
from steerclear.cli.faults import stop

if TYPE_CHECKING:
    from steerclear.node.node import Node
    from steerclear.store.port import EntryStore

T = TypeVar("T")
JOIN = "steerclear line join GENESIS"
"""What comes next where there is no line; steerclear line new makes a genesis from all members' cards."""


@contextmanager
def opened(folder: Path, *, read_only: bool = False) -> Iterator[EntryStore]:
    """The store of a home; to be read, an empty one where the node has joined no line yet. Raises `Malformed`
    `no-node-here`, `Stop`: `store-in-use`, `unreadable-store`."""
    from steerclear.config import read_config
    from steerclear.store.open import open_store
    from steerclear.store.port import StoreError

    config = read_config(folder)
    where = "memory" if read_only and _not_begun(folder) else config.node.store
    try:
        store = open_store(where, folder / "store", read_only=read_only)
    except FileNotFoundError as error:
        remedy = "keep the folder as evidence, restore a backup, then: steerclear line recover"
        raise stop("unreadable-store", str(error.filename), "a file of the store is gone", remedy) from None
    except StoreError as error:
        raise stop(
            "store-in-use",
            str(folder),
            str(error),
            "ask the running node, or stop it first",
            exits=codes.UNREACHABLE,
        ) from None
    try:
        yield store
    finally:
        store.close()


def _not_begun(folder: Path) -> bool:
    """Whether the node has kept nothing yet. One that has signed had a store, and then it is gone."""
    from steerclear.node import guard

    kept = [name for name in ("store.db", "keys.slots") if (folder / "store" / name).exists()]
    return not kept and not guard.read(folder)


@contextmanager
def node(folder: Path, passphrase: str | None = None) -> Iterator[Node]:
    """The node itself with its lines in memory; commands go through `run_inline`."""
    from steerclear.app.build import clock_of
    from steerclear.config import read_config
    from steerclear.node import home
    from steerclear.node.opening import open_node

    config = read_config(folder)
    with opened(folder) as store:
        yield open_node(home.read(folder, passphrase), store, clock_of(config), names=config.names)


def act(folder: Path, command: Callable[[Node], T], passphrase: str | None = None) -> T:
    """One command of a stopped node, durable on return."""
    with node(folder, passphrase) as one:
        return one.run_inline(command)


def line_of(one: Node, wanted: str) -> str:
    """The id of the line that is named, or of the only one. Raises `Stop`."""
    rows = [(state.id, state.settings.name) for state in one.lines.values()]
    return pick_line(rows, wanted)


def pick_line(rows: list[tuple[str, str]], wanted: str) -> str:
    """Of (id, name) pairs the one that `wanted` names: by name, or by the start of its id."""
    found = [
        one
        for one, name in rows
        if not wanted or name == wanted or (len(wanted) >= 4 and one.startswith(wanted))
    ]
    if len(found) == 1:
        return found[0]
    if not rows:
        raise stop("no-line", "--line", "this node is on no line yet", JOIN)
    names = ", ".join(name or one[:12] for one, name in rows)
    rule = "several lines fit" if found else "no line of that name or id"
    raise stop("which-line", "--line", rule, f"give --line with one of: {names}")
