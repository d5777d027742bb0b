"""What was written on paper or passed by voice while no node could be reached, and is entered later.

The entry says which sheet it was and when it was written, as its author says. What is proved of its time is the entry's
own interval, as always (record.md, Time): nothing written is ever proved older by being entered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from steerclear.errors import Malformed, Refused
from steerclear.speech import check_digits, serial
from steerclear.speech.kinds.common import Body, Time
from steerclear.speech.refusing import no
from steerclear.units import parse_time

SerialText = Annotated[
    str,
    Meta(
        min_length=16,
        max_length=19,
        description="party, day, number, check digits: 54321-261122-003-70",
        extra={"is": "serial"},
    ),
]


class Paper(Body, frozen=True, kw_only=True):
    """`written`: the time on the sheet. `source`: `voice` where the sheet was written from what was spoken."""

    serial: SerialText
    written: Time | None = None
    source: Literal["paper", "voice"] = "paper"


def wrong(paper: Paper | None, author: str, now_ms: int) -> Iterator[Refused]:
    """What the author's desk refuses of it: a serial that its check digits contradict, another party's form, a time to
    come."""
    if paper is None:
        return
    try:
        found = serial.parse(paper.serial, field="inner.paper.serial")
    except Malformed as error:
        yield Refused(error.rule, error.field, _RULES[error.rule], error.remedy, error.source)
        return
    if found.party != serial.party_number(author):
        yield no(
            "form-of-another-party",
            "inner.paper.serial",
            f"this party's forms begin with {serial.party_number(author)}",
            "let the party enter it whose form it is; to enter what you heard, use a form of your own",
            serial.SOURCE,
        )
    if paper.written is not None and _ms(paper.written) > now_ms:
        yield no("written-later", "inner.paper.written", "it was written before now", "correct the time")


def marks(paper: Paper | None) -> Iterator[str]:
    """What arrived: `wrong-check-digits` where the serial cannot be right. It is stored and judged as ever."""
    if paper is None:
        return
    try:
        serial.parse(paper.serial)
    except Malformed:
        yield "wrong-check-digits"


def checked(figures: Mapping[str, Any], digits: Mapping[str, str]) -> list[Refused]:
    """The check digits written beside figures (`digits`: dotted path → two digits), against what was typed in.
    A path that names nothing is a fault: its figure was left out."""
    out = []
    for path, given in digits.items():
        value = _at(figures, path)
        if value is None:
            out.append(
                no("nothing-there", path, "check digits are given, the figure is not", "type the figure in")
            )
        elif not check_digits.holds(str(value), str(given)):
            out.append(
                no(
                    "wrong-check-digits",
                    path,
                    f"{value} does not fit its check digits {given}",
                    "compare with the form, or ask for this figure again",
                    serial.SOURCE,
                )
            )
    return out


_RULES = {
    "bad-serial": "a serial is party, day, number and two check digits",
    "wrong-check-digits": "the check digits do not fit the serial",
}


def _ms(text: str) -> int:
    try:
        return int(parse_time(text))
    except Malformed:
        return 0  # the time itself is refused with all others


def _at(tables: Any, path: str) -> Any:
    for step in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(tables, Mapping) and step in tables:
            tables = tables[step]
        elif isinstance(tables, list | tuple) and step.isdecimal() and int(step) < len(tables):
            tables = tables[int(step)]
        else:
            return None
    return tables
