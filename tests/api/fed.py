"""A node with a shared feed and an own radar, on a stepped clock: what it signs, and what rings, as reports come."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from api.test_resumed_alerts import Host
from node.pair import MINIMA, Sites, party
from steerclear.app.feeding import Feeding
from steerclear.app.picture import Watching
from steerclear.config import FeedSection
from steerclear.feeds.batch import Batch, batch_of
from steerclear.feeds.codes import MOVER, ORIGIN
from steerclear.node import conforming, holding, lock
from steerclear.node.mover_state import Kept, OwnMover
from steerclear.speech.kinds.alert import Alert

OWN = "icao:aa0000"
M_PER_DEG_LON = 85_394.0
UNSENT = float("nan")
SECOND_MS = 1_000


@dataclass(frozen=True)
class Row:
    """One report: east of 40° N 19° E in metres, flying east; by pressure, by satellites, or both (NaN: not sent)."""

    ident: str
    east_m: float
    ve_mps: float
    geom_m: float = 6_700.0
    north_m: float = 0.0
    baro_ft: float = 22_000.0
    mover: str = "fixed_wing"


def batch(rows: Sequence[Row], now_ms: int, origin: str) -> Batch:
    columns: dict[str, Any] = {
        "ident": [row.ident.encode() for row in rows],
        "at_ms": now_ms,
        "received_ms": now_ms,
        "lat_deg": [40.0 + row.north_m / 111_320 for row in rows],
        "lon_deg": [19.0 + row.east_m / M_PER_DEG_LON for row in rows],
        "error_m": 90.0,
        "alt_baro_ft": [row.baro_ft for row in rows],
        "alt_geom_m": [row.geom_m for row in rows],
        "alt_geom_error_m": 30.0,
        "ve_mps": [row.ve_mps for row in rows],
        "vn_mps": 0.0,
        "vu_mps": 0.0,
        "v_error_mps": 3.0,
        "mover": [MOVER[row.mover] for row in rows],
        "origin": ORIGIN[origin],
    }
    return batch_of(len(rows), columns)


@dataclass(frozen=True)
class Second:
    """What comes after so many milliseconds: by broadcast, by multilateration in the same feed, by an own radar."""

    after_ms: int
    shared: tuple[Row, ...] = ()
    measured: tuple[Row, ...] = ()
    radar: tuple[Row, ...] = ()


class Watch:
    """A node with a shared feed and an own radar, which takes looks on a stepped clock."""

    def __init__(self, folder: Path, **parameters: Any) -> None:
        numbers = {**MINIMA, **parameters}
        self.world = Sites(folder, "ab", parameters=numbers)
        self._opened = self.world.nodes["a"].vault
        self.watch()

    def watch(self, radar: str = "local") -> None:
        """The looks begin, as at a start."""
        sections = (
            FeedSection(name="roof", format="readsb", address="file:a", trust="shared", own=("icao:aa*",)),
            FeedSection(name="radar", format="readsb", address="file:b", trust=radar),
        )
        feeding = Feeding(sections, self.world.folder, self.world.clock)
        self.watching = Watching(feeding, Host(self.world))  # type: ignore[arg-type]
        self.look()

    def look(self) -> None:
        asyncio.run(self.watching.look())

    def second(self, one: Second, *, deaf: bool = False) -> None:
        """`deaf`: nothing local is heard."""
        self.world.step(one.after_ms)
        now = self.world.clock.now_ms()
        given_ = [("roof", one.shared, "own")]
        given_ += [] if deaf else [("roof", one.measured, "multilaterated"), ("radar", one.radar, "radar")]
        for name, rows, origin in given_:
            if rows:
                self.watching.give(name, batch(rows, now, origin))
        self.look()

    def restart(self) -> None:
        """What is kept stays; tracks are gone."""
        self.world.restart("a", unlocked=self.unlocked)
        self.watch()

    @property
    def unlocked(self) -> bool:
        return bool(self.world.nodes["a"].vault.unlocked)

    def lock(self) -> None:
        lock.lock(self.world.nodes["a"])

    def unlock(self) -> None:
        lock.unlock(self.world.nodes["a"], self._opened)

    def assign(self, *rows: OwnMover) -> None:
        self.world.run("a", lambda n: conforming.assign(n, self.world.line, rows))

    def disown(self) -> None:
        """The fleet's list is empty."""
        for ident in list(self.world.state("a").movers.fleet):
            self.world.run("a", lambda n, ident=ident: conforming.remove(n, self.world.line, ident))

    def home(self) -> list[Kept]:
        """Alerts at home, over or not, in order."""
        kept = [one for one in self.world.state("a").movers.kept.values() if one.at_home]
        return sorted(kept, key=lambda one: one.raised_ms)

    def said(self, *sources: str) -> list[tuple[int, bool, Any]]:
        """(instant, life safety, body) of every alert that the node signed, in order; of these sources alone. Of a
        notice whether there is one: its id is another at each node."""
        if not self.unlocked:
            self.unlock()
        node, line = self.world.nodes["a"], self.world.state("a")
        self.world.settle()
        out = []
        for subject in line.folded.values():
            for entry in subject.entries if subject.kind == "alert" else ():
                body, header = holding.said(node, line, entry).body, holding.header_of(node, line, entry)
                if not isinstance(body, Alert) or (sources and body.source not in sources):
                    continue
                assert header.author == party("a")
                told = msgspec.to_builtins(body) | {"notice": bool(body.notice)}
                out.append((header.released_ms, header.life_safety, told))
        return sorted(out, key=lambda row: (row[0], str(row[2])))

    def steps(self) -> list[tuple[str, str | None]]:
        return [(body["step"], body.get("reason")) for _, _, body in self.said()]

    def rings(self) -> list[tuple[str, str]]:
        rules = ("separation", "local-alert")
        return sorted((one.rule, one.step) for one in self.world.board("a").alarms if one.rule in rules)


def pair(second: int, apart_m: float = 14_000.0, **more: Any) -> tuple[Row, Row]:
    """Head on, as they are so many seconds after the first."""
    east = 205.0 * second
    return Row(OWN, east, 205.0, **more), Row("icao:bb0001", apart_m - east, -205.0, **more)


def away(north_m: float = 60_000.0) -> tuple[Row, Row]:
    return Row(OWN, 0.0, 205.0), Row("icao:bb0001", 0.0, 205.0, north_m=north_m)
