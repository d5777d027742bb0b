"""Talks at one look: the agreement, whose turn it is to convene, meetings and provisions."""

from __future__ import annotations

import msgspec

from steerclear.procedure.agreement_view import AgreementView, ChairView
from steerclear.procedure.subject import Subject


class Talks(msgspec.Struct, frozen=True):
    """`standing`: what stands on every screen. Meetings and provisions newest first, at most fifty of each."""

    line: str
    now_ms: int
    interim: bool
    agreement: AgreementView
    chair: ChairView | None
    meetings: tuple[Subject, ...]
    provisions: tuple[Subject, ...]
    standing: tuple[str, ...]
