"""Parties that come to a line while a story is played, and that leave it: policy versions signed by roots.

Whoever signs also logs the version; who does not sign does neither, and stays where it was (record.md, How a line
begins). What is done here is what officers and root holders do with `steerclear line member`.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Protocol

from steerclear.errors import Malformed
from steerclear.node import home as homes
from steerclear.node import lines, membership
from steerclear.node.node import Node
from steerclear.record.card import merge_signatures, sign_text
from steerclear.replay.desk import Saying
from steerclear.replay.scenario import Line
from steerclear.replay.side import Side


class House(Protocol):
    """What is needed of the world that a story is played in (house.py): its nodes and officers by party, the versions
    of each line's policy since its genesis, and its time."""

    sides: dict[str, Side]
    posts: dict[str, dict[str, tuple[str, ...]]]
    policies: dict[str, list[bytes]]
    now_ms: int

    async def advance(self, true_ms: int) -> None: ...


async def change(house: House, line: Line, act: str, party: str, signers: Sequence[str]) -> str:
    """`accede` or `leave` of one party, signed by the roots of `signers`; '' or why it did not come about."""
    names = [name for name in signers if name != party]
    if not names:
        return "no member signs: name them in `between`"
    try:
        note = await _version(house, line, act, party, names)
        for name in names:
            await _log(house.sides[name], line, note)
        if act == "accede":
            await _accede(house, line, party, note, names)
    except Malformed as error:
        return str(error)
    house.policies.setdefault(line.name, []).append(note)
    await house.advance(house.now_ms)
    if act == "accede":
        await introduce(house, line, party, names)
    return ""


async def _version(house: House, line: Line, act: str, party: str, names: Sequence[str]) -> bytes:
    """The next policy version, signed by the roots of `names` (and of the party that leaves)."""
    first, other = house.sides[names[0]], house.sides[party]
    line_id = first.desk.lines[line.name]
    card = [other.app.node.home.card.note] if act == "accede" else []

    def propose(node: Node) -> bytes:
        now = set(node.line(line_id).members)
        wanted = now | {other.desk.party} if act == "accede" else now - {other.desk.party}
        return membership.propose(node, line_id, wanted, card)

    text = await first.app.host.run(propose)
    roots = [homes.roots_of(house.sides[name].folder) for name in names]
    return merge_signatures([sign_text(text, keys) for keys in roots])


async def _log(side: Side, line: Line, note: bytes) -> None:
    if line.name not in side.desk.lines:
        raise Malformed("not-on-line", field=side.name, remedy="who signs is a member")
    line_id, roots = side.desk.lines[line.name], homes.roots_of(side.folder)
    await side.app.host.run(lambda node: membership.log_policy(node, line_id, note, roots))


async def _accede(house: House, line: Line, party: str, note: bytes, names: Sequence[str]) -> None:
    """The newcomer's node joins by every version since the genesis, and its officers' keys are logged."""
    side, first = house.sides[party], house.sides[names[0]]
    genesis = first.app.node.line(first.desk.lines[line.name]).line.note
    notes = [*house.policies.get(line.name, ()), note]
    roots = homes.roots_of(side.folder)
    record = keys_record(side, house.posts[party])

    def join(node: Node) -> str:
        made = membership.accede(node, genesis, notes, roots, line.name)
        lines.submit_record(node, made, lines.key_entry(node, made, record, roots))
        return made

    side.desk.lines[line.name] = await side.app.host.run(join)


def keys_record(side: Side, posts: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """The `key` entry that brings a party's officers."""
    keys = [
        {"vkey": key.verifier.vkey, "post": post, "roles": list(posts[post])}
        for post, key in side.desk.keys.items()
    ]
    return {"act": "add", "keys": keys}


async def introduce(house: House, line: Line, party: str, names: Sequence[str]) -> None:
    """The newcomer and each of these members confirm each other's cards."""
    for name in names:
        for one, other in ((party, name), (name, party)):
            await introduced(house, line, one, other, [*names, party])
    await house.advance(house.now_ms)


async def introduced(house: House, line: Line, one: str, other: str, members: Sequence[str]) -> None:
    """`one` says that the words of `other`'s card were compared. Raises `Malformed` when its desk refuses."""
    side, peer = house.sides[one], house.sides[other]
    card = sha256(peer.app.node.home.card.text).hexdigest()
    body = {"peer": peer.desk.party, "card": card, "same": True, "carrier": "telephone"}
    to = tuple(house.sides[name].desk.party for name in members if name != one)
    post = next(iter(side.desk.keys))
    said = await side.desk.say(Saying(line.name, post, "introduce", body, to=to, wire=True))
    if not said.accepted:
        raise Malformed("not-introduced", field=one, remedy=said.words)
