"""The same story somewhere else: names, dates and places moved by a seed; or with one act left out.

A story moved must still pass, so that nothing of it can stand in the product. Moving along a parallel changes no
distance on the ellipsoid. An act left out must make every criterion fail that says it needs it.
"""

from __future__ import annotations

import re
from copy import deepcopy
from decimal import Decimal
from random import Random
from typing import Any

import msgspec

from steerclear.replay.offset import parse_offset
from steerclear.replay.scenario import Scenario, Step, uses
from steerclear.units import UnixMs, format_time, parse_time

YEARS = 3
_DMS = re.compile(r"~dms (-?[0-9.]+) (-?[0-9.]+)")
_SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu")
_E7 = 10_000_000
_THOUSANDTH = Decimal("0.001")


def moved(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """The scenario's tables (as TOML gives them) with other names, another day and another place."""
    random = Random(seed)
    out = deepcopy(document)
    start = parse_time(out["scenario"]["start"])
    shift = random.randrange(-YEARS * 365 * 86_400, YEARS * 365 * 86_400)
    out["scenario"]["start"] = format_time(UnixMs(start + shift * 1000))
    out = _place(out, Decimal(random.randrange(-170_000, 170_000)) * _THOUSANDTH)
    return _renamed(out, random)


def without(scenario: Scenario, name: str) -> Scenario:
    """The story without the act called `name` and every later act that refers to it, with the criteria that need it;
    it ends with the last of these."""
    gone = {name}
    kept: list[Step] = []
    for step in scenario.step:
        if step.name == name or uses(step) & gone:
            if step.name:
                gone.add(step.name)
        else:
            kept.append(step)
    criteria = tuple(one for one in scenario.criterion if name in one.needs)
    if all(one.at for one in criteria):
        last = max(parse_offset(one.at) for one in criteria)
        kept = [step for step in kept if parse_offset(step.at) <= last]
    return msgspec.structs.replace(scenario, step=tuple(kept), criterion=criteria)


def needed(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Act → texts of the criteria that must fail without it."""
    acts: dict[str, list[str]] = {}
    for criterion in scenario.criterion:
        for name in criterion.needs:
            acts.setdefault(name, []).append(criterion.text)
    return {name: tuple(texts) for name, texts in acts.items()}


def _place(document: dict[str, Any], east: Decimal) -> dict[str, Any]:
    for step in document.get("step", ()):
        if "body" in step:
            step["body"] = _shifted(step["body"], east)
        if "movers" in step:
            step["movers"] = _shifted(step["movers"], east)
    for party in document["party"]:
        for feed in party.get("feed", ()):
            if "site" in feed:
                feed["site"] = _shifted(feed["site"], east)
    for criterion in document.get("criterion", ()):
        if "attempt" in criterion:
            criterion["attempt"] = _shifted(criterion["attempt"], east)
    return document


def _shifted(value: Any, east: Decimal) -> Any:
    """Every longitude turned by `east` degrees: `lon`, pairs of figures, and `~dms`."""
    if isinstance(value, str):
        return _DMS.sub(lambda m: f"~dms {m[1]} {_turn(Decimal(m[2]), east)}", value)
    if isinstance(value, dict):
        return {
            key: _turn(part, east) if key == "lon" and _is_figure(part) else _shifted(part, east)
            for key, part in value.items()
        }
    if isinstance(value, list):
        if len(value) == 2 and all(_is_figure(part) for part in value):
            return [value[0], _turn(value[1], east)]
        return [_shifted(part, east) for part in value]
    return value


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _turn(longitude: Any, east: Decimal) -> Any:
    """Degrees, or ten millionths of a degree where the figure is a large whole one (wire form)."""
    if isinstance(longitude, int) and abs(longitude) > 360:
        return (longitude + int(east * _E7) + 180 * _E7) % (360 * _E7) - 180 * _E7
    turned = (Decimal(str(longitude)) + east + 180) % 360
    return (turned + 360 if turned < 0 else turned) - 180


def _renamed(document: dict[str, Any], random: Random) -> dict[str, Any]:
    taken: set[str] = {step["as"] for step in document.get("step", ()) if "as" in step}
    parties = {party["name"]: _word(random, taken) for party in document["party"]}
    posts = {
        party["name"]: {post: _word(random, taken) for post in party.get("posts", ())}
        for party in document["party"]
    }
    units = {unit: _word(random, taken) for party in document["party"] for unit in party.get("units", ())}
    for party in document["party"]:
        before = party["name"]
        party["name"] = parties[before]
        if "twin_of" in party:
            party["twin_of"] = parties[party["twin_of"]]
        if "posts" in party:
            own = posts[before]
            party["posts"] = {own[post]: roles for post, roles in party["posts"].items()}
        party["units"] = [units[unit] for unit in party.get("units", ())]
    for line in document.get("line", ()):
        line["members"] = [parties[name] for name in line["members"]]
    for part in (*document.get("step", ()), *document["criterion"]):
        own = posts.get(part.get("party", ""), {})
        if "attempt" in part:
            _rename_part(part["attempt"], parties, own)
        _rename_part(part, parties, own)
    used = re.compile(r"\$(" + "|".join(map(re.escape, parties)) + r")\b")
    spoken = re.compile(r"\b(" + "|".join(map(re.escape, units)) + r")\b") if units else None
    for group in ("step", "criterion"):
        document[group] = [
            _words_renamed(part, used, parties, spoken, units) for part in document.get(group, ())
        ]
    return document


def _rename_part(part: dict[str, Any], parties: dict[str, str], posts: dict[str, str]) -> None:
    for field, names in (("party", parties), ("post", posts)):
        if part.get(field) in names:
            part[field] = names[part[field]]
    for field, names in (("to", parties), ("between", parties), ("cosign", posts)):
        if field in part:
            part[field] = [names.get(name, name) for name in part[field]]
    body = part.get("body", {})
    if body.get("to_post") in posts:  # to whom a watch is handed: who reads it back has to be that post
        part["body"] = body | {"to_post": posts[body["to_post"]]}


def _words_renamed(
    value: Any,
    used: re.Pattern[str],
    parties: dict[str, str],
    spoken: re.Pattern[str] | None,
    units: dict[str, str],
    key: str = "",
) -> Any:
    if isinstance(value, dict):
        return {
            name: _words_renamed(part, used, parties, spoken, units, name) for name, part in value.items()
        }
    if isinstance(value, list):
        return [_words_renamed(part, used, parties, spoken, units, key) for part in value]
    if not isinstance(value, str):
        return value
    if value in units:
        return units[value]
    if key == "where" and spoken is not None:
        value = spoken.sub(lambda m: units[m[1]], value)
    return used.sub(lambda m: f"${parties[m[1]]}", value)


def _word(random: Random, taken: set[str]) -> str:
    while True:
        word = "".join(random.choice(_SYLLABLES) for _ in range(4))
        if word not in taken:
            taken.add(word)
            return word
