"""A node at a folder with everything around it: store, queue, edges, links."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx2 as httpx
from starlette.applications import Starlette

from steerclear.api.native.problems import not_found
from steerclear.api.native.routes import routes as native_routes
from steerclear.api.native.services import Services
from steerclear.app import links as linking
from steerclear.app import witnessing
from steerclear.app.feeding import Feeding
from steerclear.app.hosts import InlineHost, SequencedHost
from steerclear.app.links import Link, Peer
from steerclear.app.logs import configure
from steerclear.app.picture import Watching
from steerclear.app.pins import client_for, open_client
from steerclear.app.witnessing import ANYBODY, Asked
from steerclear.clock import Clock, SteppedClock, SystemClock
from steerclear.config import Config, FeedSection, read_config
from steerclear.errors import Malformed
from steerclear.feeds.altitude import Qnh
from steerclear.node import home as homes
from steerclear.node import recover
from steerclear.node import tick as ticking
from steerclear.node.node import Node
from steerclear.node.opening import open_node
from steerclear.node.zeroize import is_zeroized
from steerclear.peers import server, witness
from steerclear.peers.client import PeerClient
from steerclear.store.open import open_store
from steerclear.store.port import EntryStore
from steerclear.units import parse_time

DEAD_BASE = "http://no-address.invalid"
"""Where a member without any URL is looked for: nowhere; it is reached by files."""


class App:
    """One node in this process. `asgi` answers peers, officers and the administrator; `pump` does one round."""

    def __init__(
        self,
        config: Config,
        node: Node,
        host: InlineHost | SequencedHost,
        services: Services,
        http: httpx.AsyncClient | None,
        urls: Mapping[str, str],
        watch: witness.Watch | None = None,
    ) -> None:
        self.config = config
        self.node = node
        self.host = host
        self.services = services
        self.links: dict[tuple[str, str], Link] = {}
        self.moved: Callable[[set[str], set[tuple[str, str]]], None] = lambda changed, hinted: None
        self.asgi = Starlette(
            routes=[
                *server.routes(host),
                *native_routes(services),
                *witness.routes(host, witness.read_watch(services.home)),
            ],
            exception_handlers={404: not_found, 405: not_found},
        )
        self.asgi.router.redirect_slashes = False
        self.witnesses: list[Asked] = []
        self.watching = (
            Watching(Feeding(config.feed, services.home, node.clock), host, entered(config))
            if config.feed
            else None
        )
        if config.archive.folder and self.watching is not None:
            from steerclear.app.recording import Recording

            feeding, folder = self.watching.feeding, services.home / config.archive.folder
            feeding.recording = Recording(folder, config.feed, node.clock)
        node.erase_tracks = self._erase_tracks
        self._urls = urls
        self._given = http
        self._clients: dict[tuple[str, str], httpx.AsyncClient] = {}

    @property
    def stepped(self) -> bool:
        """Whether this node moves only when it is told."""
        return self.node.clock.simulated

    def _erase_tracks(self) -> tuple[int, tuple[str, ...]]:
        """The archive of the settings, of another run too: how many files went, which could not (zeroize)."""
        if not self.config.archive.folder:
            return 0, ()
        from steerclear.archive import erasing

        recording = self.watching.feeding.recording if self.watching is not None else None
        if recording is not None:
            return recording.erase()
        return erasing.erase(self.services.home / self.config.archive.folder)

    async def pump(self) -> bool:
        """One round with everybody, then what is due by itself, then hints; whether anything changed or was told.

        Heartbeats come before `tick`: whoever jumped over hours of quiet has heard the others before he judges who
        is silent (architecture.md, One Clock port)."""
        changed = False
        known = await self.refresh_links()
        for link in known:
            due = linking.beat_due_ms(link)
            if due is None or due <= self.node.clock.now_ms():
                changed = await linking.beat(self.host, link) or changed
            changed = await linking.pull(self.host, link) or changed
        if self.watching is not None:
            changed = await self.watching.look() or changed
        changed = await self.host.run(ticking.tick) or changed
        for link in known:
            changed = await linking.tell(self.host, link) or changed
        await self.ask_witnesses()
        return changed

    async def ask_witnesses(self) -> None:
        """Show every new own head to the witnesses of the settings."""
        sections = self.config.witness
        if not sections:
            return
        known = self.witnesses
        self.witnesses = await self.host.run(lambda node: witnessing.wanted(node, sections, known))
        for one in self.witnesses:
            await witnessing.ask(self.host, self._http(one.url, one.tls), one)

    async def idle(self) -> bool:
        """Nothing waits to be pulled, told, or done now."""
        known = self.links.get
        return await self.host.run(lambda node: linking.quiet(node, lambda line, party: known((line, party))))

    async def next_due_ms(self) -> int | None:
        """The next instant at which this node has something to do besides heartbeats, by its own clock."""
        due = [await self.host.run(ticking.next_due)]
        if self.watching is not None:
            due.append(self.watching.next_due_ms())
        return min((at for at in due if at is not None), default=None)

    async def recover(self, line: str, reason: str = "") -> tuple[int, int]:
        """Take our own log back from every peer that can be reached, then sign again: (leaves that came, stand-alone
        notes logged). `reason`: why to go on without those who are not heard. Raises what `recover.finish` raises."""
        before = await self.host.run(lambda node: node.line(line).own_log.size)
        for link in await self.refresh_links():
            if link.peer.line == line:
                await linking.take_back(self.host, link)
        leaves = await self.host.run(lambda node: node.line(line).own_log.size) - before
        return leaves, await self.host.run(lambda node: recover.finish(node, line, reason=reason))

    async def refresh_links(self) -> list[Link]:
        """The links to today's members, those of yesterday dropped."""
        wanted = await self.host.run(linking.peers_of)
        keep: dict[tuple[str, str], Link] = {}
        for peer in wanted:
            known = self.links.get((peer.line, peer.party))
            if known is None or known.peer != peer:
                fresh = Link(peer, self._client(peer))
                known = fresh if known is None else _renewed(known, fresh)
            keep[(peer.line, peer.party)] = known
        self.links = keep
        return list(keep.values())

    def start(self) -> None:
        """Take commands. An inline node always does."""
        self.host.start()

    async def close(self) -> None:
        """What is queued is stored, then files and sockets are let go."""
        await asyncio.to_thread(self.host.stop)
        for client in self._clients.values():
            await client.aclose()
        self.node.store.close()

    def _client(self, peer: Peer) -> PeerClient:
        base = self._urls.get(peer.party) or next(iter(peer.urls), DEAD_BASE)
        http = self._http(base, peer.tls)
        return PeerClient(peer.line, base.rstrip("/"), self.node.keys.node, self.node.clock, http)

    def _http(self, base: str, tls: str) -> httpx.AsyncClient:
        """The client for an address, kept."""
        if self._given is not None:
            return self._given
        known = self._clients.get((base, tls))
        if known is None:
            known = self._clients[base, tls] = open_client(base) if tls == ANYBODY else client_for(base, tls)
        return known


def build(
    home: Path,
    *,
    passphrase: str | None = None,
    clock: Clock | None = None,
    http: httpx.AsyncClient | None = None,
    store: EntryStore | None = None,
    inline: bool = False,
    urls: Mapping[str, str] | None = None,
    random: Callable[[int], bytes] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> App:
    """The node of the folder `home`; locked without its passphrase.

    `clock` and `store` stand in the place of what the configuration says; `http` carries all requests to peers (an
    ASGI transport in tests), `urls` party id → base address stands over the cards. `inline` runs commands on the
    caller's thread. Raises `Malformed` (`no-node-here`, `bad-setting`, `clock-not-allowed` when a stepped clock meets
    a real line, …), `store.StoreInUse`, `store.SchemaTooNew`.
    """
    configure()
    config = read_config(home)
    witnessing.check_settings(config.witness)
    found = homes.read(home, passphrase)
    opened = store if store is not None else open_store(config.node.store, home / "store")
    with contextlib.ExitStack() as on_error:
        on_error.callback(opened.close)
        node = open_node(
            found,
            opened,
            clock or clock_of(config),
            names=config.names,
            random=random or secrets.token_bytes,
            progress=progress,
        )
        node.zeroized = is_zeroized(home)
        _check_clock(node)
        _check_feeds(node, config.feed)
        services = Services(node.clock, home)
        app: App

        def told(changed: set[str], hinted: set[tuple[str, str]]) -> None:
            app.moved(changed, hinted)
            services.pulse.moved(changed)

        host = InlineHost(node, told) if inline else SequencedHost(node, opened, told)
        services.host = host
        app = App(config, node, host, services, http, urls or {}, witness.read_watch(home))
        services.recover = app.recover
        on_error.pop_all()
        return app


def entered(config: Config) -> tuple[Qnh, ...]:
    """The pressure settings of the site."""
    return tuple(Qnh(one.hpa_tenths, *one.at, one.radius_nm) for one in config.qnh)


def clock_of(config: Config) -> Clock:
    """The clock that the configuration names. Raises `Malformed` `bad-setting`."""
    if config.node.clock == "system":
        return SystemClock()
    if not config.node.clock_start:
        raise Malformed(
            "bad-setting", field="node.clock_start", remedy="a stepped clock starts at an RFC 3339 time"
        )
    return SteppedClock(parse_time(config.node.clock_start))


def _check_clock(node: Node) -> None:
    if node.clock.simulated and any(not line.line.exercise for line in node.lines.values()):
        raise Malformed(
            "clock-not-allowed",
            field="node.clock",
            remedy="a real line runs on the system's clock",
            source="architecture.md, One Clock port",
        )


def _check_feeds(node: Node, sections: tuple[FeedSection, ...]) -> None:
    for one in sections:
        lines = [line for line in node.lines.values() if line.id.startswith(one.line)]
        if one.simulated and lines and not any(line.line.exercise for line in lines):
            raise Malformed(
                "simulated-feed-on-a-real-line",
                field=f"feed {one.name}: simulated",
                remedy="name an exercise line, or take the feed out of steerclear.toml",
                source="messages.md, Header",
            )


def _renewed(old: Link, new: Link) -> Link:
    """A link whose peer's card or numbers changed: same memory, new address."""
    new.beat_ms, new.told, new.reached = old.beat_ms, old.told, old.reached
    return new
