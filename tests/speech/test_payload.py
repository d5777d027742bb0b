"""The payload: byte-exact both ways, and whatever arrives is read as far as it can be, never raising."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from speech_desk import bent, draft

from steerclear.errors import Malformed
from steerclear.record import jcs
from steerclear.speech import form, payload
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.payload import MAX_PAYLOAD, Inner
from steerclear.speech.samples import examples
from steerclear.speech.table import spoken

KINDS = [row.name for row in spoken()]


def wire(name: str) -> tuple[str, dict[str, Any]]:
    made = draft(name)
    return made.kind, {"inner": made.inner, "body": made.body}


@pytest.mark.parametrize("name", examples())
def test_what_is_encoded_is_read_back_and_encoded_again(name: str) -> None:
    made = draft(name)
    filled = form.filled(made.kind, made.inner, made.body)
    assert isinstance(filled, tuple)
    data = payload.encode(made.kind, *filled)
    back = payload.read(made.kind, data)
    assert (back.inner, back.body) == filled
    assert set(back.marks) <= {"incomplete"}
    assert payload.encode(made.kind, back.inner, back.body) == data
    assert jcs.dumps(jcs.loads(data)) == data


def test_a_payload_over_the_limit_is_refused_and_one_at_the_limit_is_not() -> None:
    def flight(texts: int) -> Any:
        return form.filled(
            "area.reply", {}, {"answer": "provided", "areas": ["a" * 64] * 500, "text": "x" * texts}
        )

    assert len(payload.encode("area.reply", *flight(4000))) < MAX_PAYLOAD
    body = form.filled("amend", {}, {"kind": "stop", "notice": {"text": "x" * (MAX_PAYLOAD - 60)}})
    exact = len(payload.encode("amend", *body))
    body = form.filled(
        "amend", {}, {"kind": "stop", "notice": {"text": "x" * (MAX_PAYLOAD - 60 + MAX_PAYLOAD - exact)}}
    )
    assert len(payload.encode("amend", *body)) == MAX_PAYLOAD
    body = form.filled(
        "amend", {}, {"kind": "stop", "notice": {"text": "x" * (MAX_PAYLOAD - 59 + MAX_PAYLOAD - exact)}}
    )
    with pytest.raises(Malformed, match="payload-too-large"):
        payload.encode("amend", *body)


def test_only_the_kind_and_its_body_go_together() -> None:
    with pytest.raises(Malformed, match="wrong-body"):
        payload.encode("receipt", Inner(), Stop())
    with pytest.raises(Malformed, match="unknown-kind"):
        payload.encode("timer.fired", Inner(), Stop())


# ---- arrival


def arrived(kind: str, body: Any, inner: Any = None) -> payload.Read:
    return payload.read(kind, jcs.dumps({"inner": inner or {}, "body": body}))


def test_unknown_fields_are_kept_in_raw_and_marked() -> None:
    kind, tables = wire("stop.toml")
    tables["body"]["callsign"] = "x"
    tables["body"]["positions"][0]["datum"] = "y"
    tables["more"] = 1
    read = payload.read(kind, jcs.dumps(tables))
    assert read.marks == ("unknown-fields",)
    assert {path for _, path in read.faults} == {"more", "body.callsign", "body.positions[0].datum"}
    assert read.raw is not None and read.raw["body"]["callsign"] == "x"
    assert read.body.since == "2026-10-20T13:55:00Z" and len(read.body.positions) == 2


def test_one_bad_field_does_not_hide_the_rest_of_a_stop() -> None:
    kind, tables = wire("stop.toml")
    tables["body"] |= {"since": 7, "going_on": "yes"}
    tables["body"]["positions"][1] = 5
    read = payload.read(kind, jcs.dumps(tables))
    assert "malformed" in read.marks and "incomplete" in read.marks
    assert read.body.site_kind == "protected" and read.body.since is None and len(read.body.positions) == 1
    malformed = {path for mark, path in read.faults if mark == "malformed"}
    assert malformed == {"body.since", "body.going_on", "body.positions[1]"}


def test_a_time_without_a_zone_is_marked_and_kept() -> None:
    read = arrived("stop", {"since": "2026-10-20T13:55:00"})
    assert "no-zone" in read.marks and read.body.since == "2026-10-20T13:55:00"
    assert "no-zone" not in arrived("stop", {"since": "2026-10-20T13:55:00Z"}).marks
    assert ("malformed", "body.since") in arrived("stop", {"since": "noon"}).faults
    assert ("no-zone", "inner.valid_from") in arrived(
        "stop", {}, {"valid_from": "2026-10-20T13:55:00"}
    ).faults


def test_two_upper_limits_are_marked_and_kept() -> None:
    one, other = {"value": 320, "unit": "fl", "ref": "STD"}, {"value": 530, "unit": "fl", "ref": "STD"}
    made = bent(draft("activity.hazard.toml"), "body.volumes[0].upper", [one, other])
    read = arrived("activity.hazard", made.body)
    assert read.faults == (("two-limits", "body.volumes[0].upper"),)
    assert [limit.value for limit in read.body.volumes[0].upper] == [320, 530]


def test_a_window_that_ends_before_it_starts_and_one_without_a_zone() -> None:
    made = bent(draft("activity.hazard.toml"), "body.volumes[0].end", "2026-11-10T06:00:00")
    assert arrived("activity.hazard", made.body).marks == ("no-zone", "inconsistent")
    made = bent(draft("activity.hazard.toml"), "body.volumes[0].end", "never")
    assert arrived("activity.hazard", made.body).marks == ("malformed",)


def test_two_forms_of_a_position_that_disagree_are_marked() -> None:
    far = bent(draft("stop.toml"), "body.positions[1].text", "41°25'00\"N 019°49'07\"E")
    assert arrived("stop", far.body).marks == ("inconsistent",)
    assert arrived("stop", draft("stop.toml").body).marks == ()


def test_what_has_no_meaning_without_its_answer_has_no_body() -> None:
    assert arrived("reply", {"reason": "x"}).body is None
    assert arrived("reply", {"reason": "x"}).marks == ("malformed",)
    assert arrived("reply", {"answer": "APPROVED"}).body is None


def test_the_version_inside_an_amend_is_read_as_its_own_kind() -> None:
    made = draft("amend.toml")
    read = arrived("amend", made.body)
    assert read.marks == () and type(read.notice).__name__ == "Flight"
    broken = arrived("amend", {**made.body, "notice": {"aircraft_class": "x", "transponder": "on"}})
    assert broken.notice.transponder == "on" and "malformed" in broken.marks and "incomplete" in broken.marks
    assert ("incomplete", "body.notice.volumes") in broken.faults
    assert arrived("amend", {"kind": "receipt", "notice": {}}).notice is None


def test_a_kind_that_is_not_known_is_kept_whole() -> None:
    read = payload.read("site.closed", jcs.dumps({"inner": {"office": "x"}, "body": {"name": "y"}}))
    assert read.marks == ("unknown-kind",) and read.body is None
    assert read.inner == Inner(office="x") and read.raw == {"inner": {"office": "x"}, "body": {"name": "y"}}


@given(st.sampled_from(KINDS), st.binary(max_size=200))
def test_any_bytes(kind: str, data: bytes) -> None:
    assert isinstance(payload.read(kind, data), payload.Read)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=12),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=12), below, max_size=4),
    max_leaves=20,
)


@given(st.sampled_from(KINDS), JSON, JSON)
def test_any_canonical_json(kind: str, inner: Any, body: Any) -> None:
    read = arrived(kind, body, inner)
    assert read.raw == {"inner": inner or {}, "body": body}


def every_path(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    here = [path] if path else []
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return here + [found for step, below in entries for found in every_path(below, (*path, step))]


@given(st.data())
def test_an_example_with_any_value_anywhere_is_read_or_marked(data: st.DataObject) -> None:
    kind, tables = wire(data.draw(st.sampled_from(sorted(examples()))))
    path = data.draw(st.sampled_from(every_path(tables)))
    here: Any = tables
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = data.draw(JSON)
    raw = jcs.dumps(tables)
    read = payload.read(kind, raw)
    assert read.raw is not None and jcs.dumps(read.raw) == raw
    filled = (
        form.filled(kind, tables["inner"], tables["body"]) if isinstance(tables.get("body"), dict) else []
    )
    if isinstance(filled, tuple):
        assert (read.inner, read.body) == filled
    else:
        assert read.marks
