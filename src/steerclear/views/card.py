"""A read-back card: one entry on one sheet, in the reader's language, to be read aloud, kept and read back.

messages.md, `dissemination`: each version's read-back code stands on the unit's card and is speakable by radio.
Anything not REAL says so at both ends (Header, `mode`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from steerclear.procedure.free_text import FreeText
from steerclear.speech import spelling
from steerclear.speech.phrases import RIGHT_TO_LEFT, phrase
from steerclear.speech.reading import Reading, figure, read_body
from steerclear.units import format_dtg, format_time
from steerclear.views.entries import EntryView

EXERCISE: Final = "EXERCISE EXERCISE EXERCISE"
ID_SHOWN: Final = 16


class Line(msgspec.Struct, frozen=True):
    """One line: `sort` `code` (the value is a label), `figure` (with `check` digits), `free` (with a `note`)."""

    path: str
    label: str
    value: str
    spoken: str = ""
    check: str = ""
    sort: str = "code"
    depth: int = 0
    note: str = ""


class Card(msgspec.Struct, frozen=True):
    """`banner` stands at both ends, '' for REAL. `qr` is what the square code holds; `unverified`: there is free text
    that no linguist has confirmed. `ready`: what to say or write by another carrier, of a `stop` alone."""

    language: str
    right_to_left: bool
    banner: str
    title: str
    kind: str
    head: tuple[Line, ...]
    body: tuple[Line, ...]
    read_back: str
    read_back_spoken: str
    foot: tuple[str, ...]
    unverified: bool
    qr: str
    mode: str
    ready: str = ""


def card_of(
    view: EntryView, line: str, texts: Iterable[FreeText], names: Mapping[str, str], language: str
) -> Card:
    """The card of an entry that this node can read; of any other the head alone says so."""
    row = view.row
    payload = view.payload if isinstance(view.payload, dict) else {}
    confirmed = {
        path for one in texts if one.entry == row.id and one.state == "confirmed" for path in one.fields
    }
    kind = str((payload.get("body") or {}).get("kind", row.kind)) if row.kind == "amend" else row.kind
    body = tuple(
        _line(one, confirmed, language) for one in read_body(row.kind, payload.get("body"), language)
    )
    foot = [phrase("card", "no_permission", language), phrase("card", "check_rule", language)]
    if view.payload is None:
        foot.insert(0, phrase("card", "not_read", language))
    serial = str(((payload.get("inner") or {}).get("paper") or {}).get("serial", ""))
    return Card(
        language,
        language in RIGHT_TO_LEFT,
        "" if row.mode == "REAL" else EXERCISE,
        phrase("card", "title", language),
        _kind(row.kind, kind, language),
        tuple(_head(view, serial, names, language)),
        body,
        view.readback,
        spelling.say(view.readback, language) if view.readback else "",
        tuple(foot),
        any(one.note and one.path not in confirmed for one in body),
        "\n".join(("STEERCLEAR 1", line, row.id, view.readback, serial)),
        row.mode,
    )


def _kind(kind: str, inside: str, language: str) -> str:
    said = phrase("kind", kind, language)
    return said if inside == kind else f"{said}: {phrase('kind', inside, language)}"


def _head(view: EntryView, serial: str, names: Mapping[str, str], language: str) -> Iterable[Line]:
    row = view.row

    def label(name: str) -> str:
        return phrase("field", name, language)

    mode = phrase("mode", row.mode, language)
    urgent = phrase("precedence", row.precedence, language)
    if row.life_safety:
        urgent += f", {phrase('card', 'life_safety', language)}"
    yield Line("mode", label("mode"), mode, mode)
    yield Line("precedence", label("precedence"), urgent, urgent)
    yield Line("author", label("from"), f"{names.get(row.author, row.author[:8])}, {row.post}", sort="figure")
    if row.to:
        yield Line("to", label("to"), ", ".join(names.get(one, one[:8]) for one in row.to), sort="figure")
    yield _plain(figure("released", label("released"), _when(row.released_ms), language))
    yield _plain(figure("id", label("id"), row.id[:ID_SHOWN], language))
    if serial:
        yield _plain(figure("serial", label("serial"), serial, language), check="")


def _when(ms: int) -> str:
    return f"{format_dtg(ms)}" if ms % 60_000 == 0 else f"{format_dtg(ms)} ({format_time(ms)})"


def _plain(one: Reading, **changes: Any) -> Line:
    made = Line(one.path, one.label, one.value, one.spoken, one.check, one.sort, one.depth)
    return msgspec.structs.replace(made, **changes)


def _line(one: Reading, confirmed: set[str], language: str) -> Line:
    note = ""
    if one.sort == "free":
        note = phrase("card", "confirmed" if one.path in confirmed else "unverified", language)
    return _plain(one, note=note)


def text(card: Card) -> list[str]:
    """The card as plain lines: what `card.pdf` holds but the square code. In a language written from right to left
    what is not is kept together, so that codes and figures stay readable."""
    keep = _isolated if card.right_to_left else _same
    out = [card.banner] if card.banner else []
    out += [f"{card.title}: {card.kind}", ""]
    out += [_shown(one, keep) for one in card.head]
    out.append("")
    out += [_shown(one, keep) for one in card.body]
    if card.read_back:
        code = phrase("ready", "read_back", card.language).format(code=keep(card.read_back))
        out += ["", f"{code} {card.read_back_spoken}"]
    out += ["", *card.foot]
    return [*out, card.banner] if card.banner else out


def _shown(one: Line, keep: Any) -> str:
    check = f" [{one.check}]" if one.check else ""
    note = f" ({one.note})" if one.note else ""
    value = one.value if one.sort == "code" else keep(one.value + check, one.sort == "free")
    return f"{'  ' * one.depth}{one.label}: {value}{note}".rstrip()


def _isolated(value: str, free: bool = False) -> str:
    """Left to right, whatever stands round it; free text as its own letters say (Unicode annex 9: U+2066 and U+2068,
    both ended by U+2069)."""
    return f"{chr(0x2068 if free else 0x2066)}{value}\u2069" if value else value


def _same(value: str, free: bool = False) -> str:
    return value
