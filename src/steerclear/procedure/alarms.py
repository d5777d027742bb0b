"""Alarms: what the watch must see now, each with its consequence and what to do (messages.md, Timers).

An alarm is a view of the fold, not an event: it stands while its cause stands. Its id is stable, so that
`timer.fired` records once that this node alarmed; one that fired and turns out not to have been due is shown
`revised`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from steerclear.procedure import radio
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import ABOVE, FIRST, SENIOR, deadline_id, heard_acts
from steerclear.procedure.lead import first_named, late_marks
from steerclear.procedure.marks import no_play
from steerclear.procedure.said import Said
from steerclear.procedure.stop import answer
from steerclear.procedure.subject import Addressee, Alarm, Deadline, Stop
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import alarm, side

_LADDER: dict[tuple[str, str], str] = {
    ("heard", FIRST): "alarms.heard-first",
    ("heard", SENIOR): "alarms.heard-senior",
    ("heard", ABOVE): "alarms.heard-above",
    ("relayed", SENIOR): "alarms.relayed-senior",
    ("relayed", ABOVE): "alarms.relayed-above",
    ("answered", ABOVE): "alarms.answered-above",
    ("relay", "operations"): "alarms.relay-operations",
}
"""Rule, step → key of its words."""


def fired_key(one: Alarm) -> tuple[str, str, str]:
    """(subject, rule, step) as `timer.fired` records it; the party stands in the step, so parallel hops stay
    apart.
    """
    return (one.subject, one.rule, f"{one.step}:{one.party}" if one.party else one.step)


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
    standing = {fired_key(one) for one in out}
    out += _revised(thread, context, deadlines, standing)
    return tuple(sorted(out, key=lambda one: (one.since_ms, one.id)))


def _alarm(
    thread: Thread,
    context: Context,
    rule: str,
    step: str,
    key: str,
    since: int,
    party: str = "",
    /,
    **words: Any,
) -> Alarm:
    """`words` are the text's parameters; `{party}`, `{author}` and `{kind}` are always among them."""
    root = thread.root
    made = deadline_id(root.id, rule, step, party)
    words = {"author": context.name(root.author), "kind": root.kind, **words}
    if party:
        words["party"] = context.name(party)
    owing = party or thread.to
    said = side(key, context, owing, root.author)
    return alarm(made, root.id, rule, step, said, since, party, root.header.life_safety, **words)


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
        key, within = _LADDER[row.rule, row.step], row.due_ms - start
        out.append(_alarm(thread, context, row.rule, row.step, key, row.due_ms, row.party, within=within))
    return out


def _new(thread: Thread, context: Context) -> list[Alarm]:
    """A life-safety entry rings at every addressee until somebody there has read it."""
    if not thread.root.header.life_safety:
        return []
    at = thread.root.at_ms
    return [
        _alarm(thread, context, "new-life-safety", "raised", "alarms.new-life-safety", at, party)
        for party in thread.to
        if not heard_acts(thread, party)
    ]


def _marked(
    thread: Thread, context: Context, rows: Sequence[Addressee], end_ms: int | None, now_ms: int
) -> list[Alarm]:
    root, out = thread.root, []
    if no_play(root, context):
        out.append(_alarm(thread, context, "no-play", "real", "alarms.no-play", root.header.released_ms))
    over = end_ms is not None and now_ms >= end_ms
    if "very-late" in late_marks(thread, context) and not over:
        since = thread.current.at_ms
        named = first_named(thread)
        within = context.parameters(named[0] if named is not None else root).immediate_lead_ms
        out += [
            _alarm(
                thread, context, "lead-time", "very-late", "alarms.very-late", since, row.party, within=within
            )
            for row in rows
            if row.informed and row.read_ms is None
        ]
    return out


_RADIO: dict[str, str] = {
    radio.CELL_LINE: "alarms.radio-cell-line",
    radio.THIRD_PARTY: "alarms.radio-third-party",
}


def _unanswered(thread: Thread, context: Context) -> list[Alarm]:
    """A radio warning spoken so often and unanswered: at both sides (messages.md, Timers)."""
    times = radio.unanswered(thread)
    return [
        _alarm(thread, context, "radio-unanswered", step, _RADIO[step], since, times=times)
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
        given = {"until": hold.until_ms, "left": before}
        step = number[hold.party]
        if hold.state == "holding" and now_ms >= hold.until_ms - before:
            since, key = max(hold.since_ms, hold.until_ms - before), "alarms.hold-ending"
            out.append(_alarm(thread, context, "hold", f"ending-{step}", key, since, hold.party, **given))
        if hold.state == "hold-ended":
            since, key = hold.until_ms, "alarms.hold-ended"
            out.append(_alarm(thread, context, "hold", f"ended-{step}", key, since, hold.party, **given))
    for party in thread.to:
        for said in thread.of(party, "reply")[-1:]:
            if answer(said) in _REFUSES:
                rule, key = _REFUSES[answer(said)]
                out.append(_alarm(thread, context, rule, "said", key, said.at_ms, party))
    return out + _repeats(thread, context, stop)


_REFUSES = {
    "CANNOT_HOLD": ("cannot-hold", "alarms.cannot-hold"),
    "UNABLE_TO_REACH_UNITS": ("cannot-reach-units", "alarms.cannot-reach-units"),
}


def _repeats(thread: Thread, context: Context, stop: Stop) -> list[Alarm]:
    found = (
        ("new-event", "alarms.repeat-new-event", len(stop.repeats) if stop.repeat_after_warning else 0),
        ("came-back", "alarms.repeat-came-back", len(stop.repeated_by)),
    )
    at = thread.root.at_ms
    return [
        _alarm(thread, context, "repeat-after-warning", step, key, at, stops=stops)
        for step, key, stops in found
        if stops
    ]


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
            given = (row.rule, row.step, "alarms.revised", row.due_ms, row.party)
            made = _alarm(thread, context, *given, rule=row.rule)
            out.append(msgspec.structs.replace(made, revised=True))
    return out
