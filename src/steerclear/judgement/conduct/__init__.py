"""Conduct: what was measured of an encounter or a notice, beside what each rule of the agreements asks.

Pure functions of an account (or of two tracks) and of the agreement's parameters, so that both sides and a stranger
compute the same answers. Rules are data (`rules/*.toml`), each with the document and article that it comes from; a
verdict is given only where the whole uncertainty lies on one side, and says what was measured, never who is to blame.

    judge(case, rules)                     every rule that applies to one account
    judge_notice(notice, rules)            a danger area's notice: how long ahead, and where published
    case_of(report, …)                     an `encounter.report` → `Case`
    bearing_offsets(sightings)             a radar turned: a constant offset against known traffic
"""

from steerclear.judgement.conduct.answer import (
    CONDUCT_VERSION,
    Conduct,
    Figure,
    conduct_hash,
    explain_conduct,
)
from steerclear.judgement.conduct.case import Act, Call, Case, Circumstance, DangerNotice, Mover, Place, State
from steerclear.judgement.conduct.judge import judge, judge_notice
from steerclear.judgement.conduct.offset import BearingOffset, Sighting, bearing_offsets, sightings
from steerclear.judgement.conduct.reading import case_of, danger_notice_of, mover_of
from steerclear.judgement.conduct.rule import ConductRule, rules

__all__ = [
    "CONDUCT_VERSION",
    "Act",
    "BearingOffset",
    "Call",
    "Case",
    "Circumstance",
    "Conduct",
    "ConductRule",
    "DangerNotice",
    "Figure",
    "Mover",
    "Place",
    "Sighting",
    "State",
    "bearing_offsets",
    "case_of",
    "conduct_hash",
    "danger_notice_of",
    "explain_conduct",
    "judge",
    "judge_notice",
    "mover_of",
    "rules",
    "sightings",
]
