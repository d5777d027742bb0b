"""Every sentence on a screen has a key, and every key a text in four languages with the same parameters."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import steerclear
from steerclear.english import an, counted
from steerclear.procedure.worded import fields
from steerclear.speech import texts
from steerclear.speech.phrases import LANGUAGES, RIGHT_TO_LEFT, catalogue
from steerclear.speech.texts import Hole, parts

OTHERS = [language for language in LANGUAGES if language != "en"]
SOURCE = Path(steerclear.__file__).parent
ENDINGS = ("-us", "-raiser")
PARTS = ("text", "consequence", "action")


def holes(text: str) -> dict[str, tuple[str, str]]:
    """Parameter → its format; of a plural the forms are the language's own."""
    found = [part for part in parts(text) if isinstance(part, Hole)]
    return {one.name: (one.form, "" if one.form == "plural" else one.more) for one in found}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_key(language: str) -> None:
    english, other = set(texts.catalogue()), set(texts.catalogue(language))
    assert sorted(english - other) == [], f"add to speech/texts/{language}"
    assert sorted(other - english) == [], "add to speech/texts/en"


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_takes_the_same_parameters_in_every_language(language: str) -> None:
    """By name. A number may be told by a plural in one language and as a figure in another."""
    wrong = []
    for key, text in texts.catalogue().items():
        one, other = holes(text), holes(texts.catalogue(language)[key])
        plain = ({**one}, {**other})
        for forms in plain:
            forms.update({name: ("number", "") for name, form in forms.items() if form[0] == "plural"})
        if plain[0] != plain[1]:
            wrong.append((key, one, other))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_formats_groups_and_plural_forms_are_known(language: str) -> None:
    for key, text in texts.catalogue(language).items():
        for hole in (part for part in parts(text) if isinstance(part, Hole)):
            assert hole.form in texts.FORMATS, key
            if hole.form == "label":
                assert hole.more in catalogue(language), (key, hole.more)
            if hole.form == "plural":
                have = {form.partition("=")[0] for form in hole.more.split("|")}
                assert {texts.category(n, language) for n in range(130)} | {"other"} <= have, key
        left = "".join(part for part in parts(text) if isinstance(part, str))
        assert "{" not in left and "}" not in left, key


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_none_of_the_english(language: str) -> None:
    same = [
        key
        for key, text in texts.catalogue().items()
        if re.search(r"[a-z]{3,} [a-z]{3,}", re.sub(r"\{[^}]*\}", "", text))
        and texts.catalogue(language)[key] == text
    ]
    assert same == []


def literals() -> set[str]:
    """Every string in the source that may be a key."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_key_that_the_source_names_exists_and_none_lies_idle() -> None:
    files = {key.partition(".")[0] for key in texts.catalogue()}
    named = {
        one
        for one in literals()
        if one.partition(".")[0] in files
        and not one.endswith((".md", ".lock"))
        and re.fullmatch(r"[a-z]+(\.[a-z0-9_-]+)+", one)
    }
    keys = set(texts.catalogue())
    assert sorted(one for one in named if one not in keys and f"{one}.text" not in keys) == []
    idle = []
    for key in keys:
        bare = key.rpartition(".")[0] if key.rpartition(".")[2] in PARTS else key
        plain = next((bare.removesuffix(end) for end in ENDINGS if bare.endswith(end)), bare)
        if not {key, bare, plain} & named:
            idle.append(key)
    assert sorted(idle) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alarm_has_its_three_lines(language: str) -> None:
    keys = texts.catalogue(language)
    alarms = {key.rpartition(".")[0] for key in keys if key.endswith((".consequence", ".action"))}
    assert len(alarms) > 40
    assert [one for one in sorted(alarms) for part in PARTS if f"{one}.{part}" not in keys] == []
    assert [one for one in sorted(alarms) if not keys[f"{one}.text"] or not keys[f"{one}.action"]] == []


def test_what_a_text_holds_is_shown_by_its_format() -> None:
    words = {"party": "Red", "until": 1_476_972_300_000, "left": 300_000}
    assert texts.say("alarms.hold-ending.text", words) == (
        "Red holds for 5 min more at most, until 201405ZOCT16, and has not renewed."
    )
    said = texts.say("alarms.hold-ending.text", words, "ru")
    assert "5 мин" in said and "201405ZOCT16" in said and "Red" in said
    with pytest.raises(KeyError):
        texts.say("alarms.hold-ending.text", {"party": "Red"})
    with pytest.raises(KeyError):
        texts.say("alarms.never-there", {})
    with pytest.raises(KeyError):
        texts.catalogue("xx")


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 вызов "), (2, "2 вызова "), (5, "5 вызовов "), (21, "21 вызов "), (111, "111 вызовов ")],
)
def test_numbers_follow_the_plural_rules_of_the_language(count: int, words: str) -> None:
    assert texts.say("tasks.radio-cell-line", {"times": count, "parties": ["Red"]}, "ru").startswith(words)
    english = texts.say("tasks.radio-cell-line", {"times": count, "parties": ["Red"]})
    assert english.startswith(f"{count} call " if count == 1 else f"{count} calls ")


def test_texts_and_codes_inside_a_text_are_of_its_language() -> None:
    words = {
        "author": "Red",
        "departs": 0,
        "lacks": [texts.text("tasks.part.lacks-origin"), texts.text("tasks.part.lacks-units-us")],
    }
    assert texts.say("alarms.not-ready.text", words, "fr").endswith(
        "il manque : un rappel de celui qui l'a annoncé, nos unités."
    )
    asked = {"author": "Red", "fields": [texts.code("field", "since")]}
    assert catalogue("ru")["field"]["since"] in texts.say("tasks.ask-missing", asked, "ru")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (counted(1, "entry", "entries"), "1 entry"),
        (counted(0, "entry", "entries"), "0 entries"),
        (counted(2, "file"), "2 files"),
        (an("activity.flight"), "an activity.flight"),
        (an("stop"), "a stop"),
    ],
)
def test_english_has_its_plural_and_its_article(said: str, words: str) -> None:
    assert said == words


@given(st.sampled_from(sorted(texts.catalogue("ar"))), st.sampled_from(RIGHT_TO_LEFT))
def test_values_are_isolated_where_it_is_written_from_right_to_left(key: str, language: str) -> None:
    names = holes(texts.catalogue()[key])
    values = {"plural": 3, "number": 3, "span": 60_000, "time": 0, "utc": 0}
    labels = {name: next(iter(catalogue()[more])) for name, (form, more) in names.items() if form == "label"}
    words = {name: labels.get(name, values.get(form, "Abc-1")) for name, (form, _) in names.items()}
    said = texts.say(key, words, language)
    assert said.count("\u2068") == said.count("\u2069")
    plain = [name for name, (form, _) in names.items() if form in ("", "id", "time")]
    assert all(
        f"\u2068{'010000ZJAN70' if names[name][0] == 'time' else words[name]}\u2069" in said for name in plain
    )
    assert "\u2068" not in texts.say(key, words, "en")


def test_what_is_missing_is_named_by_its_fields_in_each_language() -> None:
    paths = ("notice.volumes[0].lower", "positions[1]", "speed_mm_s or squawk")
    said = texts.say("tasks.say-missing", {"fields": fields(paths)})
    label = catalogue()["field"]
    either = f"{label['speed_mm_s']} or {label['squawk']}"
    assert said.endswith(f": {label['lower']}, a second form of {label['positions']}, {either}.")
    for language in OTHERS:
        told = texts.say("tasks.say-missing", {"fields": fields(paths)}, language)
        assert all(catalogue(language)["field"][name] in told for name in ("lower", "positions", "squawk"))
