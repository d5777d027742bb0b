"""How this node's feeds are heard and judged, and the alarms of one that stopped and of a judge that does not judge.

The app tells what it counted (`note`); alarms are computed from the time of the last report, so that a feed whose
reader hangs rings as well. A feed's name and silence stay at home: its alarm is never logged (boundary.md, No track
file), and no report passes through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from steerclear.node.feed_state import FeedState, Turned
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure import worded
from steerclear.procedure.subject import Alarm
from steerclear.views.feeds import FeedRow

STOPPED, TURNED, UNJUDGED = "feed-stopped", "feed-turned", "not-judged"
"""The rules of the alarms."""
RULES = (STOPPED, TURNED, UNJUDGED)
UNJUDGED_MS = 5_000
"""A line whose picture was judged to the end longer ago than this rings: pairs are judged each second (issue 4 §3)."""


def note(node: Node, states: Iterable[FeedState]) -> bool:
    """Take what was counted. The lines of a feed that began, stopped or came back have moved; whether any did."""
    now, moved = node.clock.now_ms(), False
    for one in states:
        before = node.feeds.get(one.name)
        node.feeds[one.name] = one
        if before is None or _standing(before, now) != _standing(one, now):
            node.changed.update(line.id for line in node.lines.values() if of_line(one, line))
            moved = True
    return moved


def _standing(one: FeedState, now: int) -> tuple[bool, bool]:
    return now >= one.stale_ms, one.turned is not None


def judged(node: Node, looked: Mapping[str, int]) -> bool:
    """When each line was last judged to the end, by its id, from a judge that goes on by itself: `''` when it began to.
    Where nobody says so (a stepped clock judges when something is due) nothing rings. Whether an alarm is over."""
    rang = [line for line in node.lines.values() if _unjudged(node, line)]
    node.looked = dict(looked)
    over = {line.id for line in rang if not _unjudged(node, line)}
    node.changed |= over
    return bool(over)


def _looked_ms(node: Node, line: LineState) -> int | None:
    """None where no judge goes on by itself. A line that it does not know yet is as old as what it last did at all."""
    return node.looked.get(line.id, max(node.looked.values(), default=None))


def _unjudged(node: Node, line: LineState) -> tuple[Alarm, ...]:
    """One alarm where the line has feeds that nobody judges: no alert says nothing then."""
    looked = _looked_ms(node, line)
    if looked is None or node.clock.now_ms() <= looked + UNJUDGED_MS:
        return ()
    if not any(of_line(one, line) for one in node.feeds.values()):
        return ()
    return (worded.alarm(UNJUDGED, "", UNJUDGED, "", "alarms.not-judged", looked + UNJUDGED_MS),)


def of_line(one: FeedState, line: LineState) -> bool:
    """Whether this feed is watched on that line: simulated ones on exercise lines alone (messages.md, Header)."""
    return line.id.startswith(one.line) and (line.line.exercise or not one.simulated)


def rows(node: Node, line: LineState) -> tuple[FeedRow, ...]:
    """The feeds of a line, by name, as old as they are now."""
    now = node.clock.now_ms()
    looked = _looked_ms(node, line)
    age = None if looked is None else max(0, now - looked)
    return tuple(_row(one, now, age) for _, one in sorted(node.feeds.items()) if of_line(one, line))


def _row(one: FeedState, now: int, judged_ms: int | None) -> FeedRow:
    age = None if one.heard_ms is None else max(0, now - one.heard_ms)
    state: Literal["waiting", "live", "stopped"] = "live" if one.heard_ms is not None else "waiting"
    if now >= one.stale_ms:
        state = "stopped"
    return FeedRow(
        name=one.name,
        format=one.format,
        trust=one.trust,
        simulated=one.simulated,
        state=state,
        heard_ms=one.heard_ms,
        age_ms=age,
        stale_after_ms=one.stale_after_ms,
        received=one.received,
        movers=one.movers,
        echoes=one.echoes,
        drops=dict(one.drops),
        trouble=one.trouble,
        turned_cdeg=None if one.turned is None else (one.turned.low_cdeg, one.turned.high_cdeg),
        judged_age_ms=judged_ms,
    )


def alarms(node: Node, line: LineState) -> tuple[Alarm, ...]:
    """For each feed of the line that stopped, until a report comes; for each sensor that is turned, until it is
    aligned; and for a picture that is not judged, until a look is complete."""
    now = node.clock.now_ms()
    here = [one for one in node.feeds.values() if of_line(one, line)]
    stopped = [_stopped(one) for one in here if now >= one.stale_ms]
    return (
        *_unjudged(node, line),
        *stopped,
        *(_turned(one, one.turned) for one in here if one.turned is not None),
    )


def _stopped(one: FeedState) -> Alarm:
    return worded.alarm(
        f"{STOPPED}/{one.name}", "", STOPPED, one.name, "alarms.feed-stopped", one.stale_ms, feed=one.name
    )


def _turned(one: FeedState, turned: Turned) -> Alarm:
    made = f"{TURNED}/{one.name}"
    words = {
        "feed": one.name,
        "count": turned.count,
        "low": f"{turned.low_cdeg / 100:g}",
        "high": f"{turned.high_cdeg / 100:g}",
    }
    return worded.alarm(made, "", TURNED, one.name, "alarms.feed-turned", turned.since_ms, **words)


def next_due(node: Node) -> int | None:
    """When the next feed that is heard would count as stopped, or the next line as not judged."""
    now = node.clock.now_ms()
    instants = [one.stale_ms for one in node.feeds.values()]
    if node.feeds:
        instants += [looked + UNJUDGED_MS + 1 for looked in node.looked.values()]
    return min((at for at in instants if at > now), default=None)
