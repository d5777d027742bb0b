"""Offsets from a scenario's start: `+00:10:00`, `-02:00:00`, `+3d 04:00:00`; and what stands for them in a body."""

from __future__ import annotations

import re

from steerclear.errors import Malformed

_OFFSET = re.compile(r"([+-])(?:(\d{1,4})d ?)?(\d{1,3}):([0-5]\d):([0-5]\d)(?:\.(\d{3}))?", re.ASCII)
_DURATION = re.compile(r"(?:(\d{1,4})d ?)?(\d{1,3}):([0-5]\d):([0-5]\d)", re.ASCII)


def is_offset(text: str) -> bool:
    return _OFFSET.fullmatch(text) is not None


def parse_offset(text: str, *, field: str = "at") -> int:
    """Milliseconds after the start; negative before it."""
    match = _OFFSET.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise Malformed("bad-offset", field=field, remedy="write +HH:MM:SS or +Nd HH:MM:SS after the start")
    sign, days, hours, minutes, seconds, thousandths = match.groups()
    total = ((int(days or 0) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)
    ms = total * 1000 + int(thousandths or 0)
    return ms if sign == "+" else -ms


def parse_duration(text: str, *, field: str = "every") -> int:
    """Milliseconds of `HH:MM:SS` or `Nd HH:MM:SS`."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise Malformed("bad-duration", field=field, remedy="write HH:MM:SS or Nd HH:MM:SS")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000


def format_offset(ms: int) -> str:
    """`+01:30:00`, `+2d 01:30:00`, with milliseconds only when there are any; the inverse of `parse_offset`."""
    sign, rest = ("-", -ms) if ms < 0 else ("+", ms)
    seconds, thousandths = divmod(rest, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    day = f"{days}d " if days else ""
    tail = f".{thousandths:03d}" if thousandths else ""
    return f"{sign}{day}{hours:02d}:{minutes:02d}:{seconds:02d}{tail}"
