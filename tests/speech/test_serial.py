"""Serials of forms: made, read, and refused when a digit is wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from speech_desk import BLUE, RED, bent, draft, judged

from steerclear.errors import Malformed
from steerclear.speech import paper, payload, serial

DAY = date(2026, 10, 20)
OWN = serial.make(RED, DAY, 3)


@given(st.text("0123456789abcdef", min_size=32, max_size=32), st.integers(0, 30000), st.integers(1, 999))
def test_a_serial_comes_back(party: str, days: int, number: int) -> None:
    made = serial.make(party, date(2000, 1, 1) + timedelta(days), number)
    assert serial.parse(made.text) == made == serial.parse(made.text.replace("-", ""))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (OWN.text[:-1] + str((int(OWN.text[-1]) + 1) % 10), "wrong-check-digits"),
        (OWN.text[0] + OWN.text[2] + OWN.text[1] + OWN.text[3:], "wrong-check-digits"),
        (OWN.text[:-3], "bad-serial"),
        ("", "bad-serial"),
        (OWN.text.replace("0", "O", 1), "bad-serial"),
    ],
)
def test_a_wrong_serial_is_refused(text: str, rule: str) -> None:
    with pytest.raises(Malformed) as found:
        serial.parse(text)
    assert found.value.rule == rule


def test_no_day_and_no_number_are_none() -> None:
    for bad in (serial.Serial("54321", "261322", 1), serial.Serial("54321", "261122", 0)):
        with pytest.raises(Malformed, match="bad-serial"):
            serial.parse(bad.text)
    with pytest.raises(Malformed, match="serial-out-of-range"):
        serial.make(RED, DAY, 1000)


def _entered(**changes: str) -> list[str]:
    sheet = {"serial": OWN.text, "written": "2026-10-20T02:00:00Z"} | changes
    return [one.code for one in judged(bent(draft("stop.toml"), "inner.paper", sheet))]


def test_the_desk_takes_a_sheet_of_its_own_party_alone() -> None:
    assert _entered() == []
    assert _entered(source="voice") == []
    assert _entered(serial=serial.make(BLUE, DAY, 3).text) == ["form-of-another-party"]
    wrong = OWN.text[:-2] + f"{(int(OWN.text[-2:]) + 1) % 100:02d}"
    assert _entered(serial=wrong) == ["wrong-check-digits"]
    assert _entered(written="2026-10-20T23:00:00Z") == ["written-later"]


def test_what_arrives_with_a_wrong_serial_is_stored_and_marked() -> None:
    body = b'{"body":{},"inner":{"paper":{"serial":"%s"}}}'
    assert "wrong-check-digits" not in payload.read("stop", body % OWN.text.encode()).marks
    read = payload.read("stop", body % b"54321-261122-003-00")
    assert "wrong-check-digits" in read.marks
    assert read.inner is not None and read.inner.paper is not None


def test_check_digits_beside_figures() -> None:
    form = {"body": {"positions": ["36.2021 37.1343"], "since": "201402ZOCT26"}}
    from steerclear.speech.check_digits import check

    right = {"body.positions[0]": check("36.2021 37.1343"), "body.since": check("201402ZOCT26")}
    assert paper.checked(form, right) == []
    form["body"]["positions"] = ["36.2012 37.1343"]
    assert [(one.code, one.field) for one in paper.checked(form, right)] == [
        ("wrong-check-digits", "body.positions[0]")
    ]
    assert [one.code for one in paper.checked(form, {"body.place": "11"})] == ["nothing-there"]
