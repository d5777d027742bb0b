"""A desk for tests: the shipped examples with the facts under which each passes, and how to bend them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from steerclear.errors import Refused
from steerclear.speech import desk, form, release
from steerclear.speech.authoring import Draft, from_file
from steerclear.speech.facts import HeaderFacts, LineFacts, SignerFacts, SubjectFacts
from steerclear.speech.parameters import NumberedChannel, Parameters
from steerclear.speech.samples import examples
from steerclear.units import parse_time
from support.bending import bent, copied

__all__ = ["bent", "copied"]

RED, BLUE, GREEN = "a" * 32, "00112233445566778899aabbccddeeff", "c" * 32
NOW = int(parse_time("2026-10-20T14:05:00Z"))
PARAMETERS = Parameters(channels=(NumberedChannel(number=1, hz=132_400_000),))
LINE = LineFacts(line="f" * 64, members=(RED, BLUE))
WATCH = SignerFacts("red/watch+01234567", frozenset({"watch_officer"}))
RELEASER = SignerFacts("red/releaser+89abcdef", frozenset({"releaser"}))
OTHER = SignerFacts("red/second+89abcdee", frozenset({"releaser"}))
SECOND = SignerFacts("red/second+01234568", frozenset({"watch_officer"}))
SIGNERS = {
    "none": (WATCH,),
    "watch": (WATCH,),
    "second": (WATCH, SECOND),
    "one": (RELEASER,),
    "two": (RELEASER, OTHER),
}
ID = "aa" + "0" * 61
OWN_CHANGES = ("amend", "withdraw", "complete")


def draft(name: str) -> Draft:
    made = from_file(examples()[name], "." + name.rpartition(".")[2])
    assert isinstance(made, Draft), made
    return made


def subject_of(made: Draft) -> SubjectFacts | None:
    refs = made.header.get("refs", [])
    if not refs:
        return None
    author = RED if made.kind in OWN_CHANGES else BLUE
    if made.kind in ("meeting", "provision"):
        return SubjectFacts(refs[0], made.kind, BLUE)
    number = refs[0][-1]
    if number == "1":
        return SubjectFacts(refs[0], "line.status", RED)
    if number == "2":
        return SubjectFacts(refs[0], "activity.flight", author, versions=((refs[0], "K7AX"),))
    if number == "3":
        return SubjectFacts(refs[0], "area.declare", author)
    if number == "4":
        stop = draft("stop.toml")
        body = form.filled("stop", stop.inner, stop.body)
        assert isinstance(body, tuple)
        return SubjectFacts(refs[0], "stop", author, life_safety=True, body=body[1])
    if number == "7":
        movement = draft("movement.notify.toml")
        body = form.filled("movement.notify", {}, movement.body)
        assert isinstance(body, tuple), body
        return SubjectFacts(refs[0], "movement.notify", RED, body=body[1])
    if number == "8":
        assist = draft("assist.toml")
        body = form.filled("assist", {}, assist.body)
        assert isinstance(body, tuple), body
        return SubjectFacts(refs[0], "assist", RED, life_safety=True, body=body[1])
    if number == "c":
        return SubjectFacts(refs[0], "claim", BLUE)
    if number == "9":
        return SubjectFacts(refs[0], "overlap.query", BLUE)
    if number == "5":
        return SubjectFacts(refs[0], "area.request", BLUE)
    return SubjectFacts(refs[0], "agreement", RED)


def facts_of(made: Draft, **changes: Any) -> HeaderFacts:
    header = made.header
    facts = HeaderFacts(
        line=LINE,
        author=RED,
        mode=header.get("mode", ""),
        life_safety=header.get("life_safety", False),
        precedence=header.get("precedence", "ROUTINE"),
        to=tuple({"blue": BLUE, "green": GREEN}.get(name, name) for name in header.get("to", ())),
        reply_by_ms=header.get("reply_by_ms", 0),
        refs=tuple(header.get("refs", ())),
        supersedes=header.get("supersedes", ""),
        subject=subject_of(made),
    )
    return replace(facts, **changes)


def judged(
    made: Draft, facts: HeaderFacts | None = None, now_ms: int = NOW, parameters: Parameters = PARAMETERS
) -> list[Refused]:
    """The desk's answer to a draft, form included, with just the signers that its release asks."""
    filled = form.filled(made.kind, made.inner, made.body)
    if isinstance(filled, list):
        return filled
    facts = facts or facts_of(made)
    if not facts.signers:
        need = release.needed(made.kind, facts, filled[1], parameters)
        facts = replace(facts, signers=SIGNERS[need.level])
    return desk.check(made.kind, facts, *filled, parameters, now_ms)
