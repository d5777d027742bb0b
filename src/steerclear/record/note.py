"""Signed notes (C2SP signed-note): text, an empty line, and one signature line a key.

    <text, ending in a newline>
    <empty line>
    — <key name> <base64 of 4 bytes of key id and the signature>

Bytes in, the same bytes out: `format_note(parse_note(b)) == b`. Lines are split on U+000A alone; any other
control character, invalid UTF-8, or base64 that does not round-trip is `Malformed` (design/record.md,
Traps).
"""

from __future__ import annotations

import binascii
from functools import lru_cache
from typing import Final, Protocol

import msgspec

from steerclear.errors import Malformed

MAX_NOTE: Final = 1 << 20
"""Bytes of a note at most (signed-note: verifiers set a limit)."""
MAX_SIGNATURES: Final = 100
"""Signature lines at most; signed-note asks for room for 16."""

_CONTROLS: Final = bytes(range(0x0A)) + bytes(range(0x0B, 0x20))
_DASH: Final = "— ".encode()
_SOURCE = "C2SP signed-note, Format"


class NoteSignature(msgspec.Struct, frozen=True, gc=False):
    """One signature line: key `name`, its 4-byte `key_id`, and the raw signature after it."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def ref(self) -> str:
        """`<name>+<8 hex of the key id>`, as headers and policies name a key."""
        return f"{self.name}+{self.key_id.hex()}"


class Note(msgspec.Struct, frozen=True, gc=False):
    """`text` ends in a newline; `signatures` stand in the order of their lines, repeated ones included."""

    text: bytes
    signatures: tuple[NoteSignature, ...]


class TextVerifier(Protocol):
    """What `verify` needs of a key; `keys.Verifier` is one."""

    @property
    def name(self) -> str: ...
    @property
    def key_id(self) -> bytes: ...
    def check(self, text: bytes, signature: bytes) -> bool: ...


def parse_note(data: bytes) -> Note:
    """The note that these bytes are. Raises `Malformed` on anything else; verifies nothing."""
    if len(data) > MAX_NOTE:
        raise _malformed("note-too-long", f"at most {MAX_NOTE} bytes")
    data = bytes(data)
    check_text(data)
    split = data.rfind(b"\n\n")
    if split < 0:
        raise _malformed("note-without-signatures", "an empty line parts the text from its signatures")
    if not data.endswith(b"\n") or split + 2 == len(data):
        raise _malformed("bad-signature-line", "the last line is a signature and ends in a newline")
    lines = data[split + 2 : -1].split(b"\n")
    if len(lines) > MAX_SIGNATURES:
        raise _malformed("too-many-signatures", f"at most {MAX_SIGNATURES}")
    return Note(data[: split + 1], tuple([parse_signature_line(line) for line in lines]))


def format_note(note: Note) -> bytes:
    """The bytes of a note; `Malformed` if `parse_note` would not give the same note back."""
    out = note.text + b"\n" + b"".join(signature_line(signature) + b"\n" for signature in note.signatures)
    if parse_note(out) != note:
        raise _malformed("bad-note", "text ends in a newline and there is a signature")
    return out


def check_text(data: bytes) -> str:
    """`data` as str, if it is UTF-8 without control characters other than the newline; else `Malformed`."""
    if len(data.translate(None, _CONTROLS)) != len(data):
        raise _malformed("control-character", "newline is the only control character of a note")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise _malformed("not-utf8", "a note is UTF-8") from None


@lru_cache(maxsize=4096)
def check_name(name: str) -> str:
    """A key name: not empty, no Unicode space, no plus, no control character, no lone surrogate."""
    if not name or "+" in name or any(c.isspace() or c < " " or "\ud800" <= c <= "\udfff" for c in name):
        raise _malformed("bad-key-name", "a key name has no spaces and no plus")
    return name


def parse_signature_line(line: bytes) -> NoteSignature:
    """One signature line without its newline."""
    name, space, encoded = line[len(_DASH) :].partition(b" ")
    if not line.startswith(_DASH) or not space:
        raise _malformed("bad-signature-line", "write: em dash, space, key name, space, base64")
    try:
        text = name.decode()
    except UnicodeDecodeError:
        raise _malformed("not-utf8", "a note is UTF-8") from None
    return signature_from_base64(check_name(text), encoded)


def signature_line(signature: NoteSignature) -> bytes:
    """The line of a signature, without its newline."""
    return _DASH + signature.name.encode() + b" " + signature_base64(signature)


def signature_base64(signature: NoteSignature) -> bytes:
    """The last word of a signature line, from which `signature_from_base64` makes the signature again."""
    return binascii.b2a_base64(signature.key_id + signature.signature, newline=False)


def signature_from_base64(name: str, encoded: bytes) -> NoteSignature:
    """A signature by the key of that name from the last word of its line."""
    raw = parse_base64(encoded)
    if len(raw) < 5:
        raise _malformed("bad-signature-line", "four bytes of key id and a signature")
    return NoteSignature(name, raw[:4], raw[4:])


def parse_base64(encoded: bytes) -> bytes:
    """Standard base64 with padding that encodes back to the same characters; else `Malformed`."""
    try:
        raw = binascii.a2b_base64(encoded, strict_mode=True)
    except (binascii.Error, ValueError):
        raise _malformed("bad-base64", "standard base64 with padding") from None
    if binascii.b2a_base64(raw, newline=False) != encoded:
        raise _malformed("bad-base64", "base64 must encode back to itself")
    return raw


def parse_size(text: str | bytes) -> int:
    """A size or index: `0` or digits without a leading zero, below 2^63; else `Malformed`."""
    word = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    if not 0 < len(word) <= 19 or not word.isdigit() or (word[0] == 0x30 and len(word) > 1):
        raise _malformed("bad-size", "decimal digits without a leading zero")
    size = int(word)
    if size >= 1 << 63:
        raise _malformed("bad-size", "below 2^63")
    return size


def verify(note: Note, verifier: TextVerifier) -> bool:
    """Whether the key signed the text: at least one line carries its name and id, and each such line verifies
    (signed-note, Signatures: a bad signature by a known key spoils the note)."""
    name, key_id, found = verifier.name, verifier.key_id, False
    for signature in note.signatures:
        if signature.key_id == key_id and signature.name == name:
            if not verifier.check(note.text, signature.signature):
                return False
            found = True
    return found


def _malformed(rule: str, remedy: str) -> Malformed:
    return Malformed(rule, remedy=remedy, source=_SOURCE)
