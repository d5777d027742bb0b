"""The machine of a `stop`: raised → heard → relayed → holding until → resolved (messages.md, States; A9,
AT01, AT43).

A hold never lapses silently: 5 min before its end both sides are alarmed; unrenewed it is `hold-ended` until
somebody who may resolves the stop. The first lost hop is named: outward `line`, `authority` or `units`.
"""

from __future__ import annotations

from collections.abc import Sequence

from steerclear.procedure.bodies import instant
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import closed_at, heard_acts, judge, not_ours, relayed_acts
from steerclear.procedure.said import Said
from steerclear.procedure.subject import (
    Addressee,
    Deadline,
    Hold,
    HomeDissemination,
    LostHop,
    Stop,
    StopState,
)
from steerclear.procedure.thread import Thread
from steerclear.procedure.times import earliest

_HOPS: tuple[LostHop, ...] = ("line", "authority", "units")
_NO_HOLD = ("CANNOT_HOLD", "NOT_OURS", "UNABLE_TO_REACH_UNITS")


def answer(said: Said) -> str:
    return getattr(said.body, "answer", None) or ""


def hold_until(reply: Said, context: Context) -> int:
    """When a HOLDING ends. One that names no end is taken to end after the time of the warning before it, so
    that both sides are alarmed at once and ask.
    """
    stated = instant(getattr(reply.body, "until", None))
    return stated if stated is not None else reply.at_ms + context.parameters(reply).hold_alarm_before_ms


def holding(thread: Thread, party: str) -> tuple[Said, ...]:
    """HOLDING replies of a party in fold order; the last one is what it promises now."""
    return tuple(said for said in thread.of(party, "reply") if answer(said) == "HOLDING")


def holds(thread: Thread, context: Context, now_ms: int) -> tuple[Hold, ...]:
    """Each party's latest hold; once the stop is closed, as it stood then."""
    closed = closed_at(thread)
    at_ms = now_ms if closed is None else closed
    out = []
    for party in thread.to:
        promised = holding(thread, party)
        if not promised:
            continue
        last = promised[-1]
        until = hold_until(last, context)
        later = [
            said for said in thread.of(party, "reply") if said.key > last.key and answer(said) in _NO_HOLD
        ]
        if later:
            out.append(Hold(party, until, "withdrawn", last.id, last.at_ms))
        else:
            out.append(Hold(party, until, "holding" if at_ms < until else "hold-ended", last.id, last.at_ms))
    return tuple(out)


def hold_deadlines(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    """Each hold is due to be renewed, given up, or ended by the stop's resolution, before it runs out."""
    out = []
    for party in thread.to:
        for number, said in enumerate(holding(thread, party), start=1):
            later = [
                row
                for row in thread.of(party, "reply")
                if row.key > said.key and answer(row) in ("HOLDING", *_NO_HOLD)
            ]
            due = hold_until(said, context)
            out.append(
                judge(thread.root.id, "hold", f"renew-{number}", due, party, later, now_ms, closed_at(thread))
            )
    return tuple(out)


def stop(
    thread: Thread,
    context: Context,
    now_ms: int,
    deadlines: Sequence[Deadline],
    rows: Sequence[Addressee],
    home: HomeDissemination | None,
) -> Stop:
    """The state of the stop as one value."""
    root = thread.root
    heard = {party: heard_acts(thread, party) for party in thread.to}
    relayed = {party: relayed_acts(thread, party) for party in thread.to}
    held = holds(thread, context, now_ms)
    earlier = context.repeats.get(root.id, ())
    later = tuple(sorted(new for new, old in context.repeats.items() if root.id in old))
    hops = {party: lost_hop(thread, party, deadlines, bool(later)) for party in thread.to}
    hop: LostHop = next((hop for hop in _HOPS if hop in hops.values()), "")
    party = next((name for name, lost in hops.items() if hop and lost == hop), "")
    return Stop(
        state=_state(thread, any(heard.values()), any(relayed.values()), held),
        heard_by=tuple(name for name, acts in heard.items() if acts),
        heard_ms=earliest(said.at_ms for acts in heard.values() for said in acts),
        relayed_by=tuple(name for name, acts in relayed.items() if acts),
        relayed_ms=earliest(said.at_ms for acts in relayed.values() for said in acts),
        hold_until_ms=earliest(hold.until_ms for hold in held if hold.state == "holding"),
        holds=held,
        lost_hop=hop,
        lost_hop_party=party,
        lost_hop_name=_name(hop, party, context, rows, home),
        repeat_after_warning=bool(earlier),
        repeats=earlier,
        repeated_by=later,
        pattern_of=context.patterns.get(root.id, ()),
        reviewed=root.id in context.reviewed,
        resolved_by=thread.closing.id if thread.closing else "",
        resolved_ms=closed_at(thread),
    )


def _state(thread: Thread, heard: bool, relayed: bool, held: Sequence[Hold]) -> StopState:
    states = {hold.state for hold in held}
    ladder: tuple[tuple[StopState, bool], ...] = (
        ("resolved", thread.closing is not None),
        ("hold-ended", "hold-ended" in states),
        ("holding", "holding" in states),
        ("relayed", relayed),
        ("heard", heard),
    )
    return next((state for state, reached in ladder if reached), "raised")


def lost_hop(thread: Thread, party: str, deadlines: Sequence[Deadline], repeated: bool) -> LostHop:
    """Where the word was lost at one party's side: shown by a missed hop, by its own words, or by the event's
    return.

    A party that said NOT_OURS lost nothing; after a resolution nothing more is judged.
    """
    if not_ours(thread, party) is not None:
        return ""
    missed = {row.rule for row in deadlines if row.party == party and row.state == "missed"}
    heard, relayed = heard_acts(thread, party), relayed_acts(thread, party)
    if not heard:
        return "line" if repeated or "heard" in missed else ""
    unable = any(answer(said) == "UNABLE_TO_REACH_UNITS" for said in thread.of(party, "reply")[-1:])
    if unable:
        return "units"
    if not relayed:
        return "authority" if repeated or "relayed" in missed else ""
    return "units" if repeated else ""


def _name(
    hop: LostHop, party: str, context: Context, rows: Sequence[Addressee], home: HomeDissemination | None
) -> str:
    """The lost hop by name, at home only: units not reached, or the post that heard and did not tell."""
    if not hop or not context.own or party != context.own:
        return ""
    if hop == "units":
        return ", ".join(home.unreached) if home is not None else ""
    read_by = next((row.read_by for row in rows if row.party == party), "")
    return context.local.posts.get(read_by, read_by)
