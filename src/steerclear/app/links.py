"""What a node does towards each member of each line: heartbeat, pull, hint, stand-alone notes.

A link remembers only what has been said and when; everything else is asked of the node, so that a lost link state
costs one heartbeat and one pull. A peer that fails holds up nobody but itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from steerclear.errors import Malformed
from steerclear.node import holding, relay
from steerclear.node.host import Host
from steerclear.node.in_force import numbers_now
from steerclear.node.node import Node
from steerclear.peers import sync
from steerclear.peers.client import PeerClient, Unreachable

RETRY_MS = 200
"""First pause after a pull that failed; doubled each time, up to the line's heartbeat."""


@dataclass(frozen=True)
class Peer:
    """Another member of a line as this node would reach it. `urls` and `tls` are those of its newest card."""

    line: str
    party: str
    urls: tuple[str, ...]
    tls: str
    heartbeat_ms: int


@dataclass
class Link:
    """`beat_ms`: when a heartbeat was last tried (None: never). `told`: the own head last hinted. `failed`: pulls
    that failed one after the other, `retry_ms` when the next may be tried."""

    peer: Peer
    client: PeerClient
    beat_ms: int | None = None
    told: bytes = b""
    failed: int = 0
    retry_ms: int = 0
    reached: bool = False
    reason: str = ""


def peers_of(node: Node) -> list[Peer]:
    """Every other member of every line, in order."""
    out = []
    for line in node.lines.values():
        heartbeat_ms = numbers_now(node, line).heartbeat_ms
        for party in line.others:
            log = holding.newest_log(line, party)
            ring = log.state.ring if log is not None else None
            card = ring.card if ring is not None else line.own_log.state.policy.cards[party]
            out.append(Peer(line.id, party, card.urls, card.tls, heartbeat_ms))
    return sorted(out, key=lambda one: (one.line, one.party))


def beat_due_ms(link: Link) -> int | None:
    """When the next heartbeat is due; None: at once."""
    return None if link.beat_ms is None else link.beat_ms + link.peer.heartbeat_ms


async def beat(host: Host, link: Link) -> bool:
    """One heartbeat, and what both show compared; whether it changed anything here."""
    link.beat_ms = host.clock.now_ms()
    done = await sync.beat(host, link.client, link.peer.party)
    if done.reached and not link.reached:
        link.retry_ms = 0
    link.reached, link.reason = done.reached, done.reason
    if done.reached:
        link.reason = await sync.compare(host, link.client, link.peer.party)
    return done.changed


async def pull(host: Host, link: Link) -> bool:
    """Pull if there is something to fetch; whether it changed anything here."""
    line, party = link.peer.line, link.peer.party
    now = host.clock.now_ms()
    if now < link.retry_ms or not await host.run(lambda node: worth_pulling(node, line, party)):
        return False
    done = await sync.pull(host, link.client, party)
    if done.reached:
        link.failed, link.retry_ms = 0, 0
    else:
        link.failed += 1
        link.reason = done.reason
        link.retry_ms = now + min(RETRY_MS << min(link.failed, 16), link.peer.heartbeat_ms)
        await host.run(lambda node: _want(node, line, party, done.reason))
    return done.changed


async def tell(host: Host, link: Link) -> bool:
    """Hint at the own head if it moved since it was last hinted, and hand over stand-alone notes; whether anything
    was sent. A hint that is lost costs nothing: the next heartbeat carries the head."""
    line = link.peer.line
    origin, size, head = await host.run(lambda node: _own_head(node, line))
    try:
        sent = head not in (b"", link.told)
        link.told = head
        if sent:
            await link.client.hint(origin, size)
        await sync.push_standing(host, link.client, link.peer.party)
    except (Unreachable, Malformed) as error:
        link.reason = str(error)
        return False
    return sent


async def take_back(host: Host, link: Link) -> None:
    """Our own log as this peer mirrors it (record.md, Restore guard). A peer that cannot be reached is passed over."""
    line, party = link.peer.line, link.peer.party
    await sync.beat(host, link.client, party)
    origin = await host.run(lambda node: node.line(line).own_log.origin)
    try:
        await sync.pull_log(host, link.client, party, origin)
    except (Unreachable, Malformed) as error:
        link.reason = str(error)


def worth_pulling(node: Node, line_id: str, party: str) -> bool:
    """A hint came, a heartbeat showed growth, a payload of this author is still missing, or this peer has seen another
    tree of a third member's log."""
    line = node.lines.get(line_id)
    if line is None:
        return False
    peer = line.peer(party)
    if peer.hinted or party in line.missing.values() or relay.contradicted(line, party):
        return True
    return any(
        origin not in line.logs or size > line.logs[origin].size
        for origin, size in peer.holds.items()
        if origin.partition("/")[2].partition("/")[0] != node.party and origin not in line.forks
    )


def hinted(node: Node) -> list[tuple[str, str]]:
    """(line, party) of whom something told this node that there is more: its hint, or its own heartbeat."""
    return [
        (line.id, party) for line in node.lines.values() for party in line.others if line.peer(party).hinted
    ]


def quiet(node: Node, links: Callable[[str, str], Link | None]) -> bool:
    """Nothing waits to be pulled or told."""
    for line in node.lines.values():
        for party in line.others:
            link = links(line.id, party)
            if link is None or worth_pulling(node, line.id, party):
                return False
            if line.own_log.checkpoint not in (b"", link.told):
                return False
    return True


def _want(node: Node, line_id: str, party: str, reason: str) -> None:
    """Pull again, and show why it failed until something is heard again (health)."""
    peer = node.line(line_id).peer(party)
    peer.hinted, peer.reason = True, reason


def _own_head(node: Node, line_id: str) -> tuple[str, int, bytes]:
    log = node.line(line_id).own_log
    return log.origin, log.size, relay.serve_checkpoint(node, line_id, log.origin) or b""
