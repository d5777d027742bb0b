"""Which subject an entry belongs to: follow refs[0] or `supersedes` to the root.

A kind that begins a subject is its own root whatever it refers to (a `stop` may name an area); everything
else belongs where its first reference leads. An entry whose reference is not held yet waits under that id and
moves when the reference comes, so the grouping is a function of the set of entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from steerclear.procedure.said import Said
from steerclear.record.header import Header
from steerclear.speech import table

FOLLOWING = frozenset(
    {
        *("amend", "withdraw", "complete", "receipt", "reply", "dissemination", "area.reply", "timer.fired"),
        *("area.challenge", "overlap.result"),
        *("movement.position", "movement.complete"),
        *("statement", "counterclaim", "evidence", "finding"),
        *("call", "assist.position"),
    }
)
# Acts about the line itself: each is a subject of its own, and all together are folded by `line.fold_line`.
LINE_KINDS = frozenset({"agreement", "line.status", "line.check", "line.roster", "introduce"})


# Kinds whose entries begin a subject, or hang on the one of their kind that they refer to.
BY_REFERENCE = frozenset({"agreement", "line.status", "meeting", "provision", "alert"})


def parent(header: Header) -> str:
    """The id that an entry hangs on, '' for a root. Those of `BY_REFERENCE` hang on the one they refer to."""
    kind = header.kind
    if not (kind in FOLLOWING or kind in BY_REFERENCE or table.kind(kind) is None):
        return ""
    if kind == "timer.fired":
        named = header.record.get("subject", "")
        return named if isinstance(named, str) else ""
    return header.refs[0] if header.refs else header.supersedes


class Subjects:
    """The grouping as it grows, by ids alone: `add` answers which subjects changed, `entries` what a subject holds.

    Not thread-safe; owned by whoever feeds it. Any order and any repetition of `add` ends in the same groups. A
    subject of one entry, the common case, costs no more than its id.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._parent: dict[str, str] = {}
        self._groups: dict[str, list[str]] = {}

    def add(self, entry: str, above: str) -> tuple[str, ...]:
        """Take an entry that hangs on `above` ('' for a root), or one that is known already; the subjects to fold
        again."""
        if entry in self._known:
            return (self.root(entry),)
        self._known.add(entry)
        if not above:
            if entry in self._groups:
                self._groups[entry].append(entry)
            return (entry,)
        self._parent[entry] = above
        root = self.root(entry)
        waiting = self._groups.pop(entry, []) if root != entry else []
        group = self._groups.setdefault(root, [root] if root in self._known and root != entry else [])
        group += [*waiting, entry]
        return tuple(sorted({root, entry} if waiting else {root}))

    def root(self, entry: str) -> str:
        """The subject id of an entry: its root, or the first reference on the way that is not held."""
        above = self._parent.get(entry, "")
        if not above:
            return entry
        on_the_way = {entry}
        while above and above not in on_the_way:
            on_the_way.add(above)
            entry, above = above, self._parent.get(above, "")
        return entry

    def entries(self, subject: str) -> tuple[str, ...]:
        """Ids of what a subject holds; empty for one never heard of."""
        group = self._groups.get(subject)
        if group is not None:
            return tuple(group)
        return (subject,) if subject in self._known and subject not in self._parent else ()

    def ids(self) -> tuple[str, ...]:
        """Subjects whose root is held."""
        return tuple(entry for entry in self._known if entry not in self._parent)


def group(entries: Iterable[Said]) -> Mapping[str, tuple[Said, ...]]:
    """Subject id → its entries, at once; orphans stand under the reference that is missing."""
    subjects, held = Subjects(), {}
    for said in entries:
        held[said.id] = said
        subjects.add(said.id, parent(said.header))
    roots = {subjects.root(entry) for entry in held}
    return {root: tuple(held[one] for one in subjects.entries(root)) for root in roots}
