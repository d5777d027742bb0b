"""docs/reference/phrases.md from the catalogues."""

from __future__ import annotations

from typing import Final

from steerclear.speech.phrases import LANGUAGES, catalogue, phrase

HEAD: Final = """# Phrases

*Generated from `src/steerclear/speech/phrases/`; edit those files, then `make docs`.*

The code is what is signed. Each language has a label for it, for screens, cards, ready texts and voice
(`--language`, or `language` in steerclear.toml). Inside a group no two codes share a label, so a label leads back to
its code exactly: what is said in one language reads back as the same code in each other. No label reads as permission.

`letter` is for spelling codes, serials and figures: the words of the ICAO alphabet in each script. A word of English is
understood beside those of any language. How they are used: [by voice and on paper](../how-to/paper-and-voice.md).

**Not yet read by native speakers:** the Russian, Arabic and French labels here, and the sentences of alarms, tasks and
screens in `src/steerclear/speech/texts/` (one folder a language, English the source, the same keys and parameters in
each). Where a sentence is doubted, the English one (`--language en`) and the code count.
"""
_NAMES: Final = {"en": "English", "ru": "Russian", "ar": "Arabic", "fr": "French"}


def phrases_page() -> str:
    """One table a group."""
    head = ("code", *(_NAMES[language] for language in LANGUAGES))
    out = [HEAD]
    for group, codes in catalogue().items():
        out += [f"## {group}", "", _row(head), _row(("---",) * len(head))]
        out += [_row((f"`{code}`", *(phrase(group, code, one) for one in LANGUAGES))) for code in codes]
        out.append("")
    return "\n".join(out)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
