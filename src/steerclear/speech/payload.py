"""The payload of an entry: the inner header and the body, as one canonical JSON object.

`encode` is what an author signs a commitment of; `read` takes what arrived and never raises, whatever the
bytes. messages.md, Header: JCS without floats, at most 256 KiB. Other limits, positions and times:
judgement.md, Bad input.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from steerclear.errors import Malformed
from steerclear.record import jcs
from steerclear.speech import table
from steerclear.speech.arrival import marks_of
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.common import MAX_SAFE, Body, Hash, Language, Time, Word
from steerclear.speech.paper import Paper
from steerclear.speech.paper import marks as paper_marks
from steerclear.speech.salvage import Fault, salvage
from steerclear.speech.versions import notice_of

__all__ = ["MAX_PAYLOAD", "Inner", "Read", "encode", "notice_of", "read"]

MAX_PAYLOAD = 256 * 1024


class Inner(Body, frozen=True, kw_only=True):
    """The inner header, for addressees only (messages.md, Header).

    `name` is the salted commitment of the officer's name, never the name. `coarse` says that the watch
    officer alone released a form that was approved beforehand, because no releaser acted in time. `origin_ms`
    is when the author says that it began the text, Unix ms; no rule rests on it.
    `paper` says which sheet it was written on first, where no node could be reached.
    """

    office: Word | None = None
    name: Hash | None = None
    on_behalf_of: Word | None = None
    not_covering: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()
    language: Language | None = None
    handling: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()
    valid_from: Time | None = None
    valid_until: Time | None = None
    origin_ms: Annotated[int, Meta(ge=0, le=MAX_SAFE)] | None = None
    coarse: bool | None = None
    paper: Paper | None = None


@dataclass(frozen=True)
class Read:
    """What could be read. `raw` is the whole parsed payload, `None` when it is no canonical JSON object;
    `body` and `notice` (the new version inside an `amend`) are `None` where they cannot be read. `marks` are
    codes, each once and in order of `faults`; a fault is (mark, dotted path from the payload's top).
    """

    inner: Inner | None
    body: Body | None
    raw: dict[str, Any] | None
    marks: tuple[str, ...]
    faults: tuple[Fault, ...] = field(default=())
    notice: Body | None = None


def encode(kind: str, inner: Inner, body: Body) -> bytes:
    """The payload's bytes. Raises `Malformed`: `unknown-kind`, `wrong-body`, `payload-too-large`, or what JCS
    refuses.
    """
    row = table.kind(kind)
    if row is None or row.body is None:
        raise Malformed("unknown-kind", field="kind", remedy=f"{kind} carries no payload in this version")
    if type(body) is not row.body:
        raise Malformed("wrong-body", field="body", remedy=f"{kind} takes a {row.body.__name__}")
    out = jcs.dumps(msgspec.to_builtins({"inner": inner, "body": body}))
    if len(out) > MAX_PAYLOAD:
        raise Malformed(
            "payload-too-large",
            field="body",
            remedy=f"{len(out)} bytes; at most {MAX_PAYLOAD}: send large evidence by its hash",
            source="messages.md, Header",
        )
    return out


def read(kind: str, payload: bytes) -> Read:
    """What arrived, read as far as it can be; never raises."""
    if len(payload) > MAX_PAYLOAD:
        return Read(None, None, None, ("malformed",), (("malformed", ""),))
    try:
        raw = jcs.loads(payload)
    except Malformed:
        raw = None
    if not isinstance(raw, dict):
        return Read(None, None, None, ("malformed",), (("malformed", ""),))
    inner, faults = salvage(Inner, raw.get("inner", {}), "inner")
    faults += [("unknown-fields", key) for key in raw if key not in ("inner", "body")]
    faults += [(mark, "inner.paper.serial") for mark in paper_marks(inner.paper if inner else None)]
    row = table.kind(kind)
    if row is None or row.body is None:
        return _read(inner, None, raw, [*faults, ("unknown-kind", "")], None)
    body, found = salvage(row.body, raw.get("body"), "body")
    faults += found
    notice: Body | None = None
    if isinstance(body, Amend):
        notice, found = notice_of(body)
        faults += found
    for what, path in ((inner, "inner"), (body, "body"), (notice, "body.notice")):
        if what is not None:
            name = body.kind if what is notice and isinstance(body, Amend) else kind
            faults += marks_of(name if what is not inner else "", what, path)
    return _read(inner, body, raw, faults, notice)


def _read(
    inner: Inner | None, body: Body | None, raw: dict[str, Any], faults: list[Fault], notice: Body | None
) -> Read:
    marks = tuple(dict.fromkeys(mark for mark, _ in faults))
    return Read(inner, body, raw, marks, tuple(faults), notice)
