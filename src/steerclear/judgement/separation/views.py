"""Alerts by who may know of them: what shared feeds alone show has lives of its own, beside those of all feeds.

boundary.md, No track file of the other side: the node signs nothing that derives from a local feed. So an alert that
it signs is raised, confirmed and over by what everybody can receive, whatever an own radar shows meanwhile; of a pair
that shared feeds lose it says `not_seen` in the end, and not that they are apart. What own feeds show of the same two
goes on at home under a key of its own, so that nobody here is left without it. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from steerclear.judgement.separation import life
from steerclear.judgement.separation.life import Change, Key, LifeRules, Live, Lives, Look, Seen
from steerclear.judgement.separation.meeting import Meeting
from steerclear.judgement.separation.telling import public
from steerclear.speech.kinds.alert import AlertLevel

_HOME: Final = ("", "home")


def at_home(key: Key) -> Key:
    """The key of what all feeds show of these two."""
    return (*key[:2], *_HOME)


def is_home(key: Key) -> bool:
    """Whether the alert of this key lives by all feeds."""
    return key[2:] == _HOME


def shared_of(keys: Iterable[Key]) -> tuple[Key, ...]:
    """Those of alerts that live by shared feeds alone."""
    return tuple(key for key in keys if not is_home(key))


def step(
    before: Lives[Meeting], every: Look[Meeting], shared: Look[Meeting], rules: LifeRules
) -> tuple[Lives[Meeting], tuple[Change[Meeting], ...]]:
    """The alerts after one look, and what changed: first by shared feeds alone (`shared`: a look at them and nothing
    else), then by all feeds (`every`)."""
    stands = shared_of(before.live)
    alone, told = life.step(_those(before, stands), _told(shared, stands), rules)
    kept = tuple(filter(is_home, before.live))
    home, more = life.step(_those(before, kept), _home(every, alone.live), rules)
    return replace(home, live=MappingProxyType({**alone.live, **home.live})), (*told, *more)


def _those(before: Lives[Meeting], keys: Collection[Key]) -> Lives[Meeting]:
    live: Mapping[Key, Live[Meeting]] = MappingProxyType({key: before.live[key] for key in keys})
    return Lives(before.at_ms, live)


def _told(look: Look[Meeting], stands: Collection[Key]) -> Look[Meeting]:
    """The pairs that the node may tell of: both as they broadcast, one of them own, or an alert of them stands (whose
    they are cannot be read while the node is locked). Of two that are both own an alert at home may stand."""
    return replace(look, seen=tuple(one for one in look.seen if _may(one, stands)))


def _home(look: Look[Meeting], told: Mapping[Key, Live[Meeting]]) -> Look[Meeting]:
    """All pairs, under their keys at home. One that shared feeds show and that is told of now, at no lower level,
    raises nothing there, and keeps what stands. (By own feeds a height may be known better, and more be lost.)"""

    def one_of(one: Seen[Meeting]) -> Seen[Meeting]:
        live = told.get(one.key) if public(one.what) else None
        covered = live is not None and no_lower(live.level, one.level)
        return replace(one, key=at_home(one.key), level=None if covered else one.level)

    return replace(look, seen=tuple(map(one_of, look.seen)))


def no_lower(level: AlertLevel, other: AlertLevel | None) -> bool:
    """Whether an alert at `level` says all that one at `other` would."""
    return level == "warning" or other != "warning"


def _may(one: Seen[Meeting], stands: Collection[Key]) -> bool:
    mine = [side.own for side in one.what.sides]
    return public(one.what) and (one.key in stands or mine.count(True) == 1)
