"""Areas in the files of others: what `import areas` reads, and `steerclear area convert`, which needs no node."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from steerclear.cli import codes, options, show
from steerclear.cli.language import called, chosen, phrase_of, say

if TYPE_CHECKING:
    from steerclear.errors import Refused
    from steerclear.speech.exchange import RowFault
    from steerclear.speech.zones import Zone

TWO: Final = ("items", "q-line")
FORMATS: Final = ("geojson", "kml", "kmz", "openair", "notam", "ed269", "ed318")
TYPES: Final = (
    *("protected_site", "personnel", "airfield", "no_fire", "special_caution", "corridor"),
    *("coordination_line", "no_fly_proposed"),
)


def declare(own: options.Commands) -> None:
    parser = options.add(
        own,
        "convert",
        run_convert,
        "Convert a file of areas from one format to another, on this computer alone.",
        "steerclear area convert ranges.txt --start 2026-12-01T00:00:00Z --end 2026-12-31T00:00:00Z -o ranges.geojson\n"
        "steerclear area convert zones.ed318.json -o zones.kml\n"
        "steerclear area convert zones.notam --two-limits items --strict -o zones.geojson",
        "Formats: GeoJSON (.geojson), KML (.kml, .kmz), OpenAIR (.txt), NOTAM (.notam), ED-269 (.ed269.json), ED-318\n"
        "(.ed318.json). A row that cannot be read is listed by line, field, rule and remedy. What is written is read\n"
        "back, and whatever of an area does not come through (name, window, limits, outline, what else the file said)\n"
        "is listed too; what the other format cannot hold becomes wider, never narrower. Exit 1 where a row was\n"
        "refused; with --strict also where anything would be lost, and then nothing is written.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="what is read")
    options.output(parser, "what is written; its ending is its format")
    parser.add_argument("--strict", action="store_true", help="write nothing where anything would be lost")
    window_options(parser)


def window_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, default="", help="of FILE (default: as its ending says)")
    text = "of a NOTAM whose Q line and items F) G) state different limits: which hold (default: the area keeps both)"
    parser.add_argument("--two-limits", choices=TWO, default="", help=text)
    for name in ("start", "end"):
        text = f"the {name} of areas whose file states none, RFC 3339 or date-time group"
        parser.add_argument(f"--{name}", default="", metavar="TIME", help=text)


def import_options(parser: argparse.ArgumentParser) -> None:
    """What only areas need."""
    parser.add_argument("--area", choices=TYPES, default="", help="of areas: what they are")
    text = "of areas: the precision that their owner chose (default: the kind's own, as the reference of notices says)"
    parser.add_argument("--precision", choices=("exact", "buffered", "broad"), default="", help=text)
    window_options(parser)


def run_convert(args: Namespace) -> int:
    from steerclear.cli.faults import stop
    from steerclear.node.home import write_private
    from steerclear.speech import zones

    found, faults = _read(args)
    form = zones.format_of(args.output.name)
    if not form:
        endings = ", ".join(one.ending for one in zones.FORMATS.values())
        raise stop("unknown-format", "-o", f"{args.output.name} ends in no format", endings)
    data, lost = zones.write(found, form)
    kept_back = bool(args.strict and lost)
    if found and not kept_back:
        write_private(args.output, data)
    rows = [row_of(one) for one in found]
    lines = said_of(rows) + [line for one in faults for line in row_refused(one)]
    key = "files.zones.would-stand" if kept_back else "files.zones.otherwise"
    for one in lost:
        lines.append(say(key, line=str(one.line), field=one.field, code=one.code, what=_what(one)))
    written = bool(found) and not kept_back
    areas = say("files.zones.areas", n=len(found))
    whole = say("files.zones.written", file=str(args.output), areas=areas)
    lines.append(whole if written else say("files.zones.nothing"))
    value = {
        "file": str(args.output) if written else "",
        "rows": rows,
        "faults": faults,
        "written_otherwise": lost,
    }
    show.emit(args, value, lines)
    return codes.NO if faults or kept_back else codes.OK


def drafts(args: Namespace) -> tuple[list[tuple[Any, Any]], list[RowFault]]:
    """Each zone of the file with its form, and the faults of the others."""
    from steerclear.cli.faults import stop
    from steerclear.speech import zones
    from steerclear.speech.kinds.area_declare import DEFAULT_PRECISION

    if args.template:
        remedy = "`steerclear examples` shows an area; GeoJSON features with lower, upper, start and end are read too"
        raise stop("no-template", "--template", "areas come in the formats of others", remedy)
    if args.file is None:
        raise stop("no-file", "FILE", "nothing to import", "name a file")
    if not args.area:
        raise stop(
            "no-area-type", "--area", "no file says what an area is to the line", "one of " + ", ".join(TYPES)
        )
    precision = args.precision or DEFAULT_PRECISION[args.area]
    found, faults = _read(args)
    return [(one, zones.draft_of(one, args.area, precision)) for one in found], faults


def _read(args: Namespace) -> tuple[list[Zone], list[RowFault]]:
    from steerclear.errors import Malformed
    from steerclear.speech import zones
    from steerclear.speech.quantities import time
    from steerclear.units import parse_time

    data = args.file.read_bytes()
    given = {"start": args.start, "end": args.end}
    window = {name: time(text, field=f"--{name}") for name, text in given.items() if text}
    at = {name: parse_time(text, field=f"--{name}") for name, text in window.items()}
    if len(at) == 2 and at["end"] <= at["start"]:
        raise Malformed("end-before-start", field="--end", remedy="an area ends after it begins")
    found, faults = zones.read(data, args.format or zones.format_of(args.file.name, data), **window)
    return [zones.chosen(one, args.two_limits) if args.two_limits else one for one in found], faults


def row_of(zone: Zone) -> dict[str, Any]:
    """What is shown of a zone; of two limits for one end both."""
    from steerclear.space.volume import limits_of
    from steerclear.speech import zones

    ends = ((end, getattr(one, end)) for one in zone.volumes for end in ("lower", "upper"))
    two = dict.fromkeys(f"{end}: {zones.words(limit)}" for end, limit in ends if len(limits_of(limit)) > 1)
    return {"line": zone.line, "name": zone.name, "flags": list(zone.flags), "two_limits": list(two)}


def moved(zone: Zone, fault: Refused) -> RowFault:
    """A fault of the desk by the row that it comes from."""
    from steerclear.speech.exchange import RowFault

    field = fault.field.removeprefix("body.")
    choose = ", or give --two-limits" if "two-limits" in (fault.code, fault.rule) else ""
    return RowFault(zone.line, field, fault.code, fault.rule or fault.code, fault.remedy + choose)


def said_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What the reader did with each row that a person must know."""
    said = []
    for row in rows:
        words = {"line": str(row["line"]), "name": row["name"][:40] or say("files.zones.no-name")}
        for flag in row.get("flags", ()):
            what = phrase_of("zone_flag", flag)
            if flag == "two-limits" and row.get("two_limits"):
                what = say("files.zones.two", what=what, limits=row["two_limits"])
            said.append(say("files.zones.flag", flag=flag, what=what, **words))
    return said


def _what(lost: RowFault) -> str:
    """What was written otherwise, by its name; in English as the writer says it."""
    named = phrase_of("zone_flag", lost.code)
    return lost.remedy if chosen() == "en" or named == lost.code else named


def row_refused(one: RowFault) -> list[str]:
    """A row that cannot be taken: by line, field, code, and what to do; without a line where it is the whole file."""
    rule = (called(one.code, one.rule) if chosen() != "en" else "") or one.rule
    where = {"field": one.field, "rule": rule, "code": one.code}
    if one.line:
        said = say("files.rows.refused", line=str(one.line), **where)
    else:
        said = say("files.rows.refused-file", **where)
    return [said, f"  {say('refused.do', remedy=one.remedy)}"]
