"""A stop's ready text for each carrier and language: all that is known, exact figures, EXERCISE at both ends."""

from __future__ import annotations

from typing import get_args

import pytest
from speech_desk import draft

from steerclear.speech import form, readback, spelling
from steerclear.speech.check_digits import check
from steerclear.speech.kinds.common import Carrier
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.phrases import LANGUAGES, phrase
from steerclear.speech.reading import read_body
from steerclear.speech.ready_text import EXERCISE, SPOKEN, stop_text

CARRIERS = (*get_args(Carrier), "paper")


def body() -> Stop:
    made = draft("stop.toml")
    filled = form.filled("stop", made.inner, made.body)
    assert isinstance(filled, tuple) and isinstance(filled[1], Stop)
    return filled[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("carrier", CARRIERS)
def test_every_carrier_in_every_language_says_where_since_when_and_the_code(
    carrier: str, language: str
) -> None:
    text = stop_text(body(), carrier, mode="REAL", readback="K7AX", language=language)
    code = spelling.say("K7AX", language) if carrier in SPOKEN else "K7AX"
    since = (
        spelling.say("201355ZOCT26", language)
        if carrier in SPOKEN
        else f"201355ZOCT26 [{check('201355ZOCT26')}]"
    )
    assert code in text and since in text
    assert phrase("site_kind", "protected", language) in text
    assert phrase("ready", "pass_on", language) in text
    assert EXERCISE not in text


@pytest.mark.parametrize("carrier", CARRIERS)
def test_an_exercise_is_said_at_both_ends(carrier: str) -> None:
    text = stop_text(body(), carrier, mode="EXERCISE", language="ar")
    assert text.startswith(EXERCISE) and text.rstrip(".").endswith(EXERCISE)


def test_by_radio_it_is_said_twice() -> None:
    once, twice = (
        stop_text(body(), carrier, mode="REAL", language="ru") for carrier in ("telephone", "radio")
    )
    assert once.count("Прекратите") == 2 and twice.count("Прекратите") == 4
    assert twice.endswith("Приём.")


def test_what_is_not_known_holds_nothing_up() -> None:
    for nothing in (None, Stop(), {}):
        text = stop_text(nothing, "radio", mode="REAL", readback="K7AX")
        assert "Being hit: not known" in text and readback.spoken("K7AX") in text


def test_free_text_is_marked_where_it_is_written() -> None:
    text = stop_text(body(), "email", mode="REAL", language="fr")
    assert "Hospital at the northern edge of the town (texte libre, non vérifié)" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_read_in_one_language_is_the_same_code_in_each(language: str) -> None:
    """AT34: the coded fields of the same body, row by row."""
    made = body()
    import msgspec

    here, there = (read_body("stop", msgspec.to_builtins(made), one) for one in ("en", language))
    assert [(row.path, row.sort, row.check) for row in here] == [
        (row.path, row.sort, row.check) for row in there
    ]
    assert [row.value for row in here if row.sort != "code"] == [
        row.value for row in there if row.sort != "code"
    ]
