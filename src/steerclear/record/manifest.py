"""`manifest.note` of a kit: for whom this copy was made, by whom, a digest of its files; signed by the maker's node.

A kit holds exactly what was signed, so no mark can stand in its words: the manifest says whose copy it is. It is no
evidence, and no verdict rests on it: who takes it out leaves a kit that verifies and says nothing of its way
(docs/adr/0014-watermark.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

import msgspec

from steerclear.record import jcs
from steerclear.record.card import parse_body, sign_text
from steerclear.record.keys import Signer, Verifier
from steerclear.record.note import parse_note, verify

DOMAIN: Final = b"steerclear/kit-manifest/v1\n"
PATH: Final = "manifest.note"
_TAG: Final = b"steerclear/kit-files/v1\n"


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """`copy`: the name that the maker's `opened` entry shows every member; `order`: the nonce of the order that two
    officers signed; `recipient` in the order's words ('' for the maker itself); `audience` how far it may go;
    `files` how many others the kit has, and `digest` over them."""

    line: str
    party: str
    copy: str
    order: str
    made_ms: int
    files: int
    digest: str
    recipient: str = ""
    audience: str = "members"


def digest(files: Mapping[str, bytes]) -> tuple[int, str]:
    """(how many files but the manifest, hex SHA-256(tag ‖ a line for each by its path: SHA-256, two blanks, path))."""
    whole = sha256(_TAG)
    names = sorted(path for path in files if path != PATH)
    for path in names:
        whole.update(f"{sha256(files[path]).hexdigest()}  {path}\n".encode())
    return len(names), whole.hexdigest()


def make(
    files: Mapping[str, bytes],
    signer: Signer,
    *,
    line: str,
    party: str,
    copy: str,
    order: str,
    made_ms: int,
    recipient: str = "",
    audience: str = "members",
) -> bytes:
    """The signed note for these files."""
    count, over = digest(files)
    said = Manifest(line, party, copy, order, made_ms, count, over, recipient, audience)
    return sign_text(DOMAIN + jcs.dumps(said) + b"\n", (signer,))


def read(data: bytes) -> Manifest:
    """What a manifest says, whoever wrote it. Raises `Malformed`."""
    return parse_body(parse_note(data).text, DOMAIN, Manifest, "bad-manifest")


def signed_by(data: bytes, keys: Sequence[Verifier]) -> bool:
    """Whether one of these node keys signed the note. Raises `Malformed` for what is no note."""
    note = parse_note(data)
    return any(verify(note, key) for key in keys)
