"""What each code is called on a screen, in print and by voice: one TOML file a language, the codes themselves
never change. Another language is an added file.

A group holds the codes of one sort (`kind`, `answer`, `mark` …): `groups.group_of` names that of a body's field,
`field` holds the names of the fields themselves, `screen` the words of the command line. Inside a group no two codes
have one label in any language, so that a label leads back to its code exactly (scenarios.md, AT34).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final
from unicodedata import normalize

DEFAULT: Final = "en"
LANGUAGES: Final = ("en", "ru", "ar", "fr")
RIGHT_TO_LEFT: Final = ("ar",)


@cache
def catalogue(language: str = DEFAULT) -> dict[str, dict[str, str]]:
    """Group (`kind`, `answer`, `mark` …) → code → label. Raises `KeyError` for a language that is
    not there.
    """
    entry = files(__name__) / f"{language}.toml"
    if not language.isalpha() or not entry.is_file():
        raise KeyError(language)
    return tomllib.loads(entry.read_text("utf-8"))


def phrase(group: str, code: str, language: str = DEFAULT) -> str:
    """The label of a code; in English where the language has none; the code itself where no catalogue has one, so that
    nothing is ever blank."""
    own = catalogue(language).get(group, {}).get(code)
    return own if own is not None else catalogue(DEFAULT).get(group, {}).get(code, code)


def code_of(group: str, label: str, language: str = DEFAULT) -> str:
    """The code that a label stands for; the code itself is understood in every language. Raises `KeyError`."""
    known = _by_label(group, language)
    return known[_plain(label)]


@cache
def _by_label(group: str, language: str) -> dict[str, str]:
    codes = {**catalogue(DEFAULT).get(group, {}), **catalogue(language).get(group, {})}
    out = {_plain(code): code for code in codes}
    return out | {_plain(phrase(group, code, language)): code for code in codes}


def _plain(text: str) -> str:
    """A label however its letters are composed, spaced or capitalised."""
    return " ".join(normalize("NFC", text).casefold().split())
