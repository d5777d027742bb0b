"""From the JSON of a form to the structs that will be signed: every fault of the form at once, nothing
guessed.

At the author's desk unknown fields are refused; on arrival they are kept in `raw` and marked
(`payload.read`).
"""

from __future__ import annotations

from typing import Any

from steerclear.errors import Refused
from steerclear.speech import table
from steerclear.speech.kinds.common import Body
from steerclear.speech.payload import Inner
from steerclear.speech.salvage import strict


def filled(kind: str, inner: Any, body: Any) -> tuple[Inner, Body] | list[Refused]:
    """Both parts of a payload from parsed JSON (wire form), or every fault of form."""
    row = table.kind(kind)
    if row is None or row.body is None:
        return [
            Refused(
                "unknown-kind", "kind", f"{kind or 'nothing'} is no kind of this version", "see the table"
            )
        ]
    made_inner, faults = strict(Inner, inner, "inner")
    made_body, found = strict(row.body, body, "body")
    faults = faults + found
    if faults or made_inner is None or made_body is None:
        return faults
    return made_inner, made_body
