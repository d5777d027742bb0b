"""What was entered from paper, by its serials: what stands side by side, and which numbers were never entered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from steerclear.errors import Malformed
from steerclear.speech import serial


class Sheet(msgspec.Struct, frozen=True):
    """One entry that was written on a sheet first. `written` is the time on the sheet, as its author says; `twice`:
    other entries have the same serial, and all of them stand. `number` 0: the serial cannot be read."""

    serial: str
    party: str
    day: str
    number: int
    entry: str
    kind: str
    source: str
    written: str
    released_ms: int
    twice: bool = False


class NotEntered(msgspec.Struct, frozen=True):
    """Numbers of one party and day, below the highest that was entered, of which no entry is held here."""

    party: str
    day: str
    numbers: tuple[int, ...]


class Paper(msgspec.Struct, frozen=True):
    """Up to fifty sheets in the order of party, day and number (`more` says that there are others), and over all of
    them the numbers that are not entered."""

    sheets: tuple[Sheet, ...]
    not_entered: tuple[NotEntered, ...]
    more: bool


def sheet_of(
    given: str, party: str, entry: str, kind: str, source: str, written: str, released_ms: int
) -> Sheet:
    """The row of one entry; a serial that cannot be read is shown as it came."""
    try:
        read = serial.parse(given)
    except Malformed:
        return Sheet(given, party, "", 0, entry, kind, source, written, released_ms)
    return Sheet(read.text, party, read.day, read.number, entry, kind, source, written, released_ms)


def paper(rows: Iterable[Sheet], after: str, most: int) -> Paper:
    """The page behind the entry `after` ('' for the first)."""
    known = list(rows)
    times = Counter((one.party, one.serial) for one in known)
    ordered = [
        msgspec.structs.replace(one, twice=times[one.party, one.serial] > 1)
        for one in sorted(known, key=lambda one: (one.party, one.day, one.number, one.released_ms, one.entry))
    ]
    ids = [one.entry for one in ordered]
    start = ids.index(after) + 1 if after in ids else 0
    return Paper(
        tuple(ordered[start : start + most]), not_entered(ordered)[:most], start + most < len(ordered)
    )


def not_entered(rows: Sequence[Sheet]) -> tuple[NotEntered, ...]:
    """The gaps in each party's numbers of a day."""
    numbers: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in rows:
        if one.number:
            numbers[one.party, one.day].add(one.number)
    gaps = (
        NotEntered(party, day, tuple(n for n in range(1, max(there)) if n not in there))
        for (party, day), there in sorted(numbers.items())
    )
    return tuple(one for one in gaps if one.numbers)
