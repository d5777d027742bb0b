"""The line itself: agreement in force, suspensions, exercise periods, introductions, check calls, gaps.

Folded from the entries about the line in the same order as everything else, so that every node answers alike; what is
*observed* (heartbeats) is handed in, is never declared, and differs between nodes (messages.md, line.status).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from steerclear.errors import Malformed
from steerclear.procedure.bodies import instant
from steerclear.procedure.context import InForce, Suspended
from steerclear.procedure.observed import Heard, Observed, next_change, observed
from steerclear.procedure.said import Said, ordered
from steerclear.procedure.subject import Alarm
from steerclear.speech import table
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


class Suspension(msgspec.Struct, frozen=True):
    party: str
    categories: tuple[str, ...]
    entry: str
    since_ms: int
    until_ms: int | None = None
    reason: str = ""
    terms: str = ""


class AgreementView(msgspec.Struct, frozen=True):
    """`state`: `none`, `ratifying` (not by all, see `waiting_for`), `in-force`, `suspended`, `ended`."""

    state: str
    name: str = ""
    hash: str = ""
    parameters_hash: str = ""
    ratified_by: tuple[str, ...] = ()
    waiting_for: tuple[str, ...] = ()
    since_ms: int | None = None
    until_ms: int | None = None
    suspended_by: tuple[str, ...] = ()


class Peer(msgspec.Struct, frozen=True):
    """One other member as this node sees it: what it declared, what is measured, when anybody was last heard."""

    party: str
    observed: Observed
    declared: str
    last_heard_ms: int | None
    introduced: bool
    last_check_ms: int | None
    nobody_heard_since_ms: int | None


class Gap(msgspec.Struct, frozen=True):
    """Routine contact ceased from one entry to the next (`to_ms` null: still); life safety that passed in it."""

    from_ms: int
    to_ms: int | None
    duration_ms: int
    suspended_by: tuple[str, ...]
    reasons: tuple[str, ...]
    life_safety: int


class Line(msgspec.Struct, frozen=True):
    """The line as JSON. `interim` is said on every screen while no agreement is in force."""

    id: str
    exercise_line: bool
    members: tuple[str, ...]
    interim: bool
    unauthenticated: bool
    agreement: AgreementView
    suspensions: tuple[Suspension, ...]
    dormant_by: tuple[str, ...]
    exercise_open: bool
    exercise_periods: tuple[tuple[int, int], ...]
    peers: tuple[Peer, ...]
    alarms: tuple[Alarm, ...]
    next_due_ms: int | None


@dataclass(frozen=True, slots=True)
class Acts:
    """What the entries about the line add up to, for `Context`: `in_force` and `suspended` go there as they are."""

    in_force: tuple[InForce, ...]
    suspended: tuple[Suspended, ...]
    ratified: Mapping[str, tuple[str, Said]]
    agreement_suspended_by: tuple[str, ...]
    declared: Mapping[str, str]
    introduced: frozenset[tuple[str, str]]
    differed: tuple[Said, ...]
    checks: Mapping[str, int]


def acts(entries: Iterable[Said], genesis: Genesis) -> Acts:
    """Fold `agreement`, `line.status`, `introduce` and `line.check` entries; others are passed over.

    An agreement is in force from the entry by which the last current member ratified the same terms (same hash). Any
    member's `suspend` puts the checks back on the genesis parameters until that member's own `resume`.
    """
    ratified: dict[str, tuple[str, Said]] = {}
    agreement_off: set[str] = set()
    suspended: list[Suspended] = []
    declared: dict[str, str] = {}
    introduced: dict[tuple[str, str], bool] = {}
    checks: dict[str, int] = {}
    differed: list[Said] = []
    in_force = [InForce((-1, "", -1), genesis.parameters, True)]
    for said in ordered(entries):
        act = getattr(said.body, "act", "")
        if said.author not in genesis.members:
            continue
        if said.kind == "agreement":
            if act == "ratify":
                ratified[said.author] = (terms_hash(said.body), said)  # type: ignore[arg-type]
            elif act == "suspend":
                agreement_off.add(said.author)
                _suspend(suspended, said)
            elif act == "resume":
                agreement_off.discard(said.author)
                _resume(suspended, said, "agreement")
            in_force.append(_force(said, ratified, agreement_off, genesis))
        elif said.kind == "line.status":
            status = getattr(said.body, "status", "")
            declared[said.author] = "open" if status == "resumed" else status
            if status == "suspended":
                _suspend(suspended, said)
            elif status in ("resumed", "open"):
                _resume(suspended, said, "line.status")
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


def _resume(suspended: list[Suspended], said: Said, kind: str) -> None:
    """A party's own `resumed` ends its own suspensions: the one that it names, else all of that kind."""
    named = said.header.refs[0] if said.header.refs else ""
    mine = [row for row in suspended if row.party == said.author and row.end is None]
    which = [row for row in mine if row.entry == named] or mine
    for index, row in enumerate(suspended):
        if row in which:
            suspended[index] = replace(row, end=said.key)
    _ = kind


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


def fold_line(
    entries: Sequence[Said],
    genesis: Genesis,
    own: str,
    heard: Mapping[str, Heard],
    now_ms: int,
    names: Mapping[str, str] | None = None,
) -> Line:
    """The line at `now_ms`: `entries` at least those about the line, `heard` what this node measured of each member."""
    done = acts(entries, genesis)
    force = _now(done, now_ms)
    agreement = _agreement(done, force, genesis, now_ms)
    standing = [row for row in done.suspended if row.end is None]
    numbers = force.parameters
    peers = tuple(
        _peer(party, own, done, heard.get(party, Heard()), numbers, now_ms) for party in _others(genesis, own)
    )
    alarms = _alarms(genesis, peers, done, numbers, names or {}, heard)
    instants = [next_change(heard.get(peer.party, Heard()), numbers, now_ms) for peer in peers]
    instants += [at for start, end in force.exercise_periods for at in (start, end)]
    instants += [force.from_ms, force.until_ms]
    instants += [at + numbers.nobody_heard_after_ms for peer in peers if (at := _newest(peer)) is not None]
    return Line(
        id=genesis.line,
        exercise_line=genesis.exercise_line,
        members=genesis.members,
        interim=force.interim,
        unauthenticated=bool(own) and any(not peer.introduced for peer in peers),
        agreement=agreement,
        suspensions=tuple(
            Suspension(
                row.party, row.categories, row.entry, row.since_ms or 0, row.until_ms, row.reason, row.terms
            )
            for row in standing
        ),
        dormant_by=tuple(sorted(party for party, word in done.declared.items() if word == "dormant")),
        exercise_open=any(start <= now_ms < end for start, end in force.exercise_periods),
        exercise_periods=force.exercise_periods,
        peers=peers,
        alarms=alarms,
        next_due_ms=min((at for at in instants if at is not None and at > now_ms), default=None),
    )


def _others(genesis: Genesis, own: str) -> tuple[str, ...]:
    return tuple(party for party in genesis.members if party != own)


def _now(done: Acts, now_ms: int) -> InForce:
    """The last row that covers `now`: after an agreement's end the genesis parameters hold again."""
    standing = [row for row in done.in_force if row.covers(now_ms)]
    last = done.in_force[-1]
    return last if last.covers(now_ms) else replace(standing[0], begin=last.begin)


def _agreement(done: Acts, force: InForce, genesis: Genesis, now_ms: int) -> AgreementView:
    if not done.ratified:
        return AgreementView("none", waiting_for=genesis.members)
    newest_hash, newest = max(done.ratified.values(), key=lambda row: row[1].key)
    by = tuple(sorted(party for party, (terms, _) in done.ratified.items() if terms == newest_hash))
    waiting = tuple(party for party in genesis.members if party not in by)
    until = instant(getattr(newest.body, "until", None))
    state = "ratifying" if waiting else "suspended" if done.agreement_suspended_by else "in-force"
    if state == "in-force" and force.interim:
        state = "ended" if until is not None and now_ms >= until else "ratifying"
    return AgreementView(
        state,
        getattr(newest.body, "name", None) or "",
        newest_hash,
        force.parameters.hash,
        by,
        waiting,
        None if waiting else newest.at_ms,
        until,
        done.agreement_suspended_by,
    )


def _peer(party: str, own: str, done: Acts, heard: Heard, numbers: Parameters, now_ms: int) -> Peer:
    off = any(row.end is None and row.party in (party, own) for row in done.suspended)
    dormant = "dormant" in (done.declared.get(party), done.declared.get(own))
    introduced = (own, party) in done.introduced and (party, own) in done.introduced
    check = done.checks.get(party)
    peer = Peer(
        party,
        observed(heard, numbers, now_ms, suspended=off, dormant=dormant, checked_ms=check),
        done.declared.get(party, "open"),
        heard.last_ms,
        introduced,
        check,
        None,
    )
    newest = _newest(peer)
    if newest is not None and now_ms >= newest + numbers.nobody_heard_after_ms:
        return msgspec.structs.replace(peer, nobody_heard_since_ms=newest)
    return peer


def _newest(peer: Peer) -> int | None:
    """When a person of that member was last heard: its `line.check` by a person."""
    return peer.last_check_ms


def _alarms(
    genesis: Genesis,
    peers: Sequence[Peer],
    done: Acts,
    numbers: Parameters,
    names: Mapping[str, str],
    heard: Mapping[str, Heard],
) -> tuple[Alarm, ...]:
    out = []
    for peer in peers:
        who = names.get(peer.party) or peer.party[:8]
        last = heard.get(peer.party, Heard()).last_ms
        if peer.observed in ("silent", "suspended") and last is not None:
            text = f"{who} has been silent for 5 min or more."
            todo = (
                "What is said now does not reach it by this line.",
                "Try the secondary carriers; tell the watch.",
            )
            out.append(_alarm(genesis, "silent", peer.party, last + numbers.silent_after_ms, text, *todo))
        if peer.observed == "fork-held":
            text = f"The log of {who} forked; the line to it is held."
            todo = (
                "Its record contradicts itself.",
                "Export the proof; only life safety passes until it restarts.",
            )
            out.append(_alarm(genesis, "fork", peer.party, last or 0, text, *todo))
    for said in done.differed:
        who = names.get(said.author) or said.author[:8]
        text = f"{who} says that the twelve words of a card differed."
        todo = ("Somebody may stand between the parties.", "Compare the cards again over another carrier.")
        out.append(_alarm(genesis, "card-differs", said.author, said.at_ms, text, *todo))
    return tuple(sorted(out, key=lambda alarm: (alarm.since_ms, alarm.id)))


def _alarm(
    genesis: Genesis, step: str, party: str, since: int, text: str, consequence: str, action: str
) -> Alarm:
    made = f"{genesis.line}/line/{step}:{party}"
    return Alarm(made, genesis.line, "line", step, text, consequence, action, since, party, False)


ROUTINE_FAMILIES = frozenset({"activity", "area", "change", "answer", "contact", "talks"})


def gaps(entries: Iterable[Said], done: Acts, least_ms: int, now_ms: int) -> tuple[Gap, ...]:
    """Times without routine contact of at least `least_ms` (A1): between one routine entry and the next, and from the
    last to `now`. Life safety, checks and what is about the line or the record itself is no routine contact."""
    said = ordered(entries)
    routine = sorted(row.at_ms for row in said if _routine(row))
    vital = [row.at_ms for row in said if row.header.life_safety]
    out = []
    for start, end in zip(routine, [*routine[1:], None], strict=True):
        until = now_ms if end is None else end
        if until - start < least_ms:
            continue
        off = [row for row in done.suspended if _overlaps(row, said, start, until)]
        out.append(
            Gap(
                start,
                end,
                until - start,
                tuple(sorted({row.party for row in off})),
                tuple(dict.fromkeys(row.reason for row in off if row.reason)),
                sum(1 for at in vital if start < at < until),
            )
        )
    return tuple(out)


def _routine(said: Said) -> bool:
    row = table.kind(said.kind)
    return row is not None and row.family in ROUTINE_FAMILIES and not said.header.life_safety


def _overlaps(row: Suspended, said: Sequence[Said], start: int, end: int) -> bool:
    began = row.since_ms or 0
    ended = next((other.at_ms for other in said if other.key == row.end), None)
    return began < end and (ended is None or ended > start)
