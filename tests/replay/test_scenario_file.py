"""What can be played is read; what cannot is refused by field, rule and remedy before any node is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_files import FILES, STORY

from steerclear.errors import Malformed
from steerclear.replay.offset import format_offset, parse_duration, parse_offset
from steerclear.replay.scenario import load, parse

pytestmark = pytest.mark.slow


def test_a_story_is_read() -> None:
    scenario = parse(STORY)
    assert [step.name for step in scenario.step] == ["cease", "heard"]
    assert scenario.lines[0].members == ("north", "south")
    assert scenario.criterion[0].needs == ("cease", "heard")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('id = "S1"', "", "bad-field"),
        ('start = "2016-06-16T04:00:00Z"', 'start = "2016-06-16T04:00:00"', "no-zone"),
        ("[[criterion]]", "[[criterium]]", "bad-field"),
        ('say = "stop"', 'sai = "stop"', "bad-field"),
        ('say = "stop"', 'say = "stop"\nfault = "heal"', "one-act"),
        ('say = "stop"', "", "one-act"),
        ('say = "stop"', 'fault = "lightning"', "unknown-fault"),
        ('party = "south"\npost', 'party = "west"\npost', "unknown-party"),
        ('post = "watch"', 'post = "cook"', "unknown-post"),
        ('at = "+00:05:00"', 'at = "five past"', "bad-offset"),
        ('as = "heard"', 'as = "cease"', "named-twice"),
        ('as = "heard"', 'as = "North West"', "bad-name"),
        ('refs = ["$cease"]', 'refs = ["$other"]', "unknown-name"),
        ('refs = ["$cease"]', 'refs = ["$cease"]\nexpect = "perhaps"', "bad-expect"),
        ('needs = ["cease", "heard"]', "needs = []", "nothing-needed"),
        ('needs = ["cease", "heard"]', 'needs = ["nobody"]', "unknown-name"),
        ('get = "/subjects/$cease"', "", "one-query"),
        ('get = "/subjects/$cease"', 'get = "/board"\nverify = "$cease"', "one-query"),
        ('contains = "$south"', "", "no-test"),
        ('party = "north"\nget', "get", "unknown-party"),
        ('name = "south"', 'name = "north"', "named-twice"),
        ('name = "south"', 'name = "South"', "bad-name"),
    ],
)
def test_a_file_that_cannot_be_played_is_refused(old: str, new: str, rule: str) -> None:
    assert old in STORY
    with pytest.raises(Malformed) as caught:
        parse(STORY.replace(old, new, 1))
    assert caught.value.rule == rule and caught.value.remedy


def test_a_scenario_without_criteria_is_an_error() -> None:
    with pytest.raises(Malformed) as caught:
        parse(STORY[: STORY.index("[[criterion]]")])
    assert caught.value.rule == "no-criteria"


def test_repeated_steps_are_written_out_with_their_numbers() -> None:
    text = STORY.replace('as = "cease"', 'as = "cease_{n}"\ntimes = 3\nevery = "00:00:10"')
    text = text.replace("$cease", "$cease_1").replace('needs = ["cease"', 'needs = ["cease_3"')
    steps = parse(text.replace('"Ferry"', '"Ferry {n}"')).step
    assert [(step.name, step.at) for step in steps if step.say == "stop"] == [
        ("cease_1", "+00:05:00"),
        ("cease_2", "+00:05:10"),
        ("cease_3", "+00:05:20"),
    ]
    assert steps[2].body["place"] == "Ferry 3"


@pytest.mark.parametrize("text", ["", "[", 'x = "\x00"', "[scenario]\nid = 3"])
def test_any_other_text_is_our_error(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)


def test_a_file_that_is_not_there_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(Malformed) as caught:
        load(tmp_path / "none.toml")
    assert caught.value.rule == "unreadable"


@given(st.integers(min_value=-(10**11), max_value=10**11))
def test_offsets_are_read_as_they_are_written(ms: int) -> None:
    assert parse_offset(format_offset(ms)) == ms


@pytest.mark.parametrize(
    ("text", "ms"), [("+01:30:00", 5_400_000), ("-00:00:01", -1000), ("+2d 00:00:00", 172_800_000)]
)
def test_offsets(text: str, ms: int) -> None:
    assert parse_offset(text) == ms


@pytest.mark.parametrize("text", ["01:30:00", "+1:30", "+01:60:00", "+01:30:00Z", "+٠١:30:00", ""])
def test_what_is_no_offset(text: str) -> None:
    with pytest.raises(Malformed):
        parse_offset(text)


def test_durations() -> None:
    assert parse_duration("1d 00:00:01") == 86_401_000
    with pytest.raises(Malformed):
        parse_duration("+00:00:01")


def test_every_shipped_file_is_read_and_its_id_is_its_own() -> None:
    ids = [load(path).id for path in FILES]
    assert len(ids) == len(set(ids)) >= 28
    for path, identity in zip(FILES, ids, strict=True):
        on_tracks = "T" if path.stem.endswith("-tracks") else ""
        assert path.stem.split("-")[0].upper() + on_tracks == identity


def test_no_product_file_knows_a_scenario() -> None:
    """No id's file name, party, or position of a scenario stands in product code."""
    product = [
        path
        for path in FILES[0].parents[1].rglob("*.py")
        if not path.is_relative_to(FILES[0].parents[1] / "replay") and path.name not in ("demo.py",)
    ]
    source = "\n".join(path.read_text(encoding="utf-8") for path in product)
    for path in FILES:
        assert path.stem not in source
        for words in ("33.5081", "38.6179", "35.2850", "40.1760"):
            assert words not in source


def test_every_story_of_the_specification_ships() -> None:
    """scenarios.md: A1 to A15, the founding articles; AT01 to AT45, the failures of real lines. Each once."""
    specified = [*(f"A{n}" for n in range(1, 16)), *(f"AT{n:02}" for n in range(1, 46))]
    shipped = sorted(load(path).id for path in FILES)
    assert [one for one in shipped if one in specified] == sorted(specified)
    again = {one.removesuffix("T") for one in shipped if one not in specified}
    assert again <= set(specified), "the others are such a story once more, on tracks"
