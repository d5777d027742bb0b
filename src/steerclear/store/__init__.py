"""The room that keeps: `EntryStore` (port.py) on memory, SQLite and PostgreSQL, and the sequencer that writes
to it.

The node's one thread writes, anybody in the process may read; `app` opens an engine with `open_store`. This
room keeps bytes and positions: it never parses a leaf, never checks a signature, never decides, never holds a
key that opens anything (wrapped keys are opaque here), and never reads a clock.
"""

from steerclear.store.open import open_store
from steerclear.store.port import EntryStore

__all__ = ["EntryStore", "open_store"]
