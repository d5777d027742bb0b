"""Cards and forms: the banner at both ends, what is readable from right to left, the same bytes each time."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import msgspec
import pytest
import typst

from steerclear.procedure.free_text import Confirmed, FreeText
from steerclear.speech import form
from steerclear.speech.authoring import Draft, from_file
from steerclear.speech.phrases import LANGUAGES, phrase
from steerclear.speech.samples import examples
from steerclear.speech.serial import Serial
from steerclear.speech.table import spoken
from steerclear.views import card_pdf, forms
from steerclear.views.card import EXERCISE, Card, card_of, text
from steerclear.views.entries import EntryRow, EntryView

pytestmark = pytest.mark.slow

A, B = "a" * 32, "b" * 32
ENTRY = "ab" * 32
SERIAL = Serial("11530", "261020", 3).text


def body_of(name: str) -> tuple[str, Any]:
    made = from_file(examples()[name], "." + name.rpartition(".")[2])
    assert isinstance(made, Draft)
    filled = form.filled(made.kind, made.inner, made.body)
    assert isinstance(filled, tuple)
    return made.kind, msgspec.to_builtins(filled[1])


def card(name: str = "stop.toml", language: str = "en", mode: str = "EXERCISE", *texts: FreeText) -> Card:
    kind, body = body_of(name)
    times = (1_476_972_240_000, None, None)
    row = EntryRow(
        *(ENTRY, f"{A}/1", 3, 4, kind, A, "watch", mode, kind == "stop", "FLASH", times[0], (B,), ()),
        *("held", (), *times[1:], {}, ENTRY),
    )
    view = EntryView(row, "", {"body": body, "inner": {"paper": {"serial": SERIAL}}}, "", "K7AX")
    return card_of(view, "f" * 64, texts, {A: "Red", B: "Blue"}, language)


def banners(made: bytes, sheets: list[dict[str, Any]]) -> int:
    """How often the banner stands on the pages of a print."""
    template = resources.files("steerclear.views").joinpath("card.typ").read_bytes()
    inputs = {"sheets": msgspec.json.encode(sheets).decode()}
    found = typst.query(template, "<banner>", ignore_system_fonts=True, sys_inputs=inputs)
    assert made.startswith(b"%PDF")
    return len(json.loads(found))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_real_says_so_at_both_ends(language: str) -> None:
    lines = text(card(language=language))
    assert (lines[0], lines[-1]) == (EXERCISE, EXERCISE)
    assert EXERCISE not in "\n".join(text(card(language=language, mode="REAL")))
    sheet = forms.blank_form("stop", SERIAL, "TEST", language)
    assert (forms.text(sheet)[0], forms.text(sheet)[-1]) == (EXERCISE, EXERCISE)
    assert EXERCISE not in "\n".join(forms.text(forms.blank_form("stop", SERIAL, "REAL", language)))


def test_so_does_each_page_of_a_print(monkeypatch: pytest.MonkeyPatch) -> None:
    laid: list[list[dict[str, Any]]] = []
    whole = card_pdf.typeset
    monkeypatch.setattr(card_pdf, "typeset", lambda sheets: (laid.append(sheets), whole(sheets))[1])
    assert banners(card_pdf.pdf(card()), laid[-1]) == 2
    assert banners(card_pdf.pdf(card(mode="REAL")), laid[-1]) == 0
    monkeypatch.setattr(forms, "typeset", card_pdf.typeset)
    assert banners(forms.pdf([forms.blank_form("reply", SERIAL, "EXERCISE", "ru")] * 2), laid[-1]) >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_card_is_the_same_bytes(language: str) -> None:
    one, two = card_pdf.pdf(card(language=language)), card_pdf.pdf(card(language=language))
    assert one == two
    assert one != card_pdf.pdf(card(language=language, mode="REAL"))
    assert card_pdf.lacking(card(language=language)) == ()


def test_a_letter_that_no_font_has_is_named_and_holds_nothing_up() -> None:
    made = card()
    strange = msgspec.structs.replace(made.body[0], value="医院", sort="free")
    changed = msgspec.structs.replace(made, body=(strange, *made.body[1:]))
    assert card_pdf.lacking(changed) == ("医", "院")
    assert card_pdf.pdf(changed).startswith(b"%PDF")
    assert any("医院" in line for line in text(changed))


def test_from_right_to_left_figures_and_codes_are_kept_together() -> None:
    lines = text(card(language="ar"))
    assert any("\u2066K7AX\u2069" in line for line in lines)
    assert any(f"\u2066{SERIAL}\u2069" in line for line in lines)
    assert any("\u2068Hospital at the northern edge of the town\u2069" in line for line in lines)
    assert not any("\u2066" in line or "\u2068" in line for line in text(card(language="fr")))


def test_free_text_is_unverified_until_it_is_confirmed() -> None:
    made = card(language="fr")
    assert (
        made.unverified
        and [one.note for one in made.body if one.sort == "free"] == ["texte libre, non vérifié"] * 2
    )
    known = FreeText(
        ENTRY, ("body.place", "body.call_back"), "en", "confirmed", (Confirmed(B, "fr", 1, ENTRY),)
    )
    made = card("stop.toml", "fr", "REAL", known)
    assert not made.unverified and "texte libre, confirmé par un linguiste" in "\n".join(text(made))


@pytest.mark.parametrize("name", sorted(name for name in examples() if name.endswith(".toml")))
def test_every_kind_has_a_card_in_every_language(name: str) -> None:
    """AT34: figures and codes are the same row by row; only their labels differ."""
    cards = [card(name, language) for language in LANGUAGES]
    rows = [[(one.path, one.sort, one.check) for one in made.body] for made in cards]
    assert all(row == rows[0] for row in rows)
    values = [[one.value for one in made.body if one.sort != "code"] for made in cards]
    assert all(value == values[0] for value in values)
    assert rows[0] or not body_of(name)[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_form_for_what_may_be_life_safety_and_for_every_notice(language: str) -> None:
    known = forms.kinds()
    assert {"stop", "warning.radio", "assist", "receipt", "reply", "activity.flight", "site.notify"} <= set(
        known
    )
    assert "assist.position" not in known and set(known) <= {row.name for row in spoken()}
    for kind in known:
        sheet = forms.blank_form(kind, SERIAL, "REAL", language)
        lines = "\n".join(forms.text(sheet))
        assert SERIAL in lines and phrase("kind", kind, language) in lines
    stop = forms.blank_form("stop", SERIAL, "REAL", language)
    choices = next(one.choices for one in stop.blanks if one.hint == "body.site_kind")
    assert f"{phrase('site_kind', 'protected', language)} (protected)" in choices
