"""Alerts on movers as the entries tell of them: raised, confirmed, cleared, and read by whom; its alarms and tasks.

judgement.md, Separation; issue 4 §3. Only its author says how an alert goes on. At each node stands beside it what that
node's own feeds say (`Local.alerts`), and which alerts of others speak of the same two movers (`Context.alike`).
A breach latches: a warning rings on when it is over until somebody at this node has read it (ISA-18.2, Alarms).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from steerclear.procedure.bodies import instant
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import deadline_id, heard_acts
from steerclear.procedure.said import Said, same_play
from steerclear.procedure.subject import Alarm, AlertRead, SeparationAlert, Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import alarm as alarm_of
from steerclear.procedure.worded import task
from steerclear.speech.alert_id import SLOT_MS, alert_id
from steerclear.speech.kinds.alert import Alert, AlertStep, ids_of
from steerclear.speech.kinds.common import Interval
from steerclear.speech.parameters import Parameters
from steerclear.speech.texts import text
from steerclear.units import TENTH_MM_PER_FOOT

KIND = "alert"
RULE = "separation"


def alert(thread: Thread, context: Context) -> SeparationAlert | None:
    """The alert as it stands; None for another kind. A payload that this node cannot read leaves its fields empty."""
    root = thread.root
    if root.kind != KIND:
        return None
    said = [(one, one.body) for one in thread.entries if isinstance(one.body, Alert) and _counts(one, root)]
    if not said:
        return SeparationAlert("", "", read_by=_read_by(thread), here=context.local.alerts.get(root.id))
    first = {body.step: one for one, body in reversed(said)}
    newest = said[-1][1]
    told = next((body for _, body in reversed(said) if body.relative is not None), newest)
    figures = told.relative
    least = None if figures is None else figures.least_horizontal_mm or figures.horizontal_mm
    high = None if figures is None else figures.least_vertical_tmm or figures.vertical_tmm
    at = instant(newest.at)
    place = _place(told, newest)
    return SeparationAlert(
        alert=newest.alert,
        state=_state(first),
        level=newest.level,
        source=newest.source,
        form="states"
        if newest.states
        else "cell"
        if newest.positions
        else "relative"
        if newest.relative
        else "",
        first_ms=instant(newest.first),
        raised_ms=root.at_ms,
        confirmed_ms=first["confirmed"].at_ms if "confirmed" in first else None,
        cleared_ms=first["cleared"].at_ms if "cleared" in first else None,
        reason=newest.reason or "",
        whole_column=any(bool(body.whole_column) for _, body in said),
        least_low_mm=None if least is None else least.low,
        least_high_mm=None if least is None else least.high,
        vertical_low_tmm=None if high is None else high.low,
        vertical_high_tmm=None if high is None else high.high,
        near_collision=near_collision(least, high, context.parameters(root)),
        loss_ms=_ahead(newest, at, "loss_in_ms"),
        worst_loss_ms=_ahead(newest, at, "worst_loss_in_ms"),
        rule=newest.rule or "minima",
        states_ms=_states_ms(told),
        movers=tuple(state.shared_id for state in told.states),
        lat_e7=place[0],
        lon_e7=place[1],
        read_by=_read_by(thread),
        same=context.alike.get(root.id, ()),
        here=context.local.alerts.get(root.id),
    )


def near_collision(
    least: Interval | None, high: Interval | None, numbers: Parameters
) -> Literal["yes", "maybe", ""]:
    """Near mid-air collision: nearer than 500 ft and 100 ft at once (messages.md, Distances; the agreement's
    `near_miss_mm`, `near_miss_tmm`), `maybe` where that is not the whole of what is known. Of a height that is not
    known, or that does not count, as between ships, nothing is said here."""
    if least is None or high is None:
        return ""
    if least.low >= numbers.near_miss_mm or high.low >= numbers.near_miss_tmm:
        return ""
    return "yes" if least.high < numbers.near_miss_mm and high.high < numbers.near_miss_tmm else "maybe"


def _state(first: Mapping[AlertStep, Said]) -> AlertStep:
    return "cleared" if "cleared" in first else "confirmed" if "confirmed" in first else "raised"


def _counts(one: Said, root: Said) -> bool:
    return one.kind == KIND and one.author == root.author and same_play(one.header.mode, root.header.mode)


def _ahead(body: Alert, at: int | None, name: str) -> int | None:
    ahead = getattr(body.relative, name, None)
    return None if at is None or ahead is None or body.step == "cleared" else at + ahead


def _place(told: Alert, newest: Alert) -> tuple[int | None, int | None]:
    """Where the first of its states is, else the middle of its cell; nothing where it names no place."""
    for state in told.states:
        return state.lat_e7, state.lon_e7
    for cell in newest.positions:
        return cell.lat_e7, cell.lon_e7
    return None, None


def _states_ms(body: Alert) -> int | None:
    """Of when the older state is; where it carries none, the instant that it speaks of."""
    found = [at for state in body.states if (at := instant(state.at)) is not None]
    return min(found, default=instant(body.at))


def _read_by(thread: Thread) -> tuple[AlertRead, ...]:
    """Receipts and answers of all parties; of its author's officers too, since its node said it."""
    acts = [one for one in thread.answers if one.kind in ("receipt", "reply")]
    return tuple(AlertRead(one.author, getattr(one.body, "post", None) or "", one.at_ms) for one in acts)


class Alike:
    """Which alerts of different parties speak of the same shared ids in one 10-minute slot or two beside each other,
    as they come in. An alert that names nothing shared is like none. `of`: entry → the others', sorted."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[str, ...]] = {}
        self._known: set[str] = set()
        self._by_id: dict[str, list[tuple[str, str]]] = {}
        self._near: dict[str, list[tuple[str, str]]] = {}

    def add(self, entry: str, author: str, body: Alert) -> tuple[str, ...]:
        """Take the `raised` of an alert; the entries whose answer moved, itself among them where it is like others."""
        first = instant(body.first)
        if entry in self._known or first is None or not ids_of(body):
            return ()
        self._known.add(entry)
        turns = [first + turn * SLOT_MS for turn in (-1, 0, 1)]
        near = {alert_id(body.agreement, ids_of(body), at) for at in turns}
        found = [row for name in near for row in self._by_id.get(name, ())] + self._near.get(body.alert, [])
        others = sorted({one for one, whose in found if whose != author})
        self._by_id.setdefault(body.alert, []).append((entry, author))
        for name in near:
            self._near.setdefault(name, []).append((entry, author))
        for other in others:
            self.of[other] = tuple(sorted({*self.of.get(other, ()), entry}))
        if others:
            self.of[entry] = tuple(others)
        return (entry, *others) if others else ()


# ---- alarms and tasks


def alarms(thread: Thread, context: Context, made: SeparationAlert | None) -> tuple[Alarm, ...]:
    """While it stands, at every node that holds it; of a warning that is over until somebody here has read it."""
    if made is None or made.reason == "worse":
        return ()
    if thread.closing is None:
        key = _STANDS[made.level]
        return (_alarm(thread, context, made, made.level or "unread", key, thread.root.at_ms),)
    if made.level == "warning" and context.own and not _read_here(thread, context):
        key = "movers.over" if made.reason == "apart" else "movers.over-not-seen"
        return (_alarm(thread, context, made, "over", key, thread.closing.at_ms),)
    return ()


def _alarm(thread: Thread, context: Context, made: SeparationAlert, step: str, key: str, since: int) -> Alarm:
    root = thread.root
    id = deadline_id(root.id, RULE, step, "")
    told = {"author": context.name(root.author), "state": made.state or "raised", "known": known(made)}
    return alarm_of(id, root.id, RULE, step, key, since, "", root.header.life_safety, **told)


def _read_here(thread: Thread, context: Context) -> bool:
    return bool(heard_acts(thread, context.own)) or thread.root.id in context.told_of


def known(made: SeparationAlert) -> list[dict[str, Any]]:
    """What is known of it, as parts of a sentence: when it is lost, how near, and what of it is not known."""
    out = _where(made)
    if made.raised_ms is not None and made.cleared_ms is None:
        worst = made.loss_ms is None
        loss = made.worst_loss_ms if worst else made.loss_ms
        if loss is not None:
            now = loss <= made.raised_ms
            key = (_WORST if worst else _NOMINAL)[now]
            out.append(text(key) if now else text(key, after=loss - made.raised_ms, at=loss))
    if made.least_low_mm is not None and made.least_high_mm is not None:
        low, high = made.least_low_mm // 100_000, -(-made.least_high_mm // 100_000)
        out.append(text("movers.part.least", low=_tenths(low), high=_tenths(high)))
    if made.vertical_low_tmm is not None and made.vertical_high_tmm is not None:
        low, high = (
            made.vertical_low_tmm // TENTH_MM_PER_FOOT,
            -(-made.vertical_high_tmm // TENTH_MM_PER_FOOT),
        )
        out.append(text("movers.part.heights", low=low, high=high))
    if made.rule in _RULES:
        out.append(text(_RULES[made.rule]))
    if made.near_collision:
        out.append(text(_COLLISION[made.near_collision]))
    if made.whole_column:
        out.append(text("movers.part.whole-column"))
    if made.here is not None:
        out.append(text(_HERE[made.here.says]))
    return out or [text("movers.part.nothing-more")]


def _where(made: SeparationAlert) -> list[dict[str, Any]]:
    """Who, as far as they broadcast it, and where about."""
    if made.lat_e7 is None or made.lon_e7 is None:
        return []
    place = f"{made.lat_e7 / 1e7:.3f} {made.lon_e7 / 1e7:.3f}"
    if len(made.movers) == 2:
        return [text("movers.part.pair", one=made.movers[0], other=made.movers[1], place=place)]
    if made.movers:
        return [text("movers.part.ours", mover=made.movers[0], place=place)]
    return [text("movers.part.near", place=place)]


_STANDS = {"caution": "movers.caution", "warning": "movers.warning", "": "movers.unread"}
_NOMINAL = {True: "movers.part.lost-now", False: "movers.part.lost-in"}
_WORST = {True: "movers.part.lost-now-worst", False: "movers.part.lost-in-worst"}
_RULES = {"do_365": "movers.part.well-clear", "course": "movers.part.course"}
_COLLISION = {"yes": "movers.part.near-collision", "maybe": "movers.part.near-collision-maybe"}
_HERE = {
    "agree": "movers.part.agree",
    "differs": "movers.part.differs",
    "not-seen-here": "movers.part.not-seen-here",
}


def _tenths(hundreds_m: int) -> str:
    """Kilometres with one figure behind the point."""
    return f"{hundreds_m // 10}.{hundreds_m % 10}"


def tasks(thread: Thread, context: Context, made: SeparationAlert | None) -> list[Task]:
    """At its author, once it is over: the encounter, as a draft that an officer completes (issue 4 §4)."""
    if made is None or thread.closing is None or made.level != "warning" or made.confirmed_ms is None:
        return []
    root = thread.root
    if root.author != context.own or {root.id, *made.same} & context.told_of:
        return []
    since = thread.closing.at_ms
    due = since + context.parameters(root).incident_first_ms
    id = f"{root.id}/task/encounter"
    return [task(id, root.id, "movers.task.encounter", since, due, "watch_officer", entry=root.id)]
