"""What a party decides at home about one of its lines: which kinds its officers may send there, and who releases what.

Side data, no entry: release is national, never the agreement's (messages.md, Parties). The desk reads it at once.
"""

from __future__ import annotations

from typing import Any

import msgspec

from steerclear.errors import Malformed
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.speech import release, table
from steerclear.speech.coarse import Form, forms_from
from steerclear.speech.facts import Permission
from steerclear.store.port import PutLine


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """New values; what is left out stays. `permitted`: kind → legal basis and expiry (0: none), empty takes every kind
    away; `every_kind` ends the list. `release_table`: own rows, tried before the defaults. `coarse`: forms that the
    watch alone may release where no releaser acts (`speech.coarse`)."""

    name: str | None = None
    permitted: dict[str, Permission] | None = None
    every_kind: bool = False
    release_table: list[dict[str, Any]] | None = None
    coarse: list[dict[str, Any]] | None = None


class Settings(msgspec.Struct, frozen=True):
    """As they stand. `permitted` is None while the party keeps no list."""

    name: str
    permitted: dict[str, Permission] | None
    release_table: tuple[release.Rule, ...]
    coarse: tuple[Form, ...]
    recovery: str


def read(node: Node, line_id: str) -> Settings:
    line = node.line(line_id)
    return Settings(
        line.settings.name, permitted(line), release_table(line), coarse_forms(line), line.settings.recovery
    )


def change(node: Node, line_id: str, wanted: Change) -> Settings:
    """Raises `Malformed`: `unknown-kind`, `basis-missing`, `bad-release-table`, `bad-coarse-form`."""
    line = node.line(line_id)
    for kind, row in (wanted.permitted or {}).items():
        if table.kind(kind) is None:
            raise Malformed("unknown-kind", field=f"permitted.{kind}", remedy="name a kind of this version")
        if not row.basis.strip():
            raise Malformed(
                "basis-missing",
                field=f"permitted.{kind}.basis",
                remedy="name the legal basis on which the kind may be sent",
                source="messages.md, Parties: permitted_kinds",
            )
    if wanted.coarse is not None:
        forms_from(wanted.coarse)
    if wanted.release_table is not None:
        release.check_table(wanted.release_table)
        line.settings.release_table = wanted.release_table
    if wanted.coarse is not None:
        line.settings.coarse = wanted.coarse
    if wanted.permitted is not None:
        line.settings.permitted = {kind: msgspec.to_builtins(row) for kind, row in wanted.permitted.items()}
    if wanted.every_kind:
        line.settings.permitted = None
    if wanted.name is not None:
        line.settings.name = wanted.name
    kept(node, line)
    return read(node, line_id)


def kept(node: Node, line: LineState) -> None:
    """Store them as they stand now; the line's picture has moved."""
    node.put(PutLine(line.id, line.line.note, msgspec.json.encode(line.settings)))
    node.changed.add(line.id)


def permitted(line: LineState) -> dict[str, Permission] | None:
    """Kind → permission, None while the party keeps no list."""
    if line.settings.permitted is None:
        return None
    return {kind: Permission(**row) for kind, row in line.settings.permitted.items()}


def release_table(line: LineState) -> tuple[release.Rule, ...]:
    """The party's own rows before the defaults."""
    return release.table_from(line.settings.release_table or [])


def coarse_forms(line: LineState) -> tuple[Form, ...]:
    """What the watch alone may release where no releaser acts in time; none unless two officers approved it."""
    return forms_from(line.settings.coarse)
