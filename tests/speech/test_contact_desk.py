"""Calls, identity queries and assistance at the desk: what may be said, to whom, and by how many officers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from speech_desk import (
    BLUE,
    GREEN,
    LINE,
    OTHER,
    PARAMETERS,
    RED,
    RELEASER,
    SECOND,
    WATCH,
    draft,
    facts_of,
    judged,
)

from steerclear.errors import Refused
from steerclear.speech import form, release
from steerclear.speech.authoring import Draft
from steerclear.speech.facts import HeaderFacts, SubjectFacts
from steerclear.speech.kinds.assist import Assist
from steerclear.speech.kinds.reply import STOP_ANSWERS

ID = "aa" + "0" * 61 + "9"
THREE = replace(LINE, members=(RED, BLUE, GREEN))


def codes(found: list[Refused]) -> list[tuple[str, str]]:
    return [(one.code, one.field) for one in found]


def reply(answer: str, **more: Any) -> Draft:
    return Draft("reply", {"mode": "REAL", "to": ["blue"], "refs": [ID]}, {}, {"answer": answer, **more})


def to_query(life_safety: bool = True) -> dict[str, Any]:
    subject = SubjectFacts(ID, "identity.query", BLUE, life_safety=life_safety)
    return {"subject": subject, "life_safety": life_safety}


@pytest.mark.parametrize("answer", ["OURS_KEEP_AWAY", "CHECKING", "NO_STATEMENT"])
@pytest.mark.parametrize("flag", [True, False])
def test_is_it_yours_has_three_answers(answer: str, flag: bool) -> None:
    made = reply(answer, **({"statement": "no admission"} if answer == "CHECKING" else {}))
    assert judged(made, facts_of(made, **to_query(flag))) == []


@pytest.mark.parametrize(
    "answer",
    ["NOT_OURS", "NOTED", "NO_CONFLICT_KNOWN", "DECLINED", "UNABLE", "QUERY", "HOLDING", "CANNOT_HOLD"],
)
def test_nobody_can_say_that_it_is_not_his(answer: str) -> None:
    """boundary.md: no NOT_OURS for the present or the future."""
    made = reply(answer, **({"statement": "no admission"} if answer in STOP_ANSWERS else {}))
    assert ("answer-not-allowed", "body.answer") in codes(judged(made, facts_of(made, **to_query())))


@pytest.mark.parametrize("field", ["text", "reason"])
def test_the_code_is_the_whole_answer(field: str) -> None:
    made = reply("NO_STATEMENT", **{field: "None of ours is there."})
    assert codes(judged(made, facts_of(made, **to_query()))) == [("code-alone", f"body.{field}")]
    flagged = reply("NOT_LIFE_SAFETY", reason="A balloon, seen from the tower.")
    assert judged(flagged, facts_of(flagged, **to_query())) == []


@pytest.mark.parametrize("name", ["call.toml", "assist.toml", "identity.query.toml"])
def test_the_watch_officer_alone_releases_what_is_life_safety(name: str) -> None:
    made = draft(name)
    assert judged(made, facts_of(made, signers=(WATCH,))) == []


def test_calls_and_assists_need_no_releaser_without_the_flag_either() -> None:
    for name in ("assist.toml", "call-parked.toml"):
        made = draft(name)
        assert judged(made, facts_of(made, life_safety=False, signers=(WATCH,))) == []
    asked = draft("identity.query.toml")
    found = judged(asked, facts_of(asked, life_safety=False, signers=(WATCH,)))
    assert codes(found) == [("release-needed", "signers")], "the rest by one releaser"
    assert judged(asked, facts_of(asked, life_safety=False, signers=(RELEASER,))) == []


def test_where_people_are_takes_a_second_officer_whatever_the_flag_and_the_table() -> None:
    made = draft("assist.position.toml")
    for signers in ((WATCH,), (RELEASER,)):
        assert codes(judged(made, facts_of(made, signers=signers))) == [("release-needed", "signers")]
    for signers in ((WATCH, SECOND), (WATCH, OTHER)):
        assert judged(made, facts_of(made, signers=signers)) == []
    loose = release.table_from([{"kind": "assist.*", "release": "watch"}])
    body = form.filled(made.kind, {}, made.body)[1]
    assert release.needed(made.kind, facts_of(made), body, PARAMETERS, loose).level == "second"  # type: ignore[arg-type]


def named(rescuer: str | None, author: str = RED) -> HeaderFacts:
    body = Assist(rescuer=rescuer)
    subject = SubjectFacts(ID[:-1] + "8", "assist", author, life_safety=True, body=body)
    return facts_of(draft("assist.position.toml"), line=THREE, subject=subject)


def test_the_rescuer_is_named_first_and_by_who_asked_for_help() -> None:
    made = draft("assist.position.toml")
    assert judged(made, named(BLUE)) == []
    assert codes(judged(made, named(None))) == [("rescuer-not-named", "refs[0]")]
    assert codes(judged(made, named(GREEN))) == [("rescuer-alone", "to")]
    assert ("not-the-author", "refs[0]") in codes(judged(made, named(BLUE, author=BLUE)))


def test_an_amend_names_a_rescuer_of_the_line() -> None:
    body = dict(draft("assist.toml").body)
    subject = SubjectFacts(ID, "assist", RED, life_safety=True)
    for rescuer, faults in ((BLUE, []), ("d" * 32, [("not-a-member", "body.rescuer")])):
        made = Draft(
            "amend",
            {"mode": "REAL", "to": ["blue"], "refs": [ID], "supersedes": ID, "life_safety": True},
            {},
            {"kind": "assist", "notice": {**body, "rescuer": rescuer}},
        )
        assert codes(judged(made, facts_of(made, subject=subject))) == faults


def test_a_call_may_be_parked_where_nobody_is_in_danger() -> None:
    made = draft("call-parked.toml")
    assert judged(made) == []
    about = SubjectFacts(ID, "activity.flight", BLUE)
    assert judged(made, facts_of(made, refs=(ID,), subject=about)) == []
    danger = SubjectFacts(ID, "area.declare", BLUE, life_safety=True)
    assert codes(judged(made, facts_of(made, refs=(ID,), subject=danger))) == [
        ("life-safety-parked", "body.state")
    ]


def test_an_assist_is_real_in_an_exercise_too() -> None:
    """messages.md, Header: a REAL stop or assist on an exercise line is NO PLAY, so it can be said there."""
    made = draft("assist.toml")
    exercise = replace(LINE, exercise=True)
    assert judged(made, facts_of(made, line=exercise)) == []
    asked = draft("identity.query.toml")
    assert codes(judged(asked, facts_of(asked, line=exercise))) == [("real-on-exercise-line", "mode")]
    there = draft("assist.position.toml")
    assert judged(there, facts_of(there, line=exercise)) == []


def test_what_asks_about_another_s_areas_takes_two_persons() -> None:
    facts = facts_of(draft("activity.flight.toml"))
    levels = {
        kind: release.needed(kind, facts, None, PARAMETERS).level
        for kind in ("overlap.query", "overlap.result", "assist", "call")
    }
    assert levels == {"overlap.query": "two", "overlap.result": "two", "assist": "watch", "call": "watch"}
