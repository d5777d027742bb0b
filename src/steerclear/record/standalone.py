"""Life safety without a log: a signed note that names no epoch, sequence or `seen` (record.md).

While its author's log cannot sign (recovery, fork) a life-safety entry goes as such a note. It *is* a
leaf: the receiver's node logs its bytes in `carried`, the author later logs the same bytes in its next
epoch, and the id is the same, so that it is folded once, at the earlier place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record.admit import LogState, Outcome, admit_leaf
from steerclear.record.header import Header
from steerclear.record.leaf import Leaf, check_header, parse_leaf

KIND: Final = "carried"
MAX_STANDALONE: Final = 32_768
"""Bytes at most, so that the note fits into a `carried` leaf of its receiver."""
_SOURCE = "record.md, Life safety without a log"


class Carried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`record` of a `carried` entry: the stand-alone note as it came, and over what carrier."""

    note: str
    carrier: str


def standalone_header(header: Header) -> Header:
    """The header of an entry without what only a log can give. Raises `Malformed` `bad-standalone` unless
    it is life safety."""
    bare = msgspec.structs.replace(header, log="", officer_seq=0, officer_prev="", seen={})
    check_header(bare)
    return bare


def is_standalone(header: Header) -> bool:
    return not header.log


def parse_standalone(data: bytes) -> Leaf:
    """The stand-alone note that these bytes are. Raises `Malformed`: `standalone-too-large`,
    `not-standalone`, and what `parse_leaf` raises."""
    if len(data) > MAX_STANDALONE:
        raise Malformed("standalone-too-large", remedy=f"at most {MAX_STANDALONE} bytes", source=_SOURCE)
    leaf = parse_leaf(data)
    if not is_standalone(leaf.header):
        raise Malformed("not-standalone", field="log", remedy="this entry belongs to a log", source=_SOURCE)
    return leaf


def judge(leaf: Leaf, author_log: LogState) -> Outcome:
    """Whether the note counts by the keys of its author's log as far as it is held here."""
    return admit_leaf(leaf, author_log.size, author_log)


def carried_record(data: bytes, carrier: str) -> dict[str, Any]:
    """The `record` with which a receiver logs the note. Raises `Malformed` if it is none."""
    parse_standalone(data)
    return {"note": data.decode(), "carrier": carrier}


def parse_carried(record: Mapping[str, Any]) -> tuple[Leaf, str]:
    """(the note, its carrier) in the `record` of a `carried` entry. Raises `Malformed` `bad-carried` and what
    `parse_standalone` raises."""
    try:
        carried = msgspec.convert(dict(record), Carried)
    except msgspec.ValidationError as error:
        raise Malformed("bad-carried", field="record", remedy=str(error), source=_SOURCE) from None
    return parse_standalone(carried.note.encode("utf-8", "replace")), carried.carrier
