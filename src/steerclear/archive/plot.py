"""A picture of one encounter: plan, distance over time, profile; with the samples, so that one sees what is line and
what was heard. Colours of Okabe and Ito, each side with its own line as well; nothing is green.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from steerclear.archive import layout, points
from steerclear.archive.encounter import Encounter, rounded
from steerclear.archive.extra import needed, polars, reading
from steerclear.archive.legs import earth_centred, heights
from steerclear.archive.points import Points
from steerclear.archive.schema import SCAN_COLUMNS
from steerclear.archive.terms import Terms
from steerclear.kernels.segments import FAR_TMM, Floats
from steerclear.units import MM_PER_NAUTICAL_MILE, TENTH_MM_PER_FOOT, format_time

AROUND_MS: Final = 120_000
"""How much is drawn before and after the encounter."""
MOST_MS: Final = 1_800_000
"""Of a longer encounter half an hour around its least distance is drawn."""
BLUE, ORANGE, GREY, RED = "#0072B2", "#D55E00", "#666666", "#B00020"
BESIDE: Final[dict[str, Any]] = {"fontsize": 8, "loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}
"""Legends stand beside the picture: inside they would cover what was flown."""
STYLE: Final = ((BLUE, "-", "o"), (ORANGE, "--", "s"))
NM: Final = MM_PER_NAUTICAL_MILE / 1000
FT_TMM: Final = TENTH_MM_PER_FOOT


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One mover near an encounter: metres east and north of the middle of the two, altitude in feet with its interval
    (NaN: not known), seconds from the least distance."""

    name: str
    at_s: Floats
    east_m: Floats
    north_m: Floats
    feet: Floats
    low_ft: Floats
    high_ft: Floats


def samples(root: Path, one: Encounter) -> Points:
    """The samples of the two around the encounter. Raises OSError, `Malformed`."""
    pl = polars()
    start = max(one.from_ms, one.at_ms - MOST_MS // 2) - AROUND_MS
    end = min(one.to_ms, one.at_ms + MOST_MS // 2) + AROUND_MS
    paths = [
        root / part.name
        for part in layout.parts(root)
        if layout.hour_of(start) <= part.hour_ms <= layout.hour_of(end)
    ]
    mine = pl.col("ident").is_in([one.a, one.b]) & (pl.col("at_ms") >= start) & (pl.col("at_ms") < end)
    with reading(paths):
        rows = pl.concat(
            [pl.scan_parquet(path).filter(mine).select(SCAN_COLUMNS) for path in paths]
        ).collect()
    return points.from_frame(rows, ())


def sides(rows: Points, one: Encounter, terms: Terms) -> tuple[Side, Side]:
    """Both movers as they are drawn."""
    at = earth_centred(rows.lat_deg, rows.lon_deg)
    lat = np.radians((one.a_lat_e7 + one.b_lat_e7) / 2e7)
    lon = np.radians(one.a_lon_e7 / 1e7)
    here = earth_centred(np.degrees([lat]), np.degrees([lon]))
    east = np.array([-np.sin(lon), np.cos(lon), 0.0])
    north = np.array([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)])
    low, high = heights(rows, terms)
    unknown = high >= FAR_TMM / 2
    by_std = one.compared == "pressure"
    feet = rows.baro_ft if by_std else np.where(unknown, np.nan, (low + high) / 2 / FT_TMM)
    off = terms.std_error_tmm / FT_TMM
    made = []
    for name in (one.a, one.b):
        mine = rows.mover == (rows.idents.index(name) if name in rows.idents else -1)
        made.append(
            Side(
                name,
                (rows.at_ms[mine] - one.at_ms) / 1000,
                east @ (at - here)[:, mine],
                north @ (at - here)[:, mine],
                feet[mine],
                feet[mine] - off if by_std else np.where(unknown, np.nan, low / FT_TMM)[mine],
                feet[mine] + off if by_std else np.where(unknown, np.nan, high / FT_TMM)[mine],
            )
        )
    return made[0], made[1]


def picture(both: tuple[Side, Side], one: Encounter, *, kind: str = "svg", banner: str = "") -> bytes:
    """An SVG or PNG. `banner` stands at its top, for exercises. Raises `Malformed` `extra-missing`."""
    needed("matplotlib", "pictures")
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "steerclear", "font.size": 9, "svg.fonttype": "none"}):
        figure = Figure(figsize=(11, 9.5), layout="constrained")
        figure.suptitle("\n".join(part for part in (banner, _title(one)) if part), fontsize=10)
        grid = figure.add_gridspec(3, 1, height_ratios=(3, 1.2, 1.2))
        _plan(figure.add_subplot(grid[0]), both, one)
        _distance(figure.add_subplot(grid[1]), both, one)
        _profile(figure.add_subplot(grid[2]), both, one)
        out = io.BytesIO()
        told: dict[str, Any] = {"Date": None} if kind == "svg" else {}
        figure.savefig(out, format=kind, dpi=110, metadata={**told, "Title": _title(one)})
    return out.getvalue()


def _title(one: Encounter) -> str:
    word = (
        "below the minimum"
        if one.verdict == "loss"
        else "perhaps below the minimum: its uncertainty reaches it"
    )
    height = ""
    if one.vertical_tmm is not None:
        height = f", {rounded(one, one.vertical_tmm, one.minimum_tmm, FT_TMM)} ft apart"
    return (
        f"{one.a} and {one.b}: {word}\n{format_time(one.at_ms)}: {one.horizontal_mm / 1e6:.3f} km"
        f" ± {one.horizontal_error_mm / 1e6:.3f} km horizontally{height}{_height_words(one)}"
    )


def _height_words(one: Encounter) -> str:
    off = f"± {(one.vertical_error_tmm or 0) / FT_TMM:,.0f} ft"
    return {
        "pressure": " (pressure altitudes)",
        "ellipsoid": f" (above the ellipsoid, {off})",
        "pressure_alone": f" (above the ellipsoid, one side by pressure altitude alone, {off})",
        "unknown": "; height not known, whole column",
        "surface": "",
    }[one.compared]


def _plan(axes: Any, both: tuple[Side, Side], one: Encounter) -> None:
    for side, (colour, line, mark) in zip(both, STYLE, strict=True):
        axes.plot(
            side.east_m / 1000,
            side.north_m / 1000,
            line,
            color=colour,
            marker=mark,
            ms=3,
            lw=1,
            label=side.name,
        )
        if len(side.at_s) > 1:
            axes.annotate(
                "",
                xy=(side.east_m[-1] / 1000, side.north_m[-1] / 1000),
                xytext=(side.east_m[-2] / 1000, side.north_m[-2] / 1000),
                arrowprops={"arrowstyle": "->", "color": colour},
            )
    east, north = zip(*(_at(side, 0.0) for side in both), strict=True)
    axes.plot(
        np.array(east) / 1000,
        np.array(north) / 1000,
        ":",
        color=RED,
        lw=1.5,
        label="least distance\nwhile below",
    )
    around = np.linspace(0, 2 * np.pi, 181)
    reach = one.minimum_mm / 1e6
    axes.plot(
        east[0] / 1000 + reach * np.cos(around),
        north[0] / 1000 + reach * np.sin(around),
        color=GREY,
        lw=0.8,
        label=f"minimum {reach / NM * 1000:.2f} NM\naround {one.a}",
    )
    axes.set_aspect("equal", adjustable="datalim")
    axes.set(
        xlabel="east, km", ylabel="north, km (true)", title="Plan: marks are samples, lines are between them"
    )
    axes.grid(True, lw=0.3)
    axes.legend(**BESIDE)


def _distance(axes: Any, both: tuple[Side, Side], one: Encounter) -> None:
    begins, ends = (
        (max(s.at_s[0] for s in both), min(s.at_s[-1] for s in both)) if _seen(both) else (0.0, 0.0)
    )
    at = np.linspace(begins, ends, 600)
    (ea, na), (eb, nb) = (_at(side, at) for side in both) if _seen(both) else (_NO, _NO)
    away = np.hypot(ea - eb, na - nb) / 1000
    error = one.horizontal_error_mm / 1e6
    axes.fill_between(
        at, np.maximum(away - error, 0), away + error, color=GREY, alpha=0.25, label="uncertainty"
    )
    axes.plot(at, away, color="black", lw=1, label="on straight lines")
    axes.axhline(one.minimum_mm / 1e6, color=RED, lw=1, ls="-.", label="minimum")
    _nearest(axes)
    axes.set(xlabel="seconds from the least distance", ylabel="apart, km", title="Horizontal distance")
    axes.set_ylim(bottom=0)
    axes.grid(True, lw=0.3)
    axes.legend(**BESIDE)


_NO = (np.zeros(600), np.zeros(600))


def _profile(axes: Any, both: tuple[Side, Side], one: Encounter) -> None:
    for side, (colour, line, mark) in zip(both, STYLE, strict=True):
        axes.plot(side.at_s, side.feet, line, color=colour, marker=mark, ms=3, lw=1, label=side.name)
        axes.fill_between(side.at_s, side.low_ft, side.high_ft, color=colour, alpha=0.2)
    if one.minimum_tmm and len(both[0].at_s):
        axes.fill_between(
            both[0].at_s,
            both[0].feet - one.minimum_tmm / FT_TMM,
            both[0].feet + one.minimum_tmm / FT_TMM,
            facecolor="none",
            edgecolor=GREY,
            lw=0.8,
            label=f"minimum {one.minimum_tmm / FT_TMM:,.0f} ft\naround {one.a}",
        )
    _nearest(axes)
    of = "feet on 1013.25 hPa" if one.compared == "pressure" else "feet above the WGS84 ellipsoid"
    axes.set(xlabel="seconds from the least distance", ylabel=of, title="Profile")
    axes.grid(True, lw=0.3)
    axes.legend(**BESIDE)


def _nearest(axes: Any) -> None:
    """The instant from which the seconds count: the dotted red line of the plan, in time."""
    axes.axvline(0, color=RED, lw=1.0, ls=":", label="least distance\nwhile below")


def _seen(both: tuple[Side, Side]) -> bool:
    return all(len(side.at_s) > 1 for side in both)


def _at(side: Side, at_s: Any) -> tuple[Any, Any]:
    return np.interp(at_s, side.at_s, side.east_m), np.interp(at_s, side.at_s, side.north_m)
