"""Free text of a subject's entries: unverified until a linguist confirms it (messages.md, Roles; AT34).

Each party's linguist speaks for its own readers. No state, no deadline and no alarm depends on it: free text never
holds up a life-safety entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from steerclear.procedure.said import Said
from steerclear.speech.free_text import free_fields


class Confirmed(msgspec.Struct, frozen=True):
    """One party's linguist understood the text in `language`."""

    party: str
    language: str
    at_ms: int
    entry: str


class FreeText(msgspec.Struct, frozen=True):
    """Free text of one entry: in which `fields`, written in which `language` ('' where its author did not say)."""

    entry: str
    fields: tuple[str, ...]
    language: str
    state: Literal["unverified", "confirmed"] = "unverified"
    confirmed: tuple[Confirmed, ...] = ()


def confirms(said: Said) -> bool:
    """Whether this is a linguist's word on free text, and nothing else."""
    return said.kind == "receipt" and getattr(said.body, "level", "") == "text_confirmed"


def free_texts(entries: Iterable[Said]) -> tuple[FreeText, ...]:
    """Of each entry that has free text, in the order of the entries; an author does not confirm its own."""
    known = tuple(entries)
    words = [said for said in known if confirms(said)]
    out = []
    for said in known:
        fields = free_fields(said.body) if said.body is not None else ()
        if not fields:
            continue
        by = tuple(
            Confirmed(one.author, getattr(one.body, "language", None) or "", one.at_ms, one.id)
            for one in words
            if one.header.refs[:1] == (said.id,) and one.author != said.author
        )
        language = getattr(said.inner, "language", None) or ""
        out.append(FreeText(said.id, fields, language, "confirmed" if by else "unverified", by))
    return tuple(out)
