"""What `show` and `rescue show` print: the card's lines, no integers of the wire; what an answer asks."""

from __future__ import annotations

from typing import Any

import pytest

from steerclear.cli.content import content_lines
from steerclear.cli.entry import _asking, _show_lines, asking_words
from steerclear.cli.evidence import _counted

POINT = {"form": "wgs84", "lat_e7": 414_141_414, "lon_e7": 214_141_414, "error_mm": 50_000}
A, B = "a" * 32, "b" * 32


def test_a_position_is_shown_in_degrees_dms_and_mgrs() -> None:
    lines = "\n".join(content_lines("assist.position", {"body": {"positions": [POINT]}}))
    assert "41°24'50.9\"N 021°24'50.9\"E" in lines
    assert "41.4141414 21.4141414 · MGRS 34T" in lines
    assert "414141414" not in lines and "lat_e7" not in lines


def test_inside_a_new_version_too_and_a_form_in_words_stays_as_it_is() -> None:
    mgrs = {"form": "mgrs", "text": "34TEM 34567 84937"}
    notice = {"name": "Clinic", "positions": [POINT, mgrs]}
    lines = content_lines("amend", {"body": {"kind": "site.notify", "notice": notice}})
    text = "\n".join(lines)
    assert "MGRS 34T" in text and "34TEM 34567 84937" in text and "Clinic" in text
    assert sum("· MGRS" in line for line in lines) == 1


@pytest.mark.parametrize("payload", [{"body": {"x": 1}}, {}, None, [1]])
def test_what_no_card_can_show_is_shown_as_it_is(payload: Any) -> None:
    assert content_lines("no.such.kind", payload)[0][0] in "{n["


def test_free_text_says_that_nobody_verified_it() -> None:
    lines = content_lines("reply", {"body": {"answer": "QUERY", "text": "Which channel?"}})
    assert "Which channel? (unverified until a linguist confirms it)" in lines[-1]


class _Who:
    """Answers with one reply."""

    def __init__(self, body: Any) -> None:
        self.body = body

    def get(self, path: str) -> dict[str, Any]:
        assert path.endswith("c" * 64)
        return {"payload": {"body": self.body} if self.body is not None else None}


def addressee(answer: str) -> dict[str, Any]:
    return {"party": B, "informed": True, "state": "answered", "answer": answer, "answer_id": "c" * 64} | {
        "dissemination": {"state": "none"}
    }


def subject(answer: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "d" * 64,
        "kind": "movement.notify",
        "title": "movement",
        "life": "released",
        "author": A,
        "version": "d" * 64,
        "area": None,
        "overlap": None,
        "addressees": [addressee(answer)],
        "alarms": [],
        "missing": [],
        "movement": None,
        "title_words": None,
    } | more


def test_what_a_query_asks_is_told_to_the_author() -> None:
    body = {"answer": "QUERY", "text": "Which channel?", "fields": ["monitored"]}
    assert _asking(_Who(body), subject("QUERY")) == {"c" * 64: "Which channel?; monitored"}
    assert _asking(_Who({"answer": "QUERY"}), subject("QUERY")) == {}
    assert _asking(_Who(None), subject("QUERY")) == {}, "not addressed to us: nothing is made up"
    assert _asking(_Who(body), subject("NOTED")) == {}, "a plain answer asks nothing"
    assert asking_words(None) == "" and asking_words({"reason": "busy"}) == "busy"


def view() -> dict[str, Any]:
    row = {
        "id": "d" * 64,
        "kind": "movement.notify",
        "mode": "REAL",
        "precedence": "ROUTINE",
        "life_safety": False,
        "index": 1,
        "log": f"{A}/1",
        "author": A,
        "post": "watch-1",
        "released_ms": 0,
        "after_ms": None,
        "before_ms": None,
        "to": [],
        "delivered": {},
        "marks": [],
        "held": "held",
    }
    return {"row": row, "readback": "", "no_reply": [], "payload": {"body": {"name": "Convoy"}}}


def test_how_a_movement_stands_comes_before_what_it_said() -> None:
    moving = {
        "state": "under-way",
        "complete": False,
        "lacks": ["contact-test"],
        "last_report_ms": None,
        "overdue": ["gate"],
        "off_route_mm": 3_000_000,
    }
    asking = {"c" * 64: "Which gate?"}
    lines = _show_lines(view(), subject("QUERY", movement=moving), {}, A, asking)
    fate = next(i for i, line in enumerate(lines) if "OVERDUE" in line)
    said = next(i for i, line in enumerate(lines) if "Convoy" in line)
    assert fate < said
    assert any("asks: Which gate?" in line and "unverified" in line for line in lines)
    quiet = _show_lines(view(), subject("NOTED"), {}, A, {})
    assert not any("asks" in line or "OVERDUE" in line for line in quiet)


def test_a_kit_is_counted_by_what_is_in_it() -> None:
    assert _counted(2, 0) == "2 entries" and _counted(1, 0) == "1 entry"
    assert _counted(0, 1) == "1 whole span of a log" and _counted(3, 2) == "3 entries, 2 whole spans of logs"
    assert _counted(0, 0) == "0 entries"
