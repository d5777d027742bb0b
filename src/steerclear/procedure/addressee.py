"""The machine per addressee: sent → delivered → read → understood → answered, for the current version.

messages.md, States and Answers; A3: a receipt by an embassy or a liaison post is shown and moves nothing (but
any post may hear a life-safety entry: AT01); A14, AT11: a member that was not addressed was not informed;
AT03: nothing is understood while its positions disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.dissemination import dissemination
from steerclear.procedure.places import apart_by_more, read_back_differs
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Addressee, AddresseeState, LostHop
from steerclear.procedure.thread import Thread, about
from steerclear.procedure.times import earliest, verdict_of
from steerclear.speech.answering import apart_mm
from steerclear.speech.readback import heard


def addressees(thread: Thread, context: Context, now_ms: int) -> tuple[Addressee, ...]:
    """One row per other member, addressed ones first, each once."""
    rows = [_addressed(thread, party, context, now_ms) for party in thread.to]
    rows += [Addressee(party, False, "not-addressed") for party in thread.others]
    return tuple(rows)


def moves(receipt: Said, thread: Thread) -> bool:
    """Whether a receipt moves the state: only operations does, and on a life-safety entry anybody who reads
    it.
    """
    return post_class(receipt) == "operations" or thread.root.header.life_safety


def post_class(receipt: Said) -> str:
    return getattr(receipt.body, "post_class", None) or ""


@dataclass(frozen=True, slots=True)
class _Heard:
    """Receipts of one version by one party, sorted by what they do."""

    moving: tuple[Said, ...]
    aside: tuple[Said, ...]
    understood: tuple[Said, ...]
    marks: tuple[str, ...]


def _receipts(thread: Thread, party: str, context: Context) -> _Heard:
    mine = [said for said in thread.of(party, "receipt") if about(said) == thread.current.id]
    moving = [said for said in mine if moves(said, thread)]
    aside = [said for said in mine if said not in moving]
    understood: list[Said] = []
    marks: list[str] = []
    for said in moving:
        if getattr(said.body, "level", "read") != "understood":
            continue
        why = why_not_understood(said, thread, context)
        marks += why
        if not why:
            understood.append(said)
    return _Heard(tuple(moving), tuple(aside), tuple(understood), tuple(marks))


def why_not_understood(receipt: Said, thread: Thread, context: Context) -> tuple[str, ...]:
    """Marks that refuse `understood` its effect; empty when it counts."""
    parameters = context.parameters(thread.root)
    limit = apart_mm(content(thread.current), parameters)
    if apart_by_more(thread.current, limit) or read_back_differs(receipt, thread.current, limit):
        return ("positions-disagree",)
    read_back = getattr(receipt.body, "read_back", None)
    spoken = getattr(read_back, "code", None)
    if spoken and thread.current.readback:
        try:
            right = heard(spoken) == thread.current.readback
        except ValueError:
            right = False
        if not right:
            return ("wrong-code",)
    return ()


def answers_of(thread: Thread, party: str) -> tuple[Said, ...]:
    """Replies of `party` about the current version."""
    return tuple(
        said
        for said in thread.of(party, "reply", "area.reply", "overlap.result")
        if about(said) == thread.current.id
    )


def reply_by(thread: Thread, context: Context) -> int | None:
    """When an answer is due: the header's `reply_by`, an area request without one has 24 h (A8)."""
    version = thread.current
    if version.header.reply_by_ms:
        return version.header.reply_by_ms
    if thread.root.kind == "area.request":
        return version.at_ms + context.parameters(thread.root).area_request_ms
    return None


def _addressed(thread: Thread, party: str, context: Context, now_ms: int) -> Addressee:
    version = thread.current
    receipts = _receipts(thread, party, context)
    replies = answers_of(thread, party)
    told, told_marks = dissemination(thread, party, context, now_ms)
    delivered = version.delivered.get(party)
    due = reply_by(thread, context)
    late, marks = "", [*receipts.marks, *(mark for mark in told_marks if mark != "code-unchecked")]
    if due is not None and replies:
        verdicts = [verdict_of(said, due) for said in replies]
        late = next((word for word in ("in-time", "disputed") if word in verdicts), "late")
        received = earliest(said.delivered.get(thread.root.author) for said in replies)
        if late == "in-time" and received is not None and received > due:
            marks.append("received-late")
    elif due is not None and now_ms > due and thread.closing is None:
        marks.append("no-reply" if delivered is not None and delivered <= due else "undelivered")
    if party in context.silent:
        marks.append("unreachable")
    if receipts.aside and not receipts.moving:
        marks.append("relay-open")
    read_by = (receipts.moving or receipts.aside[-1:])[:1]
    times = (
        earliest(said.at_ms for said in receipts.moving),
        earliest(said.at_ms for said in receipts.understood),
        earliest(said.at_ms for said in replies),
    )
    last = replies[-1] if replies else None
    return Addressee(
        party=party,
        informed=True,
        state=_state(delivered, *times),
        sent_ms=version.at_ms,
        delivered_ms=delivered,
        read_ms=times[0],
        understood_ms=times[1],
        answered_ms=times[2],
        read_by=(getattr(read_by[0].body, "post", None) or read_by[0].header.officer.rpartition("+")[0])
        if read_by
        else "",
        post_class=post_class(read_by[0]) if read_by else "",
        answer=(getattr(last.body, "answer", None) or "not-readable") if last else "",
        answer_id=last.id if last else "",
        answered_late=late,
        marks=tuple(sorted(set(marks))),
        dissemination=told,
    )


def _state(
    delivered: int | None, read: int | None, understood: int | None, answered: int | None
) -> AddresseeState:
    """The furthest reached: an answer implies that the entry was read."""
    reached: tuple[tuple[AddresseeState, int | None], ...] = (
        ("answered", answered),
        ("understood", understood),
        ("read", read),
        ("delivered", delivered),
    )
    return next((state for state, at in reached if at is not None), "sent")


def with_lost_hop(row: Addressee, hop: LostHop) -> Addressee:
    return msgspec.structs.replace(row, lost_hop=hop)
