"""`steerclear import` and `export`: sites and movements from and to the files that people keep (CSV, GeoJSON, KML), and
areas to them alone.

Each row that is right is said by itself, as an entry of its own; a row that is wrong is listed by line, column, rule
and remedy, and nothing of it is stored. An export takes two officers like any other.
"""

from __future__ import annotations

import secrets
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from steerclear.cli import codes, evidence, options, progress, show, zones
from steerclear.cli.language import label, say, standing, word

if TYPE_CHECKING:
    from steerclear.cli.client import Officer
    from steerclear.record.keys import Signer
    from steerclear.speech.exchange import Record, RowFault
    from steerclear.speech.zones import Zone

KINDS: Final = {"sites": "site.notify", "movements": "movement.notify", "areas": "area.declare"}
FORMATS: Final = ("csv", "geojson", "kml")
SAME: Final = ("saying.same-own-site", "saying.same-own")
"""Hints that it stands already (node.hints)."""
ZONES: Final = (".kmz", ".ed269.json", ".ed318.json")
"""What areas are written to as well (node.notified.ZONES)."""


def declare(commands: options.Commands) -> None:
    _declare_import(commands)
    _declare_export(commands)


def _declare_import(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "import",
        run_import,
        "Say the sites, movements or areas of a file, each as an entry of its own.",
        "steerclear import sites --template csv > sites.csv\n"
        "steerclear import sites sites.csv --to red --mode REAL --dry-run --as releaser --home blue\n"
        "steerclear import sites sites.csv --to red --mode REAL --as releaser --home blue\n"
        "steerclear import areas ranges.txt --area special_caution --start 2026-12-01T00:00:00Z "
        "--end 2026-12-31T00:00:00Z --to red --mode REAL --as watch --co-sign releaser --home blue",
        "A row that is wrong is listed with its line, column, rule and remedy; nothing of it is stored. --dry-run\n"
        "checks every row at the desk and says nothing. What stands already, word for word and to the same, is\n"
        "not said twice without --again. Each addressee is named; there is no `all`.\n"
        "Areas come as GeoJSON, KML, KMZ, OpenAIR (.txt), NOTAM (.notam), ED-269 or ED-318 (.json); what a format\n"
        "leaves open or what the reader changed is said of each row.",
    )
    parser.add_argument("what", choices=tuple(KINDS), help="what the rows are")
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help=".csv, .geojson or .kml; of areas also others"
    )
    parser.add_argument("--template", choices=FORMATS, help="print a file to fill in, and do nothing else")
    zones.import_options(parser)
    parser.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="PARTY",
        help="name or id of one addressee; may be repeated",
    )
    parser.add_argument(
        "--mode", choices=("REAL", "EXERCISE", "TEST"), default="", help="there is no default"
    )
    parser.add_argument("--dry-run", action="store_true", help="check every row, sign and send nothing")
    parser.add_argument("--again", action="store_true", help="say also what stands already, word for word")
    parser.add_argument(
        "--co-sign", action="append", default=[], metavar="POST", help="a second officer's key, here"
    )
    options.node(parser)
    options.line(parser)
    options.yes(parser)


def _declare_export(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "export",
        run_export,
        "Write the sites, movements or areas that stand on the line to a CSV, GeoJSON or KML file.",
        'steerclear export sites --for "Ministry of health" -o sites.kml --as watch --co-sign releaser --home blue',
        "Two officers sign the order, one of them a releaser; the record then holds that an export was made, and each\n"
        "owner sees it. The copy is marked for whom it is made: positions that state an error are moved by a quarter\n"
        "of it at most and state it a quarter larger, an area's outline begins elsewhere. A leaked part is enough for\n"
        "`steerclear trace` to find the copy.",
    )
    parser.add_argument("what", choices=(*KINDS, "areas"), help="what is written")
    parser.add_argument(
        "--for", dest="recipient", required=True, metavar="WHO", help="who the copy is for; stays at home"
    )
    options.output(parser, "the file, .csv, .geojson or .kml; of areas also .kmz, .ed269.json or .ed318.json")
    options.order(parser)
    evidence.audience_option(parser)
    progress.option(parser)
    options.node(parser)
    options.line(parser)


def run_import(args: Namespace) -> int:
    from steerclear.cli.faults import stop
    from steerclear.record.texts import NOTIFICATION
    from steerclear.speech import exchange

    kind = KINDS[args.what]
    if args.what == "areas":
        return _say_all(args, kind, *zones.drafts(args))
    if args.template:
        print(exchange.template(f".{args.template}", kind, (NOTIFICATION,)).decode(), end="")
        return codes.OK
    if args.file is None:
        raise stop("no-file", "FILE", "nothing to import", "name a file, or --template csv")
    records, faults = exchange.read(args.file.read_bytes(), args.file.suffix.lower(), kind)
    good: list[tuple[Record | Zone, Any]] = []
    for record in records:
        made = exchange.example_faults(record) or exchange.draft_of(record)
        if isinstance(made, list):
            faults += made
        else:
            good.append((record, made))
    return _say_all(args, kind, good, faults)


def _say_all(
    args: Namespace, kind: str, good: list[tuple[Record | Zone, Any]], faults: list[RowFault]
) -> int:
    """Every row at the desk first; then, once it was asked, each good one said."""
    from steerclear.cli import client
    from steerclear.node.home import officer

    who = client.officer(args)
    keys = [who.key, *(officer(args.home, post) for post in args.co_sign)]
    header = {"kind": kind, "mode": args.mode, "to": _addressees(args, who), "refs": [], "supersedes": ""}
    header |= {"signers": [key.verifier.ref for key in keys]}
    ready: list[tuple[Record | Zone, dict[str, Any], dict[str, Any]]] = []
    rows: list[dict[str, Any]] = []
    for record, made in good:
        meant = {**header, "inner": made.inner, "body": made.body}
        prepared = _prepared(who, meant, record, faults)
        if prepared is not None and (stands := _stands(args, prepared)):
            rows.append(_row(record, prepared) | {"stands": stands})
        elif prepared is not None:
            ready.append((record, meant, prepared))
    if ready and not args.dry_run:
        from steerclear.cli import saying

        show.say(say("saying.learn"))
        for one in saying.learn_lines(ready[0][2]):
            show.say(f"  {one}")
        for record, _, prepared in ready:
            for hint in prepared.get("hints", ()):
                show.say(f"{record.name}: {say(hint['key'], **hint['parameters'])}")
        if not show.confirm(args, say("files.rows.confirm", n=len(ready), kind=label("kind", kind))):
            return codes.DECLINED
    for record, meant, prepared in ready:
        row = _row(record, prepared)
        rows.append(row if args.dry_run else _said(args, who, meant, keys, record, faults, row))
    rows.sort(key=lambda one: one["line"])
    return _told(args, rows, sorted(faults, key=lambda one: (one.line, one.field)))


def _row(record: Record | Zone, prepared: dict[str, Any]) -> dict[str, Any]:
    from steerclear.speech.zones import Zone

    row = {"line": record.line, "name": record.name, "marks": prepared["marks"], "id": "", "readback": ""}
    return row | {"stands": ""} | (zones.row_of(record) if isinstance(record, Zone) else {"flags": []})


def _stands(args: Namespace, prepared: dict[str, Any]) -> str:
    """The own entry that says the same, word for word, to each of these: a file is mended and taken in again. None
    where it was asked to be said again."""
    hints = () if args.again else prepared.get("hints", ())
    same = [one["parameters"]["entry"] for one in hints if one["key"] in SAME]
    return same[0] if same else ""


def _addressees(args: Namespace, who: Officer) -> list[str]:
    from steerclear.cli.faults import stop
    from steerclear.cli.say import parties

    if not args.to or "all" in args.to:
        raise stop(
            "each-addressee",
            "--to",
            "each addressee of a site or movement is chosen by itself",
            "give --to once for each party that is to know",
        )
    return parties(who, args.to)


def _prepared(
    who: Officer, meant: dict[str, Any], record: Record | Zone, faults: list[RowFault]
) -> dict[str, Any] | None:
    """What the desk makes of a row; its faults are noted by line and column."""
    from steerclear.cli.faults import Stop
    from steerclear.speech import exchange
    from steerclear.speech.zones import Zone

    try:
        made: dict[str, Any] = who.post("/prepare", meant)
    except Stop as refused:
        if refused.code != codes.NO:
            raise
        faults += [
            zones.moved(record, one) if isinstance(record, Zone) else exchange.moved(record, one)
            for one in refused.faults
        ]
        return None
    return made


def _said(
    args: Namespace,
    who: Officer,
    meant: dict[str, Any],
    keys: list[Signer],
    record: Record | Zone,
    faults: list[RowFault],
    row: dict[str, Any],
) -> dict[str, Any]:
    """Prepared again, since each entry names the one before it, and may stand twice in the file; compared, signed,
    handed in."""
    from steerclear.cli import saying
    from steerclear.cli.faults import Stop

    prepared = _prepared(who, meant, record, faults)
    if prepared is None:
        return row
    if stands := _stands(args, prepared):
        return row | {"stands": stands}
    other = saying.differences(prepared, meant, who.party, who.line, who.now_ms)
    if other:
        raise Stop(other)
    note = saying.signed(prepared["text"].encode(), b"", keys)
    body = {"leaf": note.decode(), "salt": prepared["salt"], "payload": prepared["payload"]}
    done = who.post("/entries", body, **{"idempotency-key": secrets.token_hex(16)})
    return row | {"id": done["id"], "readback": done["readback"] or saying.readback(prepared)}


def _told(args: Namespace, rows: list[dict[str, Any]], faults: list[RowFault]) -> int:
    from steerclear.record.texts import NOTIFICATION

    cells = [
        (
            str(row["line"]),
            row["name"][:40],
            (row["id"] or row["stands"])[:12] or "-",
            row["readback"] or "-",
            say("files.rows.stands") if row["stands"] else _marks(row["marks"]),
        )
        for row in rows
    ]
    head = (word("line"), say("files.rows.name"), word("id"), word("read-back"), say("files.rows.marked"))
    lines = show.table(head, cells) if cells else []
    lines += zones.said_of(rows)
    for fault in faults:
        lines += zones.row_refused(fault)
    said = sum(bool(row["id"]) for row in rows)
    refused = len({fault.line for fault in faults})
    stand = sum(bool(row["stands"]) for row in rows)
    lines += [say("files.rows.stand", n=stand)] if stand else []
    done = say("files.rows.could", n=len(rows) - stand) if args.dry_run else say("files.rows.said", n=said)
    lines += [say("files.rows.of-which", said=done, n=refused), *standing((NOTIFICATION,))]
    value = {"dry_run": args.dry_run, "rows": rows, "faults": faults, "standing": [NOTIFICATION]}
    show.emit(args, value, lines, mode=args.mode or "REAL")
    return codes.NO if faults else codes.OK


_WHAT = {"sites": "files.rows.sites", "movements": "files.rows.movements", "areas": "files.rows.areas"}


def _marks(marks: list[str]) -> str:
    return ", ".join(label("mark", mark) for mark in marks) or "-"


def run_export(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.faults import stop
    from steerclear.cli.heard import mode_of
    from steerclear.node.home import write_private
    from steerclear.record.texts import NOTIFICATION

    endings = (*(f".{one}" for one in FORMATS), *(ZONES if args.what == "areas" else ()))
    suffix = next((one for one in endings if args.output.name.lower().endswith(one)), "")
    if not suffix:
        raise stop("unknown-format", "-o", f"{args.output.name} ends in no format", " or ".join(endings))
    who = client.officer(args)
    data = evidence.ordered(
        args, who, "notified", {"kind": args.what, "format": suffix, "recipient": args.recipient}
    )
    write_private(args.output, data)
    value = {"file": str(args.output), "bytes": len(data), "what": args.what, "standing": [NOTIFICATION]}
    what = say(_WHAT[args.what])
    written = say("files.written-bytes", file=str(args.output), what=what, n=len(data))
    lines = [written, *standing((NOTIFICATION,))]
    show.emit(args, value, lines, mode=mode_of(who.get()))
    return codes.OK
