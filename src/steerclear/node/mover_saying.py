"""Signing an alert on movers with the node key: which look of it may be said, and the entry, by the rules of the desk.

boundary.md, No track file of the other side: what a mover is heard by may change while its alert stands (a position
that a local feed computed under the same broadcast ident), so that every look is asked anew before it is signed.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from steerclear.judgement.separation import telling
from steerclear.judgement.separation.life import Change, Live
from steerclear.judgement.separation.meeting import Meeting
from steerclear.node import folds, mover_keep, settings, write
from steerclear.node.desk import header_facts, with_settled
from steerclear.node.draft import Draft
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.mover_state import Kept
from steerclear.node.node import Node
from steerclear.speech import desk
from steerclear.speech.kinds.alert import AlertLevel, AlertStep
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import Inner

RECOVERY, ALONE, UNSAYABLE = "recovery", "alone", "own-feed"


def looks(change: Change[Meeting], before: Kept | None) -> tuple[Meeting, ...]:
    """What a change may be told by: the look that it speaks of, of `cleared` the nearest, then all known, newest
    first."""
    live = change.live
    wanted = live.nearest.what if change.step == "cleared" else live.last.what
    known = [seen.what for seen in (live.last, live.nearest, live.begun)]
    known += [before.said] if before is not None and before.said is not None else []
    return wanted, *sorted(known, key=lambda met: -met.at_ms)


def sayable(
    found: Iterable[Meeting], how: telling.Form, level: AlertLevel, parameters: Parameters
) -> Meeting | None:
    """The first of these looks that the node itself may say in this form; None where there is none."""
    return next((met for met in found if telling.form(met, level, parameters) == how), None)


def form_of(live: Live[Meeting], parameters: Parameters) -> telling.Form:
    """Of an alert that was signed, while what is kept of it cannot be read (locked): that of the look that raised
    it."""
    return telling.form(live.begun.what, live.level, parameters)


def late(node: Node, line: LineState) -> None:
    """Ends that could not be signed when they came are signed as soon as they may: without them the alert would ring
    at the others for good."""
    untold = [one for one in line.movers.kept.values() if one.untold]
    if untold:
        folds.ensure_acts(node, line)
    for kept in untold:
        entry, _ = sign(node, line, kept, "cleared", kept.form, (kept.id,))
        if entry:
            mover_keep.keep(node, line, replace(kept, untold=False))


def sign(
    node: Node, line: LineState, kept: Kept, step: AlertStep, how: telling.Form, refs: tuple[str, ...]
) -> tuple[str, str]:
    """(the entry, '') or ('', why the node may not say it). Signed is `kept.said`, which has to be of the form `how`
    by the parameters in force now."""
    now = node.clock.now_ms()
    if line.settings.recovery:
        return "", RECOVERY
    if not line.others:
        return "", ALONE
    force = in_force(line, now)
    met = kept.said
    if how == "home" or met is None or telling.form(met, kept.level, force.parameters) != how:
        return "", UNSAYABLE
    terms = force.agreement or force.parameters.hash
    body = telling.body_of(met, step, kept.level, kept.first_ms, terms, how, kept.reason, kept.rule)
    wanted = Draft("alert", write.mode_of_node(line), to=line.others, refs=refs)
    key = node.keys.node.verifier.ref
    facts = header_facts(node, line, wanted, (key,), now)
    soon = kept.level == "warning" and desk.may_be_life_safety("alert", facts, body, force.parameters, now)
    facts = with_settled(
        facts, desk.settle("alert", desk.flagged(facts, soon), Inner(), body, force.parameters, now)
    )
    faults = desk.check("alert", facts, Inner(), body, force.parameters, now, settings.release_table(line))
    if faults:
        return "", faults[0].code
    flags = {"life_safety": facts.life_safety, "precedence": facts.precedence}
    return write.say(node, line, "alert", Inner(), body, facts.to, refs=refs, **flags), ""  # type: ignore[arg-type]
