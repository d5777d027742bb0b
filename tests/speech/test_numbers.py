"""Parameters, read-back codes, release and lead times: the numbers of messages.md."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from speech_desk import NOW, PARAMETERS, bent, draft, facts_of

from steerclear.errors import Malformed
from steerclear.speech import form, late, readback, terms
from steerclear.speech.parameters import Minimum, Parameters
from steerclear.speech.payload import Inner
from steerclear.units import format_time

MIN, HOUR = 60_000, 3_600_000

# ---- parameters


def test_the_defaults_are_those_of_the_specification() -> None:
    made = Parameters()
    assert (made.flight_planned_lead_ms, made.flight_same_day_lead_ms) == (24 * HOUR, 2 * HOUR)
    assert (made.flight_late_ms, made.immediate_lead_ms, made.danger_lead_ms) == (
        60 * MIN,
        10 * MIN,
        72 * HOUR,
    )
    assert (made.heartbeat_ms, made.degraded_after_ms, made.silent_after_ms) == (20_000, 60_000, 5 * MIN)
    assert (made.hop_alternates_ms, made.hop_senior_ms, made.hop_capitals_ms) == (60_000, 3 * MIN, 5 * MIN)
    assert (made.stop_agree_mm, made.area_agree_mm) == (500_000, 5_000_000)
    assert (made.ring_call_mm, made.ring_contact_mm) == (22_224_000, 12_964_000)
    assert made.agreed_zone_mm == 55_000_000
    assert (made.intercept_least_mm, made.intercept_first_lateral_mm) == (200_000, 304_800)
    from_line = {row.a: row.horizontal_mm // 1_000_000 for row in made.minima if row.b == "coordination_line"}
    assert from_line == {"fixed_wing": 20, "tanker_airlift": 20, "rotary": 10, "unmanned": 10, "balloon": 25}
    assert (made.near_miss_mm, made.near_miss_tmm) == (152_400, 304_800)
    assert made.guard_hz == (121_500_000, 243_000_000) and made.give_way == ()


def test_round_trip_and_hash() -> None:
    made = Parameters.from_dict({"relay_ms": 5, "minima": [{"a": "ship", "b": "ship", "horizontal_mm": 9}]})
    assert Parameters.from_dict(made.to_dict()) == made
    assert made.hash == Parameters.from_dict(made.to_dict()).hash != Parameters().hash
    assert Parameters.from_dict({"relay_ms": 900_000}).hash == Parameters().hash


def test_an_agreement_overrides_the_genesis_and_leaves_the_rest() -> None:
    genesis = Parameters.from_dict({"heartbeat_ms": 86_400_000, "relay_ms": 7})
    made = Parameters.from_dict({"relay_ms": 8}, genesis)
    assert (made.heartbeat_ms, made.relay_ms) == (86_400_000, 8)


@pytest.mark.parametrize(
    ("values", "rule", "field"),
    [
        ({"heartbeat": 1}, "unknown-parameter", "parameters.heartbeat"),
        ({"heartbeat_ms": 999}, "bad-parameter", "parameters.heartbeat_ms"),
        ({"heartbeat_ms": "20 s"}, "bad-parameter", "parameters.heartbeat_ms"),
        ({"heartbeat_ms": 20000.0}, "bad-parameter", "parameters.heartbeat_ms"),
        ({"minima": [{"a": "tank"}]}, "bad-parameter", "parameters.minima[0].a"),
        ({"give_way": ["medical", "medical"]}, "give-way-twice", "parameters.give_way"),
        (
            {"minima": [{"a": "ship", "b": "*"}, {"a": "*", "b": "ship"}]},
            "minimum-twice",
            "parameters.minima",
        ),
        (
            {"channels": [{"number": 1, "hz": 5}, {"number": 1, "hz": 6}]},
            "channel-twice",
            "parameters.channels",
        ),
        ({"silent_after_ms": 59_000}, "silent-before-degraded", "parameters.silent_after_ms"),
        ([], "bad-parameter", "parameters"),
    ],
)
def test_bad_parameters_are_refused_by_name(values: object, rule: str, field: str) -> None:
    with pytest.raises(Malformed) as caught:
        Parameters.from_dict(values)
    assert (caught.value.rule, caught.value.field) == (rule, field) and caught.value.remedy


def test_the_row_that_names_both_classes_decides() -> None:
    rows = (
        Minimum(horizontal_mm=1, time_ms=9),
        Minimum(a="rotary", b="*", horizontal_mm=2),
        Minimum(a="*", b="ship", horizontal_mm=3, vertical_tmm=4),
        Minimum(a="ship", b="fixed_wing", horizontal_mm=5),
    )
    made = Parameters(minima=rows)
    assert (
        made.minima_for("fixed_wing", "ship")
        == made.minima_for("ship", "fixed_wing")
        == Minimum(horizontal_mm=5)
    )
    assert made.minima_for("rotary", "ship") == Minimum(horizontal_mm=3, vertical_tmm=4)
    assert made.minima_for("balloon", "hazard") == Minimum(horizontal_mm=1, time_ms=9)
    assert Parameters().minima_for("coordination_line", "rotary").horizontal_mm == 10_000_000
    assert Parameters().minima_for("fixed_wing", "fixed_wing") == Minimum()


def test_equal_terms_are_one_agreement() -> None:
    made = draft("agreement.toml")
    body = form.filled("agreement", {}, made.body)[1]
    other = form.filled("agreement", {}, bent(made, "body.reason", "each says why").body)[1]
    changed = form.filled("agreement", {}, bent(made, "body.parameters.relay_ms", 1).body)[1]
    assert terms.terms_hash(body) == terms.terms_hash(other) != terms.terms_hash(changed)
    assert terms.parameters_of(body, Parameters()).relay_ms == 10 * MIN
    assert [end - start for start, end in terms.periods_ms(body)] == [7 * 24 * HOUR]


# ---- read-back codes

COMMITMENT = "ab" * 32


def test_a_code_is_what_the_specification_says() -> None:
    digest = hashlib.sha256(b"steerclear/readback/v1\n" + bytes(16) + bytes.fromhex(COMMITMENT)).digest()
    number = int.from_bytes(digest, "big")
    assert len(readback.ALPHABET) == 24 and not set(readback.ALPHABET) & set("B8G6I1O0S5Z2")
    expected = "".join(readback.ALPHABET[number // 24**i % 24] for i in range(4))
    assert readback.code(bytes(16), COMMITMENT) == expected


@given(st.binary(min_size=16, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_code_survives_being_spoken(salt: bytes, commitment: bytes) -> None:
    made = readback.code(salt, commitment.hex())
    assert readback.heard(readback.spoken(made)) == made == readback.heard(" ".join(made.lower()))


def test_only_who_has_the_salt_knows_the_code() -> None:
    codes = {readback.code(bytes([i]) * 16, COMMITMENT) for i in range(64)}
    assert len(codes) > 60


@pytest.mark.parametrize("text", ["", "K7A", "K7AXX", "O0I1", "kilo seven alfa", "kilo seven alfa zulu"])
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(Malformed, match="not-a-read-back-code"):
        readback.heard(text)


@pytest.mark.parametrize(
    ("salt", "commitment"), [(bytes(15), COMMITMENT), (bytes(16), "ab"), (bytes(16), "zz" * 32)]
)
def test_a_code_needs_salt_and_commitment(salt: bytes, commitment: str) -> None:
    with pytest.raises(Malformed):
        readback.code(salt, commitment)


def test_which_version_a_code_names() -> None:
    versions = [("one", "K7AX"), ("two", "C4NP")]
    assert readback.version_of("charlie four november papa", versions) == "two"
    assert readback.version_of("K7AX", versions) == "one"
    assert readback.version_of("K7AW", versions) is None


def test_the_count_stays_committed_and_the_word_goes_out() -> None:
    assert readback.word_for(0, 7, headquarters=False) == "none"
    assert readback.word_for(0, 7, headquarters=True) == "headquarters"
    assert readback.word_for(6, 7, headquarters=True) == "part"
    assert readback.word_for(7, 7, headquarters=True) == "all"
    assert readback.word_for(0, 0, headquarters=True) == "headquarters"
    assert readback.count_commitment(6, 7, bytes(16)) != readback.count_commitment(7, 7, bytes(16))
    with pytest.raises(Malformed, match="impossible-count"):
        readback.count_commitment(8, 7, bytes(16))


# ---- lead times


def lead(minutes: float, name: str = "activity.flight-unmanned.toml", **values: object) -> late.Lead | None:
    made = draft(name)
    made = bent(made, "body.volumes[0].start", format_time(NOW + int(minutes * MIN)))
    for path, value in values.items():
        made = bent(made, f"body.{path}", value)
    return late.lead(form.filled(made.kind, {}, made.body)[1], Inner(), NOW, PARAMETERS)


@pytest.mark.parametrize(
    ("minutes", "planning", "is_late", "immediate"),
    [
        (24 * 60, "planned", False, False),
        (24 * 60 - 1, "planned", True, False),
        (120, "same_day", False, False),
        (119, "same_day", True, False),
        (60, None, False, False),
        (59, None, True, False),
        (59, "dynamic", True, False),
        (10, None, True, False),
        (9.9, None, True, True),
        (-5, None, True, True),
    ],
)
def test_a_flight_is_late(minutes: float, planning: str | None, is_late: bool, immediate: bool) -> None:
    found = lead(minutes, planning=planning)
    assert found is not None and (found.late, found.immediate) == (is_late, immediate)
    assert found.lead_ms == int(minutes * MIN)


NOTAM = [{"system": "NOTAM", "number": "A1234/26"}]
NAVAREA = [{"system": "NAVAREA", "number": "III 0451/26"}]


@pytest.mark.parametrize(
    ("danger", "published", "hours", "is_late", "under_advised"),
    [
        ("firing", [], 120, False, False),
        ("firing", [], 119.9, False, True),
        ("firing", [], 72, False, True),
        ("firing", [], 71.9, True, False),
        ("firing", NAVAREA, 71.9, True, False),
        ("firing", NOTAM, 120, False, False),
        ("firing", NOTAM, 48, False, True),
        ("firing", [*NAVAREA, *NOTAM], 47.9, True, False),
        ("launch", [], 24, False, False),
        ("launch", NOTAM, 23.9, True, False),
    ],
)
def test_a_danger_area_owes_three_days_48_h_with_a_notam_and_a_launch_one_day(
    danger: str, published: list[object], hours: float, is_late: bool, under_advised: bool
) -> None:
    """Shorter than the five days advised is in time, and says so."""
    found = lead(hours * 60, "activity.hazard.toml", danger=danger, published=published)
    assert found is not None and (found.late, found.under_advised) == (is_late, under_advised)


@pytest.mark.parametrize(("hours", "marks"), [(120, ()), (72, ("under-advised",)), (71, ("late",))])
def test_the_desk_says_what_falls_short_of_the_advice(hours: int, marks: tuple[str, ...]) -> None:
    from steerclear.speech import desk

    made = bent(draft("activity.hazard.toml"), "body.volumes[0].start", format_time(NOW + hours * 60 * MIN))
    made = bent(made, "body.published", NAVAREA)
    _, body = form.filled(made.kind, {}, made.body)
    found = desk.marks(made.kind, facts_of(made), Inner(), body, PARAMETERS, NOW)
    assert tuple(mark for mark in found if mark in ("late", "under-advised")) == marks


def test_without_volumes_the_validity_counts() -> None:
    made = draft("activity.flight-incomplete.toml")
    body = form.filled(made.kind, made.inner, made.body)[1]
    inner = Inner(valid_from=format_time(NOW + 59 * MIN))
    assert late.lead(body, inner, NOW, PARAMETERS) == (59 * MIN, 60 * MIN, True, False, 0)
    assert late.lead(body, Inner(), NOW, PARAMETERS) is None


def test_what_owes_no_lead_time_is_never_late() -> None:
    assert lead(1, "area.declare-broad.toml") is None
    assert lead(1, "activity.voyage.toml") is None


def test_immediate_is_asked_for_and_settled() -> None:
    from speech_desk import judged

    from steerclear.speech import desk

    made = bent(draft("activity.flight.toml"), "body.volumes[0].start", format_time(NOW + 5 * MIN))
    assert [fault.code for fault in judged(made)] == ["precedence-too-low"]
    facts = facts_of(made, precedence="IMMEDIATE")
    assert judged(made, facts) == []
    filled = form.filled(made.kind, {}, made.body)
    assert (
        desk.settle(made.kind, replace(facts, precedence="ROUTINE"), *filled, PARAMETERS, NOW).precedence
        == "IMMEDIATE"
    )
    assert desk.marks(made.kind, facts, *filled, PARAMETERS, NOW) == ("late",)


def test_a_danger_area_above_the_cap_is_marked_not_refused() -> None:
    from speech_desk import judged

    from steerclear.speech import desk

    def marks(radius_mm: int) -> tuple[str, ...]:
        made = bent(draft("activity.hazard.toml"), "body.volumes[0].outline.radius_mm", radius_mm)
        assert judged(made) == []
        return desk.marks(made.kind, facts_of(made), *form.filled(made.kind, {}, made.body), PARAMETERS, NOW)

    assert marks(170_000_000) == ()
    assert marks(180_000_000) == ("excessive",)
