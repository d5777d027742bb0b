"""Every code has a label in every language, and each label leads back to its code alone (scenarios.md, AT34)."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from steerclear.procedure.line import Line
from steerclear.procedure.subject import Subject
from steerclear.speech.phrases import LANGUAGES, catalogue, code_of, phrase
from steerclear.speech.phrases.groups import literals, wanted

OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_can_be_said_has_a_label(language: str) -> None:
    known = catalogue(language)
    missing = [
        f"[{group}] {code}"
        for group, codes in wanted().items()
        for code in codes
        if not known.get(group, {}).get(code, "").strip()
    ]
    assert missing == [], f"add to speech/phrases/{language}.toml"


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_what_the_english_one_has(language: str) -> None:
    one, other = (
        {(group, code) for group, codes in catalogue(name).items() for code in codes}
        for name in ("en", language)
    )
    assert sorted(one - other) == [], f"add to speech/phrases/{language}.toml"
    assert sorted(other - one) == [], "add to speech/phrases/en.toml"


def test_a_label_leads_back_to_its_code_in_every_language() -> None:
    """Exact in each language, and so from each language into each other."""
    wrong = []
    for one, other in product(LANGUAGES, LANGUAGES):
        for group, codes in catalogue("en").items():
            for code in codes:
                heard = code_of(group, phrase(group, code, one), one)
                back = code_of(group, phrase(group, heard, other), other)
                if (heard, back) != (code, code):
                    wrong.append((one, other, group, code, heard, back))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_codes_of_a_group_have_one_label(language: str) -> None:
    for group, codes in catalogue(language).items():
        labels = [" ".join(label.casefold().split()) for label in codes.values()]
        assert sorted(set(labels)) == sorted(labels), (language, group)


def test_a_label_is_known_however_it_is_typed() -> None:
    label = phrase("stop", "x", "fr")
    assert label == "x"
    assert code_of("answer", "  NOUS  avons une question ", "fr") == "QUERY"
    assert code_of("answer", "QUERY", "ru") == "QUERY"
    with pytest.raises(KeyError):
        code_of("answer", "у нас вопрос?", "ru")
    with pytest.raises(KeyError):
        code_of("answer", phrase("answer", "QUERY", "ru"), "fr")


def test_the_banner_stands_in_every_language() -> None:
    for language, mode in product(LANGUAGES, ("EXERCISE", "TEST")):
        assert "EXERCISE EXERCISE EXERCISE" in phrase("mode", mode, language)


def test_what_no_language_knows_stays_the_code() -> None:
    assert phrase("mark", "never-seen", "ar") == "never-seen"
    with pytest.raises(KeyError):
        catalogue("xx")
    with pytest.raises(KeyError):
        catalogue("../en")


SUBJECT = Path(__file__).resolve().parents[2] / "docs/reference/subject.md"


def _states() -> set[str]:
    """Every word that a state of a subject or of the line can be."""
    out: set[str] = set()
    waiting: list[Any] = [Subject, Line]
    seen: set[Any] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            if one not in seen:
                seen.add(one)
                for field in msgspec.structs.fields(one):
                    waiting.append(field.type)
                    if field.name in ("life", "state", "observed", "lost_hop", "home"):
                        out |= {word for words in literals(field.type) for word in words if word}
        else:
            waiting += [part for part in get_args(one) if part is not Ellipsis]
    return out


def test_every_state_has_a_label() -> None:
    assert sorted(_states() - set(catalogue()["state"])) == [], "add to [state] of each catalogue"


def test_every_mark_and_every_alarm_of_the_reference_has_a_label() -> None:
    text = SUBJECT.read_text(encoding="utf-8")
    marks = text.split("## `marks[]`")[1].split("\n#")[0]
    named = set(re.findall(r"`([a-z][a-z-]+)`", marks)) - {"identity"}
    assert len(named) > 40
    assert sorted(mark for mark in named if mark not in catalogue()["mark"] and "." not in mark) == []
    table = text.split("| rule | step")[-1] if "| rule | step" in text else text.split("## `alarms[]`")[1]
    rules = {
        rule
        for line in table.split("\n#")[0].splitlines()
        if line.startswith("| `")
        for rule in re.findall(r"`([a-z-]+)`", line.split("|")[1])
    }
    assert len(rules) > 15
    assert sorted(rules - set(catalogue()["alarm"])) == []
