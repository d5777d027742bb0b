"""What may be said only of a time that is over, and arrives about one that was not (boundary.md: no emptiness; AT42).

The author's own desk refuses it; a node that does not check may still send it. It is stored, marked, and counts for
nothing.
"""

from __future__ import annotations

from typing import Final

from steerclear.procedure.bodies import content, instant
from steerclear.procedure.said import Said
from steerclear.speech import table

NOT_OVER: Final = "not-over"


def not_over(said: Said) -> bool:
    """Whether a time that must be past when the entry is signed was not: later than its stated release, or than the
    latest instant at which it can have been signed. One that says no time, or none that can be read, is not over.
    """
    row = table.kind(said.kind)
    if row is None or not row.over or said.body is None:
        return False
    body = content(said)
    ends = [instant(getattr(body, name, None)) for name in row.over]
    return any(end is None or end > said.at_ms for end in ends)
