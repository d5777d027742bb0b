"""`Picture`: one row a mover at an instant, for the kernels and for the map.

Of a mover that several sources see, the row of a `shared` fresh state is taken before a `local` one, a
fresh one before an aged one, then the newest: what is alerted on is what the other side can compute too,
where it can. So no mover is ever paired with itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steerclear.feeds.batch import COLUMNS, Batch, Codes, Flags, Instants
from steerclear.feeds.codes import TRUST


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Rows ascend by `mover_no`, which stays the same for a mover as long as it is known."""

    now_ms: int
    state: Batch
    """The state of each row as its source gave it, at its own `at_ms`."""
    mover_no: Instants
    source: npt.NDArray[np.int16]
    """Index into `sources`."""
    trust: Codes
    """codes.TRUSTS: `shared` only where the source is and the mover itself transmitted the position."""
    age_ms: Instants
    """now − at_ms, never below 0."""
    fresh: Flags
    """Came in time and is no older than the terms allow. What is not fresh is shown with its age and never
    alerted on.
    """
    sources: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.mover_no)

    @property
    def shared(self) -> Flags:
        """Rows whose trust is `shared`."""
        return np.asarray(self.trust == TRUST["shared"])


def picture_of(
    columns: Mapping[str, Any], used: int, sources: Sequence[str], now_ms: int, fresh_ms: int
) -> Picture:
    """The picture of the first `used` rows of a store's columns (tracks.py)."""
    live = np.flatnonzero(columns["live"][:used])
    at = columns["at_ms"][live]
    fresh = (at >= now_ms - fresh_ms) & ~columns["late"][live]
    shared = columns["trust"][live] == TRUST["shared"]
    order = np.lexsort((at, shared & fresh, fresh, columns["mover_no"][live]))
    mover = columns["mover_no"][live][order]
    last = np.concatenate([mover[1:] != mover[:-1], np.ones(min(len(mover), 1), np.bool_)])
    rows = order[last]
    slots = live[rows]
    return Picture(
        now_ms=now_ms,
        state=Batch(**{name: columns[name][slots] for name in COLUMNS}),
        mover_no=columns["mover_no"][slots],
        source=columns["source"][slots],
        trust=columns["trust"][slots],
        age_ms=np.maximum(now_ms - at[rows], 0),
        fresh=fresh[rows],
        sources=tuple(sources),
    )
