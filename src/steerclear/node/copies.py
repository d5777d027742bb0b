"""Which copy went to whom: the key of each file that left the node, what is kept of it at home, and the way back from a
leaked part (boundary.md; docs/adr/0014-watermark.md).

The `opened` entry of an export names the copy and its nonce to every member; who it was made for stays at home, sealed.
The key needs the node's own secret: nobody else can make or find a mark, and a node whose key was replaced finds the
marks that it made before no more.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.node import holding, opened, sides
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.bodies import content
from steerclear.record import manifest
from steerclear.speech import tracing, watermark
from steerclear.speech.kind import MOVEMENTS, PLACES

LIKE_A_KIT: Final = (
    "A kit holds exactly what was signed, so that its payloads carry no mark: it is known by its manifest, which this "
    "node signed, or by the entries that it holds, which may stand in other files too."
)


class Kept(msgspec.Struct, frozen=True):
    """At home, sealed: who a copy was made for, in the order's words, and which entries it held."""

    recipient: str
    what: str
    entries: tuple[str, ...] = ()


class Copy(msgspec.Struct, frozen=True):
    """One export that fits a leaked file. `sure`: `sure` (by chance once in a million times or less), `likely` (in a
    thousand), `weak`, which is no ground for anything; `odds_tenths` tenths of the powers of ten. `same_entries`: how
    many entries that the file names by id this copy held; `manifest`: the file is or holds the manifest of a kit, with
    this copy's name, that this node signed."""

    copy: str
    opened: str
    nonce: str
    at_ms: int
    what: str
    recipient: str
    found: tracing.Found
    same_entries: int = 0
    manifest: bool = False


class Traced(msgspec.Struct, frozen=True):
    """Exports of this node that fit, the surest first. Nothing here is no proof that a file is not ours."""

    copies: tuple[Copy, ...]
    exports: int
    says: str = LIKE_A_KIT


def key_of(node: Node, line: LineState, nonce: str, recipient: str) -> bytes:
    return watermark.key_of(node.keys.node.seed, line.id, nonce, recipient)


def keep(
    node: Node, line: LineState, nonce: str, recipient: str, what: str, entries: Collection[str]
) -> bytes:
    """Note at home for whom this copy is; its key."""
    kept = Kept(recipient, what, tuple(sorted(entries))[:10_000])
    sides.put_sealed(node, _ns(line), nonce, msgspec.json.encode(kept))
    return key_of(node, line, nonce, recipient)


def trace(node: Node, line_id: str, data: bytes) -> Traced:
    """Which export of this node, on this line, a file or a part of one was taken from. Nothing while locked."""
    line = node.line(line_id)
    rows = {row.nonce: row for row in opened.own(node, line) if row.nonce}
    kept = _kept(node, line)
    keys = {nonce: key_of(node, line, nonce, kept[nonce].recipient) for nonce in rows if nonce in kept}
    names = {watermark.name_of(key): nonce for nonce, key in keys.items()}
    found = tracing.trace(data, tracing.places_of(_bodies(node, line)), {n: keys[names[n]] for n in names})
    text = tracing.text_of(data)
    signed = _signed(node, line, data)
    out = []
    for name, nonce in names.items():
        same = sum(one in text for one in kept[nonce].entries)
        if name in found or same:
            fits = found.get(name, tracing.Found(0, 0, 0, "weak"))
            row, about = rows[nonce], kept[nonce]
            out.append(
                Copy(
                    name, row.entry, nonce, row.at_ms, about.what, about.recipient, fits, same, name == signed
                )
            )
    out.sort(
        key=lambda one: (
            not one.manifest,
            -one.found.odds_tenths,
            not one.found.named,
            -one.same_entries,
            one.at_ms,
        )
    )
    return Traced(tuple(out[:50]), len(keys))


def _signed(node: Node, line: LineState, data: bytes) -> str:
    """The name of the copy in a manifest that this node signed, in the file itself or in the kit that it is; '' for
    none."""
    for part in tracing.parts_of(data):
        try:
            said = manifest.read(part)
            if said.line == line.id and manifest.signed_by(part, (node.keys.node.verifier,)):
                return said.copy
        except Malformed:
            continue
    return ""


def _kept(node: Node, line: LineState) -> dict[str, Kept]:
    made = {}
    for nonce, value in node.store.side(_ns(line)).items():
        plain = sides.open_sealed(node, _ns(line), nonce, value)
        if plain is not None:
            made[nonce] = msgspec.json.decode(plain, type=Kept)
    return made


def _bodies(node: Node, line: LineState) -> list[Any]:
    """Every version of every place and movement that can be read here, closed ones too."""
    roots = [
        one
        for one in (*line.folded, *line.settled)
        if holding.known(line, one) and holding.header_of(node, line, one).kind in (*PLACES, *MOVEMENTS)
    ]
    entries = {entry for root in roots for entry in line.subjects.entries(root)}
    said = (holding.said(node, line, entry) for entry in entries)
    return [
        content(one) for one in said if one.kind in (*PLACES, *MOVEMENTS, "amend") and one.body is not None
    ]


def _ns(line: LineState) -> str:
    return f"copy/{line.id}"
