"""How far the clocks of the line differed when an entry was said, as its author's own log measured it (AT04).

A node's machine check sums up its heartbeats and names the skew to each peer; the newest one before an entry in the
same log is the figure, so that every node that reads the log takes the same, and a later check moves nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence

from steerclear.procedure.said import Said

KIND = "line.check"


def of_check(check: Said | None) -> int:
    """The largest skew that a check names, ms without sign; 0 where it names none or cannot be read."""
    beats = getattr(check.body, "beats", ()) if check is not None else ()
    return max((abs(beat.skew_ms) for beat in beats if beat.skew_ms is not None), default=0)


def newest(places: Sequence[tuple[int, str]], index: int) -> str:
    """Of (index, entry) of checks in one log, ascending, the last before `index`; '' for none."""
    at = bisect_left(places, (index, ""))
    return places[at - 1][1] if at else ""


def by_machine(said: Said) -> bool:
    return said.kind == KIND and said.header.officer.partition("+")[0].endswith("/node")


def lookup(said: Iterable[Said]) -> Callable[[Said], int]:
    """The same from entries alone, for an outside judge."""
    checks: dict[str, list[tuple[int, str]]] = {}
    by_id: dict[str, Said] = {}
    for one in said:
        if by_machine(one):
            checks.setdefault(one.origin, []).append((one.index, one.id))
            by_id[one.id] = one
    places: Mapping[str, Sequence[tuple[int, str]]] = {
        origin: sorted(rows) for origin, rows in checks.items()
    }
    return lambda one: of_check(by_id.get(newest(places.get(one.origin, ()), one.index)))
