"""What a run of `fsck` has found so far, and what to do about each sort of fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from steerclear.node.vault import Vault
from steerclear.store.port import EntryStore

Sort = Literal[
    "missing-leaf",
    "altered-leaf",
    "swapped-leaf",
    "extra-leaf",
    "altered-checkpoint",
    "altered-cosignature",
    "altered-genesis",
    "lost-payload",
    "altered-payload",
    "lost-key",
    "stale-view",
]


class Finding(msgspec.Struct, frozen=True):
    """One fault: what, where (a log and index, or an entry), what it means, and what to do."""

    sort: Sort
    where: str
    text: str
    do: str


DO: Mapping[Sort, str] = {
    "missing-leaf": "stop the node; take the log back from a peer: steerclear line recover",
    "altered-leaf": "stop the node, keep this store as evidence, restore a backup, then: steerclear line recover",
    "swapped-leaf": "stop the node, keep this store as evidence, restore a backup, then: steerclear line recover",
    "extra-leaf": "stop the node, keep this store as evidence, restore a backup, then: steerclear line recover",
    "altered-checkpoint": "keep this store as evidence; a peer holds the checkpoint that was cosigned",
    "altered-cosignature": "keep this store as evidence; the peer can give its cosignature again",
    "altered-genesis": "put back the genesis that the line's members signed",
    "lost-payload": "ask the author, or another addressee, for a bundle: steerclear bundle import",
    "altered-payload": "ask the author, or another addressee, for a bundle: steerclear bundle import",
    "lost-key": "the payload cannot be opened: ask the author for a bundle: steerclear bundle import",
    "stale-view": "restart the node: views are built from the record at start",
}


@dataclass
class Check:
    """What one run has found so far. `progress(done)` is called now and then with the leaves read."""

    store: EntryStore
    party: str
    vault: Vault
    zeroized: bool = False
    progress: Callable[[int], None] = lambda done: None
    findings: list[Finding] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    logs: int = 0
    leaves: int = 0
    signatures: int = 0
    payloads: int = 0

    def fault(self, sort: Sort, where: str, text: str) -> None:
        self.findings.append(Finding(sort, where, text, DO[sort]))

    def state(self, name: str, count: int = 1) -> None:
        self.states[name] = self.states.get(name, 0) + count
