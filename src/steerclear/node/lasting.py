"""Objects that come by the million and stay: the collector neither searches among them as they come nor ever after.

A full collection looks at every object that may be part of a circle; with 10,000 notices standing it holds the node's
thread for more than half a second (docs/reference/figures.md, `shown`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lasting() -> Iterator[None]:
    """What is made inside stays: no collection while it is made, and none that looks at it afterwards."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
