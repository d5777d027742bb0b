"""Whether a node's store is whole: every leaf, tree, signature and payload, and what the node answers out of it.

Runs locked (leaves, trees, signatures, presence and hashes of ciphertexts) and unlocked (commitments too). `erased`,
`zeroized`, `missing` and `unsigned` are states of a healthy node, not faults. Reads the store and nothing else; it
mends nothing (record.md, At rest; Tests).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from steerclear.errors import Malformed
from steerclear.node.fsck_check import DO, Check, Finding
from steerclear.node.fsck_log import LogCheck, check_log
from steerclear.node.fsck_payload import check_payload
from steerclear.node.vault import Vault
from steerclear.record.card import Card
from steerclear.record.genesis import Line, parse_genesis
from steerclear.store.port import EntryStore


class Report(msgspec.Struct, frozen=True):
    """`states` counts what is neither whole nor a fault (`erased`, `zeroized`, `missing`, `locked`, `unsigned`)."""

    findings: tuple[Finding, ...]
    states: dict[str, int]
    lines: int
    logs: int
    leaves: int
    signatures: int
    payloads: int
    unlocked: bool

    @property
    def clean(self) -> bool:
        return not self.findings


def total(store: EntryStore) -> int:
    """Leaves in the store, for progress."""
    return sum(store.size(origin) for line in store.lines() for origin in store.origins(line))


def fsck(
    store: EntryStore,
    party: str,
    vault: Vault,
    *,
    zeroized: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Everything that the store holds. Raises nothing for anything that stands in it."""
    check = Check(store, party, vault, zeroized, progress)
    lines = store.lines()
    for line_id, (genesis, _) in lines.items():
        try:
            line = parse_genesis(genesis)
        except Malformed as error:
            check.fault("altered-genesis", line_id, str(error))
            continue
        if line.id != line_id:
            check.fault("altered-genesis", line_id, f"these bytes found line {line.id}")
            continue
        _line(check, line)
    return Report(
        tuple(check.findings),
        dict(sorted(check.states.items())),
        len(lines),
        check.logs,
        check.leaves,
        check.signatures,
        check.payloads,
        vault.unlocked,
    )


def _line(check: Check, line: Line) -> None:
    erased: set[str] = set()
    done: list[LogCheck] = []
    cards: dict[str, Card] = dict(line.policy.cards)
    origins = [origin for origin in check.store.origins(line.id) if check.store.size(origin)]
    for origin in sorted(origins, key=lambda one: one.split("/")[1] != check.party):
        made = check_log(check, line, origin, cards)
        cards |= made.cards
        erased |= made.erased
        done.append(made)
    missing = check.store.side(f"missing/{line.id}")
    for log in done:
        for header, entry in log.committed:
            check_payload(check, header, entry, said_missing=entry in missing, said_erased=entry in erased)
    _side(check, line, missing, {entry for log in done for _, entry in log.committed})


def _side(check: Check, line: Line, missing: Mapping[str, bytes], committed: set[str]) -> None:
    """What the node remembers beside the record must agree with it: a remembered gap that is none is a stale view."""
    for entry in missing:
        if entry not in committed:
            check.fault(
                "stale-view", entry, "remembered as missing, but no entry of that id asks for a payload"
            )
        elif check.store.payload(entry) is None or check.store.wrapped_key(entry) is None:
            continue
        elif entry in check.store.side(f"missing/{line.id}"):
            check.fault("stale-view", entry, "remembered as missing, but its payload is held")


def stale(shown: Mapping[str, int], store: EntryStore, line: str) -> Iterator[Finding]:
    """What a running node says it has folded (`as_of`: log → size) against what its store holds."""
    for origin in store.origins(line):
        name = origin.partition("/")[2]
        if shown.get(name, 0) != store.size(origin):
            text = f"the node shows {shown.get(name, 0)} entries, its store holds {store.size(origin)}"
            yield Finding("stale-view", origin, text, DO["stale-view"])


def compare(live: Mapping[str, Any], fresh: Mapping[str, Any]) -> Iterator[Finding]:
    """Subjects as a node holds them in memory against the same subjects folded again from the store."""
    for entry in sorted({*live, *fresh}):
        if live.get(entry) != fresh.get(entry):
            yield Finding(
                "stale-view", entry, "the board shows what the record does not give", DO["stale-view"]
            )
