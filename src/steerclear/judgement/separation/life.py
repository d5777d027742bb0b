"""The life of an alert: raised, confirmed, cleared. Second by second, in frozen values, for whatever can alarm: a pair
of movers, or one mover and what was declared of it.

judgement.md, Separation; issue 4 §3. An alert is raised by the first second that shows it, confirmed by n of the last m
seconds, and over when the two were apart by the *widened* minima for some time: one figure to begin and another to end,
so that it does not flicker. What nobody sees is never an end of it by itself: without fresh reports of both an alert
stands as it was, and after a longer time is over as `not_seen`, which says that nobody saw them part. Late reports
neither raise, nor confirm, nor end. The level only rises; when a caution becomes a warning the caution ends as `worse`
and the warning begins as an alert of its own, of the same encounter, so that it can be life safety from its first word.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from steerclear.speech.kinds.alert import AlertEnd, AlertLevel, AlertStep
from steerclear.speech.parameters import Parameters

What = TypeVar("What")
Key: TypeAlias = tuple[str, ...]
"""The movers whose fresh reports an alert needs, then `''` and whatever tells it from others of the same movers."""
SECOND_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class LifeRules:
    """Of the last `window_ms`, `confirm_count` seconds confirm; `apart_ms` beyond the widened minima end it; so do
    `lost_ms` without fresh reports."""

    confirm_count: int
    window_ms: int
    apart_ms: int
    lost_ms: int


def rules_of(parameters: Parameters) -> LifeRules:
    """The agreement's own figures."""
    return LifeRules(
        min(parameters.alert_confirm_count, -(-parameters.alert_window_ms // SECOND_MS)),
        parameters.alert_window_ms,
        parameters.alert_apart_ms,
        parameters.alert_lost_ms,
    )


@dataclass(frozen=True, slots=True)
class Seen(Generic[What]):
    """What one look showed of one key. `level` None: inside the widened minima alone, which raises nothing and keeps
    what stands. `near_mm` says which look was the nearest; `what` is carried along."""

    key: Key
    level: AlertLevel | None
    near_mm: int
    what: What


@dataclass(frozen=True, slots=True)
class Look(Generic[What]):
    """All that one instant shows. `seen`: each key at most once, made of fresh reports alone. `fresh`: movers of which
    a fresh report stands; of a key with another one nothing is known now, nor of one with a mover of `unknown`, whose
    fresh report says too little to be judged."""

    now_ms: int
    seen: tuple[Seen[What], ...]
    fresh: Container[str]
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Live(Generic[What]):
    """One alert that stands. `first_ms`: the first raise of the encounter (it outlives a change of level); `hits`: the
    seconds of the window in which it held; `held_ms`: the last instant inside the widened minima; `seen_ms`: the last
    with fresh reports. `begun`, `last`, `nearest`: the looks that raised it, showed it last, and were nearest."""

    key: Key
    level: AlertLevel
    first_ms: int
    raised_ms: int
    confirmed_ms: int | None
    hits: tuple[int, ...]
    held_ms: int
    seen_ms: int
    begun: Seen[What]
    last: Seen[What]
    nearest: Seen[What]

    @property
    def state(self) -> Literal["raised", "confirmed"]:
        return "raised" if self.confirmed_ms is None else "confirmed"


@dataclass(frozen=True, slots=True)
class Change(Generic[What]):
    """Something to tell: `live` as it stands then (at its end, as it stood). `reason` with `cleared` alone."""

    step: AlertStep
    at_ms: int
    live: Live[What]
    reason: AlertEnd | None = None


@dataclass(frozen=True, slots=True)
class Lives(Generic[What]):
    """All alerts that stand after the look at `at_ms`."""

    at_ms: int = -1
    live: Mapping[Key, Live[What]] = field(default_factory=lambda: MappingProxyType({}))


def step(
    before: Lives[What], look: Look[What], rules: LifeRules
) -> tuple[Lives[What], tuple[Change[What], ...]]:
    """The alerts after one look, and what changed, ordered by key. A look older than the last one (a backlog that is
    replayed, a clock set back) changes nothing."""
    if look.now_ms < before.at_ms:
        return before, ()
    live = dict(before.live)
    changes: list[Change[What]] = []
    seen = {one.key: one for one in look.seen}
    for key in sorted({*live, *seen}):
        stands, one = live.get(key), seen.get(key)
        made, told = _one(stands, one, look, rules)
        changes += told
        if made is None:
            live.pop(key, None)
        else:
            live[key] = made
    return Lives(look.now_ms, MappingProxyType(live)), tuple(changes)


Next: TypeAlias = tuple[Live[What] | None, list[Change[What]]]


def _one(stands: Live[What] | None, one: Seen[What] | None, look: Look[What], rules: LifeRules) -> Next[What]:
    if one is not None and not _fresh(one.key, look):
        one = None
    if stands is None:
        return _begin(one, look.now_ms, look.now_ms, rules) if one is not None and one.level else (None, [])
    if one is None:
        return _unseen(stands, look, rules)
    if one.level == "warning" and stands.level == "caution":
        ended = Change(
            "cleared", look.now_ms, replace(stands, last=one, nearest=_nearer(stands, one)), "worse"
        )
        made, told = _begin(one, stands.first_ms, look.now_ms, rules)
        return made, [ended, *told]
    return _held(stands, one, look.now_ms, rules)


def _begin(one: Seen[What], first_ms: int, now: int, rules: LifeRules) -> Next[What]:
    assert one.level is not None
    made = Live(one.key, one.level, first_ms, now, None, (), now, now, one, one, one)
    counted, told = _counted(made, now, rules)
    return counted, [Change("raised", now, made), *told]


def _held(stands: Live[What], one: Seen[What], now: int, rules: LifeRules) -> Next[What]:
    """Inside the widened minima: it goes on, and counts where it holds at its own level."""
    made = replace(stands, held_ms=now, seen_ms=now, last=one, nearest=_nearer(stands, one))
    holds = one.level is not None and (one.level == "warning" or stands.level == "caution")
    return _counted(made, now, rules) if holds else (made, [])


def _counted(live: Live[What], now: int, rules: LifeRules) -> Next[What]:
    second = now // SECOND_MS
    since = (now - rules.window_ms) // SECOND_MS
    hits = tuple(sorted({*(hit for hit in live.hits if hit > since), second}))
    made = replace(live, hits=hits)
    if made.confirmed_ms is None and len(hits) >= rules.confirm_count:
        made = replace(made, confirmed_ms=now)
        return made, [Change("confirmed", now, made)]
    return made, []


def _unseen(stands: Live[What], look: Look[What], rules: LifeRules) -> Next[What]:
    """Outside the widened minima, or not seen at all: only the first of the two is the way apart."""
    if _fresh(stands.key, look):
        made = replace(stands, seen_ms=look.now_ms)
        over = look.now_ms - stands.held_ms >= rules.apart_ms
        return (None, [Change("cleared", look.now_ms, made, "apart")]) if over else (made, [])
    if look.now_ms - stands.seen_ms >= rules.lost_ms:
        return None, [Change("cleared", look.now_ms, stands, "not_seen")]
    return stands, []


def _fresh(key: Key, look: Look[Any]) -> bool:
    movers = key[: key.index("")] if "" in key else key
    return all(mover in look.fresh and mover not in look.unknown for mover in movers)


def _nearer(stands: Live[What], one: Seen[What]) -> Seen[What]:
    return one if one.near_mm < stands.nearest.near_mm else stands.nearest


def due_ms(lives: Lives[Any], rules: LifeRules) -> int | None:
    """When the next alert may be over although nothing is heard any more: look again then, at the latest."""
    return min((one.seen_ms + rules.lost_ms for one in lives.live.values()), default=None)
