"""The language of what is printed: `--language`, else `language` in steerclear.toml, else codes with English words.

JSON has codes alone, in every language. Held for one command, like the zone (`cli/zone.py`).
"""

from __future__ import annotations

import os
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

_LANGUAGE: ContextVar[str] = ContextVar("language", default="")
KNOWN = ("en", "ru", "ar", "fr")


def option(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--language",
        default="",
        metavar="LANGUAGE",
        help="labels in place of codes: en, ru, ar or fr (default: `language` in steerclear.toml)",
    )


def use(args: Namespace) -> None:
    """The language of this command. Raises `Malformed` `unknown-language`."""
    name, field = getattr(args, "language", ""), "--language"
    home = getattr(args, "home", None) or os.environ.get("STEERCLEAR_HOME")
    if hasattr(args, "language") and home and not name and not getattr(args, "node", ""):
        name, field = _configured(Path(home)), "node.language"
    if name and name not in KNOWN:
        from steerclear.errors import Malformed

        raise Malformed("unknown-language", field=field, remedy=f"{name} is none of {', '.join(KNOWN)}")
    _LANGUAGE.set(name)


def chosen(default: str = "en") -> str:
    """The language that was asked for, else the default."""
    return _LANGUAGE.get() or default


def asked() -> str:
    """The language that was asked for; '' where none was."""
    return _LANGUAGE.get()


def word(code: str) -> str:
    """A word of the screen."""
    from steerclear.speech.phrases import phrase

    return phrase("screen", code, chosen())


def label(group: str, code: str) -> str:
    """What a code is called in the language that was asked for; the code itself where none was."""
    if not _LANGUAGE.get() or not code:
        return code
    from steerclear.speech.phrases import phrase

    return phrase(group, code, chosen())


def phrase_of(group: str, code: str) -> str:
    """What a code is called, in English where no language was asked for; the code where no catalogue has it."""
    from steerclear.speech.phrases import phrase

    return phrase(group, code, chosen())


def called(*codes: str) -> str:
    """What a refusal is called, by the first of its codes that the catalogues know; '' where they know none. What is
    only `malformed` is told by the code that stands beside it."""
    from steerclear.speech.phrases import catalogue, phrase

    known = [code for code in codes if code in catalogue()["refusal"]]
    best = next((code for code in known if code != "malformed"), known[0] if known else "")
    return phrase("refusal", best, chosen()) if best else ""


def say(key: str, **parameters: Any) -> str:
    """A sentence of the catalogues (`speech/texts`), in the language that was asked for."""
    from steerclear.speech import texts

    return texts.say(key, parameters, chosen())


def told(row: dict[str, Any], part: str = "") -> str:
    """What an alarm (`part` text, consequence, action) or a task says, in the language that was asked for; in English
    where a node says more than this catalogue knows."""
    from steerclear.speech import texts

    english = str(row[part or "text"])
    key = f"{row['key']}.{part}" if part else row["key"]
    if not row["key"] or chosen() == "en" or not texts.known(key):
        return english
    return texts.say(key, row["parameters"], chosen())


def title(row: dict[str, Any]) -> str:
    """The short title of a subject, or of what an alarm is about."""
    from steerclear.speech import texts

    named, plain = row.get("titled") or {}, row.get("title") or row.get("place") or ""
    if not named or chosen() == "en":
        return str(plain)
    return texts.say(named["key"], named["parameters"], chosen())


def standing(lines: Iterable[str]) -> list[str]:
    """The sentences that stand under every screen, in the language that was asked for."""
    from steerclear.speech import texts

    keys = {texts.catalogue()[key]: key for key in _STANDING} | {"not_judged(sealed)": "standing.sealed"}
    return [texts.say(keys[line], {}, chosen()) if line in keys else line for line in lines]


_STANDING = (
    "standing.no-emptiness",
    "standing.no-permission",
    "standing.notification",
    "standing.no-recognition",
    "standing.no-total",
    "standing.no-warning",
    "standing.frequencies",
)


def kept(text: str) -> str:
    """An id, a figure or a code that stays readable in a line that is written from right to left."""
    from steerclear.speech.phrases import RIGHT_TO_LEFT

    return f"\u2066{text}\u2069" if text and chosen() in RIGHT_TO_LEFT else text


def width(text: str) -> int:
    """How many columns a text takes: marks of direction, of bold, and what stands above another letter take none."""
    from unicodedata import combining

    return sum(1 for one in _BOLD.sub("", text) if one not in "\u2066\u2068\u2069" and not combining(one))


def cut(text: str, columns: int) -> str:
    """A text of at most so many columns; what was isolated in it is closed again."""
    if width(text) <= columns:
        return text
    out = ""
    for one in text:
        if width(out + one) > columns:
            break
        out += one
    return out + "\u2069" * (sum(map(out.count, "\u2066\u2068")) - out.count("\u2069"))


_BOLD = re.compile(r"\x1b\[\d*m")


def _configured(home: Path) -> str:
    from steerclear.config import read_config
    from steerclear.errors import Malformed

    try:
        return read_config(home).node.language
    except (Malformed, OSError):
        return ""  # the command itself says what is wrong with its folder
