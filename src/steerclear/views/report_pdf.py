"""The period report on paper: Typst over `report.typ`, the same bytes for the same report on every machine.

No date, no author, fonts that come with Typst alone, and the identifier that Typst derives from the content.
"""

from __future__ import annotations

from importlib import resources

import msgspec

from steerclear.procedure.report import Report
from steerclear.views.report_text import NONE, TITLE, instant, sections


def pdf(made: Report) -> bytes:
    """The report as PDF."""
    import typst

    template = resources.files("steerclear.views").joinpath("report.typ").read_bytes()
    told = {
        "title": TITLE,
        "banner": made.banner,
        "line": made.line,
        "period": f"{instant(made.start_ms)} to {instant(made.end_ms)}",
        "standing": made.standing,
        "none": NONE,
        "sections": sections(made),
    }
    written = typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"report": msgspec.json.encode(told).decode()},
        timestamp=0,
    )
    if not isinstance(written, bytes):
        raise TypeError("a report is one document")
    return written
