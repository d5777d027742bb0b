"""Side data that holds payload or secrets, sealed like payloads: a locked node writes it and cannot read it.

The value is the wrapped key (fixed size) and the ciphertext behind it, bound to namespace and key (record.md, At
rest: snapshots, drafts and side data that hold payload are sealed too).
"""

from __future__ import annotations

from steerclear.errors import Malformed
from steerclear.node.node import Node
from steerclear.record import seal
from steerclear.store.port import PutSide


def put_sealed(node: Node, ns: str, key: str, plain: bytes) -> None:
    """Keep `plain` under (`ns`, `key`); the running command makes it durable."""
    label = _label(ns, key)
    data_key = node.random(32)
    sealed = seal.seal(plain, data_key, label)
    wrapped = seal.wrap(data_key, sealed, node.vault.storage, label, node.random(32))
    node.put(PutSide(ns, key, wrapped + sealed))


def open_sealed(node: Node, ns: str, key: str, value: bytes) -> bytes | None:
    """What was kept; None while the node is locked. Raises `Malformed` `not-openable` for altered bytes."""
    secret = node.vault.storage_key
    if secret is None:
        return None
    label = _label(ns, key)
    wrapped, sealed = value[: seal.WRAPPED], value[seal.WRAPPED :]
    if not seal.matches(wrapped, sealed):
        raise Malformed(
            "not-openable", field=f"{ns} {key}", remedy="the side data was altered: enter it again"
        )
    return seal.open_sealed(sealed, seal.unwrap(wrapped, secret, label), label)


def _label(ns: str, key: str) -> str:
    return f"side {ns} {key}"
