"""`steerclear paper`: blank numbered forms, and entering later what was written on them."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, language, options, show
from steerclear.cli.language import say

COUNTER = "paper.json"
"""In the node's folder: the highest number printed of each day."""


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "paper",
        "By voice and on paper, where no node can be reached; entered later.",
        "steerclear paper enter sheet.toml --to red --as watch --home blue",
    )
    _declare_forms(own)
    parser = options.add(
        own,
        "enter",
        run_enter,
        "Enter a sheet: its serial and check digits are verified, the time on it is kept, nothing is overwritten.",
        "steerclear paper enter sheet.toml --to red --as watch --home blue",
        "The file is that of `steerclear say`, with [paper] (serial, written, source = paper or voice) and [check]:\n"
        "the name of a figure as on the form, and the two digits beside it. refs may name the serial of the sheet\n"
        "that is answered. The same sheet again changes nothing; the same serial with other content stands\n"
        "beside the first.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--to", action="append", default=[], metavar="PARTY", help="name or id; `all`")
    parser.add_argument(
        "--co-sign", action="append", default=[], metavar="POST", help="a second officer's key"
    )
    options.node(parser)
    options.line(parser)
    options.yes(parser)
    parser = options.add(
        own,
        "list",
        run_list,
        "What was entered from paper, by serial; numbers that were never entered; what stands twice.",
        "steerclear paper list --as watch --home blue",
    )
    options.node(parser)
    options.line(parser)


def _declare_forms(own: options.Commands) -> None:
    parser = options.add(
        own,
        "forms",
        run_forms,
        "Print blank forms, each with its own serial: one for every kind that may be life safety and every notice.",
        "steerclear paper forms --mode EXERCISE --language fr -o forms.pdf --home blue\n"
        "steerclear paper forms --mode REAL --kind stop --copies 5 --day 2026-11-23 -o stops.pdf --home blue",
        "Print a pad for each day beforehand: it needs neither the node nor its passphrase. The numbers of a day\n"
        "go on from the last pad printed from this folder.",
    )
    parser.add_argument(
        "--mode", choices=("REAL", "EXERCISE", "TEST"), required=True, help="there is no default"
    )
    parser.add_argument(
        "--kind", action="append", default=[], metavar="KIND", help="only these (default: all)"
    )
    parser.add_argument("--copies", type=int, default=1, metavar="N", help="sheets of each kind (default: 1)")
    parser.add_argument("--day", default="", metavar="DATE", help="2026-11-23, in UTC (default: today)")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first sheet")
    options.home(parser)
    options.output(parser, "the forms: FILE.pdf or FILE.txt")


def run_forms(args: Namespace) -> int:
    from steerclear.cli.faults import stop
    from steerclear.node import home as homes
    from steerclear.speech import serial
    from steerclear.views import forms

    known = forms.kinds()
    wanted = [*dict.fromkeys(args.kind)] or list(known)
    for kind in wanted:
        if kind not in known:
            raise stop("no-form", "--kind", f"there is no form for {kind}", f"one of {', '.join(known)}")
    if not 1 <= args.copies <= serial.MOST or args.output.suffix not in (".pdf", ".txt"):
        raise stop("no-forms", "--copies", "one copy or more, to FILE.pdf or FILE.txt", "correct the command")
    day = _day(args)
    first = args.first or _printed(args.home, f"{day:%y%m%d}") + 1
    party = homes.read(args.home).party
    made = [
        forms.blank_form(kind, serial.make(party, day, first + number).text, args.mode, language.chosen())
        for number, kind in enumerate(kind for kind in wanted for _ in range(args.copies))
    ]
    _write(args.output, made)
    _note_printed(args.home, f"{day:%y%m%d}", first + len(made) - 1)
    rows = [{"serial": one.serial, "kind": one.kind} for one in made]
    lines = [
        say("files.paper.forms-written", file=str(args.output), forms=say("files.paper.forms", n=len(made))),
        say("files.paper.serials", first=made[0].serial, last=made[-1].serial),
    ]
    show.emit(args, {"file": str(args.output), "forms": rows}, lines, mode=args.mode)
    return codes.OK


def _write(path: Path, made: list[Any]) -> None:
    from steerclear.views import forms

    if path.suffix == ".pdf":
        path.write_bytes(forms.pdf(made))
    else:
        path.write_text("\n\f\n".join("\n".join(forms.text(one)) for one in made) + "\n", encoding="utf-8")


def _day(args: Namespace) -> Any:
    from datetime import UTC, date, datetime

    from steerclear.cli.client import now_ms
    from steerclear.cli.faults import stop

    if not args.day:
        return datetime.fromtimestamp(now_ms(args.home) / 1000, UTC).date()
    try:
        return date.fromisoformat(args.day)
    except ValueError:
        raise stop("no-day", "--day", f"{args.day} is no day", "write it as 2026-11-23") from None


def _printed(home: Path, day: str) -> int:
    """The highest number of that day which was printed from this folder."""
    import json

    try:
        return int(json.loads((home / COUNTER).read_text(encoding="utf-8")).get(day, 0))
    except (FileNotFoundError, ValueError, AttributeError):
        return 0


def _note_printed(home: Path, day: str, number: int) -> None:
    import json

    from steerclear.node.home import write_private

    path = home / COUNTER
    try:
        known = dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        known = {}
    known[day] = max(number, int(known.get(day, 0)))
    write_private(path, json.dumps(known, sort_keys=True).encode())


def run_enter(args: Namespace) -> int:
    from steerclear.cli import client, entering
    from steerclear.node.home import officer

    tables = entering.read(args.file)
    who = client.officer(args)
    draft = entering.draft_of(args, who, tables)
    standing = entering.standing(who, draft)
    for row, same in standing:
        if same:
            value = {"id": row["entry"], "serial": row["serial"], "repeated": True}
            show.emit(args, value, [say("files.paper.stands", entry=row["entry"])], mode=draft["mode"])
            return codes.OK
    for row, _ in standing:
        show.say(say("files.paper.differs", serial=row["serial"], entry=row["entry"]))
    from steerclear.cli import saying

    saying.complete(args, who, draft, [who.key, *(officer(args.home, post) for post in args.co_sign)])
    return codes.OK


def run_list(args: Namespace) -> int:
    from steerclear.cli import client, entering
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    rows, missing = entering.sheets(who)
    names = who.names()
    lines = _sheet_lines(rows, names) if rows else [say("files.paper.none")]
    for one in missing:
        words = {"day": one["day"], "numbers": [f"{number:03d}" for number in one["numbers"]]}
        party = names.get(one["party"], one["party"][:8])
        lines.append(say("files.paper.not-entered", party=party, **words))
    show.emit(args, {"sheets": rows, "not_entered": missing}, lines, mode=mode_of(who.get()))
    return codes.OK


def _sheet_lines(rows: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    head = (
        say("files.paper.serial"),
        language.word("by"),
        language.word("kind"),
        say("files.paper.paper-written"),
        say("files.paper.entered"),
        language.phrase_of("field", "source"),
        say("files.paper.twice"),
        language.word("id"),
    )
    cells = (
        (
            row["serial"],
            names.get(row["party"], row["party"][:8]),
            language.label("kind", row["kind"]),
            row["written"] or "-",
            show.instant(row["released_ms"]),
            language.label("source", row["source"]),
            "TWICE" if row["twice"] else "-",
            row["entry"][:12],
        )
        for row in rows
    )
    return show.table(head, cells)
