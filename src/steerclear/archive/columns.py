"""Which columns of somebody's table are which of ours: presets as data (`data/columns.toml`), or as a person writes
them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from steerclear.archive.extra import polars
from steerclear.errors import Malformed
from steerclear.feeds.codes import MOVER, MOVERS

UNITS: Final[Mapping[str, tuple[str, ...]]] = {
    "at": ("iso", "s", "ms"),
    "ident": (),
    "lat": ("deg", "e7"),
    "lon": ("deg", "e7"),
    "alt_baro": ("ft", "m"),
    "alt_geom": ("m", "ft"),
    "error": ("m",),
    "on_ground": (),
    "own": (),
    "mover": (),
}
"""What may be named, with the units it may be in, the first where nothing is said. Of `ident` the part behind `:` is
the space that its names are in: `icao24:icao`."""
NEEDED: Final = ("at", "ident", "lat", "lon")
M_PER_FT: Final = 0.3048


@dataclass(frozen=True)
class Mapped:
    """Ours → (theirs, unit or space); `mover` is the class of every row where no column tells it."""

    columns: Mapping[str, tuple[str, str]]
    mover: str = "*"


@lru_cache(maxsize=1)
def presets() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("steerclear.archive").joinpath("data/columns.toml").read_text("utf-8"))


def mapped(preset: str = "", given: Iterable[str] = (), mover: str = "") -> Mapped:
    """A preset with what is given besides as `ours=theirs[:unit]`. Raises `Malformed`: `unknown-preset`,
    `unknown-column`, `unknown-unit`, `column-missing`, `unknown-class`."""
    if preset and preset not in presets():
        raise Malformed("unknown-preset", field="like", remedy="one of " + ", ".join(presets()))
    rows = {k: v for k, v in presets().get(preset, {}).items() if k not in ("says", "class")}
    for one in given:
        ours, equals, theirs = one.partition("=")
        if not equals or not theirs:
            raise Malformed("unknown-column", field=one, remedy="write OURS=THEIRS[:UNIT], as at=time:s")
        rows[ours] = theirs
    missing = [name for name in NEEDED if name not in rows]
    if missing:
        raise Malformed(
            "column-missing",
            field=", ".join(missing),
            remedy="name the column: --column at=time:s --column ident=icao24:icao --column lat=… --column lon=…",
        )
    kind = mover or presets().get(preset, {}).get("class", "*")
    if kind not in MOVER:
        raise Malformed("unknown-class", field="class", remedy="one of " + ", ".join(MOVERS))
    return Mapped({ours: _column(ours, theirs) for ours, theirs in rows.items()}, kind)


def _column(ours: str, theirs: str) -> tuple[str, str]:
    if ours not in UNITS:
        raise Malformed("unknown-column", field=ours, remedy="one of " + ", ".join(UNITS))
    name, _, unit = theirs.rpartition(":") if ":" in theirs else (theirs, "", "")
    if ours == "ident":
        return name, unit or "id"
    units = UNITS[ours]
    if unit and unit not in units:
        raise Malformed("unknown-unit", field=f"{ours}={theirs}", remedy="one of " + ", ".join(units))
    return name, unit or (units[0] if units else "")


def expressions(wanted: Mapped, theirs: Iterable[str]) -> dict[str, Any]:
    """Our columns as Polars expressions over theirs; what a preset names and the table has not is unknown.

    Raises `Malformed` `column-missing` for one that is needed.
    """
    pl = polars()
    here = set(theirs)
    found = {ours: (name, unit) for ours, (name, unit) in wanted.columns.items() if name in here}
    gone = [wanted.columns[name][0] for name in NEEDED if name not in found]
    if gone:
        raise Malformed(
            "column-missing", field=", ".join(gone), remedy=f"the table has: {', '.join(sorted(here))[:300]}"
        )

    def number(name: str) -> Any:
        return (
            pl.col(found[name][0]).cast(pl.Float64, strict=False)
            if name in found
            else pl.lit(None, pl.Float64)
        )

    def flag(name: str) -> Any:
        text = pl.col(found[name][0]).cast(pl.String).str.to_lowercase() if name in found else pl.lit("")
        return text.is_in(["true", "1", "t", "yes"])

    def metres(name: str) -> Any:
        return number(name) * (M_PER_FT if name in found and found[name][1] == "ft" else 1.0)

    scale = {"deg": 1e7, "e7": 1.0}
    ident, space = found["ident"]
    return {
        "at_ms": _instant(*found["at"]),
        "ident": pl.lit(f"{space}:") + pl.col(ident).cast(pl.String).str.strip_chars().str.to_lowercase(),
        "own": flag("own"),
        "mover": pl.col(found["mover"][0]).cast(pl.String)
        if "mover" in found
        else pl.lit(_class(wanted), pl.String),
        "lat_e7": (number("lat") * scale[found["lat"][1]]).round(0),
        "lon_e7": (number("lon") * scale[found["lon"][1]]).round(0),
        "error_m": number("error"),
        "alt_geom_m": metres("alt_geom"),
        "alt_baro_ft": metres("alt_baro") / M_PER_FT,
        "on_ground": flag("on_ground"),
    }


def _class(wanted: Mapped) -> str | None:
    return None if wanted.mover == "*" else wanted.mover


def _instant(name: str, unit: str) -> Any:
    """Milliseconds; ISO text without a zone is read as UTC."""
    pl = polars()
    column = pl.col(name)
    if unit == "iso":
        text = column.cast(pl.String).str.replace(r"(Z|[+]00:?00)$", "").str.replace(" ", "T")
        return text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="ms", strict=False).cast(pl.Int64)
    return (
        (column.cast(pl.Float64, strict=False) * (1000 if unit == "s" else 1))
        .round(0)
        .cast(pl.Int64, strict=False)
    )
