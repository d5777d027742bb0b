"""A process that appends leaves through a sequencer and prints which were acknowledged; made to be killed.

`python -m support.writer WHERE FOLDER` (from `tests/`): a line per acknowledged index; it goes on for ever.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from steerclear.store import EntryStore, open_store
from steerclear.store.port import DropKey, Op, PutKey, PutLeaf, PutPayload
from steerclear.store.sequencer import Sequencer

ORIGIN = f"{'ab' * 32}/{'a' * 32}/1"
KEPT = 20
"""Every entry's key is dropped again when KEPT later ones have come, so that kills fall into erasures too."""


def entry(index: int) -> str:
    return f"{index:064x}"


class Appender:
    """Every command appends one leaf; the reply is its index."""

    def __init__(self, store: EntryStore) -> None:
        self.store = store
        self.reload()

    def reload(self) -> None:
        self.size = self.store.size(ORIGIN)

    def decide(self, command: bytes) -> tuple[Sequence[Op], int]:
        index, self.size = self.size, self.size + 1
        id = entry(index)
        ops: list[Op] = [
            PutLeaf(ORIGIN, index, b"%d %s" % (index, command), id),
            PutPayload(id, b"sealed " + id.encode()),
            PutKey(id, b"key " + id.encode()),
        ]
        if index >= KEPT:
            ops.append(DropKey(entry(index - KEPT)))
        return ops, index


def main(where: str, folder: Path) -> None:
    store = open_store(where, folder)
    sequencer = Sequencer(store, Appender(store), max_batch=7)
    sequencer.start()
    out = threading.Lock()

    def produce(name: bytes) -> None:
        while True:
            index = sequencer.submit(name).result()
            with out:
                sys.stdout.write(f"{index} {name.decode()}\n")
                sys.stdout.flush()

    for number in range(8):
        threading.Thread(target=produce, args=(b"producer-%d" % number,), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
