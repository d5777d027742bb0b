"""Who gives way (judgement.md): the agreement's rules in their order, antisymmetric; else both are told.

Life safety and medical come first, then declared priority, then first seen, as far as the agreement
ratified them (`Parameters.give_way`, empty by default). Declared priority and earliness count only inside
the cap of volume × time (`over_cap`), so that nobody books the sky."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from steerclear.judgement.answer import MUTUAL, GivesWay
from steerclear.judgement.notice import Notice

_CAPPED = ("declared", "first_seen")
_DECLARED = {"normal": 0, "declared": 1, "rescue": 1, "medical": 1}


def gives_way(a: Notice, b: Notice, rules: Sequence[str]) -> GivesWay:
    """The first rule that tells the two apart decides; the same answer whichever is called `a`."""
    for rule in rules:
        first = _first(a, b, rule)
        if first == 0:
            continue
        winner, loser = (a, b) if first > 0 else (b, a)
        if rule in _CAPPED and winner.over_cap:
            continue
        return GivesWay(party=loser.party, by=rule)
    return GivesWay(party=MUTUAL)


def _first(a: Notice, b: Notice, rule: str) -> int:
    """Above zero: `a` goes first; below: `b`; zero: the rule does not tell."""
    if rule == "first_seen":
        order = seen_order(a, b)
        return {"a": 1, "b": -1}.get(order, 0)
    return _rank(a, rule) - _rank(b, rule)


def _rank(notice: Notice, rule: str) -> int:
    if rule == "life_safety":
        return int(notice.life_safety)
    if rule == "declared":
        return _DECLARED[notice.priority]
    return int(notice.priority == rule)


def seen_order(a: Notice, b: Notice) -> Literal["a", "b", "concurrent"]:
    """Which one the other's `seen` covers; neither, or both (which no honest pair does): concurrent.

    Two entries of one log are in the order of that log.
    """
    if a.origin and a.origin == b.origin:
        return "a" if a.index < b.index else "b"
    b_saw_a = bool(a.origin) and b.seen.get(a.origin, 0) > a.index
    a_saw_b = bool(b.origin) and a.seen.get(b.origin, 0) > b.index
    if b_saw_a == a_saw_b:
        return "concurrent"
    return "a" if b_saw_a else "b"
