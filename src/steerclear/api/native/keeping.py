"""What the watch notes at home: which own units hold which version, who is in an own area, and how far the console has
shown the line: side data of this node, none of it an entry. And the hash of an archive, which becomes one."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from steerclear.api.native.endpoint import LINE, Call, Endpoint
from steerclear.api.native.login import Done
from steerclear.errors import Malformed
from steerclear.node import archived, cooling, units
from steerclear.node.node import Node
from steerclear.procedure.context import HomeUnit
from steerclear.store.port import PutSide

MAX_UNITS = 200
EntryId = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Instant = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An own unit; `code` the four characters that it read back ('' when it has not), when, and until when its shift
    runs."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    code: Annotated[str, Meta(max_length=8)] = ""
    at_ms: Instant | None = None
    counts_until_ms: Instant | None = None


class Units(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All own units that are to be told of the notice `id`; what stood before is replaced."""

    id: EntryId
    units: Annotated[tuple[Unit, ...], Meta(max_length=MAX_UNITS)]


class AreaNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known at home of the own area `id`: `occupied` or `vacated` (at `at_ms`, default now), or that its
    release is asked for, from when on it cools."""

    id: EntryId
    state: cooling.Word
    at_ms: Instant | None = None


class Displayed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The console of this officer has shown everything up to the entry `id`."""

    id: EntryId


class Archive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`manifest`: SHA-256 of the manifest of an archive of tracks (`steerclear archive log`)."""

    manifest: Annotated[str, Meta(max_length=128)]


def set_units(node: Node, call: Call) -> Any:
    body: Units = call.body
    rows = [HomeUnit(one.name, one.code, one.at_ms, one.counts_until_ms) for one in body.units]
    return units.set_units(node, call.line, body.id, rows) or Done()


def note_area(node: Node, call: Call) -> Any:
    body: AreaNote = call.body
    roles = call.session.roles
    return cooling.note(node, call.line, body.id, body.state, body.at_ms, roles) or Done()


def displayed(node: Node, call: Call) -> Any:
    line = node.line(call.line)
    if call.body.id not in line.positions:
        raise Malformed(
            "unknown-entry", field="id", remedy="this node holds no entry of that id on this line"
        )
    stamp = {"id": call.body.id, "at_ms": node.clock.now_ms()}
    node.put(PutSide(f"displayed/{line.id}", call.session.ref, msgspec.json.encode(stamp)))
    return Done()


def log_archive(node: Node, call: Call) -> Any:
    return archived.log(node, call.line, call.body.manifest, call.session.post, call.session.roles)


ENDPOINTS: Final = (
    Endpoint(
        "POST",
        f"{LINE}/archived",
        "log_archive",
        "The hash of an archive of tracks on record, as `opened` with `what` `archive`. The files stay at home.",
        log_archive,
        body=Archive,
        answer=archived.Archived,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/units",
        "set_units",
        "Which own units are to be told of a notice, and the code that each read back.",
        set_units,
        body=Units,
        answer=Done,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/areas",
        "note_area",
        "What is known at home of an own area: occupied, vacated, or its release asked for. Nothing of it leaves.",
        note_area,
        body=AreaNote,
        answer=Done,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/displayed",
        "displayed",
        "The console has shown everything up to this entry.",
        displayed,
        body=Displayed,
        answer=Done,
        errors=(404, 413),
    ),
)
