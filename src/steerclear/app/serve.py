"""A node as a server: uvicorn around the app, its loops beside it, a clean stop on SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn

from steerclear.app import loops
from steerclear.app.build import App, build
from steerclear.app.control import control_socket

GRACE_S = 3
"""Open event streams would hold up the stop for ever without it (architecture.md, Traps)."""


def serve(
    home: Path,
    *,
    passphrase: str | None = None,
    ready: Callable[[App], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Serve the node at `home` until SIGTERM or SIGINT; then what is queued is stored and the store closed.

    `progress(done, total)` is told how many entries are loaded, `ready` is called once requests are answered. Raises
    what `build` raises, and `OSError` when the address is taken.
    """
    app = build(home, passphrase=passphrase, progress=progress)
    gc.collect()
    gc.freeze()  # what was loaded stays: no pause to look through all of it again and again
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(_serve(app, ready))


class _Server(uvicorn.Server):
    """Tells the event streams to end as soon as a signal came, so that the stop waits for none."""

    def __init__(self, leaving: Callable[[], None], config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leaving = leaving

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._leaving()
        super().handle_exit(sig, frame)


def _loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # not made for every platform
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _serve(app: App, ready: Callable[[App], None] | None) -> None:
    section = app.config.node
    server = _Server(
        app.services.pulse.end,
        uvicorn.Config(
            app.asgi,
            host=app.config.host,
            port=app.config.port,
            http="httptools",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
            ssl_certfile=section.tls_certificate or None,
            ssl_keyfile=section.tls_key or None,
        ),
    )
    app.start()
    # uvicorn raises the signal again after its own stop: by then it has done its work
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(app.close)
        if app.stepped and section.control_socket:
            await stack.enter_async_context(control_socket(app, _socket_path(app)))
        running = None if app.stepped else asyncio.create_task(loops.run(app))
        serving = asyncio.create_task(server.serve())
        told = asyncio.create_task(_when_started(server, app, ready))
        waiting = {task for task in (running, serving) if task is not None}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        for task in (running, told):
            if task is not None and not task.done():
                task.cancel()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
                raise result


async def _when_started(server: uvicorn.Server, app: App, ready: Callable[[App], None] | None) -> None:
    while not server.started:
        await asyncio.sleep(0.01)
    if ready is not None:
        ready(app)


def _socket_path(app: App) -> Path:
    path = Path(app.config.node.control_socket)
    return path if path.is_absolute() else app.node.home.folder / path
