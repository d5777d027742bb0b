"""Marks that a subject carries whatever its state: mode, suspension, completeness, and what arrival said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.lead import late_marks
from steerclear.procedure.over import NOT_OVER, not_over
from steerclear.procedure.places import apart_by_more
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Addressee, Area, Missing, Stop
from steerclear.procedure.thread import Thread
from steerclear.speech import complete, scope, table
from steerclear.speech.answering import apart_mm
from steerclear.speech.kind import NO_PLAY
from steerclear.speech.kinds.site_notify import unconfirmed, verified_ahead
from steerclear.speech.kinds.warning_radio import WarningRadio, counts_as_warning


def no_play(root: Said, context: Context) -> bool:
    """A REAL stop or assist on an exercise line, or while an exercise period is open (messages.md, Header;
    AT39).
    """
    real = root.header.mode == "REAL" and root.kind in NO_PLAY
    return real and (context.exercise_line or context.exercise_open(root))


def mode_allowed(said: Said, context: Context) -> bool:
    """Whether the entry's mode may be used where it was said; what may not was refused at an honest desk, so
    it is stored and marked.
    """
    mode = said.header.mode
    if context.exercise_line:
        return mode != "REAL" or said.kind == "line.check" or said.kind in NO_PLAY or _follows_real(said)
    if mode == "TEST":
        return False
    return mode == "REAL" or context.exercise_open(said)


_ANSWERS = ("receipt", "reply", "dissemination", "complete", "call", "assist.position")


def _follows_real(said: Said) -> bool:
    """Answers to a real stop on an exercise line are real too."""
    return said.header.life_safety or said.kind in _ANSWERS


def missing(thread: Thread) -> tuple[Missing, ...]:
    """What to ask the author for, in order (AT02); nothing once the subject is closed."""
    if thread.closing is not None:
        return ()
    fields = complete.missing(thread.root.kind, content(thread.current))
    return tuple(Missing(field, f"ask for {field.replace('_', ' ')}") for field in fields)


def marks(
    thread: Thread,
    body: Any,
    context: Context,
    rows: Sequence[Addressee],
    area: Area | None,
    stop: Stop | None,
    asked: Sequence[Missing],
) -> tuple[str, ...]:
    root, current = thread.root, thread.current
    row = table.kind(root.kind)
    found = {*root.marks, *current.marks, *late_marks(thread, context)}
    if "incomplete" not in current.marks:
        found.discard("incomplete")  # what an older version left out may have been said since
    found.update(foreign.mark for foreign in thread.no_effect)
    found.update(mark for line in rows for mark in line.marks if mark in _LIFTED)
    flags = {
        "incomplete": bool(asked) or (thread.closing is not None and bool(complete.missing(root.kind, body))),
        "revised": len(thread.versions) > 1,
        "interim": context.force_at(root).interim,
        "no-play": no_play(root, context),
        "mode-not-allowed": not mode_allowed(root, context),
        "not-addressed": any(not line.informed for line in rows),
        "during-suspension": _suspended(root, row, context),
        "not-life-safety": any(
            getattr(said.body, "answer", "") == "NOT_LIFE_SAFETY" for said in thread.answers
        ),
        "not-counted-as-warning": isinstance(body, WarningRadio) and not counts_as_warning(body),
        "positions-disagree": positions_disagree(thread, context),
        "stale": area is not None and area.stale,
        "contested": area is not None and area.contested,
        "challenged": area is not None and area.challenged,
        "opening-differs": area is not None
        and area.sealing is not None
        and area.sealing.opening == "differs",
        "repeat-after-warning": stop is not None and stop.repeat_after_warning,
        "hold-ended": stop is not None and stop.state == "hold-ended",
        "unknown-kind": row is None,
        "coarse-form": current.inner is not None and bool(current.inner.coarse),
        "unconfirmed-origin": unconfirmed(body),
        "verified-ahead": verified_ahead(body, current.at_ms, context.parameters(current).degraded_after_ms),
        NOT_OVER: not_over(root),
        scope.MARK: _outside(root, body, context),
        COUNT_DIFFERS: any(said.id in context.openings for said in thread.versions),
        SERIAL_DIFFERS: any(said.id in context.sheets for said in thread.entries),
    }
    found.update(mark for mark, holds in flags.items() if holds)
    if "positions-disagree" in found:
        found.add("inconsistent")
    return tuple(sorted(found))


SERIAL_DIFFERS, COUNT_DIFFERS = "serial-differs", "sealed-count-differs"
_LIFTED = ("no-reply", "undelivered", "unreachable", "received-late", "old-code", "wrong-code", "no-code")


def positions_disagree(thread: Thread, context: Context) -> bool:
    """Two forms of the same place too far apart: 500 m for a stop or a site, 5 km for an area (AT03)."""
    return apart_by_more(thread.current, apart_mm(content(thread.current), context.parameters(thread.root)))


def _suspended(root: Said, row: table.Kind | None, context: Context) -> bool:
    """No suspension holds life safety back, nor marks it."""
    if row is None or not row.suspension or root.header.life_safety:
        return False
    return context.suspension(root, row.suspension) is not None


def _outside(root: Said, body: Any, context: Context) -> bool:
    """An activity that the agreement then in force does not cover; it is judged all the same."""
    if root.header.life_safety:
        return False
    return bool(scope.outside(root.kind, body, context.force_at(root).scope))
