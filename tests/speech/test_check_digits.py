"""Check digits: what they must find, by property (ISO/IEC 7064, MOD 97-10; docs/adr/0013-check-digits.md)."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.speech.check_digits import check, holds

FIGURES = st.text("0123456789", min_size=1, max_size=40)


def test_a_known_figure() -> None:
    """The worked example of the standard's hybrid of letters: 794 gets 44."""
    assert check("794") == "44"
    assert holds("794", "44")
    assert holds("7 9-4", "44")


@given(FIGURES)
def test_its_own_digits_hold_and_no_others(text: str) -> None:
    right = check(text)
    assert [two for two in range(100) if holds(text, f"{two:02d}")] == [int(right)]


@given(FIGURES, st.integers(0, 39), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(text: str, place: int, by: int) -> None:
    whole = text + check(text)
    at = place % len(whole)
    other = whole[:at] + str((int(whole[at]) + by) % 10) + whole[at + 1 :]
    assert not holds(other[:-2], other[-2:])


@given(FIGURES, st.integers(0, 41), st.integers(0, 41))
def test_every_exchange_of_two_digits_is_found(text: str, one: int, two: int) -> None:
    whole = list(text + check(text))
    one, two = one % len(whole), two % len(whole)
    assume(whole[one] != whole[two])
    whole[one], whole[two] = whole[two], whole[one]
    other = "".join(whole)
    assert not holds(other[:-2], other[-2:])


@given(FIGURES, st.integers(0, 39), st.integers(0, 9), st.integers(1, 9))
def test_a_double_digit_heard_as_another_is_found(text: str, place: int, digit: int, by: int) -> None:
    at = place % (len(text) + 1)
    said = text[:at] + str(digit) * 2 + text[at:]
    heard = text[:at] + str((digit + by) % 10) * 2 + text[at:]
    assert not holds(heard, check(said))


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=20), st.integers(0, 19), st.integers(1, 25))
def test_every_single_wrong_letter_is_found(text: str, place: int, by: int) -> None:
    at = place % len(text)
    letter = chr((ord(text[at]) - 65 + by) % 26 + 65)
    assert not holds(text[:at] + letter + text[at + 1 :], check(text))


@pytest.mark.parametrize("digits", ["", "4", "444", "4x", "٤٤", "-1"])
def test_what_are_no_check_digits(digits: str) -> None:
    assert not holds("794", digits)


def test_nothing_has_no_check_digits() -> None:
    with pytest.raises(Malformed, match="nothing-to-check"):
        check(" -.")
    assert not holds("", "01")
