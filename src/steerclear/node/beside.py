"""What several entries say of one thing, and where they say it differently: paper serials, counts of sealed areas.

Nothing is overwritten and nothing is chosen: every entry stands. What is known is side data of this node
(`<name>/<line>`: entry id → two keyed hashes, of the thing and of what is said of it), so that an entry that comes
after a restart is compared with one that was settled long before. Neither can be read from it.
"""

from __future__ import annotations

import hmac
from typing import Any, Final

from steerclear.node.beside_state import Beside
from steerclear.node.node import Node
from steerclear.record import jcs
from steerclear.store.port import PutSide

_HALF: Final = 16


def load(node: Node, name: str, line: str, into: Beside) -> None:
    """What was known."""
    for entry, value in node.store.side(f"{name}/{line}").items():
        _take(into, entry, value)


def note(node: Node, name: str, line: str, into: Beside, entry: str, thing: Any, says: Any) -> set[str]:
    """One entry says `says` of `thing` (both as JCS takes them); all of the same thing, where it is not alone."""
    if entry in into.said:
        return set()
    key = node.keys.node.seed
    label = name.encode() + b"\n"
    hashes = [hmac.digest(key, label + jcs.dumps([part]), "sha256")[:_HALF] for part in (thing, says)]
    value = b"".join(hashes)
    _take(into, entry, value)
    node.put(PutSide(f"{name}/{line}", entry, value))
    same = into.of[value[:_HALF]]
    return set(same) if len(same) > 1 else set()


def _take(into: Beside, entry: str, value: bytes) -> None:
    into.said[entry] = value
    same = into.of.setdefault(value[:_HALF], [])
    same.append(entry)
    if len({into.said[one] for one in same}) > 1:
        for one in same:
            into.differ[one] = tuple(sorted(two for two in same if into.said[two] != into.said[one]))
