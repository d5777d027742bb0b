"""What is simulated is taken on exercise lines, and on no real line, whatever the settings of the feed say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from steerclear.app.feeding import LEFT_OUT, NO_EXERCISE, Feeding
from steerclear.clock import SteppedClock
from steerclear.config import FeedSection
from steerclear.errors import Malformed
from steerclear.feeds.drops import REASONS
from steerclear.feeds.tracks import Terms
from steerclear.simulator.sensor import reports
from steerclear.simulator.world import Wanted
from steerclear.simulator.writing import writer

REAL, EXERCISE = "aa" * 32, "ee" * 32
WHAT = Wanted({"aircraft": 5, "ships": 4}, seed=2, lasts_s=40)


BOTH = {REAL: False, EXERCISE: True}


def fed(
    name: str, tmp_path: Path, *, simulated: bool, cut: int = 0, lines: Mapping[str, bool] = BOTH
) -> Feeding:
    """A feed of these lines, the simulation read in pieces of `cut` bytes (0: second by second)."""
    clock = SteppedClock(WHAT.start_ms)
    by = "udp" if name == "readsb" else "tcp"  # of readsb each datagram is a whole document
    section = FeedSection("sky", name, f"{by}://127.0.0.1:1", trust="shared", simulated=simulated)
    feeding = Feeding([section], tmp_path, clock)
    feeding.follow(lines, {REAL: Terms(), EXERCISE: Terms()})
    write, feed = writer(name), feeding.feeds["sky"]
    for end_ms, batch in reports(WHAT):
        data = write(end_ms, batch)
        pieces = [data[k : k + cut] for k in range(0, len(data), cut)] if cut else [data]
        for piece in pieces:
            if piece:
                feeding.take("sky", feed.read(1, piece, end_ms), end_ms)
    return feeding


@pytest.mark.parametrize("name", ["readsb", "sbs", "ais"])
def test_no_real_line_takes_it_though_nobody_said_that_the_feed_is_simulated(
    tmp_path: Path, name: str
) -> None:
    for cut in (0, 37) if name != "readsb" else (0,):
        feeding = fed(name, tmp_path, simulated=False, cut=cut)
        assert len(feeding.tracks[REAL]) == 0
        assert len(feeding.tracks[EXERCISE]) >= 4, "the exercise line takes the same bytes"
        alone = fed(name, tmp_path, simulated=False, cut=cut, lines={REAL: False})
        assert len(alone.tracks[REAL]) == 0 and alone.feeds["sky"].drops[NO_EXERCISE] > 10


def test_the_format_simulated_is_marked_or_refused(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="simulated"):
        fed("simulated", tmp_path, simulated=False)
    feeding = fed("simulated", tmp_path, simulated=True)
    assert len(feeding.tracks[EXERCISE]) == 9 and len(feeding.tracks[REAL]) == 0


def test_a_feed_that_is_marked_is_watched_on_exercise_lines_alone(tmp_path: Path) -> None:
    feeding = fed("sbs", tmp_path, simulated=True)
    assert "sky" not in feeding.tracks[REAL].counts and len(feeding.tracks[EXERCISE]) == 5


def test_that_a_feed_known_as_simulated_is_of_an_exercise_is_no_trouble(tmp_path: Path) -> None:
    alone = {EXERCISE: True}
    (known,) = fed("ais", tmp_path, simulated=True, lines=alone).states()
    (unknown,) = fed("ais", tmp_path, simulated=False, lines=alone).states()
    assert known.trouble == "" and "exercise" in unknown.trouble


def test_what_is_real_is_taken_on_both(tmp_path: Path) -> None:
    clock = SteppedClock(WHAT.start_ms)
    feeding = Feeding([FeedSection("sky", "readsb", "udp://127.0.0.1:1", trust="shared")], tmp_path, clock)
    feeding.follow({REAL: False, EXERCISE: True}, {REAL: Terms(), EXERCISE: Terms()})
    data = b'{"now":%d,"aircraft":[{"hex":"4b1814","flight":"SWR12","lat":47.0,"lon":8.0,"seen_pos":0.1}]}'
    read = feeding.feeds["sky"].read(1, data % (WHAT.start_ms // 1000), WHAT.start_ms)
    assert feeding.take("sky", read, WHAT.start_ms)
    assert len(feeding.tracks[REAL]) == len(feeding.tracks[EXERCISE]) == 1


ROW = b"MSG,3,1,1,%s,1,2026/03/02,05:00:00.000,2026/03/02,05:00:00.000,%s,35000,,,50.1,%d.6,,,0,0,0,0\r\n"
AT = 1_772_427_600_000


def real(lines: Mapping[str, bool], tmp_path: Path, format: str = "sbs") -> Feeding:
    feeding = Feeding(
        [FeedSection("sky", format, "tcp://127.0.0.1:1", trust="shared")], tmp_path, SteppedClock(AT)
    )
    feeding.follow(lines, {REAL: Terms(), EXERCISE: Terms()})
    return feeding


def test_one_call_sign_takes_no_other_mover_from_a_real_line(tmp_path: Path) -> None:
    feeding = real({REAL: False}, tmp_path)
    feed = feeding.feeds["sky"]
    data = ROW % (b"43C6E1", b"EXERCISE", 8) + ROW % (b"43C6E2", b"SWR12", 9)
    feeding.take("sky", feed.read(1, data, AT), AT)
    assert feeding.tracks[REAL].picture(AT).state.ident.tolist() == [b"icao:43c6e2"]
    assert feed.drops == {NO_EXERCISE: 1} and feed.heard_ms == AT and not feed.marked
    assert NO_EXERCISE in REASONS
    feeding.take("sky", feed.read(1, ROW % (b"43C6E3", b"DLH1", 10), AT + 1), AT + 1)
    assert len(feeding.tracks[REAL]) == 2, "nor any later one"


def test_what_a_real_line_leaves_out_is_said_while_it_lasts(tmp_path: Path) -> None:
    """The rest of the feed goes on, so that nothing rings: whoever looks at the feed sees it, and the log has it once,
    an exercise line beside the real one or not."""
    for lines in ({REAL: False}, BOTH):
        feeding = real(lines, tmp_path)
        feed = feeding.feeds["sky"]
        assert feeding.states()[0].trouble == ""
        data = ROW % (b"43C6E1", b"EXERCISE", 8) + ROW % (b"43C6E2", b"SWR12", 9)
        with capture_logs() as said:
            for _ in range(3):
                feeding.take("sky", feed.read(1, data, AT), AT)
        assert feeding.states()[0].trouble == LEFT_OUT and feed.heard_ms == AT
        assert [(row["event"], row["reports"]) for row in said] == [(LEFT_OUT, 1)]
        assert isinstance(feeding.clock, SteppedClock)
        feeding.clock.step_to(AT + feed.section.stale_after_s * 1000)
        assert feeding.states()[0].trouble == "", "it is over"
    only = real({EXERCISE: True}, tmp_path)
    only.take("sky", only.feeds["sky"].read(1, ROW % (b"43C6E1", b"EXERCISE", 8), AT), AT)
    assert only.states()[0].trouble == "", "an exercise line takes it"


@pytest.mark.parametrize("lines", [{REAL: False}, BOTH])
def test_a_feed_that_loses_everything_to_the_mark_is_not_heard_and_rings(
    tmp_path: Path, lines: Mapping[str, bool]
) -> None:
    feeding = real(lines, tmp_path)
    feeding.take("sky", feeding.feeds["sky"].read(1, ROW % (b"43C6E1", b"EXERCISE", 8), AT), AT)
    assert feeding.states()[0].heard_ms is None, "so feed-stopped rings"
    feeding.take("sky", feeding.feeds["sky"].read(1, ROW % (b"43C6E2", b"SWR12", 8), AT), AT)
    assert feeding.states()[0].heard_ms == AT


def test_a_station_that_says_it_is_believed_for_its_connection_alone(tmp_path: Path) -> None:
    feed = real({REAL: False}, tmp_path, "ais").feeds["sky"]
    feed.read(1, b"\\s:EXER", AT)
    assert not feed.marked
    feed.read(1, b"CISE,c:1*00\\!AIVDM", AT)
    feed.read(2, b"\\g:1-1-5,s:roof,c:1*00\\!AIVDM,1,1,,EXERCISE\r\n", AT)
    assert feed.marked == {1}
    feed.broke()
    assert not feed.marked and not feed.readers and not feed.ends
