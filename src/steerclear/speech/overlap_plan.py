"""What an `overlap.query` commits to: the volumes of one plan, salted, so that it cannot be changed afterwards.

messages.md, Areas; design/overlap.md, Run: COMMIT. Nothing of the plan is in the query: who holds the file that is kept
at home can show later what was meant.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import msgspec

from steerclear.record import jcs
from steerclear.speech.kind import ACTIVITIES
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.overlap_query import OverlapQuery
from steerclear.speech.movers import mover_of

TAG: Final = b"steerclear/overlap-plan/v1\n"
SALT: Final = 32
PLANS: Final = ACTIVITIES
"""Kinds that can be asked about: they have volumes and are nobody's protected place."""


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the asker keeps at home: with it he can show what the commitment stands for, and only with it."""

    salt: str
    kind: str
    body: dict[str, Any]


def commitment(salt: str, kind: str, body: Body) -> str:
    """SHA-256(tag ‖ salt of 32 bytes ‖ JCS{mover, volumes, recurrence}), hex."""
    plain = msgspec.to_builtins(body)
    named = {name: plain[name] for name in ("volumes", "recurrence") if name in plain}
    return sha256(TAG + bytes.fromhex(salt) + jcs.dumps(named | {"mover": mover_of(kind, body)})).hexdigest()


def slots_of(body: Any) -> int:
    """How many slots a plan takes: its volumes, repetitions counted."""
    recurrence = getattr(body, "recurrence", None)
    return len(getattr(body, "volumes", ()) or ()) * (recurrence.times if recurrence is not None else 1)


def commit(
    kind: str, body: Body, slots: int, random: Callable[[int], bytes], parameters: str = ""
) -> tuple[OverlapQuery, Kept]:
    """(the query to say, what stays at home). ValueError for a kind without a plan, and for more volumes than slots."""
    count = slots_of(body)
    if kind not in PLANS or not count:
        raise ValueError(f"a plan is one of {', '.join(PLANS)}, with at least one volume")
    if count > slots:
        raise ValueError(f"{count} volumes, repetitions counted, do not fit into {slots} slots: ask in parts")
    salt = random(SALT).hex()
    made = OverlapQuery(commitment=commitment(salt, kind, body), slots=slots, parameters=parameters or None)
    return made, Kept(salt, kind, msgspec.to_builtins(body))
