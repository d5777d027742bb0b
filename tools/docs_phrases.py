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
each). Nobody whose language it is has checked them, and no interpreter or lawyer has. Where a sentence is doubted, the
English one (`--language en`) and the code count.

**In four languages:** codes, alarms, tasks, cards, forms and ready texts, and every screen on which an officer works:
board, entries, conflicts, health, talks, agreement, alerts, feeds, own movers, encounters, conduct, frequencies,
claims, archives, scans, the what-if (`judge`), areas and sites in files, drafts, paper, kits and bundles, rules kept at
home. A refusal is called what `refusal` below calls its code, beside the field, the code, its own rule in English and
the remedy, which stays English and says so. Every code with which the desk itself refuses (what is said, and where it
is) stands there, and those of a node and of the command line that an officer meets most.

**In English alone:**

- help texts (`--help`), examples and these pages;
- commands of those who found and keep up a node: `init`, `keys`, `line`, `served`, `serve`, `tls`, `fsck`, `doctor`,
  `verify`, `witness`, `zeroize`, `simulate`, `replay`, `demo`, `parameters`, `examples`;
- the rule and the remedy inside a refusal, and refusals of the record, of peers and of administration, whose code has
  no name below;
- the period report and the pictures of a scan, which others read too, and everything in JSON;
- what conduct rules ask, word for word ([conduct rules](conduct-rules.md)); their verdicts, reasons and figures are
  translated;
- what an operating system or a feed's connection says of its own trouble, and free text, which stays in its author's
  words and is marked unverified until a linguist confirms it.
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
