"""Whether a chosen entry was delivered to each addressee, as far as the kit's spans of their logs show.

A span of X's log speaks of the entry when it begins before X could know of it (at 0, or no later than where
the entry itself had seen X's log) and holds a checkpoint that has seen the entry (record.md, Delivered).
"""

from __future__ import annotations

from collections.abc import Iterator

from steerclear.record.admit import Admitted
from steerclear.record.delivery import Cover, Delivery, Statements, deliver, statements_of
from steerclear.record.verify_run import Run


def deliveries(run: Run, outcome: Admitted, log: str) -> dict[str, Delivery]:
    """The state of an entry towards each addressee other than its author."""
    header = outcome.leaf.header
    return {
        party: _delivery(run, outcome, log, party)
        for party in sorted(set(header.to))
        if party != header.author
    }


def _delivery(run: Run, outcome: Admitted, log: str, party: str) -> Delivery:
    header, index = outcome.leaf.header, outcome.index
    cover = run.times[log].first_cover(party, index)
    found = Delivery("sent" if cover is None else "unchecked")
    for peer, start, end in sorted(run.good_spans):
        known = header.seen.get(peer)
        if peer.partition("/")[0] != party or start > (known.size if known else 0):
            continue
        covers = list(_covers(run, peer, log, start, end))
        found = deliver(
            index,
            addressed=True,
            cover=cover,
            checkpoints=covers,
            statements=_statements(run, peer, start, end, log, outcome),
            payload=bool(header.commitment),
        )
        if found.state not in ("sent", "unchecked"):
            return found
    return found


def _covers(run: Run, peer: str, log: str, start: int, end: int) -> Iterator[Cover]:
    origin = f"{run.view.line.id}/{log}"
    found: set[tuple[int, int]] = set()
    for signed in run.signed.values():
        if signed.log == peer and start <= signed.head.size <= end:
            found.update((signed.head.size, one.size) for one in signed.head.seen if one.origin == origin)
    for size, covers in sorted(found):
        yield Cover(size, covers)


def _statements(run: Run, peer: str, start: int, end: int, log: str, outcome: Admitted) -> Statements:
    outcomes = run.view.logs[peer].outcomes if peer in run.view.logs else {}
    headers = []
    for at in range(start, end):
        one = outcomes[at]
        if isinstance(one, Admitted):
            headers.append((at, one.leaf.header))
    found = statements_of(headers, log, outcome.index, outcome.leaf.id)
    if found.held is None:
        return found
    held_ms = run.times[peer].interval(found.held).before_ms
    return Statements(found.missing, found.held, held_ms, found.unopenable)
