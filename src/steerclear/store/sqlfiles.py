"""SQL kept in files: named queries and numbered migrations.

A query file is a sequence of `-- name: x`, `-- description: …`, statement. A migration is `NNNN_name.sql`;
its number is the schema version that the store has after it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from steerclear.store.port import SchemaTooNew

_QUERY = re.compile(r"^-- name: (\w+)\n-- description: .+\n((?:(?!-- name: ).*\n)+)", re.MULTILINE)
_MIGRATION = re.compile(r"(\d{4})_\w+\.sql")


@cache
def queries(engine: str) -> dict[str, str]:
    """name → statement of `sql/<engine>/queries.sql`."""
    text = resources.files(__package__).joinpath("sql", engine, "queries.sql").read_text("utf-8")
    return {name: body.strip() for name, body in _QUERY.findall(text)}


@cache
def migrations(engine: str) -> tuple[tuple[int, str], ...]:
    """(schema version, script) in order, without a hole from 1."""
    found = []
    for file in resources.files(__package__).joinpath("sql", engine).iterdir():
        match = _MIGRATION.fullmatch(file.name)
        if match:
            found.append((int(match[1]), file.read_text("utf-8")))
    return tuple(sorted(found))


def outstanding(engine: str, version: int) -> tuple[tuple[int, str], ...]:
    """Migrations a store of this schema version still needs; raises `SchemaTooNew` when it is ahead of us."""
    known = migrations(engine)
    if version > len(known):
        raise SchemaTooNew(
            f"this store has schema {version}, this release knows up to {len(known)}: install the release"
            " that wrote it, or a newer one; nothing was changed"
        )
    return known[version:]
