"""Numbers of an agreement that were refused, in words: which, what it takes, in what unit (judgement.md, Bad input)."""

from __future__ import annotations

from typing import Any, Final

from steerclear.speech import wanted


def path_of(error: Exception) -> str:
    """Where in the set the decoder stopped, as a dotted path with its dot: `.minima[0].a`; '' for the whole."""
    text = str(error)
    return text.split("`$", 1)[1].rstrip("`") if "`$" in text else ""


def remedy_of(form: type, given: Any, error: Exception) -> str:
    """What the number takes, with its unit: bounds, or the list of words with the nearest first."""
    path = path_of(error).lstrip(".")
    rule, remedy = wanted.explained(*wanted.at(form, given, path))
    return f"{rule}: {remedy}{_unit(path)}"


_UNITS: Final = {
    "_ms": "milliseconds",
    "_tmm": "tenths of a millimetre",
    "_mm": "millimetres",
    "hz": "hertz",
    "_cdeg": "hundredths of a degree",
    "_percent": "percent",
    "_km2": "km²",
    "_km3_h": "km³ h",
}
"""What a name ends with, and in what its number counts."""


def _unit(path: str) -> str:
    name = path.partition("[")[0] if path.endswith("]") else path
    unit = next((words for end, words in _UNITS.items() if name.endswith(end)), "")
    return f", in {unit}" if unit else ""
