"""One log in memory, own or mirrored: its tree, what `admit` needs, its newest checkpoint, who cosigned how far."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from steerclear.record import checkpoint as checkpoints
from steerclear.record.admit import Admitted, LogState, Outcome, admit
from steerclear.record.delivery import NOTHING_SAID, Cover, Statements
from steerclear.record.genesis import Line
from steerclear.record.header import Seen
from steerclear.record.leaf import entry_id
from steerclear.record.merkle import Tree, leaf_hash
from steerclear.record.note import NoteSignature, parse_note
from steerclear.record.times import LogTimes


@dataclass
class Log:
    """`ids` holds the entry id of each leaf, `invalid` why one does not count, `changes` where keys or policy
    changed. `checkpoint` is the newest note, b""
    before the first; `state` stands at the tree's size.

    `covers`: per other log (`<party>/<epoch>`) this log's checkpoints whose `seen` grew, ascending. `said`: what this
    log says about entries of others (`payload-missing` …), by entry id. `cosigned_to`: per member how far it cosigned.
    `own_cosigned`: (size, seconds) of the author's own newest cosignature on it, the proof that it was alive.
    `known_cosignatures`: (member, size, seconds) of verified ones; `unproved_embeds` wait for the text they are over.
    """

    state: LogState
    times: LogTimes
    tree: Tree = field(default_factory=Tree)
    ids: list[str] = field(default_factory=list)
    invalid: dict[int, str] = field(default_factory=dict)
    changes: list[int] = field(default_factory=list)
    checkpoint: bytes = b""
    checkpoint_ms: int = 0
    head: checkpoints.Checkpoint | None = None
    covers: dict[str, list[Cover]] = field(default_factory=dict)
    said: dict[str, Statements] = field(default_factory=dict)
    cosigned_to: dict[str, int] = field(default_factory=dict)

    newest_cosignature: dict[str, tuple[int, int, NoteSignature]] = field(default_factory=dict)
    own_cosigned: tuple[int, int] = (0, 0)
    known_cosignatures: set[tuple[str, int, int]] = field(default_factory=set)
    unproved_embeds: list[tuple[int, str, Seen]] = field(default_factory=list)

    @staticmethod
    def empty(line: Line, party: str, epoch: int) -> Log:
        return Log(LogState(line, party, epoch), LogTimes(party))

    @property
    def origin(self) -> str:
        return self.state.origin

    @property
    def party(self) -> str:
        return self.state.party

    @property
    def name(self) -> str:
        """`<party>/<epoch>`, as headers name it."""
        return self.state.log

    @property
    def size(self) -> int:
        return self.tree.size

    def verdict(self, leaf: bytes, *, verify_signatures: bool = True) -> Outcome:
        """The verdict on a leaf that would come next; nothing is taken."""
        return admit(leaf, self.size, self.state, verify_signatures=verify_signatures)

    def take(self, leaf: bytes, outcome: Outcome) -> str:
        """Append a leaf whose verdict is known; from now on it belongs to this log whatever the verdict. Its id."""
        self.tree.append(leaf_hash(leaf))
        self.state.advance(outcome)
        if isinstance(outcome, Admitted):
            self.ids.append(outcome.leaf.id)
            if outcome.change is not None:
                self.changes.append(outcome.index)
        else:
            self.ids.append(outcome.id or entry_id(leaf))
            self.invalid[outcome.index] = outcome.reason
        return self.ids[-1]

    def set_checkpoint(self, note: bytes, at_ms: int) -> tuple[str, ...]:
        """Take a newer signed head; the names of other logs of which it has seen more than any before it."""
        head = checkpoints.parse(parse_note(note).text)
        self.checkpoint, self.checkpoint_ms, self.head = note, at_ms, head
        grown = []
        for seen in head.seen:
            name = seen.origin.partition("/")[2]
            known = self.covers.setdefault(name, [])
            if not known or known[-1].covers < seen.size:
                known.append(Cover(head.size, seen.size))
                grown.append(name)
        return tuple(grown)

    def first_cover(self, name: str, index: int) -> list[Cover]:
        """The first checkpoint of this log that has seen leaf `index` of log `name`, in a list of one or none."""
        known = self.covers.get(name, [])
        at = bisect_right(known, index, key=lambda one: one.covers)
        return known[at : at + 1]

    def statements(self, entry: str) -> Statements:
        return self.said.get(entry, NOTHING_SAID)
