"""What the desk is told about an entry that is about to be signed, as frozen values; it looks nothing up
itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from steerclear.speech.coarse import Form
from steerclear.speech.kinds.agreement import Scope
from steerclear.speech.kinds.common import Body
from steerclear.speech.parameters import Parameters
from steerclear.speech.table import Role


@dataclass(frozen=True, slots=True)
class Permission:
    """One row of a party's `permitted_kinds` for a line: its legal basis and when it ends (0: no end)."""

    basis: str
    expires_ms: int = 0


_DEFAULTS: Final = Parameters()


@dataclass(frozen=True, slots=True)
class LineFacts:
    """How the line stands, as this node sees it.

    `members` are party ids, the author included. `suspended` maps each category to the reason given, whoever
    suspended it, since the desks of all members who have seen it refuse. `exercise_periods` are half-open and
    come from the agreement in force. `permitted` is `None` where the party keeps no list.
    `chair` is the party whose turn it is to convene, '' without a rota. `scope` is that of the agreement in force,
    None where it has none; `genesis` are the numbers over which an agreement sets its own.
    """

    line: str
    members: tuple[str, ...]
    exercise: bool = False
    unauthenticated: bool = False
    exercise_periods: tuple[tuple[int, int], ...] = ()
    suspended: Mapping[str, str] = field(default_factory=dict)
    permitted: Mapping[str, Permission] | None = None
    chair: str = ""
    scope: Scope | None = None
    genesis: Parameters = _DEFAULTS


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """The entry that refs[0] names, as this node holds it.

    `kind` is its own kind, `notice_kind` the kind of the notice that it is a version of (for an `amend` the
    kind inside, else the same). `body` is the newest version's body where held. `versions` are (entry id,
    read-back code) of the notice, oldest first. `owner` is the owner of the site that a `stop` names, where
    known; `mode` is the entry's own, empty where it is not known.
    """

    id: str
    kind: str
    author: str
    notice_kind: str = ""
    life_safety: bool = False
    body: Body | None = None
    owner: str = ""
    mode: str = ""
    versions: tuple[tuple[str, str], ...] = ()

    @property
    def about(self) -> str:
        """The kind of notice that this is a version of."""
        return self.notice_kind or self.kind


@dataclass(frozen=True, slots=True)
class SignerFacts:
    """One officer who signs: the key reference and the roles that the party gave that key."""

    key: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """The clear header's fields as the author's desk has them before signing; `mode` is "" when nobody chose
    one.

    `hour` is the hour of the day in UTC, 0 to 23, for the release table; `waited_ms` how long this node has waited for
    a releaser to act on what would go out in this coarse form; `coarse` that form, as it was approved beforehand.
    """

    line: LineFacts
    author: str
    mode: str = ""
    life_safety: bool = False
    precedence: str = "ROUTINE"
    to: tuple[str, ...] = ()
    reply_by_ms: int = 0
    refs: tuple[str, ...] = ()
    supersedes: str = ""
    subject: SubjectFacts | None = None
    signers: tuple[SignerFacts, ...] = field(default=())
    hour: int = 12
    waited_ms: int = 0
    coarse: Form | None = None
