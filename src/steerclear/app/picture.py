"""Tracks → kernels → alerts: what each line's feeds show is judged again and again, and what follows goes to the node.

On the system's clock a look is taken as soon as reports came, at most every `LEAST_S` and at least each second, in a
thread of its own and outside the interpreter's lock (`kernels`); on a stepped clock the same look is driven inline.
No track leaves: the node is told of pairs in alert, of own movers, and of how each feed is heard.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, TypeVar

import structlog

from steerclear.app.comparing import compare
from steerclear.app.conforming import Conformed, conformed, next_ms
from steerclear.app.feeding import Feeding, Receiving, Standing
from steerclear.app.looking import Shown, looked, own_of
from steerclear.app.turned import turned
from steerclear.feeds.ages import terms_of
from steerclear.feeds.altitude import Qnh
from steerclear.feeds.batch import Batch
from steerclear.feeds.picture import Picture
from steerclear.feeds.reader import Read
from steerclear.judgement.conduct import BearingOffset
from steerclear.judgement.separation import life, views
from steerclear.judgement.separation.life import Lives
from steerclear.judgement.separation.meeting import Meeting
from steerclear.node import conforming, feeds, folds, movers
from steerclear.node.feed_state import Turned
from steerclear.node.host import Host
from steerclear.node.in_force import in_force
from steerclear.node.mover_state import Plan
from steerclear.node.node import Node
from steerclear.speech.kinds.alert import Alert
from steerclear.speech.parameters import Parameters
from steerclear.store.port import StoreError
from steerclear.store.sequencer import Stopped

log = structlog.get_logger(__name__)
T = TypeVar("T")

LEAST_S, MOST_S = 0.04, 1.0
"""From one look to the next: from a report to its alert stays under 200 ms, and every pair is judged each second."""
SHARE: Final = 0.5
"""A look may take two thirds of the time: the next one waits this many times as long as it took."""
TELL_MS: Final = 1_000
FORGET_MS: Final = 60_000
TURNED_MS: Final = 10_000
"""Between two comparisons of a sensor's bearings with known traffic."""
LOOK_MS: Final = 1_000
"""Between two looks on a stepped clock."""


@dataclass(frozen=True, slots=True)
class LineTerms:
    """A line as far as a look needs it: what is in force there. `others`: pairs of which none is known as own count
    where nobody is; not while own movers are listed that cannot be read, locked."""

    exercise: bool
    parameters: Parameters
    plan: Plan = field(default_factory=Plan)
    unlocked: bool = True
    others: bool = True


class Watching:
    """The feeds of a node and what is seen in them. `looked_ms`: the instant of the last look; `lives`: the alerts that
    stand, by line, as the node last took them; `waiting`: others' alerts that the own feeds may still show."""

    def __init__(self, feeding: Feeding, host: Host, entered: Sequence[Qnh] = ()) -> None:
        self.feeding = feeding
        self.host = host
        self._entered = tuple(entered)
        self.looked_ms = -1
        self.lives: dict[str, Lives[Meeting]] = {}
        self._resumed: dict[str, bool] = {}
        self.waiting: dict[str, dict[str, Alert]] = {}
        self.conformed: dict[str, Conformed] = {}
        self._fresh = False
        self._lost_ms: int | None = None
        self._told_ms = -1
        self._standing: Standing = ()
        self._forgot_ms = 0
        self._turned_ms = 0
        self._conforms = True
        self._judged: dict[str, int] = {}
        self._broken: set[str] = set()
        self._thread: ThreadPoolExecutor | None = None
        self._own = own_of([name for feed in feeding.feeds.values() for name in feed.section.own])

    def give(self, name: str, batch: Batch) -> None:
        """What a feed brings on a stepped clock, as its reader would."""
        self.feeding.take(name, Read(batch, {}, len(batch)), self.feeding.clock.now_ms())
        self.looked_ms = min(self.looked_ms, self.feeding.clock.now_ms() - 1)

    async def look(self) -> bool:
        """On a stepped clock: one look at each instant at which something is due; whether the node's picture moved."""
        now = self.feeding.clock.now_ms()
        if now <= self.looked_ms:
            return False
        terms = await self._follow()
        found = self._looked(terms, now)
        moved = await self._take(found, terms)
        return await self._tell(now) or moved

    def next_due_ms(self) -> int | None:
        """When to look again on a stepped clock: each second while anybody is fresh, then when an alert that nobody
        sees is over."""
        if self._fresh:
            return max(self.looked_ms, 0) + LOOK_MS
        return self._lost_ms

    async def run(self, told: Callable[[float], None] = lambda seconds: None) -> None:
        """Sources, looks and counts on the system's clock, until cancelled; `told` how long each look took."""
        arrived = asyncio.Event()
        self._judged = {"": self.feeding.clock.now_ms()}
        await self._follow()
        async with asyncio.TaskGroup() as group:
            group.create_task(Receiving(self.feeding).run(arrived))
            group.create_task(self._looks(arrived, told))

    async def _looks(self, arrived: asyncio.Event, told: Callable[[float], None]) -> None:
        loop = asyncio.get_running_loop()
        clock = self.feeding.clock
        conformed_ms = 0
        with ThreadPoolExecutor(1, "picture") as self._thread:
            while True:
                began = loop.time()
                arrived.clear()
                try:
                    with _goes_on("", self._broken):
                        if self.feeding.standing(clock.now_ms()) != self._standing:
                            await self._tell(clock.now_ms())
                    self._conforms = clock.now_ms() - conformed_ms >= TELL_MS
                    conformed_ms = clock.now_ms() if self._conforms else conformed_ms
                    with _goes_on("", self._broken):
                        await self._judge()
                    with _goes_on("", self._broken):
                        if clock.now_ms() - self._told_ms >= TELL_MS:
                            self._told_ms = clock.now_ms()
                            await self._tell(clock.now_ms())
                            await self.host.run(partial(feeds.judged, looked=dict(self._judged)))
                except Stopped:
                    return
                took = loop.time() - began
                told(took)
                await asyncio.sleep(max(LEAST_S - took, SHARE * took))
                await _wait(arrived, MOST_S)

    async def _judge(self) -> None:
        """One look on the system's clock, and which lines it judged to the end."""
        clock = self.feeding.clock
        terms = await self._follow()
        began = clock.now_ms()
        self._judged = {line: self._judged.get(line, began) for line in ("", *terms)}
        self._broken = set()
        found = await self._heavy(partial(self._looked, terms, began))
        await self._take(found, terms)
        for line in terms.keys() - self._broken:
            self._judged[line] = clock.now_ms()

    def _looked(self, terms: Mapping[str, LineTerms], now_ms: int) -> dict[str, Shown]:
        """A look at each line, on the thread of the picture; tracks are held only while they are copied."""
        feeding, out = self.feeding, {}
        for line, one in terms.items():
            with self._apart(line):
                shown = self._line(line, one, now_ms)
                if shown is not None:
                    out[line] = shown
                    feeding.count(shown.counts, shown.echoes)
        if now_ms >= self._turned_ms:
            self._turned_ms = now_ms + TURNED_MS
        if now_ms - self._forgot_ms >= FORGET_MS:
            self._forgot_ms = now_ms
            feeding.forget(now_ms)
        self.looked_ms = now_ms
        return out

    def _line(self, line: str, one: LineTerms, now_ms: int) -> Shown | None:
        """A look at one line; None where no feed is. An empty picture is looked at too: alerts that
        stood when the node stopped end in it."""
        with self.feeding.lock:
            tracks = self.feeding.tracks.get(line)
            if tracks is None:
                return None
            picture, sources = tracks.picture(now_ms), tuple(tracks.counts)
            alone = None if picture.all_shared else tracks.picture(now_ms, shared_alone=True)
        if now_ms >= self._turned_ms:
            self._turn(line, sources, picture, one.parameters.bearing_offset_cdeg)
        stands = self.lives[line].live if line in self.lives else ()
        plan, entered = one.plan, self._entered
        given = (self._own, one.parameters, plan.fleet, entered, stands, plan.lines, one.others)
        return looked(picture, *given, alone)

    def _apart(self, line: str) -> AbstractContextManager[None]:
        """One line's trouble stays its own; on a stepped clock whoever steps is told of it."""
        return _goes_on(line, self._broken) if self._judged else nullcontext()

    def _turn(self, line: str, sources: tuple[str, ...], picture: Picture, limit_cdeg: int) -> None:
        """Whether each sensor with a site is turned; it counts as it was found until there is something to compare."""
        for name, feed in self.feeding.feeds.items():
            if feed.section.site is None or name not in sources:
                continue
            found = turned(partial(self.feeding.trail, line), picture, name, feed.section.site, limit_cdeg)
            if found == "agrees":
                feed.turned = None
            elif found is not None and not _as_before(feed.turned, found):
                since = picture.now_ms if feed.turned is None else feed.turned.since_ms
                feed.turned = Turned(found.low_cdeg, found.high_cdeg, found.sightings, since)

    async def _take(self, found: Mapping[str, Shown], terms: Mapping[str, LineTerms]) -> bool:
        """What began, went on or ended since the last look, to the node."""
        moved = False
        self._fresh = any(bool(shown.fresh.any()) for shown in found.values())
        due: list[int | None] = []
        for line, shown in found.items():
            with self._apart(line):
                moved = await self._take_line(line, shown, terms[line], due) or moved
        self._lost_ms = min((at for at in due if at is not None), default=None)
        return moved

    async def _take_line(self, line: str, shown: Shown, terms: LineTerms, due: list[int | None]) -> bool:
        """The same of one line; adds to `due` when to look again."""
        moved = False
        before = self.lives.get(line)
        if before is None or self._resumed.get(line) != terms.unlocked:
            stood = await self.host.run(partial(movers.resume, line_id=line))
            before = stood if before is None else replace(before, live={**stood.live, **before.live})
            self._resumed[line] = terms.unlocked
        rules = life.rules_of(terms.parameters)
        after, changes = await self._heavy(partial(views.step, before, shown.look, shown.shared, rules))
        self.lives.pop(line, None)  # where the node cannot take it, it is asked again what stands
        if changes:
            await self.host.run(partial(movers.take, line_id=line, changes=changes))
            moved = True
        if before.live or after.live:
            await self.host.run(partial(movers.stand, line_id=line, live=after.live))
        self.lives[line] = after
        due.append(life.due_ms(after, rules))
        if self._conforms:
            moved = await self._conform(line, shown, terms) or moved
            due.append(next_ms(self.conformed[line], terms.plan, shown.picture.now_ms, terms.parameters))
        return await self._compare(line, shown, terms.parameters) or moved

    async def _heavy(self, work: Callable[[], T]) -> T:
        """What computes for long, on the thread of the picture; inline on a stepped clock."""
        if self._thread is None:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _conform(self, line: str, shown: Shown, terms: LineTerms) -> bool:
        """Own movers against what was declared of them, and undeclared ones in agreed areas; whether that moved."""
        before = self.conformed.get(line, Conformed())
        live = self.feeding.live(line, shown.picture.now_ms)
        work = partial(conformed, before, terms.plan, shown, terms.parameters, live=live)
        after = self.conformed[line] = await self._heavy(work)
        if not after.differs(before):
            return False
        found = (after.standings, after.lives, after.undeclared, after.in_danger)
        await self.host.run(lambda node: conforming.take(node, line, *found))
        return True

    async def _compare(self, line: str, shown: Shown, parameters: Parameters) -> bool:
        """Others' alerts put to the own feeds; whether any was answered."""
        waiting = self.waiting.setdefault(line, {})
        waiting |= dict(await self.host.run(partial(movers.to_compare, line_id=line)))
        own = [one.last.what for one in self.lives[line].live.values()]
        answers = await self._heavy(partial(compare, waiting, shown, own, parameters)) if waiting else {}
        for entry in answers:
            del waiting[entry]
        if answers:
            await self.host.run(partial(movers.compared, line_id=line, answers=answers))
        return bool(answers)

    async def _follow(self) -> dict[str, LineTerms]:
        """Tracks for each line that the node is on now, and what is in force there."""
        terms = await self.host.run(_terms)
        await self._forget(terms)
        lines = {line: one.exercise for line, one in terms.items()}
        if lines != self.feeding.exercise:
            self.feeding.follow(lines, {line: terms_of(one.parameters) for line, one in terms.items()})
        self.feeding.age({line: terms_of(one.parameters) for line, one in terms.items()})
        return terms

    async def _forget(self, terms: Mapping[str, LineTerms]) -> None:
        """What was opened of a line's entries goes with the vault's keys, and everything with the line (zeroize).
        Alerts of a locked node stand: they end as they would."""
        for line in self.lives.keys() - terms.keys():
            del self.lives[line]
        shut = {line for line in terms if not terms[line].unlocked}
        for line in [one for one in self.conformed if one in shut or one not in terms]:
            del self.conformed[line]
        for line in [one for one in self.waiting if one in shut or one not in terms]:
            entries = tuple(self.waiting.pop(line))
            if entries and line in terms:
                await self.host.run(partial(movers.ask_again, line_id=line, entries=entries))

    async def _tell(self, now_ms: int) -> bool:
        """How each feed is heard, each second and at once where one began, stopped or came back; whether one did."""
        self._standing = self.feeding.standing(now_ms)
        states = self.feeding.states()
        return await self.host.run(lambda node: feeds.note(node, states))


def _terms(node: Node) -> dict[str, LineTerms]:
    out: dict[str, LineTerms] = {}
    if node.zeroized:
        return out
    for line in node.lines.values():
        folds.ensure_acts(node, line)
        force = in_force(line, node.clock.now_ms())
        plan, unlocked = conforming.plan(node, line.id), node.vault.unlocked
        readable = not line.movers.sealed_fleet
        out[line.id] = LineTerms(line.line.exercise, force.parameters, plan, unlocked, readable)
    return out


def _as_before(known: Turned | None, found: BearingOffset) -> bool:
    """Whether it is the angle that is told already: what rings does not change its words all the time."""
    return known is not None and known.low_cdeg <= found.high_cdeg and found.low_cdeg <= known.high_cdeg


@contextmanager
def _goes_on(line: str, broken: set[str]) -> Iterator[None]:
    """What breaks is logged and `line` is among the `broken`: the next look may go well, and until then it rings that
    the line is not judged (node/feeds.py)."""
    try:
        yield
    except Stopped:
        raise
    except StoreError as error:
        broken.add(line)
        log.error("the store did not answer", line=line, reason=str(error))
    except Exception:
        broken.add(line)
        log.exception("a look broke", line=line)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
