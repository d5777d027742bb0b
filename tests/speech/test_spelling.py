"""What is spoken letter by letter in one language is heard again exactly, and reads back in another (AT34)."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.speech import readback, serial, spelling
from steerclear.speech.phrases import LANGUAGES, catalogue

ANYTHING = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=20)


@given(ANYTHING, st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_spoken_and_heard_between_any_two_languages(text: str, one: str, other: str) -> None:
    heard = spelling.hear(spelling.say(text, one), one)
    assert heard == text
    assert spelling.hear(spelling.say(heard, other), other) == text


@given(st.text(readback.ALPHABET, min_size=4, max_size=4), st.sampled_from(LANGUAGES))
def test_a_read_back_code_in_each_language(code: str, language: str) -> None:
    assert readback.heard(spelling.hear(spelling.say(code, language), language)) == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_character_is_one_word_of_its_own(language: str) -> None:
    words = list(catalogue(language)["letter"].values())
    assert all(len(word.split()) == 1 for word in words)
    assert len({word.casefold() for word in words}) == len(words)


def test_english_words_are_icaos() -> None:
    spoken = catalogue("en")["letter"]
    assert {letter: spoken[letter] for letter in readback.SPOKEN} == readback.SPOKEN
    assert spelling.hear("alpha juliet three four nine", "ru") == "AJ349"


def test_groups_are_pauses_and_what_is_not_known_is_named() -> None:
    assert spelling.say("K7 AX") == "Kilo Seven, Alfa X-ray"
    with pytest.raises(Malformed, match="banana"):
        spelling.hear("kilo banana")
    with pytest.raises(Malformed, match="not-spelt"):
        spelling.say("é")


def test_a_serial_spoken_in_one_language_is_typed_in_another() -> None:
    made = serial.make("00112233445566778899aabbccddeeff", date(2026, 11, 22), 3)
    for one, other in product(LANGUAGES, LANGUAGES):
        heard = spelling.hear(spelling.say(made.text, one), one)
        assert serial.parse(spelling.hear(spelling.say(heard, other), other)) == made


@pytest.mark.parametrize("code", ["ALFA", "PAPA", "TREE", "XRAY"])
def test_a_code_that_is_spelt_like_a_word_is_a_code(code: str) -> None:
    assert readback.heard(code) == code
    assert readback.heard(readback.spoken(code)) == code
    with pytest.raises(Malformed):
        readback.heard("echo")
