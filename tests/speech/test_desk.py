"""The desk: every example passes, and each bent in one place is refused by name (judgement.md, Bad input)."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from speech_desk import BLUE, ID, LINE, NOW, PARAMETERS, RED, bent, draft, facts_of, judged

from steerclear.speech import desk, form
from steerclear.speech.facts import Permission, SubjectFacts
from steerclear.speech.samples import examples
from steerclear.speech.table import spoken

pytestmark = pytest.mark.slow

CASES = tomllib.loads((Path(__file__).parent / "refused.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("name", examples())
def test_every_example_passes(name: str) -> None:
    assert judged(draft(name)) == []


def test_there_is_an_example_of_every_kind() -> None:
    assert {draft(name).kind for name in examples()} == {row.name for row in spoken()}


def label(case: dict[str, Any]) -> str:
    return f"{case['code']}-{case['example']}"


@pytest.mark.parametrize("case", CASES, ids=label)
def test_bent_in_one_place_it_is_refused(case: dict[str, Any]) -> None:
    made = draft(case["example"])
    if "set" in case:
        made = bent(made, case["set"], case.get("value"))
    if "also" in case:
        made = bent(made, case["also"]["path"], case["also"]["value"])
    found = judged(made, _facts(case, made))
    assert [fault for fault in found if (fault.code, fault.field) == (case["code"], case["field"])], found
    assert all(fault.rule and fault.remedy for fault in found)


def _facts(case: dict[str, Any], made: Any) -> Any:
    header = dict(case.get("header", {}))
    if "subject" in header:
        given = header["subject"]
        header["subject"] = None if given == "none" else SubjectFacts(id=ID, **given)
    for name in ("to", "refs"):
        if name in header:
            header[name] = tuple(header[name])
    line = dict(case.get("line", {}))
    if "permitted" in line:
        line["permitted"] = {kind: Permission(**row) for kind, row in line["permitted"].items()}
    if "members" in line:
        line["members"] = tuple(line["members"])
    return facts_of(made, line=replace(LINE, **line), **header)


def test_every_fault_is_told_at_once() -> None:
    made = bent(bent(draft("stop.toml"), "body.since", "noon"), "body.positions[1].text", "nowhere")
    found = judged(made, facts_of(made, mode="", to=()))
    assert {fault.code for fault in found} >= {"mode-required", "bad-time", "not-dms", "addressee-required"}


# ---- what nothing holds back


FROZEN = replace(
    LINE,
    suspended=dict.fromkeys(
        ("notices", "exercises", "meetings", "conferences", "visits", "planning"), "frozen"
    ),
    unauthenticated=True,
    permitted={},
)
LIFE_SAFETY = (
    "stop.toml",
    "stop-incomplete.toml",
    "warning.radio.toml",
    "receipt.toml",
    "reply-holding.toml",
)


@pytest.mark.parametrize("name", [*LIFE_SAFETY, "complete-stop.toml"])
def test_life_safety_passes_in_every_status(name: str) -> None:
    assert judged(draft(name), facts_of(draft(name), line=FROZEN)) == []


@pytest.mark.parametrize("name", ["receipt.toml", "reply-holding.toml"])
def test_an_answer_to_life_safety_passes_without_the_flag(name: str) -> None:
    assert judged(draft(name), facts_of(draft(name), line=FROZEN, life_safety=False)) == []


def test_a_receipt_passes_a_suspension_of_notices_a_notice_does_not() -> None:
    line = replace(LINE, suspended={"notices": "frozen"})
    assert judged(draft("receipt-embassy.toml"), facts_of(draft("receipt-embassy.toml"), line=line)) == []
    found = judged(draft("activity.flight.toml"), facts_of(draft("activity.flight.toml"), line=line))
    assert [fault.code for fault in found] == ["suspended"]
    assert "frozen" in found[0].rule


def test_introduce_passes_while_unauthenticated() -> None:
    made = draft("introduce.toml")
    assert judged(made, facts_of(made, line=replace(LINE, unauthenticated=True))) == []


def test_a_stop_with_contradicting_positions_goes_out_marked() -> None:
    made = bent(draft("stop.toml"), "body.positions[1].text", "41°25'00\"N 019°49'07\"E")
    assert judged(made) == []
    inner, body = form.filled("stop", made.inner, made.body)
    assert desk.marks("stop", facts_of(made), inner, body, PARAMETERS, NOW) == ("inconsistent",)


def test_nobody_understands_a_stop_whose_positions_contradict() -> None:
    stop = bent(draft("stop.toml"), "body.positions[1].text", "41°25'00\"N 019°49'07\"E")
    _, body = form.filled("stop", stop.inner, stop.body)
    made = draft("receipt.toml")
    facts = facts_of(made, subject=replace(facts_of(made).subject, body=body))
    assert [fault.code for fault in judged(made, facts)] == ["not-understood"]
    read = bent(made, "body.level", "read")
    assert judged(read, facts) == []


# ---- mode


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("activity.flight.toml", "EXERCISE"),
        ("activity.flight.toml", "TEST"),
        ("stop.toml", "REAL"),
        ("line.check.toml", "EXERCISE"),
        ("line.check.toml", "TEST"),
        ("reply-holding.toml", "REAL"),
    ],
)
def test_on_an_exercise_line(name: str, mode: str) -> None:
    made = draft(name)
    assert judged(made, facts_of(made, mode=mode, line=replace(LINE, exercise=True))) == []


def test_a_check_is_real_on_a_real_line_and_exercise_on_an_exercise_line() -> None:
    made = draft("line.check.toml")
    period = replace(LINE, exercise_periods=((NOW, NOW + 1),))
    for line, mode, code in (
        (period, "REAL", ""),
        (period, "EXERCISE", "check-is-real"),
        (replace(LINE, exercise=True), "EXERCISE", ""),
        (replace(LINE, exercise=True), "REAL", "real-on-exercise-line"),
    ):
        assert [fault.code for fault in judged(made, facts_of(made, mode=mode, line=line))] == [code] * bool(
            code
        )


def test_exercise_inside_the_period_and_not_at_its_end() -> None:
    made = draft("activity.flight.toml")
    inside = replace(LINE, exercise_periods=((NOW, NOW + 1),))
    after = replace(LINE, exercise_periods=((NOW - 10, NOW),))
    assert judged(made, facts_of(made, mode="EXERCISE", line=inside)) == []
    assert [f.code for f in judged(made, facts_of(made, mode="EXERCISE", line=after))] == [
        "exercise-outside-period"
    ]


def test_an_answer_stays_in_the_play_of_what_it_answers() -> None:
    made = draft("reply-holding.toml")
    subject = facts_of(made).subject
    exercise = replace(LINE, exercise=True)

    def codes(about: str, mode: str) -> list[str]:
        facts = facts_of(made, mode=mode, line=exercise, subject=replace(subject, mode=about))
        return [fault.code for fault in judged(made, facts)]

    assert codes("REAL", "REAL") == [] == codes("EXERCISE", "EXERCISE")
    assert codes("REAL", "EXERCISE") == ["mode-differs"] == codes("EXERCISE", "REAL")


# ---- life safety where it may be


def test_people_in_danger_allow_the_flag() -> None:
    made = bent(draft("area.declare-site.toml"), "body.people_in_danger", True)
    assert judged(made, facts_of(made, life_safety=True)) == []


@pytest.mark.parametrize(("minutes", "refused"), [(9, []), (10, ["life-safety-not-possible"])])
def test_a_conflict_under_ten_minutes_ahead_may_be_life_safety(minutes: int, refused: list[str]) -> None:
    made = bent(draft("reply-conflict.toml"), "body.where[0].start", f"2026-10-20T14:{5 + minutes:02d}:00Z")
    assert [f.code for f in judged(made, facts_of(made, life_safety=True))] == refused


def test_a_new_version_of_a_stop_is_a_stop() -> None:
    stop = draft("stop.toml")
    made = replace(draft("amend.toml"), body={"kind": "stop", "notice": stop.body})
    subject = SubjectFacts(ID, "stop", RED, life_safety=True)
    assert judged(made, facts_of(made, life_safety=True, subject=subject, line=FROZEN)) == []


def test_the_owner_of_the_site_resolves_a_stop_raised_by_another() -> None:
    made = draft("complete-stop.toml")
    subject = SubjectFacts(ID, "stop", BLUE, life_safety=True, owner=RED)
    assert judged(made, facts_of(made, subject=subject)) == []
    assert [f.code for f in judged(made, facts_of(made, subject=replace(subject, owner="d" * 32)))] == [
        "not-the-author"
    ]


def test_not_life_safety_needs_a_reason_and_a_life_safety_entry() -> None:
    made = bent(bent(draft("reply-holding.toml"), "body.until", None), "body.answer", "NOT_LIFE_SAFETY")
    assert [fault.code for fault in judged(made)] == ["reason-required"]
    assert judged(bent(made, "body.reason", "A training area, told last week.")) == []


# ---- dissemination


def test_an_old_code_names_the_version_that_the_unit_holds() -> None:
    made = bent(draft("dissemination.toml"), "body.code", "C4NP")
    subject = facts_of(made).subject
    two = replace(subject, versions=((ID + "9", "C4NP"), *subject.versions))
    found = judged(made, facts_of(made, subject=two))
    assert [fault.code for fault in found] == ["old-code"]
    assert "version 1 of 2" in found[0].rule and (ID + "9")[:12] in found[0].rule
    assert judged(bent(made, "body.code", "K7AX"), facts_of(made, subject=two)) == []


def test_counts_stand_in_an_entry_that_stays_at_home() -> None:
    made = bent(bent(draft("dissemination.toml"), "body.confirmed", 5), "body.units", 7)
    assert judged(made, facts_of(made, to=())) == []
    assert [f.code for f in judged(made)] == ["counts-stay-home"]
    assert [f.code for f in judged(bent(made, "body.units", 4), facts_of(made, to=()))] == [
        "impossible-count"
    ]


# ---- settle


def test_settle_fills_what_follows_from_kind_subject_and_lead() -> None:
    made = draft("stop.toml")
    facts = facts_of(made, life_safety=False, to=(), precedence="ROUTINE")
    filled = form.filled("stop", made.inner, made.body)
    assert desk.settle("stop", facts, *filled, PARAMETERS, NOW) == ("FLASH", True, (BLUE,), 0)
    made = draft("receipt.toml")
    facts = facts_of(made, life_safety=False, precedence="ROUTINE")
    filled = form.filled("receipt", made.inner, made.body)
    assert desk.settle("receipt", facts, *filled, PARAMETERS, NOW) == ("IMMEDIATE", True, (BLUE,), 0)
    made = draft("area.request.toml")
    filled = form.filled("area.request", made.inner, made.body)
    settled = desk.settle("area.request", facts_of(made, reply_by_ms=0), *filled, PARAMETERS, NOW)
    assert settled.reply_by_ms == NOW + 24 * 3_600_000


def test_no_admission_is_filled_in_for_the_officer() -> None:
    made = bent(draft("reply-holding.toml"), "body.statement", None)
    _, body = form.filled(made.kind, made.inner, made.body)
    assert desk.with_no_admission(body).statement == "no admission"
    _, noted = form.filled("reply", {}, {"answer": "NOTED"})
    assert desk.with_no_admission(noted) is noted


def test_an_unknown_kind_and_a_wrong_body_are_refused() -> None:
    inner, body = form.filled("stop", {}, {})
    facts = facts_of(draft("stop.toml"))
    assert [f.code for f in desk.check("strike", facts, inner, body, PARAMETERS, NOW)] == ["unknown-kind"]
    assert [f.code for f in desk.check("timer.fired", facts, inner, body, PARAMETERS, NOW)] == [
        "unknown-kind"
    ]
    assert [f.code for f in desk.check("receipt", facts, inner, body, PARAMETERS, NOW)] == ["wrong-body"]


def test_caps_of_the_agreement_refuse_and_do_not_cut() -> None:
    flight, sealed = draft("activity.flight.toml"), draft("area.declare-sealed.toml")
    tight = replace_parameters(max_volumes=1)
    assert [(f.code, f.field) for f in judged(flight, parameters=tight)] == [
        ("too-many-volumes", "body.volumes")
    ]
    assert judged(flight, parameters=replace_parameters(max_volumes=2)) == []
    few = judged(flight, parameters=replace_parameters(max_vertices=3))
    assert [(f.code, f.field) for f in few] == [("too-many-vertices", "body.volumes[1].outline")]
    none = judged(sealed, parameters=replace_parameters(sealed_allowed=False))
    assert [(f.code, f.field) for f in none] == [("sealed-not-allowed", "body.precision")]


def test_a_repetition_may_begin_when_the_volume_before_it_ends() -> None:
    made = draft("activity.flight-unmanned.toml")
    assert judged(bent(made, "body.recurrence.every_hours", 6)) == []
    assert judged(bent(made, "body.recurrence.times", 62)) == []


def replace_parameters(**values: Any) -> Any:
    return msgspec.structs.replace(PARAMETERS, **values)
