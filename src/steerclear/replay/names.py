"""What stands for ids, instants and second forms of a position in a scenario's texts, and how it is filled in.

`$name` the entry of that step, or the party of that name (its id) · `$name.readback` the read-back code of that
entry as the asking node shows it · `@+01:30:00` as a whole string: that instant, RFC 3339 · `@local+01:30:00`: the
same digits without a zone · `@month+01:30:00`: the month it falls in, UTC · `{+01:30:00}` inside a
query: that instant in Unix ms as a literal · `~dms 33.5081 38.6179`: the same point in degrees, minutes and
seconds, as a second hand would have written it · `~serial $blue +06:00:00 3`: that party's third sheet of paper of that
day, with its check digits; with ` wrong` behind it one digit of it is another.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from steerclear.errors import Malformed
from steerclear.replay.offset import is_offset, parse_offset
from steerclear.speech import serial
from steerclear.units import format_time

_NAME = re.compile(r"\$([a-z][a-z0-9_]*(?:\.readback)?)", re.ASCII)
_INSTANT = re.compile(r"\{([+-][^}]{8,24})\}", re.ASCII)
_DMS = re.compile(r"~dms (-?\d{1,2}(?:\.\d{1,7})?) (-?\d{1,3}(?:\.\d{1,7})?)", re.ASCII)

_SERIAL = re.compile(r"~serial \$([a-z][a-z0-9_]*) ([+-]\S+) (\d{1,3})( wrong)?", re.ASCII)


class Unsaid(Exception):
    """A name that nothing has been said under, because the step was left out or refused."""


class Names:
    """Names known so far, and the start that offsets count from."""

    def __init__(self, start_ms: int) -> None:
        self.start_ms = start_ms
        self.values: dict[str, str] = {}

    def fill(self, value: Any) -> Any:
        """`value` with every stand-in replaced; raises `Unsaid` for a name that has no value."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {key: self.fill(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.fill(part) for part in value]
        return value

    def query(self, text: str) -> str:
        """A JMESPath or a path of the API with its names and instants filled in."""
        with_times = _INSTANT.sub(lambda m: f"`{self.instant(m[1])}`", text)
        return _NAME.sub(lambda m: self._known(m[1]), with_times)

    def expected(self, value: Any) -> Any:
        """What an answer is compared with: an offset such as `+01:30:00` is that instant in Unix ms."""
        if isinstance(value, str) and is_offset(value):
            return self.instant(value)
        if isinstance(value, list | tuple):
            return [self.expected(part) for part in value]
        return self.fill(value)

    def instant(self, offset: str) -> int:
        return self.start_ms + parse_offset(offset)

    def _text(self, text: str) -> str:
        if text.startswith("@") and is_offset(text[1:]):
            return format_time(self.instant(text[1:]))
        if text.startswith("@local") and is_offset(text[6:]):
            return format_time(self.instant(text[6:])).removesuffix("Z")
        if text.startswith("@month") and is_offset(text[6:]):
            return format_time(self.instant(text[6:]))[:7]
        match = _DMS.fullmatch(text)
        if match is not None:
            return dms(float(match[1]), float(match[2]))
        match = _SERIAL.fullmatch(text)
        if match is not None and is_offset(match[2]):
            return self._serial(match[1], match[2], int(match[3]), wrong=bool(match[4]))
        return _NAME.sub(lambda m: self._known(m[1]), text)

    def _serial(self, party: str, offset: str, number: int, *, wrong: bool) -> str:
        day = date.fromisoformat(format_time(self.instant(offset))[:10])
        text = serial.make(self._known(party), day, number).text
        return f"{text[0]}{(int(text[1]) + 1) % 10}{text[2:]}" if wrong else text

    def _known(self, name: str) -> str:
        try:
            return self.values[name]
        except KeyError:
            raise Unsaid(name) from None


def dms(lat: float, lon: float) -> str:
    """`33°30'29.16"N 038°37'04.44"E`, to a hundredth of a second (31 cm)."""
    return f"{_half(lat, 2, 'NS')} {_half(lon, 3, 'EW')}"


def _half(degrees: float, width: int, letters: str) -> str:
    hundredths = round(abs(degrees) * 360_000)
    minutes, rest = divmod(hundredths, 6000)
    whole, minutes = divmod(minutes, 60)
    if whole > 180:
        raise Malformed("bad-position", field="~dms", remedy="latitude then longitude, in degrees")
    return f"{whole:0{width}d}°{minutes:02d}'{rest // 100:02d}.{rest % 100:02d}\"{letters[degrees < 0]}"
