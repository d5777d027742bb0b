"""`provision` (messages.md, Kinds, Talks): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from steerclear.errors import Refused
from steerclear.record import jcs
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, EntryId, Text, Word
from steerclear.speech.parameters import TOGETHER, Parameters, refused
from steerclear.speech.refusing import no

TAG: Final = b"steerclear/provision/v1\n"
WORDING: Final = ("number", "title", "text", "parameters", "guarantees")
ProvisionNumber = Annotated[
    str, Meta(pattern=r"^[1-9][0-9]{0,2}(\.[1-9][0-9]{0,2}){0,3}$", max_length=15, description="such as 4.2")
]


class Guarantee(Body, frozen=True, kw_only=True):
    """What the parties promise somebody who is no party: it binds them, and asks nothing of him."""

    for_whom: Word
    text: Text


class Provision(Body, frozen=True, kw_only=True):
    """A numbered text that is talked about, and where its author stands on it.

    The first entry begins the provision with its wording; each later one names in refs[0] an entry that
    carries a wording, and takes a position on it, or brings another wording. It is agreed when every party
    agreed to one wording. `parameters` are numbers that the checks would run on; nothing runs on them before
    an `agreement` that carries them is ratified.
    """

    position: Literal["open", "closer", "agreed"]
    number: ProvisionNumber | None = None
    title: Word | None = None
    text: Text | None = None
    parameters: dict[str, Any] | None = None
    guarantees: Annotated[tuple[Guarantee, ...], Meta(max_length=20)] = ()
    round: Annotated[int, Meta(ge=1, le=9999)] | None = None
    meeting: EntryId | None = None
    reason: Text | None = None


def has_wording(body: Provision) -> bool:
    """Whether the entry brings a wording of its own, or only takes a position."""
    return bool(body.text is not None or body.parameters or body.guarantees)


def wording_hash(body: Provision) -> str:
    """Hex SHA-256(tag ‖ JCS of number, title, text, parameters, guarantees): equal words, equal hashes."""
    words = {name: value for name, value in msgspec.to_builtins(body).items() if name in WORDING}
    return hashlib.sha256(TAG + jcs.dumps(words)).hexdigest()


def _wrong(body: Provision, parameters: Parameters) -> Iterator[Refused]:
    if body.parameters is not None:
        fault = refused(body.parameters)
        if (
            fault is not None and fault.code not in TOGETHER
        ):  # what the genesis says of the rest is not known here
            yield fault
    if not has_wording(body) and (body.number is not None or body.title is not None):
        rule = "number and title belong to a wording"
        yield no("position-without-wording", "number", rule, "give the text too, or leave them out")


def _missing(body: Provision) -> list[str]:
    return absent(body, "number", "text") if has_wording(body) else []


ROW = Kind(
    "provision",
    "talks",
    Provision,
    subject=("provision",),
    answers=SHORT_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
