"""What is judged: one version of a notice or an area, reduced to what the judgement reads.

The node makes these from entries (`reading.notice_of`), a what-if from a file. Nothing here says why
anything moves."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from steerclear.record.header import Mode
from steerclear.space.volume import Volume4D

AREA_KIND: Final = "area.declare"
SITE_KIND: Final = "site.notify"
ASSIST_KIND: Final = "assist"
PROPOSED_CLASS: Final = "no_fly_proposed"

Precision = Literal["exact", "buffered", "broad", "sealed"]
Priority = Literal["medical", "rescue", "declared", "normal"]
Unjudged = Literal["", "incomplete", "locked", "missing"]
"""Why the volumes are not there: absent or unreadable in the notice, its payload cannot be opened here,
or has not come. A sealed area is no notice at all: the standing line speaks for all of them."""


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One version of a notice.

    `id` is the entry's id; `subject` the id of the first version (empty: this is the first), so that a
    notice never conflicts with its own older version. `mover` is a class of `parameters.Mover`, empty
    when not said: then the largest minima of any class hold. `precision` and `agreed` are an area's: a
    proposed one (`agreed` false) is judged as `unagreed`. `unjudged` says why volumes are missing,
    `marks` what arrival found. `origin` and `index` are the entry's place, `seen` how much of each log
    its author had mirrored (origin → size). `over_cap`: the author holds more volume × time than the
    agreement lets priority count for."""

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    party: Annotated[str, Meta(min_length=1, max_length=200)]
    kind: str
    mode: Mode
    volumes: tuple[Volume4D, ...] = ()
    subject: str = ""
    mover: str = ""
    priority: Priority = "normal"
    life_safety: bool = False
    precision: Precision = "exact"
    agreed: bool = True
    unjudged: Unjudged = ""
    marks: tuple[str, ...] = ()
    origin: str = ""
    index: int = -1
    seen: dict[str, int] = {}
    over_cap: bool = False

    @property
    def about(self) -> str:
        """The id that all versions of this notice share."""
        return self.subject or self.id

    @property
    def is_area(self) -> bool:
        return self.kind in (AREA_KIND, SITE_KIND, ASSIST_KIND)
