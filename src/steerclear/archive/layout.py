"""Where a track file lies: `day=2026-11-22/hour=11/shared-4f0c1a2b3c4d5e6f.parquet`, by the first hour of its rows.

The name ends in the first letters of the file's SHA-256, so that a file is never written over by another. A file
holds rows of one hour and one trust class only; those of local feeds hold rows of one span of ten minutes, so that
what has to go after 24 hours goes as whole files (`retention`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from steerclear.errors import Malformed
from steerclear.units import format_time, parse_time

HOUR_MS: Final = 3_600_000
LOCAL_SPAN_MS: Final = 600_000
EXERCISES: Final = "exercise"
"""Below the folder of a node's archive: what simulated movers reported."""
_DAY = re.compile(r"day=(\d{4}-\d{2}-\d{2})", re.ASCII)
_HOUR = re.compile(r"hour=([01]\d|2[0-3])", re.ASCII)
_PART = re.compile(r"(shared|local)-[0-9a-f]{16}\.parquet", re.ASCII)


class Part(NamedTuple):
    """One track file: its path below the archive's folder, the begin of its hour and its trust class."""

    name: str
    hour_ms: int
    trust: str


def hour_of(at_ms: int) -> int:
    """The begin of the hour that an instant lies in."""
    return at_ms - at_ms % HOUR_MS


def part_name(hour_ms: int, trust: str, sha256: str) -> str:
    text = format_time(hour_ms)
    return f"day={text[:10]}/hour={text[11:13]}/{trust}-{sha256[:16]}.parquet"


def parts(root: Path) -> list[Part]:
    """Every track file of an archive, by hour and name. Other files are left alone.

    Raises `Malformed` `no-archive` where there is no folder, or none that holds a track file.
    """
    found = sorted(_parts(root), key=lambda one: (one.hour_ms, one.name))
    if not found:
        raise Malformed(
            "no-archive",
            field=str(root),
            remedy="name a folder with day=…/hour=…/*.parquet; make one of other files with: steerclear archive add",
        )
    return found


def _parts(root: Path) -> Iterator[Part]:
    for path in root.glob("day=*/hour=*/*.parquet"):
        day, hour = _DAY.fullmatch(path.parts[-3]), _HOUR.fullmatch(path.parts[-2])
        part = _PART.fullmatch(path.name)
        if day and hour and part:
            begin = parse_time(f"{day[1]}T{hour[1]}:00:00Z")
            yield Part("/".join(path.parts[-3:]), begin, part[1])


def is_local(name: str) -> bool:
    """Whether a file of that name holds local tracks."""
    return name.rpartition("/")[2].startswith("local-")
