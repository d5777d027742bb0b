"""One round with one peer: heartbeat, pull what has grown, fetch the payloads that are ours, cosign, tell.

Members pull. Whatever comes back is handed to the node as one `Arrival`, which is believed only as far as it proves
itself. A round that fails half way changes nothing that a later round would not mend.
"""

from __future__ import annotations

from dataclasses import dataclass

from steerclear.errors import Malformed
from steerclear.node import ingest, relay, standing
from steerclear.node.host import Host
from steerclear.peers import wire
from steerclear.peers.client import PeerClient, Unreachable
from steerclear.record import checkpoint as checkpoints
from steerclear.record.note import parse_note
from steerclear.record.tiles import ENTRIES, WIDTH, TilePath, format_path, parse_entries

MAX_LEAVES_A_ROUND = 4096


@dataclass(frozen=True)
class Round:
    """What a round did: `reached` the peer at all, `changed` something at this node, and why not, if not."""

    reached: bool
    changed: bool
    reason: str = ""


async def beat(host: Host, client: PeerClient, party: str) -> Round:
    """One heartbeat each way; records latency and skew, and takes the peer's cosignature on our checkpoint."""
    line = client.line
    mine = await host.run(lambda node: relay.make_beat(node, line, party))
    began = host.clock.now_ms()
    try:
        answer = await client.heartbeat(
            wire.Beat(mine.time_ms, mine.checkpoint.decode(), mine.holds, mine.latency_ms)
        )
        latency = host.clock.now_ms() - began
        changed = await host.run(
            lambda node: relay.answered(
                node,
                line,
                party,
                relay.Answered(
                    answer.time_ms, answer.checkpoint.encode(), answer.holds, answer.cosigned.encode()
                ),
                latency,
            )
        )
    except (Unreachable, Malformed) as error:
        reason = str(error)
        await host.run(lambda node: relay.unheard(node, line, party, reason))
        return Round(False, False, reason)
    return Round(True, changed)


async def pull(host: Host, client: PeerClient, party: str) -> Round:
    """Bring this node's mirror of every log that `party` can serve up to date; cosign what is then held."""
    line = client.line
    changed = False
    try:
        for origin in await host.run(lambda node: relay.origins_from(node, line, party)):
            more = True
            while more:
                moved, more = await pull_log(host, client, party, origin)
                changed = changed or moved
        changed = await _fetch_missing(host, client, party) or changed
    except (Unreachable, Malformed) as error:
        return Round(False, changed, str(error))
    return Round(True, changed)


async def push_standing(host: Host, client: PeerClient, party: str) -> None:
    """Hand over stand-alone life-safety notes that the peer has not taken yet."""
    line = client.line
    for note, salt, payload in await host.run(lambda node: standing.standing_for(node, line, party)):
        await client.carried(note, salt, payload)
        await host.run(lambda node, note=note: standing.standing_taken(node, line, party, note))  # type: ignore[misc]


async def pull_log(host: Host, client: PeerClient, party: str, origin: str) -> tuple[bool, bool]:
    """Bring this node's copy of one log up to what the peer serves of it: (something changed, there is more)."""
    line = client.line
    newest = await client.checkpoint(origin)
    if newest is None:
        return False, False
    have, known = await host.run(lambda node: relay.held(node, line, origin))
    cosigned = await client.cosigned(origin, have)
    _, size, _ = checkpoints.parse_head(parse_note(newest).text)
    if size <= have and newest == known and not cosigned:
        return False, False
    leaves: list[bytes] = []
    at = have
    while at < size and len(leaves) < MAX_LEAVES_A_ROUND * 64:
        leaves += await _entries(client, origin, at, size)
        at = have + len(leaves)
    wanted = await host.run(lambda node: ingest.addressed(node, line, leaves))
    payloads = {leaf: await client.payload(leaf) for leaf in wanted}
    arrival = ingest.Arrival(line, origin, newest, have, tuple(leaves), payloads, cosigned)
    result = await host.run(lambda node: ingest.ingest(node, arrival))
    if result.cosigned:
        await client.cosignatures(result.cosigned)
    return result.changed, False


async def _entries(client: PeerClient, origin: str, start: int, size: int) -> list[bytes]:
    """Leaves from `start` to the end of its entry bundle (or of the log)."""
    index = start // WIDTH
    width = min(WIDTH, size - index * WIDTH)
    body = await client.tile(origin, format_path(TilePath(ENTRIES, index, width)))
    if body is None:
        raise Unreachable(f"{origin}: entries from {start} are not served")
    return parse_entries(body, width)[start - index * WIDTH :]


async def _fetch_missing(host: Host, client: PeerClient, party: str) -> bool:
    """Payloads that were missing when their entries came."""
    line = client.line
    found = {}
    for leaf in await host.run(lambda node: relay.missing_from(node, line, party)):
        payload = await client.payload(leaf)
        if payload is not None:
            found[leaf] = payload
    if not found:
        return False
    return await host.run(lambda node: ingest.take_payloads(node, line, found))
