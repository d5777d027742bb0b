"""English nouns with their number or article, for what only English says; other languages: `speech/texts`."""

from __future__ import annotations


def counted(n: int, one: str, many: str = "") -> str:
    """`1 entry`, `2 entries`: a number with its noun, in English."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def an(noun: str) -> str:
    """`an area`, `a stop`: a noun with its article, in English, by its first letter."""
    return f"{'an' if noun[:1].lower() in tuple('aeiou') else 'a'} {noun}"


def thousands(n: int, one: str, many: str = "") -> str:
    """`1 row`, `12,345 rows`: the same of numbers that may be large."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
