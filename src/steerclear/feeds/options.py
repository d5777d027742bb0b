"""Options of a format, as a person wrote them into the settings: checked by name, so that a receiver that stands on the
wrong side of the Earth is refused before anything is heard."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from steerclear.errors import Malformed

_HEIGHT_M: Final = (-500.0, 10_000.0)
_EXAMPLE: Final = {2: "[52.31, 4.76]", 3: "[50.03, 8.57, 142.0]"}


def place(name: str, value: Any, size: int) -> tuple[float, ...]:
    """[lat_deg, lon_deg], of `size` 3 with the height above the ellipsoid in metres. Raises `Malformed`
    `bad-option`."""
    bounds = ((-90.0, 90.0), (-180.0, 180.0), _HEIGHT_M)[:size]
    figures = value if isinstance(value, list | tuple) and len(value) == size else ()
    good = bool(figures) and all(
        not isinstance(one, bool)
        and isinstance(one, int | float)
        and math.isfinite(one)
        and low <= one <= high
        for one, (low, high) in zip(figures, bounds, strict=True)
    )
    if not good:
        what = "latitude, longitude" + (", height above the ellipsoid in metres" if size == 3 else "")
        raise bad(name, f"write {what}, as {_EXAMPLE[size]}")
    return tuple(map(float, figures))


def table(name: str, value: Any, example: str) -> Mapping[str, Any]:
    """A table with named rows; None is an empty one. Raises `Malformed` `bad-option`."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value):
        raise bad(name, f"write a table, as {example}")
    return value


def whole(name: str, value: Any, low: int, high: int) -> int:
    """Raises `Malformed` `bad-option`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise bad(name, f"a whole number from {low} to {high}")
    return value


def bad(name: str, remedy: str) -> Malformed:
    return Malformed("bad-option", field=f"options.{name}", remedy=remedy)
