"""`steerclear scan PATH`: every encounter in recorded tracks, of which one side is own or that broke a minimum."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, progress, scan_room, show
from steerclear.cli.language import chosen, kept, label, phrase_of, say

if TYPE_CHECKING:
    from steerclear.archive.encounter import Encounter
    from steerclear.archive.run import Scan
    from steerclear.archive.terms import Terms
    from steerclear.archive.work import Unit

MORE = """\
It judges the straight lines between samples, all of the time and not only where a sample is, and adds what the
movers may have turned between two samples: LOSS is below the minimum on those lines, POSSIBLE only within the
uncertainty. Over a gap longer than the terms allow nothing is judged; the last lines say how much was.

--within and --vertical widen or narrow the search for pairs of which one side is own, as the archive or the node's
feeds (--home) say; --own may name no other. Two others are reported only where they broke the agreement's minima.
There is no search by place, by identity, or for who stays or travels with whom (docs/explanation/boundary.md).

Results of each hour are kept under --keep (default: PATH/.scan); a scan that was stopped goes on where it stopped.
Exit 0 no encounter in what was judged (no proof that there was none), 4 at least one, 5 nothing could be judged."""


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "scan",
        run,
        "Find every encounter in recorded tracks.",
        "steerclear scan tracks\n"
        'steerclear scan tracks --own own.txt --within "10 NM" --vertical "2000 ft"\n'
        "steerclear scan tracks --parquet found.parquet --geojson found.geojson --plots pictures",
        MORE,
    )
    parser.add_argument(
        "path", type=Path, metavar="PATH", help="an archive's folder (steerclear archive add)"
    )
    parser.add_argument(
        "--own",
        action="append",
        default=[],
        metavar="IDENTS",
        help="these too are own; only whom the archive or [[feed]] own of the node's settings (--home) names:"
        " a file, or idents between commas",
    )
    options.home(parser)
    parser.add_argument(
        "--within", default="", metavar="LENGTH", help="horizontal minimum about own movers, as 10 NM"
    )
    parser.add_argument(
        "--vertical", default="", metavar="LENGTH", help="vertical minimum about own movers, as 2000 ft"
    )
    parser.add_argument(
        "--terms", type=Path, metavar="FILE", help="gaps, errors and the agreement's separation, as TOML"
    )
    parser.add_argument("--parquet", type=Path, metavar="FILE", help="write the encounters as Parquet")
    parser.add_argument("--geojson", type=Path, metavar="FILE", help="write the encounters as GeoJSON")
    parser.add_argument(
        "--plots", type=Path, metavar="DIR", help="draw each encounter: plan, distance, profile"
    )
    parser.add_argument("--plot-type", choices=("svg", "png"), default="svg", help="(default: svg)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where results of each hour are kept")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default: 1)")
    scan_room.option(parser)
    progress.option(parser)


def run(args: Namespace) -> int:
    scan_room.check_addresses()
    from steerclear.archive import owning, results, work

    part = scan_room.part_of(args)
    terms = terms_of(args)
    own = own_of(args.own)
    only_own(args.path, own, args.home)
    marked = owning.marked(args.path)
    absent = tuple(sorted(set(own) - marked - owning.here(args.path, own)))
    units = work.units(args.path, own, terms, most_samples=part)
    found = _scanned(args, units)
    _files(args, found, terms)
    mode = "EXERCISE" if simulated(args.path) else "REAL"
    value = {
        **results.report(found),
        "own_movers": len(marked | set(own) - set(absent)),
        "own_absent": absent,
    }
    show.emit(args, value, [*lines(found), *_own_lines(value), say("archive.scan.notice")], mode=mode)
    if not found.judged.legs:
        return codes.NOT_JUDGED
    return codes.CONFLICT if found.encounters else codes.OK


def terms_of(args: Namespace) -> Terms:
    """The terms that the arguments name. Raises `Malformed`, OSError."""
    from steerclear.archive import terms
    from steerclear.speech.quantities import quantity

    made = terms.read(args.terms.read_bytes()) if args.terms else terms.default()
    if not (args.within or args.vertical):
        return made
    base = terms.pair_limits(made, "fixed_wing", "fixed_wing", False) or (0, 0)
    return made.with_own(
        quantity(args.within, "mm", field="--within") if args.within else base[0],
        quantity(args.vertical, "tmm", field="--vertical") if args.vertical else base[1],
    )


def own_of(given: Sequence[str]) -> tuple[str, ...]:
    """Idents of files and lists, in order. Raises `Stop` for what is no ident."""
    from steerclear.archive.writing import idents
    from steerclear.cli.faults import stop

    found: set[str] = set()
    for one in given:
        path = Path(one)
        found |= idents(path.read_text(encoding="utf-8").splitlines() if path.is_file() else [one])
    for name in sorted(found):
        if ":" not in name or any(letter in name for letter in "*?[]%"):
            raise stop(
                "bad-ident",
                "--own",
                f"{name} is no ident",
                "write whole idents, as icao:4b1814 or mmsi:273344040; no patterns",
            )
    return tuple(sorted(found))


def only_own(root: Path, own: Sequence[str], home: Path) -> None:
    """Raises `Stop` `not-own` where an ident is own neither by a row of the archive nor by `[[feed]] own` of the node
    at `home`; `Malformed` where those settings cannot be read."""
    from steerclear.archive import owning
    from steerclear.cli.faults import stop
    from steerclear.config import FILE_NAME, read_config

    if not own:
        return
    feeds = read_config(home).feed if (home / FILE_NAME).exists() else ()
    others = owning.strangers(own, owning.marked(root), [name for feed in feeds for name in feed.own])
    if others:
        raise stop(
            "not-own",
            "--own",
            f"{', '.join(others)}: own neither in the archive nor in [[feed]] own of {home / FILE_NAME};"
            " a scan has no search by identity (boundary.md, No track file of the other side)",
            "name your own movers in the feed's settings and give --home,"
            " or mark them when you add them: steerclear archive add --own",
        )


def _scanned(args: Namespace, units: Sequence[Unit]) -> Scan:
    from steerclear.archive import keeping
    from steerclear.archive import run as runs

    keep = args.keep if args.keep is not None else args.path / keeping.FOLDER
    with progress.shown(args, "samples looked at") as step, scan_room.told(keep, args.jobs):
        if args.jobs <= 1:
            return runs.scan(units, keep=keep, step=step)
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(args.jobs, mp_context=get_context("spawn")) as pool:
            return runs.scan(units, keep=keep, step=step, mapper=pool.map)


def _files(args: Namespace, found: Scan, terms: Terms) -> None:
    from steerclear.archive import results
    from steerclear.node.home import write_private

    if args.parquet:
        write_private(args.parquet, results.parquet(found.encounters))
    if args.geojson:
        write_private(args.geojson, results.geojson(found.encounters))
    if args.plots:
        from steerclear.archive import plot

        args.plots.mkdir(parents=True, exist_ok=True)
        banner = show.EXERCISE if simulated(args.path) else ""
        with progress.shown(args, "pictures drawn") as step:
            for number, one in enumerate(found.encounters):
                both = plot.sides(plot.samples(args.path, one), one, terms)
                data = plot.picture(both, one, kind=args.plot_type, banner=banner)
                write_private(args.plots / f"{picture_name(number, one)}.{args.plot_type}", data)
                step(number + 1, len(found.encounters))


def picture_name(number: int, one: Encounter) -> str:
    sides = "-".join(side.replace(":", "_").replace("/", "_") for side in one.pair)
    return f"{number + 1:04d}-{sides}"


def simulated(root: Path) -> bool:
    """Whether any track file says that it is of an exercise."""
    from steerclear.archive import layout
    from steerclear.archive.extra import polars, reading

    pl = polars()
    paths = [root / part.name for part in layout.parts(root)]
    with reading(paths):
        return any("banner" in pl.read_parquet_metadata(path) for path in paths)


def lines(found: Scan) -> list[str]:
    """The encounters as a table, and how much could be judged."""
    out: list[str] = []
    if found.encounters:
        out += [*show.table(_head(), map(_row, found.encounters)), ""]
    losses = sum(one.verdict == "loss" for one in found.encounters)
    judged = found.judged
    out.append(say("archive.scan.found", losses=losses, possible=len(found.encounters) - losses))
    parts = {"kept": found.kept, "all": found.kept + found.computed}
    hours = f"{judged.judged_s / 3600:,.1f}"
    out.append(say("archive.scan.judged", samples=judged.samples, hours=hours, lines=judged.legs, **parts))
    gone = [
        say("archive.scan.silences", n=judged.resumed),
        say("archive.scan.jumps", n=judged.jumps),
        say("archive.scan.grounded", n=judged.grounded),
    ]
    out.append(say("archive.scan.not-judged", what=gone))
    if judged.no_height:
        out.append(say("archive.scan.no-height", n=judged.no_height))
    return out


def _own_lines(value: Mapping[str, Any]) -> list[str]:
    """Whether the own side was there at all: minima about nobody are kept by everybody."""
    out = [say("archive.scan.absent", names=list(value["own_absent"]))] if value["own_absent"] else []
    if value["own_movers"]:
        return [*out, say("archive.scan.own-movers", n=value["own_movers"])]
    return [*out, say("archive.scan.no-own")]


def _head() -> tuple[str, ...]:
    one, other, across, above = (phrase_of("column", name) for name in _COLUMNS)
    lasts = say("archive.head.lasts")
    return "", say("archive.head.at"), one, other, across, above, say("archive.head.minima"), lasts


_COLUMNS = ("one", "other", "horizontal", "vertical")


def _row(one: Encounter) -> tuple[str, ...]:
    from steerclear.archive.encounter import rounded
    from steerclear.units import format_time

    apart = say(
        "archive.scan.metres",
        figure=rounded(one, one.horizontal_mm, one.minimum_mm, 1000, chosen()),
        error=f"{one.horizontal_error_mm / 1000:,.0f}",
    )
    limit = {"miles": f"{one.minimum_mm / 1_852_000:.2f}"}
    asked = say("archive.scan.minimum", **limit)
    if one.minimum_tmm:
        asked = say("archive.scan.minimum-both", **limit, feet=f"{one.minimum_tmm / 3048:,.0f}")
    lasts = one.to_ms - one.from_ms
    if one.loss_from_ms is not None and one.loss_to_ms is not None:
        lasts = one.loss_to_ms - one.loss_from_ms
    return (
        say("archive.scan.loss" if one.verdict == "loss" else "archive.scan.possible"),
        kept(format_time(one.at_ms // 1000 * 1000)),
        _side(one.a, one.a_class, one.a_own),
        _side(one.b, one.b_class, one.b_own),
        apart,
        _vertical(one),
        asked,
        say("archive.scan.seconds", figure=f"{lasts / 1000:,.0f}"),
    )


def _side(name: str, mover: str, own: bool) -> str:
    shown = say("archive.scan.own", name=name) if own else kept(name)
    if mover == "*":
        return shown
    return say("archive.scan.class", name=shown, **{"class": label("aircraft_class", mover)})


def _vertical(one: Encounter) -> str:
    from steerclear.archive.encounter import rounded

    if one.compared == "surface":
        return say("archive.scan.afloat")
    if one.vertical_tmm is None:
        return say("archive.scan.no-altitude")
    error = f"{(one.vertical_error_tmm or 0) / 3048:,.0f}"
    figure = rounded(one, one.vertical_tmm, one.minimum_tmm, 3048, chosen())
    alone = one.compared == "pressure_alone"
    return say("archive.scan.feet-pressure" if alone else "archive.scan.feet", figure=figure, error=error)
