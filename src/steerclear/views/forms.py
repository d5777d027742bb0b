"""Blank forms, numbered beforehand: what is written by hand and spoken while no node can be reached.

One sheet a kind: its fields in their order, codes to be marked, figures with boxes for check digits. The name of the
field stands small beside it, as the file of `steerclear paper enter` spells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args, get_origin

import msgspec

from steerclear.space.volume import Volume4D
from steerclear.speech import table
from steerclear.speech.free_text import is_free
from steerclear.speech.kind import ACTIVITIES, MOVEMENTS, PLACES
from steerclear.speech.kinds.common import Body, Hash, Position
from steerclear.speech.phrases import RIGHT_TO_LEFT, phrase
from steerclear.speech.phrases.groups import YES_NO, group_of, literals
from steerclear.speech.walk import bare
from steerclear.views.card import EXERCISE
from steerclear.views.card_pdf import qr_svg, typeset

NOT_ON_PAPER: Final = ("amend", "assist.position")
"""An amend is written on the form of its notice; the exact position of an assist never stands on a list or a form."""
_VOLUME: Final = ("centre", "radius_mm", "lower", "upper", "start", "end")
_DEEPEST: Final = 1


class Blank(msgspec.Struct, frozen=True):
    """One line to be filled in: `hint` is the field's name in the file, `choices` codes with their labels, `checked`
    has boxes for check digits, `wide` room for words."""

    label: str
    hint: str
    choices: tuple[str, ...] = ()
    checked: bool = False
    wide: bool = False
    depth: int = 0


class Form(msgspec.Struct, frozen=True):
    """A sheet: its serial is printed, all else is written by hand."""

    serial: str
    kind: str
    mode: str
    language: str
    blanks: tuple[Blank, ...]


def kinds() -> tuple[str, ...]:
    """Every kind that may be life safety, and every notice."""
    notices = (*ACTIVITIES, *PLACES, *MOVEMENTS)
    return tuple(
        row.name
        for row in table.spoken()
        if (row.life_safety != "never" or row.name in notices) and row.name not in NOT_ON_PAPER
    )


def blank_form(kind: str, serial: str, mode: str, language: str) -> Form:
    """The form of a kind. Raises `KeyError` for what is no kind that is spoken."""
    struct = table.KINDS[kind].body
    if struct is None:
        raise KeyError(kind)
    return Form(serial, kind, mode, language, (*_head(language), *_fields(struct, "body", language, 0)))


def _head(language: str) -> Iterator[Blank]:
    def label(name: str) -> str:
        return phrase("field", name, language)

    yield Blank(label("written"), "paper.written", checked=True)
    yield Blank(label("from"), "--as")
    yield Blank(label("to"), "to")
    yield Blank(label("precedence"), "precedence", _choices("precedence", ("FLASH", "IMMEDIATE"), language))
    yield Blank(f"{label('entry')}, {label('serial')}", "refs", checked=True)
    yield Blank(label("reply_by"), "reply_by", checked=True)


def _choices(group: str, codes: tuple[str, ...], language: str) -> tuple[str, ...]:
    """`label (code)`: the reader sees its language, the file takes the code."""
    return tuple(f"{phrase(group, code, language)} ({code})" for code in codes)


def _fields(struct: type[msgspec.Struct], path: str, language: str, depth: int) -> Iterator[Blank]:
    for field in msgspec.structs.fields(struct):
        plain = bare(field.type)
        item = bare(get_args(plain)[0]) if get_origin(plain) is tuple else plain
        label = phrase("field", field.encode_name, language)
        hint = f"{path}.{field.encode_name}"
        codes = tuple(code for found in literals(field.type) for code in found)
        if _is_hash(field.type):
            continue
        if codes:
            group = group_of(struct.__name__, field.encode_name)
            yield Blank(label, hint, _choices(group, codes, language), depth=depth)
        elif item is bool:
            yield Blank(label, hint, _choices(YES_NO, ("true", "false"), language), depth=depth)
        elif item is Position:
            yield from (
                Blank(f"{label} {n + 1}", f"{hint}[{n}]", checked=True, depth=depth) for n in range(2)
            )
        elif item is Volume4D:
            yield from _volume(hint, language, depth)
        elif isinstance(item, type) and issubclass(item, Body) and depth < _DEEPEST:
            yield Blank(label, hint, depth=depth)
            yield from _fields(item, hint, language, depth + 1)
        else:
            free = is_free(field.encode_name, field.type)
            yield Blank(
                label, hint, checked=not free, wide=field.encode_name in ("text", "words"), depth=depth
            )


def _volume(path: str, language: str, depth: int) -> Iterator[Blank]:
    for name in _VOLUME:
        yield Blank(
            phrase("field", name, language),
            f"{path}[0].{name.removesuffix('_mm')}",
            checked=True,
            depth=depth,
        )


def _is_hash(annotation: Any) -> bool:
    """A hash is nothing to be written by hand."""
    return annotation == Hash or any(_is_hash(one) for one in get_args(annotation) if one is not Ellipsis)


def _sentences(form: Form) -> tuple[str, ...]:
    return tuple(
        phrase("card", name, form.language)
        for name in ("write", "mark", "passed", "check_rule", "enter", "no_permission")
    )


def text(form: Form) -> list[str]:
    """The form as plain lines, for a printer that knows nothing else."""
    banner = [] if form.mode == "REAL" else [EXERCISE]
    out = [*banner, f"{phrase('card', 'form', form.language)}: {phrase('kind', form.kind, form.language)}"]
    out += [f"{phrase('field', 'serial', form.language)}: {form.serial}"]
    out += [f"{phrase('field', 'mode', form.language)}: {phrase('mode', form.mode, form.language)}", ""]
    for one in form.blanks:
        box = " [  ]" if one.checked else ""
        room = "  ".join(f"[ ] {choice}" for choice in one.choices) or "_" * 30
        out.append(f"{'  ' * one.depth}{one.label} <{one.hint}>: {room}{box}")
    return [*out, "", *_sentences(form), *banner]


def pdf(forms: list[Form]) -> bytes:
    """Forms of one language and mode, each on a page of its own."""
    return typeset([_sheet(form) for form in forms])


def _sheet(form: Form) -> dict[str, Any]:
    language = form.language
    mode = {
        "label": phrase("field", "mode", language),
        "value": phrase("mode", form.mode, language),
        "note": "",
        "check": "",
        "sort": "code",
        "depth": 0,
    }
    lines = [{**msgspec.to_builtins(one), "blank": True, "note": "", "check": "", "value": "", "sort": "code"}
             for one in form.blanks]  # fmt: skip
    return {
        "title": phrase("card", "form", language),
        "kind": phrase("kind", form.kind, language),
        "serial": form.serial,
        "banner": "" if form.mode == "REAL" else EXERCISE,
        "language": language,
        "right_to_left": language in RIGHT_TO_LEFT,
        "running": form.serial,
        "lines": [mode, *lines],
        "read_back": "",
        "read_back_spoken": "",
        "foot": _sentences(form),
        "qr_svg": qr_svg(f"STEERCLEAR 1 FORM\n{form.serial}\n{form.kind}"),
    }
