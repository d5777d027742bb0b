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

from bench.serving import Client
from steerclear.record.header import Header
from steerclear.record.keys import signer_from_secret
from steerclear.record.leaf import finish_leaf, leaf_text
from steerclear.record.payload import commit
from steerclear.speech.kinds.activity import Flight
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.keeping import LineCheck
from steerclear.speech.payload import Inner, encode
from steerclear.units import format_time


class Officer:
    """One officer's chain: each entry names the number and the id of the one before."""

    def __init__(self, client: Client, task: dict[str, Any], number: int) -> None:
        self.client, self.task, self.number = client, task, number
        self.seq, self.prev = 1, ""

    async def submit(self, round_: int) -> float:
        """Sign and post one entry; how long its answer took, s."""
        body = _body(self.task["kind"], self.number, round_)
        payload, salt = encode(self.task["kind"], Inner(), body), secrets.token_bytes(32)
        key = self.client.key
        header = Header(
            v=1,
            line=self.client.line,
            kind=self.task["kind"],
            author=self.client.party,
            officer=key.verifier.ref,
            mode="EXERCISE",
            signers=(key.verifier.ref,),
            released_ms=time.time_ns() // 1_000_000,
            log=self.task["log"],
            officer_seq=self.seq,
            officer_prev=self.prev,
            to=(self.task["to"],),
            commitment=commit(salt, payload),
        )
        text = leaf_text(header)
        leaf = finish_leaf(text, (key.sign(text),))
        given = {"leaf": leaf.decode(), "salt": salt.hex(), "payload": payload.decode()}
        began = time.perf_counter()
        answer = await self.client.ask("POST", f"/api/lines/{self.client.line}/entries", given)
        self.seq, self.prev = answer["next_seq"], answer["next_prev"]
        return time.perf_counter() - began


def _body(kind: str, officer: int, round_: int) -> Body:
    if kind == "line.check":
        return LineCheck(by="person", text="All quiet.")
    south, west = (
        (officer % 8 * 8 - 30) * 10_000_000,
        (officer // 8 * 20 - 80) * 10_000_000 + round_ * 100_000,
    )
    ring = [[south, west], [south, west + 50_000], [south + 50_000, west + 50_000], [south + 50_000, west]]
    start = time.time_ns() // 1_000_000 + 30 * 3_600_000
    volume = {
        "outline": {"type": "polygon", "exterior": ring},
        "lower": {"value": 5000, "unit": "ft", "ref": "MSL"},
        "upper": {"value": 6000, "unit": "ft", "ref": "MSL"},
        "start": format_time(start),
        "end": format_time(start + 3_600_000),
    }
    import msgspec

    return msgspec.convert(
        {
            "aircraft_class": "fixed_wing",
            "number": {"least": 1, "most": 1},
            "transponder": "on",
            "planning": "planned",
            "monitored": [{"use": "guard", "hz": 121_500_000}],
            "volumes": [volume],
        },
        Flight,
    )


async def play(task: dict[str, Any]) -> dict[str, Any]:
    """`rounds` entries of each officer, one in flight each; the first round is signed off before the clock starts."""
    officers = []
    for number, secret in enumerate(task["officers"]):
        client = Client(task["port"], task["line"], task["party"], signer_from_secret(secret))
        await client.login()
        officers.append(Officer(client, task, number))
        officers[-1].seq, officers[-1].prev = task["chains"][number]
    took: list[float] = []

    async def one(officer: Officer, first: int, last: int) -> None:
        for round_ in range(first, last):
            took.append(await officer.submit(round_))

    first, rounds = task["first"], task["rounds"]
    began = time.perf_counter()
    await asyncio.gather(*(one(officer, first, first + rounds) for officer in officers))
    seconds = time.perf_counter() - began
    for officer in officers:
        officer.client.close()
    chains = [(officer.seq, officer.prev) for officer in officers]
    return {"entries": len(took), "seconds": seconds, "took": sorted(took), "chains": chains}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(play(json.load(sys.stdin)))))
