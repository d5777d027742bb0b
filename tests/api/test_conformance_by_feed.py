"""From the lines of a receiver to what rings: own movers against their notice and movers that nobody declared, each
raised and over again, through feeds, looks and node."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.pair import HOUR, Sites, flight_body
from steerclear.app.feeding import Feeding
from steerclear.app.picture import Watching
from steerclear.config import FeedSection
from steerclear.node import conforming, conforming_rows
from steerclear.node.mover_state import OwnMover
from steerclear.speech.kinds.agreement import NO_RECOGNITION
from steerclear.units import format_time

OURS, OTHER = "43C6E1", "3C6444"
INSIDE, OUTSIDE = (33.48, 38.65), (33.48, 38.85)
"""In the middle of the circle of 10 km, and 18.6 km east of it."""


class Host:
    """The runtime's host over a node of a test."""

    def __init__(self, world: Sites) -> None:
        self.world = world

    async def run(self, command: Callable[..., Any]) -> Any:
        return self.world.run("a", command)


class Receiver:
    """SBS lines into the node of `a`, and a look each second."""

    def __init__(self, world: Sites, folder: Path) -> None:
        self.world = world
        section = FeedSection(name="roof", format="sbs", address="file:log", trust="shared")
        self.feeding = Feeding((section,), folder, world.clock)
        self.watching = Watching(self.feeding, Host(world))  # type: ignore[arg-type]

    def hear(self, *movers: tuple[str, tuple[float, float], float], seconds: int = 4) -> None:
        """For so many seconds these and nobody else: address, place, knots eastward; at 10,000 ft."""
        for _ in range(seconds):
            self.world.step(1_000)
            now = self.world.clock.now_ms()
            data = "".join(_line(now, *one) for one in movers).encode()
            if data:
                self.feeding.take("roof", self.feeding.feeds["roof"].read(0, data, now), now)
            asyncio.run(self.watching.look())
        self.world.settle()


def _line(now_ms: int, address: str, place: tuple[float, float], knots: float) -> str:
    at = format_time(now_ms)
    when = f"{at[:10].replace('-', '/')},{at[11:19]}.{now_ms % 1000:03d}"
    head = f"1,1,{address},1,{when},{when},"
    return (
        f"MSG,4,{head},,{knots},90,,,0,,0,0,0,0\r\nMSG,3,{head},10000,,,{place[0]},{place[1]},,,0,0,0,0\r\n"
    )


def rings(world: Sites, rule: str) -> list[str]:
    return [one.step for one in world.board("a").alarms if one.rule == rule]


@contextmanager
def quiet_line(world: Sites) -> Iterator[None]:
    """Nothing of what rings inside is an entry, nor known at the other node."""
    size = world.state("a").own_log.size
    yield
    assert world.state("a").own_log.size == size, "never an entry"
    told = {"conformance", "uncoordinated"} & {one.rule for one in world.board("b").alarms}
    assert not told


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "ab")


def flown(world: Sites, tmp_path: Path) -> Receiver:
    """Ours flies by a notice of two hours."""
    body = flight_body(world.clock.now_ms(), hours=0) | {"transponder": "on"}
    notice = world.say("a", "activity.flight", body, to="b")
    world.run(
        "a", lambda n: conforming.assign(n, world.line, [OwnMover(f"icao:{OURS.lower()}", notice, True)])
    )
    world.settle()
    return Receiver(world, tmp_path)


def test_leaving_out_and_back_by_its_own_reports(world: Sites, tmp_path: Path) -> None:
    receiver = flown(world, tmp_path)
    with quiet_line(world):
        receiver.hear((OURS, INSIDE, 50.0))
        assert rings(world, "conformance") == [], "inside for longer than two minutes"
        receiver.hear((OURS, INSIDE, 450.0))
        assert rings(world, "conformance") == ["leaving"]
        receiver.hear((OURS, OUTSIDE, 450.0))
        assert rings(world, "conformance") == ["out"]
        receiver.hear((OURS, INSIDE, 50.0), seconds=15)
        assert rings(world, "conformance") == []


def test_not_transmitting_while_others_are_heard_until_it_is_heard_again(
    world: Sites, tmp_path: Path
) -> None:
    receiver = flown(world, tmp_path)
    with quiet_line(world):
        receiver.hear((OURS, INSIDE, 50.0))
        receiver.hear((OTHER, OUTSIDE, 50.0), seconds=290)
        assert rings(world, "conformance") == []
        receiver.hear((OTHER, OUTSIDE, 50.0), seconds=20)
        assert rings(world, "conformance") == ["not-transmitting"]
        receiver.hear((OURS, INSIDE, 50.0), seconds=15)
        assert rings(world, "conformance") == []


def test_overdue_until_it_is_completed(world: Sites, tmp_path: Path) -> None:
    receiver = flown(world, tmp_path)
    receiver.hear((OURS, INSIDE, 50.0))
    world.step(2 * HOUR + 29 * 60_000)
    receiver.hear((OTHER, OUTSIDE, 50.0))
    assert "overdue" not in rings(world, "conformance")
    world.step(2 * 60_000)
    receiver.hear((OTHER, OUTSIDE, 50.0))
    assert "overdue" in rings(world, "conformance")
    notice = next(one.id for one in world.board("a").notices if one.kind == "activity.flight")
    world.say("a", "complete", {"outcome": "as_planned"}, to="b", refs=(notice,))
    world.settle()
    receiver.hear((OTHER, OUTSIDE, 50.0), seconds=1)
    assert "overdue" not in rings(world, "conformance"), "at once: nothing of it is owed any more"


def test_one_that_nobody_declared_is_presumed_civil_until_it_is_out(world: Sites, tmp_path: Path) -> None:
    volume = flight_body(world.clock.now_ms(), hours=0)["volumes"][0]
    area = {"area": "special_caution", "precision": "exact", "volumes": [volume]}
    entry = world.say("a", "area.declare", area, to="b", two=True)
    terms = {
        "act": "ratify", "name": "Arrangement", "text_hash": "ab" * 32, "areas": [entry], "parameters": {},
        "clause": NO_RECOGNITION,
    }  # fmt: skip
    world.settle()
    said = world.say("a", "agreement", terms, to="b", two=True)
    world.settle()
    world.say("b", "agreement", terms, to="a", two=True, refs=(said,))
    world.settle()
    receiver = Receiver(world, tmp_path)
    with quiet_line(world):
        receiver.hear((OTHER, INSIDE, 50.0))
        assert len(rings(world, "uncoordinated")) == 1
        shown = conforming_rows.rows(world.nodes["a"], world.line)
        told = msgspec.json.encode(shown).decode()
        assert shown.uncoordinated_count == 1 and "presume civil" in told
        assert OTHER.lower() not in told.lower() and "class" not in told
        (ring,) = [one for one in world.board("a").alarms if one.rule == "uncoordinated"]
        assert "presume civil" in ring.text and OTHER.lower() not in str(ring).lower()
        receiver.hear((OTHER, OUTSIDE, 50.0), seconds=15)
        assert rings(world, "uncoordinated") == []
