"""Which subject an entry belongs to: follow refs[0] or `supersedes` to the root.

A kind that begins a subject is its own root whatever it refers to (a `stop` may name an area); everything
else belongs where its first reference leads. An entry whose reference is not held yet waits under that id and
moves when the reference comes, so the grouping is a function of the set of entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from steerclear.procedure.said import Said
from steerclear.speech import table

FOLLOWING = frozenset(
    {"amend", "withdraw", "complete", "receipt", "reply", "dissemination", "area.reply", "timer.fired"}
)
# Acts about the line itself: each is a subject of its own, and all together are folded by `line.fold_line`.
LINE_KINDS = frozenset({"agreement", "line.status", "line.check", "introduce"})


def parent(said: Said) -> str:
    """The id that this entry hangs on, '' for a root. `agreement` and `line.status` hang on the one they
    refer to.
    """
    header = said.header
    follows = (
        said.kind in FOLLOWING or said.kind in ("agreement", "line.status") or table.kind(said.kind) is None
    )
    if not follows:
        return ""
    if said.kind == "timer.fired":
        named = header.record.get("subject", "")
        return named if isinstance(named, str) else ""
    return header.refs[0] if header.refs else header.supersedes


class Subjects:
    """The grouping as it grows: `add` answers which subject ids changed, `entries` what a subject holds.

    Not thread-safe; owned by whoever feeds it. Any order and any repetition of `add` ends in the same groups.
    """

    def __init__(self) -> None:
        self._said: dict[str, Said] = {}
        self._parent: dict[str, str] = {}
        self._groups: dict[str, dict[str, Said]] = {}
        self._root: dict[str, str] = {}

    def add(self, said: Said) -> tuple[str, ...]:
        """Take an entry, or newer knowledge of one (a delivery, a payload); the subjects to fold again."""
        known = said.id in self._said
        self._said[said.id] = said
        if known:
            root = self._root[said.id]
            self._groups[root][said.id] = said
            return (root,)
        self._parent[said.id] = parent(said)
        root = self.root(said.id)
        changed = {root}
        waiting = self._groups.pop(said.id, {}) if root != said.id else {}
        for entry in waiting.values():
            self._put(entry, root)
        if waiting:
            changed.add(said.id)
        self._put(said, root)
        return tuple(sorted(changed))

    def root(self, entry_id: str) -> str:
        """The subject id of an entry: its root, or the first reference on the way that is not held."""
        on_the_way = {entry_id}
        while above := self._parent.get(entry_id, ""):
            if above in on_the_way:
                break
            on_the_way.add(above)
            entry_id = above
        return entry_id

    def entries(self, subject: str) -> tuple[Said, ...]:
        return tuple(self._groups.get(subject, {}).values())

    def said(self, entry_id: str) -> Said | None:
        return self._said.get(entry_id)

    def ids(self) -> tuple[str, ...]:
        """Subjects whose root is held."""
        return tuple(subject for subject, group in self._groups.items() if subject in group)

    def _put(self, said: Said, root: str) -> None:
        self._groups.setdefault(root, {})[said.id] = said
        self._root[said.id] = root


def group(entries: Iterable[Said]) -> Mapping[str, tuple[Said, ...]]:
    """Subject id → its entries, at once; orphans stand under the reference that is missing."""
    subjects = Subjects()
    for said in entries:
        subjects.add(said)
    return {subject: tuple(held.values()) for subject, held in subjects._groups.items()}
