"""The notice inside an `amend`: leniently for what arrived, strictly for the author's desk."""

from __future__ import annotations

from steerclear.errors import Refused
from steerclear.speech import table
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.common import Body
from steerclear.speech.salvage import Fault, salvage, strict


def notice_of(amend: Amend) -> tuple[Body | None, list[Fault]]:
    """The new version that an `amend` carries, read as leniently as any arrival; `None` for a kind that
    cannot be amended or is not known here.
    """
    row = table.kind(amend.kind)
    if row is None or row.body is None or row.name not in table.CHANGEABLE:
        return None, [("malformed", "body.kind")]
    return salvage(row.body, amend.notice, "body.notice")


def notice_at_desk(amend: Amend) -> Body | list[Refused]:
    """The new version, or every fault of its form; fields are named from `notice`."""
    row = table.kind(amend.kind)
    if row is None or row.body is None or row.name not in table.CHANGEABLE:
        names = ", ".join(table.CHANGEABLE)
        return [Refused("kind-not-amended", "kind", f"{amend.kind} has no versions", f"one of {names}")]
    made, faults = strict(row.body, amend.notice, "notice")
    return faults if made is None else made
