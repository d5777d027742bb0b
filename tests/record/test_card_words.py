"""Party cards, their chain of root sets, and the twelve words."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_world import Party

from steerclear.errors import Malformed
from steerclear.record import card as cards
from steerclear.record import keys, words
from steerclear.record.card import RootSet, parse_card
from steerclear.record.note import Note, format_note, parse_note

A, B = Party("alfa"), Party("bravo")


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


def test_a_card_comes_back_and_names_its_keys():
    signed = A.card(ml_dsa=True)
    card = parse_card(signed.note).card
    assert card == signed.card
    assert card.party == cards.party_id(card.roots) == A.id
    assert cards.node_verifier(card) == A.key("node").verifier
    assert [one.algorithm for one in cards.mirror_verifiers(card)] == [
        keys.COSIGN_ED25519,
        keys.COSIGN_MLDSA44,
    ]
    assert cards.log_verifier(card, "line/party/1").name == "line/party/1"
    assert cards.box_of(card) == A.box.public


def test_the_root_quorum_signs():
    text = A.card().text
    assert rule_of(parse_card, cards.sign_text(text, A.roots(count=1))) == "no-root-quorum"
    parse_card(cards.sign_text(text, A.roots(count=2)))
    parse_card(cards.sign_text(text, A.roots(count=3)))
    one = A.roots(count=1)
    assert rule_of(parse_card, cards.sign_text(text, one * 2)) == "no-root-quorum"
    assert rule_of(parse_card, cards.sign_text(text, [*A.roots(), A.key("node")])) == "no-root-quorum"
    note = parse_note(A.card().note)
    bad = msgspec.structs.replace(note.signatures[1], signature=note.signatures[0].signature)
    forged = format_note(Note(text, (note.signatures[0], bad)))
    assert rule_of(parse_card, forged) == "no-root-quorum"


def test_signatures_made_apart_are_merged():
    text = A.card().text
    apart = [cards.sign_text(text, [one]) for one in reversed(A.roots())]
    assert parse_card(cards.merge_signatures(apart)).note == A.card().note
    assert rule_of(cards.merge_signatures, [A.card().note, B.card().note]) == "different-texts"


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"party": B.id}, "wrong-party"),
        ({"next": "x"}, "bad-card"),
        ({"log": A.key("node").verifier.vkey}, "bad-card"),
        ({"node": B.key("node").verifier.vkey}, "bad-card"),
        ({"node": "x"}, "bad-vkey"),
        ({"mirrors": ()}, "bad-card"),
        ({"mirrors": (A.key("mirror", keys.COSIGN_MLDSA44).verifier.vkey,)}, "bad-card"),
        ({"mirrors": (A.key("mirror").verifier.vkey,)}, "bad-card"),
        ({"box": "00" * 32}, "weak-key"),
        ({"box": "0"}, "bad-public-key"),
        ({"urls": ("ftp://x",)}, "bad-card"),
        ({"urls": ("https://a b",)}, "bad-card"),
        ({"urls": ("https://a",) * 9}, "bad-card"),
        ({"tls": "aa"}, "bad-card"),
        ({"roots": RootSet(A.root_set(0).keys, 4)}, "bad-roots"),
        ({"roots": RootSet(A.root_set(0).keys, 0)}, "bad-roots"),
        ({"roots": RootSet((), 0)}, "bad-roots"),
        ({"roots": RootSet(A.root_set(0).keys[:1] * 2, 1)}, "bad-roots"),
        ({"roots": RootSet(("00" * 32,), 1)}, "weak-key"),
        ({"roots": RootSet(("0",), 1)}, "bad-roots"),
    ],
)
def test_a_card_that_is_not_well_formed(fields, rule):
    assert rule_of(cards.card_text, msgspec.structs.replace(A.card().card, **fields)) == rule


def test_what_a_card_may_leave_out():
    cards.card_text(msgspec.structs.replace(A.card().card, urls=(), tls="a" * 64))


def test_roots_change_only_to_the_committed_set():
    second, third = A.card(1), A.card(2)
    assert second.card.party == third.card.party == A.id
    assert [one.roots for one in cards.chain(third.card)] == [A.root_set(n) for n in (2, 1, 0)]
    assert cards.succeeds(A.card().card, third.card)
    assert not cards.succeeds(third.card, A.card().card)
    assert not cards.succeeds(A.card().card, B.card().card)
    wrong = {"previous": A.card(0, next="0" * 64).note.decode()}
    with pytest.raises(Malformed) as caught:
        A.card(1, **wrong)
    assert caught.value.rule == "wrong-root-set"
    with pytest.raises(Malformed) as caught:
        A.card(1, previous=B.card().note.decode())
    assert caught.value.rule == "wrong-party"
    with pytest.raises(Malformed) as caught:
        A.card(1, previous="")
    assert caught.value.rule == "wrong-party"


def test_stolen_roots_cannot_commit_to_others():
    assert cards.succeeds(A.card().card, A.card(urls=()).card)
    assert not cards.succeeds(A.card().card, A.card(next="0" * 64).card)


def test_many_rotations_fit_into_a_leaf():
    assert len(A.card(5).note) < cards.MAX_CARD


@given(st.binary(max_size=200))
def test_any_bytes_are_malformed(data):
    with pytest.raises(Malformed):
        parse_card(data)


def test_every_byte_of_a_card_matters():
    note = A.card().note
    for at in range(len(note)):
        for flip in (1, 0x20, 0x80):
            with pytest.raises(Malformed):
                parse_card(note[:at] + bytes((note[at] ^ flip,)) + note[at + 1 :])


# words


def test_2048_words_each_its_own():
    all_words = [words.word(number) for number in range(2048)]
    assert len(set(all_words)) == 2048
    assert all(len(one) == 4 and one.isalpha() and one.islower() for one in all_words)
    for number in (-1, 2048):
        with pytest.raises(ValueError, match="11 bits"):
            words.word(number)


def test_words_stay_far_apart_where_an_ear_confuses():
    """The file's own claim: with b/p, d/t, g/k, f/v, s/z and m/n taken for each other 1280 words remain."""
    deaf = str.maketrans("pkztvn", "bgsdfm")
    heard = {words.word(number).translate(deaf) for number in range(2048)}
    assert len(heard) == 1280
    assert len({one.translate(deaf) for one in words.SECOND}) == len(words.SECOND)


def test_cards_have_different_words_and_one_change_changes_them():
    first, second = words.words_of(A.card().text), words.words_of(B.card().text)
    assert len(first) == len(second) == words.COUNT
    assert first != second
    assert words.words_of(A.card(urls=()).text) != first
    extra = cards.sign_text(A.card().text, A.roots(count=3))
    assert words.words_of(parse_card(extra).text) == first


@given(st.binary(max_size=50))
def test_words_are_read_as_they_were_heard(text):
    said = words.words_of(text)
    assert words.parse_words(" ".join(said)) == said
    assert words.parse_words(", ".join(said).upper()) == said
    assert words.parse_words("-".join(said)) == said


def test_words_that_are_none_name_their_place():
    said = list(words.words_of(b"x"))
    assert rule_of(words.parse_words, " ".join(said[:11])) == "not-twelve-words"
    said[4] = "weyx"
    with pytest.raises(Malformed) as caught:
        words.parse_words(" ".join(said))
    assert (caught.value.rule, caught.value.field) == ("unknown-word", "words[5]")
