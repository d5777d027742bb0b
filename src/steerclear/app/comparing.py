"""Others' alerts beside what this node's own feeds show: agree, differs, or not seen here (issue 4 §3).

An alert may come before the own receiver has heard both, so it is asked again at each look until the feeds show them,
or the instant that it speaks of is too long ago for the feeds to say anything of it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from steerclear.app.looking import Shown
from steerclear.errors import Malformed
from steerclear.judgement.separation.fresh import fresh_ms
from steerclear.judgement.separation.meeting import Meeting, Side
from steerclear.judgement.separation.recompute import Compared, recompute
from steerclear.procedure.subject import AlertHere
from steerclear.speech.kinds.alert import Alert
from steerclear.speech.parameters import Parameters
from steerclear.units import parse_time

WORDS: Final = {
    "": "our own feeds show the same two as near",
    "figures": "the figures do not follow from the two states that it carries",
    "own-figures": "our own feeds show other distances",
    "unreadable": "its states or times cannot be read",
    "not-seen": "our own feeds do not show both; that is no contradiction",
    "too-late": "our own feeds know these two at another time only",
}


def compare(
    waiting: Mapping[str, Alert], shown: Shown, pairs: Iterable[Meeting], parameters: Parameters
) -> dict[str, AlertHere]:
    """What can be said now of the alerts that wait, by entry. One that the feeds may still show is left out."""
    now = shown.picture.now_ms
    meetings, sides = tuple(pairs), _sides(waiting.values(), shown)
    out = {}
    for entry, body in waiting.items():
        found = recompute(body, sides, meetings, parameters)
        if found.says == "not-seen-here" and now - _at(body, now) <= _reach_ms(body, parameters):
            continue
        own = tuple(s.shared_id for s in body.states if (mine := sides.get(s.shared_id)) and mine.own)
        out[entry] = _here(found, now, own)
    return out


def _reach_ms(body: Alert, parameters: Parameters) -> int:
    """How long a report of the two may still come and be fresh: ships report more seldom. What carries no states says
    of no class; it is asked after as of aircraft."""
    return max((fresh_ms(one.mover, parameters) for one in body.states), default=fresh_ms("", parameters))


def _sides(waiting: Iterable[Alert], shown: Shown) -> dict[str, Side]:
    """The movers of their states, as this node's feeds have them."""
    names = sorted({state.shared_id.encode() for body in waiting for state in body.states})
    idents = shown.picture.state.ident
    rows = np.flatnonzero(np.isin(idents, np.array(names, dtype=idents.dtype)))
    if not len(rows):
        return {}
    judged = shown.judged(rows)
    return {side.shared_id: side for side in map(judged.side, range(len(rows)))}


def _at(body: Alert, now_ms: int) -> int:
    try:
        return int(parse_time(body.at))
    except Malformed:
        return now_ms


def _here(found: Compared, now_ms: int, own: tuple[str, ...]) -> AlertHere:
    least = found.least
    low, high = (None, None) if least is None else (least.low, least.high)
    return AlertHere(found.says, now_ms, low, high, WORDS[found.why], own)
