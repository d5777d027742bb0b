"""Side data of alerts on movers: read at start and at unlock, gone from memory with the lock, let go after a day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from steerclear.node import holding, sides
from steerclear.node.line import LineState
from steerclear.node.mover_state import HOME, Kept, Movers, OwnMover, Sealed
from steerclear.node.node import Node
from steerclear.procedure.subject import AlertHere
from steerclear.speech.kinds.alert import Alert
from steerclear.store.port import DropSide

DAY_MS: Final = 86_400_000
"""How long what stays at home is kept after it is over (boundary.md: tracks of others from local feeds live 24 h)."""


def load(node: Node, line: LineState) -> None:
    """Read side data again; what cannot be read while locked is read at `unlock`."""
    line.movers.kept.clear()
    line.movers.here.clear()
    line.movers.fleet.clear()
    line.movers.fleet_keys.clear()
    line.movers.plan = None
    if not node.vault.unlocked:
        line.movers.locked_ms = node.clock.now_ms()
        line.movers.sealed_fleet = len(node.store.side(ns_fleet(line)))
        line.movers.sealed_alerts = sum(id.startswith(HOME) for id in node.store.side(ns(line)))
        return
    line.movers.locked_ms, line.movers.sealed_fleet, line.movers.sealed_alerts = None, 0, 0
    line.movers.sealed.clear()
    for id, value in node.store.side(ns(line)).items():
        plain = sides.open_sealed(node, ns(line), id, value)
        if plain is not None:
            kept = msgspec.json.decode(plain, type=Kept)
            line.movers.kept[id] = kept
    for kept in sorted(line.movers.kept.values(), key=lambda one: one.raised_ms):
        if kept.over_ms is None:
            line.movers.open[kept.key] = kept.id
    for entry, value in node.store.side(ns_here(line)).items():
        plain = sides.open_sealed(node, ns_here(line), entry, value)
        if plain is not None:
            line.movers.here[entry] = msgspec.json.decode(plain, type=AlertHere)
            line.movers.asked.add(entry)
    for key, value in node.store.side(ns_fleet(line)).items():
        plain = sides.open_sealed(node, ns_fleet(line), key, value)
        if plain is not None:
            row = msgspec.json.decode(plain, type=OwnMover)
            line.movers.fleet[row.ident], line.movers.fleet_keys[row.ident] = row, key


def forget(line: LineState, now_ms: int) -> None:
    """What was opened leaves the memory at `now_ms` (lock, zeroize); which alerts stand does not, nor that those at
    home ring, nor how many own movers are listed."""
    before = line.movers
    since_ms = now_ms if before.locked_ms is None else before.locked_ms
    fresh = Movers(locked_ms=since_ms, sealed_alerts=before.sealed_alerts)
    fresh.sealed_fleet = len(before.fleet) or before.sealed_fleet
    home = [one for one in line.movers.kept.values() if one.at_home and one.over_ms is None]
    fresh.sealed = {
        **line.movers.sealed,
        **{one.id: Sealed(one.level, one.raised_ms, one.released, one.end_told) for one in home},
    }
    fresh.open, fresh.told_of, fresh.roots, fresh.asked = (
        *(line.movers.open, line.movers.told_of),
        *(line.movers.roots, line.movers.asked),
    )
    fresh.unread = dict.fromkeys(line.movers.roots)
    line.movers = fresh


def moved(line: LineState, changed: Iterable[str]) -> None:
    """Plans, areas or the line itself moved: what movers are held against is made anew."""
    rows = [line.folded.get(one) for one in changed]
    if any(row is None or row.family in ("activity", "area", "talks") for row in rows):
        line.movers.plan = None


def home_sides(line: str) -> tuple[str, ...]:
    return f"movers/{line}", f"alerts-here/{line}", f"fleet/{line}"


def ns(line: LineState) -> str:
    return f"movers/{line.id}"


def ns_here(line: LineState) -> str:
    return f"alerts-here/{line.id}"


def ns_fleet(line: LineState) -> str:
    return f"fleet/{line.id}"


def keep(node: Node, line: LineState, kept: Kept) -> None:
    line.movers.kept[kept.id] = kept
    sides.put_sealed(node, ns(line), kept.id, msgspec.json.encode(kept))
    node.changed.add(line.id)


def across(node: Node, line: LineState) -> None:
    """Alerts that came since are opened, and put beside those of others on the same two movers."""
    for entry in list(line.movers.unread):
        said = holding.said(node, line, entry)
        if not isinstance(said.body, Alert):
            if said.held in ("missing", "locked"):
                continue
        else:
            moved = line.movers.alike.add(entry, said.author, said.body)
            line.dirty.update(line.subjects.root(one) for one in moved)
        del line.movers.unread[entry]


def forget_old(node: Node, line: LineState) -> None:
    """What stayed at home and was over a day ago goes; of an end that could not be signed yet the states that were
    signed before stay."""
    since = node.clock.now_ms() - DAY_MS
    for kept in [
        one for one in line.movers.kept.values() if one.over_ms is not None and one.over_ms <= since
    ]:
        if kept.untold and kept.form == "states" and kept.said is not None:
            if kept.course:
                keep(node, line, replace(kept, met=kept.said, course=()))
            continue
        del line.movers.kept[kept.id]
        node.put(DropSide(ns(line), kept.id))


def next_due(line: LineState, now_ms: int) -> int | None:
    ends = (kept.over_ms + DAY_MS for kept in line.movers.kept.values() if kept.over_ms is not None)
    return min((at for at in ends if at > now_ms), default=None)
