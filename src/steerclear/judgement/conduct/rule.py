"""A conduct rule as data: what it asks, of whom, where it stands, and by which named check it is judged.

The files `rules/*.toml` hold one document each. A limit is a figure in the unit of its name, or the name of an agreed
parameter (speech/parameters.py); an agreement may set its own figure for any rule (`conduct` in the parameters).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from steerclear.speech.parameters import Parameters

GROUPS: dict[str, tuple[str, ...]] = {
    "aircraft": ("fixed_wing", "rotary", "unmanned", "tanker_airlift", "balloon", "combat"),
    "classed": ("fixed_wing", "rotary", "unmanned", "tanker_airlift", "balloon"),
    "combat": ("combat",),
    "ship": ("ship",),
    "ground": ("ground",),
    "any": ("fixed_wing", "rotary", "unmanned", "tanker_airlift", "balloon", "combat", "ship", "ground"),
}
Limit = int | str
"""A whole figure, or the name of a parameter."""


class _Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="by"):
    """Base of the checks: each is named by its tag and takes its own figures."""


class Asked(_Check, frozen=True, kw_only=True, tag="asked"):
    """What the account's author answers to the question; the least separation is shown beside it."""


class ActAbsent(_Check, frozen=True, kw_only=True, tag="act_absent"):
    """None of these acts was done (nearer than `within_mm`; absent: at any distance)."""

    acts: tuple[str, ...]
    within_mm: Limit | None = None


class LeastDistance(_Check, frozen=True, kw_only=True, tag="least_distance"):
    """The two stay apart by one of the figures at every instant: exactly at the limit is apart."""

    horizontal_mm: Limit
    vertical_tmm: Limit | None = None


class ConstantBearing(_Check, frozen=True, kw_only=True, tag="constant_bearing"):
    """No approach on a steady bearing: for `over_ms` the bearing changes by no more than `change_cdeg` while the
    distance falls, and comes within `within_mm`."""

    change_cdeg: Limit
    over_ms: int
    within_mm: Limit


class CrossingAhead(_Check, frozen=True, kw_only=True, tag="crossing_ahead"):
    """The line ahead of the other is not crossed nearer than `within_mm`."""

    within_mm: Limit


class LightsShown(_Check, frozen=True, kw_only=True, tag="lights_shown"):
    """Lights were seen on."""


class SignalShown(_Check, frozen=True, kw_only=True, tag="signal_shown"):
    """One of these groups was shown."""

    groups: tuple[str, ...]


class CallBefore(_Check, frozen=True, kw_only=True, tag="call_before"):
    """A call on a listed frequency before the two come within `within_mm`."""

    within_mm: Limit
    hz: tuple[int, ...]


class Answered(_Check, frozen=True, kw_only=True, tag="answered"):
    """A call by the other side on a frequency that this side can receive was answered."""

    hz: tuple[int, ...]


class ReportWithin(_Check, frozen=True, kw_only=True, tag="report_within"):
    """The account was given no later than this after the encounter ended."""

    after_ms: Limit


class AreaDistance(_Check, frozen=True, kw_only=True, tag="area_distance"):
    """This far from each area of the class; `minima` takes the agreed figure of the mover's class. With
    `but_with_contact` nearer is as asked after a call, or where the checklist says that there was contact."""

    areas: tuple[str, ...]
    horizontal_mm: Limit | Literal["minima"]
    but_with_contact: bool = False


class NoticeAhead(_Check, frozen=True, kw_only=True, tag="notice_ahead"):
    """A danger area is announced this long before it begins."""

    lead_ms: Limit


class Published(_Check, frozen=True, kw_only=True, tag="published"):
    """A danger area is published in a system of its domain."""

    systems: dict[str, tuple[str, ...]]


OfNotice = NoticeAhead | Published
Check = (
    Asked
    | ActAbsent
    | LeastDistance
    | ConstantBearing
    | CrossingAhead
    | LightsShown
    | SignalShown
    | CallBefore
    | Answered
    | ReportWithin
    | AreaDistance
    | NoticeAhead
    | Published
)


class ConductRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`actor` and `beside` are groups of classes (`GROUPS`): whose conduct it is, and next to whom. `pair`: it binds
    both alike and is judged once. `when`: at least one of these held of the actor, `beside_when`: of the other;
    absent, always. `question` is what a crew is asked for the checklist, `kept_when` the answer that is as the rule
    asks. `note` says what in it is not the document's."""

    id: Annotated[str, Meta(pattern="^[a-z0-9_.-]{1,60}$")]
    article: str
    text: str
    check: Check
    document: str = ""
    question: str = ""
    kept_when: Literal["yes", "no"] = "yes"
    actor: str = "any"
    beside: str = "any"
    pair: bool = False
    when: tuple[str, ...] = ()
    beside_when: tuple[str, ...] = ()
    note: str = ""

    @property
    def of_notice(self) -> bool:
        return isinstance(self.check, OfNotice)


class RuleFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One document's rules."""

    document: str
    title: str
    order: int
    rule: tuple[ConductRule, ...]
    source: str = ""


@cache
def rule_files() -> tuple[RuleFile, ...]:
    """Every shipped file, in its order."""
    folder = files("steerclear.judgement.conduct") / "rules"
    made = [
        msgspec.convert(tomllib.loads(one.read_text(encoding="utf-8")), RuleFile, strict=True)
        for one in folder.iterdir()
        if one.name.endswith(".toml")
    ]
    return tuple(sorted(made, key=lambda one: one.order))


@cache
def rules() -> tuple[ConductRule, ...]:
    """Every shipped rule with its document, in the order of the files. An id stands once."""
    made = [
        msgspec.structs.replace(rule, document=rule.document or one.document)
        for one in rule_files()
        for rule in one.rule
    ]
    if len({rule.id for rule in made}) != len(made):
        raise ValueError("a conduct rule's id stands twice")
    return tuple(made)


def limit_of(rule: ConductRule, name: str, parameters: Parameters) -> int | None:
    """The figure that a check asks under this name: the agreement's own for the rule, else the parameter that the
    rule names, else the rule's figure; None where the rule leaves it out."""
    own = agreed_limit(rule, name, parameters)
    if own is not None:
        return own
    value: Any = getattr(rule.check, name)
    if isinstance(value, str):
        return int(getattr(parameters, value))
    return value if value is None else int(value)


def agreed_limit(rule: ConductRule, name: str, parameters: Parameters) -> int | None:
    """The agreement's own figure for this rule, None where it sets none."""
    found = (getattr(row, name, None) for row in parameters.conduct if row.rule == rule.id)
    return next((int(one) for one in found if one is not None), None)
