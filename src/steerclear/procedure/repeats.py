"""Repeat after warning: the same place hit again after a stop had warned of it (A9, AT07; messages.md,
Timers).

A new `stop` about the same place, by an event after the earlier one was raised, within 24 h or while the
earlier one is not resolved. This looks across subjects, so it is a function of its own whose answer goes into
`Context.repeats`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    owner: str = ""
    pattern_ms: int = 0


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
        _owner(bodies, root, context),
        parameters.pattern_watch_ms,
    )


def _owner(bodies: Sequence[Any], root: Said, context: Context) -> str:
    """Whose place was hit: the site's owner, else whom the stop was raised for, else who raised it."""
    for body in bodies:
        site = getattr(body, "site", None)
        if site and (owner := context.author_of(site)):
            return owner
    named = next((body.for_party for body in bodies if getattr(body, "for_party", None)), None)
    return f"for {named}" if named else root.author


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


def patterns(stops: Sequence[StopPlace]) -> Mapping[str, tuple[str, ...]]:
    """Stop id → earlier stops about other places of the same owner within 30 days of it (messages.md, Timers: pattern
    watch; AT44), in fold order; stops that follow none are left out.
    """
    out = {}
    for new in stops:
        earlier = sorted((old for old in stops if is_pattern(new, old)), key=lambda old: old.key)
        if earlier:
            out[new.id] = tuple(old.id for old in earlier)
    return out


def is_pattern(new: StopPlace, old: StopPlace) -> bool:
    """A later event at another place of the same owner, inside the pattern watch of the earlier stop."""
    if not same_play(new.mode, old.mode) or new.id == old.id or new.owner != old.owner:
        return False
    later = old.event_ms < new.event_ms <= old.raised_ms + old.pattern_ms
    same = bool(new.sites & old.sites) or near(new.fixes, old.fixes, old.near_mm)
    return later and not same
