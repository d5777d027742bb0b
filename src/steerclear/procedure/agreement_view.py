"""The agreement of a line as it is shown: in force or not, who is bound, what it says of caps and chair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from steerclear.procedure.acts import Acts
from steerclear.procedure.bodies import instant
from steerclear.procedure.chair import Rota, rota_of
from steerclear.procedure.context import InForce
from steerclear.procedure.said import Said
from steerclear.procedure.treaty import Treaty


class ReservationView(msgspec.Struct, frozen=True):
    """What one party does not take on; no check changes by it."""

    party: str
    provisions: tuple[str, ...]
    entry: str
    reason: str = ""


class AgreementView(msgspec.Struct, frozen=True):
    """`state`: `none`, `ratifying` (not by all, see `waiting_for`), `in-force`, `suspended`, `ended`. `hash` is
    that of the terms which stand, or are nearest to it; `ratified_by` and `not_bound` (members who have not
    acceded) speak of them. `pending` are terms that some have ratified and others not: hash → who has.
    """

    state: str
    name: str = ""
    version: int | None = None
    hash: str = ""
    parameters_hash: str = ""
    ratified_by: tuple[str, ...] = ()
    waiting_for: tuple[str, ...] = ()
    not_bound: tuple[str, ...] = ()
    withdrawn_by: tuple[str, ...] = ()
    reservations: tuple[ReservationView, ...] = ()
    pending: Mapping[str, tuple[str, ...]] = {}
    entries: tuple[str, ...] = ()
    since_ms: int | None = None
    until_ms: int | None = None
    suspended_by: tuple[str, ...] = ()
    disclosure: str = ""
    articles: tuple[str, ...] = ()
    scope_forces: tuple[str, ...] = ()
    scope_classes: tuple[str, ...] = ()
    scope_volumes: int = 0
    caps: Mapping[str, int] = {}
    retention: Mapping[str, int] = {}


class ChairView(msgspec.Struct, frozen=True):
    """Whose turn it is to convene, until when, and who follows. The chair owns nothing."""

    party: str
    since_ms: int
    until_ms: int
    next: str


def agreement_view(done: Acts, force: InForce, now_ms: int) -> AgreementView:
    """The agreement at `now`; `force` is what is in force then."""
    treaty = done.treaty
    gone = tuple(sorted(treaty.gone))
    members = tuple(sorted(treaty.members))
    shown = treaty.complete() or _nearest(treaty)
    if not shown:
        return AgreementView("none", waiting_for=members, withdrawn_by=gone)
    by = treaty.by[shown]
    body = treaty.texts[shown]
    waiting = tuple(sorted(treaty.required() - set(by) - treaty.unread))
    until = instant(body.until)
    return AgreementView(
        state=_state(treaty, force, until, now_ms),
        name=body.name or "",
        version=body.version,
        hash=shown,
        parameters_hash=force.parameters.hash,
        ratified_by=tuple(sorted(by)),
        waiting_for=waiting,
        not_bound=tuple(party for party in members if party not in by and party not in treaty.unread),
        withdrawn_by=gone,
        reservations=tuple(
            ReservationView(row.party, row.provisions, row.entry, row.reason) for row in treaty.reserved
        ),
        pending={made: tuple(sorted(who)) for made, who in treaty.by.items() if who and made != shown},
        entries=tuple(said.id for said in sorted(by.values(), key=lambda one: one.key)),
        since_ms=_since(treaty, by) if treaty.complete() else None,
        until_ms=until,
        suspended_by=tuple(sorted(treaty.off)),
        disclosure=body.disclosure or "",
        articles=tuple(article.number for article in body.articles),
        scope_forces=body.scope.forces if body.scope is not None else (),
        scope_classes=body.scope.classes if body.scope is not None else (),
        scope_volumes=len(body.scope.area) if body.scope is not None else 0,
        caps=_plain(body.caps),
        retention=_plain(body.retention),
    )


def _state(treaty: Treaty, force: InForce, until: int | None, now_ms: int) -> str:
    if not treaty.complete():
        return "ratifying"
    if treaty.off:
        return "suspended"
    if not force.interim:
        return "in-force"
    return "ended" if until is not None and now_ms >= until else "ratifying"


def _nearest(treaty: Treaty) -> str:
    """Terms that somebody ratified last; '' where nobody did."""
    newest = [(max(said.key for said in who.values()), made) for made, who in treaty.by.items() if who]
    return max(newest, default=((0, "", 0), ""))[1]


def _since(treaty: Treaty, by: Mapping[str, Said]) -> int:
    """When the last of those whose word it waited for gave it."""
    bound = [said for party, said in by.items() if getattr(said.body, "act", "") == "ratify"]
    return max(bound or by.values(), key=lambda said: said.key).at_ms


def _plain(value: msgspec.Struct | None) -> Mapping[str, int]:
    found: Any = msgspec.to_builtins(value) if value is not None else {}
    return dict(found)


def rota(done: Acts, force: InForce) -> Rota | None:
    """The chair's rota while an agreement with one is in force."""
    if force.interim:
        return None
    by = done.treaty.by.get(force.agreement, {})
    bound = {party: said.at_ms for party, said in by.items()}
    early = [party for party, said in by.items() if getattr(said.body, "act", "") == "ratify"]
    return rota_of(done.treaty.texts[force.agreement].chair, bound, early)


def chair_view(done: Acts, force: InForce, now_ms: int) -> ChairView | None:
    made = rota(done, force)
    turn = made.turn(now_ms) if made is not None else None
    return ChairView(turn.party, turn.since_ms, turn.until_ms, turn.next) if turn is not None else None
