"""The looks of a served node: on a thread of their own, told to the node, and what breaks stays where it broke."""

from __future__ import annotations

import asyncio
import ctypes
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from steerclear.app import feeding, picture
from steerclear.app.build import _check_feeds
from steerclear.app.conforming import Conformed
from steerclear.app.feeding import Feeding, Receiving
from steerclear.app.picture import LineTerms, Watching
from steerclear.clock import SteppedClock
from steerclear.config import FeedSection
from steerclear.errors import Malformed
from steerclear.feeds.batch import EMPTY
from steerclear.feeds.reader import Read
from steerclear.feeds.tracks import Terms
from steerclear.judgement.conformance.judge import Declared
from steerclear.judgement.separation.course import DeclaredLine
from steerclear.judgement.separation.life import Lives
from steerclear.kernels import native
from steerclear.node import movers
from steerclear.node.feeds import judged
from steerclear.node.mover_state import Plan
from steerclear.speech.parameters import Parameters

LINE = "ab" * 32
NOW = 1_772_427_600_000
AT = "2026/03/02,05:00:00.000"
SBS = f"MSG,3,1,1,43C6E1,1,{AT},{AT},,35000,,,50.1,8.6,,,0,0,0,0\r\n".encode()


def section(name: str = "roof", address: str = "file:log", **more: Any) -> FeedSection:
    return FeedSection(name=name, format="sbs", address=address, **more)


def fed(tmp_path: Path, *sections: FeedSection) -> Feeding:
    made = Feeding(sections or (section(),), tmp_path, SteppedClock(NOW))
    made.follow({LINE: True}, {LINE: Terms()})
    return made


class Host:
    """Answers every command of a watch with what a node without anything would."""

    def __init__(self, clock: SteppedClock) -> None:
        self.clock = clock
        self.asked = 0
        self.lines = [LINE]
        self.judged: list[dict[str, int]] = []

    async def run(self, command: Callable[..., Any]) -> Any:
        self.asked += 1
        if command is picture._terms:
            return {line: LineTerms(True, Parameters()) for line in self.lines}
        if getattr(command, "func", None) is judged:
            self.judged.append(command.keywords["looked"])  # type: ignore[attr-defined]
        none = {movers.resume: Lives(), movers.to_compare: ()}
        return none.get(getattr(command, "func", None), False)


def test_a_look_runs_on_a_thread_of_its_own_and_leaves_the_interpreter_s_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    told: list[float] = []
    made = fed(tmp_path)
    made.take("roof", made.feeds["roof"].read(0, SBS, NOW), NOW)
    watching = Watching(made, Host(SteppedClock(NOW)))  # type: ignore[arg-type]
    monkeypatch.setattr(picture, "looked", lambda *_: threads.append(threading.current_thread().name))

    async def until_looked() -> None:
        running = asyncio.create_task(watching.run(told.append))
        async with asyncio.timeout(90):
            while len(told) < 2:
                await asyncio.sleep(0)
        running.cancel()
        with pytest.raises((asyncio.CancelledError, ExceptionGroup)):
            await running

    monkeypatch.setattr(picture, "LEAST_S", 0.0)
    monkeypatch.setattr(picture, "MOST_S", 0.0)
    asyncio.run(until_looked())
    assert threads and all(name.startswith("picture") for name in threads)
    if native.there():
        assert not isinstance(native._library(), ctypes.PyDLL), "a PyDLL would hold the lock"


def test_standings_and_comparisons_are_computed_on_that_thread_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, threads = fed(tmp_path), dict[str, str]()
    watching = Watching(made, Host(SteppedClock(NOW)))  # type: ignore[arg-type]

    def here(name: str, answer: Any) -> Any:
        return lambda *_, **__: threads.update({name: threading.current_thread().name}) or answer

    monkeypatch.setattr(picture, "conformed", here("conformed", Conformed()))
    monkeypatch.setattr(picture, "compare", here("compare", {}))
    monkeypatch.setattr(picture, "LEAST_S", 0.0)
    monkeypatch.setattr(picture, "MOST_S", 0.0)
    watching.lives[LINE] = Lives()
    watching._resumed[LINE] = True
    watching.waiting[LINE] = {"ab": None}  # type: ignore[dict-item]
    monkeypatch.setattr(watching.host, "run", _nothing_to_compare(watching.host.run))

    async def until_both() -> None:
        running = asyncio.create_task(watching.run())
        async with asyncio.timeout(90):
            while len(threads) < 2:
                await asyncio.sleep(0)
        running.cancel()
        with pytest.raises((asyncio.CancelledError, ExceptionGroup)):
            await running

    asyncio.run(until_both())
    assert all(name.startswith("picture") for name in threads.values())


def _nothing_to_compare(run: Callable[..., Any]) -> Callable[..., Any]:
    """A host's `run` that knows of no further alerts of others."""

    async def answer(command: Callable[..., Any]) -> Any:
        return () if getattr(command, "func", None) is movers.to_compare else await run(command)

    return answer


def test_a_look_is_given_what_own_movers_declared_and_whether_others_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = fed(tmp_path)
    made.take("roof", made.feeds["roof"].read(0, SBS, NOW), NOW)
    line = DeclaredLine(((0, 0), (0, 1)), 1, NOW, NOW + 1)
    plan = Plan(declared=(Declared("ab" * 32, "icao:43c6e1", (), lines=(line,)),))
    given: list[tuple[Any, ...]] = []
    monkeypatch.setattr(picture, "looked", lambda *args: given.append(args))
    watching = Watching(made, Host(SteppedClock(NOW)))  # type: ignore[arg-type]
    for others in (True, False):
        watching._line(LINE, LineTerms(True, Parameters(), plan, others, others), NOW)
        assert given[-1][-3:-1] == ({"icao:43c6e1": (line,)}, others)


def test_the_node_is_told_at_once_when_a_feed_begins_or_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock stands still, so that no second goes by: what is told is told for what changed."""
    made, told = fed(tmp_path), list[tuple[Any, ...]]()
    clock = made.clock
    assert isinstance(clock, SteppedClock)
    watching = Watching(made, Host(clock))  # type: ignore[arg-type]
    looks: list[float] = []
    monkeypatch.setattr(picture, "looked", lambda *_: None)
    monkeypatch.setattr(picture, "LEAST_S", 0.0)
    monkeypatch.setattr(picture, "MOST_S", 0.0)
    note = picture.feeds.note
    monkeypatch.setattr(picture.feeds, "note", lambda node, states: told.append(tuple(states)) or False)
    assert note is not picture.feeds.note

    async def run(command: Callable[..., Any]) -> Any:
        answer = await Host.run(watching.host, command)  # type: ignore[arg-type]
        return command(None) if getattr(command, "__name__", "") == "<lambda>" else answer

    monkeypatch.setattr(watching.host, "run", run)

    async def looked_again(times: int) -> None:
        async with asyncio.timeout(90):
            until = len(looks) + times
            while len(looks) < until:
                await asyncio.sleep(0)

    async def story() -> None:
        running = asyncio.create_task(watching.run(looks.append))
        await looked_again(3)
        before = len(told)
        await looked_again(3)
        assert len(told) == before and told[-1][0].heard_ms is None, "no second went by, and nothing changed"
        made.take("roof", made.feeds["roof"].read(0, SBS, NOW), NOW)
        await looked_again(3)
        assert [len(told), told[-1][0].heard_ms] == [before + 1, NOW]
        made.feeds["roof"].heard_ms = NOW - 10_000_000
        await looked_again(3)
        assert len(told) == before + 2, "and that it has stopped"
        running.cancel()
        with pytest.raises((asyncio.CancelledError, ExceptionGroup)):
            await running

    asyncio.run(story())


def test_the_lock_of_the_tracks_is_free_while_bearings_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, free = fed(tmp_path, section(site=(50.0, 8.0))), list[bool]()
    made.take("roof", made.feeds["roof"].read(0, SBS, NOW), NOW)
    watching = Watching(made, Host(SteppedClock(NOW)))  # type: ignore[arg-type]

    def compared(trail: Any, *_: Any) -> None:
        free.append(not made.lock.locked())
        assert trail("roof", "icao:43c6e1").at_ms.tolist() == [NOW] and not len(trail("roof", "icao:1").at_ms)

    monkeypatch.setattr(picture, "turned", compared)
    watching._looked({LINE: LineTerms(True, Parameters())}, NOW)
    assert free == [True]


def test_a_line_whose_look_breaks_is_not_judged_and_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, poison = SteppedClock(NOW), "00" * 32
    made = Feeding((section(),), tmp_path, clock)
    host = Host(clock)
    host.lines = [poison, LINE]
    watching = Watching(made, host)  # type: ignore[arg-type]
    real, broken = watching._line, [True]

    def breaks(line: str, terms: LineTerms, now_ms: int) -> Any:
        if line == poison and broken:
            raise ValueError("poison")
        return real(line, terms, now_ms)

    monkeypatch.setattr(watching, "_line", breaks)

    async def looks() -> None:
        running = asyncio.create_task(watching.run())
        async with asyncio.timeout(90):
            while not host.judged or host.judged[-1][poison] < NOW + 8_000:
                if len(host.judged) == 6:
                    broken.clear()
                clock.step_to(clock.true_ms() + 1_000)
                count = len(host.judged)
                while len(host.judged) == count:
                    await asyncio.sleep(0)
        running.cancel()
        with pytest.raises((asyncio.CancelledError, ExceptionGroup)):
            await running

    monkeypatch.setattr(picture, "LEAST_S", 0.0)
    monkeypatch.setattr(picture, "MOST_S", 0.0)
    asyncio.run(looks())
    sixth = host.judged[5]
    assert sixth[poison] == sixth[""] == NOW + 1_000, "as old as when the judge began"
    assert sixth[LINE] >= NOW + 5_000, "the other line is judged all the same"


def test_a_source_that_breaks_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "FIRST_PAUSE_S", 0.0)
    monkeypatch.setattr(feeding, "LONGEST_PAUSE_S", 0.0)
    monkeypatch.setattr(feeding.sources, "LOOK_S", 0.0)
    made = fed(tmp_path)
    arrived = asyncio.Event()

    async def story() -> None:
        running = asyncio.create_task(Receiving(made).run(arrived))
        async with asyncio.timeout(90):
            while not made.feeds["roof"].trouble:
                await asyncio.sleep(0)
            assert "log" in made.states()[0].trouble
            (tmp_path / "log").write_bytes(b"")
            while not arrived.is_set():
                with (tmp_path / "log").open("ab") as file:
                    file.write(SBS)
                await asyncio.sleep(0.01)
        (state,) = made.states()
        assert state.trouble == "" and state.heard_ms == NOW and state.received >= 1
        running.cancel()
        with pytest.raises((asyncio.CancelledError, ExceptionGroup)):
            await running

    asyncio.run(story())


def test_what_repeats_an_old_picture_has_stopped_and_what_is_quiet_has_not(tmp_path: Path) -> None:
    made = fed(tmp_path)
    roof = made.feeds["roof"]
    made.take("roof", roof.read(0, SBS, NOW), NOW)
    assert roof.heard_ms == NOW
    made.take("roof", roof.read(0, SBS, NOW + 5_000), NOW + 5_000)
    assert roof.heard_ms == NOW and roof.drops["repeated"] == 1
    made.take("roof", roof.read(0, b"nonsense\r\n", NOW + 6_000), NOW + 6_000)
    assert roof.heard_ms == NOW and roof.drops["malformed"] == 1
    made.take("roof", roof.read(0, b"MSG,8,1,1,43C6E1,1,,,,,,,,,,,,,,,,0\r\n", NOW + 7_000), NOW + 7_000)
    assert roof.heard_ms == NOW + 7_000, "a message without a position shows that the receiver hears"


def test_lost_datagrams_are_dropped_by_reason_and_no_sign_of_hearing(tmp_path: Path) -> None:
    made = fed(tmp_path)
    made.lose("roof", 7)
    (state,) = made.states()
    assert state.drops == {"overrun": 7} and state.received == 7 and state.heard_ms is None


def test_a_recording_plays_at_its_own_pace_as_if_it_came_now(tmp_path: Path) -> None:
    later = SBS.replace(b"05:00:00.000", b"05:00:01.000")
    (tmp_path / "day").write_bytes(
        SBS.replace(b"2026/03/02", b"2020/01/01") + later.replace(b"2026/03/02", b"2020/01/01")
    )
    made = fed(tmp_path, section(address="replay:day", simulated=True))
    waits: list[float] = []

    async def story() -> None:
        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        read = made.feeds["roof"].read(0, (tmp_path / "day").read_bytes(), NOW)
        real, asyncio.sleep = asyncio.sleep, sleep  # type: ignore[assignment]
        try:
            await Receiving(made)._paced(made.feeds["roof"], read, asyncio.Event())
        finally:
            asyncio.sleep = real

    asyncio.run(story())
    assert waits == [1.0] and made.feeds["roof"].received == 2
    assert made.tracks[LINE].picture(NOW).state.at_ms.tolist() == [NOW + 1000]


def test_a_recording_that_holds_no_position_yet_is_heard_now_and_not_in_1970(tmp_path: Path) -> None:
    made = fed(tmp_path, section(address="replay:day", simulated=True))
    read = Read(EMPTY, {"no-position": 1}, 1)
    asyncio.run(Receiving(made)._paced(made.feeds["roof"], read, asyncio.Event()))
    assert made.feeds["roof"].heard_ms == NOW


def test_a_simulated_feed_on_real_lines_alone_keeps_the_node_from_starting() -> None:
    def node(*exercise: bool) -> Any:
        rows = {
            f"{n}": SimpleNamespace(id=f"{n}f", line=SimpleNamespace(exercise=e))
            for n, e in enumerate(exercise)
        }
        return SimpleNamespace(lines=rows)

    one = (section(simulated=True),)
    with pytest.raises(Malformed, match="simulated-feed-on-a-real-line"):
        _check_feeds(node(False), one)
    with pytest.raises(Malformed, match="simulated-feed-on-a-real-line"):
        _check_feeds(node(False, True), (section(simulated=True, line="0f"),))
    _check_feeds(node(False, True), one)
    _check_feeds(node(False), (section(),))
    _check_feeds(node(), one)
