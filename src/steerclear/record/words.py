"""Twelve spoken words of a party card, compared over a second carrier (record.md, How a line begins).

A word is consonant-vowel-consonant-vowel, spoken as spelt, and carries 11 bits; twelve carry the first 132
bits of the SHA-256 of the card's text. There is no list to ship, to translate or to get wrong: word `n` is
made from the bits of `n`. Vowels are a, i, o, u alone, and the second consonants differ from each other
even over a bad radio. Where an ear still takes a voiced consonant for its unvoiced twin (b for p, d for t,
g for k, f for v, s for z) or m for n, a word keeps 1280 of its 2048 values, and twelve words more than 120
bits.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from steerclear.errors import Malformed

FIRST: Final = "bdfghjklmnprstvz"
SECOND: Final = "dfklmprs"
VOWELS: Final = "aiou"
COUNT: Final = 12
BITS: Final = 11


def word(number: int) -> str:
    """The word of an 11-bit number. ValueError outside 0 … 2047."""
    if not 0 <= number < 1 << BITS:
        raise ValueError("a word stands for 11 bits")
    return FIRST[number >> 7] + VOWELS[number >> 5 & 3] + SECOND[number >> 2 & 7] + VOWELS[number & 3]


def words_of(text: bytes) -> tuple[str, ...]:
    """The twelve words of a card's text (`SignedCard.text`, without its signatures)."""
    bits = int.from_bytes(sha256(text).digest(), "big") >> (256 - COUNT * BITS)
    mask = (1 << BITS) - 1
    return tuple([word(bits >> BITS * (COUNT - 1 - place) & mask) for place in range(COUNT)])


def parse_words(spoken: str) -> tuple[str, ...]:
    """What a person typed from hearing: any case, spaces, commas or hyphens between.

    Raises `Malformed`: `not-twelve-words`, `unknown-word` (the field names which one).
    """
    heard = tuple(spoken.lower().replace(",", " ").replace("-", " ").split())
    if len(heard) != COUNT:
        raise Malformed("not-twelve-words", field="words", remedy=f"{len(heard)} words; ask for all {COUNT}")
    for place, one in enumerate(heard, 1):
        if one not in _ALL:
            raise Malformed("unknown-word", field=f"words[{place}]", remedy=f"ask for word {place} again")
    return heard


_ALL: Final = frozenset(word(number) for number in range(1 << BITS))
