"""`log.restart`: a party begins a new epoch of its log after a fork or a loss (record.md, Fork).

The header's `record` of the new log's first leaf, signed by the author's root quorum:

    {"old": "<party>/<epoch>", "epoch": n, "members": {party: {"size", "root"}, …}, "card": signed card?}

`members` states what each member last held of the old log, so that everybody sees at which leaf the author
thinks the old log ends for whom. Another member goes on with the new epoch once it has countersigned in its
own log, `{"act": "countersign", "log": "<party>/<epoch>", "entry": id of the restart}`; one that does not
stays held, and nobody vetoes for the rest. The restart's `seen` names the old log too, so that the new
epoch's depths go on from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record.jcs import MAX_INT
from steerclear.record.leaf import HASH, LOG, PARTY

KIND: Final = "log.restart"
_SOURCE = "record.md, Fork"


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one member held of the old log: `size` leaves with `root` (hex)."""

    size: int
    root: str


class Restart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The content of a `log.restart` that opens an epoch. `card` where the party's keys changed as well."""

    old: str
    epoch: int
    members: dict[str, Held]
    card: str = ""


class Countersignature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member goes on with the new epoch of `log`, opened by `entry`."""

    act: str
    log: str
    entry: str


def check_restart(record: Mapping[str, Any], party: str, epoch: int) -> Restart:
    """The restart that opens `epoch` of a party's log. Raises `Malformed` `bad-restart`."""
    try:
        restart = msgspec.convert(dict(record), Restart)
    except msgspec.ValidationError as error:
        raise _malformed("record", str(error)) from None
    if restart.epoch != epoch or epoch < 2:
        raise _malformed("epoch", f"this log is epoch {epoch}")
    if not LOG.fullmatch(restart.old) or not restart.old.startswith(f"{party}/"):
        raise _malformed("old", "an earlier log of the same party")
    if int(restart.old[33:]) >= epoch:
        raise _malformed("old", "an earlier epoch")
    for member, held in restart.members.items():
        if not PARTY.fullmatch(member) or not HASH.fullmatch(held.root) or not 0 <= held.size <= MAX_INT:
            raise _malformed("members", "party ids with size and root")
    return restart


def is_countersignature(record: Mapping[str, Any]) -> bool:
    """Whether this `record` countersigns a restart. `Malformed` `bad-restart` if it only tries."""
    if record.get("act") != "countersign":
        return False
    try:
        found = msgspec.convert(dict(record), Countersignature)
    except msgspec.ValidationError as error:
        raise _malformed("record", str(error)) from None
    if not LOG.fullmatch(found.log) or not HASH.fullmatch(found.entry):
        raise _malformed("record", "the new log as <party>/<epoch> and the id of its restart")
    return True


def _malformed(field: str, remedy: str) -> Malformed:
    return Malformed("bad-restart", field=field, remedy=remedy, source=_SOURCE)
