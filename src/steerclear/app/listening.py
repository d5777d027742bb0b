"""What `feed test` does: one source and its reader for some seconds, with no node. Counts alone are shown; a track is
what a node watches, never a list on a screen (boundary.md, No track file)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import numpy as np

from steerclear.app import sources
from steerclear.app.feeding import OVERRUN, Feed, check_formats, format_of
from steerclear.clock import SystemClock
from steerclear.config import FeedSection
from steerclear.feeds.drops import REASONS, Drops, add

ENOUGH = 200_000
"""Positions after which nothing more is learnt, such as of a long recording."""


class Heard(msgspec.Struct, frozen=True):
    """What came in that time. `drops` by reason, `why` what each reason means; `movers` different ones;
    `newest_age_ms` how old the newest position was by the source's own clock; `trouble` what broke."""

    bytes: int
    reports: int
    positions: int
    movers: int
    without_altitude: int
    newest_age_ms: int | None
    drops: dict[str, int]
    why: dict[str, str]
    trouble: str = ""


def listen(section: FeedSection, home: Path, seconds: float) -> Heard:
    """Raises `Malformed` for a format that nobody reads here; whatever else breaks stands in `trouble`."""
    check_formats((section,))
    return asyncio.run(_listen(section, home, seconds))


async def _listen(section: FeedSection, home: Path, seconds: float) -> Heard:
    clock = SystemClock()
    feed = Feed(section, format_of(section), clock.now_ms())
    size = reports = positions = without = 0
    newest: int | None = None
    names: set[bytes] = set()
    drops: Drops = {}
    trouble = ""
    try:
        async with asyncio.timeout(seconds):
            source = sources.pieces(
                section,
                home,
                documents=feed.documents,
                lines=feed.lines,
                lost=lambda count: drops.update(add({OVERRUN: count}, drops)),
            )
            async for channel, data in source:
                read = feed.read(channel, data, clock.now_ms())
                size += len(data)
                positions += len(read.batch)
                reports += max(read.seen, len(read.batch))
                add(drops, read.drops)
                if len(read.batch):
                    names.update(np.unique(read.batch.ident).tolist())
                    known = np.isfinite(read.batch.alt_geom_m) | np.isfinite(read.batch.alt_baro_ft)
                    without += int((~known & ~read.batch.on_ground).sum())
                    newest = max(newest or 0, int(read.batch.at_ms.max()))
                if positions > ENOUGH:
                    break
    except TimeoutError:
        pass  # the time is over: what was heard is told
    except OSError as error:
        trouble = str(error) or type(error).__name__
    ordered = dict(sorted(drops.items(), key=lambda row: (-row[1], row[0])))
    age = None if newest is None else max(0, clock.now_ms() - newest)
    why = {reason: REASONS.get(reason, "") for reason in ordered}
    return Heard(size, reports, positions, len(names), without, age, ordered, why, trouble)
