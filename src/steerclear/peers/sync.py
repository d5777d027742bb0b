"""One round with one peer: heartbeat, pull what has grown, fetch the payloads that are ours, cosign, tell.

Members pull. Whatever comes back is handed to the node as one `Arrival`, which is believed only as far as it proves
itself. A round that fails half way changes nothing that a later round would not mend.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steerclear.errors import Malformed
from steerclear.node import compare as comparing
from steerclear.node import ingest, relay, standing
from steerclear.node.host import Host
from steerclear.node.node import Node
from steerclear.peers import wire
from steerclear.peers.client import Declined, PeerClient, Unreachable
from steerclear.record import checkpoint as checkpoints
from steerclear.record.note import parse_note
from steerclear.record.tiles import ENTRIES, WIDTH, TilePath, format_path, parse_entries

ROUND_LEAVES = 4096
"""Leaves of one round: whoever is further behind asks for an older head that covers so many, and goes on from there.
Memory holds these and those up to the next head that the peer kept, within the two bounds below."""
MOST_LEAVES = 65_536
MOST_BYTES = 256 << 20
"""Between two heads of one log; a log that grows faster than this is brought as a bundle."""
FORK_BYTES = 1 << 30
"""Of a whole log that contradicts what is held, for the proof."""
AT_ONCE = 8
"""Payloads asked for side by side."""
FAILED_ENOUGH = 8
"""Payloads that may fail in one round before the rest counts as missing without being asked for."""


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
        holds = await _proved_holds(host, client, answer.holds)
        told = relay.Answered(
            answer.time_ms, wire.note_bytes(answer.checkpoint), holds, wire.note_bytes(answer.cosigned)
        )
        changed = await host.run(lambda node: relay.answered(node, line, party, told, latency))
    except (Unreachable, Malformed) as error:
        reason = str(error)
        await host.run(lambda node: relay.unheard(node, line, party, reason))
        return Round(False, False, reason)
    return Round(True, changed)


async def compare(host: Host, client: PeerClient, party: str) -> str:
    """Ask the peer what it shows of what stands open between the two, then for the answers that differ; '' or why it
    told nothing, which leaves all as it was. Sent with every heartbeat and of its size, even about nothing, so that
    nobody sees from outside whether anything stands open."""
    line = client.line
    asked = await host.run(lambda node: comparing.to_ask(node, line, party))
    try:
        told = await client.compare(asked)
        if told is None:
            return "it does not compare"
        await host.run(lambda node: comparing.take(node, line, party, asked, told))
        wanted = await host.run(lambda node: comparing.to_fetch(node, line, party, asked))
        whole = await client.compare(wanted) if wanted.conflicts else None
    except (Unreachable, Malformed) as error:
        return str(error)
    if whole is not None:
        await host.run(lambda node: comparing.take(node, line, party, wanted, whole))
    return ""


async def pull(host: Host, client: PeerClient, party: str) -> Round:
    """Bring this node's mirror of every log that `party` can serve up to date; cosign what is then held. A log that
    breaks holds up no other of the same peer."""
    line = client.line
    changed, reason = False, ""
    for origin in await host.run(lambda node: _to_pull(node, line, party)):
        try:
            changed = await pull_log(host, client, party, origin) or changed
        except (Unreachable, Malformed) as error:
            reason = str(error)
            if not isinstance(error, Malformed | Declined):
                return Round(False, changed, reason)
    changed = await _fetch_missing(host, client, party) or changed
    return Round(not reason, changed, reason)


async def push_standing(host: Host, client: PeerClient, party: str) -> None:
    """Hand over stand-alone life-safety notes that the peer has not taken yet; one that it declines holds up no other.
    Raises `Unreachable`."""
    line = client.line
    declined: Declined | None = None
    for note, salt, payload in await host.run(lambda node: standing.standing_for(node, line, party)):
        try:
            await client.carried(note, salt, payload)
        except Declined as error:
            declined = error
            continue
        await host.run(lambda node, note=note: standing.standing_taken(node, line, party, note))  # type: ignore[misc]
    if declined is not None:
        raise declined


async def pull_log(host: Host, client: PeerClient, party: str, origin: str) -> bool:
    """Bring this node's copy of one log up to what the peer serves of it, round by round; whether anything changed."""
    changed = False
    while True:
        moved, more = await _round(host, client, origin)
        changed = changed or moved
        if not more:
            return changed


async def _round(host: Host, client: PeerClient, origin: str) -> tuple[bool, bool]:
    """(something changed, the peer has more)."""
    line = client.line
    newest = await client.checkpoint(origin)
    if newest is None:
        return False, False
    have, known = await host.run(lambda node: relay.held(node, line, origin))
    end, target = _size(newest), newest
    if end - have > ROUND_LEAVES:
        target = await client.checkpoint(origin, covering=have + ROUND_LEAVES) or newest
    size = _size(target)
    cosigned = await client.cosigned(origin, have)
    if size <= have and target == known and not cosigned:
        return False, False
    leaves = await _leaves(client, origin, have, size, MOST_LEAVES, MOST_BYTES)
    wanted = await host.run(lambda node: ingest.addressed(node, line, leaves))
    payloads, failed = await _payloads(client, wanted)
    if failed:
        await client.checkpoint(
            origin
        )  # whoever answers this could have given the payloads: they are missing
    arrival = ingest.Arrival(line, origin, target, have, leaves, payloads, cosigned)
    result = await host.run(lambda node: ingest.ingest(node, arrival))
    if result.contradicts:
        found = await _take_fork(host, client, origin, target)
        if not found and not await host.run(lambda node: origin in node.line(line).forks):
            raise Malformed(
                "not-what-was-signed",
                field=origin,
                remedy="what came is not what its head signs: it was altered on the way, or served wrongly",
            )
        return found, False
    if result.cosigned:
        await client.cosignatures(result.cosigned)
    changed = await _more_cosigned(host, client, origin, size, cosigned) or result.changed
    now, _ = await host.run(lambda node: relay.held(node, line, origin))
    return changed, have < now < end


async def _more_cosigned(
    host: Host, client: PeerClient, origin: str, size: int, page: Sequence[bytes]
) -> bool:
    """The pages after a full one, up to `size`: every member's first cosignature on each leaf is wanted for ever."""
    changed, start = False, -1
    while len(page) == wire.MAX_NOTES and _size(page[-1]) <= size:
        start = max(_size(page[-1]), start + 1)
        page = await client.cosigned(origin, start)
        taken = tuple(page)
        changed = (
            await host.run(lambda node, taken=taken: relay.take_cosigned(node, client.line, taken))  # type: ignore[misc]
            or changed
        )
    return changed


async def _take_fork(host: Host, client: PeerClient, origin: str, note: bytes) -> bool:
    """The whole log as this head has it, for the proof that its key signed two trees."""
    leaves = await _leaves(client, origin, 0, _size(note), FORK_BYTES, FORK_BYTES)
    return await host.run(lambda node: ingest.take_fork(node, client.line, origin, note, leaves))


async def _leaves(
    client: PeerClient, origin: str, start: int, end: int, most: int, most_bytes: int
) -> tuple[bytes, ...]:
    """Leaves [start, end) from their entry bundles."""
    if end - start > most:
        raise Unreachable(f"{origin}: {end - start} leaves behind one head; have a bundle brought")
    leaves: list[bytes] = []
    held = 0
    while start + len(leaves) < end:
        part = await _entries(client, origin, start + len(leaves), end)
        held += sum(map(len, part))
        if held > most_bytes:
            raise Unreachable(
                f"{origin}: more than {most_bytes} bytes behind one head; have a bundle brought"
            )
        leaves += part
    return tuple(leaves)


async def _entries(client: PeerClient, origin: str, start: int, size: int) -> list[bytes]:
    """Leaves from `start` to the end of its entry bundle (or of the log)."""
    index = start // WIDTH
    width = min(WIDTH, size - index * WIDTH)
    body = await client.tile(origin, format_path(TilePath(ENTRIES, index, width)))
    if body is None:
        raise Unreachable(f"{origin}: entries from {start} are not served")
    return parse_entries(body, width)[start - index * WIDTH :]


async def _payloads(
    client: PeerClient, wanted: Sequence[str]
) -> tuple[dict[str, tuple[bytes, bytes] | None], int]:
    """(entry → what came, None where nothing did; how many requests failed). One that hangs or breaks is as one that
    is not given, so that nobody keeps the line alive and denies one warning (record.md, Delivered)."""
    gate, failed = asyncio.Semaphore(AT_ONCE), 0

    async def one(leaf: str) -> tuple[bytes, bytes] | None:
        nonlocal failed
        async with gate:
            if failed >= FAILED_ENOUGH:
                return None
            try:
                return await client.payload(leaf)
            except (Unreachable, Malformed):
                failed += 1
                return None

    found = await asyncio.gather(*map(one, wanted))
    return dict(zip(wanted, found, strict=True)), failed


async def _fetch_missing(host: Host, client: PeerClient, party: str) -> bool:
    """Payloads that were missing when their entries came."""
    line = client.line
    missing = await host.run(lambda node: relay.missing_from(node, line, party))
    came, _ = await _payloads(client, missing)
    found = {leaf: one for leaf, one in came.items() if one is not None}
    if not found:
        return False
    return await host.run(lambda node: ingest.take_payloads(node, line, found))


def _to_pull(node: Node, line_id: str, party: str) -> list[str]:
    """A log that is proved to fork is held as it is: only its author's next epoch goes on."""
    forked = node.line(line_id).forks
    return [origin for origin in relay.origins_from(node, line_id, party) if origin not in forked]


async def _proved_holds(host: Host, client: PeerClient, holds: Mapping[str, int]) -> dict[str, int]:
    """What the peer says it holds; more of our own log than we have only with our own signature on it, since that
    alone stops us from signing (record.md, Restore guard)."""
    line, out = client.line, dict(holds)
    for origin, ours in (await host.run(lambda node: claims(node, line, holds))).items():
        note = await client.checkpoint(origin)
        proved = 0
        if note is not None:
            proved = await host.run(lambda node, o=origin, n=note: _signed_size(node, line, o, n))  # type: ignore[misc]
        out[origin] = max(ours, min(proved, out[origin]))
    return out


def claims(node: Node, line_id: str, holds: Mapping[str, int]) -> dict[str, int]:
    """Own logs of which somebody says to hold more than we do: origin → what we hold."""
    mine = f"{line_id}/{node.party}/"
    ours = {origin: relay.held(node, line_id, origin)[0] for origin in holds if origin.startswith(mine)}
    return {origin: size for origin, size in ours.items() if holds[origin] > size}


def _signed_size(node: Node, line_id: str, origin: str, note: bytes) -> int:
    """The size of a head that our own log key signed; 0 for anything else."""
    line = node.line(line_id)
    try:
        return ingest.checked_head(line, ingest.log_of(node, line, origin), note).size
    except Malformed:
        return 0


def _size(note: bytes) -> int:
    return checkpoints.parse_head(parse_note(note).text)[1]
