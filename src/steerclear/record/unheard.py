"""The no-reply certificate of grade `unheard`, which says only that (record.md, Silence is evidence).

B was told before the deadline, and whoever made this held no head of B's log that B dated after it. That cannot prove
that no answer was given, nor where one may stand: it shows what was told, the newest head of B's log that was at hand,
and when it was looked for. A kit that holds a head dated later refutes it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from steerclear.errors import Malformed
from steerclear.record import checkpoint, jcs
from steerclear.record.note import parse_note
from steerclear.record.texts import UNHEARD
from steerclear.record.verdict import EntryFinding, UnheardFinding
from steerclear.record.verify_run import Run

_SOURCE = "record.md, Silence is evidence"


class Unheard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`log` (`<party>/<epoch>`) is A's, the notice stands at `index`; `told` is a checkpoint note of it that B
    cosigned. `silent` is B's log ('' where none was ever held), `newest` the newest head of it at hand, `looked_ms`
    when A's node looked."""

    only_that: str
    log: str
    index: int
    told: str
    silent: str
    newest: str
    looked_ms: int


def write(log: str, index: int, told: bytes, silent: str, newest: bytes, looked_ms: int) -> bytes:
    """The certificate as JCS."""
    return jcs.dumps(Unheard(UNHEARD, log, index, told.decode(), silent, newest.decode(), looked_ms))


def check_unheard(
    run: Run, entries: dict[str, EntryFinding], due: dict[str, int]
) -> Iterator[UnheardFinding]:
    """Every one in the kit, each about an entry that the kit proves as well. `due`: entry → its `reply_by_ms`."""
    for (entry, party), data in sorted(run.kit.unheard.items()):
        field = f"no-reply/{entry}-{party}.unheard.json"
        with run.catching(field):
            if entry not in entries:
                raise _malformed("entry-missing", "the kit proves the entry too")
            yield _checked(run, entries[entry], party, _read(data), due[entry], field)


def _checked(
    run: Run, entry: EntryFinding, party: str, found: Unheard, due_ms: int, field: str
) -> UnheardFinding:
    if (found.log, found.index) != (entry.log, entry.index) or party not in entry.to:
        raise _malformed("wrong-name", "the log and index of the entry, and one of its addressees")
    if not due_ms or found.looked_ms <= due_ms:
        raise _malformed("too-early", "no deadline was set, or it was not over")
    size = _size(found.told)
    told = run.checkpoint(found.told.encode(), field, entry.log, size, ask_policy=False)
    if size <= entry.index or told.cosigned.get(party, due_ms) * 1000 > due_ms:
        raise _malformed("not-delivered", "that party was not told of it before the deadline")
    held, dated_ms = 0, None
    if found.newest:
        held = _size(found.newest)
        newest = run.checkpoint(found.newest.encode(), field, found.silent, held, ask_policy=False)
        dated_ms = newest.own * 1000 if newest.own is not None else None
        if newest.party != party:
            raise _malformed("wrong-name", "a log of the party that did not answer")
    later = [one for one in run.signed.values() if one.party == party and (one.own or 0) * 1000 > due_ms]
    if later or (entry.id, party) in run.kit.no_reply:
        raise _malformed("dated-after", "the kit itself holds a head of that log dated after the deadline")
    told_ms = told.cosigned[party] * 1000
    return UnheardFinding(entry.id, party, told_ms, due_ms, found.looked_ms, held, dated_ms)


def _read(data: bytes) -> Unheard:
    try:
        found = msgspec.convert(jcs.loads(data), Unheard)
    except msgspec.ValidationError as error:
        raise _malformed("bad-certificate", str(error)) from None
    if found.only_that != UNHEARD or not 0 <= found.index < 1 << 53 or not 0 <= found.looked_ms < 1 << 47:
        raise _malformed("bad-certificate", "another form, or what it says only is missing")
    return found


def _size(note: str) -> int:
    return checkpoint.parse_head(parse_note(note.encode("utf-8", "replace")).text)[1]


def _malformed(rule: str, remedy: str) -> Malformed:
    return Malformed(rule, remedy=remedy, source=_SOURCE)
