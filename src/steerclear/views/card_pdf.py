"""Cards and forms on paper: Typst over `card.typ`, the same bytes for the same card on every machine.

The fonts that come with Typst have Latin, Cyrillic, Greek and Arabic, so none of the system's is asked. A letter that
they lack is printed as a box; `lacking` says which, so that nobody takes the print for the whole.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from steerclear.speech.phrases import phrase
from steerclear.views.card import Card
from steerclear.views.typeset import typeset as typeset_by

_COVERED: Final = (
    (0x20, 0x17F),
    (0x370, 0x3FF),
    (0x400, 0x45F),
    (0x490, 0x4F9),
    (0x60C, 0x652),
    (0x660, 0x66D),
    (0x2010, 0x2044),
    (0x2066, 0x2069),
)
"""Ranges of characters that the two fonts have between them (checked by eye on a print of each range)."""
_SINGLE: Final = frozenset("\n€№→←↑↓−≤≥☐²³")


def lacking(card: Card) -> tuple[str, ...]:
    """Characters of the card that the print shows as boxes, each once."""
    said = "".join(f"{one.label}{one.value}{one.note}" for one in (*card.head, *card.body))
    return tuple(sorted({one for one in said if not _covered(one)}))


def pdf(card: Card) -> bytes:
    """The card as PDF, with its square code."""
    code = phrase("ready", "read_back", card.language).format(code="").rstrip(" .:")
    missing = lacking(card)
    foot = (f"{code}.", *card.foot) if card.read_back else card.foot
    if missing:
        foot = (*foot, f"Not printed here: {' '.join(f'U+{ord(one):04X}' for one in missing)} (card --text)")
    told = {
        **msgspec.to_builtins(card),
        "foot": foot,
        "lines": [msgspec.to_builtins(one) for one in (*card.head, *card.body)],
        "running": card.qr.split("\n")[2][:16] if card.qr else "",
        "qr_svg": qr_svg(card.qr) if card.qr else "",
    }
    return typeset([told])


def typeset(sheets: list[dict[str, Any]]) -> bytes:
    """Sheets of one language and mode by the template, each on a page of its own; what `card.typ` reads."""
    return typeset_by("card.typ", sheets=sheets)


def qr_svg(content: str) -> str:
    """The square code as SVG, error correction M."""
    import io

    import segno

    out = io.BytesIO()
    segno.make(content, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()


def _covered(character: str) -> bool:
    return character in _SINGLE or any(low <= ord(character) <= high for low, high in _COVERED)
