"""What each side saw change, told from two answers of its own board: states, marks, alarms, tasks, conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

Picture = Mapping[tuple[str, ...], str]


class Event(msgspec.Struct, frozen=True):
    """One change as one party's own board showed it."""

    at_ms: int
    party: str
    text: str


def picture(board: Mapping[str, Any], names: Mapping[str, str]) -> Picture:
    """Every line of a board under a key that stays when its state changes. `names`: id → what to call it."""
    return dict(_lines(board, names))


def changes(before: Picture, after: Picture) -> Iterator[str]:
    """What is new or different, then what is gone."""
    for key, text in after.items():
        if before.get(key) != text:
            yield text
    for key, text in before.items():
        if key not in after and key[0] in ("alarm", "task"):
            yield f"{text} (over)"


def _called(names: Mapping[str, str], identity: str) -> str:
    return names.get(identity, identity[:8])


def _lines(board: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], str]]:
    for subject in board.get("notices", ()):
        yield from _of_subject(subject, names)
    for group, word in (("alarms", "ALARM"), ("tasks", "task")):
        for item in board.get(group, ()):
            called = _called(names, item.get("subject", ""))
            life = " LIFE SAFETY" if item.get("life_safety") else ""
            yield (group[:-1], item["id"]), f"{word}{life} {called}: {item.get('text', '')}"
    for conflict in board.get("conflicts", ()):
        found = conflict["judgement"]
        between = " and ".join(_called(names, found[side]["entry"]) for side in "ab" if found[side]["entry"])
        reason = f" ({found['reason']})" if found.get("reason") else ""
        yield ("conflict", found["id"]), f"{between}: {found['verdict']}{reason}"


def _of_subject(
    subject: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    identity = subject["id"]
    called = f"{subject.get('kind', '')} {_called(names, identity)}"
    marks = f" [{', '.join(subject['marks'])}]" if subject.get("marks") else ""
    yield ("life", identity), f"{called} {subject.get('life', '')}{marks}"
    if subject.get("stop"):
        stop = subject["stop"]
        hop = f", lost hop: {stop['lost_hop']}" if stop.get("lost_hop") else ""
        again = ", REPEATED AFTER WARNING" if stop.get("repeat_after_warning") else ""
        yield ("stop", identity), f"{called} {stop['state']}{hop}{again}"
    if subject.get("area"):
        yield ("area", identity), f"{called} {subject['area']['state']}"
    for row in subject.get("addressees", ()):
        party = _called(names, row["party"])
        answer = f" {row['answer']}" if row.get("answer") else ""
        units = row.get("dissemination", {})
        told = f", units: {units['state']}" if units.get("state", "none") != "none" else ""
        yield ("to", identity, row["party"]), f"{called} → {party}: {row['state']}{answer}{told}"
