"""Opening, locking and destroying the payloads of a node that runs (boundary.md, A node's content)."""

from __future__ import annotations

from typing import Any

from steerclear.api.native import auth
from steerclear.api.native.endpoint import Call
from steerclear.api.native.login import Done
from steerclear.node import lock as locks
from steerclear.node import vault as vaults
from steerclear.node import zeroize
from steerclear.node.node import Node


def destroy(node: Node, call: Call) -> Any:
    """Every wrapped key and the vault's secrets are gone when this is answered; headers and proofs stay."""
    body, now = call.body, node.clock.now_ms()
    act = auth.read_act(zeroize.DOMAIN, body.note, now)
    keys = [one.verifier for one in auth.signers_of(node, act)]
    duress = bool(body.duress) and zeroize.is_duress(node.home.folder, body.duress)
    faults = zeroize.check_order(body.note.encode(), node.party, keys, now, duress_known=duress)
    if faults:
        return faults
    made = zeroize.zeroize(node)
    node.opening = node.sealing = None
    return made


def lock(node: Node, call: Call) -> Any:
    """Payload keys leave the memory; the node goes on storing, mirroring and alarming (record.md, At rest)."""
    locks.lock(node)
    return Done()


def open_vault(node: Node, opened: vaults.Vault) -> None:
    """From now on payloads can be read. Raises `Malformed` `zeroized`."""
    locks.unlock(node, opened)
