"""What an entry leaves out, in the order in which to ask for it.

messages.md, Activity: what is *absent* may be released as `incomplete` and is `not_judged(incomplete)`.
Scenarios AT02 (missing fields of a `stop` asked for in order) and AT06 (what a radio warning needs to count).
"""

from __future__ import annotations

import msgspec

from steerclear.speech.kinds.amend import Amend
from steerclear.speech.table import KINDS
from steerclear.speech.versions import notice_of


def missing(kind: str, body: msgspec.Struct | None) -> tuple[str, ...]:
    """Dotted paths of the fields to ask for, most needed first; empty for a kind that is not known here."""
    row = KINDS.get(kind)
    if row is None or body is None:
        return ()
    if isinstance(body, Amend):
        return tuple(_amend(body))
    return tuple(row.missing(body)) if row.missing is not None else ()


def _amend(body: Amend) -> list[str]:
    notice, _ = notice_of(body)
    return ["notice"] if notice is None else [f"notice.{path}" for path in missing(body.kind, notice)]
