"""The hash of an archive of tracks on record, on an officer's word: what was recorded cannot be changed unseen later.

It stands as an `opened` entry with `what` `archive`, as a node's other notes about its own files do (docs/adr). It
holds the hash of the manifest, in which a salt stands, and nothing else: no time span, source, size or count, since
what derives from a local feed stays on the node (boundary.md, No track file of the other side). No node logs one by
itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from steerclear.errors import Refused
from steerclear.node import write
from steerclear.node.node import Node
from steerclear.speech.kind import OFFICERS

WHAT: Final = "archive"
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SOURCE: Final = "boundary.md, No track file of the other side"


class Archived(msgspec.Struct, frozen=True):
    """`id` of the entry; '' while the line is in recovery: it is said when the log may be signed again."""

    id: str


def log(node: Node, line_id: str, manifest: str, post: str, roles: Iterable[str]) -> Archived | list[Refused]:
    """Refused: `not-a-hash`, `role-may-not-log`. Raises `Malformed` for a line that is not here."""
    line = node.line(line_id)
    if not _HASH.fullmatch(manifest):
        rule = "the SHA-256 of the manifest, 64 hex digits"
        return [Refused("not-a-hash", "manifest", rule, "steerclear archive log DIR", _SOURCE)]
    if not set(roles) & set(OFFICERS):
        rule = "a watch officer or releaser puts it on record"
        return [Refused("role-may-not-log", "", rule, "ask the watch", _SOURCE)]
    record = {"what": WHAT, "manifest": manifest, "post": post, "nonce": node.random(16).hex()}
    return Archived(write.record(node, line, "opened", record))
