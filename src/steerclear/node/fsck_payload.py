"""`fsck` of a payload at rest: present, the ciphertext whose key was wrapped, and, unlocked, what was committed to."""

from __future__ import annotations

from steerclear.errors import Malformed
from steerclear.node.fsck_check import Check
from steerclear.record import seal
from steerclear.record.header import Header
from steerclear.record.payload import opens, unpack


def check_payload(check: Check, header: Header, entry: str, *, said_missing: bool, said_erased: bool) -> None:
    """Of an entry whose payload this node wrote or may have."""
    if header.author != check.party and check.party not in header.to:
        return
    check.payloads += 1
    sealed, wrapped = check.store.payload(entry), check.store.wrapped_key(entry)
    if check.zeroized:
        check.state("zeroized")
    elif said_erased:
        check.state("erased")
    elif said_missing and (sealed is None or wrapped is None):
        check.state("missing")
    elif sealed is None:
        check.fault("lost-payload", entry, "the record says that it was held, and it is not there")
    elif wrapped is None:
        check.fault("lost-key", entry, "its key is gone, and no `erased` entry says so")
    elif not seal.matches(wrapped, sealed):
        check.fault("altered-payload", entry, "the ciphertext is not the one whose key was wrapped")
    elif check.vault.storage_key is None:
        check.state("locked")
    else:
        _opened(check, header, entry, sealed, wrapped)


def _opened(check: Check, header: Header, entry: str, sealed: bytes, wrapped: bytes) -> None:
    assert check.vault.storage_key is not None
    try:
        opening = unpack(
            seal.open_sealed(sealed, seal.unwrap(wrapped, check.vault.storage_key, entry), entry)
        )
    except Malformed as error:
        check.fault("altered-payload", entry, str(error))
        return
    if not opens(opening, header.commitment):
        check.fault("altered-payload", entry, "it is not what its author committed to")
