"""Canonical JSON (RFC 8785) without floats: the bytes that are hashed and signed.

Keys are sorted by UTF-16 code units, strings carry only the escapes that JSON demands, integers stay within
±(2^53 − 1) (design/record.md, Formats: no floats). msgspec does the work; where its order (by code point)
and the RFC's (by UTF-16 code unit) can differ, at keys beyond the Basic Multilingual Plane, `rfc8785` does.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
import rfc8785

from steerclear.errors import Malformed

MAX_INT: Final = 2**53 - 1
MAX_DEPTH: Final = 64
"""Nesting of arrays and objects. Fixed, so that no verdict depends on the free stack of a process."""

_SOURCE = "RFC 8785; design/record.md, Formats"
_ASTRAL = re.compile(rb"[\xf0-\xf4]")
_DIGITS = bytes(0x30 if chr(byte) in "0123456789" else 0x20 for byte in range(256))
_SIXTEEN = b"0" * 16
_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]')


def _no_float(text: str) -> Any:
    raise ValueError(text)  # msgspec makes a ValidationError of it, the only one this decoder knows


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(float_hook=_no_float)


def dumps(obj: Any) -> bytes:
    """Canonical bytes of dicts with str keys, lists, tuples, str, int, bool, None (and msgspec structs of
    these).

    Raises `Malformed`: `float`, `integer-too-large`, `not-json` (any other type, a key that is no str, a lone
    surrogate), `too-deep`.
    """
    try:
        out = _encoder.encode(obj)
        back = _decoder.decode(out)
    except msgspec.ValidationError:
        raise _malformed("float", "write an integer in the smallest unit") from None
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError):
        raise _malformed(
            "not-json", "only objects, arrays, strings, integers, true, false and null"
        ) from None
    if back != obj:
        _walk(obj)
    _bounds(out, back)
    return rfc8785.dumps(back) if _astral(out) else out


def loads(data: bytes) -> Any:
    """The value of canonical bytes; refuses any bytes for which `dumps(loads(b)) != b` (record.md, Entry).

    Raises `Malformed`: the rules of `dumps`, `bad-json`, and `not-canonical`.
    """
    if len(data) and data[0] not in b'{["tfn-0123456789':
        raise _malformed("bad-json", "canonical JSON starts with its value")
    try:
        value = _decoder.decode(data)
        again = _encoder.encode(value)
    except msgspec.ValidationError:
        raise _malformed("float", "write an integer in the smallest unit") from None
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError):
        raise _malformed("bad-json", "not JSON in UTF-8") from None
    _bounds(again, value)
    if _astral(again):
        again = rfc8785.dumps(value)
    if again != data:
        raise _malformed(
            "not-canonical", "sort keys by UTF-16, no spaces, no needless escapes, no repeated key"
        )
    return value


def _astral(out: bytes) -> bool:
    """Whether a character beyond the Basic Multilingual Plane stands anywhere in UTF-8 bytes."""
    return not out.isascii() and _ASTRAL.search(out) is not None


def _bounds(out: bytes, value: Any) -> None:
    """Depth and integer range of `value`, whose encoding is `out`; walks only when the bytes give a
    reason."""
    if out.count(b"[") + out.count(b"{") > MAX_DEPTH and _depth(out) > MAX_DEPTH:
        raise _malformed("too-deep", f"nest at most {MAX_DEPTH} levels")
    if _SIXTEEN in out.translate(_DIGITS):
        _walk(value)


def _depth(out: bytes) -> int:
    depth = deepest = 0
    for token in _BRACKET.finditer(out):
        first = token[0][0]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def _walk(obj: Any) -> None:
    """Every value has a JSON type of ours and every integer fits."""
    todo = [obj]
    while todo:
        item = todo.pop()
        if item is None or isinstance(item, str | bool):
            continue
        if isinstance(item, int):
            if not -MAX_INT <= item <= MAX_INT:
                raise _malformed("integer-too-large", f"at most {MAX_INT} either way")
        elif isinstance(item, dict):
            if not all(isinstance(key, str) for key in item):
                raise _malformed("not-json", "keys are strings")
            todo.extend(item.values())
        elif isinstance(item, list | tuple):
            todo.extend(item)
        elif isinstance(item, msgspec.Struct):
            todo.extend(getattr(item, name) for name in item.__struct_fields__)
        else:
            raise _malformed("not-json", f"no place for {type(item).__name__} in canonical JSON")


def _malformed(rule: str, remedy: str) -> Malformed:
    return Malformed(rule, remedy=remedy, source=_SOURCE)
