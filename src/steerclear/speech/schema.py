"""JSON Schema (2020-12) of what goes on the wire: header, payload of each kind, bodies, parameters."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from steerclear.record.header import Header
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import Inner
from steerclear.speech.table import KINDS, spoken

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def all_schemas() -> dict[str, dict[str, Any]]:
    """Name → schema: `header`, `inner`, `parameters`, `body/<kind>` and `payload/<kind>` for every spoken
    kind.

    A schema says what a field holds; what a field may say (times, limits, who may answer what) is the desk's.
    """
    out = {
        "header": _schema(Header, "The clear header of an entry"),
        "inner": _schema(Inner, "The inner header of a payload"),
        "parameters": _schema(Parameters, "The parameters of an agreement"),
    }
    for row in spoken():
        out[f"body/{row.name}"] = body_schema(row.name)
        out[f"payload/{row.name}"] = payload_schema(row.name)
    return out


def body_schema(kind: str) -> dict[str, Any]:
    """The body of one kind. Raises `KeyError` for a kind without one."""
    body = KINDS[kind].body
    if body is None:
        raise KeyError(kind)
    return _schema(body, f"The body of {kind}")


def payload_schema(kind: str) -> dict[str, Any]:
    """Inner header and body together, as `payload.encode` writes them."""
    body = KINDS[kind].body
    if body is None:
        raise KeyError(kind)
    (inner, below), parts = msgspec.json.schema_components([Inner, body], ref_template="#/$defs/{name}")
    return {
        "$schema": DIALECT,
        "title": f"The payload of {kind}",
        "type": "object",
        "properties": {"inner": inner, "body": below},
        "required": ["inner", "body"],
        "additionalProperties": False,
        "$defs": parts,
    }


def _schema(struct: type[msgspec.Struct], title: str) -> dict[str, Any]:
    return {"$schema": DIALECT, **msgspec.json.schema(struct), "title": title}
