"""A `stop` on every carrier that is listed for life safety, not the nodes alone (messages.md, `stop`: on all carriers).

The node cannot telephone. At release it raises, for each other carrier and each party, a task with the words ready to
be spoken; a `call` by that carrier about the stop, or anything that shows that somebody there heard, ends it.
"""

from __future__ import annotations

from steerclear.procedure import calls
from steerclear.procedure.bodies import content, instant
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import heard_acts
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Task
from steerclear.procedure.thread import Thread
from steerclear.speech.kinds.common import Position
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.readback import spoken
from steerclear.units import format_dtg

HERE = ("node", "bundle")
"""Carriers that the node serves by itself."""
_REACHED = ("answered", "handed_to", "ended")


def tasks(thread: Thread, context: Context) -> list[Task]:
    """At whoever raised the stop: one task for each carrier and each party that it has not reached."""
    root = thread.root
    if root.kind != "stop" or thread.closing is not None or root.author != context.own:
        return []
    listed = [one for one in context.parameters(root).life_safety_carriers if one not in HERE]
    out = []
    for party in thread.to:
        if heard_acts(thread, party):
            continue
        for carrier in dict.fromkeys(listed):
            if _reached(thread, carrier, party):
                continue
            text = (
                f"Pass this stop on to {context.name(party)} by {carrier.replace('_', ' ')} too, and record the call "
                f'(steerclear call): "{words(root, content(thread.current), context)}"'
            )
            made = f"{root.id}/task/carrier-{carrier}:{party}"
            out.append(Task(made, root.id, text, root.at_ms, None, "watch_officer"))
    return out


def _reached(thread: Thread, carrier: str, party: str) -> bool:
    """Whether a call by this carrier with this party was answered, handed on or ended."""
    for call in calls.words(thread):
        between = {call[0].author, *call[0].header.to} == {thread.root.author, party} or (
            call[0].author == thread.root.author and party in call[0].header.to
        )
        by = {getattr(said.body, "carrier", None) for said in call}
        states = {getattr(said.body, "state", "") for said in call}
        if between and carrier in by and states & set(_REACHED):
            return True
    return False


def words(root: Said, body: Stop | None, context: Context) -> str:
    """What to say, short enough to be heard the first time: cease, where, since when, the code to read back."""
    mode = "" if root.header.mode == "REAL" else "EXERCISE EXERCISE EXERCISE. "
    parts = [
        f"{mode}Cease. Cease. {_SITE[body.site_kind or 'unknown'] if body else _SITE['unknown']} is being hit"
    ]
    if body is not None:
        parts += [body.place] if body.place else []
        parts += [_place(one) for one in body.positions]
        since = instant(body.since)
        parts += [f"since {format_dtg(since)}"] if since is not None else []
        parts += [f"call back: {body.call_back}"] if body.call_back else []
    if root.readback:
        parts.append(f"read back: {spoken(root.readback)}")
    parts.append("give this to whoever is there" + (". EXERCISE EXERCISE EXERCISE" if mode else ""))
    return ". ".join(parts) + "."


_SITE = {
    "protected": "A protected site",
    "friendly": "A friendly site",
    "civilian": "A civilian site",
    "humanitarian": "A humanitarian site",
    "unknown": "A site",
}


def _place(position: Position) -> str:
    if position.lat_e7 is not None and position.lon_e7 is not None and position.form == "wgs84":
        return f"latitude {_degrees(position.lat_e7)}, longitude {_degrees(position.lon_e7)}"
    if position.text:
        return f"{position.form.upper()} {position.text}"
    return f"bearing and distance from {position.from_place or 'a place'}, as written"


def _degrees(e7: int) -> str:
    whole, rest = divmod(abs(e7), 10_000_000)
    return ("minus " if e7 < 0 else "") + f"{whole}.{rest:07d}".rstrip("0").rstrip(".")
