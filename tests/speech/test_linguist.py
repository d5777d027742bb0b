"""A linguist confirms free text, nothing else; nobody else confirms it (messages.md, Roles)."""

from __future__ import annotations

from speech_desk import WATCH, bent, draft, facts_of, judged

from steerclear.speech.facts import SignerFacts

LINGUIST = SignerFacts("red/linguist+01234569", frozenset({"linguist"}))
BOTH = SignerFacts("red/watch+01234567", frozenset({"linguist", "watch_officer"}))


def codes(level: str, *signers: SignerFacts) -> list[str]:
    made = bent(bent(draft("receipt-embassy.toml"), "body.level", level), "body.language", "ru")
    return [one.code for one in judged(made, facts_of(made, signers=signers))]


def test_only_a_linguist_confirms_free_text() -> None:
    assert codes("text_confirmed", LINGUIST) == []
    assert codes("text_confirmed", BOTH) == []
    assert codes("text_confirmed", WATCH) == ["linguist-needed"]


def test_a_linguist_alone_says_nothing_else() -> None:
    assert codes("read", LINGUIST) == ["linguist-confirms-text"]
    assert codes("read", BOTH) == []
    assert codes("read", WATCH) == []
    stop = draft("stop.toml")
    assert [one.code for one in judged(stop, facts_of(stop, signers=(LINGUIST,)))] == ["role-may-not-sign"]
    assert judged(stop, facts_of(stop, signers=(WATCH,))) == []
