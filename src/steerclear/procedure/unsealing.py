"""A month's batch of sealed areas, and an area that was opened from one (messages.md, area.declare)."""

from __future__ import annotations

from typing import Any

from steerclear.procedure.context import Context
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Sealing
from steerclear.speech import sealed
from steerclear.speech.kinds.area_declare import AreaDeclare


def sealing(root: Said, body: Any, context: Context) -> Sealing | None:
    """`body` is the current version's; None for an area that was never sealed."""
    if not isinstance(body, AreaDeclare):
        return None
    if body.precision == "sealed":
        return Sealing(body.month or "", len(body.commitments))
    if body.opening is None:
        return None
    batch = context.sealed_of(body.opening.batch)
    of = batch.body if batch is not None and batch.author == root.author else None
    month = of.month if isinstance(of, AreaDeclare) else ""
    said = body.opening.sealed_that_month
    return Sealing(month or "", 0, body.opening.batch, said, sealed.check(body, of))
