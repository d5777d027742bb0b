"""Contact (messages.md): `stop`, `warning.radio`, `encounter.report`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from steerclear.space.altitude import Altitude
from steerclear.speech.kinds.common import (
    AircraftClass,
    Body,
    Count,
    DurationMs,
    EntryId,
    Fix,
    HeadingCdeg,
    Hertz,
    Interval,
    Language,
    LatE7,
    LonE7,
    Position,
    Seen,
    SpeedMmS,
    Squawk,
    Text,
    Time,
    Word,
)


class Stop(Body, frozen=True, kw_only=True):
    """ "Cease: a protected or friendly site is being hit": where, since when, on what evidence.

    To every party of the line at once. Everything may be absent: it goes out as it is, and `complete.missing`
    names what to ask for, in order. `positions` are two independent forms where known; apart by more than 500
    m they are marked `inconsistent`, held on both, and cannot become understood. `site` names the area or
    notice hit, `for_party` whom it is raised for, who need not be a party of the line.
    """

    site_kind: Literal["protected", "friendly", "civilian", "humanitarian", "unknown"] | None = None
    positions: Annotated[tuple[Position, ...], Meta(max_length=5)] = ()
    place: Word | None = None
    since: Time | None = None
    last: Time | None = None
    going_on: bool | None = None
    evidence: Annotated[
        tuple[
            Literal[
                "own_people_there",
                "site_called",
                "seen_by_own_sensor",
                "video",
                "radio",
                "third_party",
                "media",
                "other",
            ],
            ...,
        ],
        Meta(max_length=8),
    ] = ()
    site: EntryId | None = None
    for_party: Word | None = None
    call_back: Word | None = None
    injured: Literal["yes", "no", "not_known"] | None = None
    text: Text | None = None


class Addressee(Body, frozen=True, kw_only=True):
    """To whom the warning was spoken, by what that crew can recognise as itself (AT06, Iran Air 655)."""

    mover: Literal["aircraft", "ship", "ground", "not_known"] | None = None
    lat_e7: LatE7 | None = None
    lon_e7: LonE7 | None = None
    heading_cdeg: HeadingCdeg | None = None
    altitude: Altitude | None = None
    speed_mm_s: SpeedMmS | None = None
    squawk: Squawk | None = None


class WarningRadio(Body, frozen=True, kw_only=True):
    """A warning spoken by radio, as it was spoken. It counts as a warning only when the addressee could know
    that it was meant: see `complete.counts_as_warning`.
    """

    frequencies_hz: Annotated[tuple[Hertz, ...], Meta(max_length=10)] = ()
    language: Language | None = None
    words: Text | None = None
    to_whom: Addressee | None = None
    first: Time | None = None
    last: Time | None = None
    repeats: Count | None = None
    signal: Annotated[str, Meta(pattern="^[A-Z0-9 ]{2,12}$", max_length=12)] | None = None
    heard_by: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    answered: Literal["yes", "no", "not_known"] | None = None
    answer: Text | None = None


class Separation(Body, frozen=True, kw_only=True):
    """The least distance, as an interval; a figure that is not known is left out, never guessed."""

    horizontal_mm: Interval | None = None
    vertical_tmm: Interval | None = None
    at: Time | None = None
    time_error_ms: DurationMs | None = None
    how: Literal["instruments", "radar", "visual_estimate", "video", "computed"] | None = None


class RadioCall(Body, frozen=True, kw_only=True):
    """One call heard or made during the encounter."""

    at: Time | None = None
    hz: Hertz | None = None
    by: Literal["own", "other", "third_party"] | None = None
    words: Text | None = None
    answered: Literal["yes", "no", "not_known"] | None = None


class ConductItem(Body, frozen=True, kw_only=True):
    """One line of the checklist as its author filled it; no verdict. `rule` is the code of the
    conduct rule.
    """

    rule: Annotated[str, Meta(pattern="^[a-z0-9_.-]{1,60}$", max_length=60)]
    own: Seen | None = None
    other: Seen | None = None
    note: Text | None = None


class EncounterReport(Body, frozen=True, kw_only=True):
    """A close encounter as one side saw it: a `safety_account` (outside evidence kits by default, so that it
    is filed) or a `statement`. `own` and `other` are fixes with their uncertainty, in order of time; what
    `other` was is told by its class alone.
    """

    form: Literal["safety_account", "statement"]
    own: Annotated[tuple[Fix, ...], Meta(max_length=200)] = ()
    other: Annotated[tuple[Fix, ...], Meta(max_length=200)] = ()
    own_class: AircraftClass | Literal["ship", "ground"] | None = None
    other_class: AircraftClass | Literal["ship", "ground", "not_known"] | None = None
    begin: Time | None = None
    end: Time | None = None
    least_separation: Separation | None = None
    visual_contact: Literal["both", "own_only", "other_only", "none", "not_known"] | None = None
    manoeuvres: Annotated[
        tuple[
            Literal[
                "turned_away",
                "climbed",
                "descended",
                "held_course",
                "slowed",
                "sped_up",
                "turned_towards",
                "other",
            ],
            ...,
        ],
        Meta(max_length=8),
    ] = ()
    radio: Annotated[tuple[RadioCall, ...], Meta(max_length=50)] = ()
    signals: Annotated[
        tuple[Annotated[str, Meta(pattern="^[A-Z0-9 ]{2,12}$", max_length=12)], ...], Meta(max_length=20)
    ] = ()
    lights_shown: Seen | None = None
    transponder_seen: Seen | None = None
    checklist: Annotated[tuple[ConductItem, ...], Meta(max_length=60)] = ()
    injuries_or_damage: Literal["yes", "no", "not_known"] | None = None
    text: Text | None = None
