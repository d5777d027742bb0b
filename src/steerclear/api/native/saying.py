"""What an officer says: prepare, then submit what the officer's key signed."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from steerclear.api.native.endpoint import LINE, Call, Endpoint, Made, json_answer
from steerclear.api.native.problems import Denied
from steerclear.errors import Malformed, Refused
from steerclear.node import desk, submitting
from steerclear.node.draft import Draft
from steerclear.node.node import Node
from steerclear.store.port import PutIdempotency


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`leaf`: the note text that `prepare` answered with the signature lines of all its signers. `salt` (hex) and
    `payload` as `prepare` answered them."""

    leaf: Annotated[str, Meta(max_length=65_535)]
    salt: Annotated[str, Meta(pattern="^([0-9a-f]{2}){16,64}$")]
    payload: Annotated[str, Meta(max_length=262_144)]


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """An answer kept under its idempotency key: of which body (SHA-256), and what it was."""

    body: bytes
    status: int
    content: bytes


_stored = msgspec.msgpack.Decoder(Stored).decode
_store = msgspec.msgpack.Encoder().encode


def prepare(node: Node, call: Call) -> Any:
    """Everything but the signatures, or every fault at once."""
    return desk.prepare(node, call.line, call.body)


def submit(node: Node, call: Call) -> Any:
    """201 for a new entry, 200 for one that already stands; both only once it is durable."""
    if not call.key:
        return _submit(node, call)
    name = f"{call.session.ref} {call.line} {call.key}"
    digest = sha256(call.raw).digest()
    fresh = call.services.answered.fresh(node.lines)
    held = fresh.get(name) or node.store.idempotent(name)
    if held is not None:
        known = _stored(held)
        if known.body != digest:
            raise Denied(
                409,
                "idempotency-key",
                "this key was used for another request",
                "take a new key for a new request",
                "idempotency-key",
            )
        return Made(known.content, status=known.status)
    made = _submit(node, call)
    if isinstance(made, Made):
        fresh[name] = _store(Stored(digest, made.status, made.content))
        node.put(PutIdempotency(name, fresh[name]))
    return made


def _submit(node: Node, call: Call) -> Made | list[Refused]:
    body = call.body
    try:
        made = submitting.submit(
            node, call.line, body.leaf.encode(), bytes.fromhex(body.salt), body.payload.encode()
        )
    except UnicodeEncodeError:
        raise Malformed(
            "not-utf8", field="leaf", remedy="send Unicode text without lone surrogates"
        ) from None
    if isinstance(made, list):
        return made
    return json_answer(made, 200 if made.repeated else 201)


ENDPOINTS: Final = (
    Endpoint(
        "POST",
        f"{LINE}/entries",
        "submit",
        "Take a signed leaf; answered once it is durable. 201 when new, 200 when it already stands.",
        submit,
        body=Submission,
        answer=desk.Accepted,
        errors=(404, 409, 413, 422),
        idempotent=True,
        created=True,
    ),
    Endpoint(
        "POST",
        f"{LINE}/prepare",
        "prepare",
        "What the officer's key must sign for this draft, or every fault of it at once. Stores nothing.",
        prepare,
        body=Draft,
        answer=desk.Prepared,
        errors=(404, 413, 422),
    ),
)
