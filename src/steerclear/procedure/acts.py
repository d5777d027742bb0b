"""What parties did about the line itself: ratified, suspended, resumed, declared, introduced, checked.

Folded in the same order as everything else, so that every node answers alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from steerclear.procedure.bodies import instant
from steerclear.procedure.context import InForce, Span, Suspended
from steerclear.procedure.rosters import rosters
from steerclear.procedure.said import Said, ordered
from steerclear.procedure.treaty import Treaty
from steerclear.speech.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Genesis:
    """What the line began with, from its genesis and policy: members are the current ones, founders those
    that it began with (none named: the same).
    """

    line: str
    members: tuple[str, ...]
    parameters: Parameters = field(default_factory=Parameters)
    exercise_line: bool = False
    founders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acts:
    """What the entries about the line add up to, for `Context`: `in_force` and `suspended` go there as they
    are.
    """

    in_force: tuple[InForce, ...]
    suspended: tuple[Suspended, ...]
    treaty: Treaty
    declared: Mapping[str, str]
    introduced: frozenset[tuple[str, str]]
    differed: tuple[Said, ...]
    checks: Mapping[str, int]
    rosters: Mapping[str, tuple[Span, ...]]


def acts(entries: Iterable[Said], genesis: Genesis) -> Acts:
    """Fold `agreement`, `policy`, `line.status`, `introduce`, `line.check` and `line.roster` entries; others
    are passed over.

    When an agreement is in force: `treaty.py`. Any party's `suspend` puts the checks back on the genesis
    parameters until that party's own `resume`.
    """
    treaty = Treaty(set(genesis.founders or genesis.members))
    suspended: list[Suspended] = []
    declared: dict[str, str] = {}
    introduced: dict[tuple[str, str], bool] = {}
    checks: dict[str, int] = {}
    differed: list[Said] = []
    in_force = [InForce((-1, "", -1), genesis.parameters, True)]
    everything = ordered(entries)
    for said in everything:
        if said.kind in ("policy", "agreement") and _of_agreement(said, treaty):
            in_force.append(treaty.force(said.key, genesis.parameters))
        if said.author not in genesis.members:
            continue
        if said.kind == "agreement":
            act = getattr(said.body, "act", "")
            if act == "suspend":
                _suspend(suspended, said)
            elif act == "resume":
                _resume(suspended, said)
        elif said.kind == "line.status":
            status = getattr(said.body, "status", "")
            declared[said.author] = "open" if status == "resumed" else status
            if status == "suspended":
                _suspend(suspended, said)
            elif status in ("resumed", "open"):
                _resume(suspended, said)
        elif said.kind == "introduce":
            pair = (said.author, getattr(said.body, "peer", ""))
            introduced[pair] = bool(getattr(said.body, "same", False))
            if not introduced[pair] and said.body is not None:
                differed.append(said)
        elif said.kind == "line.check" and getattr(said.body, "by", "") == "person":
            checks[said.author] = max(said.at_ms, checks.get(said.author, said.at_ms))
    return Acts(
        tuple(in_force),
        tuple(suspended),
        treaty,
        declared,
        frozenset(pair for pair, same in introduced.items() if same),
        tuple(differed),
        checks,
        rosters(s for s in everything if s.kind == "line.roster" and s.author in genesis.members),
    )


def _of_agreement(said: Said, treaty: Treaty) -> bool:
    """Whether this moved who is bound by what. An agreement is an affair of those who are members then."""
    if said.kind == "policy":
        return treaty.admit(said)
    return said.author in treaty.members and treaty.take(said)


def _suspend(suspended: list[Suspended], said: Said) -> None:
    categories = tuple(getattr(said.body, "categories", ()) or ())
    if not categories and said.kind == "agreement":
        return
    if not categories:
        categories = ("notices", "exercises", "meetings", "conferences", "visits", "planning")
    body = said.body
    suspended.append(
        Suspended(
            said.author,
            categories,
            said.key,
            said.id,
            None,
            instant(getattr(body, "since", None)) or said.at_ms,
            instant(getattr(body, "until", None)),
            getattr(body, "reason", None) or "",
            getattr(body, "terms", None) or getattr(body, "clause", None) or "",
        )
    )


def _resume(suspended: list[Suspended], said: Said) -> None:
    """A party's own `resumed` ends its own suspensions: the one that it names, else all of them."""
    named = said.header.refs[0] if said.header.refs else ""
    mine = [row for row in suspended if row.party == said.author and row.end is None]
    which = [row for row in mine if row.entry == named] or mine
    for index, row in enumerate(suspended):
        if row in which:
            suspended[index] = replace(row, end=said.key)
