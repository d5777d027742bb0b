"""What really flies and sails, into this node: sources → readers → tracks, counted, with the age of each feed.

Bytes wait on the event loop and are read on one thread apart, so that a large document holds up no request. Tracks are
volatile and stay here: what leaves is judged in `app/picture.py`. A feed never stops the node: what breaks is told in
its row, tried again, and rings once nothing came for too long (`node/feeds.py`).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import structlog

from steerclear.app import sources
from steerclear.app.pacing import seconds_of, shifted
from steerclear.clock import Clock
from steerclear.config import FeedSection
from steerclear.errors import Malformed
from steerclear.feeds import exercise, formats
from steerclear.feeds.batch import EMPTY, rows_of
from steerclear.feeds.drops import Drops, add
from steerclear.feeds.reader import Read, Reader
from steerclear.feeds.tracks import NO_TRAIL, Terms, Tracks, Trail
from steerclear.node.feed_state import FeedState, Turned

if TYPE_CHECKING:
    from steerclear.app.recording import Recording
    from steerclear.feeds.formats import Format

log = structlog.get_logger(__name__)
Standing: TypeAlias = tuple[tuple[bool, bool], ...]

GATHER_S: Final = 0.01
"""Between two turns of a reader: what came meanwhile is read in one go."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
"""After a source broke; doubled each time."""
OVERRUN: Final = "overrun"
"""Datagrams for which there was no room."""
NO_EXERCISE: Final = "not-an-exercise"
"""Reports of a simulated feed, or that say that they are of an exercise: no real line takes them (messages.md,
Header)."""
LEFT_OUT: Final = "some reports say EXERCISE: left out of real lines, and of what is recorded there"
STILL: Final = frozenset(
    ("malformed", "bad-checksum", "too-long", "incomplete", "late", "out-of-order", "in-future", "repeated")
) | {NO_EXERCISE}
"""Drops that do not show that a receiver hears anything now: a source that brings nothing else has stopped."""


@dataclass
class Feed:
    """One feed and what was counted of it. `readers` one a channel; `only` the lines that it is watched on."""

    section: FeedSection
    format: Format
    began_ms: int
    readers: dict[int, Reader] = field(default_factory=dict)
    heard_ms: int | None = None
    received: int = 0
    movers: int = 0
    echoes: int = 0
    drops: Drops = field(default_factory=dict)
    trouble: str = ""
    turned: Turned | None = None
    over: bool = False
    shift_ms: int | None = None
    marked: set[int] = field(default_factory=set)
    """Channels that said once that all of them is of an exercise (feeds/exercise.py)."""
    left_ms: int | None = None
    """When a real line last left out a report that says EXERCISE."""
    ends: dict[int, bytes] = field(default_factory=dict)
    """The last bytes of each channel: what says so may be cut in two."""

    @property
    def stale_ms(self) -> int:
        """From when on it counts as stopped, as `node.feeds.FeedState` has it."""
        heard_ms = self.began_ms if self.heard_ms is None else self.heard_ms
        return heard_ms + self.section.stale_after_s * 1000

    @property
    def documents(self) -> bool:
        """Whether each piece is one whole document."""
        return self.format.framing == "document"

    @property
    def lines(self) -> bool:
        """Whether it comes as lines, so that a datagram ends one."""
        return self.format.framing == "lines"

    def broke(self) -> None:
        """Its channels are no more; the next ones begin anew."""
        self.readers.clear()
        self.marked.clear()
        self.ends.clear()

    def read(self, channel: int, data: bytes, now_ms: int) -> Read:
        """The reports that end in these bytes; `b""` ends the channel."""
        if not data:
            self.readers.pop(channel, None)
            self.marked.discard(channel)
            self.ends.pop(channel, None)
            return Read()
        reader = self.readers.get(channel)
        if reader is None:
            reader = self.readers[channel] = formats.open_reader(self.section.format, **self.section.options)
        read = reader.read(data, now_ms)
        whole = self.ends.get(channel, b"") + data
        self.ends[channel] = whole[-exercise.LONGEST :]
        if channel not in self.marked and exercise.covers(self.format.name, whole):
            self.marked.add(channel)
        return replace(read, batch=exercise.simulated(read.batch)) if channel in self.marked else read


class Feeding:
    """All feeds of a node and its tracks, by line. `take` may be called from any thread; `tracks` are used under
    `lock`. `arrived` is called after every batch that brought something."""

    def __init__(self, sections: Iterable[FeedSection], home: Path, clock: Clock) -> None:
        self.home = home
        self.clock = clock
        self.lock = threading.Lock()
        self.tracks: dict[str, Tracks] = {}
        self.exercise: dict[str, bool] = {}
        self.recording: Recording | None = None
        self.feeds = {one.name: Feed(one, format_of(one), clock.now_ms()) for one in sections}

    def follow(self, lines: Mapping[str, bool], terms: Mapping[str, Terms]) -> None:
        """These are the node's lines now: id → whether it is an exercise line, and how old is old there. Each has
        tracks of its own: what is fed for one is not seen on another."""
        with self.lock:
            self.exercise = dict(lines)
            for line in self.tracks.keys() - lines.keys():
                del self.tracks[line]
            for line in lines.keys() - self.tracks.keys():
                trusts = {name: one.section.trust for name, one in self.feeds.items() if self._on(one, line)}
                self.tracks[line] = Tracks(trusts, terms[line])

    def age(self, terms: Mapping[str, Terms]) -> None:
        """How old is old on each line from now on."""
        for line, one in terms.items():
            if self.tracks[line].terms != one:
                with self.lock:
                    self.tracks[line].terms = one

    def take(self, name: str, read: Read, now_ms: int) -> bool:
        """Count what a reader gave and keep its rows as tracks; whether anything fresh came."""
        feed = self.feeds[name]
        with self.lock:
            dropped: Drops = dict(read.drops)
            lines = [line for line in self.tracks if name in self.tracks[line].counts]
            lines.sort(key=lambda line: not self.exercise[line])  # dropped is what no line takes
            refused = False
            for number, line in enumerate(lines):
                batch = read.batch if self.exercise[line] else rows_of(read.batch, ~exercise.told(read.batch))
                refused = refused or (len(read.batch) > 0 and not len(batch))
                if len(batch) < len(read.batch):
                    self._left(feed, len(read.batch) - len(batch), now_ms)
                lost = self.tracks[line].take(name, batch, now_ms)
                if not number:
                    add(dropped, {**lost, NO_EXERCISE: len(read.batch) - len(batch)})
                    if self.recording is not None and len(batch):
                        self.recording.take(name, batch)
            if not lines and self.exercise and len(read.batch):
                add(dropped, {NO_EXERCISE: len(read.batch)})
            lost_rows = sum(dropped.values()) - sum(read.drops.values())
            fresh = len(read.batch) - lost_rows
            feed.received += max(read.seen, len(read.batch) + sum(read.drops.values()))
            add(feed.drops, dropped)
            hears = fresh > 0 or any(reason not in STILL for reason in dropped) or _empty(read, feed)
            if hears and not refused:  # a real line that sees nothing of it rings, whoever else takes it
                feed.heard_ms = now_ms
        return fresh > 0

    def trail(self, line: str, source: str, name: str) -> Trail:
        """`Tracks.trail` of a line, held up by nobody for longer than it takes to copy it."""
        with self.lock:
            tracks = self.tracks.get(line)
            return tracks.trail(source, name) if tracks is not None else NO_TRAIL

    def live(self, line: str, now_ms: int) -> bool:
        """Whether any feed of a line is heard."""
        with self.lock:
            tracks = self.tracks.get(line)
            here = [self._state(self.feeds[name]) for name in tracks.counts] if tracks is not None else []
        return any(one.heard_ms is not None and now_ms < one.stale_ms for one in here)

    def lose(self, name: str, count: int) -> None:
        """So many datagrams came faster than they were read: dropped, and no sign that anything is heard."""
        with self.lock:
            self.feeds[name].received += count
            add(self.feeds[name].drops, {OVERRUN: count})

    def states(self) -> tuple[FeedState, ...]:
        """What the node is told of each feed."""
        with self.lock:
            return tuple(self._state(one) for one in self.feeds.values())

    def standing(self, now_ms: int) -> Standing:
        """Of each feed whether it was ever heard, and whether it is heard no more: what the node is told at once."""
        return tuple((one.heard_ms is not None, now_ms >= one.stale_ms) for one in self.feeds.values())

    def count(self, movers: Mapping[str, int], echoes: Mapping[str, int]) -> None:
        """So many movers are known of each feed now, and so many of them taken for one that states its position."""
        with self.lock:
            for name, count in movers.items():
                self.feeds[name].movers, self.feeds[name].echoes = count, echoes.get(name, 0)

    def forget(self, now_ms: int) -> None:
        """Let go of movers of which nothing came for long."""
        with self.lock:
            for tracks in self.tracks.values():
                tracks.forget(now_ms)

    def _state(self, feed: Feed) -> FeedState:
        one = feed.section
        return FeedState(
            name=one.name,
            format=one.format,
            trust=one.trust,
            line=one.line,
            simulated=one.simulated,
            stale_after_ms=one.stale_after_s * 1000,
            began_ms=feed.began_ms,
            heard_ms=feed.heard_ms,
            received=feed.received,
            movers=feed.movers,
            echoes=feed.echoes,
            drops=dict(sorted(feed.drops.items())),
            trouble=self._trouble(feed),
            turned=feed.turned,
        )

    def _left(self, feed: Feed, count: int, now_ms: int) -> None:
        """A real line left reports out for their mark: shown beside the feed while it lasts, and logged when it begins,
        for what the archive of that line lacks would be seen by nobody."""
        if not self._leaves_out(feed, now_ms):
            log.warning(LEFT_OUT, feed=feed.section.name, reports=count)
        feed.left_ms = now_ms

    def _leaves_out(self, feed: Feed, now_ms: int) -> bool:
        return feed.left_ms is not None and now_ms < feed.left_ms + feed.section.stale_after_s * 1000

    def _trouble(self, feed: Feed) -> str:
        if feed.trouble:
            return feed.trouble
        if feed.marked and not feed.section.simulated:
            return "it says that it is of an exercise"
        return LEFT_OUT if self._leaves_out(feed, self.clock.now_ms()) else ""

    def _on(self, feed: Feed, line: str) -> bool:
        """Whether a feed is watched on a line: a simulated one on exercise lines alone."""
        one = feed.section
        return line.startswith(one.line) and (self.exercise[line] or not one.simulated)


def _empty(read: Read, feed: Feed) -> bool:
    """A whole document that holds nobody: the receiver answers."""
    return feed.documents and not read.seen and not read.drops


def format_of(section: FeedSection) -> Format:
    """Raises `Malformed` `bad-setting` for a format that nobody reads here, a trust that it cannot have, or a way that
    does not say where its documents end."""
    at = f"feed {section.name}"
    found = formats.FORMATS.get(section.format)
    if found is None:
        rows = "; ".join(f"{one.name} ({one.says})" for one in formats.FORMATS.values())
        raise Malformed("bad-setting", field=f"{at}: format", remedy=f"one of {rows}")
    if section.trust == "shared" and found.trust == "local":
        remedy = f"{found.name} is not what the movers tell everybody: trust = local"
        raise Malformed(
            "bad-setting", field=f"{at}: trust", remedy=remedy, source="boundary.md, No track file"
        )
    if found.framing == "document" and section.scheme in ("tcp", "listen"):
        remedy = f"{found.name} comes as whole documents: http(s)://…, file:PATH, or udp:// with one in each datagram"
        raise Malformed("bad-setting", field=f"{at}: address", remedy=remedy)
    if found.name == "simulated" and not section.simulated:
        raise Malformed(
            "bad-setting", field=f"{at}: simulated", remedy="it is not what flies: simulated = true"
        )
    return found


def check_formats(sections: Iterable[FeedSection]) -> None:
    """Raises `Malformed`: `bad-setting`, or what is to be installed, before anything is opened."""
    for section in sections:
        try:
            formats.open_reader(format_of(section).name, **section.options)
        except Malformed as error:
            if not error.field.startswith("options"):
                raise
            at = f"feed {section.name}: {error.field}"
            raise Malformed(error.rule, field=at, remedy=error.remedy) from None


class Receiving:
    """The sources of a `Feeding` on the event loop, and the thread that reads them. `told` is called on that thread
    after every batch with something fresh."""

    def __init__(self, feeding: Feeding) -> None:
        self.feeding = feeding
        self._reading = ThreadPoolExecutor(1, "feeds")

    async def run(self, told: asyncio.Event) -> None:
        """Until cancelled: every feed has a task of its own, so that one that hangs holds up nobody."""
        try:
            async with asyncio.TaskGroup() as group:
                for feed in self.feeding.feeds.values():
                    group.create_task(self._keep(feed, told))
        finally:
            self._reading.shutdown(wait=False, cancel_futures=True)

    async def _keep(self, feed: Feed, told: asyncio.Event) -> None:
        pause = FIRST_PAUSE_S
        while not feed.over:
            before = feed.received
            try:
                await self._once(feed, told)
                feed.over = feed.section.scheme == "replay"
                feed.trouble = "the recording is over" if feed.over else "the source ended"
            except OSError as error:
                feed.trouble = str(error) or type(error).__name__
                log.warning("a feed broke", feed=feed.section.name, reason=feed.trouble)
            except Exception as error:  # one feed's trouble stays its own
                feed.trouble = f"broken: {type(error).__name__}"
                log.exception("a feed broke", feed=feed.section.name)
            feed.broke()
            pause = FIRST_PAUSE_S if feed.received > before else min(2 * pause, LONGEST_PAUSE_S)
            await asyncio.sleep(pause)

    async def _once(self, feed: Feed, told: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        source = sources.pieces(
            feed.section,
            self.feeding.home,
            documents=feed.documents,
            lines=feed.lines,
            lost=lambda count: self.feeding.lose(feed.section.name, count),
        )
        async for channel, data in source:
            feed.trouble = ""
            if feed.section.scheme == "replay":
                read = await loop.run_in_executor(self._reading, self._read, feed, channel, data)
                await self._paced(feed, read, told)
            elif await loop.run_in_executor(self._reading, self._take, feed, channel, data):
                told.set()
            await asyncio.sleep(GATHER_S)

    def _read(self, feed: Feed, channel: int, data: bytes) -> Read:
        return feed.read(channel, data, self.feeding.clock.now_ms())

    def _take(self, feed: Feed, channel: int, data: bytes) -> bool:
        """Read and kept in one go: each change of threads waits for the others'."""
        read = self._read(feed, channel, data)
        return self.feeding.take(feed.section.name, read, self.feeding.clock.now_ms())

    async def _paced(self, feed: Feed, read: Read, told: asyncio.Event) -> None:
        """A recording's reports as if they came now, as far apart as they were: the first one at once."""
        rest = Read(EMPTY, read.drops, read.seen - len(read.batch))
        self.feeding.take(feed.section.name, rest, self.feeding.clock.now_ms())
        for part in seconds_of(read.batch):
            now = self.feeding.clock.now_ms()
            first = int(part.at_ms.min())
            if feed.shift_ms is None:
                feed.shift_ms = now - first
            wait_ms = first + feed.shift_ms - now
            if wait_ms > 0:
                await asyncio.sleep(wait_ms / 1000)
            now = self.feeding.clock.now_ms()
            moved = shifted(part, feed.shift_ms, now)
            if self.feeding.take(feed.section.name, Read(moved, {}, len(moved)), now):
                told.set()
