"""`steerclear replay FILE…`: play scenarios through real nodes in this process and judge their criteria."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from steerclear.cli import codes, options, show

if TYPE_CHECKING:
    from steerclear.replay.desk import Builder
    from steerclear.replay.player import Result


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "replay",
        run,
        "Play scenario files through real nodes on a stepped clock and judge what must have held.",
        "steerclear replay outpost.toml\nsteerclear replay --all --json",
        "Exit 0 only if every criterion of every scenario held. With --json one row a scenario:\n"
        "[{id, passed, criteria: [{text, held, seen}]}].",
    )
    parser.add_argument(
        "files", type=Path, nargs="*", metavar="FILE", help="scenario files, or ids of shipped ones"
    )
    parser.add_argument("--all", action="store_true", help="every scenario that ships with steerclear")
    parser.add_argument("--timeline", action="store_true", help="also what each side saw change")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the nodes' files there")


def run(args: Namespace) -> int:
    from steerclear.cli.faults import stop
    from steerclear.replay.house import build_house
    from steerclear.replay.player import play
    from steerclear.replay.scenario import load

    files = shipped() if args.all else [find(path) for path in args.files]
    if not files:
        raise stop(
            "no-file", "FILE", "no scenario was named", "name files or ids, or give --all", exits=codes.USAGE
        )
    scenarios = [load(path) for path in files]
    results = []
    for number, scenario in enumerate(scenarios, 1):
        show.say(f"{number} of {len(scenarios)}: {scenario.id} {scenario.head.title}")
        kept = args.keep / scenario.id if args.keep is not None else None
        if kept is not None:
            kept.mkdir(parents=True)
        results.append(play(scenario, cast("Builder", build_house), home=kept, watch=args.timeline))
    _print(args, results, {scenario.head.mode for scenario in scenarios})
    return codes.OK if all(result.passed for result in results) else codes.NO


def _print(args: Namespace, results: list[Result], modes: set[str]) -> None:
    if args.json:
        import json

        print(json.dumps([result.summary() for result in results], ensure_ascii=False, indent=2, default=str))
        return
    lines: list[str] = []
    for result in results:
        if args.timeline:
            lines += [*timeline(result), ""]
    rows = (
        (
            r.id,
            "held" if r.passed else "DID NOT HOLD",
            f"{sum(c.held for c in r.criteria)} of {len(r.criteria)}",
            r.title,
        )
        for r in results
    )
    lines += show.table(("scenario", "result", "criteria", "title"), rows)
    for result in results:
        for one in result.criteria:
            if not one.held:
                lines += [f"{result.id}: did not hold: {one.text}", f"  seen: {one.seen}"]
    show.emit(args, {}, lines, mode="EXERCISE" if modes != {"REAL"} else "REAL")


def timeline(result: Result, width: int = 66) -> list[str]:
    """What each side saw, side by side: one row an instant, every change of its own board."""
    import textwrap

    from steerclear.units import format_time

    names = list(result.timelines)
    seen: dict[int, dict[str, list[str]]] = {}
    for name, events in result.timelines.items():
        for event in events:
            seen.setdefault(event.at_ms, {}).setdefault(name, []).append(event.text)
    head = f"{'UTC':<9} " + " | ".join(f"{name} sees".ljust(width) for name in names)
    lines = [show.strong(head.rstrip())]
    for at_ms in sorted(seen):
        columns = [
            [
                line
                for text in seen[at_ms].get(name, ())
                for line in textwrap.wrap(text, width, subsequent_indent="  ")
            ]
            for name in names
        ]
        for row in range(max(len(column) for column in columns)):
            when = f"{format_time(at_ms)[11:19]}Z" if row == 0 else ""
            cells = [(column[row] if row < len(column) else "").ljust(width) for column in columns]
            lines.append(f"{when:<9} {' | '.join(cells)}".rstrip())
    return lines


def folder() -> Path:
    """Where the shipped scenarios lie."""
    import steerclear

    return Path(str(steerclear.__path__[0])) / "scenarios"


def shipped() -> list[Path]:
    return sorted(folder().glob("*.toml"), key=lambda path: _key(path.stem))


def find(path: Path) -> Path:
    """A file, or the shipped scenario of that name or id. Raises `Stop`."""
    from steerclear.cli.faults import stop

    if path.is_file():
        return path
    wanted = str(path).lower()
    fits = [one for one in shipped() if wanted in (one.stem, one.name, _id(one))]
    if len(fits) != 1:
        known = ", ".join(one.stem for one in shipped())
        raise stop("no-file", str(path), "no file, and no shipped scenario of that name", f"one of: {known}")
    return fits[0]


def _id(path: Path) -> str:
    """The id as it begins the file's name; with a t behind it of the same story on tracks."""
    return path.stem.partition("-")[0] + ("t" if path.stem.endswith("-tracks") else "")


def _key(stem: str) -> tuple[str, int, str]:
    """a9 before a10, a before at."""
    head = stem.partition("-")[0]
    letters = head.rstrip("0123456789")
    number: Any = head[len(letters) :]
    return letters, int(number or 0), stem
