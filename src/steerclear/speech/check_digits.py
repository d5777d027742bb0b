"""Check digits for what is dictated or written by hand: ISO/IEC 7064, MOD 97-10 (docs/adr/0013-check-digits.md).

Two digits behind a figure. The whole, read as one number, leaves 1 when divided by 97, so that anybody can work it out
with a pocket calculator. In a number of up to 96 digits every single wrong digit is found, every exchange of two
digits, adjacent or not, and every doubled digit heard as another (55 for 44); of what is wrong in any other way, all
but one in 97.

Letters count as 10 (A) to 35 (Z), as in account numbers (ISO 13616), so every single wrong letter is found too.
Everything else (spaces, dashes, points) counts for nothing.
"""

from __future__ import annotations

from typing import Final

from steerclear.errors import Malformed

LENGTH: Final = 2
_VALUE: Final = {
    character: str(value) for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}


def check(text: str) -> str:
    """The two digits for a text. Raises `Malformed` `nothing-to-check` where it has no digit and no letter A to Z."""
    return f"{98 - int(_number(text) + '00') % 97:02d}"


def holds(text: str, digits: str) -> bool:
    """Whether these are the check digits of that text."""
    plain = digits.strip()
    if len(plain) != LENGTH or not (plain.isascii() and plain.isdecimal()):
        return False
    try:
        return int(_number(text) + plain) % 97 == 1 and plain == check(text)
    except Malformed:
        return False


def _number(text: str) -> str:
    figures = "".join(_VALUE.get(character, "") for character in text.upper())
    if not figures:
        raise Malformed("nothing-to-check", remedy="check digits stand for digits and letters A to Z")
    return figures
