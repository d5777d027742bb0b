"""The client side of `bench.submit`, a process of its own: officers who each sign an entry, post it and wait.

Reads what to do as JSON from standard input and prints what came of it; nothing here is the node's.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from typing import Any

import msgspec

from bench.serving import Client
from steerclear.record.header import Header
from steerclear.record.keys import signer_from_secret
from steerclear.record.leaf import finish_leaf, leaf_text
from steerclear.record.payload import commit
from steerclear.space.altitude import Altitude
from steerclear.space.volume import Polygon, Volume4D
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.line_check import LineCheck
from steerclear.speech.payload import Inner, encode
from steerclear.units import format_time


class Officer:
    """One officer's chain: each entry names the number and the id of the one before."""

    def __init__(self, client: Client, log: str, to: str, chain: tuple[int, str]) -> None:
        self.client, self.log, self.to = client, log, to
        self.seq, self.prev = chain

    async def submit(self, kind: str, body: Body, refs: tuple[str, ...] = ()) -> tuple[str, float]:
        """Sign and post one entry; its id, and how long its answer took, s."""
        payload, salt = encode(kind, Inner(), body), secrets.token_bytes(32)
        key = self.client.key
        header = Header(
            v=1,
            line=self.client.line,
            kind=kind,
            author=self.client.party,
            officer=key.verifier.ref,
            mode="EXERCISE",
            signers=(key.verifier.ref,),
            released_ms=time.time_ns() // 1_000_000,
            log=self.log,
            officer_seq=self.seq,
            officer_prev=self.prev,
            to=(self.to,),
            refs=refs,
            commitment=commit(salt, payload),
        )
        text = leaf_text(header)
        leaf = finish_leaf(text, (key.sign(text),))
        given = {"leaf": leaf.decode(), "salt": salt.hex(), "payload": payload.decode()}
        began = time.perf_counter()
        answer = await self.client.ask("POST", f"/api/lines/{self.client.line}/entries", given)
        self.seq, self.prev = answer["next_seq"], answer["next_prev"]
        return answer["id"], time.perf_counter() - began


def body_of(kind: str, officer: int, round_: int) -> Body:
    """A check of the line, or a flight at a place of its own."""
    if kind == "line.check":
        return LineCheck(by="person", text="All quiet.")
    south, west = (
        (officer % 8 * 8 - 30) * 10_000_000,
        (officer // 8 * 20 - 80) * 10_000_000 + round_ * 100_000,
    )
    ring = ((south, west), (south, west + 50_000), (south + 50_000, west + 50_000), (south + 50_000, west))
    start = time.time_ns() // 1_000_000 + 30 * 3_600_000
    low, high = Altitude(5_000, "ft", "MSL"), Altitude(6_000, "ft", "MSL")
    return flight((Volume4D(Polygon(ring), low, high, format_time(start), format_time(start + 3_600_000)),))


def flight(volumes: tuple[Volume4D, ...], aircraft_class: str = "fixed_wing") -> Flight:
    """A complete notice of two aircraft in these volumes."""
    return msgspec.convert(
        {
            "aircraft_class": aircraft_class,
            "number": {"least": 2, "most": 2},
            "transponder": "on",
            "planning": "planned",
            "monitored": [{"use": "guard", "hz": 121_500_000}],
            "volumes": msgspec.to_builtins(volumes),
        },
        Flight,
    )


async def play(task: dict[str, Any]) -> dict[str, Any]:
    """`rounds` entries of each officer, one in flight each; all log in before the clock starts."""
    officers = []
    for secret, chain in zip(task["officers"], task["chains"], strict=True):
        client = Client(task["port"], task["line"], task["party"], signer_from_secret(secret))
        await client.login()
        officers.append(Officer(client, task["log"], task["to"], chain))
    took: list[float] = []

    async def one(officer: Officer, number: int) -> None:
        for round_ in range(task["first"], task["first"] + task["rounds"]):
            took.append((await officer.submit(task["kind"], body_of(task["kind"], number, round_)))[1])

    began = time.perf_counter()
    await asyncio.gather(*(one(officer, number) for number, officer in enumerate(officers)))
    seconds = time.perf_counter() - began
    for officer in officers:
        officer.client.close()
    chains = [(officer.seq, officer.prev) for officer in officers]
    return {"entries": len(took), "seconds": seconds, "took": sorted(took), "chains": chains}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(play(json.load(sys.stdin)))))
