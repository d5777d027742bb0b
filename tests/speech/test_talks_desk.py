"""Talks at the author's desk, and the agreement as a file: templates, drafts, terms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from speech_desk import BLUE, GREEN, ID, LINE, PARAMETERS, RED, bent, draft, facts_of, judged

from steerclear.errors import Malformed
from steerclear.speech import form, rules
from steerclear.speech.authoring import Draft, from_file, from_tables
from steerclear.speech.complete import missing
from steerclear.speech.facts import SignerFacts, SubjectFacts
from steerclear.speech.kinds.agreement import NO_RECOGNITION, Agreement
from steerclear.speech.parameters import Parameters
from steerclear.speech.table import spoken
from steerclear.speech.templates import agreement_file, check_members, template, templates
from steerclear.speech.terms import parameters_of, terms_hash
from steerclear.speech.toml_text import write

CHAIR = SignerFacts("red/convener+01234568", frozenset({"chair"}))


def codes(made: Draft, **changes: Any) -> set[str]:
    return {fault.code for fault in judged(made, facts_of(made, **changes))}


# ---- the chair


def test_a_chair_in_turn_convenes_with_its_own_key_alone() -> None:
    made = bent(draft("meeting.toml"), "body.as_chair", True)
    mine = replace(LINE, members=(RED, BLUE, GREEN), chair=RED)
    assert codes(made, line=mine, signers=(CHAIR,)) == set()
    assert codes(made, line=replace(mine, chair=BLUE), signers=(CHAIR,)) == {"not-the-chair"}
    plain = draft("meeting.toml")
    assert codes(plain, line=mine, signers=(CHAIR,)) == {"release-needed"}, (
        "out of turn it is a party like others"
    )


def test_a_chair_owns_nothing() -> None:
    """Its role signs no kind but `meeting`, and of that only what convenes."""
    assert [row.name for row in spoken() if "chair" in row.roles] == ["meeting"]
    held = draft("meeting-held.toml")
    assert "chair-only-convenes" in codes(held, signers=(CHAIR,))
    assert "role-may-not-sign" in codes(draft("activity.flight.toml"), signers=(CHAIR,))


# ---- accession


def acceding(held: Agreement, **changes: Any) -> set[str]:
    made = draft("agreement-accede.toml")
    subject = SubjectFacts(ID, "agreement", BLUE, body=held)
    return codes(replace(made, body=made.body | changes), subject=subject, refs=(ID,))


def ratification() -> Agreement:
    body = form.filled("agreement", {}, draft("agreement.toml").body)
    assert isinstance(body, tuple) and isinstance(body[1], Agreement)
    return body[1]


def test_an_accession_takes_the_terms_as_they_stand() -> None:
    assert acceding(ratification()) == set()
    assert acceding(ratification(), version=2) == {"other-terms"}


def test_a_reservation_names_provisions_that_are_there() -> None:
    made = draft("agreement-reserve.toml")
    subject = SubjectFacts(ID, "agreement", BLUE, body=ratification())
    assert codes(bent(made, "body.provisions", ["4.2"]), subject=subject, refs=(ID,)) == {"unknown-provision"}
    assert codes(made, subject=subject, refs=(ID,)) == set()


# ---- templates


def test_three_templates_ship() -> None:
    assert {one.name: one.quorum for one in templates()} == {
        "bilateral-air-line": "all",
        "humanitarian-notification": "all",
        "multi-party-centre": "two_thirds",
    }


@pytest.mark.parametrize("made", templates(), ids=lambda one: one.name)
def test_a_template_is_whole_and_carries_the_sentence(made: Any) -> None:
    assert made.agreement.clause == NO_RECOGNITION
    assert rules.wrong("agreement", made.agreement, Parameters()) == []
    assert missing("agreement", made.agreement) == ()
    numbers = parameters_of(made.agreement, Parameters.from_dict(made.parameters))
    assert numbers.hash != Parameters().hash, "the checks run on something of its own"
    assert made.agreement.retention is not None and made.agreement.disclosure


@pytest.mark.parametrize("made", templates(), ids=lambda one: one.name)
def test_its_file_is_what_people_read_and_what_is_ratified(made: Any) -> None:
    text = agreement_file(made)
    read = from_file(text.encode(), ".toml")
    assert isinstance(read, Draft) and read.kind == "agreement"
    body = form.filled("agreement", {}, read.body)[1]
    assert isinstance(body, Agreement) and terms_hash(body) == terms_hash(made.agreement)
    assert all(article.text in text for article in made.agreement.articles)


def test_no_template_gives_leave_or_says_that_a_place_is_empty() -> None:
    for made in templates():
        words = made.text.casefold().replace("asks for no approval", "").replace("its noting no approval", "")
        assert not any(
            word in words for word in ("cleared to", "permitted", "is safe", "is empty", "authoris")
        )


@pytest.mark.parametrize(
    ("name", "count", "fits"),
    [
        ("bilateral-air-line", 2, True),
        ("bilateral-air-line", 3, False),
        ("multi-party-centre", 2, False),
        ("multi-party-centre", 3, True),
        ("multi-party-centre", 64, True),
    ],
)
def test_a_template_says_for_how_many_it_is(name: str, count: int, fits: bool) -> None:
    if fits:
        check_members(template(name), count)
    else:
        with pytest.raises(Malformed, match="members-of-template"):
            check_members(template(name), count)


def test_an_unknown_template_is_named_with_the_known_ones() -> None:
    with pytest.raises(Malformed, match="unknown-template") as caught:
        template("treaty")
    assert "bilateral-air-line" in caught.value.remedy


# ---- the file


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=40)


@given(st.lists(TEXTS, min_size=1, max_size=3), TEXTS)
def test_any_words_survive_the_file(texts: list[str], name: str) -> None:
    body = {
        "act": "ratify",
        "name": name,
        "articles": [{"number": str(n), "text": text} for n, text in enumerate(texts, 1)],
        "parameters": {
            "relay_ms": 5,
            "sealed_allowed": True,
            "minima": [{"a": "rotary", "horizontal_mm": 1}],
        },
    }
    read = from_file(write({"kind": "agreement", "body": body}).encode(), ".toml")
    assert isinstance(read, Draft) and read.body == body


def test_what_the_checks_run_on_is_what_the_file_says() -> None:
    drafted = from_tables(
        {"kind": "agreement", "body": {"act": "ratify", "parameters": {"relay_ms": "10 min"}}}
    )
    assert isinstance(drafted, Draft)
    body = msgspec.convert(drafted.body, Agreement)
    assert parameters_of(body, PARAMETERS).relay_ms == 600_000
    assert parameters_of(body, PARAMETERS).channels == PARAMETERS.channels, "what it does not say stays"
