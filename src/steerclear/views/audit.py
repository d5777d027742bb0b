"""What an investigator looks at first."""

from __future__ import annotations

from typing import Any

import msgspec

from steerclear.procedure.flood import Ratio
from steerclear.procedure.gaps import Gap


class Audit(msgspec.Struct, frozen=True):
    """What an investigator looks at first; no payload."""

    gaps: tuple[Gap, ...]
    invalid: tuple[dict[str, Any], ...]
    forks: tuple[dict[str, Any], ...]
    ratios: tuple[Ratio, ...]
    fired: tuple[dict[str, Any], ...]
    marked: tuple[dict[str, Any], ...]
    missing: tuple[str, ...]
    standing_notes: tuple[str, ...]
    no_effect: tuple[dict[str, Any], ...]
