"""Whether a leaf *counts*: the pure function of record.md, Admission, equal on all nodes and in `verify`.

It looks at signatures, keys, line, log, header grammar and the newest policy logged earlier in the same log;
never at payload, release table, clock or another log. What it refuses stays in the tree as an invalid leaf
that changes no state. Reasons are stable codes: those of `leaf.parse_leaf`, `keyring.change`,
`policy.apply_version` and `restart.check_restart`, and these:

    other-line · other-author · other-log        the leaf belongs elsewhere
    unknown-key · revoked-key                    a signer is no key of this party at this index
    bad-signature                                a signature does not verify
    no-officer · node-key-kind · root-key-kind   the keys that signed may not sign this kind
    no-root-quorum                               policy, key and log.restart need it
    no-sequence                                  an officer's entry in a log counts its sequence from 1
    not-a-member                                 the newest policy of this log does not list the author
    restart-missing · restart-misplaced          an epoch above 1 begins with its log.restart

Marks that an admitted leaf may carry: `officer-fork` (a sequence repeated, or a previous hash that is not the
officer's last entry in this log), `officer-gap` (a sequence left out), `repeated` (the same bytes as this
officer's last entry), `unknown-version`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import keyring, policy
from steerclear.record.card import parse_card
from steerclear.record.genesis import Line
from steerclear.record.header import Header
from steerclear.record.keyring import KeyInfo, Keyring
from steerclear.record.leaf import VERSION, Leaf, parse_leaf
from steerclear.record.policy import PolicyState
from steerclear.record.restart import check_restart, is_countersignature

NODE_RECORD_KINDS: Final = frozenset(
    (
        *("entry.invalid", "payload-missing", "payload-held", "payload-unopenable", "payload.inline"),
        *("carried", "fork", "erased", "opened", "timer.fired"),
    )
)
"""The record's own kinds that a node key may sign (messages.md, Of the record itself)."""
ROOT_KINDS: Final = frozenset(("policy", "key", "log.restart"))
"""By root quorum; `key` also by two registrars (record.md, Keys)."""
RECORD_KINDS: Final = NODE_RECORD_KINDS | ROOT_KINDS
NODE_KINDS: Final = NODE_RECORD_KINDS | {"line.check", "alert"}
"""All that a node key may ever sign: never a receipt, a reply or a release (record.md, Keys)."""


class Admitted(msgspec.Struct, frozen=True, gc=False):
    """A leaf that counts. `marks` are shown and hold nothing back; `change` is what it does to its log."""

    leaf: Leaf
    index: int
    marks: tuple[str, ...] = ()
    change: Change | None = None


class Invalid(msgspec.Struct, frozen=True, gc=False):
    """A leaf that does not. `kind` is its kind where the header could be read ('' otherwise)."""

    reason: str
    index: int
    id: str = ""
    kind: str = ""


class Change(msgspec.Struct, frozen=True):
    """What an admitted `key`, `policy` or `log.restart` entry puts in force from the next index on."""

    ring: Keyring | None
    policy: PolicyState
    restarted: bool


Outcome = Admitted | Invalid


class LogState:
    """What `admit` needs to know of one log: keys and policy at its next index, and each officer's chain.

    `advance` takes the outcomes in order of index; the rest reads. `ring` is None until a newcomer's log
    holds the policy version that brings its card.
    """

    __slots__ = ("chains", "epoch", "line", "log", "origin", "party", "policy", "restarted", "ring", "size")

    def __init__(self, line: Line, party: str, epoch: int = 1) -> None:
        self.line = line
        self.party = party
        self.epoch = epoch
        self.log = f"{party}/{epoch}"
        self.origin = f"{line.id}/{party}/{epoch}"
        self.size = 0
        self.policy = line.policy
        card = line.policy.cards.get(party)
        self.ring: Keyring | None = None if card is None else keyring.from_card(card)
        self.restarted = epoch == 1
        self.chains: dict[str, tuple[int, str]] = {}

    def advance(self, outcome: Outcome) -> None:
        """Takes the verdict on the leaf at `size`, the next index. ValueError for any other index."""
        if outcome.index != self.size:
            raise ValueError(f"{self.log} is at {self.size}, not {outcome.index}")
        self.size += 1
        if not isinstance(outcome, Admitted):
            return
        header = outcome.leaf.header
        if header.officer_seq:
            last = self.chains.get(header.officer)
            if last is None or header.officer_seq > last[0]:
                self.chains[header.officer] = (header.officer_seq, outcome.leaf.id)
        if outcome.change is not None:
            self.ring = outcome.change.ring
            self.policy = outcome.change.policy
            self.restarted = outcome.change.restarted

    def copy(self) -> LogState:
        """A second one that advances on its own (for what is tried before it is stored)."""
        other = LogState.__new__(LogState)
        for name in LogState.__slots__:
            setattr(other, name, getattr(self, name))
        other.chains = dict(self.chains)
        return other

    def next_of(self, officer: str) -> tuple[int, str]:
        """(sequence, previous hash) that the next entry of this officer's key names; for `prepare`."""
        seq, last = self.chains.get(officer, (0, ""))
        return seq + 1, last


def admit(data: bytes, index: int, state: LogState, *, verify_signatures: bool = True) -> Outcome:
    """The verdict on leaf `index` of the log whose state is `state` (which must stand at that index).

    Pure: changes nothing, raises nothing for any bytes. `verify_signatures=False` leaves out the Ed25519
    checks of the leaf's lines, for leaves that this node verified before it stored them.
    """
    if index != state.size:
        raise ValueError(f"{state.log} is at {state.size}, not {index}")
    try:
        leaf = parse_leaf(data)
    except Malformed as error:
        return Invalid(error.rule, index)
    return admit_leaf(leaf, index, state, verify_signatures=verify_signatures)


def admit_leaf(leaf: Leaf, index: int, state: LogState, *, verify_signatures: bool = True) -> Outcome:
    """`admit` for a leaf already read."""
    header = leaf.header
    reason = _belongs(header, state)
    if reason:
        return Invalid(reason, index, leaf.id, header.kind)
    try:
        if header.kind in ROOT_KINDS and header.v == VERSION:
            signers, change = _changes(leaf, index, state)
        else:
            signers, change = _signers(header, index, state.ring, {}), None
            _may_sign(header, signers)
    except Malformed as error:
        return Invalid(error.rule, index, leaf.id, header.kind)
    reason = _stands(header, state, change)
    if reason:
        return Invalid(reason, index, leaf.id, header.kind)
    if verify_signatures and not _verify(leaf, signers):
        return Invalid("bad-signature", index, leaf.id, header.kind)
    return Admitted(leaf, index, _marks(leaf.id, header, state), change)


def _belongs(header: Header, state: LogState) -> str:
    if header.line != state.line.id:
        return "other-line"
    if header.author != state.party:
        return "other-author"
    if header.log != state.log and header.log:
        return "other-log"
    return ""


def _signers(
    header: Header, index: int, ring: Keyring | None, extra: Mapping[str, KeyInfo]
) -> tuple[KeyInfo, ...]:
    """The key of each signer as it counts at `index`."""
    found = []
    for ref in header.signers:
        info = ring.find(ref, index) if ring is not None else None
        if info is None:
            info = extra.get(ref)
        if info is None:
            revoked = ring is not None and ring.known(ref)
            raise Malformed("revoked-key" if revoked else "unknown-key", field="signers", remedy=ref)
        found.append(info)
    return tuple(found)


def _may_sign(header: Header, signers: Collection[KeyInfo]) -> None:
    """One officer's key or more, or the node key for its kinds; root keys for theirs alone."""
    officer = False
    for info in signers:
        if info.sort == "officer":
            officer = True
            if info.ref == header.officer and header.log and not header.officer_seq:
                raise Malformed("no-sequence", field="officer_seq")
        elif info.sort == "node":
            if header.kind not in NODE_KINDS:
                raise Malformed("node-key-kind", field="signers")
        elif header.kind not in ROOT_KINDS:
            raise Malformed("root-key-kind", field="signers")
    if not officer and header.kind not in NODE_KINDS | ROOT_KINDS:
        raise Malformed("no-officer", field="signers")


def _changes(leaf: Leaf, index: int, state: LogState) -> tuple[tuple[KeyInfo, ...], Change]:
    """The signers of a `key`, `policy` or `log.restart` entry and what it changes."""
    header, ring = leaf.header, state.ring
    record = header.record
    if not header.log:
        raise Malformed("bad-standalone", field="log")
    if header.kind == "key":
        if ring is None:
            raise Malformed("unknown-key", field="signers")
        signers = _signers(header, index, ring, keyring.candidates(ring, record))
        _no_node(signers)
        return signers, Change(keyring.change(ring, record, signers, index), state.policy, state.restarted)
    if header.kind == "policy":
        return _policy(header, index, state)
    return _restart(header, index, state)


def _policy(header: Header, index: int, state: LogState) -> tuple[tuple[KeyInfo, ...], Change]:
    text = header.record.get("policy")
    if not isinstance(text, str):
        raise Malformed("bad-policy", field="record.policy", remedy="the signed policy version as text")
    before = header.record.get("before", ())
    if not isinstance(before, list | tuple) or not all(isinstance(one, str) for one in before):
        raise Malformed("bad-policy", field="record.before", remedy="the signed versions before it, as text")
    after = state.policy
    for version in (*before, text):
        after = policy.apply_version(after, version.encode("utf-8", "replace"))
    ring, card = state.ring, after.cards.get(state.party)
    if ring is None:
        if card is None:
            raise Malformed("not-a-member", field="record.policy")
        ring = keyring.from_card(card, index)
    elif card is not None and card != state.policy.cards.get(state.party):
        ring = keyring.with_card(ring, card, index + 1)
    newest = {ref: spans[-1] for ref, spans in ring.keys.items() if spans[-1].sort == "root"}
    signers = _signers(header, index, state.ring, newest)
    _root_quorum(ring, signers)
    return signers, Change(ring, after, state.restarted)


def _restart(header: Header, index: int, state: LogState) -> tuple[tuple[KeyInfo, ...], Change]:
    ring, record = state.ring, header.record
    if ring is None:
        raise Malformed("not-a-member", field="author")
    if is_countersignature(record):
        signers = _signers(header, index, ring, {})
        _root_quorum(ring, signers)
        return signers, Change(ring, state.policy, state.restarted)
    if state.restarted:
        raise Malformed("restart-misplaced", field="kind")
    restart = check_restart(record, state.party, state.epoch)
    new = ring
    if restart.card:
        card = parse_card(restart.card.encode("utf-8", "replace")).card
        new = keyring.with_card(ring, card, index)
    signers = _signers(header, index, new, {})
    _root_quorum(new, signers)
    return signers, Change(new, state.policy, True)


def _root_quorum(ring: Keyring, signers: Collection[KeyInfo]) -> None:
    _no_node(signers)
    if not keyring.root_quorum(ring.roots, ring.card.party, signers):
        raise Malformed("no-root-quorum", field="signers")


def _no_node(signers: Collection[KeyInfo]) -> None:
    if any(one.sort == "node" for one in signers):
        raise Malformed("node-key-kind", field="signers")


def _stands(header: Header, state: LogState, change: Change | None) -> str:
    """Whether the log is at a point at which this may stand."""
    if not state.restarted and not (change is not None and change.restarted) and header.kind != "policy":
        return "restart-missing"
    if state.party in state.policy.policy.members or header.life_safety or header.kind in RECORD_KINDS:
        return ""
    return "not-a-member"


def _verify(leaf: Leaf, signers: Collection[KeyInfo]) -> bool:
    text = leaf.note.text
    lines = zip(signers, leaf.note.signatures, strict=True)
    return all(info.verifier.check(text, line.signature) for info, line in lines)


def _marks(leaf_id: str, header: Header, state: LogState) -> tuple[str, ...]:
    marks: tuple[str, ...] = () if header.v == VERSION else ("unknown-version",)
    if header.officer_seq:
        last_seq, last_id = state.chains.get(header.officer, (0, ""))
        if leaf_id == last_id:
            marks += ("repeated",)
        elif header.officer_seq <= last_seq:
            marks += ("officer-fork",)
        elif header.officer_seq > last_seq + 1:
            marks += ("officer-gap",)
        elif header.officer_prev != last_id:
            marks += ("officer-fork",)
    return marks
