"""`docs/reference/feeds.md`: formats of feeds and of areas, options, reasons of drops, how a height was
found.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Final

from steerclear.feeds.altitude import HOWS
from steerclear.feeds.drops import REASONS
from steerclear.feeds.formats import FORMATS
from steerclear.feeds.pressure import figures
from steerclear.feeds.quality import table
from steerclear.speech.zones import FLAGS
from steerclear.speech.zones import FORMATS as AREAS


def feeds_page() -> str:
    """The whole page."""
    out = [HEAD, "| format | what | framing | highest trust | extra | options |", "|---|---|---|---|---|---|"]
    for one in FORMATS.values():
        options = ", ".join(f"`{name}`" for name in _options(one.name))
        extra = f"`{one.extra}`" if one.extra else ""
        out.append(f"| `{one.name}` | {one.says} | {one.framing} | {one.trust} | {extra} | {options} |")
    for one in FORMATS.values():
        if _options(one.name):
            text = " ".join((import_module(f"steerclear.feeds.{one.name}").__doc__ or "").split())
            out += ["", f"`{one.name}`: {text}"]
    out += ["", "## Why a report is not a fresh state", "", "| reason | meaning |", "|---|---|"]
    out += [f"| `{code}` | {words} |" for code, words in REASONS.items()]
    out += [
        "",
        "## How a height was found",
        "",
        "In this order; the interval above the WGS84 ellipsoid holds with 95 %.",
        "",
    ]
    out += [f"- {words}" for words in HOWS]
    out += ["", "| figure | value |", "|---|---:|"]
    out += [
        f"| `{part}.{name}` | {value:g} |" for part, rows in figures().items() for name, value in rows.items()
    ]
    out += ["", "## Quality", "", QUALITY, "", "| table | code | 95 % |", "|---|---|---:|"]
    out += [
        f"| `{name}` | {code} | {value:g} |" for name, rows in table().items() for code, value in rows.items()
    ]
    out += ["", "## Areas in files", "", "| format | ending | what |", "|---|---|---|"]
    out += [f"| `{one.name}` | `{one.ending}` | {one.says} |" for one in AREAS.values()]
    out += ["", "| flag | meaning |", "|---|---|"]
    out += [f"| `{name}` | {words} |" for name, words in FLAGS.items()]
    return "\n".join(out) + "\n"


def _options(name: str) -> list[str]:
    return list(inspect.signature(import_module(f"steerclear.feeds.{name}").Reader).parameters)


HEAD: Final = """# Feeds and files of areas

Of `lines` and `stream` the bytes may be cut anywhere; each piece of `document` is one whole document. Trust `shared`
is for what movers tell everybody; what such a source works out itself (MLAT, TIS-B, plots, fused tracks) stays `local`.
Extras are installed as `pip install 'steerclear[NAME]'`.
"""

HEIGHTS: Final = (
    "The interval above the WGS84 ellipsoid holds with 95 %; a mover's is found in one of these ways."
)

QUALITY: Final = """What a quality code of a source says of error: metres, of `nac_v` metres a second.
What is not here says nothing, and the error is unknown."""
