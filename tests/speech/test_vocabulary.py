"""The table, completeness, schemas and phrases: what holds of every kind."""

from __future__ import annotations

import json
from typing import Any, get_args

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from speech_desk import bent, draft
from test_boundary import CODES, codes_below

from steerclear.speech import complete, form, payload, schema
from steerclear.speech.kinds.agreement import NO_RECOGNITION
from steerclear.speech.kinds.area_declare import AreaType, Precision
from steerclear.speech.kinds.common import SuspensionCategory
from steerclear.speech.kinds.reply import Answer
from steerclear.speech.kinds.warning_radio import counts_as_warning
from steerclear.speech.phrases import catalogue, phrase
from steerclear.speech.samples import examples
from steerclear.speech.table import KINDS, kind, spoken

pytestmark = pytest.mark.slow

RECORD = {
    *("entry.invalid", "payload-missing", "payload-held", "payload-unopenable", "payload.inline"),
    *("carried", "fork", "erased", "opened", "timer.fired"),
}
ROOTS = {"policy", "key", "log.restart"}
# messages.md, Kinds: all of them.
SPECIFIED = {
    *(
        "introduce",
        "baseline",
        "scope.change",
        "line.check",
        "line.status",
        "line.roster",
        "line.handover",
        "call",
    ),
    *("activity.flight", "activity.voyage", "activity.ground", "activity.hazard", "activity.exercise"),
    *("activity.visit", "amend", "withdraw", "complete"),
    *("area.declare", "area.request", "area.reply", "area.challenge", "overlap.query", "overlap.result"),
    *("receipt", "reply", "dissemination"),
    *("site.notify", "movement.notify", "movement.position", "movement.complete"),
    *("encounter.report", "warning.radio", "stop", "identity.query", "assist", "alert"),
    "assist.position",  # the exact position of an assist: an entry of its own, which nothing lists
    *("incident", "claim", "statement", "counterclaim", "evidence", "finding"),
    *("attestation.negative", "preserve", "demarche"),
    *("meeting", "provision", "agreement"),
}
TO_COME: set[str] = set()


def test_the_table_holds_exactly_the_kinds_of_this_version() -> None:
    found = {row.name for row in spoken()}
    assert found | TO_COME == SPECIFIED and not found & TO_COME
    assert {row.name for row in KINDS.values() if row.carries == "record"} == RECORD | ROOTS
    assert kind("approve") is None


def test_life_safety_is_possible_only_where_the_specification_says() -> None:
    found = {row.name: row.life_safety for row in KINDS.values() if row.life_safety != "never"}
    assert found == {
        "stop": "always",
        **dict.fromkeys(("warning.radio", "identity.query", "assist"), "may"),
        "area.declare": "people_in_danger",
        "alert": "soon",
        **dict.fromkeys(("reply", "receipt", "dissemination", "complete", "amend"), "follows"),
        **dict.fromkeys(("call", "assist.position"), "follows"),
    }


def test_no_suspension_reaches_what_protects() -> None:
    free = {row.name for row in spoken() if not row.suspension}
    assert {"stop", "receipt", "reply", "dissemination", "warning.radio", "line.check", "line.status"} <= free
    assert {row.suspension for row in KINDS.values()} - {""} <= set(get_args(SuspensionCategory))


def test_the_record_and_the_administrator() -> None:
    for row in KINDS.values():
        assert not {"administrator", "witness"} & set(row.roles)
        assert row.carries == "payload" or (row.body is None and not row.suspension and row.unauthenticated)
        assert {*row.answers} <= set(get_args(Answer))
        assert {*row.subject} - {"*"} <= set(KINDS)
    may_node = {row.name for row in KINDS.values() if "node" in row.roles}
    assert may_node == {"line.check", "alert", *RECORD}


# ---- completeness


def test_a_stop_asks_for_what_is_missing_in_order() -> None:
    def asks(**values: Any) -> tuple[str, ...]:
        return complete.missing("stop", form.filled("stop", {}, values)[1])

    assert asks() == ("positions", "since", "evidence", "site_kind", "going_on", "call_back")
    one = {"form": "wgs84", "lat_e7": 1, "lon_e7": 1}
    assert asks(positions=[one])[:2] == ("positions[1]", "since")
    assert asks(positions=[one, one])[0] == "positions[1]", "two of one form are one form"
    assert asks(positions=[one, {"form": "mgrs", "text": "x"}], since="now", going_on=False)[0] == "evidence"


WARNED = "body.to_whom"


@pytest.mark.parametrize(
    ("drop", "counts", "asked"),
    [
        ([], True, []),
        (["speed_mm_s"], False, ["to_whom.speed_mm_s or squawk"]),
        (["heading_cdeg"], False, ["to_whom.heading_cdeg"]),
        (["altitude"], False, ["to_whom.altitude"]),
        (["lat_e7", "lon_e7"], False, ["to_whom.position"]),
    ],
)
def test_a_radio_warning_counts_when_the_crew_can_know_itself(
    drop: list[str], counts: bool, asked: list[str]
) -> None:
    made = draft("warning.radio.toml")
    for name in drop:
        made = bent(made, f"{WARNED}.{name}", None)
    body = form.filled(made.kind, {}, made.body)[1]
    assert counts_as_warning(body) is counts
    assert list(complete.missing(made.kind, body)) == asked
    if drop == ["speed_mm_s"]:
        squawk = form.filled(made.kind, {}, bent(made, f"{WARNED}.squawk", "1234").body)[1]
        assert counts_as_warning(squawk)


def test_unidentified_aircraft_is_no_addressee() -> None:
    body = form.filled(
        "warning.radio", {}, {"to_whom": {"mover": "aircraft"}, "words": "Unidentified aircraft"}
    )[1]
    assert not counts_as_warning(body)
    assert complete.missing("warning.radio", body)[0] == "to_whom.position"
    ship = {"mover": "ship", "lat_e7": 1, "lon_e7": 1, "heading_cdeg": 1, "speed_mm_s": 1}
    assert counts_as_warning(form.filled("warning.radio", {}, {"to_whom": ship})[1])


@pytest.mark.parametrize(
    ("kind", "body", "asked"),
    [
        ("activity.flight", {"aircraft_class": "unmanned"}, "lost_link"),
        ("area.declare", {"precision": "buffered", "area": "corridor"}, "buffer_mm"),
        ("area.declare", {"precision": "sealed"}, "commitments"),
        ("area.declare", {"precision": "exact", "area": "protected_site"}, "positions"),
        ("area.reply", {"answer": "declined"}, "reason"),
        ("receipt", {"level": "understood"}, "read_back"),
        ("reply", {"answer": "HOLDING"}, "until"),
        ("reply", {"answer": "CONFLICT"}, "where"),
        ("dissemination", {"word": "part"}, "code"),
        ("line.status", {"status": "suspended"}, "terms"),
        ("agreement", {"act": "suspend"}, "categories"),
        ("amend", {"kind": "activity.flight", "notice": {}}, "notice.volumes"),
    ],
)
def test_what_else_is_asked_for(kind: str, body: dict[str, Any], asked: str) -> None:
    assert asked in complete.missing(kind, form.filled(kind, {}, body)[1])


def test_an_unknown_limit_is_missing() -> None:
    made = bent(draft("activity.hazard.toml"), "body.volumes[0].upper", "unknown")
    assert complete.missing(made.kind, form.filled(made.kind, {}, made.body)[1]) == ("volumes[0].upper",)


# ---- schemas

SCHEMAS = schema.all_schemas()


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_legal(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_there_is_a_schema_of_every_kind() -> None:
    for row in spoken():
        assert f"body/{row.name}" in SCHEMAS and f"payload/{row.name}" in SCHEMAS
    with pytest.raises(KeyError):
        schema.body_schema("timer.fired")


@pytest.mark.parametrize("name", examples())
def test_examples_are_valid_and_with_a_stray_field_are_not(name: str) -> None:
    made = draft(name)
    validator = jsonschema.Draft202012Validator(SCHEMAS[f"payload/{made.kind}"])
    tables = json.loads(json.dumps({"inner": made.inner, "body": made.body}))
    validator.validate(tables)
    tables["body"]["stray"] = 1
    assert not validator.is_valid(tables)


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=5)
    | st.lists(st.integers(0, 3), max_size=2)
)


@given(st.sampled_from([row.name for row in spoken()]), st.data())
def test_what_the_schema_refuses_the_form_refuses(kind: str, data: st.DataObject) -> None:
    names = [field.encode_name for field in msgspec.structs.fields(KINDS[kind].body)]
    body = data.draw(st.dictionaries(st.sampled_from(names), LEAVES, max_size=3))
    legal = jsonschema.Draft202012Validator(SCHEMAS[f"body/{kind}"]).is_valid(body)
    assert isinstance(form.filled(kind, {}, body), tuple) == legal


# ---- phrases


def test_every_code_that_a_screen_shows_has_a_label() -> None:
    english = catalogue()
    assert set(english["kind"]) == set(KINDS)
    assert set(english["answer"]) == set(get_args(Answer))
    assert set(english["area"]) == set(get_args(AreaType))
    assert set(english["precision"]) == set(get_args(Precision))
    assert set(english["category"]) == set(get_args(SuspensionCategory))
    for struct, field, group in (
        ("Receipt", "post_class", "post_class"),
        ("Receipt", "level", "level"),
        ("Dissemination", "word", "word"),
        ("AreaReply", "answer", "area_answer"),
        ("AreaChallenge", "concern", "concern"),
        ("OverlapResult", "answer", "overlap"),
        ("LineStatus", "status", "status"),
        ("Agreement", "act", "act"),
        ("EncounterReport", "form", "form"),
        ("Site", "function", "site_function"),
        ("Site", "marking", "site_marking"),
        ("Notifier", "known", "known"),
        ("Movement", "no_move_trigger", "no_move_trigger"),
        ("Movement", "lost_contact", "lost_contact"),
        ("MovementPosition", "event", "movement_event"),
        ("MovementComplete", "outcome", "movement_outcome"),
        ("Call", "state", "call_state"),
    ):
        assert set(english[group]) == {
            code for owner, name, code in CODES if (owner, name) == (struct, field)
        }


def test_a_code_without_a_label_is_shown_as_it_is() -> None:
    assert phrase("answer", "NOTED").startswith("noted")
    assert phrase("answer", "SOMETHING") == "SOMETHING" == phrase("nothing", "SOMETHING")
    with pytest.raises(KeyError):
        catalogue("../en")


def test_the_sentence_is_the_specifications() -> None:
    assert NO_RECOGNITION.startswith(
        "Use of this line is no recognition, consent, alliance or cooperation; no entry is"
    )
    assert NO_RECOGNITION.endswith(
        "noting, silence, giving way and assistance create no right and no precedent."
    )
    assert list(codes_below(payload.Inner)) == []
