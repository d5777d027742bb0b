"""The language of what is printed: `--language`, else `language` in steerclear.toml, else codes with English words.

JSON has codes alone, in every language. Held for one command, like the zone (`cli/zone.py`).
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextvars import ContextVar

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
    if hasattr(args, "language") and hasattr(args, "home") and not name and not getattr(args, "node", ""):
        name, field = _configured(args), "node.language"
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


def kept(text: str) -> str:
    """An id, a figure or a code that stays readable in a line that is written from right to left."""
    from steerclear.speech.phrases import RIGHT_TO_LEFT

    return f"\u2066{text}\u2069" if text and chosen() in RIGHT_TO_LEFT else text


def width(text: str) -> int:
    """How many columns a text takes: marks of direction take none."""
    return sum(1 for character in text if character not in "\u2066\u2068\u2069")


def _configured(args: Namespace) -> str:
    from steerclear.config import read_config
    from steerclear.errors import Malformed

    try:
        return read_config(args.home).node.language
    except Malformed:
        return ""  # the command itself says what is wrong with its folder
