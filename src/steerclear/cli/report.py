"""`steerclear report`: what the logs show of a period, as PDF or JSON, on the order of two officers."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, evidence, options, show
from steerclear.cli.language import say


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "report",
        run,
        "Write the report of a period from the logs alone: each side's columns, the ledger of allegations, silence.",
        "steerclear report --from 2026-10-01T00:00:00Z --to 2026-10-31T00:00:00Z -o october.pdf "
        "--as watch --co-sign releaser --home blue\n"
        "steerclear report --again october.json -o again.json --as watch --co-sign releaser --home red",
        "The ending says the form: .pdf or .json. Made from the same logs it is the same file to the byte, whoever of\n"
        "the parties makes it, but for the lines under `differs_by_reader`. --names prints this site's names for the\n"
        "parties, which another's report has not; --for prints whose copy it is. " + evidence.TWO,
    )
    parser.add_argument(
        "--from", dest="start", default="", metavar="TIME", help="RFC 3339 or date-time group"
    )
    parser.add_argument("--to", dest="end", default="", metavar="TIME", help="its end; must be over")
    parser.add_argument(
        "--again",
        type=Path,
        metavar="FILE",
        help="the period and sizes of an earlier report (.json), to compare",
    )
    parser.add_argument("--names", action="store_true", help="with this site's names for the parties")
    evidence.order_options(parser, "the report: FILE.pdf or FILE.json")


def run(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.heard import mode_of
    from steerclear.node.home import write_private

    who = client.officer(args)
    asked = {"format": _ending(args.output), "names": args.names, **_period(args)}
    data = evidence.ordered(args, who, "report", asked)
    write_private(args.output, data)
    value = {"file": str(args.output), "bytes": len(data), "line": who.line, **asked}
    start, end = show.instant(asked["start_ms"]), show.instant(asked["end_ms"])
    period = say("files.period", **{"from": start, "to": end})
    lines = [say("files.written-bytes", file=str(args.output), what=period, n=len(data))]
    if asked["format"] == ".json":
        lines += summary(json.loads(data))
    show.emit(args, value, lines, mode=mode_of(who.get()))
    return codes.OK


def summary(made: dict[str, Any]) -> list[str]:
    """What is in it, in a few lines."""
    sizes = [
        f"{row['log'][:8]}…/{row['log'].rpartition('/')[2]} {row['size']}" for row in made["basis"]["logs"]
    ]
    lacking = sum(1 for row in made["allegations"] if row["lacks"])
    n = {name: len(made[name]) for name in _COUNTED}
    lines = [
        say("files.report.made", n=made["basis"]["entries"], logs=sizes),
        say("files.report.allegations", n=n["allegations"], lacking=lacking),
        say("files.report.answers", n=n["unanswered"], reviews=n["reviews"], gaps=n["gaps"]),
        say("files.report.judged", n=n["conflicts"], conduct=n["conduct"], silences=n["silences"]),
        say("files.report.differs", n=n["differs_by_reader"]),
    ]
    return [f"  {line}" for line in lines]


_COUNTED = (
    *("allegations", "unanswered", "reviews", "gaps"),
    *("conflicts", "conduct", "silences", "differs_by_reader"),
)


def _ending(path: Path) -> str:
    from steerclear.cli.faults import stop

    if path.suffix not in (".pdf", ".json"):
        raise stop(
            "unknown-ending",
            "--output",
            f"{path.name} has no ending that is known",
            "end it in .pdf or .json",
        )
    return path.suffix


def _period(args: Namespace) -> dict[str, Any]:
    """start_ms, end_ms, and of an earlier report the sizes of its logs. Raises `Stop`, `Malformed`."""
    from steerclear.cli.faults import stop
    from steerclear.speech.quantities import time
    from steerclear.units import parse_time

    if args.again is not None:
        try:
            made = json.loads(args.again.read_text(encoding="utf-8"))
            spans = tuple((row["log"], 0, row["size"]) for row in made["basis"]["logs"])
            return {"start_ms": made["start_ms"], "end_ms": made["end_ms"], "spans": spans}
        except (OSError, ValueError, KeyError, TypeError):
            raise stop(
                "not-a-report", "--again", f"{args.again} is no report", "name one ending in .json"
            ) from None
    if not (args.start and args.end):
        raise stop(
            "no-period", "--from", "a report has a beginning and an end", "give --from and --to, or --again"
        )
    return {
        "start_ms": int(parse_time(time(args.start), field="--from")),
        "end_ms": int(parse_time(time(args.end), field="--to")),
    }
