"""Opening, locking and destroying the payloads of a node that runs (boundary.md, A node's content)."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from steerclear.api.native import auth
from steerclear.api.native.endpoint import ADMIN, Call, Endpoint, encoded
from steerclear.api.native.login import Done
from steerclear.api.native.services import Services
from steerclear.errors import Malformed
from steerclear.node import lock as locks
from steerclear.node import vault as vaults
from steerclear.node import zeroize
from steerclear.node.node import Node


class Passphrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The watch's passphrase; it stays in memory no longer than the key takes to open."""

    passphrase: Annotated[str, Meta(min_length=1, max_length=1024)]


class Zeroize(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`note`: a signed note of the lines `steerclear/zeroize/v1`, party, line, time in Unix ms, nonce, signed by two
    officers of that line, or by one with the duress word beside it."""

    note: Annotated[str, Meta(max_length=16_384)]
    duress: Annotated[str, Meta(max_length=200)] = ""


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


async def unlock(services: Services, request: Request, call: Call) -> Response:
    """One try at a time, each as slow as the passphrase's hash."""
    if zeroize.is_zeroized(services.home):
        raise Malformed("zeroized", field="vault", remedy="the payloads were destroyed: start a new node")
    data = await asyncio.to_thread((services.home / "vault.json").read_bytes)
    async with services.unlocking:
        found = await asyncio.to_thread(vaults.unlock, data, call.body.passphrase)
    await services.host.run(lambda node: open_vault(node, found))
    return encoded(Done())


ENDPOINTS: Final = (
    Endpoint(
        "POST",
        f"{ADMIN}/lock",
        "admin_lock",
        "Lock the payloads.",
        lock,
        who="admin",
        answer=Done,
        errors=(413,),
    ),
    Endpoint(
        "POST",
        f"{ADMIN}/unlock",
        "admin_unlock",
        "Open the payloads with the watch's passphrase.",
        direct=unlock,
        who="admin",
        body=Passphrase,
        answer=Done,
        errors=(413, 422),
    ),
    Endpoint(
        "POST",
        f"{ADMIN}/zeroize",
        "admin_zeroize",
        "Destroy every payload key: two officers, or one and the duress word.",
        destroy,
        who="admin",
        body=Zeroize,
        answer=zeroize.Zeroized,
        errors=(404, 413, 422),
    ),
)
