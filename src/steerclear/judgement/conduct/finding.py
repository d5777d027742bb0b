"""What a check answers, and the words that several checks share."""

from __future__ import annotations

from typing import NamedTuple

from steerclear.judgement.conduct.answer import Basis, Figure, Verdict
from steerclear.judgement.conduct.case import Answer, Case, Who
from steerclear.judgement.conduct.measure import Leg, legs_of
from steerclear.judgement.conduct.rule import ConductRule


class Finding(NamedTuple):
    """A verdict with what it rests on."""

    verdict: Verdict
    reason: str = ""
    basis: tuple[Basis, ...] = ()
    figures: tuple[Figure, ...] = ()
    from_ms: int | None = None
    to_ms: int | None = None


def unjudged(reason: str, *figures: Figure, basis: tuple[Basis, ...] = ()) -> Finding:
    return Finding("not_judged", reason, basis, figures)


def asked(rule: ConductRule, case: Case, who: Who, *figures: Figure) -> Finding:
    """What the account's own checklist says of one side; no more is known."""
    said = case.checklist.get(rule.id, (None, None))[0 if who == "own" else 1]
    return of_answer(said, rule.kept_when, *figures)


def of_answer(said: Answer | None, kept_when: str, *figures: Figure, basis: Basis = "checklist") -> Finding:
    if said in ("yes", "no"):
        kept = said == kept_when
        return Finding("compliant" if kept else "not_compliant", "", (basis,), figures)
    reason = "not-observed" if said == "not_observed" else "not-said"
    return unjudged(reason, *figures, basis=(basis,) if said is not None else ())


def least_stated(case: Case) -> Leg | None:
    """The least separation as its author states it, as a leg of no length."""
    if case.least_horizontal_mm is None:
        return None
    when = case.least_at_ms if case.least_at_ms is not None else case.begin_ms or 0
    vertical = case.least_vertical_tmm or (0, None)
    return Leg(when, when, when, *case.least_horizontal_mm, *vertical)


def nearest(case: Case) -> tuple[Leg, Basis] | None:
    """The leg of the least distance that is known: as stated, else as computed."""
    stated = least_stated(case)
    if stated is not None:
        return stated, "least_separation"
    legs = legs_of(case)
    if isinstance(legs, str):
        return None
    return min(legs, key=lambda leg: (leg.high_mm, leg.low_mm, leg.at_ms)), "positions"


def leg_figures(leg: Leg, horizontal: int | None = None, vertical: int | None = None) -> tuple[Figure, ...]:
    across = Figure(name="horizontal", unit="mm", low=leg.low_mm, high=leg.high_mm, limit=horizontal)
    if leg.high_tmm is None and vertical is None:
        return (across,)
    above = Figure(name="vertical", unit="tmm", low=leg.low_tmm, high=leg.high_tmm, limit=vertical)
    return (across, above)


def instant_of(case: Case, leg: Leg, basis: Basis) -> int | None:
    """When a leg's figure holds; None where the author stated no time."""
    if basis == "least_separation" and case.least_at_ms is None:
        return None
    return leg.at_ms
