"""What the administrator carries for a line: joining, settings, entries that the roots signed, recovery.

The roots' signatures check what changes the record; the administrator cannot make it (boundary.md).
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from steerclear.api.native.endpoint import ADMIN, Call, Endpoint, encoded, json_answer
from steerclear.api.native.services import Services
from steerclear.node import lines as node_lines
from steerclear.node import restart, settings
from steerclear.node.node import Node

MAX_LEAF = 65_535


class Join(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`genesis`: the note that all founders' roots signed."""

    genesis: Annotated[str, Meta(max_length=1 << 20)]
    name: Annotated[str, Meta(max_length=80)] = ""


class Joined(msgspec.Struct, frozen=True):
    """The id of the line."""

    line: str


class Called(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What this site calls the line."""

    name: Annotated[str, Meta(max_length=80)]


class RecordDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of the record's own kinds for the roots to sign: `signers` are key references, the first of them the
    one whose chain it continues."""

    kind: Annotated[str, Meta(pattern="^(key|policy|log\\.restart)$")]
    record: dict[str, Any]
    signers: Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(min_length=1, max_length=16)]


class RecordText(msgspec.Struct, frozen=True):
    """What each signer signs."""

    text: str


class RecordLeaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text with its signature lines."""

    leaf: Annotated[str, Meta(max_length=MAX_LEAF)]


class Recorded(msgspec.Struct, frozen=True):
    """The entry stands."""

    id: str


class Recover(msgspec.Struct, frozen=True):
    """`reason`: why the node goes on although members were not heard (`--alone`); it is logged."""

    reason: Annotated[str, Meta(max_length=400)] = ""


class Recovered(msgspec.Struct, frozen=True):
    """How many leaves of the own log came back, and how many stand-alone notes were logged after."""

    leaves: int
    notes: int


def join(node: Node, call: Call) -> Any:
    return Joined(node_lines.join(node, call.body.genesis.encode("utf-8", "replace"), call.body.name))


def prepare_record(node: Node, call: Call) -> Any:
    line, body = node.line(call.line), call.body
    text = node_lines.root_text(node, line, line.own_log, body.kind, body.record, body.signers, {})
    return RecordText(text.decode())


def record(node: Node, call: Call) -> Any:
    """A line in recovery takes nothing but what begins its new epoch."""
    leaf = call.body.leaf.encode("utf-8", "replace")
    why = node.line(call.line).settings.recovery
    submit = restart.open_epoch if why and not why.startswith("restart: ") else node_lines.submit_record
    return json_answer(Recorded(submit(node, call.line, leaf)), 201)


def read_settings(node: Node, call: Call) -> Any:
    return settings.read(node, call.line)


def change_settings(node: Node, call: Call) -> Any:
    return settings.change(node, call.line, settings.Change(name=call.body.name))


async def recover(services: Services, request: Request, call: Call) -> Response:
    """The own log taken back from the peers that hold more of it, then what was said meanwhile is logged."""
    leaves, notes = await services.recover(call.line, call.query.reason)
    return encoded(Recovered(leaves, notes))


ENDPOINTS: Final = (
    Endpoint(
        "POST",
        f"{ADMIN}/lines",
        "admin_join",
        "Join a founded line.",
        join,
        who="admin",
        body=Join,
        answer=Joined,
        errors=(413, 422),
        limit=4 << 20,
    ),
    Endpoint(
        "GET",
        f"{ADMIN}/lines/{{line}}/settings",
        "admin_settings",
        "What this party decided about the line: permitted kinds, who releases what, coarse forms set beforehand.",
        read_settings,
        who="admin",
        answer=settings.Settings,
        errors=(404,),
    ),
    Endpoint(
        "POST",
        f"{ADMIN}/lines/{{line}}/settings",
        "admin_change_settings",
        "Change what this site calls the line. All else takes an order of two officers (`change_rules`).",
        change_settings,
        who="admin",
        body=Called,
        answer=settings.Settings,
        errors=(404, 413),
    ),
    Endpoint(
        "POST",
        f"{ADMIN}/lines/{{line}}/record/prepare",
        "admin_prepare_record",
        "What the roots sign for a `key`, `policy` or `log.restart` entry.",
        prepare_record,
        who="admin",
        body=RecordDraft,
        answer=RecordText,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{ADMIN}/lines/{{line}}/record",
        "admin_record",
        "Take a `key`, `policy` or `log.restart` leaf that the roots signed.",
        record,
        who="admin",
        body=RecordLeaf,
        answer=Recorded,
        errors=(404, 413, 422),
        created=True,
    ),
    Endpoint(
        "POST",
        f"{ADMIN}/lines/{{line}}/recover",
        "admin_recover",
        "Take the own log back from the peers after a restore.",
        direct=recover,
        who="admin",
        query=Recover,
        answer=Recovered,
        errors=(404, 413, 422),
    ),
)
