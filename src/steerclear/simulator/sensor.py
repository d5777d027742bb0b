"""What is heard of a world: when each mover reports, with what noise, with what gaps, and how late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from steerclear.feeds.batch import Batch, batch_of, joined, rows_of
from steerclear.feeds.codes import MOVER, ORIGIN, REFERENCE, UNIT
from steerclear.simulator import world as worlds
from steerclear.simulator.chance import Chance
from steerclear.simulator.marks import EXERCISE
from steerclear.simulator.world import M_PER_FT, Ints, Wanted, World

SHIP: Final = MOVER["ship"]
LATE_SHARE, LATE_MS = 0.002, 12_000
"""So many reports come by a slow way, up to so much later. Ours."""


def reports(wanted: Wanted) -> Iterator[tuple[int, Batch]]:
    """For each second of the simulation (its end, Unix ms) what was received in it, in the order of reception."""
    world, chance = worlds.made(wanted), Chance(wanted.seed, 2)
    every = worlds.figures("every").astype(np.int64)[world.kind]
    phase = np.floor(chance.even(len(world)) * every).astype(np.int64)
    silent = np.zeros(len(world), np.bool_)
    waiting: list[Batch] = []
    for second in range(wanted.lasts_s):
        even = chance.even(len(world))
        lost, found = worlds.figures("lost")[world.kind], worlds.figures("found")[world.kind]
        silent = np.where(silent, even >= found, even < lost)
        rows = np.flatnonzero(((second + phase) % every == 0) & ~silent)
        if len(rows):
            waiting.append(_heard(world, rows, chance))
        end_ms = wanted.start_ms + (second + 1) * 1000
        held = joined(waiting)
        come = held.received_ms < end_ms
        order = np.flatnonzero(come)[np.argsort(held.received_ms[come], kind="stable")]
        waiting = [rows_of(held, ~come)]
        yield end_ms, rows_of(held, order)
        worlds.step(world)


def _heard(world: World, rows: Ints, chance: Chance) -> Batch:
    """Reports of these movers in the second that begins now."""
    count, kind = len(rows), world.kind[rows]
    part = np.floor(chance.even(count) * 1000) / 1000
    lat, lon = worlds.moved(world.lat[rows], world.lon[rows], world.track[rows], world.speed[rows] * part)
    noise = worlds.figures("noise")[kind]
    lat, lon = worlds.moved(lat, lon, np.full(count, 0.0), noise * chance.about(count))
    lat, lon = worlds.moved(lat, lon, np.full(count, np.pi / 2), noise * chance.about(count))
    at_ms = world.wanted.start_ms + world.second * 1000 + np.rint(part * 1000).astype(np.int64)
    low, high = worlds.ranges("delay")
    late = np.where(chance.even(count) < LATE_SHARE, chance.even(count) * LATE_MS, 0.0)
    delay_ms = chance.between(count, low[kind], high[kind]) * 1000 + late
    ship = world.mover[rows] == SHIP
    feet = np.where(ship, np.nan, np.rint(world.feet[rows] / 25) * 25)
    geom_m = feet * M_PER_FT + world.surface_m + 8 * chance.about(count)
    climb = np.where(world.doing[rows] == 2, np.sign(world.goal[rows] - world.feet[rows]), 0.0)
    return batch_of(
        count,
        {
            "ident": np.array(world.idents, "S32")[rows],
            "at_ms": at_ms,
            "received_ms": at_ms + np.rint(delay_ms).astype(np.int64),
            "lat_deg": np.rint(np.degrees(lat) * 1e6) / 1e6,
            "lon_deg": np.rint(np.degrees(lon) * 1e6) / 1e6,
            "error_m": 2.45 * noise,
            "alt_geom_m": np.rint(geom_m / M_PER_FT / 25) * 25 * M_PER_FT,
            "alt_geom_error_m": 45.0,
            "alt_baro_ft": feet,
            "alt_given": feet,
            "alt_unit": np.where(ship, 0, UNIT["ft"]),
            "alt_ref": np.where(ship, REFERENCE["sea"], REFERENCE["STD"]),
            "on_ground": ship,
            "ve_mps": world.speed[rows] * np.sin(world.track[rows]),
            "vn_mps": world.speed[rows] * np.cos(world.track[rows]),
            "vu_mps": climb * worlds.figures("climb")[kind],
            "mover": world.mover[rows],
            "callsign": EXERCISE.encode(),
            "origin": ORIGIN["simulated"],
        },
    )
