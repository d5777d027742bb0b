"""The loop of a node on the system's clock: it wakes on due instants, on commits and on hints, never on a rhythm of
its own. Every peer has its own two tasks, so that one that hangs holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import nullcontext
from dataclasses import dataclass, field

import structlog

from steerclear.app import lag, witnessing
from steerclear.app import links as linking
from steerclear.app.build import App
from steerclear.app.links import Link
from steerclear.node import tick as ticking
from steerclear.store.port import StoreError
from steerclear.store.sequencer import Stopped

log = structlog.get_logger(__name__)

LEAST_GAP_S, MOST_GAP_S = 0.005, 0.05
"""Between two rounds of `tick`: three times what the last one took, within these bounds, so that folding takes about a
quarter of the sequencer under load and still shows a conflict long before 250 ms (docs/reference/figures.md)."""
LONGEST_S = 60.0
AFTER_TROUBLE_S = 1.0


@dataclass
class _Wakes:
    """What wakes one link. Hints and pulls have a task each: a long pull may hold up no hint."""

    tell: asyncio.Event = field(default_factory=asyncio.Event)
    pull: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: tuple[asyncio.Task[None], ...] = ()


async def run(app: App) -> None:
    """Until cancelled."""
    loop = asyncio.get_running_loop()
    due = asyncio.Event()
    shown = asyncio.Event()
    shown.set()
    wakes: dict[tuple[str, str], _Wakes] = {}

    def on_loop(changed: set[str], hinted: set[tuple[str, str]]) -> None:
        due.set()
        if changed:
            shown.set()
        for key, wake in wakes.items():
            if key[0] in changed:
                wake.tell.set()
            if key in hinted:
                wake.pull.set()

    def moved(changed: set[str], hinted: set[tuple[str, str]]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(on_loop, changed, hinted)

    app.moved = moved
    recording = app.watching.feeding.recording if app.watching is not None else None
    try:
        with recording.running() if recording is not None else nullcontext():
            await _all(app, due, shown, wakes)
    finally:
        app.moved = lambda changed, hinted: None


async def _all(
    app: App, due: asyncio.Event, shown: asyncio.Event, wakes: dict[tuple[str, str], _Wakes]
) -> None:
    async with asyncio.TaskGroup() as group:
        if app.watching is not None:
            metrics = app.services.metrics
            group.create_task(app.watching.run(metrics.looks.observe))
            group.create_task(lag.watch(metrics.lag.observe))
        if app.config.witness:
            group.create_task(_witnesses(app, shown))
        await _tick(app, due, wakes, group)


async def _tick(
    app: App, due: asyncio.Event, wakes: dict[tuple[str, str], _Wakes], group: asyncio.TaskGroup
) -> None:
    """What is due by itself, again and again; keeps the links' tasks in step with the members."""
    loop = asyncio.get_running_loop()
    while True:
        due.clear()
        began = loop.time()
        try:
            _follow(app, await app.refresh_links(), wakes, group)
            for key in await app.host.run(linking.hinted):
                if key in wakes:
                    wakes[key].pull.set()
            changed = await app.host.run(ticking.tick)
            took = loop.time() - began
            at = None if changed else await app.next_due_ms()
        except StoreError as error:
            log.error("the store did not answer", reason=str(error))
            changed, took, at = False, 0.0, app.host.clock.now_ms() + int(AFTER_TROUBLE_S * 1000)
        except Stopped:
            return
        except Exception:  # a line that cannot be folded may not silence the others
            log.exception("what was due could not be done")
            changed, took, at = False, 0.0, app.host.clock.now_ms() + int(AFTER_TROUBLE_S * 1000)
        await asyncio.sleep(min(max(3 * took, LEAST_GAP_S), MOST_GAP_S))
        wait_s = LONGEST_S if at is None else max(0.0, (at - app.host.clock.now_ms()) / 1000)
        if not changed:
            await _wait(due, min(wait_s, LONGEST_S))


def _follow(
    app: App, known: list[Link], wakes: dict[tuple[str, str], _Wakes], group: asyncio.TaskGroup
) -> None:
    keys = {(link.peer.line, link.peer.party) for link in known}
    for key in wakes.keys() - keys:
        for task in wakes.pop(key).tasks:
            task.cancel()
    for key in keys - wakes.keys():
        wake = wakes[key] = _Wakes()
        wake.tell.set()
        wake.tasks = tuple(group.create_task(task(app, key, wake)) for task in (_beats, _tells, _pulls))


async def _beats(app: App, key: tuple[str, str], wake: _Wakes) -> None:
    """Heartbeats with one peer, whatever else goes on with it."""
    while (link := app.links.get(key)) is not None:
        due = linking.beat_due_ms(link)
        wait_ms = 0 if due is None else due - app.host.clock.now_ms()
        if wait_ms > 0:
            await asyncio.sleep(wait_ms / 1000)
            continue
        await _guarded("heartbeat", linking.beat(app.host, link))
        wake.tell.set()
        wake.pull.set()


async def _tells(app: App, key: tuple[str, str], wake: _Wakes) -> None:
    """Hints and stand-alone notes, whenever our side of the line moved."""
    while key in app.links:
        await wake.tell.wait()
        wake.tell.clear()
        link = app.links.get(key)
        if link is None:
            return
        await _guarded("hint", linking.tell(app.host, link))


async def _pulls(app: App, key: tuple[str, str], wake: _Wakes) -> None:
    """After a hint or a heartbeat, and again when one failed."""
    while (link := app.links.get(key)) is not None:
        wait_ms = link.retry_ms - app.host.clock.now_ms()
        await _wait(wake.pull, max(wait_ms, 1) / 1000 if link.retry_ms else None)
        wake.pull.clear()
        link = app.links.get(key)
        if link is None:
            return
        await _guarded("pull", linking.pull(app.host, link))


async def _witnesses(app: App, shown: asyncio.Event) -> None:
    """Every new own head to the witnesses of the settings; again when one that failed may be asked."""
    while True:
        shown.clear()
        await _guarded("witness", app.ask_witnesses())
        at = witnessing.due_ms(app.witnesses)
        wait_ms = at - app.host.clock.now_ms() if at is not None else None
        await _wait(shown, None if wait_ms is None else max(wait_ms, 1) / 1000)


async def _guarded(what: str, act: Awaitable[object]) -> None:
    """One peer's trouble stays its own; the heartbeat finds it again."""
    try:
        await act
    except Stopped:
        raise asyncio.CancelledError from None
    except Exception:
        log.exception("a round with a peer broke", what=what)
        await asyncio.sleep(AFTER_TROUBLE_S)


async def _wait(event: asyncio.Event, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
