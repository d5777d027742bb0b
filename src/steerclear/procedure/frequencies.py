"""Who can hear whom: what each planned activity can receive, the common frequency of those that come near each other,
and who is missing there (AT05, AT22; messages.md, Distances: every asset declares what it can receive).

A common frequency is the first, in the agreement's order, that every one of them listens to; else the first that all
can receive, and that is a `split` until they listen to it. Its absence is said as soon as the plans are known, before
they begin, and a new version of a plan clears it. Nothing here permits anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from steerclear.procedure.context import Context
from steerclear.procedure.subject import Alarm, Task
from steerclear.procedure.worded import alarm, task
from steerclear.speech.parameters import Parameters
from steerclear.speech.texts import text

State = Literal["common", "split", "none", "undeclared"]
CHANNEL_16_HZ = 156_800_000


class Asset(msgspec.Struct, frozen=True):
    """One row of the matrix. `receives` are all frequencies that it can, `monitors` those that it listens to; none at
    all is not declared. `told` are the parties that hold the notice: its author and whom it was addressed to. `units`
    stay at home: own units on the list of this notice; of an `own` notice those that fly, sail or move."""

    notice: str
    version: str
    party: str
    kind: str
    start_ms: int | None
    end_ms: int | None
    released_ms: int
    receives: tuple[int, ...]
    monitors: tuple[int, ...]
    told: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    own: bool = False


class Near(msgspec.Struct, frozen=True):
    """Two notices whose plans come near each other, and when (half-open)."""

    a: str
    b: str
    from_ms: int
    to_ms: int


class Missing(msgspec.Struct, frozen=True):
    """Somebody who does not know of a notice near its own: a party that it was not addressed to, or (at home) an own
    unit that is not on the list of those to be told."""

    notice: str
    party: str
    near: str
    unit: str = ""


class Together(msgspec.Struct, frozen=True):
    """Activities that come near each other in one stretch, directly or through others. `hz` is the frequency for all
    of them (None: there is none); `pairs` say so two by two."""

    state: State
    hz: int | None
    from_ms: int
    to_ms: int
    assets: tuple[Asset, ...]
    pairs: tuple[PairPlan, ...]
    missing: tuple[Missing, ...]


class PairPlan(msgspec.Struct, frozen=True):
    """Two of them: the common frequency or how it fails; `not_listening` are those who must change to it."""

    a: str
    b: str
    state: State
    hz: int | None
    from_ms: int
    to_ms: int
    not_listening: tuple[str, ...] = ()


def received(body: Any, parameters: Parameters) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(what it can receive, what it listens to) in Hz, ascending, from a notice's channels. A numbered channel is the
    agreement's; one without a frequency counts for nothing."""
    monitors = {hz for one in getattr(body, "monitored", ()) if (hz := _hz(one, parameters)) is not None}
    if getattr(body, "channel_16", None) == "watched":
        monitors.add(CHANNEL_16_HZ)
    able = {hz for one in getattr(body, "can_receive", ()) if (hz := _hz(one, parameters)) is not None}
    return tuple(sorted(able | monitors)), tuple(sorted(monitors))


def _hz(channel: Any, parameters: Parameters) -> int | None:
    if channel.use == "agreed":
        return next((one.hz for one in parameters.channels if one.number == channel.number), None)
    return channel.hz if channel.hz is None else int(channel.hz)


def order_of(parameters: Parameters) -> tuple[int, ...]:
    """The agreement's order of frequencies; without one its numbered channels, then guard, then distress."""
    if parameters.frequency_order:
        return parameters.frequency_order
    return (*(one.hz for one in parameters.channels), *parameters.guard_hz, *parameters.distress_hz)


def choose(assets: Sequence[Asset], parameters: Parameters) -> tuple[State, int | None]:
    """The frequency for all of these, and how it stands. What the order does not name comes last, lowest first."""
    if any(not one.receives for one in assets):
        return "undeclared", None
    order = order_of(parameters)

    def first(sets: Iterable[Iterable[int]]) -> int | None:
        shared = set.intersection(*map(set, sets))
        ranked = sorted(shared, key=lambda hz: (order.index(hz) if hz in order else len(order), hz))
        return ranked[0] if ranked else None

    heard = first(one.monitors for one in assets)
    if heard is not None:
        return "common", heard
    could = first(one.receives for one in assets)
    return ("split", could) if could is not None else ("none", None)


def together(
    assets: Mapping[str, Asset], near: Iterable[Near], parameters: Parameters
) -> tuple[Together, ...]:
    """Groups of activities that come near each other, earliest first."""
    rows = [one for one in near if one.a in assets and one.b in assets]
    groups: list[set[str]] = []
    for one in rows:
        joined = [group for group in groups if group & {one.a, one.b}]
        groups = [group for group in groups if group not in joined]
        groups.append({one.a, one.b}.union(*joined))
    made = [_group(group, assets, rows, parameters) for group in groups]
    return tuple(sorted(made, key=lambda one: (one.from_ms, one.assets[0].notice)))


def _group(
    group: set[str], assets: Mapping[str, Asset], near: Sequence[Near], parameters: Parameters
) -> Together:
    inside = [one for one in near if one.a in group]
    members = tuple(assets[one] for one in sorted(group))
    pairs = tuple(
        _pair(one, assets, parameters) for one in sorted(inside, key=lambda one: (one.from_ms, one.a, one.b))
    )
    state, hz = choose(members, parameters)
    return Together(
        state,
        hz,
        min(one.from_ms for one in inside),
        max(one.to_ms for one in inside),
        members,
        pairs,
        tuple(row for one in inside for row in _missing(assets[one.a], assets[one.b])),
    )


def _pair(near: Near, assets: Mapping[str, Asset], parameters: Parameters) -> PairPlan:
    a, b = sorted((near.a, near.b))
    two = (assets[a], assets[b])
    state, hz = choose(two, parameters)
    deaf = tuple(one.notice for one in two if hz is not None and hz not in one.monitors)
    return PairPlan(a, b, state, hz, near.from_ms, near.to_ms, deaf)


def _missing(one: Asset, two: Asset) -> list[Missing]:
    out = []
    for told, other in ((one, two), (two, one)):
        if other.party != told.party and other.party not in told.told:
            out.append(Missing(told.notice, other.party, other.notice))
        if told.units and other.own:
            out += [
                Missing(told.notice, other.party, other.notice, unit)
                for unit in other.units
                if unit not in told.units
            ]
    return out


# ---- what the watch is told


def alarms(groups: Iterable[Together], context: Context, now_ms: int) -> tuple[Alarm, ...]:
    """What stands until the time of meeting is over, or a new version changes it."""
    out: list[Alarm] = []
    for group in groups:
        assets = {one.notice: one for one in group.assets}
        for pair in group.pairs:
            if pair.state in ("none", "split") and pair.to_ms > now_ms:
                out.append(_pair_alarm(pair, assets, context))
        windows = {(pair.a, pair.b): pair for pair in group.pairs}
        for row in group.missing:
            a, b = sorted((row.notice, row.near))
            pair = windows[a, b]
            if pair.to_ms > now_ms:
                out.append(_missing_alarm(row, pair, assets, context))
    return tuple(out)


def _pair_alarm(pair: PairPlan, assets: Mapping[str, Asset], context: Context) -> Alarm:
    words = _two(pair, assets, context) | {"from": pair.from_ms}
    rule, key = "no-common-frequency", "alarms.frequency-none"
    if pair.state == "split":
        rule, key = "split-frequency", "alarms.frequency-split"
    since = max(assets[pair.a].released_ms, assets[pair.b].released_ms)
    return alarm(f"{pair.a}/{rule}/{pair.b}", pair.a, rule, pair.b, key, since, **words)


def _missing_alarm(row: Missing, pair: PairPlan, assets: Mapping[str, Asset], context: Context) -> Alarm:
    words = {"one": _name(assets[row.notice], context), "from": pair.from_ms}
    words |= {"party": context.name(row.party), "unit": row.unit}
    key = "alarms.missing-unit" if row.unit else "alarms.missing-participant"
    since = max(assets[row.notice].released_ms, assets[row.near].released_ms)
    step = f"{row.near}:{row.unit}" if row.unit else row.near
    made, rule = f"{row.notice}/missing-participant/{step}:{row.party}", "missing-participant"
    return alarm(made, row.notice, rule, step, key, since, row.party, **words)


def _two(pair: PairPlan, assets: Mapping[str, Asset], context: Context) -> dict[str, Any]:
    return {
        "one": _name(assets[pair.a], context),
        "other": _name(assets[pair.b], context),
        "frequency": _mhz(pair.hz),
    }


def tasks(groups: Iterable[Together], context: Context, now_ms: int) -> tuple[Task, ...]:
    """What somebody does about it, due before the two meet; also where a plan does not say what it can receive."""
    out = []
    for group in groups:
        assets = {one.notice: one for one in group.assets}
        for pair in group.pairs:
            if pair.state == "common" or pair.to_ms <= now_ms:
                continue
            key, words = _TASKS[pair.state], _two(pair, assets, context)
            since = max(assets[pair.a].released_ms, assets[pair.b].released_ms)
            made = f"{pair.a}/task/frequency:{pair.b}"
            out.append(task(made, pair.a, key, since, pair.from_ms, "watch_officer", **words))
    return tuple(sorted(out, key=lambda one: (one.since_ms, one.id)))


_TASKS = {
    "none": "tasks.frequency-none",
    "split": "tasks.frequency-split",
    "undeclared": "tasks.frequency-undeclared",
}


def _name(asset: Asset, context: Context) -> dict[str, Any]:
    entry, party = asset.notice[:8], context.name(asset.party)
    return text("tasks.part.notice", kind=asset.kind, entry=entry, party=party)


def _mhz(hz: int | None) -> str:
    if hz is None:
        return "none"
    return f"{hz / 1_000_000:g} MHz" if hz >= 30_000_000 else f"{hz / 1_000:g} kHz"
