"""What a scan goes by: minima by pair of classes, gaps, and what may lie between two samples. Data:
`data/terms.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

import msgspec
import numpy as np

from steerclear.errors import Malformed
from steerclear.feeds.codes import MOVER, MOVERS
from steerclear.kernels.segments import FAR_TMM, Minima
from steerclear.record import jcs
from steerclear.speech.parameters import Parameters
from steerclear.speech.quantities import quantity
from steerclear.speech.separation import CLASSES, moving_class
from steerclear.units import MM_PER_NAUTICAL_MILE, TENTH_MM_PER_FOOT

BOUNDARY: Final = "boundary.md, No track file of the other side"
MOST_GIVEN_MM = 50 * MM_PER_NAUTICAL_MILE
MOST_GIVEN_TMM = 10_000 * TENTH_MM_PER_FOOT
"""The widest that may be asked for about own movers. Ours: an encounter, not everybody within sight."""
MOST_BROKEN_MM = 10 * MM_PER_NAUTICAL_MILE
MOST_BROKEN_TMM = 2_000 * TENTH_MM_PER_FOOT
"""The widest minimum of which it may be asked whether two others broke it. Ours: twice that between aircraft."""
_CLASSES: Final = ("*", *CLASSES)


@dataclass(frozen=True)
class Terms:
    """Whole figures, so that the same terms have the same hash everywhere.

    `broken` is pair of moving classes → (horizontal mm, vertical tmm; 0: the vertical does not count) for two of whom
    neither is own; `own_*` the given minima for pairs with an own side, 0: those of `broken`. `turn` and `speed` by
    class, mm/s² and mm/s.
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
                source=BOUNDARY,
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
            broken=_broken(table.get("separation", [])),
            turn={name: round(row["turn"] * 1000) for name, row in table["class"].items()},
            speed={name: round(row["speed"] * 1000) for name, row in table["class"].items()},
        )
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise Malformed(
            "bad-terms", field=str(error), remedy="as in archive/data/terms.toml, every figure there"
        ) from None


def _broken(rows: list[Any]) -> dict[str, tuple[int, int]]:
    """By pair of moving classes. Raises `Malformed` of the agreement's parameters, `too-wide`."""
    agreed = Parameters.from_dict({"separation": rows} if rows else {})
    found = {}
    for one in _CLASSES:
        for other in _CLASSES:
            row = agreed.separation_for(one, other)
            if row.horizontal_mm > MOST_BROKEN_MM or (row.vertical_tmm or 0) > MOST_BROKEN_TMM:
                raise Malformed(
                    "too-wide",
                    field="separation",
                    remedy="of two others at most 10 NM and 2,000 ft: a scan finds encounters, not who is where",
                    source=BOUNDARY,
                )
            if row.horizontal_mm:
                found[_pair(one, other)] = row.horizontal_mm, row.vertical_tmm or 0
    return found


def _pair(one: str, other: str) -> str:
    return "/".join(sorted((one, other)))


def pair_limits(terms: Terms, one: str, other: str, own: bool) -> tuple[int, int] | None:
    """(horizontal mm, vertical tmm or 0) below which two movers of these classes (of plans, or moving ones) are
    reported; None: not looked for."""
    limit = terms.broken.get(_pair(moving_class(one), moving_class(other)))
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
