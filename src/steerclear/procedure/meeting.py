"""The machine of a `meeting`: proposed, counter-proposed, declined, held; actions; read-outs side by side.

messages.md, Kinds, Talks; scenarios.md A2, A5. Both accounts stay; nothing here says which is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from steerclear.procedure.bodies import instant
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import judge
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Deadline, Foreign
from steerclear.procedure.talks import (
    ActionRow,
    ActionState,
    Compared,
    Meeting,
    MeetingParty,
    MeetingState,
    Record,
    Says,
    TrackRow,
)
from steerclear.procedure.thread import Thread
from steerclear.speech.kinds.meeting import Meeting as Body
from steerclear.speech.kinds.meeting import same

_ANSWER: Final = {"confirm": "confirmed", "decline": "declined", "counter_propose": "counter-proposed"}
_ACTION: Final[Mapping[str, ActionState]] = {"met": "done", "late": "late", "disputed": "disputed"}


def parties_of(thread: Thread) -> tuple[str, ...]:
    """Who takes part: whoever proposed it, and whom the proposal was addressed to."""
    return (thread.root.author, *(party for party in thread.to if party != thread.root.author))


def deeds(thread: Thread) -> tuple[Said, ...]:
    """The acts that count, in fold order: those that can be read, by those who take part."""
    inside = parties_of(thread)
    rows = [s for s in thread.entries if s.kind == "meeting" and isinstance(s.body, Body)]
    return tuple(said for said in rows if said is thread.root or said.author in inside)


def no_effect(thread: Thread, context: Context) -> tuple[Foreign, ...]:
    """Acts that change nothing: by a party that was not invited, of another's action, of a chair not in turn."""
    inside = parties_of(thread)
    out = []
    owners = {row.number: row.owner for row in _records(deeds(thread))[0]}
    for said in thread.entries:
        if said.kind != "meeting" or not isinstance(said.body, Body):
            continue
        if said.author not in inside:
            out.append(Foreign(said.id, said.author, said.kind, "foreign-answer"))
        elif any(number in owners and owners[number] != said.author for number in said.body.done):
            out.append(Foreign(said.id, said.author, said.kind, "foreign-done"))
        elif said.body.as_chair and said.author != chair_at(said, context):
            out.append(Foreign(said.id, said.author, said.kind, "not-the-chair"))
    return tuple(out)


def chair_at(said: Said, context: Context) -> str:
    """Whose turn it was to convene when an entry was said; '' without a rota."""
    turn = context.rota.turn(said.at_ms) if context.rota is not None else None
    return turn.party if turn is not None else ""


def deadlines(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    """An emergency session is held within the hour (A5); each action is done by its owner in time."""
    root, said = thread.root, deeds(thread)
    out = []
    if isinstance(root.body, Body) and root.body.form == "emergency":
        due = root.at_ms + context.parameters(root).emergency_meeting_ms
        held = [one for one in said if _act(one) == "held"]
        out.append(judge(root.id, "convene", "held", due, "", held, now_ms, _given_up_ms(thread, said)))
    for row in _records(said)[0]:
        if row.due_ms is not None:
            done = [one for one in said if one.author == row.owner and row.number in _body(one).done]
            out.append(judge(root.id, "action", str(row.number), row.due_ms, row.owner, done, now_ms))
    return tuple(out)


def meeting(thread: Thread, context: Context, due: Sequence[Deadline]) -> Meeting | None:
    """The meeting as one value; None where the proposal cannot be read here, or did not come first."""
    root, said = thread.root, deeds(thread)
    if not isinstance(root.body, Body):
        return None
    offers = [one for one in said if _act(one) in ("propose", "counter_propose")]
    if not offers:
        return None
    offer = offers[-1]
    held = [one for one in said if _act(one) == "held"]
    stands = _body(held[0]) if held else _body(offer)
    points = compared({one.author: one for one in said if _act(one) == "read_out"})
    agenda = _body(offer).agenda or root.body.agenda
    return Meeting(
        state=_state(thread, said),
        form=root.body.form or "",
        level=_body(offer).level or root.body.level or "",
        round=root.body.round,
        carrier=stands.carrier or root.body.carrier or "",
        offer=offer.id,
        begin_ms=instant(stands.begin),
        end_ms=instant(stands.end),
        convened_ms=held[0].at_ms if held else None,
        after=root.body.after or "",
        chair=chair_at(root, context),
        as_chair=bool(root.body.as_chair) and root.author == chair_at(root, context),
        agenda=tuple(one.item for one in agenda),
        parties=tuple(_party(party, said, offer, held) for party in parties_of(thread)),
        held_by=tuple(dict.fromkeys(one.author for one in held)),
        actions=_actions(said, due),
        read_outs={one.author: one.id for one in said if _act(one) == "read_out"},
        points=points,
        confirmed=tuple(one.item for one in points if not one.why),
        differ=tuple(one.item for one in points if one.why),
        tracks=_tracks(said),
    )


def _body(said: Said) -> Body:
    assert isinstance(said.body, Body)
    return said.body


def _act(said: Said) -> str:
    return _body(said).act


def _state(thread: Thread, said: Sequence[Said]) -> MeetingState:
    if any(_act(one) == "held" for one in said):
        return "held"
    if _given_up_ms(thread, said) is not None:
        return "declined"
    return "counter-proposed" if any(_act(one) == "counter_propose" for one in said) else "proposed"


def _given_up_ms(thread: Thread, said: Sequence[Said]) -> int | None:
    """When the standing offer was given up: declined by whoever made it or proposed the meeting, or by all
    the others.
    """
    offer = [one for one in said if _act(one) in ("propose", "counter_propose")][-1:]
    if not offer:
        return None
    refused: dict[str, Said] = {}
    for one in said[said.index(offer[0]) + 1 :]:
        if _act(one) == "decline":
            refused[one.author] = one
        elif _act(one) == "confirm":
            refused.pop(one.author, None)
    for party in (thread.root.author, offer[0].author):
        if party in refused:
            return refused[party].at_ms
    others = [party for party in parties_of(thread) if party != offer[0].author]
    if others and all(party in refused for party in others):
        return max(refused[party].at_ms for party in others)
    return None


def _party(party: str, said: Sequence[Said], offer: Said, held: Sequence[Said]) -> MeetingParty:
    """The party's last word on the standing offer: who makes the first offer confirms it."""
    mine = [one for one in said if one.author == party and _act(one) in _ANSWER and one.key >= offer.key]
    says = any(one.author == party for one in held)
    if not mine:
        made = party == offer.author
        when, entry = (offer.at_ms, offer.id) if made else (None, "")
        return MeetingParty(party, "confirmed" if made else "", when, entry, says)
    last = mine[-1]
    return MeetingParty(party, _ANSWER[_act(last)], last.at_ms, last.id, says)  # type: ignore[arg-type]


def _records(said: Iterable[Said]) -> tuple[list[ActionRow], dict[int, list[Record]]]:
    """Every action with each party's newest record of it; who records an action again corrects its own."""
    held: dict[int, dict[str, Record]] = {}
    for one in said:
        for action in _body(one).actions:
            record = Record(one.author, action.owner, instant(action.due), action.text, one.id)
            held.setdefault(action.number, {})[one.author] = record
    rows = []
    for number, by in sorted(held.items()):
        records = tuple(by.values())
        first = records[0]
        due = min((row.due_ms for row in records if row.due_ms is not None), default=None)
        differ = len({(row.owner, row.due_ms) for row in records}) > 1
        rows.append(ActionRow(number, first.owner, due, first.text, "open", differ=differ, records=records))
    return rows, {number: list(by.values()) for number, by in held.items()}


def _actions(said: Sequence[Said], due: Sequence[Deadline]) -> tuple[ActionRow, ...]:
    judged = {row.step: row for row in due if row.rule == "action"}
    out = []
    for row in _records(said)[0]:
        found = judged.get(str(row.number))
        state: Any = _ACTION.get(found.state, found.state) if found is not None else "open"
        out.append(
            ActionRow(
                row.number,
                row.owner,
                row.due_ms,
                row.text,
                state,
                found.met_by if found is not None else "",
                found.met_ms if found is not None else None,
                row.differ,
                row.records,
            )
        )
    return tuple(out)


def compared(read_outs: Mapping[str, Said]) -> tuple[Compared, ...]:
    """Point by point, in the order in which they were first named; one read-out alone confirms nothing."""
    names: dict[str, str] = {}
    says: dict[str, list[Says]] = {}
    for party, said in read_outs.items():
        for place, point in enumerate(_body(said).read_out, start=1):
            key = same(point.item)
            names.setdefault(key, point.item)
            says.setdefault(key, []).append(Says(party, point.outcome, place, point.text or ""))
    out = []
    for key, rows in says.items():
        outcomes = {row.outcome for row in rows}
        why = "one-side" if len(rows) < max(2, len(read_outs)) else "outcome" if len(outcomes) > 1 else ""
        out.append(
            Compared(names[key], why, tuple(rows), len({row.place for row in rows}) == 1)  # type: ignore[arg-type]
        )
    return tuple(out)


def _tracks(said: Iterable[Said]) -> tuple[TrackRow, ...]:
    return tuple(
        TrackRow(one.author, row.track, row.name, row.reference or "", row.entry or "")
        for one in said
        for row in _body(one).tracks
    )
