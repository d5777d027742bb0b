"""Alarms: what the watch must see now, each with its consequence and what to do (messages.md, Timers).

An alarm is a view of the fold, not an event: it stands while its cause stands. Its id is stable, so that
`timer.fired` records once that this node alarmed; one that fired and turns out not to have been due is shown
`revised`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from steerclear.procedure import radio
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import ABOVE, FIRST, SENIOR, deadline_id, heard_acts
from steerclear.procedure.lead import late_marks
from steerclear.procedure.marks import no_play
from steerclear.procedure.said import Said
from steerclear.procedure.stop import answer
from steerclear.procedure.subject import Addressee, Alarm, Deadline, Stop
from steerclear.procedure.thread import Thread
from steerclear.procedure.times import span

# rule, step → (text, consequence, action); {p} is the party, {k} the kind.
_LADDER: dict[tuple[str, str], tuple[str, str, str]] = {
    ("heard", FIRST): (
        "Nobody at {p} has read this {k} within {t}.",
        "The word has not reached {p}; what it warns of may go on.",
        "Call the alternates and use every carrier now.",
    ),
    ("heard", SENIOR): (
        "Nobody at {p} has read this {k} within {t}.",
        "The word has not reached {p}; what it warns of may go on.",
        "Call the senior duty officer, by post, on every carrier.",
    ),
    ("heard", ABOVE): (
        "Nobody at {p} has read this {k} within {t}.",
        "The line to {p} does not work for life safety.",
        "Call the level above and both capitals' duty rooms; convene a call.",
    ),
    ("relayed", SENIOR): (
        "{p} heard this {k}, but has not told it on within {t}.",
        "Whoever can stop it may not know.",
        "Call the senior duty officer, by post; do not wait for the usual contact.",
    ),
    ("relayed", ABOVE): (
        "{p} heard this {k}, but has not told it on within {t}.",
        "Whoever can stop it may not know.",
        "Call the level above and both capitals' duty rooms; convene a call.",
    ),
    ("answered", ABOVE): (
        "{p} has not answered this {k} within {t}.",
        "Nobody has said that it will hold.",
        "Call the level above and both capitals' duty rooms; convene a call.",
    ),
    ("relay", "operations"): (
        "{p} received this away from its operations cell and has not passed it there within {t}.",
        "Receipt by a liaison post is not receipt by operations.",
        "Ask for the operations cell by name of post; hand it over again.",
    ),
}


def fired_key(alarm: Alarm) -> tuple[str, str, str]:
    """(subject, rule, step) as `timer.fired` records it; the party stands in the step, so parallel hops stay
    apart.
    """
    return (alarm.subject, alarm.rule, f"{alarm.step}:{alarm.party}" if alarm.party else alarm.step)


def fired(entries: Iterable[Said], own: str) -> frozenset[tuple[str, str, str]]:
    """The keys that `own` logged in its `timer.fired` entries (`record` with `subject`, `rule`, `step`)."""
    records = [said.header.record for said in entries if said.kind == "timer.fired" and said.author == own]
    keys = [(record.get("subject"), record.get("rule"), record.get("step")) for record in records]
    return frozenset((str(a), str(b), str(c)) for a, b, c in keys)


def alarms(
    thread: Thread,
    context: Context,
    now_ms: int,
    deadlines: Sequence[Deadline],
    rows: Sequence[Addressee],
    stop: Stop | None,
    end_ms: int | None,
) -> tuple[Alarm, ...]:
    """Those that stand at `now_ms`, and the revised ones, by since and id."""
    out: list[Alarm] = []
    if thread.closing is None:
        out += _hops(thread, context, deadlines)
        out += _new(thread, context)
        out += _marked(thread, context, rows, end_ms, now_ms)
        out += _unanswered(thread, context)
        if stop is not None:
            out += _held(thread, context, stop, now_ms)
    standing = {fired_key(alarm) for alarm in out}
    out += _revised(thread, context, deadlines, standing)
    return tuple(sorted(out, key=lambda alarm: (alarm.since_ms, alarm.id)))


def _alarm(
    thread: Thread, rule: str, step: str, party: str, since: int, text: str, consequence: str, action: str
) -> Alarm:
    root = thread.root
    made = deadline_id(root.id, rule, step, party)
    return Alarm(made, root.id, rule, step, text, consequence, action, since, party, root.header.life_safety)


def _hops(thread: Thread, context: Context, deadlines: Sequence[Deadline]) -> list[Alarm]:
    """Missed hops; for each party and step only the first hop that was lost."""
    missed = [row for row in deadlines if row.state == "missed" and (row.rule, row.step) in _LADDER]
    out = []
    order = ("heard", "relayed", "answered", "relay")
    taken: set[tuple[str, str]] = set()
    for row in sorted(missed, key=lambda row: order.index(row.rule)):
        if (row.party, row.step) in taken:
            continue
        taken.add((row.party, row.step))
        start = next(said for said in thread.entries if said is thread.root).at_ms
        words = {"p": context.name(row.party), "k": thread.root.kind, "t": span(row.due_ms - start)}
        text, consequence, action = (line.format(**words) for line in _LADDER[row.rule, row.step])
        out.append(_alarm(thread, row.rule, row.step, row.party, row.due_ms, text, consequence, action))
    return out


def _new(thread: Thread, context: Context) -> list[Alarm]:
    """A life-safety entry rings at every addressee until somebody there has read it."""
    if not thread.root.header.life_safety:
        return []
    return [
        _alarm(
            thread,
            "new-life-safety",
            "raised",
            party,
            thread.root.at_ms,
            f"Life safety from {context.name(thread.root.author)}: {thread.root.kind}, "
            f"unread at {context.name(party)}.",
            "People may be in danger now.",
            "Read it, tell the units, answer; anybody on watch may.",
        )
        for party in thread.to
        if not heard_acts(thread, party)
    ]


def _marked(
    thread: Thread, context: Context, rows: Sequence[Addressee], end_ms: int | None, now_ms: int
) -> list[Alarm]:
    root, out = thread.root, []
    if no_play(root, context):
        out.append(
            _alarm(
                thread,
                "no-play",
                "real",
                "",
                root.header.released_ms,
                f"NO PLAY: a REAL {root.kind} from {context.name(root.author)}. This is not the exercise.",
                "Somebody may be under fire while all play.",
                "Stop the exercise for this; act as on any real stop; times are by the wall clock.",
            )
        )
    over = end_ms is not None and now_ms >= end_ms
    if "very-late" in late_marks(thread, context) and not over:
        for row in rows:
            if row.informed and row.read_ms is None:
                out.append(
                    _alarm(
                        thread,
                        "lead-time",
                        "very-late",
                        row.party,
                        thread.current.at_ms,
                        f"A notice by {context.name(root.author)} under 10 min before its start, unread.",
                        "No time to plan round it.",
                        "Read it and warn the units now.",
                    )
                )
    return out


_RADIO: dict[str, str] = {
    radio.CELL_LINE: "Tell it on the cell line by voice; the cell that is told calls its crew by its own means.",
    radio.THIRD_PARTY: "Ask a third party whom the crew can hear to relay the warning; keep to the cell line too.",
}


def _unanswered(thread: Thread, context: Context) -> list[Alarm]:
    """A radio warning spoken so often and unanswered: at both sides (messages.md, Timers)."""
    who, count = context.name(thread.root.author), radio.unanswered(thread)
    text = f"A radio warning by {who}, spoken {count} times, stands unanswered."
    why = "The crew may not hear this frequency, or not know that it is meant."
    return [
        _alarm(thread, "radio-unanswered", step, "", since, text, why, _RADIO[step])
        for step, since in radio.steps(thread, context)
    ]


def _held(thread: Thread, context: Context, stop: Stop, now_ms: int) -> list[Alarm]:
    """Holds that end or ended, refusals to hold, and the return of what was warned of."""
    out = []
    before = context.parameters(thread.root).hold_alarm_before_ms
    number = {
        party: sum(1 for said in thread.of(party, "reply") if answer(said) == "HOLDING")
        for party in thread.to
    }
    for hold in stop.holds:
        who = context.name(hold.party)
        if hold.state == "holding" and now_ms >= hold.until_ms - before:
            since = max(hold.since_ms, hold.until_ms - before)
            text = f"{who} holds for {span(before)} more at most and has not renewed."
            todo = ("After it nobody has promised to hold.", "Renew the hold, or resolve the stop; ask now.")
            out.append(_alarm(thread, "hold", f"ending-{number[hold.party]}", hold.party, since, text, *todo))
        if hold.state == "hold-ended":
            text = f"The hold of {who} ended and was not renewed."
            todo = (
                "The site may be hit again.",
                "Ask for a new hold; only the raiser or the site's owner closes.",
            )
            out.append(
                _alarm(thread, "hold", f"ended-{number[hold.party]}", hold.party, hold.until_ms, text, *todo)
            )
    for party in thread.to:
        last = thread.of(party, "reply")[-1:]
        for said in last:
            if answer(said) in _REFUSES:
                rule, words = _REFUSES[answer(said)]
                text = f"{context.name(party)} {words}"
                todo = (
                    "The site may be hit again.",
                    "Call the level above; use every carrier to the units known.",
                )
                out.append(_alarm(thread, rule, "said", party, said.at_ms, text, *todo))
    if stop.repeat_after_warning:
        out.append(
            _repeat(
                thread,
                "new-event",
                f"A new event at a place that {len(stop.repeats)} earlier stop(s) warned of.",
            )
        )
    if stop.repeated_by:
        out.append(
            _repeat(
                thread,
                "came-back",
                f"What this stop warned of came back ({len(stop.repeated_by)} new stop(s)).",
            )
        )
    return out


_REFUSES = {
    "CANNOT_HOLD": ("cannot-hold", "says that it cannot hold."),
    "UNABLE_TO_REACH_UNITS": ("cannot-reach-units", "says that it cannot reach its units."),
}


def _repeat(thread: Thread, step: str, text: str) -> Alarm:
    return _alarm(
        thread,
        "repeat-after-warning",
        step,
        "",
        thread.root.at_ms,
        text,
        "The warning did not reach whoever acts, or was not heeded.",
        "Go by every hop: who heard, who told on, which units did not read back; call the level above.",
    )


def _revised(
    thread: Thread, context: Context, deadlines: Sequence[Deadline], standing: set[tuple[str, str, str]]
) -> list[Alarm]:
    """What this node fired and the entries now show not to have been due: shown, never fired again
    (record.md).
    """
    out = []
    for row in deadlines:
        key = (thread.root.id, row.rule, f"{row.step}:{row.party}" if row.party else row.step)
        if key in context.fired and key not in standing and row.state in ("met", "cancelled"):
            text = f"Revised: {row.rule} by {context.name(row.party)} was in time after all."
            alarm = _alarm(
                thread, row.rule, row.step, row.party, row.due_ms, text, "", "Nothing to do; note it."
            )
            out.append(msgspec.structs.replace(alarm, revised=True))
    return out
