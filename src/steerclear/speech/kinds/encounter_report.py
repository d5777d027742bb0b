"""`encounter.report` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import (
    AircraftClass,
    Body,
    DurationMs,
    Fix,
    Hertz,
    Interval,
    Seen,
    Text,
    Time,
)
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered


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


class ConductAct(Body, frozen=True, kw_only=True):
    """Something that was seen done: by whom, when, and how far from the other (low and high)."""

    what: Literal[
        "flare",
        "object_dropped",
        "object_launched",
        "laser",
        "bridge_illuminated",
        "cockpit_illuminated",
        "aerobatics",
        "mock_run",
        "pointed_at",
        "fire_control_radar",
        "afterburner",
        "fuel_dumped",
        "crossed_ahead",
        "hampered",
        "network_disturbed",
    ]
    by: Literal["own", "other"]
    at: Time | None = None
    time_error_ms: DurationMs | None = None
    distance_mm: Interval | None = None
    note: Text | None = None


class Circumstance(Body, frozen=True, kw_only=True):
    """What held during the encounter, of one side or both; conduct rules ask for it."""

    what: Literal[
        "interception",
        "first_approach",
        "flight_deck",
        "replenishment",
        "restricted_in_manoeuvre",
        "formation",
        "observing",
        "manoeuvring_in_sight",
        "submarine_exercise",
        "was_signalled",
        "special_caution_area",
        "entry_by_mistake",
        "civil",
        "night",
        "low_visibility",
    ]
    of: Literal["own", "other", "both"] = "both"


class ConductItem(Body, frozen=True, kw_only=True):
    """One line of the checklist as its author filled it; no verdict. `rule` is the code of the conduct rule, and
    yes or no the answer to that rule's own question (docs/reference/conduct-rules.md).
    """

    rule: Annotated[
        str,
        Meta(
            pattern="^[a-z0-9_.-]{1,60}$",
            max_length=60,
            description="the name of a rule, such as incsea.well-clear",
        ),
    ]
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
    own_class: AircraftClass | Literal["combat", "ship", "ground"] | None = None
    other_class: AircraftClass | Literal["combat", "ship", "ground", "not_known"] | None = None
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
        tuple[
            Annotated[
                str,
                Meta(
                    pattern="^[A-Z0-9 ]{2,12}$",
                    max_length=12,
                    description="a signal in capital letters and digits, such as XP1",
                ),
            ],
            ...,
        ],
        Meta(max_length=20),
    ] = ()
    acts: Annotated[tuple[ConductAct, ...], Meta(max_length=50)] = ()
    circumstances: Annotated[tuple[Circumstance, ...], Meta(max_length=30)] = ()
    lights_shown: Seen | None = None
    transponder_seen: Seen | None = None
    checklist: Annotated[tuple[ConductItem, ...], Meta(max_length=60)] = ()
    injuries_or_damage: Literal["yes", "no", "not_known"] | None = None
    text: Text | None = None


def _wrong(body: EncounterReport, parameters: Parameters) -> Iterator[Refused]:
    if body.begin != body.end:
        yield from ordered(body.begin, body.end, "end")
    least = body.least_separation
    spans = [(f"acts[{i}].distance_mm", act.distance_mm) for i, act in enumerate(body.acts)]
    if least is not None:
        spans.append(("least_separation.horizontal_mm", least.horizontal_mm))
        spans.append(("least_separation.vertical_tmm", least.vertical_tmm))
    for field, span in spans:
        if span is not None and span.high < span.low:
            yield no(
                "high-below-low",
                f"{field}.high",
                "the high end of a span is not below its low end",
                "exchange them",
            )
    rules = [item.rule for item in body.checklist]
    for i, rule in enumerate(rules):
        if rule in rules[:i]:
            yield no("rule-twice", f"checklist[{i}].rule", "each rule once", "join the two lines")


def _missing(body: EncounterReport) -> list[str]:
    return absent(
        body, "own", "other", "begin", "end", "least_separation", "visual_contact", "own_class", "checklist"
    )


ROW = Kind(
    "encounter.report",
    "contact",
    EncounterReport,
    precedence="PRIORITY",
    answers=SHORT_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
