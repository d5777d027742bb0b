"""What a decoder could not read of a file: at which line, and what is wrong there.

Each decoder (JSON, TOML, XML, CSV, text) says it in words of its own, some with the place inside the sentence. Here it
becomes a line and a rule, so that the remedy has its own place beside them.
"""

from __future__ import annotations

import re
from typing import Final

from steerclear.errors import Refused

_PLACE: Final = re.compile(
    r"(?P<what>.*?)(?:: | \((?:at )?)line (?P<line>\d+)(?:,? column (?P<column>\d+).*)?"
)
_BYTE: Final = re.compile(r"(?P<what>.*) \(byte (?P<byte>\d+)\)")
_ENDED: Final = (" (at end of document)", "Input data was truncated")
_MACHINERY: Final = {
    "DTDForbidden": "it declares a document type (DTD)",
    "RecursionError": "nested too deeply",
}

_WRITE: Final = {
    ".toml": 'write TOML: texts in quotation marks, times bare, as in mode = "REAL" and at = 2026-10-20T14:05:00Z',
}


def fault(error: Exception, data: bytes) -> tuple[int, str]:
    """(line from 1, what is wrong there) of the error that a decoder raised on these bytes; line 0 where the error
    names no place."""
    if isinstance(error, UnicodeDecodeError):
        return _line(data, error.start), f"the byte {error.object[error.start]:#04x} is no UTF-8 text"
    name = type(error).__name__
    if name in _MACHINERY:
        found = data.find(b"<!DOCTYPE") if name == "DTDForbidden" else -1
        return (_line(data, found) if found >= 0 else 0), _MACHINERY[name]
    text = str(error)
    if place := _PLACE.fullmatch(text):
        column = f", at column {place['column']}" if place["column"] else ""
        return int(place["line"]), place["what"] + column
    if place := _BYTE.fullmatch(text):
        return _line(data, int(place["byte"])), place["what"]
    if any(mark in text for mark in _ENDED):
        return _line(data, len(data.rstrip())), f"it ends too early: {text.replace(_ENDED[0], '')}"
    return 0, text or name


def unread(error: Exception, data: bytes, suffix: str) -> Refused:
    """The same for a form: line and fault as its rule, and what to write as its remedy."""
    line, what = fault(error, data)
    remedy = _WRITE.get(
        suffix, "write JSON: texts in double quotation marks, no comma before a bracket that closes"
    )
    return Refused("not-readable", "file", f"line {line}: {what}" if line else what, remedy)


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
