"""What each code is called on a screen, in print and by voice: one TOML file a language, the codes themselves
never change. Other languages are an added file.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

DEFAULT: Final = "en"


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
    """The label of a code; the code itself where the catalogue has none, so that nothing is ever blank."""
    return catalogue(language).get(group, {}).get(code, code)
