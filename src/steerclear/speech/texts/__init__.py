"""Sentences that people read, each under a key, with named parameters: `<language>/<file>.toml`, English the source.

A key is the file's name and the path in it (`alarms.hold-ended.text`); every language has the same keys with the same
parameters. Whoever adds an alarm adds its lines to the four languages, in a file of its own where that is handier:
every file of a folder is read. `speech/phrases` holds what a *code* is called; a text may quote those labels.

What stands in braces: `{party}` the value as it is; `{n:number}` by the language's usage; `{left:span}` a length in ms;
`{at:time}` an instant in ms, as date-time group, `{at:utc}` as RFC 3339; `{entry:id}` the start of an id;
`{code:label GROUP}` what a code is
called; `{n:plural one=# hour|other=# hours}` by the language's plural rules (CLDR, by babel), `#` the number. A value
is a string, a whole number, `text(…)` or `code(…)` (rendered in the same language), or a list of such, joined by the
language's comma. In a language written from right to left each value is isolated (U+2068 … U+2069), so that a name
or figure turns nothing round.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from steerclear.speech.phrases import DEFAULT, LANGUAGES, RIGHT_TO_LEFT, phrase
from steerclear.units import format_dtg, format_time

FORMATS: Final = ("", "number", "span", "time", "utc", "id", "label", "plural")
ID_SHOWN: Final = 12
_HOLE: Final = re.compile(r"\{(\w+)(?::(\w+)(?: ([^{}]*))?)?\}")
_ISOLATE: Final = "\u2068"
_END: Final = "\u2069"


class Hole(NamedTuple):
    """A place for a parameter: its name, its format, and the format's argument."""

    name: str
    form: str
    more: str


@cache
def catalogue(language: str = DEFAULT) -> Mapping[str, str]:
    """Key → text of a language. Raises `KeyError` for one that is not there."""
    if language not in LANGUAGES:
        raise KeyError(language)
    out: dict[str, str] = {}
    for entry in sorted((files(__name__) / language).iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".toml"):
            out |= _flat(entry.name.removesuffix(".toml"), tomllib.loads(entry.read_text("utf-8")))
    return out


def _flat(path: str, table: Mapping[str, Any]) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            out |= _flat(f"{path}.{name}", value)
        else:
            out[f"{path}.{name}"] = value
    return out


def text(key: str, **parameters: Any) -> dict[str, Any]:
    """A text inside another's parameters, rendered in whatever language that is shown in."""
    return {"key": key, "parameters": parameters}


def code(group: str, one: str) -> dict[str, str]:
    """A code inside a text's parameters, shown by its label of `speech/phrases`."""
    return {"group": group, "code": one}


def known(key: str) -> bool:
    return key in catalogue(DEFAULT)


def say(key: str, parameters: Mapping[str, Any], language: str = DEFAULT) -> str:
    """The text in a language; in English where that has none. Raises `KeyError`: no such key, a parameter missing."""
    own = catalogue(language).get(key)
    if own is None:
        own, language = catalogue(DEFAULT)[key], DEFAULT
    return "".join(
        part if isinstance(part, str) else _filled(part, parameters[part.name], language)
        for part in parts(own)
    )


@cache
def parts(written: str) -> tuple[str | Hole, ...]:
    """A catalogue's text as words and holes, in order."""
    out: list[str | Hole] = []
    end = 0
    for found in _HOLE.finditer(written):
        out += [written[end : found.start()]] if found.start() > end else []
        out.append(Hole(found[1], found[2] or "", found[3] or ""))
        end = found.end()
    return (*out, written[end:]) if end < len(written) else tuple(out)


def _filled(hole: Hole, value: Any, language: str) -> str:
    if hole.form == "plural":
        return plural(value, hole.more, language)
    shown = _shown(hole, value, language)
    return f"{_ISOLATE}{shown}{_END}" if shown and language in RIGHT_TO_LEFT else shown


def _shown(hole: Hole, value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        if "group" in value:
            return phrase(value["group"], value["code"], language)
        return say(value["key"], value["parameters"], language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        comma = "، " if language == "ar" else ", "
        return comma.join(_shown(hole, one, language) for one in value)
    if hole.form == "span":
        return span(value, language)
    if hole.form == "time":
        return format_dtg(value)
    if hole.form == "utc":
        return format_time(value)
    if hole.form == "label":
        return phrase(hole.more, value, language)
    if hole.form == "id":
        return str(value)[:ID_SHOWN]
    return number(value, language) if hole.form == "number" else str(value)


def number(value: int, language: str) -> str:
    """With the language's separators, in the digits 0 to 9."""
    if language == DEFAULT:
        return f"{value:,}"
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=language))


def plural(value: int, forms: str, language: str) -> str:
    """`one=# hour|other=# hours` for a number."""
    of = dict(form.split("=", 1) for form in forms.split("|"))
    return of.get(category(value, language), of["other"]).replace("#", number(value, language))


def category(value: int, language: str) -> str:
    """CLDR's plural category of a whole number."""
    if language == DEFAULT:
        return "one" if value == 1 else "other"
    from babel import Locale

    return str(Locale.parse(language).plural_form(value))


def span(ms: int, language: str = DEFAULT) -> str:
    """`2 h 05 min`, `9 min 58 s`, `41 s`; a minus sign for what lies behind."""
    sign, seconds = ("-" if ms < 0 else ""), abs(ms) // 1_000
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    h, m, s = (phrase("span", unit, language) for unit in ("h", "min", "s"))
    if hours:
        return f"{sign}{hours} {h} {minutes:02d} {m}"
    if minutes:
        return f"{sign}{minutes} {m}" + (f" {seconds:02d} {s}" if seconds else "")
    return f"{sign}{seconds} {s}"
