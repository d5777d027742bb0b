"""Two or three nodes with places in them: what the boundary's tests look at."""

from __future__ import annotations

from itertools import count
from typing import Any

from node.pair import Sites, officers, party, roots, signed_order
from steerclear.node import desk, exports, lines, notified, submitting
from steerclear.node.draft import Draft
from steerclear.record.keys import Signer, generate
from steerclear.record.leaf import finish_leaf
from steerclear.units import format_time

QUIET = {
    "heartbeat_ms": 3_600_000,
    "degraded_after_ms": 14_400_000,
    "silent_after_ms": 86_400_000,
    "checkpoint_refresh_ms": 14_400_000,
    "check_machine_ms": 86_400_000,
}
_NONCES = count(1)
CENTRE = (335_081_000, 386_179_000)


def volume(world: Sites, centre: tuple[int, int] = CENTRE, radius_mm: int = 3_000_000) -> dict[str, Any]:
    now = world.clock.now_ms()
    return {
        "outline": {"type": "circle", "centre": list(centre), "radius_mm": radius_mm},
        "lower": "surface",
        "upper": "unlimited",
        "start": format_time(now),
        "end": format_time(now + 30 * 86_400_000),
    }


def area_body(world: Sites, number: int = 0, precision: str = "exact", **more: Any) -> dict[str, Any]:
    """A place of its own for each number."""
    centre = (CENTRE[0] + number * 1_234_567, CENTRE[1] + number * 765_432)
    body: dict[str, Any] = {"area": "protected_site", "precision": precision} | more
    body["volumes"] = [volume(world, centre)]
    if precision == "exact":
        body["positions"] = [{"form": "wgs84", "lat_e7": centre[0], "lon_e7": centre[1], "error_mm": 40_000}]
    return body


def declare(world: Sites, name: str = "a", to: str = "b", number: int = 0, **more: Any) -> str:
    entry = world.say(name, "area.declare", area_body(world, number, **more), to=to, two=True)
    world.settle()
    return entry


def codes(made: Any) -> list[str]:
    """[] for what was said, else why not."""
    return [] if isinstance(made, str) else [one.code for one in made]


def export(world: Sites, name: str, kind: str, suffix: str, recipient: str, **more: Any) -> bytes:
    """The file that two officers ordered."""
    order = exports.Order(
        world.line,
        "notified",
        world.clock.now_ms(),
        f"{next(_NONCES):032x}",
        kind=kind,
        format=suffix,
        recipient=recipient,
        **more,
    )
    made = world.run(name, lambda n: notified.export(n, signed_order(name, order)))
    assert isinstance(made, tuple), made
    return made[0]


def custodian(world: Sites, name: str = "a", post: str = "post-7") -> Signer:
    """A further officer of this party, custodian alone, in its log."""
    key = generate(f"{party(name)}/{post}", officers(name)[0].verifier.algorithm)
    row = {"act": "add", "keys": [{"vkey": key.verifier.vkey, "post": post, "roles": ["custodian"]}]}
    leaf = lines.key_entry(world.nodes[name], world.line, row, roots(name))
    world.run(name, lambda n: lines.submit_record(n, world.line, leaf))
    world.settle()
    return key


def entered(world: Sites, key: Signer, body: dict[str, Any], to: tuple[str, ...] = ()) -> Any:
    """An area that the custodian says with a releaser beside him; the id, or why not."""
    signers = (key, officers("a")[0])
    draft = Draft(
        kind="area.declare",
        mode="EXERCISE",
        signers=tuple(one.verifier.ref for one in signers),
        to=to,
        body=body,
    )
    made = world.run("a", lambda n: desk.prepare(n, world.line, draft))
    if isinstance(made, list):
        return made
    text = made.text.encode()
    leaf = finish_leaf(text, [one.sign(text) for one in signers])
    salt, payload = bytes.fromhex(made.salt), made.payload.encode()
    done = world.run("a", lambda n: submitting.submit(n, world.line, leaf, salt, payload))
    world.settle()
    return done if isinstance(done, list) else done.id
