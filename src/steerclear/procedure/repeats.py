"""Repeat after warning: the same place hit again after a stop had warned of it (A9, AT07; messages.md,
Timers).

A new `stop` about the same place, by an event after the earlier one was raised, within 24 h or while the
earlier one is not resolved. This looks across subjects, so it is a function of its own whose answer goes into
`Context.repeats`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from steerclear.procedure.bodies import content, instant
from steerclear.procedure.context import Context
from steerclear.procedure.places import fixes, near
from steerclear.procedure.said import Key, Said, ordered, same_play
from steerclear.procedure.thread import read
from steerclear.space.positions import Fix


@dataclass(frozen=True, slots=True)
class StopPlace:
    """What of a stop decides whether it is about the same place as another, and about a later event."""

    id: str
    key: Key
    raised_ms: int
    event_ms: int
    resolved_ms: int | None
    fixes: tuple[Fix, ...]
    sites: frozenset[str]
    watch_ms: int
    near_mm: int
    mode: str


def place_of(entries: Iterable[Said], context: Context) -> StopPlace | None:
    """Of all entries of one stop; None when its root is not among them. Every version's position counts."""
    said = ordered(entries)
    root = next((row for row in said if row.kind == "stop"), None)
    if root is None:
        return None
    thread = read(said, root, context)
    bodies = [content(version) for version in thread.versions]
    since = next((at for body in bodies if (at := instant(getattr(body, "since", None))) is not None), None)
    sites = {site for body in bodies if (site := getattr(body, "site", None))} | set(root.header.refs[:1])
    parameters = context.parameters(root)
    return StopPlace(
        root.id,
        root.key,
        root.at_ms,
        root.at_ms if since is None else since,
        None if thread.closing is None else thread.closing.at_ms,
        tuple(fix for version in thread.versions for fix in fixes(version)),
        frozenset(sites),
        parameters.same_area_watch_ms,
        parameters.same_area_mm,
        root.header.mode,
    )


def repeats_of(stops: Iterable[Iterable[Said]], context: Context) -> Mapping[str, tuple[str, ...]]:
    """`repeats` over the entries of each stop of the line; groups without their root are passed over."""
    return repeats([place for entries in stops if (place := place_of(entries, context)) is not None])


def repeats(stops: Sequence[StopPlace]) -> Mapping[str, tuple[str, ...]]:
    """Stop id → the earlier stops that it repeats, in fold order; stops that repeat none are left out."""
    out = {}
    for new in stops:
        earlier = sorted((old for old in stops if is_repeat(new, old)), key=lambda old: old.key)
        if earlier:
            out[new.id] = tuple(old.id for old in earlier)
    return out


def is_repeat(new: StopPlace, old: StopPlace) -> bool:
    """The event of `new` began after `old` was raised (so two accounts of one event are no repeat), at its
    place, inside its watch or before its resolution, and both are of the same play.
    """
    if not same_play(new.mode, old.mode):
        return False
    if new.id == old.id or new.event_ms <= old.raised_ms:
        return False
    open_still = old.resolved_ms is None or new.event_ms < old.resolved_ms
    watched = new.event_ms <= old.raised_ms + old.watch_ms
    same = bool(new.sites & old.sites) or near(new.fixes, old.fixes, old.near_mm)
    return (open_still or watched) and same
