"""Every rule that applies to one account, and to a danger area's notice; nothing else decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from steerclear.judgement.conduct import checks, courses
from steerclear.judgement.conduct.answer import CONDUCT_VERSION, About, Conduct, Figure
from steerclear.judgement.conduct.case import Case, DangerNotice, Who, turned
from steerclear.judgement.conduct.finding import Finding, unjudged
from steerclear.judgement.conduct.rule import (
    GROUPS,
    ActAbsent,
    Answered,
    AreaDistance,
    Asked,
    CallBefore,
    ConductRule,
    ConstantBearing,
    CrossingAhead,
    LeastDistance,
    LightsShown,
    NoticeAhead,
    Published,
    ReportWithin,
    SignalShown,
    limit_of,
    rules,
)
from steerclear.judgement.rules import Rules
from steerclear.speech.parameters import Parameters

CHECKS: Final[dict[type, Callable[[ConductRule, Case, Who, Parameters], Finding]]] = {
    Asked: checks.only_asked,
    ActAbsent: checks.act_absent,
    LeastDistance: checks.least_distance,
    ConstantBearing: courses.constant_bearing,
    CrossingAhead: courses.crossing_ahead,
    LightsShown: checks.lights_shown,
    SignalShown: checks.signal_shown,
    CallBefore: checks.call_before,
    Answered: checks.answered,
    ReportWithin: checks.report_within,
    AreaDistance: courses.area_distance,
}


def judge(case: Case, given: Rules, asked: Iterable[ConductRule] | None = None) -> tuple[Conduct, ...]:
    """One answer for each rule and side that it speaks of, in the order of the rules. A rule whose classes or
    circumstances do not fit is left out; where a class is not known it is `not_judged(class-not-known)`."""
    out = []
    for rule in rules() if asked is None else asked:
        if rule.of_notice:
            continue
        for who in _sides(rule):
            fits = _fits(rule, case, who)
            if fits is False:
                continue
            found = (
                unjudged("class-not-known")
                if fits is None
                else CHECKS[type(rule.check)](rule, case, who, given.parameters)
            )
            out.append(_answer(rule, case, who, found, given))
    return tuple(out)


def _sides(rule: ConductRule) -> tuple[Who, ...]:
    if rule.pair or isinstance(rule.check, ReportWithin):
        return ("own",)
    return ("own", "other")


def _fits(rule: ConductRule, case: Case, who: Who) -> bool | None:
    """Whether a rule speaks of this side here; None where a class that would decide it is not known."""
    if rule.when and not any(case.holds(what, who) for what in rule.when):
        return False
    if rule.beside_when and not any(case.holds(what, turned(who)) for what in rule.beside_when):
        return False
    sides: tuple[Who, ...] = (who, turned(who)) if rule.pair else (who,)
    fits = [_classes(rule, case.mover(one).mover, case.mover(turned(one)).mover) for one in sides]
    if True in fits:
        return True
    return None if None in fits else False


def _classes(rule: ConductRule, actor: str, beside: str) -> bool | None:
    asked = (rule.actor, actor), (rule.beside, beside)
    if any(mover and mover not in GROUPS[group] for group, mover in asked):
        return False
    return None if any(not mover and group != "any" for group, mover in asked) else True


def _answer(rule: ConductRule, case: Case, who: Who, found: Finding, given: Rules) -> Conduct:
    about: About = "pair" if rule.pair else "author" if who == "own" else "other"
    return Conduct(
        conduct_version=CONDUCT_VERSION,
        rule=rule.id,
        document=rule.document,
        article=rule.article,
        about=about,
        party="" if rule.pair else case.mover(who).party,
        accounts=case.accounts,
        agreement=given.name,
        verdict=found.verdict,
        reason=found.reason,
        basis=found.basis,
        figures=found.figures,
        from_ms=found.from_ms,
        to_ms=found.to_ms,
    )


def judge_notice(notice: DangerNotice, given: Rules) -> tuple[Conduct, ...]:
    """The rules about announcing danger: lead time between its proved bounds, and where it was published."""
    out = []
    for rule in rules():
        if not rule.of_notice:
            continue
        found = _lead(rule, notice, given.parameters) if isinstance(rule.check, NoticeAhead) else None
        if isinstance(rule.check, Published):
            found = _published(rule.check, notice)
        if found is None:
            continue
        out.append(
            Conduct(
                conduct_version=CONDUCT_VERSION,
                rule=rule.id,
                document=rule.document,
                article=rule.article,
                about="author",
                party=notice.party,
                accounts=(notice.entry,),
                agreement=given.name,
                verdict=found.verdict,
                reason=found.reason,
                basis=found.basis,
                figures=found.figures,
                from_ms=found.from_ms,
                to_ms=found.to_ms,
            )
        )
    return tuple(out)


def _lead(rule: ConductRule, notice: DangerNotice, parameters: Parameters) -> Finding:
    """Released no later than `before_ms` for sure, and not before `after_ms`; without proof, as its author says."""
    limit = limit_of(rule, "lead_ms", parameters)
    if notice.begins_ms is None or limit is None:
        return unjudged("time-not-known", basis=("release",))
    latest = notice.before_ms if notice.before_ms is not None else notice.stated_ms
    earliest = min(notice.after_ms if notice.after_ms is not None else notice.stated_ms, latest)
    low, high = notice.begins_ms - latest, notice.begins_ms - earliest
    figure = Figure(name="lead", unit="ms", low=low, high=high, limit=limit)
    if low >= limit:
        return Finding("compliant", "", ("release",), (figure,))
    if high < limit:
        return Finding("not_compliant", "", ("release",), (figure,))
    return unjudged("disputed", figure, basis=("release",))


def _published(check: Published, notice: DangerNotice) -> Finding:
    """Published at least once in a system of each domain that the danger touches."""
    if not notice.domain:
        return unjudged("not-said", basis=("release",))
    wanted = [check.systems[part] for part in check.systems if part in notice.domain]
    missing = [systems for systems in wanted if not set(systems) & set(notice.published)]
    return Finding("not_compliant" if missing else "compliant", "", ("release",))
