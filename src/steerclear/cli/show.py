"""How answers are printed: tables for people, JSON for scripts, faults by field, rule and remedy, nothing green.

Bold is the only emphasis, and only on a terminal without NO_COLOR: no state is shown by a colour.
"""

from __future__ import annotations

import json
import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from steerclear.cli.language import width

if TYPE_CHECKING:
    from steerclear.errors import Refused

EXERCISE = "EXERCISE EXERCISE EXERCISE"


COLUMNS = 100
"""The widest line of a screen."""


def emit(args: Namespace, value: Any, lines: Iterable[str], *, mode: str = "REAL", columns: int = 0) -> None:
    """`value` as JSON with `--json`, else the lines; a mode that is not REAL stands at both ends of either. `columns`:
    no line is wider, local times included; 0 leaves lines as they are."""
    from steerclear.cli.zone import in_text

    if args.json:
        out = plain(value)
        if mode != "REAL" and isinstance(out, dict):
            out = {"banner": EXERCISE, **out, "banner_end": EXERCISE}
        print(json.dumps(out, ensure_ascii=False, indent=2))
        return
    if mode != "REAL":
        print(strong(EXERCISE))
    for line in lines:
        whole = in_text(line)
        for part in wrapped(whole, columns) if columns else (whole,):
            print(part)
    if mode != "REAL":
        print(strong(EXERCISE))


_WORDS = re.compile(r"\u2066[^\u2069]*\u2069\S*|\S+")


def wrapped(line: str, columns: int = COLUMNS) -> list[str]:
    """A line in as many as it takes, each further one two columns deeper than the first. What is isolated in a line
    from right to left stays together; a word that is wider than a line stands alone."""
    if width(line) <= columns or "\n" in line:
        return [line]
    margin = len(line) - len(line.lstrip(" "))
    out, left = [], " " * margin
    for word in _WORDS.findall(line):
        if left.strip(" ") and width(left) + width(word) >= columns:
            out.append(left)
            left = " " * (margin + 2)
        left += word if not left.strip(" ") else f" {word}"
    return [*out, left]


def plain(value: Any) -> Any:
    """Structs as plain JSON values."""
    import msgspec

    return json.loads(msgspec.json.encode(value))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell; the last one runs on."""
    cells = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(width(row[i]) for row in cells) for i in range(len(head))]
    lines = [
        "  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        for row in cells
    ]
    return [strong(lines[0].rstrip()), *(line.rstrip() for line in lines[1:])]


def strong(text: str) -> str:
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[1m{text}\x1b[0m"


def instant(ms: int | None, none: str = "-") -> str:
    """UTC and date-time group, and the local zone where one is set: `2015-10-20T14:05:00Z (201405ZOCT15), local 16:05
    (+02:00)`."""
    if ms is None:
        return none
    from steerclear.cli.zone import beside
    from steerclear.units import format_dtg, format_time

    return f"{format_time(ms)} ({format_dtg(ms)}){beside(ms)}"


def clock(ms: int | None, none: str = "-") -> str:
    """Only the time of day, for tables whose first column has the date: `1405Z`, and `1605 local` where a zone is
    set."""
    if ms is None:
        return none
    from steerclear.cli.zone import beside_clock
    from steerclear.units import format_time

    text = format_time(ms)
    return f"{text[11:13]}{text[14:16]}Z{beside_clock(ms)}"


def due(ms: int | None, now_ms: int, none: str = "-") -> str:
    """When something is due: the time of day today, else with its date: `1405Z`, `201405ZOCT15`."""
    if ms is None:
        return none
    from steerclear.units import format_dtg, format_time

    if format_time(ms)[:10] == format_time(now_ms)[:10]:
        return clock(ms)
    return format_dtg(ms)


def ago(ms: int) -> str:
    """How long ago, in the two greatest units: `3 s`, `5 min`, `2 h 10 min`, `3 d 4 h`."""
    from steerclear.cli.language import phrase_of

    seconds = max(ms, 0) // 1000
    if seconds < 60:
        return f"{seconds} {phrase_of('span', 's')}"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} {phrase_of('span', 'min')}"
    big, small, names = (
        (minutes // 60, minutes % 60, ("h", "min"))
        if minutes < 1440
        else (minutes // 1440, minutes % 1440 // 60, ("d", "h"))
    )
    first, second = (phrase_of("span", name) for name in names)
    return f"{big} {first}" + (f" {small} {second}" if small else "")


def refused(args: Namespace, faults: Iterable[Refused]) -> None:
    """Every fault: which field, which rule, what to do instead, and where the rule stands."""
    rows = list(faults)
    if args.json:
        print(json.dumps({"refused": plain(rows)}, ensure_ascii=False, indent=2))
        return
    for line in (line for one in rows for line in refusal_lines(one)):
        print(line, file=sys.stderr)


def refusal_lines(one: Refused) -> list[str]:
    """A fault in the language that was asked for, with its field and code as they are. In another language than English
    the rule is what its code is called, and the machine's own English sentence stands under it, as the remedy does."""
    from steerclear.cli.language import called, chosen
    from steerclear.cli.language import say as said
    from steerclear.speech.texts import text

    named = called(one.code, one.rule) if chosen() != "en" else ""
    rule = one.rule or one.code
    what: Any = named or rule
    if named or (one.rule and one.rule != one.code):
        what = text("refused.coded", what=what, code=one.code)
    if one.field:
        what = text("refused.at", field=one.field, what=what)
    lines = [said("refused.head", what=what)]
    if named and rule != one.code:
        lines.append(f"  {said('refused.rule', rule=rule)}")
    lines += [f"  {said('refused.do', remedy=one.remedy)}"] if one.remedy else []
    return lines + ([f"  {said('refused.source', source=one.source)}"] if one.source else [])


def say(text: str) -> None:
    """A line about the work itself, never part of the answer: to stderr."""
    print(text, file=sys.stderr, flush=True)


def confirm(args: Namespace, question: str) -> bool:
    """A person's yes; `--yes` is one. Without a terminal and without `--yes` the answer is no."""
    if getattr(args, "yes", False):
        return True
    if not sys.stdin.isatty():
        from steerclear.cli.language import say as said

        say(said("files.nobody", question=question))
        return False
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
