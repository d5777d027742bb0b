"""What a scan goes by: minima by pair of classes, gaps, and what may lie between two samples. Data:
`data/terms.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np

from steerclear.errors import Malformed
from steerclear.feeds.codes import MOVER, MOVERS
from steerclear.kernels.segments import FAR_TMM, Minima
from steerclear.record import jcs
from steerclear.speech.quantities import quantity
from steerclear.units import MM_PER_NAUTICAL_MILE, TENTH_MM_PER_FOOT

MOST_GIVEN_MM = 50 * MM_PER_NAUTICAL_MILE
MOST_GIVEN_TMM = 10_000 * TENTH_MM_PER_FOOT
"""The widest that may be asked for about own movers. Ours: an encounter, not everybody within sight."""


@dataclass(frozen=True)
class Terms:
    """Whole figures, so that the same terms have the same hash everywhere.

    `broken` is (class, class) → (horizontal mm, vertical tmm; 0: the vertical does not count) for two of whom neither
    is own; `own_*` the given minima for pairs with an own side, 0: those of `broken`. `turn` and `speed` by class,
    mm/s² and mm/s.
    """

    gap_ms: int
    join_ms: int
    std_error_tmm: int
    std_to_geom_tmm: int
    error_mm: int
    geom_error_tmm: int
    broken: Mapping[str, tuple[int, int]]
    turn: Mapping[str, int]
    speed: Mapping[str, int]
    own_horizontal_mm: int = 0
    own_vertical_tmm: int = 0

    @property
    def hash(self) -> str:
        """SHA-256 of all of it."""
        return sha256(jcs.dumps(msgspec.to_builtins(asdict(self)))).hexdigest()

    def with_own(self, horizontal_mm: int, vertical_tmm: int) -> Terms:
        """The same, with the given minima for pairs of which one is own. Raises `Malformed` `too-wide`,
        `bad-minimum`."""
        if horizontal_mm <= 0 or vertical_tmm <= 0:
            raise Malformed("bad-minimum", field="minima", remedy="both are above zero")
        if horizontal_mm > MOST_GIVEN_MM or vertical_tmm > MOST_GIVEN_TMM:
            raise Malformed(
                "too-wide",
                field="minima",
                remedy="at most 50 NM and 10,000 ft: a scan finds encounters, not who is where",
                source="boundary.md, No track file of the other side",
            )
        return Terms(
            **{**self._fields(), "own_horizontal_mm": horizontal_mm, "own_vertical_tmm": vertical_tmm}
        )

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@lru_cache(maxsize=1)
def default() -> Terms:
    """The shipped terms."""
    return read(files("steerclear.archive").joinpath("data/terms.toml").read_bytes())


def read(data: bytes) -> Terms:
    """Raises `Malformed` `bad-terms` or what `quantity` raises, with the field."""
    try:
        table = tomllib.loads(data.decode())
        return Terms(
            gap_ms=quantity(table["gap"], "ms", field="gap"),
            join_ms=quantity(table["join"], "ms", field="join"),
            std_error_tmm=quantity(table["pressure_altitude_error"], "tmm", field="pressure_altitude_error"),
            std_to_geom_tmm=quantity(table["pressure_to_geometric"], "tmm", field="pressure_to_geometric"),
            error_mm=quantity(table["position_error"], "mm", field="position_error"),
            geom_error_tmm=quantity(
                table["geometric_altitude_error"], "tmm", field="geometric_altitude_error"
            ),
            broken=_broken(table["minimum"]),
            turn={name: round(row["turn"] * 1000) for name, row in table["class"].items()},
            speed={name: round(row["speed"] * 1000) for name, row in table["class"].items()},
        )
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise Malformed(
            "bad-terms", field=str(error), remedy="as in archive/data/terms.toml, every figure there"
        ) from None


def _broken(rows: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        limit = (
            quantity(row["horizontal"], "mm", field="minimum.horizontal"),
            quantity(row["vertical"], "tmm", field="minimum.vertical") if "vertical" in row else 0,
        )
        for one in row["of"]:
            for other in row["and"]:
                if one not in MOVER or other not in MOVER:
                    raise Malformed("unknown-class", field=f"{one}, {other}", remedy=", ".join(MOVERS))
                found.setdefault(_pair(one, other), limit)
    return found


def _pair(one: str, other: str) -> str:
    return "/".join(sorted((one, other)))


def pair_limits(terms: Terms, one: str, other: str, own: bool) -> tuple[int, int] | None:
    """(horizontal mm, vertical tmm or 0) below which this pair is reported; None: not looked for."""
    limit = terms.broken.get(_pair(one, other))
    if limit is None:
        return None
    if own and terms.own_horizontal_mm:
        return terms.own_horizontal_mm, terms.own_vertical_tmm if limit[1] else 0
    return limit


def minima(terms: Terms) -> Minima:
    """The same as arrays for the kernel, by class code."""
    size = len(MOVERS)
    horizontal, vertical = np.zeros((2, size, size)), np.full((2, size, size), FAR_TMM)
    for own in (0, 1):
        for one in MOVERS:
            for other in MOVERS:
                limit = pair_limits(terms, one, other, bool(own))
                if limit is not None:
                    at = own, MOVER[one], MOVER[other]
                    horizontal[at] = limit[0] / 1000
                    vertical[at] = limit[1] or FAR_TMM
    return Minima(horizontal, vertical, float(terms.std_error_tmm))
