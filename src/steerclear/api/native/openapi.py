"""The OpenAPI 3.1 document and the reference page, made from the table of endpoints and the structs themselves."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import msgspec

from steerclear.api.native.endpoint import IDEMPOTENCY, Endpoint
from steerclear.api.native.problems import Problem
from steerclear.api.native.wording import HEX64

VERSION: Final = "1"
_REF = "#/components/schemas/{name}"
_WORDS: Final = {
    400: "The request is not what this document describes.",
    401: "Nobody is logged in, or not any more.",
    403: "Somebody else may do this.",
    404: "Nothing of that name for you.",
    409: "Something else came first: prepare again, or take another idempotency key.",
    413: "Too long.",
    422: "Understood, and refused by a rule: each fault with field, rule and remedy.",
    503: "The store did not answer: ask whether it was done before you send it again.",
}


def document(endpoints: tuple[Endpoint, ...] | None = None) -> dict[str, Any]:
    """The whole document as plain values."""
    rows = endpoints if endpoints is not None else _table()
    types = _types(rows)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    schema_of = dict(zip(map(_key, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for row in rows:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row, schema_of, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Steerclear, native interface",
            "version": VERSION,
            "description": "What officers' clients and the administrator ask of a node. No answer holds more than "
            "fifty rows. Nothing in any answer is a permission, and absence of a notice is no statement about anybody.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "officer": {"type": "http", "scheme": "bearer", "description": "Token of POST /api/login."},
                "admin": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`admin.token` of the node's folder.",
                },
            },
        },
    }


@lru_cache(maxsize=1)
def encoded() -> bytes:
    """The document as JSON, made once."""
    return msgspec.json.encode(document())


def reference() -> str:
    """`docs/reference/native-api.md`."""
    out = [_HEAD]
    made = document()
    for row in _table():
        operation = made["paths"][row.path][row.method.lower()]
        out.append(f"\n### {row.method} `{row.path}`\n\n{row.summary}\n")
        facts = [f"asked by: {_WHO[row.who]}"]
        facts += [
            f"query `{p['name']}`: {_brief(p['schema'])}"
            for p in operation["parameters"]
            if p["in"] == "query"
        ]
        if row.idempotent:
            facts.append("header `Idempotency-Key`: the same key and body, the same answer")
        if row.body is not None:
            facts.append(f"body: `{row.body.__name__}`, at most {row.limit} bytes")
        if row.binary:
            facts.append(f"body: bytes, at most {row.limit}")
        facts.append(
            "answers: " + ", ".join(_answer_brief(code, one) for code, one in operation["responses"].items())
        )
        out.append("\n" + "\n".join(f"- {fact}" for fact in facts) + "\n")
    bodies = sorted({row.body for row in _table() if row.body is not None}, key=lambda one: one.__name__)
    out.append("\n## Bodies\n")
    schemas = made["components"]["schemas"]
    for body in bodies:
        schema = schemas.get(body.__name__, {})
        out.append(f"\n### {body.__name__}\n\n{' '.join((body.__doc__ or '').split())}\n\n")
        out.append("| field | value | needed |\n|---|---|---|\n")
        for name, value in schema.get("properties", {}).items():
            needed = "yes" if name in schema.get("required", ()) else ""
            out.append(f"| `{name}` | {_brief(value)} | {needed} |\n")
    return "".join(out)


def _operation(row: Endpoint, schema_of: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": row.name,
        "summary": row.summary,
        "parameters": _parameters(row, components),
        "responses": _responses(row, schema_of),
    }
    if row.who != "anyone":
        made["security"] = [{row.who: []}]
    if row.body is not None:
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema_of[_key(row.body)]}},
        }
    if row.binary:
        made["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    return made


def _parameters(row: Endpoint, components: dict[str, Any]) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": HEX64}}
        for name in ("line", "id")
        if f"{{{name}}}" in row.path
    ]
    if row.query is not None:
        schema = components[row.query.__name__]["properties"]
        out += [
            {"name": name, "in": "query", "required": False, "schema": value}
            for name, value in schema.items()
        ]
    if row.idempotent:
        key = {"type": "string", "pattern": "^[!-~]{1,200}$"}
        out.append({"name": IDEMPOTENCY, "in": "header", "required": False, "schema": key})
    if row.media == "text/event-stream":
        last = {"type": "string", "pattern": "^[0-9]{1,16}-[0-9]{1,16}(\\.[0-9]{1,16}){0,99}$"}
        out.append({"name": "last-event-id", "in": "header", "required": False, "schema": last})
    return out


def _responses(row: Endpoint, schema_of: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {row.media: {}}
    if row.answer is not None:
        content = {row.media: {"schema": schema_of[_key(row.answer)]}}
    elif row.media.startswith("text/"):
        content = {row.media: {"schema": {"type": "string"}}}
    done = {"description": "Done.", "content": content}
    out: dict[str, Any] = {}
    if row.name == "submit":
        out["200"] = {"description": "It already stood.", "content": content}
        out["201"] = {"description": "It stands, durably.", "content": content}
    else:
        out["201" if row.created else "200"] = done
    guarded = (401, 403) if row.who != "anyone" else ()
    node = (503,) if row.asks_node else ()
    for status in sorted({400, *node, *guarded, *row.errors}):
        problem = {"application/json": {"schema": schema_of[_key(Problem)]}}
        out[str(status)] = {"description": _WORDS[status], "content": problem}
    return out


def _types(rows: tuple[Endpoint, ...]) -> list[Any]:
    found: dict[str, Any] = {_key(Problem): Problem}
    for row in rows:
        for one in (row.body, row.query, row.answer):
            if one is not None:
                found.setdefault(_key(one), one)
    return list(found.values())


def _key(kind: Any) -> str:
    return f"{getattr(kind, '__module__', '')}.{kind!r}"


def _table() -> tuple[Endpoint, ...]:
    from steerclear.api.native.table import ENDPOINTS

    return ENDPOINTS


def _brief(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_brief(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    kind = schema.get("type", "any value")
    if kind == "array":
        return f"list of {_brief(schema.get('items', {}))}"
    bounds = [f"{word} {schema[name]}" for name, word in _BOUNDS if name in schema]
    if "pattern" in schema:
        bounds.append(f"`{schema['pattern']}`".replace("|", "\\|"))
    return " ".join([kind, *bounds])


def _answer_brief(code: str, answer: dict[str, Any]) -> str:
    if code.startswith("2"):
        media, content = next(iter(answer["content"].items()))
        what = (
            _brief(content["schema"]) if "schema" in content and media == "application/json" else f"`{media}`"
        )
        return f"{code} {what}"
    return code


_BOUNDS: Final = (("minimum", "≥"), ("maximum", "≤"), ("minLength", "at least"), ("maxLength", "at most"))
_WHO: Final = {
    "anyone": "anyone",
    "officer": "an officer logged in on this line",
    "admin": "the administrator",
}
_HEAD: Final = """# Native interface

Generated from the table of endpoints (`steerclear.api.native.openapi.reference()`); the same as an OpenAPI 3.1 document
stands at `/api/openapi.json`. Field by field the answers are described in `subject.md` and in that document.

## Rules

- JSON in UTF-8 both ways; unknown fields and parameters are refused; no number has a point or an exponent; instants
  are Unix milliseconds UTC.
- An officer logs in with `POST /api/login`: a signed note of the lines `steerclear/login/v1`, party, line, time in
  Unix ms, nonce of 32 hex digits, by a key that the party's own log holds valid. It counts for five minutes either
  way, once. The token holds twelve hours, for that line alone, and ends when the key does.
- The administrator's token is `admin.token` in the node's folder. It opens `/api/admin/*` and `/metrics`, and no
  payload.
- No answer holds more than fifty rows; `after` reads on. What leaves as a file (evidence, certificate, bundle) is
  ordered by two officers, one of them a releaser, with a signed note: `steerclear/export/v1` and one line of JCS with
  `line`, `what`, `at_ms`, `nonce` and what is asked. Each is logged as `opened`.
- Every "no" is `{"errors": [{"code", "field", "rule", "remedy", "source"}], "message"}`.
- `GET /healthy` answers 200 while the node takes commands. `GET /metrics` counts, and names no line, party or kind.

## Events

`GET /api/lines/{line}/events` is a `text/event-stream`. Types: `entry` (`id`, `log`, `index`, `kind`, `author`, `mode`,
`life_safety`, `subject`), `alarm` and `conflict` (`state` is `stands` or `over`), `health` (`party`, `observed`),
`reset` (more than fifty entries were left out: read the board again). An id is
`<entries in all>-<size of each log, by origin>` and never goes back; with `Last-Event-ID` the stream begins behind it,
also after a restart of the node. What stands is sent whole at the beginning of every stream.

## Endpoints
"""
