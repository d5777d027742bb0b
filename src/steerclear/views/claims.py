"""Claims and incidents of a line side by side, and what stands beside each negative attestation."""

from __future__ import annotations

from typing import Final

import msgspec

from steerclear.procedure.attestations import Attestation
from steerclear.procedure.subject import NoticeWindow, Subject

NO_TOTAL: Final = "Every number is its author's own; none is added to another, and none is judged here."


class ClaimRow(msgspec.Struct, frozen=True):
    """One claim or incident with everything said of it (`subject.claim`); `windows`: account → how its interval lies to
    the notices that it names."""

    subject: Subject
    windows: dict[str, tuple[NoticeWindow, ...]]


class Claims(msgspec.Struct, frozen=True):
    """The newest fifty of each. `standing` is printed with them, always."""

    claims: tuple[ClaimRow, ...]
    attestations: tuple[Attestation, ...]
    standing: tuple[str, ...] = (NO_TOTAL,)
