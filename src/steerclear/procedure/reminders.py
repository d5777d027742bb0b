"""Reminders: the line exists and an event should have used it (AT13; issue 2 §3).

An `encounter.report`, or a conflict, for 15 min with no entry sent about it by this party.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from steerclear.procedure.context import Context
from steerclear.procedure.said import Said, same_play
from steerclear.procedure.subject import Alarm, Subject
from steerclear.procedure.worded import alarm


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """A conflict as the conflict view holds it: its id, the two notices (entry ids), when this node first saw
    it. Both notices are of one mode.
    """

    id: str
    a: str
    b: str
    since_ms: int
    mode: str = "REAL"


def reminders(
    reports: Iterable[Subject],
    conflicts: Iterable[OpenConflict],
    sent: Iterable[Said],
    context: Context,
    after_ms: int,
    now_ms: int,
) -> tuple[Alarm, ...]:
    """Alarms for this node's watch. `reports` are the subjects of `encounter.report`; `sent` this party's own
    entries.

    An own entry silences a reminder when it refers to the report, or to either notice of the conflict, and
    was released at or after the event was known, and is of the same play: what is said in an exercise is no use of the
    line for what is real, nor the reverse (messages.md, Header). `after_ms` is the agreement's `reminder_ms`.
    """
    if not context.own:
        return ()
    own = [said for said in sent if said.author == context.own and said.kind != "timer.fired"]
    out = []
    for report in reports:
        if report.kind != "encounter.report" or report.author == context.own or report.closed_by:
            continue
        row = next((row for row in report.addressees if row.party == context.own), None)
        known = row.delivered_ms if row is not None and row.delivered_ms is not None else report.released_ms
        if _due(own, report.mode, set(report.entries), known, after_ms, now_ms, answering=True):
            out.append(_reminder(report.id, "encounter", known, after_ms, context.own))
    for conflict in conflicts:
        if _due(own, conflict.mode, {conflict.a, conflict.b}, conflict.since_ms, after_ms, now_ms):
            out.append(_reminder(conflict.id, "conflict", conflict.since_ms, after_ms, context.own))
    return tuple(sorted(out, key=lambda one: (one.since_ms, one.id)))


def next_reminder(
    reports: Iterable[Subject],
    conflicts: Iterable[OpenConflict],
    context: Context,
    after_ms: int,
    now_ms: int,
) -> int | None:
    """The first instant after `now_ms` at which a reminder may begin."""
    instants = [conflict.since_ms + after_ms + 1 for conflict in conflicts]
    for report in reports:
        row = next((row for row in report.addressees if row.party == context.own), None)
        known = row.delivered_ms if row is not None and row.delivered_ms is not None else report.released_ms
        instants.append(known + after_ms + 1)
    return min((at for at in instants if at > now_ms), default=None)


def _due(
    own: Sequence[Said],
    mode: str,
    about: set[str],
    known_ms: int,
    after_ms: int,
    now_ms: int,
    *,
    answering: bool = False,
) -> bool:
    if now_ms <= known_ms + after_ms:
        return False
    return not any(
        same_play(said.header.mode, mode)
        and (answering or said.header.released_ms >= known_ms)
        and (set(said.header.refs) | {said.header.supersedes}) & about
        for said in own
    )


_KEYS = {"encounter": "alarms.reminder-encounter", "conflict": "alarms.reminder-conflict"}


def _reminder(subject: str, step: str, known_ms: int, after_ms: int, party: str) -> Alarm:
    made = f"{subject}/reminder/{step}:{party}"
    return alarm(made, subject, "reminder", step, _KEYS[step], known_ms + after_ms, party, after=after_ms)
