"""Sheets by their serials: what was never entered, what stands twice, pages."""

from __future__ import annotations

from datetime import date

from steerclear.speech import serial
from steerclear.views.paper import Sheet, paper, sheet_of

A, B = "a" * 32, "b" * 32
DAY = date(2026, 11, 22)


def row(party: str, number: int, entry: str, at: int = 0) -> Sheet:
    text = serial.make(party, DAY, number).text
    return sheet_of(text, party, entry, "stop", "paper", "", at)


def test_numbers_below_the_highest_that_are_not_entered() -> None:
    found = paper([row(A, 5, "a5"), row(A, 2, "a2"), row(B, 1, "b1")], "", 50)
    assert [(one.party, one.day, one.numbers) for one in found.not_entered] == [(A, "261122", (1, 3, 4))]
    assert paper([row(A, 1, "a1"), row(A, 2, "a2")], "", 50).not_entered == ()


def test_one_serial_twice_stands_side_by_side() -> None:
    found = paper([row(A, 1, "one", 2), row(A, 1, "two", 1), row(B, 1, "b1")], "", 50)
    assert [(one.entry, one.twice) for one in found.sheets] == [("two", True), ("one", True), ("b1", False)]


def test_pages() -> None:
    rows = [row(A, number, f"e{number}") for number in range(1, 8)]
    first = paper(rows, "", 3)
    rest = paper(rows, first.sheets[-1].entry, 50)
    assert (first.more, rest.more) == (True, False)
    assert [one.number for one in (*first.sheets, *rest.sheets)] == list(range(1, 8))


def test_a_serial_that_cannot_be_read_is_shown_as_it_came() -> None:
    found = sheet_of("54321-261122-003-00", A, "x", "stop", "voice", "", 0)
    assert (found.serial, found.number, found.day) == ("54321-261122-003-00", 0, "")
    assert paper([found], "", 50).not_entered == ()
