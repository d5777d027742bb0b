"""A subject's entries sorted by what they do: which version holds, what closed it, who answered, what had no
effect.

messages.md, Activity and States; record.md, Admission: a wrong author of an amend, withdraw or close is a
rule of the fold: stored, no effect, marked. So is what was said in an exercise about what is real, and the reverse
(Header: what is not REAL has its own timers), which no honest desk lets pass.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.free_text import confirms
from steerclear.procedure.said import Said, same_play
from steerclear.procedure.subject import Foreign
from steerclear.speech import table
from steerclear.speech.kind import CHALLENGES, PLACES

ANSWERS = frozenset({"receipt", "reply", "dissemination", "area.reply", "overlap.result"})
REPORT = "movement.position"
ALERT = "alert"
_ACTS = ANSWERS | {"amend", "withdraw", "complete", "movement.complete", REPORT}


@dataclass(frozen=True, slots=True)
class Thread:
    """`versions` begins with the root; `answers` and `reports` are those that count, in fold order; `to` and
    `members` are whom the current version was addressed to and who else is on the line, the author left out.
    """

    root: Said
    entries: tuple[Said, ...]
    versions: tuple[Said, ...]
    closing: Said | None
    answers: tuple[Said, ...]
    no_effect: tuple[Foreign, ...]
    to: tuple[str, ...]
    others: tuple[str, ...]
    reports: tuple[Said, ...] = ()

    @property
    def current(self) -> Said:
        return self.versions[-1]

    @property
    def parties(self) -> tuple[str, ...]:
        return (*self.to, *self.others)

    def of(self, party: str, *kinds: str) -> tuple[Said, ...]:
        return tuple(said for said in self.answers if said.author == party and said.kind in kinds)


def about(said: Said) -> str:
    """The entry that a statement is about: refs[0], for a dissemination the version that it confirms."""
    named = getattr(said.body, "notice", None) if said.kind == "dissemination" else None
    return named or (said.header.refs[0] if said.header.refs else "")


def home_only(said: Said) -> bool:
    """Addressed to nobody but its author's own party: a record at home that must not count outward."""
    return set(said.header.to) <= {said.author}


def officers(said: Said) -> tuple[str, ...]:
    """The author's posts that signed, each once, its machines left out (house.md: key names are
    `<party>/<post>`).
    """
    names = {ref.rpartition("+")[0] or ref for ref in said.header.signers}
    prefix = f"{said.author}/"
    return tuple(
        sorted(
            name
            for name in names
            if name.startswith(prefix) and name[len(prefix) :] not in ("node", "mirror")
        )
    )


def read(entries: Sequence[Said], root: Said, context: Context) -> Thread:
    """`entries` in fold order, `root` among them."""
    versions, closing = [root], None
    answers: list[Said] = []
    reports: list[Said] = []
    idle: list[Foreign] = []
    apart = {said.id for said in entries if said.kind in CHALLENGES}
    for said in entries:
        if said.kind == ALERT and said is not root:
            why = _next_step(said, root)
            if why:
                idle.append(Foreign(said.id, said.author, said.kind, why))
            elif closing is None and getattr(said.body, "step", "") == "cleared":
                closing = said
            continue
        if said is root or said.kind not in _ACTS or confirms(said):
            continue
        if said.kind == "withdraw" and said.header.refs[:1] and said.header.refs[0] in apart:
            continue
        why = _idle(said, root, versions, closing, context)
        if why:
            if why != "aside":
                idle.append(Foreign(said.id, said.author, said.kind, why))
        elif said.kind == "amend":
            versions.append(said)
        elif said.kind in ANSWERS:
            answers.append(said)
        elif said.kind == REPORT:
            reports.append(said)
        else:
            closing = said
    to = _to(versions[-1], context)
    others = tuple(party for party in context.members if party not in to and party != root.author)
    told = {party for version in versions for party in _to(version, context)}
    counted, uncounted = _counted(answers, root, told)
    acts = (tuple(versions), closing, tuple(counted), (*idle, *uncounted))
    return Thread(root, tuple(entries), *acts, to, others, tuple(reports))


def _counted(answers: Sequence[Said], root: Said, told: Container[str]) -> tuple[list[Said], list[Foreign]]:
    """Answers of whom any version was addressed to, and those of others, which change nothing. An author answers what
    stays at home and its own alert; what it says of its own units is no answer."""
    counted: list[Said] = []
    idle: list[Foreign] = []
    for said in answers:
        own = said.author == root.author
        at_home = own and (_stays_home(root) or root.kind == ALERT)
        if at_home or (not own and said.author in told):
            counted.append(said)
        elif not own or said.kind != "dissemination":
            why = "foreign-receipt" if said.kind == "receipt" else "foreign-answer"
            idle.append(Foreign(said.id, said.author, said.kind, why))
    return counted, idle


def _stays_home(root: Said) -> bool:
    row = table.kind(root.kind)
    return row is not None and row.at_home == "only"


def _idle(said: Said, root: Said, versions: Sequence[Said], closing: Said | None, context: Context) -> str:
    """Why an act changes nothing; '' for one that counts, `aside` for one that is about an answer."""
    if not same_play(said.header.mode, root.header.mode):
        return "mode-differs"
    if said.kind == "amend":
        return _amend(said, root, closing)
    if said.kind == REPORT:
        return _report(said, root)
    return _answer(said, versions) if said.kind in ANSWERS else _close(said, root, closing, context)


def _next_step(alert: Said, root: Said) -> str:
    """How an alert goes on, and that it is over, its author alone says."""
    if root.kind != ALERT or alert.author != root.author:
        return "foreign-report"
    return "" if same_play(alert.header.mode, root.header.mode) else "mode-differs"


def _report(said: Said, root: Said) -> str:
    """Where a movement is, its author alone says; whether its people answer, anybody who called them."""
    tested = getattr(said.body, "event", "") == "contact_test"
    return "" if said.author == root.author or tested else "foreign-report"


def _to(version: Said, context: Context) -> tuple[str, ...]:
    """Whom a version is addressed to, its author left out; every member where the kind goes to all and names
    none.
    """
    to = version.header.to
    row = table.kind(version.kind)
    if not to and row is not None and row.to_all:
        to = context.members
    return tuple(dict.fromkeys(party for party in to if party != version.author))


def _amend(said: Said, root: Said, closing: Said | None) -> str:
    if said.author != root.author:
        return "foreign-amend"
    if closing is not None:
        return "after-close"
    kind = getattr(said.body, "kind", root.kind)
    return "" if kind == root.kind else "inconsistent"


def _close(said: Said, root: Said, closing: Said | None, context: Context) -> str:
    """Who may close what: the author; a stop also the site's owner by `complete`; an area only by a release
    of two officers (messages.md, Areas: two officers sign the `withdraw`, which frees the area), a site likewise.
    """
    foreign = "foreign-withdrawal" if said.kind == "withdraw" else "foreign-complete"
    owner = root.kind == "stop" and said.kind == "complete" and said.author == site_owner(root, context)
    if said.author != root.author and not owner:
        return foreign
    if closing is not None:
        return "after-close"
    if root.kind in PLACES:
        if said.kind != "withdraw":
            return "only-release-frees"
        if len(officers(said)) < 2:
            return "release-needs-two"
    return ""


def site_owner(root: Said, context: Context) -> str:
    """Author of the area or notice that a stop names as the site hit, '' where unknown."""
    site = getattr(content(root), "site", None) or (root.header.refs[0] if root.header.refs else "")
    return context.author_of(site) if site else ""


def _answer(said: Said, versions: Sequence[Said]) -> str:
    """Answers to answers are of this subject but move nothing of it."""
    return "" if about(said) in {version.id for version in versions} else "aside"
