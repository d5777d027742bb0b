"""`steerclear demo`: two real node processes on this machine play "outpost, 90 minutes", and a stranger verifies it."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, show

if TYPE_CHECKING:
    from steerclear.record.verdict import Verdict
    from steerclear.replay.player import Result

SCENARIO = "a9-outpost"
NEXT = "Where to look next: docs/how-to/first-notice-on-two-machines.md takes two real machines to the first notice."


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "demo",
        run,
        "Two parties, two real nodes, ninety minutes of history, and the proof that is left of it.",
        "steerclear demo\nsteerclear demo --keep /tmp/outpost",
        "The nodes are processes of their own (`steerclear serve`) with own keys and stores, on loopback over\n"
        "HTTP; the clock is stepped. Exit 0 only if every criterion held and the evidence kit verified.",
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the nodes' folders and the kit there")
    parser.add_argument(
        "--scenario", type=Path, default=Path(SCENARIO), metavar="FILE", help=f"default: {SCENARIO}"
    )


def run(args: Namespace) -> int:
    import tempfile

    if args.keep is not None:
        args.keep.mkdir(parents=True, exist_ok=True)
        return _play(args, args.keep)
    with tempfile.TemporaryDirectory(prefix="steerclear-demo-") as folder:
        return _play(args, Path(folder))


def _play(args: Namespace, folder: Path) -> int:
    from steerclear.cli.replay import find, timeline
    from steerclear.replay.player import play
    from steerclear.replay.processes import build
    from steerclear.replay.scenario import load

    began = time.monotonic()
    scenario = load(find(args.scenario))
    show.say(
        f"{scenario.head.title}: starting {len(scenario.parties)} nodes, each a process with its own keys and store ..."
    )
    result = play(scenario, build, home=folder, watch=True)
    verdicts = {name: _verify(folder, Path(path)) for name, path in result.files.items()}
    held = result.passed and bool(verdicts) and all(one.status == "verified" for one in verdicts.values())
    value: dict[str, Any] = {
        **result.summary(),
        "kits": {name: show.plain(one) for name, one in verdicts.items()},
        "timelines": show.plain(result.timelines),
        "seconds": round(time.monotonic() - began, 1),
        "held": held,
    }
    lines = [scenario.head.title, *scenario.head.story.strip().splitlines(), "", *timeline(result), ""]
    lines += [*_criteria(result), ""]
    for name, verdict in verdicts.items():
        where = f" ({result.files[name]})" if args.keep is not None else ""
        lines += [
            f"Evidence kit{where}, released by two officers, checked from its files alone, roots given:"
        ]
        lines += [f"  {line}" for line in verdict.lines]
    lines += ["", f"{value['seconds']} s; {'everything held' if held else 'NOT EVERYTHING HELD'}.", NEXT]
    show.emit(args, value, lines, mode=scenario.head.mode)
    return codes.OK if held else codes.NO


def _criteria(result: Result) -> list[str]:
    lines = [show.strong("What must have held, each asked of a node's own interface or of its files:")]
    for one in result.criteria:
        lines.append(f"  {'held        ' if one.held else 'DID NOT HOLD'}  {one.text}")
        if not one.held:
            lines.append(f"                seen: {one.seen}")
    return lines


def _verify(folder: Path, kit: Path) -> Verdict:
    """As `steerclear verify` does, with the parties' fingerprints taken from the cards that the parties hold."""
    from steerclear.cli.verify import read_kit
    from steerclear.record.card import parse_card
    from steerclear.record.verify import check

    roots = {parse_card(path.read_bytes()).card.party for path in folder.glob("*/card.note")}
    return check(read_kit(kit), roots)
