"""What the commands about contact show: the matrix, the ways in which frequencies fail, rows of conduct."""

from __future__ import annotations

import re
from argparse import Namespace
from typing import Any

import pytest

from steerclear.cli import contact, language
from steerclear.node.frequencies import REMARK

A, B = "a" * 32, "b" * 32
NAMES = {A: "blue", B: "red"}
G1, G2 = 121_500_000, 243_000_000


def asset(notice: str, party: str, monitors: list[int], receives: list[int]) -> dict[str, Any]:
    return {"notice": notice, "party": party, "start_ms": 0, "monitors": monitors, "receives": receives}


def plan(state: str, hz: int | None, missing: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    pair = {"a": "1" * 64, "b": "2" * 64, "state": state, "hz": hz}
    assets = [asset("1" * 64, A, [G1], [G1, G2]), asset("2" * 64, B, [G2], [G2])]
    group = {
        "state": state,
        "hz": hz,
        "from_ms": 0,
        "to_ms": 1,
        "assets": assets,
        "pairs": [pair],
        "missing": missing,
    }
    return {
        "now_ms": 0,
        "order": [G1, G2],
        "assets": assets,
        "groups": [group],
        "closures": [{"route": "3" * 64, "hazard": "4" * 64}],
        "remark": "It permits nothing.",
    }


def test_the_matrix_says_who_listens_and_who_could() -> None:
    text = contact.frequency_lines(plan("split", G2), NAMES)
    head = next(line for line in text if "121.5 MHz" in line and "activity" in line)
    assert head.index("121.5 MHz") < head.index("243 MHz")
    rows = [line.split()[-2:] for line in text if line.startswith(("111111", "222222"))]
    assert rows == [["L", "r"], ["-", "L"]]


@pytest.mark.parametrize(
    ("state", "hz", "words"),
    [
        ("common", G1, "common frequency 121.5 MHz"),
        ("split", 4_125_000, "all can receive 4125 kHz"),
        ("none", None, "NO COMMON FREQUENCY"),
        ("undeclared", None, "does not say what it can receive"),
    ],
)
def test_each_way_in_which_a_plan_stands_has_its_words(state: str, hz: int | None, words: str) -> None:
    text = "\n".join(contact.frequency_lines(plan(state, hz), NAMES))
    assert text.count(words) == 2 and "ADVISE CLOSURE" in text and "It permits nothing." in text


def test_who_is_missing_is_named_as_known_here() -> None:
    party = {"notice": "1" * 64, "party": B, "near": "2" * 64, "unit": ""}
    text = "\n".join(contact.frequency_lines(plan("common", G1, (party, party | {"unit": "escort"})), NAMES))
    assert "MISSING: red, near it" in text and "MISSING: own unit escort" in text


def test_rows_of_conduct_name_account_side_and_figures() -> None:
    one = {
        "rule": "air.no-flares",
        "about": "other",
        "party": B,
        "accounts": ["1" * 64],
        "verdict": "not_compliant",
        "figures": [{"name": "horizontal", "unit": "mm", "low": 10_000, "high": 40_000, "limit": 1_852_000}],
    }
    unjudged = {"rule": "dma.networks", "verdict": "not_judged", "reason": "not-said"}
    text = "\n".join(contact._rules([{"judged": one}, {"judged": unjudged}], NAMES))
    assert "NOT as asked" in text and "other (red)" in text and "10.0 m to 40.0 m (asked: 1,852.0 m)" in text
    assert "not judged (the account does not say): dma.networks" in text


@pytest.mark.parametrize("name", ["ru", "ar"])
@pytest.mark.parametrize("state", ["common", "split", "none", "undeclared"])
def test_a_plan_of_frequencies_has_no_english_word_in_another_language(name: str, state: str) -> None:
    missing = ({"unit": "", "party": B, "near": "1" * 64, "notice": "2" * 64},)
    language.use(Namespace(language=name, node="http://x"))
    try:
        shown = plan(state, G1, missing) | {"remark": REMARK}
        lines = contact.frequency_lines(shown, {A: "СЕВЕР", B: "ЮГ"})
    finally:
        language.use(Namespace())
    left = {word for line in lines for word in re.findall(r"[a-z]{3,}", line)}
    assert left == set(), lines
