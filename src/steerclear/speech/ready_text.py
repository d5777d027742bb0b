"""A `stop` ready to go out by another carrier, in the language of whoever will hear or read it.

messages.md, `stop`: to every party of the line at once, on all carriers. Spoken carriers get short sentences with every
figure letter by letter and are said twice by radio; written ones a subject and a line for each field, figures with
their check digits. Nothing is left out because it is not known: what is there is said, and the rest is asked for later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from steerclear.speech import spelling
from steerclear.speech.phrases import DEFAULT, phrase
from steerclear.speech.reading import Reading, read_body

SPOKEN: Final = ("telephone", "radio", "satellite_phone", "video", "in_person", "walk_in", "attache")
EXERCISE: Final = "EXERCISE EXERCISE EXERCISE"
_SAID: Final = ("place", "positions", "since", "going_on", "injured", "call_back")
"""Fields that are spoken, in this order; the written form has all."""


def stop_text(
    body: Any,
    carrier: str,
    *,
    mode: str,
    readback: str = "",
    serial: str = "",
    language: str = DEFAULT,
) -> str:
    """What to say or write. `body` is a `Stop`, its JSON, or None where it cannot be read; `readback` its four
    characters, `serial` that of the sheet, '' where there is none."""
    given = msgspec.to_builtins(body) if body is not None else {}
    rows = read_body("stop", given, language)
    site = phrase("site_kind", str(given.get("site_kind") or "unknown"), language)
    if carrier in SPOKEN:
        parts = list(_spoken(rows, site, readback, serial, language))
        text = " ".join(parts)
        if carrier == "radio":
            text = f"{text} {phrase('ready', 'again', language)} {text} {phrase('ready', 'over', language)}"
    else:
        text = "\n".join(_written(rows, site, readback, serial, language))
    if mode == "REAL":
        return text
    gap = " " if carrier in SPOKEN else "\n"
    return f"{EXERCISE}.{gap}{text}{gap}{EXERCISE}."


def _spoken(rows: tuple[Reading, ...], site: str, readback: str, serial: str, language: str) -> Iterator[str]:
    yield phrase("ready", "cease", language).format(site=site)
    for field in _SAID:
        for row in rows:
            if row.path.removeprefix("body.").partition("[")[0] == field:
                check = (
                    f", {phrase('field', 'check', language)} {spelling.say(row.check, language)}"
                    if row.check
                    else ""
                )
                yield f"{row.label}: {row.spoken}{check}."
    if serial:
        yield f"{phrase('field', 'serial', language)}: {spelling.say(serial, language)}."
    if readback:
        yield phrase("ready", "read_back", language).format(code=spelling.say(readback, language))
    yield phrase("ready", "pass_on", language)


def _written(
    rows: tuple[Reading, ...], site: str, readback: str, serial: str, language: str
) -> Iterator[str]:
    yield phrase("ready", "subject", language).format(site=site)
    yield ""
    for row in rows:
        free = f" ({phrase('card', 'unverified', language)})" if row.sort == "free" else ""
        check = f" [{row.check}]" if row.check else ""
        yield f"{'  ' * row.depth}{row.label}: {row.value}{check}{free}"
    if serial:
        yield f"{phrase('field', 'serial', language)}: {serial}"
    if readback:
        yield phrase("ready", "read_back", language).format(code=readback)
    yield phrase("ready", "pass_on", language)
    yield phrase("ready", "no_admission", language)
