"""What parties did about the line itself: ratified, suspended, resumed, declared, introduced, checked.

Folded in the same order as everything else, so that every node answers alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from steerclear.errors import Malformed
from steerclear.procedure.bodies import instant
from steerclear.procedure.context import InForce, Span, Suspended
from steerclear.procedure.rosters import rosters
from steerclear.procedure.said import Said, ordered
from steerclear.speech.kinds.agreement import Agreement
from steerclear.speech.parameters import Parameters
from steerclear.speech.terms import parameters_of, periods_ms, terms_hash


@dataclass(frozen=True, slots=True)
class Genesis:
    """What the line began with, from its genesis and policy: members are the current ones."""

    line: str
    members: tuple[str, ...]
    parameters: Parameters = field(default_factory=Parameters)
    exercise_line: bool = False


@dataclass(frozen=True, slots=True)
class Acts:
    """What the entries about the line add up to, for `Context`: `in_force` and `suspended` go there as they
    are.
    """

    in_force: tuple[InForce, ...]
    suspended: tuple[Suspended, ...]
    ratified: Mapping[str, tuple[str, Said]]
    agreement_suspended_by: tuple[str, ...]
    declared: Mapping[str, str]
    introduced: frozenset[tuple[str, str]]
    differed: tuple[Said, ...]
    checks: Mapping[str, int]
    rosters: Mapping[str, tuple[Span, ...]]


def acts(entries: Iterable[Said], genesis: Genesis) -> Acts:
    """Fold `agreement`, `line.status`, `introduce`, `line.check` and `line.roster` entries; others are passed over.

    An agreement is in force from the entry by which the last current member ratified the same terms (same
    hash). Any member's `suspend` puts the checks back on the genesis parameters until that member's own
    `resume`.
    """
    ratified: dict[str, tuple[str, Said]] = {}
    agreement_off: set[str] = set()
    suspended: list[Suspended] = []
    declared: dict[str, str] = {}
    introduced: dict[tuple[str, str], bool] = {}
    checks: dict[str, int] = {}
    differed: list[Said] = []
    in_force = [InForce((-1, "", -1), genesis.parameters, True)]
    rows = [said for said in ordered(entries) if said.author in genesis.members]
    for said in rows:
        act = getattr(said.body, "act", "")
        if said.kind == "agreement":
            if act == "ratify":
                ratified[said.author] = (terms_hash(said.body), said)  # type: ignore[arg-type]
            elif act == "suspend":
                agreement_off.add(said.author)
                _suspend(suspended, said)
            elif act == "resume":
                agreement_off.discard(said.author)
                _resume(suspended, said)
            in_force.append(_force(said, ratified, agreement_off, genesis))
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
        ratified,
        tuple(sorted(agreement_off)),
        declared,
        frozenset(pair for pair, same in introduced.items() if same),
        tuple(differed),
        checks,
        rosters(said for said in rows if said.kind == "line.roster"),
    )


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


def _force(said: Said, ratified: Mapping[str, tuple[str, Said]], off: set[str], genesis: Genesis) -> InForce:
    """What holds from this act of an agreement on."""
    interim = InForce(said.key, genesis.parameters, True)
    hashes = {ratified[party][0] if party in ratified else "" for party in genesis.members}
    if len(hashes) != 1 or hashes == {""} or off:
        return interim
    body = ratified[genesis.members[0]][1].body
    if not isinstance(body, Agreement):
        return interim
    try:
        parameters = parameters_of(body, genesis.parameters)
    except Malformed:
        return interim
    return InForce(
        said.key,
        parameters,
        False,
        hashes.pop(),
        instant(body.in_force_from),
        instant(body.until),
        periods_ms(body),
    )
