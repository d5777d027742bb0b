"""The line itself: agreement in force, suspensions, exercise periods, introductions, check calls, gaps.

Folded from the entries about the line in the same order as everything else, so that every node answers alike;
what is *observed* (heartbeats) is handed in, is never declared, and differs between nodes (messages.md,
line.status).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from steerclear.procedure.acts import Acts, Genesis, acts
from steerclear.procedure.agreement_view import AgreementView, ChairView, agreement_view, chair_view
from steerclear.procedure.context import current, next_turn
from steerclear.procedure.observed import Heard, Observed, next_change, observed
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Alarm
from steerclear.procedure.worded import alarm
from steerclear.speech.parameters import Parameters


class Suspension(msgspec.Struct, frozen=True):
    party: str
    categories: tuple[str, ...]
    entry: str
    since_ms: int
    until_ms: int | None = None
    reason: str = ""
    terms: str = ""


class Peer(msgspec.Struct, frozen=True):
    """One other member as this node sees it: declared, measured, and when anybody was last heard."""

    party: str
    observed: Observed
    declared: str
    last_heard_ms: int | None
    introduced: bool
    last_check_ms: int | None
    nobody_heard_since_ms: int | None


class Line(msgspec.Struct, frozen=True):
    """The line as JSON. `interim` is said on every screen while no agreement is in force."""

    id: str
    exercise_line: bool
    members: tuple[str, ...]
    interim: bool
    unauthenticated: bool
    agreement: AgreementView
    chair: ChairView | None
    suspensions: tuple[Suspension, ...]
    dormant_by: tuple[str, ...]
    exercise_open: bool
    exercise_periods: tuple[tuple[int, int], ...]
    peers: tuple[Peer, ...]
    alarms: tuple[Alarm, ...]
    next_due_ms: int | None


def fold_line(
    entries: Sequence[Said],
    genesis: Genesis,
    own: str,
    heard: Mapping[str, Heard],
    now_ms: int,
    names: Mapping[str, str] | None = None,
) -> Line:
    """The line at `now_ms`: `entries` at least those about the line, `heard` what this node measured of each
    member.
    """
    done = acts(entries, genesis)
    force = current(done.in_force, now_ms)
    agreement = agreement_view(done, force, now_ms)
    chair = chair_view(done, force, now_ms)
    standing = [row for row in done.suspended if row.end is None]
    numbers = force.parameters
    peers = tuple(
        _peer(party, own, done, heard.get(party, Heard()), numbers, now_ms) for party in _others(genesis, own)
    )
    alarms = _alarms(genesis, peers, done, numbers, names or {}, heard)
    instants = [next_change(heard.get(peer.party, Heard()), numbers, now_ms) for peer in peers]
    instants += [at for start, end in force.exercise_periods for at in (start, end)]
    instants += [next_turn(done.in_force, now_ms), chair.until_ms if chair is not None else None]
    instants += [at + numbers.nobody_heard_after_ms for peer in peers if (at := _newest(peer)) is not None]
    return Line(
        id=genesis.line,
        exercise_line=genesis.exercise_line,
        members=genesis.members,
        interim=force.interim,
        unauthenticated=bool(own) and any(not peer.introduced for peer in peers),
        agreement=agreement,
        chair=chair,
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
            since = last + numbers.silent_after_ms
            out.append(
                _alarm(
                    genesis,
                    "silent",
                    peer.party,
                    since,
                    "alarms.line-silent",
                    who,
                    within=numbers.silent_after_ms,
                )
            )
        if peer.observed == "fork-held":
            out.append(_alarm(genesis, "fork", peer.party, last or 0, "alarms.line-fork", who))
    for said in done.differed:
        who = names.get(said.author) or said.author[:8]
        key = "alarms.line-card-differs"
        out.append(_alarm(genesis, "card-differs", said.author, said.at_ms, key, who))
    return tuple(sorted(out, key=lambda one: (one.since_ms, one.id)))


def _alarm(genesis: Genesis, step: str, party: str, since: int, key: str, who: str, **words: int) -> Alarm:
    made = f"{genesis.line}/line/{step}:{party}"
    return alarm(made, genesis.line, "line", step, key, since, party, party=who, **words)
