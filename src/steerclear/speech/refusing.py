"""How a desk rule says no: the parts that the kinds share."""

from __future__ import annotations

from collections.abc import Iterator

from steerclear.errors import Malformed, Refused
from steerclear.units import parse_time


def no(code: str, field: str, rule: str, remedy: str, source: str = "messages.md, Kinds") -> Refused:
    """A refusal in one line."""
    return Refused(code, field, rule, remedy, source)


def ordered(start: str | None, end: str | None, field: str) -> Iterator[Refused]:
    if start is None or end is None:
        return
    try:
        if parse_time(start) >= parse_time(end):
            yield no(
                "end-not-after-start",
                field,
                "intervals are [start, end)",
                "end after the start",
                "judgement.md",
            )
    except Malformed:
        return  # the bad time itself is refused by `_common`
