"""Codes, serials and figures spoken letter by letter, in each language, and heard again exactly.

Letters are the words of the ICAO spelling alphabet (Annex 10 vol. II, 5.2.1.3), written in the script of the language,
so that the two ends hear the same word; digits are the number words of the language, in English as ICAO has them.
"""

from __future__ import annotations

from functools import cache

from steerclear.errors import Malformed
from steerclear.speech.phrases import DEFAULT, catalogue

_ENGLISH_TOO = {
    "alpha": "A",
    "juliet": "J",
    "xray": "X",
    "three": "3",
    "four": "4",
    "nine": "9",
}


def say(text: str, language: str = DEFAULT) -> str:
    """`K7AX` → `Kilo Seven Alfa X-ray`; spaces are pauses. Raises `Malformed` `not-spelt` for any other character."""
    known = catalogue(language)["letter"]
    groups = []
    for group in text.upper().split():
        strange = [character for character in group if character not in known]
        if strange:
            raise Malformed(
                "not-spelt",
                field="text",
                remedy=f"{strange[0]} has no word of its own: digits and letters A to Z",
            )
        groups.append(" ".join(known[character] for character in group))
    return ", ".join(groups)


def hear(spoken: str, language: str = DEFAULT) -> str:
    """What was spoken, or written down, as characters without spaces: words of this language or of English, digits and
    letters as they are. Raises `Malformed` `not-spelt`, naming the word."""
    words = _words(language)
    out = []
    for word in spoken.replace(",", " ").replace("،", " ").split():
        found = words.get(word.casefold())
        if found is None and word.isascii() and word.upper().isalnum() and len(word) <= 2:
            found = word.upper()
        if found is None and word.isascii() and word.isdecimal():
            found = word
        if found is None:
            raise Malformed("not-spelt", field="text", remedy=f"{word}: ask for this part again")
        out.append(found)
    return "".join(out)


@cache
def _words(language: str) -> dict[str, str]:
    """Word → character: of the language before English, where both have one."""
    out = dict(_ENGLISH_TOO)
    for name in (DEFAULT, language):
        out |= {word.casefold(): character for character, word in catalogue(name)["letter"].items()}
    return out
