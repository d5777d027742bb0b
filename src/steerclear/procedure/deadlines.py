"""Deadlines as data: what is due, by whom, and whether an entry's time interval met it.

messages.md, Timers: wholly before or at the due instant, in time; wholly after, late; else disputed with
bounds. A deadline that nothing met is `missed` from the first millisecond after it.
"""

from __future__ import annotations

from collections.abc import Sequence

from steerclear.procedure.addressee import post_class, reply_by
from steerclear.procedure.context import Context
from steerclear.procedure.marks import no_play
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Bounds, Deadline, DeadlineState
from steerclear.procedure.thread import Thread, about, home_only
from steerclear.procedure.times import Verdict, bounds, verdict_of

_RANK: tuple[Verdict, ...] = ("in-time", "disputed", "late")
_STATE: dict[Verdict, DeadlineState] = {"in-time": "met", "disputed": "disputed", "late": "late"}

FIRST, SENIOR, ABOVE = "first-person", "senior-duty-officer", "level-above"
AWAY_POSTS = ("liaison", "embassy", "attache")


def deadline_id(subject: str, rule: str, step: str, party: str) -> str:
    return f"{subject}/{rule}/{step}:{party}"


def judge(
    subject: str,
    rule: str,
    step: str,
    due_ms: int,
    party: str,
    acts: Sequence[Said],
    now_ms: int,
    closed_ms: int | None = None,
) -> Deadline:
    """One deadline. The best of the `acts` that could meet it decides; `closed_ms` at or before `due_ms`
    cancels it.
    """
    made = deadline_id(subject, rule, step, party)
    if acts:
        act = min(acts, key=lambda said: (_RANK.index(verdict_of(said, due_ms)), said.key))
        state = _STATE[verdict_of(act, due_ms)]
        return Deadline(made, subject, rule, step, due_ms, party, state, act.at_ms, act.id, bounds(act))
    if closed_ms is not None and closed_ms <= due_ms:
        return Deadline(made, subject, rule, step, due_ms, party, "cancelled", None, "", Bounds())
    state = "missed" if now_ms > due_ms else "open"
    return Deadline(made, subject, rule, step, due_ms, party, state, None, "", Bounds())


def heard_acts(thread: Thread, party: str) -> tuple[Said, ...]:
    """Anything that shows that somebody at `party` heard: a receipt by anybody, and what implies one."""
    return thread.of(party, "receipt", "reply", "dissemination")


def relayed_acts(thread: Thread, party: str) -> tuple[Said, ...]:
    """Disseminations that say that it was told on to anybody; those kept at home do not count outward."""
    told = thread.of(party, "dissemination")
    return tuple(
        said for said in told if getattr(said.body, "word", "none") != "none" and not home_only(said)
    )


def not_ours(thread: Thread, party: str) -> Said | None:
    """The first reply by which a party says that the event reported was not its."""
    replies = thread.of(party, "reply")
    return next((said for said in replies if getattr(said.body, "answer", "") == "NOT_OURS"), None)


def ladder(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    """Life safety, hop by hop and each party in parallel: first person 60 s; 3 min; 5 min (messages.md,
    Timers).
    """
    root = thread.root
    if not root.header.life_safety:
        return ()
    numbers = context.parameters(root)
    start = root.header.released_ms if no_play(root, context) else root.at_ms
    steps = (
        (FIRST, numbers.hop_alternates_ms),
        (SENIOR, numbers.hop_senior_ms),
        (ABOVE, numbers.hop_capitals_ms),
    )
    out = []
    for party in thread.to:
        closed = closed_at(thread)
        heard, relayed = heard_acts(thread, party), relayed_acts(thread, party)
        excused = not_ours(thread, party)
        done = min(
            (at for at in (closed, excused.at_ms if excused else None) if at is not None), default=None
        )
        for step, after in steps:
            out.append(judge(root.id, "heard", step, start + after, party, heard, now_ms, closed))
        for step, after in steps[1:]:
            out.append(judge(root.id, "relayed", step, start + after, party, relayed, now_ms, done))
        if root.kind == "stop":
            replies = thread.of(party, "reply")
            out.append(judge(root.id, "answered", ABOVE, start + steps[2][1], party, replies, now_ms, closed))
    return tuple(out)


def closed_at(thread: Thread) -> int | None:
    return thread.closing.at_ms if thread.closing is not None else None


def replies(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    """`reply_by` of the current version, or the agreed 24 h of an area request, for each addressee."""
    due = reply_by(thread, context)
    if due is None:
        return ()
    return tuple(
        judge(
            thread.root.id,
            "reply",
            "reply-by",
            due,
            party,
            _answers(thread, party),
            now_ms,
            closed_at(thread),
        )
        for party in thread.to
    )


def _answers(thread: Thread, party: str) -> list[Said]:
    """What answers the current version; of talks also the party's own next act."""
    own = thread.root.kind if thread.root.kind in ("meeting", "provision") else ""
    said = [
        one for one in thread.entries if one.kind == own and one.author == party and one is not thread.root
    ]
    return said + [one for one in thread.of(party, "reply", "area.reply") if about(one) == thread.current.id]


def relays(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    """From a receipt at a liaison or embassy to one at the operations cell: 15 min (A3). An answer ends it too. What
    cannot be read here says of no post.
    """
    out = []
    for party in thread.to:
        here = [said for said in thread.of(party, "receipt") if about(said) == thread.current.id]
        away = [said for said in here if said.body is not None and is_away(said, thread)]
        if not away:
            continue
        acts = [said for said in here if post_class(said) == "operations"]
        acts += [said for said in thread.of(party, "reply", "area.reply") if about(said) == thread.current.id]
        due = away[0].at_ms + context.parameters(thread.root).relay_ms
        out.append(judge(thread.root.id, "relay", "operations", due, party, acts, now_ms, closed_at(thread)))
    return tuple(out)


def is_away(receipt: Said, thread: Thread) -> bool:
    """Whether a receipt leaves the operations cell to be told: on life safety any watch may hear, an embassy
    may not be the end of it; on the rest every post but operations.
    """
    post = post_class(receipt)
    return post in AWAY_POSTS if thread.root.header.life_safety else post != "operations"
