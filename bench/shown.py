"""From a release at one party to its conflict shown at the other: two `steerclear serve` processes on loopback, 10,000
active notices at the other, entries in the background."""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.conflict_set import PARAMETERS, Made, make
from bench.figure import Figure, figure, percentile
from bench.line import said
from bench.load import Officer, body_of, flight
from bench.pair import Pair, pull, settle
from bench.serving import Client, Site, founding, served
from steerclear.judgement import Notice
from steerclear.node import payloads, write
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.withdraw import Withdraw
from steerclear.units import format_time, parse_time

NOTICES, RELEASES, BACKGROUND_S = 10_000, 300, 10
BATCH = 512
BETWEEN_S = 0.4
"""Between two releases, so that all conflicts of the one before have been shown."""
Chain = tuple[int, str]


def run() -> Iterator[Figure]:
    yield from measured(NOTICES, RELEASES)


def measured(count: int, releases: int, background_s: int = BACKGROUND_S) -> Iterator[Figure]:
    """Sites with `count` notices of the second party, served; `releases` plans of the first against them."""
    made = make(count, releases)
    with tempfile.TemporaryDirectory() as name:
        with founding(Path(name), ["sqlite", "sqlite"], 4, PARAMETERS) as (pair, sites):
            print(f"shown: writing {count} notices into both stores", file=sys.stderr)
            stand(pair, made.standing)
            logs = [party.node.line(pair.line).own_log for party in pair.parties]
            chains = [
                [log.state.next_of(key.verifier.ref) for key in site.officers]
                for log, site in zip(logs, sites, strict=True)
            ]
            names = [log.name for log in logs]
        with served(sites[0]), served(sites[1]):
            took = asyncio.run(_released(pair.line, sites, names, chains, made, background_s))
    method = (
        f"{len(took)} plans of A released one after the other, {count} active notices of B standing at both nodes (the "
        f"set of bench.conflict_set, moved to tomorrow), SQLite, fsync on, {background_s} line.check entries a second "
        "signed at both besides; from the answer to A's POST to its first conflict event on B's stream, one client"
    )
    yield figure("shown.p50", took, "ms", method=method, value=percentile(took, 0.5))
    yield figure("shown.p99", took, "ms", bound="<= 250", method=method, value=percentile(took, 0.99))


def stand(pair: Pair, notices: list[Notice]) -> None:
    """Notices of the second party in its log, and in the first one's mirror of it."""
    author = pair.parties[1]
    bodies: Iterator[tuple[str, object]] = (("activity.flight", plan(notice)) for notice in notices)
    state = author.node.line(pair.line)
    rows = said(author, pair.line, pair.parties[0].node.party, bodies)
    while some := list(itertools.islice(rows, BATCH)):
        author.node.ops = []
        for leaf, opening in some:
            write.take(
                author.node, state, state.own_log, leaf, state.own_log.verdict(leaf, verify_signatures=False)
            )
            payloads.keep(author.node, state, state.own_log.ids[-1], opening)
        write.sign_checkpoint(author.node, state, state.own_log)
        author.node.store.commit(tuple(author.node.ops))
        author.node.ops = []
        pull(pair, 0, "")
    settle(pair)


def plan(notice: Notice) -> Body:
    """A flight in the volumes of a notice, tomorrow."""
    day = parse_time(format_time(time.time_ns() // 1_000_000)[:11] + "00:00:00Z") + 86_400_000
    first = parse_time("2026-11-02T00:00:00Z")
    moved = tuple(
        msgspec.structs.replace(
            volume,
            start=format_time(parse_time(volume.start) - first + day),
            end=format_time(parse_time(volume.end) - first + day),
        )
        for volume in notice.volumes
    )
    return flight(moved, "fixed_wing" if notice.mover == "ship" else notice.mover)


async def _released(
    line: str, sites: list[Site], logs: list[str], chains: list[list[Chain]], made: Made, background_s: int
) -> list[float]:
    """Milliseconds from each release's answer to its first conflict at the other side."""
    for site in sites:  # answers once everything that stands is folded and judged
        await _officer(line, site, 0, "", "", (0, ""), board=True)
    officers = [
        [await _officer(line, site, number, log, other.party, chain) for number, chain in enumerate(held)]
        for site, other, log, held in zip(sites, reversed(sites), logs, chains, strict=True)
    ]
    stream = Client(sites[1].port, line, sites[1].party, sites[1].officers[0])
    await stream.login()
    await stream.events()
    seen: asyncio.Queue[float] = asyncio.Queue()
    listening = asyncio.create_task(_listen(stream, seen))
    noise = [asyncio.create_task(_noise(side[1], background_s / 2)) for side in officers]
    took = []
    try:
        await _quiet(seen)
        for notice, size in made.new:
            if not size:
                continue
            released, _ = await officers[0][0].submit("activity.flight", plan(notice))
            answered = time.perf_counter()
            shown = await asyncio.wait_for(seen.get(), 60)
            took.append(max(0.0, shown - answered) * 1000)
            await asyncio.sleep(BETWEEN_S)
            # an answer shows fifty conflicts at most: none of earlier releases may stand among them
            await officers[0][0].submit("withdraw", Withdraw(reason="changed_plans"), (released,))
            await asyncio.sleep(BETWEEN_S)
            await _quiet(seen)
    finally:
        for task in (listening, *noise):
            task.cancel()
        ended = await asyncio.gather(listening, *noise, return_exceptions=True)
    for one in ended:
        if isinstance(one, Exception):
            raise one
    return took


async def _officer(
    line: str, site: Site, number: int, log: str, to: str, chain: Chain, *, board: bool = False
) -> Officer:
    client = Client(site.port, line, site.party, site.officers[number])
    await client.login()
    if board:
        await client.ask("GET", f"/api/lines/{line}/board")
    return Officer(client, log, to, chain)


async def _listen(stream: Client, seen: asyncio.Queue[float]) -> None:
    while True:
        name, _ = await stream.next_event()
        if name == "conflict":
            seen.put_nowait(time.perf_counter())


async def _quiet(seen: asyncio.Queue[float]) -> None:
    """Until no conflict has been shown for a while."""
    while True:
        while not seen.empty():
            seen.get_nowait()
        await asyncio.sleep(0.1)
        if seen.empty():
            return


async def _noise(officer: Officer, a_second: float) -> None:
    for number in itertools.count():
        await officer.submit("line.check", body_of("line.check", 0, number))
        await asyncio.sleep(1 / a_second)
