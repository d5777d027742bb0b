"""After every test the product's own `fsck` over every store that the test wrote (issue 2 §4).

Stores of nodes in this process are noted when a node commits, and looked at when they are closed or when the test ends;
folders of nodes in processes of their own are looked at where they lie: below the test's `tmp_path`, or where
`home.create` made them. A test that breaks a store says so, and why:

    @pytest.mark.breaks_store("a payload is lost on purpose")
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from steerclear.errors import Malformed
from steerclear.node import home as homes
from steerclear.node.fsck import fsck
from steerclear.node.node import Node
from steerclear.node.zeroize import is_zeroized
from steerclear.store.memory import MemoryStore
from steerclear.store.open import open_store
from steerclear.store.port import StoreError

Print = tuple[tuple[str, int, int], ...]


@dataclass
class Watch:
    """What was written since the last look. `nodes`: the last node that committed to a store, by the store's `id`
    (the node holds the store, so the `id` stays its own); `folders` with what they looked like when they were
    looked at; `looked` counts looks."""

    nodes: dict[int, Node] = field(default_factory=dict)
    folders: dict[Path, Print] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    looked: int = 0

    def committed(self, node: Node) -> None:
        """The node's store was written; its last chance to be looked at is its `close`."""
        store = node.store
        self.nodes[id(store)] = node
        if not isinstance(store, MemoryStore) and "close" not in vars(store):  # memory stays readable
            close: Callable[[], None] = store.close

            def look_and_close() -> None:
                self.look_at_node(store)
                close()

            store.close = look_and_close  # type: ignore[method-assign]

    def created(self, folder: Path) -> None:
        self.folders.setdefault(folder.resolve(), ())

    def look_at_node(self, store: Any) -> None:
        """Once for all that was committed until now."""
        node = self.nodes.pop(id(store), None)
        if node is None:
            return
        zeroized = node.zeroized or is_zeroized(node.home.folder)
        self._look(node.home.folder, store, node.party, node.vault, zeroized)
        where = node.home.folder.resolve()
        self.folders[where] = print_of(where)

    def look_at_folder(self, folder: Path) -> None:
        """A home on SQLite; locked, since nobody tells the passphrase here."""
        now = print_of(folder)
        if not now or now == self.folders.get(folder):
            return
        self.folders[folder] = now
        try:
            home = homes.read(folder)
            store = open_store("sqlite", folder / "store", read_only=True)
        except (Malformed, StoreError, sqlite3.Error, OSError) as error:
            self.found.append(f"{folder}: cannot be looked at: {error}")
            return
        try:
            self._look(folder, store, home.party, home.vault, is_zeroized(folder))
        finally:
            store.close()

    def look(self, below: Path | None) -> list[str]:
        """Everything that was written since the last look; the findings, a line each."""
        for node in list(self.nodes.values()):
            self.look_at_node(node.store)
        if below is not None:
            for card in below.resolve().rglob("card.note"):
                self.created(card.parent)
        for folder in list(self.folders):
            if folder.exists():
                self.look_at_folder(folder)
            else:
                del self.folders[folder]
        found, self.found = self.found, []
        return found

    def _look(self, where: Path, store: Any, party: str, vault: Any, zeroized: bool) -> None:
        self.looked += 1
        try:
            report = fsck(store, party, vault, zeroized=zeroized)
        except (StoreError, sqlite3.Error, OSError) as error:
            self.found.append(f"{where}: cannot be read: {error}")
            return
        self.found += [f"{where}: {one.sort} {one.where}: {one.text}" for one in report.findings]


def print_of(folder: Path) -> Print:
    """Names, sizes and times of the store's files; empty where there is no store on SQLite."""
    files = [folder / "store" / name for name in ("store.db", "store.db-wal", "keys.slots")]
    if not files[0].exists() or files[0].stat().st_size == 0:
        return ()
    stats = [(one.name, one.stat()) for one in files if one.exists()]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats if stat.st_size)


def verdict(found: list[str], excused: bool) -> str:
    """'' or why the test fails: a store that is not clean, or an excuse that was not needed."""
    if found and not excused:
        return "fsck after the test found:\n  " + "\n  ".join(found)
    if excused and not found:
        return "marked breaks_store, and every store that it wrote is clean: take the mark away"
    return ""


@pytest.fixture(scope="session")
def fsck_watch() -> Iterator[Watch]:
    """Hears of every commit of every node in this process, and of every home made in it."""
    watch = Watch()
    committed, create = Node.committed, homes.create

    def noting(node: Node, ops: Any) -> None:
        committed(node, ops)
        watch.committed(node)

    def making(folder: Path, **given: Any) -> Any:
        made = create(folder, **given)
        watch.created(folder)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Node, "committed", noting)
        patch.setattr(homes, "create", making)
        yield watch


@pytest.fixture(autouse=True)
def fsck_after(fsck_watch: Watch, request: pytest.FixtureRequest) -> Iterator[None]:
    """Set up first, so torn down last: what the test's own fixtures close is looked at as it was left."""
    yield
    mark = request.node.get_closest_marker("breaks_store")
    below = getattr(request.node, "funcargs", {}).get("tmp_path")
    said = verdict(fsck_watch.look(below), mark is not None)
    assert mark is None or mark.args, "breaks_store says why"
    if said:
        pytest.fail(said, pytrace=False)
