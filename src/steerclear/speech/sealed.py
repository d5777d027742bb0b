"""Sealed areas (messages.md, area.declare; boundary.md): commitments in fixed monthly batches, and opening one.

A batch always holds as many commitments as the agreement's cap; those that stand for nothing are random, and nobody
can tell them from the others. What one commits to names how many were sealed in its month, so that to open one is to
say that number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec

from steerclear.record import jcs
from steerclear.speech.kinds.area_declare import AreaDeclare, Unsealed

TAG: Final = b"steerclear/sealed-area/v1\n"
SALT: Final = 32
MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_COMMITTED: Final = ("area", "volumes", "positions")

Checked = Literal["matches", "differs", "not-checkable"]


class Kept(msgspec.Struct, frozen=True):
    """What its owner keeps of one sealed area, at home: with it the area can be opened, and only with it."""

    month: str
    sealed_that_month: int
    salt: str
    body: dict[str, Any]


def commitment(salt: str, month: str, sealed_that_month: int, body: AreaDeclare) -> str:
    """SHA-256(tag ‖ salt of 32 bytes ‖ JCS{month, sealed_that_month, area, volumes, positions}), hex."""
    plain = msgspec.to_builtins(body)
    named = {name: plain[name] for name in _COMMITTED if name in plain}
    named |= {"month": month, "sealed_that_month": sealed_that_month}
    return sha256(TAG + bytes.fromhex(salt) + jcs.dumps(named)).hexdigest()


def seal(
    bodies: Sequence[AreaDeclare], month: str, cap: int, random: Callable[[int], bytes]
) -> tuple[AreaDeclare, tuple[Kept, ...]]:
    """(the batch to say, what stays at home of each area). ValueError for more than `cap`, or no month."""
    if len(bodies) > cap or not MONTH.fullmatch(month):
        raise ValueError(f"at most {cap} areas of one month")
    kept, made = [], []
    for body in bodies:
        salt = random(SALT).hex()
        made.append(commitment(salt, month, len(bodies), body))
        kept.append(Kept(month, len(bodies), salt, msgspec.to_builtins(body)))
    made += [random(32).hex() for _ in range(cap - len(bodies))]
    return AreaDeclare(precision="sealed", month=month, commitments=tuple(sorted(made))), tuple(kept)


def opened(kept: Kept, batch: str) -> AreaDeclare:
    """The notice that opens a sealed area, now in the open: everything of the area, and its `opening`."""
    body = msgspec.convert(kept.body, AreaDeclare)
    opening = Unsealed(batch=batch, salt=kept.salt, sealed_that_month=kept.sealed_that_month)
    return msgspec.structs.replace(body, opening=opening)


def check(body: AreaDeclare, batch: Any) -> Checked:
    """Whether the area is one of those that `batch` (the body of the entry named; None: not held) committed to."""
    opening = body.opening
    if opening is None or not isinstance(batch, AreaDeclare) or batch.month is None:
        return "not-checkable"
    made = commitment(opening.salt, batch.month, opening.sealed_that_month, body)
    return "matches" if made in batch.commitments else "differs"
