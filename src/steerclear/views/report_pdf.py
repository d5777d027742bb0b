"""The period report on paper: Typst over `report.typ` (`typeset`), the same bytes for the same report."""

from __future__ import annotations

from steerclear.procedure.report import Report
from steerclear.views.report_text import NONE, TITLE, instant, sections
from steerclear.views.typeset import typeset


def pdf(made: Report) -> bytes:
    """The report as PDF."""
    told = {
        "title": TITLE,
        "banner": made.banner,
        "line": made.line,
        "period": f"{instant(made.start_ms)} to {instant(made.end_ms)}",
        "standing": made.standing,
        "none": NONE,
        "sections": sections(made),
    }
    return typeset("report.typ", report=told)
