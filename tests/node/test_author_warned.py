"""What an author hears before signing: a site that stands already, a stop that is REAL in an exercise, what is missing;
and who may read a handover back."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.pair import Sites, officers
from steerclear.cli import saying
from steerclear.errors import Refused
from steerclear.node import desk, submitting
from steerclear.node.draft import Draft
from steerclear.speech import texts

SITE: dict[str, Any] = {
    "function": "hospital",
    "name": "Central hospital",
    "positions": [{"form": "wgs84", "lat_e7": 414_680_000, "lon_e7": 198_200_000}],
}


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    made = Sites(tmp_path, "ab")
    made.settle()
    return made


def prepared(world: Sites, kind: str, body: dict[str, Any], *, two: bool = False, **more: Any) -> Any:
    draft = world.draft(kind, body, name="a", to="b", two=two, **more)
    return world.run("a", lambda node: desk.prepare(node, world.line, draft))


def moved(north_e7: int) -> dict[str, Any]:
    place = SITE["positions"][0]
    return SITE | {"positions": [place | {"lat_e7": place["lat_e7"] + north_e7}]}


def test_a_site_notified_twice_is_told_to_its_author_and_not_refused(world: Sites) -> None:
    assert prepared(world, "site.notify", SITE, two=True).hints == ()
    first = world.say("a", "site.notify", SITE, to="b", two=True)
    world.settle()
    (same,) = prepared(world, "site.notify", SITE, two=True).hints
    assert same["key"] == "saying.same-own-site" and same["parameters"]["entry"] == first
    again = prepared(world, "site.notify", moved(20_000), two=True)
    assert any("stands: 1 exact" in one or "stand: 1 exact" in one for one in again.learns), again.learns
    (hint,) = again.hints
    said = texts.say(hint["key"], hint["parameters"])
    assert first[:12] in said and "Central hospital" in said and 200 < hint["parameters"]["metres"] < 250
    assert prepared(world, "site.notify", moved(500_000), two=True).hints == (), "another place"
    other = prepared(world, "site.notify", SITE, two=True, mode="TEST")
    assert getattr(other, "hints", ()) == (), "another play"


CONVOY: dict[str, Any] = {
    "operator": "relief",
    "no_move_trigger": ["weather"],
    "lost_contact": "turn_back",
    "waypoints": [{"positions": SITE["positions"], "at": "2016-06-20T06:00:00Z"}],
}


def test_a_movement_that_stands_word_for_word_is_told_to_its_author(world: Sites) -> None:
    first = world.say("a", "movement.notify", CONVOY, to="b")
    (same,) = prepared(world, "movement.notify", CONVOY).hints
    assert same["key"] == "saying.same-own" and same["parameters"]["entry"] == first
    assert first[:12] in texts.say(same["key"], same["parameters"])
    assert prepared(world, "movement.notify", CONVOY | {"cargo": "food"}).hints == (), (
        "it says something else"
    )
    world.say("a", "movement.complete", {"outcome": "arrived"}, to="b", refs=(first,))
    assert prepared(world, "movement.notify", CONVOY).hints == (), "that one is over"


class Who:
    def __init__(self, line: dict[str, Any]) -> None:
        self.line = line

    def get(self, path: str = "") -> dict[str, Any]:
        assert path == ""
        return self.line


@pytest.mark.parametrize(
    ("mode", "line", "warned"),
    [
        ("REAL", {"exercise_line": True}, True),
        ("REAL", {"exercise_line": False, "exercise_open": True}, True),
        ("REAL", {"exercise_line": False, "exercise_open": False}, False),
        ("EXERCISE", {"exercise_line": True}, False),
    ],
)
def test_a_real_stop_in_an_exercise_warns_its_author(
    mode: str, line: dict[str, Any], warned: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    who: Any = Who(line)
    saying.warn_real(who, {"header": {"mode": mode, "life_safety": True}})
    assert ("NOT PLAY" in capsys.readouterr().err) is warned
    saying.warn_real(who, {"header": {"mode": mode}})
    assert capsys.readouterr().err == "", "what is no life safety stops no play"


def test_what_makes_it_incomplete_is_named_as_it_is_written_with_how_to_give_it(
    world: Sites, capsys: pytest.CaptureFixture[str]
) -> None:
    made = msgspec.to_builtins(prepared(world, "stop", {}, life_safety=True))
    assert "incomplete" in made["marks"]
    line = saying.missing_line(made)
    assert (
        "positions, since, evidence, site_kind, going_on" in line and "steerclear say stop --schema" in line
    )
    saying.tell(Namespace(), made)
    assert "missing: positions, since" in capsys.readouterr().err
    assert saying.missing_line(made | {"marks": []}) == ""


def handed(world: Sites, to_post: str) -> str:
    names = [key.verifier.name.partition("/")[2] for key in officers("a")]
    entry = world.say("a", "line.handover", {"from_post": names[0], "to_post": to_post})
    world.settle()
    return entry


def receipt(world: Sites, entry: str, officer: int) -> str | list[Refused]:
    """A read-back by one officer of the same party."""
    from steerclear.record.leaf import finish_leaf

    key = officers("a")[officer]
    draft = Draft(
        kind="receipt",
        mode="EXERCISE",
        signers=(key.verifier.ref,),
        refs=(entry,),
        body={"level": "understood"},
    )
    made = world.run("a", lambda node: desk.prepare(node, world.line, draft))
    if isinstance(made, list):
        return [one for one in made if one.code in ("own-handover", "not-handed-to-you")]
    text = made.text.encode()
    leaf = finish_leaf(text, [key.sign(text)])
    done = world.run(
        "a", lambda n: submitting.submit(n, world.line, leaf, bytes.fromhex(made.salt), made.payload.encode())
    )
    assert not isinstance(done, list), done
    world.settle()
    return str(done.id)


def test_only_the_post_that_it_was_given_to_reads_a_handover_back(world: Sites) -> None:
    first, second = (key.verifier.name.partition("/")[2] for key in officers("a")[:2])
    entry = handed(world, second.upper())
    own = receipt(world, entry, 0)
    assert isinstance(own, list) and own[0].code == "own-handover" and second.upper() in own[0].remedy
    elsewhere = handed(world, "another-post")
    other = receipt(world, elsewhere, 1)
    assert (
        isinstance(other, list) and other[0].code == "not-handed-to-you" and "another-post" in other[0].rule
    )
    done = receipt(world, entry, 1)
    assert isinstance(done, str)
    given = world.subject("a", entry).handover
    assert given is not None and given.read_back_by == second and first != second
    waiting = world.subject("a", elsewhere).handover
    assert waiting is not None and waiting.read_back_by == ""
