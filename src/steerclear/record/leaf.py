"""The leaf: one signed note that holds one clear header (record.md, Entry = leaf).

    steerclear/entry/v1
    <the clear header as one JCS line>
    <empty line>
    — <name> <signature>          one a key in `signers`, in that order, Ed25519 only

A leaf is read strictly: from each legal leaf there is one header, and from each header and its signatures one
leaf. In version 1 the header line is JCS *and* leaves out every field that has its default value. A header of
a later version keeps the fields of this one and may have more (record.md, Admission: an unknown version is
admitted). Which signatures count is `admit`'s to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import jcs
from steerclear.record.header import Header, Seen
from steerclear.record.note import Note, NoteSignature, format_note, parse_note

DOMAIN: Final = b"steerclear/entry/v1\n"
VERSION: Final = 1
MAX_LEAF: Final = 65_535
"""Bytes of a leaf at most (record.md; the 16-bit length of an entry bundle)."""
SIZE_CLASSES: Final = (
    *(1024, 1536, 2048, 3072, 4096, 6144, 8192, 12_288),
    *(16_384, 24_576, 32_768, 40_960, 49_152, MAX_LEAF),
)
"""Sizes of finished leaves, so that a leaf's length says little (messages.md, Header)."""
MAX_SIGNERS: Final = 32
MAX_TO: Final = 128
MAX_REFS: Final = 256
MAX_SEEN: Final = 128

PARTY: Final = re.compile(r"[0-9a-f]{32}")
HASH: Final = re.compile(r"[0-9a-f]{64}")
LOG: Final = re.compile(r"[0-9a-f]{32}/[1-9][0-9]{0,5}")
KEY_REF: Final = re.compile(r"[0-9a-f]{32}/[a-z][a-z0-9._-]{0,63}\+[0-9a-f]{8}")
KIND: Final = re.compile(r"(?=.{1,64}\Z)[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
_COSIGNATURE = re.compile(r"[A-Za-z0-9+/]{101}[AQgw]==")
"""Base64 of 4 bytes of key id, 8 of time, 64 of Ed25519 signature."""

_SIGNATURE_BYTES = 64
_PAD_COST = len(b'"pad":"",')
_SOURCE = "record.md, Entry = leaf"

_decoder = msgspec.json.Decoder(Header)
_encoder = msgspec.json.Encoder(order="sorted")
_FIELDS = frozenset(Header.__struct_fields__)
_hash = HASH.fullmatch


class Leaf(msgspec.Struct, frozen=True, gc=False):
    """A leaf read from its bytes: `id` (SHA-256 of them, hex), the clear header, and the note as signed."""

    id: str
    header: Header
    note: Note


def entry_id(leaf: bytes) -> str:
    """The id of an entry: SHA-256 of its leaf, lower-case hex (messages.md, Header)."""
    return sha256(leaf).hexdigest()


def leaf_text(header: Header) -> bytes:
    """The text to sign for this header, padded.

    `pad` (full stops) is chosen so that the finished leaf, with one Ed25519 line a signer, is exactly
    as long as one of `SIZE_CLASSES` (1024, 1536, 2048, 3072, 4096, 6144, 8192 … 65,535 bytes); a pad
    that the header brings is put away first. Only a leaf within 8 bytes of the limit stays unpadded.
    Raises `Malformed`: the rules of `check_header`, and `leaf-too-large`.
    """
    if header.pad:
        header = msgspec.structs.replace(header, pad="")
    check_header(header)
    if header.v != VERSION:
        raise _malformed("bad-version", "v", f"this node writes version {VERSION}")
    body = jcs.dumps(header)
    size = len(DOMAIN) + len(body) + 2 + _signature_lines(header.signers)
    if size > MAX_LEAF:
        raise _malformed(
            "leaf-too-large",
            "",
            f"{size} bytes of {MAX_LEAF}: name fewer references",
        )
    room = next((one - size for one in SIZE_CLASSES if one == size or one > size + _PAD_COST), 0)
    if room:
        body = jcs.dumps(msgspec.structs.replace(header, pad="." * (room - _PAD_COST)))
    return DOMAIN + body + b"\n"


def finish_leaf(text: bytes, signatures: Iterable[NoteSignature]) -> bytes:
    """The leaf from its signed text and its signature lines; `Malformed` where `parse_leaf` refuses it."""
    leaf = format_note(Note(text, tuple(signatures)))
    parse_leaf(leaf)
    return leaf


def parse_leaf(data: bytes) -> Leaf:
    """The leaf that these bytes are. Raises `Malformed` on any other bytes; verifies no signature.

    Rules: those of `note.parse_note` and `check_header`; `leaf-too-large`, `wrong-domain`, `not-one-line`,
    `bad-header` (a field missing, unknown or of a wrong type), `not-canonical`, `float`, `integer-too-large`,
    `bad-version`, `wrong-signature-lines`, `bad-signature-length`.
    """
    if len(data) > MAX_LEAF:
        raise _malformed("leaf-too-large", "", f"at most {MAX_LEAF} bytes")
    note = parse_note(data)
    text = note.text
    if not text.startswith(DOMAIN):
        raise _malformed("wrong-domain", "", "the first line is steerclear/entry/v1")
    if text.find(b"\n", len(DOMAIN)) != len(text) - 1:
        raise _malformed("not-one-line", "", "the header is one line")
    header = _parse_header(text[len(DOMAIN) : -1])
    signatures = note.signatures
    if tuple([one.ref for one in signatures]) != header.signers:
        raise _malformed(
            "wrong-signature-lines", "signers", "one signature line a signer, in the order of `signers`"
        )
    for one in signatures:
        if len(one.signature) != _SIGNATURE_BYTES:
            raise _malformed("bad-signature-length", "signers", "entries are signed with Ed25519 alone")
    return Leaf(sha256(data).hexdigest(), header, note)


def check_header(header: Header) -> None:
    """The grammar of a clear header, whatever its kind.

    Raises `Malformed`: `bad-version`, `bad-id`, `bad-kind`, `bad-log`, `bad-signers`, `bad-number`,
    `bad-addressees`, `bad-refs`, `bad-seen`, `bad-pad`, `bad-standalone`.
    """
    if header.v < 1:
        raise _malformed("bad-version", "v", "versions count from 1")
    _check_names(
        header.line, header.author, header.kind, header.log, header.officer, header.signers, header.to
    )
    _check_numbers(header)
    if header.commitment and not _hash(header.commitment):
        raise _malformed("bad-id", "commitment", "64 lower-case hex digits")
    if header.officer_prev and not _hash(header.officer_prev):
        raise _malformed("bad-id", "officer_prev", "64 lower-case hex digits")
    if header.supersedes and not _hash(header.supersedes):
        raise _malformed("bad-id", "supersedes", "64 lower-case hex digits")
    if header.refs and (len(header.refs) > MAX_REFS or not all(map(_hash, header.refs))):
        raise _malformed("bad-refs", "refs", f"at most {MAX_REFS} entry ids")
    if header.pad and header.pad.strip("."):
        raise _malformed("bad-pad", "pad", "full stops only")
    if not header.log:
        _check_standalone(header)
    if header.seen:
        _check_seen(header)


@lru_cache(maxsize=4096)
def _check_names(
    line: str, author: str, kind: str, log: str, officer: str, signers: tuple[str, ...], to: tuple[str, ...]
) -> None:
    """What repeats from leaf to leaf, so that its check is remembered."""
    if not HASH.fullmatch(line):
        raise _malformed("bad-id", "line", "64 lower-case hex digits")
    if not PARTY.fullmatch(author):
        raise _malformed("bad-id", "author", "32 lower-case hex digits")
    if not KIND.fullmatch(kind):
        raise _malformed("bad-kind", "kind", "lower-case words joined by full stops or hyphens")
    if log and (not LOG.fullmatch(log) or log[:32] != author):
        raise _malformed("bad-log", "log", "write <author>/<epoch>")
    if not 0 < len(signers) <= MAX_SIGNERS or len(set(signers)) != len(signers):
        raise _malformed("bad-signers", "signers", f"1 to {MAX_SIGNERS} keys, each once")
    for one in signers:
        if not KEY_REF.fullmatch(one):
            raise _malformed("bad-signers", "signers", "write <party>/<post>+<8 hex of the key id>")
    if officer != signers[0]:
        raise _malformed("bad-signers", "officer", "the officer's key is the first of `signers`")
    if len(to) > MAX_TO or len(set(to)) != len(to) or not all(map(PARTY.fullmatch, to)):
        raise _malformed("bad-addressees", "to", f"at most {MAX_TO} party ids, each once")


def _parse_header(body: bytes) -> Header:
    try:
        header = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _parse_later_version(body)
    if header.record or _encoder.encode(header) != body:
        jcs.loads(body)
        if jcs.dumps(header) != body:
            raise _malformed("not-canonical", "", "leave out every field that has its default value")
    if header.v != VERSION:
        return _parse_later_version(body)
    check_header(header)
    return header


def _parse_later_version(body: bytes) -> Header:
    """A header with `v` above 1: fields that this version does not know are passed over."""
    value: Any = jcs.loads(body)
    if not isinstance(value, dict):
        raise _malformed("bad-header", "", "the header is an object")
    version = value.get("v")
    known = value
    if type(version) is int and version > VERSION:
        known = {name: item for name, item in value.items() if name in _FIELDS}
    try:
        header = msgspec.convert(known, Header)
    except msgspec.ValidationError as error:
        raise _malformed("bad-header", "", str(error)) from None
    check_header(header)
    return header


def _check_numbers(header: Header) -> None:
    if not 0 < header.released_ms <= jcs.MAX_INT:
        raise _malformed("bad-number", "released_ms", "Unix milliseconds")
    if not 0 <= header.officer_seq <= jcs.MAX_INT:
        raise _malformed("bad-number", "officer_seq", "sequences count from 1")
    if not 0 <= header.reply_by_ms <= jcs.MAX_INT:
        raise _malformed("bad-number", "reply_by_ms", "Unix milliseconds")


def _check_standalone(header: Header) -> None:
    """record.md, Life safety without a log: no epoch, sequence or `seen`, and only for life safety."""
    if not header.life_safety:
        raise _malformed("bad-standalone", "log", "only a life-safety entry may name no log")
    if header.officer_seq or header.officer_prev or header.seen:
        raise _malformed("bad-standalone", "officer_seq", "a stand-alone note has no sequence and no `seen`")


def _check_seen(header: Header) -> None:
    if len(header.seen) > MAX_SEEN:
        raise _malformed("bad-seen", "seen", f"at most {MAX_SEEN} logs")
    for log, seen in header.seen.items():
        if not LOG.fullmatch(log) or log == header.log:
            raise _malformed("bad-seen", f"seen.{log}", "name another log of the line as <party>/<epoch>")
        if not 0 <= seen.size <= jcs.MAX_INT or not _hash(seen.root):
            raise _malformed("bad-seen", f"seen.{log}", "a size and its root in 64 hex digits")
        if seen.cosignature:
            good = _COSIGNATURE.fullmatch(seen.cosignature) and _hash(seen.cosigned_root)
            if not good or not 0 < seen.cosigned_size <= jcs.MAX_INT:
                raise _malformed(
                    "bad-seen", f"seen.{log}.cosignature", "the last word of an Ed25519 cosignature line"
                )
        elif seen.cosigned_size or seen.cosigned_root:
            raise _malformed("bad-seen", f"seen.{log}.cosigned_size", "only together with a cosignature")


def effective_seen(inherited: dict[str, Seen], header: Header) -> dict[str, Seen]:
    """What a leaf has seen: its own `seen` over that of the leaf before it in the same log.

    record.md, Entry = leaf: left out where unchanged, and then inherited.
    """
    return {**inherited, **header.seen} if header.seen else inherited


def _signature_lines(signers: Iterable[str]) -> int:
    """Bytes of the lines `— <name> <92 characters>` that these keys will write."""
    return sum(len("— ".encode()) + len(one) - 9 + 1 + 92 + 1 for one in signers)


def _malformed(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
