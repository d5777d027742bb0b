"""Read-back codes: four characters that only a holder of a version's payload can know, made to be spoken.

messages.md, `dissemination`: "a four-character read-back code from SHA-256(tag ‖ salt ‖ commitment), so that
only a holder of the payload can know it, on the unit's card and speakable by radio".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from steerclear.errors import Malformed

TAG: Final = b"steerclear/readback/v1\n"
LENGTH: Final = 4
SPOKEN: Final = {
    "A": "Alfa",
    "C": "Charlie",
    "D": "Delta",
    "E": "Echo",
    "F": "Foxtrot",
    "H": "Hotel",
    "J": "Juliett",
    "K": "Kilo",
    "L": "Lima",
    "M": "Mike",
    "N": "November",
    "P": "Papa",
    "Q": "Quebec",
    "R": "Romeo",
    "T": "Tango",
    "U": "Uniform",
    "V": "Victor",
    "W": "Whiskey",
    "X": "X-ray",
    "Y": "Yankee",
    "3": "Tree",
    "4": "Fower",
    "7": "Seven",
    "9": "Niner",
}
"""ICAO Annex 10 vol. II, 5.2.1.3 and 5.2.1.4: words of the spelling alphabet. Left out is what is taken for
another when heard or written by hand: B and 8, G and 6, I and 1, O and 0, S and 5, Z and 2.
"""
ALPHABET: Final = "".join(SPOKEN)
_BY_WORD: Final = {word.upper(): letter for letter, word in SPOKEN.items()} | {
    "ALPHA": "A",
    "JULIET": "J",
    "XRAY": "X",
    "THREE": "3",
    "FOUR": "4",
    "NINE": "9",
}


def code(salt: bytes, commitment: str) -> str:
    """The code of the version whose payload has this salt and this commitment (64 hex, as in the clear
    header).
    """
    if len(salt) < 16:
        raise Malformed(
            "salt-too-short", field="salt", remedy="at least 16 bytes", source="record.md, Formats"
        )
    try:
        committed = bytes.fromhex(commitment)
    except ValueError:
        committed = b""
    if len(committed) != 32:
        raise Malformed("bad-commitment", field="commitment", remedy="64 hex digits")
    number = int.from_bytes(hashlib.sha256(TAG + salt + committed).digest())
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def spoken(text: str) -> str:
    """`K7AX` → `Kilo Seven Alfa X-ray`."""
    return " ".join(SPOKEN[letter] for letter in heard(text))


def heard(text: str) -> str:
    """A code as written or spoken (`k7ax`, `K 7 A X`, `kilo seven alfa x-ray`) in its one form.

    Raises `Malformed` `not-a-read-back-code`.
    """
    words = text.replace("-", "").replace(",", " ").upper().split()
    if len(words) == 1 and len(words[0]) == LENGTH and all(letter in SPOKEN for letter in words[0]):
        return words[0]  # ALFA, PAPA, TREE and XRAY are codes too
    known = {word.replace("-", ""): letter for word, letter in _BY_WORD.items()}
    plain = "".join(known.get(word, word) for word in words)
    if len(plain) != LENGTH or any(letter not in SPOKEN for letter in plain):
        raise Malformed(
            "not-a-read-back-code",
            field="code",
            remedy=f"four characters of {ALPHABET}, as the unit reads them from its card",
        )
    return plain


def version_of(text: str, versions: Iterable[tuple[str, str]]) -> str | None:
    """Which version a code belongs to: `versions` are (entry id, code), oldest first; the newest wins."""
    wanted = heard(text)
    found = None
    for entry, known in versions:
        if known == wanted:
            found = entry
    return found


COUNT_TAG: Final = b"steerclear/unit-count/v1\n"


def count_commitment(confirmed: int, units: int, salt: bytes) -> str:
    """Salted commitment of "n of m units told", for an inquiry: hex SHA-256(tag ‖ salt ‖ "n/m"). The salt
    stays at home until the count is opened.
    """
    if not 0 <= confirmed <= units:
        raise Malformed("impossible-count", field="confirmed", remedy="from 0 to the number of units")
    if len(salt) < 16:
        raise Malformed(
            "salt-too-short", field="salt", remedy="at least 16 bytes", source="record.md, Formats"
        )
    return hashlib.sha256(COUNT_TAG + salt + f"{confirmed}/{units}".encode()).hexdigest()


def word_for(confirmed: int, units: int, *, headquarters: bool) -> str:
    """The outward word for a count: `none`, `headquarters` (none of the units yet), `part` or `all`."""
    if units > 0 and confirmed >= units:
        return "all"
    if confirmed > 0:
        return "part"
    return "headquarters" if headquarters else "none"
