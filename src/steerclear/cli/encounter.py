"""`steerclear encounter`: the one-minute form of an encounter report (AT24), and `rescue show`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.language import say

MINUTE = (
    "Everything may be left out; what is missing is marked and can be said in a second report. It goes as a safety\n"
    "account: outside evidence kits unless two officers' order names it, so that it is filed. A report that the other\n"
    "side filed is joined by --ref, or by itself where times and places meet."
)
ALONE = (
    "For an officer of the named rescuer, or of whoever passed it on. It is shown in no list, board, kit or stream;\n"
    "that it was read stands in the log. Then send a receipt: steerclear say receipt --ref ID."
)


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "encounter",
        run_encounter,
        "File a close encounter in a minute: when, where, how near.",
        "steerclear encounter --at 101202ZOCT26 --position 40.70,19.00 --altitude FL220 --least 800m --mode REAL\n"
        "steerclear encounter --ref 4f0c… --at 2026-10-10T12:02:00Z --least 500m-1500m\n"
        "steerclear encounter draft 27fa… -o report.toml --as watch --home blue",
        MINUTE,
    )
    parser.add_argument(
        "--at", default="", metavar="TIME", help="of the least distance; RFC 3339 or date-time group"
    )
    parser.add_argument(
        "--minutes", type=int, default=5, metavar="N", help="how long it went on around it (default: 5)"
    )
    parser.add_argument("--position", default="", metavar="LAT,LON", help="the own one then, in degrees")
    parser.add_argument("--altitude", default="", metavar="ALT", help="the own one then, such as FL220")
    parser.add_argument(
        "--own", default="", metavar="CLASS", help="such as fixed_wing, rotary, unmanned, ship"
    )
    parser.add_argument("--other", default="", metavar="CLASS", help="what the other was")
    parser.add_argument(
        "--least", default="", metavar="DISTANCE", help="the least, such as 800m, or 500m-1500m"
    )
    parser.add_argument("--note", default="", metavar="TEXT", help="free text")
    parser.add_argument("--ref", default="", metavar="ID", help="the other side's report of it")
    parser.add_argument("--to", action="append", default=[], metavar="PARTY", help="(default: every member)")
    parser.add_argument(
        "--mode", choices=("REAL", "EXERCISE", "TEST"), default="", help="needed without --ref"
    )
    parser.add_argument(
        "draft", nargs="*", metavar="draft ALERT", help="write a report begun from what was seen of an alert"
    )
    parser.add_argument("--ours", default="", metavar="IDENT", help="with draft: which of the two is ours")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="with draft: the file (default: printed)"
    )
    options.node(parser)
    options.line(parser)
    options.yes(parser)
    own = options.group(
        commands,
        "rescue",
        "Where the people of an assist are, for the named rescuer alone.",
        "steerclear rescue show 9b1d… --as watch --home red",
    )
    parser = options.add(
        own,
        "show",
        run_show,
        "Read the exact position that was passed to this party.",
        "steerclear rescue show 9b1d… --as watch --home red",
        ALONE,
    )
    parser.add_argument("id", metavar="ID", help="the assist.position, or the start of its id")
    options.node(parser)
    options.line(parser)


def run_encounter(args: Namespace) -> int:
    from steerclear.cli import client, quick, say
    from steerclear.cli.entry import find_entry

    if args.draft:
        return run_draft(args)
    who = client.officer(args)
    refs = [find_entry(who, args.ref)] if args.ref else []
    row = quick.entry_row(who, refs[0]) if refs else None
    to = say.parties(who, args.to or ["all"])
    quick.said(args, who, "encounter.report", body_of(args), quick.mode_of(args, row), to, refs)
    return codes.OK


def run_draft(args: Namespace) -> int:
    """A file that an officer completes, then `steerclear say encounter.report --file`."""
    from steerclear.cli import client
    from steerclear.cli.faults import stop
    from steerclear.speech.toml_text import write

    if len(args.draft) != 2 or args.draft[0] != "draft":
        raise stop("no-alert", "draft", "draft and the id of one alert", "steerclear encounter draft ALERT")
    who, alert = client.officer(args), args.draft[1]
    made = who.get("/alerts/encounter", id=alert, own=args.ours)
    draft = made["draft"]
    header = {name: draft[name] for name in ("kind", "mode", "to", "refs") if draft[name]}
    fields = made["missing"] or say("files.encounter.nothing")
    begun = say("files.encounter.begun", alert=alert, fields=fields)
    then = say("files.encounter.then", file=str(args.output or "FILE"))
    stands = [say("files.encounter.standing")] if made["standing"] else []
    text = "".join(f"# {row}\n" for row in (begun, *stands, then)) + write(
        header | {"body": in_degrees(draft["body"])}
    )
    if args.output is not None:
        args.output.write_text(text, "utf-8")
    written = say("files.encounter.written", file=str(args.output), fields=fields)
    shown = [text.rstrip()] if args.output is None else [written, *stands]
    show.emit(args, made, shown, mode=draft["mode"])
    return codes.OK


def in_degrees(value: Any) -> Any:
    """The same with `lat` and `lon` in decimal degrees, as a person writes and reads them (speech/authoring.py)."""
    if isinstance(value, list | tuple):
        return [in_degrees(one) for one in value]
    if not isinstance(value, dict):
        return value
    places = {"lat_e7": "lat", "lon_e7": "lon"}
    return {
        places.get(name, name): f"{one / 1e7:.7f}" if name in places else in_degrees(one)
        for name, one in value.items()
    }


def body_of(args: Namespace) -> dict[str, Any]:
    """The report as a person writes it: a window round the instant, one own fix, the least distance as a span."""
    body: dict[str, Any] = {
        "form": "safety_account",
        "own_class": args.own,
        "other_class": args.other,
        "text": args.note,
    }
    if args.at:
        from steerclear.speech.quantities import time
        from steerclear.units import UnixMs, format_time, parse_time

        at = int(parse_time(time(args.at), field="--at"))
        half = max(args.minutes, 1) * 30_000
        body |= {"begin": format_time(UnixMs(at - half)), "end": format_time(UnixMs(at + half))}
        if args.position:
            lat, _, lon = args.position.partition(",")
            fix = {"at": format_time(UnixMs(at)), "lat": lat.strip(), "lon": lon.strip()}
            body["own"] = [fix | ({"altitude": args.altitude} if args.altitude else {})]
    if args.least:
        body["least_separation"] = {"horizontal_mm": _span(args.least), "how": "visual_estimate"}
    return body


def _span(text: str) -> dict[str, int]:
    """`500m-1500m`, or one distance for both ends, in millimetres. Raises `Malformed`."""
    from steerclear.speech.quantities import quantity

    low, _, high = text.partition("-")
    return {"low": quantity(low, "mm", field="--least"), "high": quantity(high or low, "mm", field="--least")}


def run_show(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.content import content_lines
    from steerclear.cli.entry import find_entry

    who = client.officer(args)
    entry = find_entry(who, args.id)
    told = who.post(f"/positions/{entry}", {})
    row = who.get(f"/entries/{entry}")["row"]
    lines = [
        say("files.rescue.by", party=who.names().get(told["author"], told["author"])),
        say("files.rescue.assist", entry=told["assist"]),
        say("files.rescue.code", code=told["readback"] or "-"),
        *content_lines("assist.position", {"body": told["body"]}),
        say("files.rescue.opened", entry=told["opened"]),
    ]
    show.emit(args, told, lines, mode=row["mode"])
    return codes.OK
