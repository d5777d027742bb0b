"""The local zone beside UTC (messages.md, Distances): what a person reads has both, JSON has UTC alone.

The zone is a name of the IANA database: `--zone`, else `zone` in steerclear.toml, else none, and then nothing is added.
It is held for one command, since every line that is printed asks for it. It never stands in the place of UTC, and
nothing is ever read in it: a time that somebody writes carries its own zone.
"""

from __future__ import annotations

import re
from argparse import Namespace
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from steerclear.errors import Malformed

if TYPE_CHECKING:
    from datetime import tzinfo

_ZONE: ContextVar[tzinfo | None] = ContextVar("zone", default=None)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GROUP = r"\d{6}Z[A-Z]{3}\d{2}"
_TIME = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z"
_WRITTEN = re.compile(rf"\b(?:{_GROUP}(?!\), \w+ [\d:. -]+\([+-])|{_TIME}(?! \({_GROUP}))(?!\w)")
"""A time alone: behind one that `show.instant` wrote the local time stands already."""


def use(args: Namespace) -> None:
    """The zone of this command, for all that it prints. Raises `Malformed` `unknown-zone`."""
    name, field = getattr(args, "zone", ""), "--zone"
    if hasattr(args, "zone") and hasattr(args, "home") and not name and not getattr(args, "node", ""):
        name, field = _configured(args), "node.zone"
    _ZONE.set(_read(name, field) if name else None)


def beside(ms: int) -> str:
    """`, local 16:05 (+02:00)`, with the day where it is another than in UTC; '' without a zone."""
    zone = _ZONE.get()
    if zone is None:
        return ""
    utc = _EPOCH + timedelta(milliseconds=ms)
    here = utc.astimezone(zone)
    day = f"{here:%Y-%m-%d} " if here.date() != utc.date() else ""
    offset = f"{here:%z}"
    return f", {_local()} {day}{here:%H:%M} ({offset[:3]}:{offset[3:5]})"


def beside_clock(ms: int) -> str:
    """`, 1605 local`, where only the time of day is shown."""
    zone = _ZONE.get()
    if zone is None:
        return ""
    return f", {(_EPOCH + timedelta(milliseconds=ms)).astimezone(zone):%H%M} {_local()}"


def _local() -> str:
    from steerclear.cli.language import phrase_of

    return phrase_of("column", "local")


def in_text(text: str) -> str:
    """A line as a person reads it: behind each time in UTC and each date-time group of a sentence its local time. JSON
    inside an answer stays as it is."""
    if _ZONE.get() is None or text.startswith(("{\n", "[\n")):
        return text
    return _WRITTEN.sub(lambda found: found[0] + _bracketed(found[0]), text)


def _bracketed(written: str) -> str:
    from steerclear.units import parse_dtg, parse_time

    try:
        ms = parse_dtg(written) if written[6] == "Z" else parse_time(written)
    except Malformed:
        return ""
    return f" [{beside(ms).removeprefix(', ')}]"


def _configured(args: Namespace) -> str:
    from steerclear.config import read_config

    try:
        return read_config(args.home).node.zone
    except Malformed:
        return ""  # the command itself says what is wrong with its folder


def _read(name: str, field: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # not found, a folder of zones, no name at all
        raise Malformed(
            "unknown-zone",
            field=field,
            remedy=f"{name} is no zone of this system: write one such as Europe/Tirane, or install tzdata",
        ) from error
