"""Alerts on movers as this node says them: what its own feeds show becomes entries, or waits at home for an officer.

issue 4 §3; boundary.md, No track file of the other side. The runtime judges (`judgement.separation`) on a thread of its
own and brings what changed here (`take`); the node key signs what may leave by itself, under the same rules of the desk
as everybody's entries. All else is kept at home, rings here, and leaves only as an officer's own entry, coarsened
(`release`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from steerclear.errors import Malformed
from steerclear.judgement.separation import telling, views
from steerclear.judgement.separation.life import Change, Live, Lives, Seen
from steerclear.judgement.separation.meeting import Meeting
from steerclear.node import folds, holding, mover_keep, mover_saying, sides, write
from steerclear.node.draft import Draft
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.mover_state import HOME, Kept, home_id
from steerclear.node.node import Node
from steerclear.procedure.subject import AlertHere
from steerclear.speech.kinds.alert import Alert

OWN_FEED, OTHERS = "own-feed", "others"
"""Why an alert stays at home (texts `movers.why`); else what `mover_saying.sign` says, or the desk's rule."""


def take(node: Node, line_id: str, changes: Iterable[Change[Meeting]]) -> tuple[str, ...]:
    """What changed in the last look: the ids of the entries signed for it, in order."""
    line = node.line(line_id)
    folds.ensure_acts(node, line)
    mover_saying.late(node, line)
    said = (_one(node, line, change) for change in changes)
    return tuple(entry for entry in said if entry)


def stand(node: Node, line_id: str, live: Mapping[tuple[str, ...], Live[Meeting]]) -> None:
    """What stands after a look, for a report that is begun before it is over. Nothing of it is stored, and nothing is
    taken while the node is locked."""
    line = node.line(line_id)
    known = line.movers.open.items() if node.vault.unlocked else ()
    line.movers.standing = {id: live[key] for key, id in known if key in live}


def _one(node: Node, line: LineState, change: Change[Meeting]) -> str:
    if change.step == "raised":
        return raise_alert(node, line, change)
    return confirm(node, line, change) if change.step == "confirmed" else clear(node, line, change)


def raise_alert(node: Node, line: LineState, change: Change[Meeting]) -> str:
    """A new alert: an entry of the node's where that may be, else kept at home ('' then)."""
    live, now = change.live, node.clock.now_ms()
    met = live.last.what
    how = telling.form(met, live.level, in_force(line, now).parameters)
    if how == "states" and views.is_home(live.key):
        how = "home"  # too near by what own feeds say of the heights
    entry, why = "", OTHERS if not any(side.own for side in met.sides) else OWN_FEED
    made = _kept(change, home_id(live.key, live.raised_ms), how, "", None if how == "home" else met)
    if how != "home":
        entry, why = mover_saying.sign(node, line, made, "raised", how, ())
    made = replace(made, id=entry) if entry else replace(made, form="home", why=why, said=None)
    line.movers.open[live.key] = made.id
    mover_keep.keep(node, line, made)
    return entry


def confirm(node: Node, line: LineState, change: Change[Meeting]) -> str:
    """N of m seconds showed it."""
    return _next(node, line, change)


def clear(node: Node, line: LineState, change: Change[Meeting]) -> str:
    """It is over: seen apart, no longer seen, or a warning now. What was seen is kept for a day, for a report of it."""
    entry = _next(node, line, change)
    line.movers.open.pop(change.live.key, None)
    return entry


def _next(node: Node, line: LineState, change: Change[Meeting]) -> str:
    id = line.movers.open.get(change.live.key, "")
    before, sealed = line.movers.kept.get(id), line.movers.sealed.get(id)
    if not id:
        return ""
    at_home, numbers = id.startswith(HOME), in_force(line, node.clock.now_ms()).parameters
    how: telling.Form = "home" if at_home else mover_saying.form_of(change.live, numbers)
    if before is not None:
        how = before.form
    found = mover_saying.looks(change, before)
    said = None if how == "home" else mover_saying.sayable(found, how, change.live.level, numbers)
    made = _kept(
        change, id, how, before.why if before is not None else OWN_FEED if at_home else "", said, before
    )
    if before is None and sealed is not None:
        made = replace(made, released=sealed.released, end_told=sealed.end_told)
    entry = "" if how == "home" else mover_saying.sign(node, line, made, change.step, how, (id,))[0]
    untold = how != "home" and change.step == "cleared" and not entry
    mover_keep.keep(node, line, replace(made, untold=untold))
    return entry


def _kept(
    change: Change[Meeting],
    id: str,
    how: telling.Form,
    why: str,
    said: Meeting | None,
    before: Kept | None = None,
) -> Kept:
    live, over = change.live, change.step == "cleared"
    return Kept(
        id=id,
        key=live.key,
        form=how,
        level=live.level,
        first_ms=live.first_ms,
        raised_ms=live.raised_ms,
        met=live.nearest.what if over else live.last.what,
        confirmed_ms=live.confirmed_ms,
        over_ms=change.at_ms if over else None,
        reason=change.reason,
        why=why,
        released=before.released if before is not None else (),
        end_told=before is not None and before.end_told,
        course=course_of(live),
        said=said,
        rule=live.begun.what.rule,
    )


def course_of(live: Live[Meeting]) -> tuple[Meeting, ...]:
    """The looks that raised it, were nearest and showed it last, in order of time, each once."""
    looks = {seen.what.at_ms: seen.what for seen in (live.begun, live.nearest, live.last)}
    return tuple(looks[at] for at in sorted(looks))


# ---- at home


def release(node: Node, line_id: str, id: str) -> Draft:
    """What an officer would say of an alert that stays at home: its place and time as coarse as was agreed, nothing of
    the other. After that it goes through the desk as any entry. Raises `Malformed` `unknown-alert`, `locked`,
    `already-over`: of what is over and was never told, no alert is raised."""
    line = node.line(line_id)
    if not node.vault.unlocked:
        raise Malformed("locked", field="id", remedy="unlock the node")
    kept = _found(line, id)
    if kept.over_ms is not None and not kept.released:
        raise Malformed("already-over", field="id", remedy="report it: steerclear encounter draft")
    force = in_force(line, node.clock.now_ms())
    step = kept.state if kept.released else "raised"
    reason = kept.reason if step == "cleared" else None
    terms = force.agreement or force.parameters.hash
    body = telling.released(
        kept.met, step, kept.level, kept.first_ms, terms, force.parameters, reason, kept.rule
    )
    flag = step != "cleared" and kept.level == "warning" and kept.over_ms is None
    return Draft(
        kind="alert",
        mode=write.mode_of_node(line),
        to=line.others,
        life_safety=flag,
        refs=kept.released[:1],
        body=msgspec.to_builtins(body),
    )


def released(node: Node, line_id: str, id: str, entry: str) -> None:
    """An own entry of an officer told of it. Raises `Malformed` `unknown-alert`, `not-an-alert`."""
    line = node.line(line_id)
    kept = _found(line, id)
    body = holding.said(node, line, entry).body if holding.known(line, entry) else None
    if not isinstance(body, Alert) or body.source != "local" or _author(node, line, entry) != node.party:
        raise Malformed("not-an-alert", field="entry", remedy="name the own alert that was sent for it")
    if entry not in kept.released:
        ended = kept.end_told or body.step == "cleared"
        mover_keep.keep(node, line, replace(kept, released=(*kept.released, entry), end_told=ended))


def _author(node: Node, line: LineState, entry: str) -> str:
    return holding.header_of(node, line, entry).author


def _found(line: LineState, id: str) -> Kept:
    named = [kept for kept in line.movers.kept.values() if kept.at_home and kept.id.startswith(id)]
    if len(named) != 1 or not id:
        raise Malformed(
            "unknown-alert", field="id", remedy="list those that wait at home with: steerclear alert list"
        )
    return named[0]


# ---- what the own feeds say of others' alerts


def to_compare(node: Node, line_id: str) -> tuple[tuple[str, Alert], ...]:
    """Others' alerts that were not put to the own feeds yet, oldest first: (`raised` entry, its body). Each is given
    once, and `compared` takes the answers."""
    line = node.line(line_id)
    mover_keep.across(node, line)
    out = []
    for entry in [one for one in line.movers.roots if one not in line.movers.asked]:
        body = holding.said(node, line, entry).body
        if not isinstance(body, Alert):
            continue
        line.movers.asked.add(entry)
        if holding.header_of(node, line, entry).author != node.party:
            out.append((entry, body))
    return tuple(out)


def ask_again(node: Node, line_id: str, entries: Iterable[str]) -> None:
    """These were given to be compared and forgotten before they were (the vault locked): they are given once more."""
    node.line(line_id).movers.asked.difference_update(entries)


def compared(node: Node, line_id: str, answers: Mapping[str, AlertHere]) -> None:
    """What `judgement.separation.recompute` answered of them: kept at home, shown beside the alert."""
    line = node.line(line_id)
    for entry, here in answers.items():
        line.movers.here[entry] = here
        line.dirty.add(line.subjects.root(entry))
        sides.put_sealed(node, mover_keep.ns_here(line), entry, msgspec.json.encode(here))
    if answers:
        node.changed.add(line.id)


# ---- across a restart


def resume(node: Node, line_id: str) -> Lives[Meeting]:
    """The alerts that stood when this node stopped, as last seen then: they go on, or end as everything ends that
    nobody sees. One that a newer alert of the same two followed, raised while it was sealed, is over."""
    line, now = node.line(line_id), node.clock.now_ms()
    for one in list(line.movers.kept.values()):
        if one.over_ms is None and line.movers.open.get(one.key) != one.id:
            over = replace(one, over_ms=now, reason="not_seen", untold=not one.at_home)
            mover_keep.keep(node, line, over)
    mover_saying.late(node, line)
    standing = {
        kept.key: kept for id in line.movers.open.values() if (kept := line.movers.kept.get(id)) is not None
    }
    return Lives(-1, MappingProxyType({key: _live(kept, now) for key, kept in standing.items()}))


def _live(kept: Kept, now_ms: int) -> Live[Meeting]:
    met = dataclasses.replace(kept.met, rule=kept.rule)
    near = met.relative.horizontal_mm.low
    seen = Seen(kept.key, kept.level, near, met)
    said = kept.said and dataclasses.replace(kept.said, rule=kept.rule)
    begun = seen if said is None else Seen(kept.key, kept.level, near, said)
    return Live(
        kept.key,
        kept.level,
        kept.first_ms,
        kept.raised_ms,
        kept.confirmed_ms,
        (),
        now_ms,
        now_ms,
        begun,
        seen,
        seen,
    )
