"""Words and small structs that several kinds share. `Meta(extra=…)` tells the desk and the authoring form
what a plain string or integer is: a time, a quantity with its unit, an id.
"""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

import msgspec
from msgspec import Meta

from steerclear.space.altitude import Altitude
from steerclear.space.volume import Volume4D

MAX_SAFE = 2**53 - 1

Time = Annotated[str, Meta(max_length=40, description="RFC 3339 with its zone", extra={"is": "time"})]
Text = Annotated[
    str, Meta(max_length=4000, description="free text; confirmed by a linguist", extra={"is": "text"})
]
Word = Annotated[str, Meta(min_length=1, max_length=200)]
EntryId = Annotated[
    str,
    Meta(
        pattern="^[0-9a-f]{64}$",
        max_length=64,
        description="the id of an entry, 64 of 0-9 a-f",
        extra={"is": "entry"},
    ),
]
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64, description="SHA-256 in lower-case hex")]
PartyId = Annotated[
    str, Meta(pattern="^[0-9a-f]{32}$", max_length=32, description="the id of a party, 32 of 0-9 a-f")
]
Language = Annotated[
    str,
    Meta(
        pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        description="a language tag such as en or ru",
    ),
]

Mm = Annotated[int, Meta(ge=0, le=40_100_000_000, extra={"unit": "mm"})]
Tmm = Annotated[int, Meta(ge=0, le=10_000_000_000, extra={"unit": "tmm"})]
DurationMs = Annotated[int, Meta(ge=0, le=MAX_SAFE, extra={"unit": "ms"})]
DurationS = Annotated[int, Meta(ge=0, le=31_622_400, extra={"unit": "s"})]
Hertz = Annotated[int, Meta(ge=1, le=4_000_000_000, extra={"unit": "hz"}, description="hertz")]
LatE7 = Annotated[int, Meta(ge=-900_000_000, le=900_000_000, extra={"unit": "e7"})]
LonE7 = Annotated[int, Meta(ge=-1_800_000_000, le=1_800_000_000, extra={"unit": "e7"})]
HeadingCdeg = Annotated[
    int, Meta(ge=0, lt=36_000, extra={"unit": "cdeg"}, description="hundredths of a degree, true")
]
SpeedMmS = Annotated[int, Meta(ge=0, le=10_000_000, extra={"unit": "mm/s"})]
Squawk = Annotated[
    str, Meta(pattern="^[0-7]{4}$", max_length=4, description="four digits from 0 to 7 in quotation marks")
]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]

AircraftClass = Literal["fixed_wing", "rotary", "unmanned", "tanker_airlift", "balloon"]
Seen = Literal["yes", "no", "not_observed", "not_applicable"]
Carrier = Literal[
    "node",
    "bundle",
    "usb",
    "email",
    "telephone",
    "radio",
    "satellite_phone",
    "video",
    "walk_in",
    "attache",
    "in_person",
]


Priority = Literal["medical", "rescue", "declared", "normal"]
ReadBackCode = Annotated[str, Meta(min_length=4, max_length=4, extra={"is": "code"})]
SuspensionCategory = Literal["notices", "exercises", "meetings", "conferences", "visits", "planning"]


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of every struct in a payload."""


class Band(Body, frozen=True, kw_only=True):
    """A number given as a band: at least `least`, at most `most` (absent: no upper end said)."""

    least: Count
    most: Count | None = None


class Position(Body, frozen=True, kw_only=True):
    """One point in one form, as it was passed (messages.md, `site.notify`: two independent forms).

    `wgs84` uses `lat_e7`/`lon_e7`; `mgrs`, `utm`, `dms` and `sk42` use `text`; `bearing` uses `from_place`
    with its `from_lat_e7`/`from_lon_e7`, `bearing_cdeg` (true) and `distance_mm`. `error_mm` is the stated
    error.
    """

    form: Literal["wgs84", "mgrs", "utm", "dms", "sk42", "bearing"]
    lat_e7: LatE7 | None = None
    lon_e7: LonE7 | None = None
    text: Annotated[str, Meta(max_length=80)] | None = None
    from_place: Word | None = None
    from_lat_e7: LatE7 | None = None
    from_lon_e7: LonE7 | None = None
    bearing_cdeg: HeadingCdeg | None = None
    distance_mm: Mm | None = None
    error_mm: Mm | None = None
    source: Word | None = None


class Channel(Body, frozen=True, kw_only=True):
    """A frequency that is watched. Only guard, distress, published ATS and the agreement's numbered channels
    can be named (messages.md, `activity.flight`): `agreed` names the number alone, so the frequency stays in
    the agreement.
    """

    use: Literal["guard", "distress", "ats", "agreed"]
    hz: Hertz | None = None
    number: Annotated[int, Meta(ge=1, le=9999)] | None = None
    published_in: Word | None = None


class Window(Body, frozen=True, kw_only=True):
    """Half-open [start, end)."""

    start: Time
    end: Time


class Recurrence(Body, frozen=True, kw_only=True):
    """The volumes hold again every `every_hours`, `times` times in all (the first included)."""

    every_hours: Annotated[int, Meta(ge=1, le=24 * 28)]
    times: Annotated[int, Meta(ge=2, le=62)]


class Published(Body, frozen=True, kw_only=True):
    """A published warning: its system, number, and who issued it."""

    system: Literal["NOTAM", "NAVAREA", "AIP", "NAVTEX"]
    number: Annotated[str, Meta(min_length=1, max_length=40)]
    issued_by: Word | None = None


class Interval(Body, frozen=True, kw_only=True):
    """A figure known only between two ends, both included; the unit is in the name of the field that holds
    it.
    """

    low: Annotated[int, Meta(ge=0, le=MAX_SAFE)]
    high: Annotated[int, Meta(ge=0, le=MAX_SAFE)]


class Fix(Body, frozen=True, kw_only=True):
    """Where something was at an instant, with what is not known about it."""

    at: Time
    time_error_ms: DurationMs | None = None
    lat_e7: LatE7
    lon_e7: LonE7
    error_mm: Mm | None = None
    altitude: Altitude | None = None
    altitude_error_tmm: Tmm | None = None
    heading_cdeg: HeadingCdeg | None = None
    speed_mm_s: SpeedMmS | None = None
    source: (
        Literal["own_instruments", "own_radar", "visual", "transponder", "reported", "computed"] | None
    ) = None


class Repeating(Protocol):
    """A body of volumes that may repeat."""

    @property
    def volumes(self) -> tuple[Volume4D, ...]: ...
    @property
    def recurrence(self) -> Recurrence | None: ...
