"""Whether and when an entry was delivered to one addressee (record.md, Delivered).

Entry i of A's log is delivered to X when X is an addressee, X's mirror cosignature covers size > i, and
X's log, held up to a checkpoint whose `seen` covers i, holds no `payload-missing` for i. A
`payload-missing` that first stands after such a checkpoint is void. Where one counts, `payload-held` by X
is delivery, and so is X's cosignature that covers all parts of a `payload.inline`, unless X logged
`payload-unopenable` and the author's seed does not refute it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from steerclear.errors import Malformed
from steerclear.record.header import Header
from steerclear.record.keys import box_public
from steerclear.record.leaf import HASH, LOG

State = Literal["not-addressed", "sent", "unchecked", "missing", "unopenable", "delivered"]
"""`sent`: X has not cosigned it. `unchecked`: cosigned, but X's log is not held up to a checkpoint that
has seen it. `missing`: X said so in time and nothing came since. `unopenable`: X cannot open the parts,
not refuted."""

By = Literal["", "cosignature", "payload-held", "payload.inline"]


class Cover(msgspec.Struct, frozen=True):
    """X's own checkpoint at `size` of X's log, whose `seen` covers `covers` leaves of A's log."""

    size: int
    covers: int


class Statements(msgspec.Struct, frozen=True):
    """What X's log, as far as it is held, says about the entry: the index of the first leaf of each kind,
    None for none. `held_ms` is the time of `payload-held` (end of its interval, or X's own dated
    checkpoint)."""

    missing: int | None = None
    held: int | None = None
    held_ms: int | None = None
    unopenable: int | None = None


NOTHING_SAID: Final = Statements()


class Inline(msgspec.Struct, frozen=True):
    """All parts of a `payload.inline` to X stand in A's log, the last at `last` (index). `seed_proves`: the
    author showed the seed, and sealing again gave these parts (True) or not (False); None: not shown."""

    last: int
    seed_proves: bool | None = None


class Delivery(msgspec.Struct, frozen=True):
    """`at_ms` is that of the cosignature (or of `payload-held`) that delivered; whole seconds."""

    state: State
    by: By = ""
    at_ms: int | None = None


def deliver(
    index: int,
    *,
    addressed: bool,
    cover: tuple[int, int] | None,
    checkpoints: Sequence[Cover],
    statements: Statements = NOTHING_SAID,
    inline: Inline | None = None,
    inline_cover: tuple[int, int] | None = None,
    payload: bool = True,
) -> Delivery:
    """The state of entry `index` of A's log towards X.

    `cover` is (size, seconds) of X's first cosignature covering the entry (`LogTimes.first_cover`),
    `inline_cover` that covering the last inline part. `checkpoints` are X's, as far as X's log is held,
    ascending by size. `payload=False`: an entry without commitment, which nothing can be missing of.
    """
    if not addressed:
        return Delivery("not-addressed")
    if cover is None:
        return Delivery("sent")
    at_ms = cover[1] * 1000
    first = next((one.size for one in checkpoints if one.covers > index), None)
    if first is None:
        return Delivery("unchecked")
    if not payload or statements.missing is None or statements.missing >= first:
        return Delivery("delivered", "cosignature", at_ms)
    ways = []
    if statements.held is not None:
        ways.append(Delivery("delivered", "payload-held", statements.held_ms))
    unopenable = False
    if inline is not None and inline_cover is not None:
        unopenable = statements.unopenable is not None and inline.seed_proves is not True
        if not unopenable:
            ways.append(Delivery("delivered", "payload.inline", inline_cover[1] * 1000))
    if ways:
        return min(ways, key=lambda one: (one.at_ms is None, one.at_ms or 0))
    return Delivery("unopenable" if unopenable else "missing")


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`record` of `payload-missing`, `payload-held` and `payload-unopenable`: leaf `index` of `log`, whose id
    is `entry`. `box` (of `payload-missing`): the X25519 key, hex, to which a `payload.inline` of it is to be
    sealed; '' for the card's (ADR 0010)."""

    log: str
    index: int
    entry: str
    box: str = ""


def about(log: str, index: int, entry: str, box: str = "") -> dict[str, Any]:
    """That `record`."""
    record = {"log": log, "index": index, "entry": entry}
    return {**record, "box": box} if box else record


def parse_about(record: Mapping[str, Any]) -> About:
    """Reads it. Raises `Malformed` `bad-about`."""
    try:
        found = msgspec.convert(dict(record), About)
    except msgspec.ValidationError as error:
        raise Malformed("bad-about", field="record", remedy=str(error)) from None
    if not LOG.fullmatch(found.log) or found.index < 0 or not HASH.fullmatch(found.entry):
        raise Malformed("bad-about", field="record", remedy="log, index and id of the entry")
    if found.box:
        try:
            box_public(found.box)
        except Malformed as error:
            raise Malformed("bad-about", field="record.box", remedy=str(error)) from None
    return found


def statements_of(peer_log: Sequence[tuple[int, Header]], log: str, index: int, entry: str) -> Statements:
    """Collects `Statements` from X's admitted headers in order of index (`held_ms` is left to the caller)."""
    found: dict[str, int] = {}
    for at, header in peer_log:
        if header.kind in _KINDS and header.record.get("entry") == entry:
            try:
                one = parse_about(header.record)
            except Malformed:
                continue
            if (one.log, one.index) == (log, index):
                found.setdefault(_KINDS[header.kind], at)
    return Statements(**found)


_KINDS = {"payload-missing": "missing", "payload-held": "held", "payload-unopenable": "unopenable"}
