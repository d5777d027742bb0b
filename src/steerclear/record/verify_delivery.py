"""Whether a chosen entry was delivered to each addressee, as far as the kit's spans of their logs show.

A span of X's log speaks of the entry when it begins before X could know of it (at 0, or no later than where
the entry itself had seen X's log) and holds a checkpoint that has seen the entry (record.md, Delivered).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Final

from steerclear.errors import Malformed
from steerclear.record.admit import Admitted, Outcome
from steerclear.record.delivery import (
    Cover,
    Delivery,
    Inline,
    Statements,
    deliver,
    parse_about,
    statements_of,
)
from steerclear.record.keys import box_public
from steerclear.record.payload import InlinePart, Opening, parse_inline, seed_proves
from steerclear.record.verify_run import Run

_SOURCE: Final = "design/record.md, Delivered"


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
    inline = _inline(run, outcome, log, party)
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
            inline=inline,
            inline_cover=run.times[log].first_cover(party, inline.last) if inline else None,
            payload=bool(header.commitment),
        )
        if found.state not in ("sent", "unchecked"):
            return found
    return found


def check_seeds(run: Run) -> None:
    """Every seed of the kit opens the parts that stand in the log; a fault for each that does not."""
    for name, entry in sorted(run.kit.entries.items()):
        for party in sorted(entry.seeds):
            field = f"entries/{name}/inline-{party}.seed"
            with run.catching(field):
                logs = [log for log, history in run.view.logs.items() if _says(history.outcomes, name)]
                if not any(_sealed(run, log, name, party) for log in logs):
                    raise Malformed(
                        "seed-proves-nothing", remedy="sealing again gives other parts", source=_SOURCE
                    )


def _says(outcomes: Mapping[int, Outcome], name: str) -> bool:
    return any(isinstance(one, Admitted) and one.leaf.id == name for one in outcomes.values())


def _inline(run: Run, outcome: Admitted, log: str, party: str) -> Inline | None:
    """The parts sealed to this addressee, where the kit's seed shows that they hold the payload: without a
    seed a stranger cannot know what they held."""
    last = _sealed(run, log, outcome.leaf.id, party)
    return None if last is None else Inline(last, True)


def _sealed(run: Run, log: str, name: str, party: str) -> int | None:
    """The index of the last of the parts that the seed gives again; None where there is no such seed."""
    files = run.kit.entries.get(name)
    seed = files.seeds.get(party, b"") if files else b""
    if files is None or files.salt is None or files.payload is None or len(seed) != 32:
        return None
    found = [one for one in _parts(run, log) if (one[1].entry, one[1].to) == (name, party)]
    parts = [part for _, part in found]
    opening = Opening(files.salt, files.payload)
    boxes = {card.box for card in run.view.cards.get(party, ())} | _announced(run, name, party)
    if parts and any(seed_proves(parts, opening, box_public(box), seed) for box in boxes):
        return max(index for index, _ in found)
    return None


def _announced(run: Run, name: str, party: str) -> set[str]:
    """The keys that the party's `payload-missing` entries about the entry name for it."""
    found: set[str] = set()
    for log, history in run.view.logs.items():
        for outcome in history.outcomes.values() if log.partition("/")[0] == party else ():
            header = outcome.leaf.header if isinstance(outcome, Admitted) else None
            if header is not None and header.kind == "payload-missing":
                with contextlib.suppress(Malformed):
                    about = parse_about(header.record)
                    found.update({about.box} - {""} if about.entry == name else ())
    return found


def _parts(run: Run, log: str) -> Iterator[tuple[int, InlinePart]]:
    for index, outcome in sorted(run.view.logs[log].outcomes.items()):
        if isinstance(outcome, Admitted) and outcome.leaf.header.kind == "payload.inline":
            with contextlib.suppress(Malformed):
                yield index, parse_inline(outcome.leaf.header.record)


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
