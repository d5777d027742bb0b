"""What an agreement's scope keeps out at the desk, and what it never does; how far a copy may go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from speech_desk import LINE, NOW, PARAMETERS, bent, draft, facts_of, judged

from steerclear.errors import Refused
from steerclear.space.volume import Polygon, Volume4D
from steerclear.speech import desk, disclosure, form, scope
from steerclear.speech.authoring import Draft
from steerclear.speech.kinds.agreement import Scope

HERE = ((380_000_000, 170_000_000), (380_000_000, 220_000_000), (430_000_000, 220_000_000))
AWAY = ((10_000_000, 170_000_000), (10_000_000, 220_000_000), (50_000_000, 220_000_000))
LONG_AGO = ("2001-01-01T00:00:00Z", "2001-01-02T00:00:00Z")


def covering(points: Any = (), *classes: Any, lower: Any = "surface", upper: Any = "unlimited") -> Scope:
    area = (
        (Volume4D(Polygon((*points, (points[2][0], points[0][1]))), lower, upper, *LONG_AGO),)
        if points
        else ()
    )
    return Scope(area=area, classes=classes, forces=("in words",))


def under(made: Draft, held: Scope | None, **more: Any) -> list[Refused]:
    return judged(made, facts_of(made, line=replace(LINE, scope=held), **more))


def test_an_activity_wholly_outside_the_area_is_refused_and_one_that_touches_it_is_not() -> None:
    made = draft("activity.flight.toml")
    (fault,) = under(made, covering(AWAY))
    assert (fault.code, fault.field) == ("outside-scope", "body.volumes")
    assert "another area" in fault.rule and fault.remedy and "scope" in fault.source
    assert (
        under(made, covering(HERE)) == [] == under(made, None) == under(made, Scope(forces=("air forces",)))
    )
    narrow = tuple((lat, 170_000_000 if lon == 170_000_000 else 182_000_000) for lat, lon in HERE)
    assert under(made, covering(narrow)) == [], (
        "one of its volumes touches it: when it is in force is no matter"
    )


def test_a_class_that_the_agreement_does_not_cover_is_refused_by_its_field() -> None:
    made = draft("activity.flight.toml")
    (fault,) = under(made, covering((), "rotary", "ship"))
    assert (fault.code, fault.field) == ("outside-scope", "body.aircraft_class")
    assert "rotary, ship" in fault.rule
    assert under(made, covering((), "rotary", "tanker_airlift")) == []
    assert [one.field for one in under(made, covering(AWAY, "rotary"))] == [
        "body.volumes",
        "body.aircraft_class",
    ]


def test_what_does_not_say_where_it_is_may_be_inside() -> None:
    made = draft("activity.flight-incomplete.toml")
    assert under(made, covering(AWAY, "rotary")) == []


@pytest.mark.parametrize(
    "name", ["activity.hazard.toml", "area.declare-site.toml", "site.notify.toml", "movement.notify.toml"]
)
def test_what_protects_anybody_is_never_outside(name: str) -> None:
    made = draft(name)
    before = [one.code for one in judged(made)]
    assert [one.code for one in under(made, covering(AWAY, "ship"))] == before
    assert "outside-scope" not in before


def test_life_safety_is_never_held_back() -> None:
    made = draft("stop.toml")
    assert under(made, covering(AWAY, "ship")) == []
    flight = draft("activity.flight.toml")
    urgent = facts_of(flight, line=replace(LINE, scope=covering(AWAY)), life_safety=True)
    assert "outside-scope" not in {one.code for one in judged(flight, urgent)}


def test_a_new_version_outside_is_let_go_and_marked() -> None:
    flight = draft("activity.flight.toml")
    amended = draft("amend.toml")
    body = {"kind": "activity.flight", "notice": flight.body}
    made = replace(amended, body=body)
    held = covering(AWAY)
    assert "outside-scope" not in {one.code for one in under(made, held)}
    filled = form.filled(made.kind, made.inner, made.body)
    assert isinstance(filled, tuple)
    facts = facts_of(made, line=replace(LINE, scope=held))
    assert scope.MARK in desk.marks("amend", facts, *filled, PARAMETERS, NOW)
    inside = replace(facts, line=replace(LINE, scope=covering(HERE)))
    assert scope.MARK not in desk.marks("amend", inside, *filled, PARAMETERS, NOW)


def test_a_class_stands_once_in_a_scope() -> None:
    made = draft("agreement.toml")
    twice = bent(made, "body.scope.classes", ["rotary", "rotary"])
    assert [one.field for one in judged(twice)] == ["scope.classes[1]"] or [
        one.field for one in judged(twice)
    ] == ["body.scope.classes[1]"]
    assert judged(bent(made, "body.scope.classes", ["rotary", "ship"])) == []


@given(
    st.lists(st.sampled_from(["", "bilateral", "inquiry", "open", "other"])),
    st.sampled_from(disclosure.AUDIENCES),
)
def test_the_narrowest_word_holds(words: list[str], audience: str) -> None:
    one = disclosure.strictest(words)
    assert disclosure.beyond(audience, one) == any(disclosure.beyond(audience, word) for word in words)
    assert not disclosure.beyond("members", one)


def test_each_word_lets_out_so_far_and_no_farther() -> None:
    far = {
        word: [a for a in disclosure.AUDIENCES if not disclosure.wrong(a, word)]
        for word in ("bilateral", "inquiry", "open", "")
    }
    assert far == {
        "bilateral": ["members"],
        "inquiry": ["members", "inquiry"],
        "open": ["members", "inquiry", "public"],
        "": ["members", "inquiry", "public"],
    }
    assert disclosure.beyond("everybody", "open"), "what is not known goes too far"
