"""Serials of what is written on paper or passed by voice while no node can be reached.

`54321-261122-003-70`: the party's number, the day (UTC, yymmdd), the number of the form on that day, two check digits
over all of it. The first three are printed on a blank form; nobody has to be asked for a number at night. A serial says
which sheet of paper it was; the entry's id comes when it is entered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from steerclear.errors import Malformed
from steerclear.speech import check_digits

PARTY_DIGITS: Final = 5
MOST: Final = 999
_FORM: Final = re.compile(r"([0-9]{5})[- ]?([0-9]{6})[- ]?([0-9]{3})[- ]?([0-9]{2})", re.ASCII)
SOURCE: Final = "record.md, Between nodes: voice and paper with check digits"


@dataclass(frozen=True, order=True, slots=True)
class Serial:
    """One sheet: `party` five digits, `day` yymmdd, `number` from 1 to 999."""

    party: str
    day: str
    number: int

    @property
    def text(self) -> str:
        """As it is written, with its check digits."""
        plain = f"{self.party}-{self.day}-{self.number:03d}"
        return f"{plain}-{check_digits.check(plain)}"


def party_number(party: str) -> str:
    """The five digits that stand for a party on paper: of its id, so that no list has to be kept. The other members of
    a line are few; should two share a number, a serial is read as the author's own, who signs the entry."""
    return f"{int(party[:8], 16) % 10**PARTY_DIGITS:0{PARTY_DIGITS}d}"


def make(party: str, day: date, number: int) -> Serial:
    """The serial of a party's n-th form of a day. Raises `Malformed` `serial-out-of-range`."""
    if not 1 <= number <= MOST:
        raise Malformed("serial-out-of-range", field="number", remedy=f"from 1 to {MOST} a day")
    return Serial(party_number(party), f"{day:%y%m%d}", number)


def parse(text: str, *, field: str = "serial") -> Serial:
    """A serial as written, with or without its dashes. Raises `Malformed`: `bad-serial`, `wrong-check-digits`."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise Malformed(
            "bad-serial", field=field, remedy="write it as on the form: 54321-261122-003-70", source=SOURCE
        )
    party, day, number, digits = found.groups()
    if not check_digits.holds(party + day + number, digits):
        raise Malformed(
            "wrong-check-digits",
            field=field,
            remedy="a digit is wrong or two are exchanged: compare with the form, or ask for it again digit by digit",
            source=SOURCE,
        )
    if not _is_day(day) or number == "000":
        raise Malformed(
            "bad-serial", field=field, remedy="year, month, day, and a number from 001", source=SOURCE
        )
    return Serial(party, day, int(number))


def _is_day(text: str) -> bool:
    try:
        date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return False
    return True
