"""The title of a subject: what a watch officer recognises it by."""

from __future__ import annotations

import pytest
from procedure_world import A, D, H, World, t

from steerclear.procedure.titles import titled
from steerclear.speech.kinds.baseline import Baseline, Standing
from steerclear.speech.kinds.scope_change import ScopeChange
from steerclear.speech.phrases import LANGUAGES
from steerclear.speech.samples import examples
from steerclear.speech.texts import say

WHOLE = Baseline(
    as_of=t(-D),
    standing=(Standing(what="flights"), Standing(what="voyages"), Standing(what="flights")),
    forces=("Air wing", "First flotilla", "Coast guard", "Second flotilla"),
)


def title(kind: str, body: object, language: str = "en") -> str:
    made = titled(kind, body)
    return say(made["key"], made["parameters"], language)


def test_a_baseline_says_what_goes_on_and_since_when() -> None:
    said = title("baseline", WHOLE)
    assert said.startswith("Baseline: as of 15") and "flights, voyages, forces: " in said
    assert "Air wing, First flotilla, Coast guard, and 1 more" in said and "Second" not in said
    bare = title("baseline", Baseline(as_of=t(-D)))
    assert bare.startswith("Baseline: as of ") and "forces" not in bare
    assert title("baseline", Baseline()) == title("baseline", None) == "Baseline"


def test_a_change_of_scope_says_what_joins_and_what_ends() -> None:
    body = ScopeChange(begin=t(D), until=t(30 * D), added_forces=("Naval air",), ended_forces=("Air wing",))
    said = title("scope.change", body)
    assert "forces added: Naval air" in said and "forces ended: Air wing" in said and "until " in said
    plain = title("scope.change", ScopeChange(begin=t(D)))
    assert plain.startswith("Change of scope: 17") and "()" not in plain and "until" not in plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_it(language: str) -> None:
    told = title("baseline", WHOLE, language)
    assert "Coast guard" in told and ("forces:" in told) == (language == "en")


def test_a_board_shows_the_version_that_holds() -> None:
    world = World()
    said = world.say("scope.change", A, ScopeChange(begin=t(D), added_forces=("Naval air",)))
    assert "Naval air" in world.at(H).title
    other = {"kind": "scope.change", "notice": {"begin": t(D), "added_forces": ["Air wing"]}}
    from steerclear.speech.kinds.amend import Amend

    world.say("amend", A, Amend(**other), H, about=said, supersedes=said.id)
    now = world.at(2 * H)
    assert "Air wing" in now.title and "Naval air" not in now.title and len(now.versions) == 2


def test_the_examples_have_titles_with_more_than_their_kind() -> None:
    from steerclear.speech import form
    from steerclear.speech.authoring import Draft, from_file

    for name in ("baseline.toml", "scope.change.toml"):
        draft = from_file(examples()[name], ".toml")
        assert isinstance(draft, Draft)
        filled = form.filled(draft.kind, draft.inner, draft.body)
        assert isinstance(filled, tuple) and ": " in title(draft.kind, filled[1])
