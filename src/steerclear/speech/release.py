"""Who must agree before an entry leaves the party: the release table, as data, with the defaults of
messages.md.

messages.md, Parties, releaser: "`stop`, `assist`, `warning.radio`, `line.*`, `receipt`, `call` by the watch
officer alone; areas, overlap queries and exports by two persons; the rest by one. For time-critical kinds a
coarser form is approved beforehand; if no releaser acts in 3 min the watch officer alone may release the
coarse form, which says so. Any entry with `life_safety`, and any answer to one, is released by the watch
officer alone and is always permitted."
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from steerclear.errors import Malformed, Refused
from steerclear.speech import coarse
from steerclear.speech.facts import HeaderFacts, SignerFacts
from steerclear.speech.kind import PLACES, Kind
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.area_declare import AreaDeclare
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.meeting import Meeting
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import Inner
from steerclear.speech.salvage import first_fault
from steerclear.speech.table import KINDS, Release, Role
from steerclear.speech.versions import notice_of
from steerclear.speech.wanted import nearest_first

_SOURCE: Final = "messages.md, Parties, lines, roles: releaser"
_RANK: Final = {"none": 0, "watch": 1, "one": 2, "second": 3, "two": 4, "roots": 5}
_WATCH: Final[frozenset[Role]] = frozenset({"watch_officer", "releaser"})
Hour = Annotated[int, Meta(ge=0, le=23)]


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One row. `kind` may end in `*`; `precision` and `recipient` (a party id) are `*` for any; the row holds
    in the hours from `from_hour` up to, but not including, `to_hour` (equal: all day; over midnight where
    from > to).
    """

    kind: Annotated[str, Meta(min_length=1, max_length=40)]
    release: Literal["watch", "one", "second", "two"]
    precision: Literal["*", "exact", "buffered", "broad", "sealed"] = "*"
    recipient: Annotated[str, Meta(min_length=1, max_length=40)] = "*"
    from_hour: Hour = 0
    to_hour: Hour = 0


class Requirement(msgspec.Struct, frozen=True):
    """`level` as in the kind table; `coarse` says that the watch alone may release the coarse form now,
    `coarse_after_ms` in how long it may (`None`: never, or not needed)."""

    level: Release
    why: str
    coarse: bool = False
    coarse_after_ms: int | None = None


DEFAULT_TABLE: Final = (
    Rule(kind="stop", release="watch"),
    Rule(kind="assist", release="watch"),
    Rule(kind="assist.position", release="second"),
    Rule(kind="warning.radio", release="watch"),
    Rule(kind="line.*", release="watch"),
    Rule(kind="receipt", release="watch"),
    Rule(kind="call", release="watch"),
    Rule(kind="area.*", release="two"),
    Rule(kind="overlap.*", release="two"),
    Rule(kind="export", release="two"),
    Rule(kind="*", release="one"),
)


def table_from(rows: Any) -> tuple[Rule, ...]:
    """A party's own rows, before the defaults. Raises `Malformed` `bad-release-table`."""
    try:
        own = msgspec.convert(rows, tuple[Rule, ...], strict=True)
    except (msgspec.ValidationError, ValueError):
        field, remedy = first_fault(tuple[Rule, ...], rows, "release")
        raise Malformed("bad-release-table", field=field, remedy=remedy, source=_SOURCE) from None
    return own + DEFAULT_TABLE


def check_table(rows: Any) -> None:
    """Rows that two officers want to set: beside their form, that each names a kind, and that none asks more than the
    watch for what is life safety always; such a row would hold back nothing, and its officers would believe otherwise.
    Raises `Malformed`: `bad-release-table`, `watch-alone`."""
    for i, rule in enumerate(table_from(rows)[: -len(DEFAULT_TABLE)]):
        meant = [row for kind, row in KINDS.items() if fnmatchcase(kind, rule.kind)]
        if rule.release != "watch" and meant and all(row.life_safety == "always" for row in meant):
            remedy = f'leave the row out: {rule.kind} is life safety, and no table makes it wait; or release = "watch"'
            raise Malformed("watch-alone", field=f"release[{i}].release", remedy=remedy, source=_SOURCE)
        if not meant:
            remedy = f"{rule.kind} is no kind: {nearest_first(rule.kind, KINDS)}"
            raise Malformed("bad-release-table", field=f"release[{i}].kind", remedy=remedy, source=_SOURCE)


def needed(
    kind: str,
    facts: HeaderFacts,
    body: Body | None,
    parameters: Parameters,
    table: tuple[Rule, ...] = DEFAULT_TABLE,
) -> Requirement:
    """What this entry needs. The first row that matches decides, for each recipient; the strictest recipient
    counts.

    Not to be loosened by a row, nor by the flag of life safety: where the people of an `assist` are takes a second
    officer (any watch officer or releaser; messages.md, assist). Nor by a row: releasing an area, and personnel in
    exact precision, take two persons each time.
    """
    row = KINDS.get(kind)
    if row is not None and row.carries == "record":
        return Requirement(row.release, "the record's own kinds take no release")
    if _machine(kind, facts):
        return Requirement("none", "said by the node itself")
    if row is not None and row.apart:
        return Requirement(
            "second", "the exact position is passed on by two officers, to the named rescuer alone"
        )
    if facts.life_safety or (facts.subject is not None and facts.subject.life_safety):
        return Requirement("watch", "life safety, or an answer to it: the watch officer alone, always")
    if isinstance(body, Meeting) and body.as_chair:
        return Requirement("watch", "convening in turn: the party gave that post the role for it")
    about, notice = kind, body
    if kind in ("amend", "withdraw", "complete") and facts.subject is not None:
        about = facts.subject.about
        if isinstance(body, Amend):
            notice = notice_of(body)[0]
        elif kind != "amend":
            notice = facts.subject.body
    precision = (notice.precision if isinstance(notice, AreaDeclare) else None) or "*"
    recipients = facts.to or ("*",)
    level = max((_level(table, about, precision, to, facts.hour) for to in recipients), key=_RANK.__getitem__)
    why = f"the release table asks it for {about}"
    if about in PLACES and (kind == "withdraw" or _personnel_exact(notice)):
        level, why = "two", "releasing a protected place, or personnel exactly, takes two persons each time"
    return _with_coarse(Requirement(level, why), facts, parameters)


BY_MACHINE: Final = ("line.check", "alert")
"""What the node key says by itself (record.md, Keys)."""


def _machine(kind: str, facts: HeaderFacts) -> bool:
    return kind in BY_MACHINE and any("node" in signer.roles for signer in facts.signers)


def _personnel_exact(notice: Body | None) -> bool:
    return isinstance(notice, AreaDeclare) and notice.area == "personnel" and notice.precision == "exact"


def _level(table: tuple[Rule, ...], kind: str, precision: str, recipient: str, hour: int) -> Release:
    for rule in table:
        if (
            fnmatchcase(kind, rule.kind)
            and rule.precision in ("*", precision)
            and rule.recipient in ("*", recipient)
            and _in_hours(rule, hour)
        ):
            return rule.release
    return "two"


def _in_hours(rule: Rule, hour: int) -> bool:
    if rule.from_hour == rule.to_hour:
        return True
    if rule.from_hour < rule.to_hour:
        return rule.from_hour <= hour < rule.to_hour
    return hour >= rule.from_hour or hour < rule.to_hour


def _with_coarse(found: Requirement, facts: HeaderFacts, parameters: Parameters) -> Requirement:
    if found.level not in ("one", "two") or facts.coarse is None:
        return found
    left = max(0, parameters.releaser_wait_ms - facts.waited_ms)
    return Requirement(found.level, found.why, coarse=left == 0, coarse_after_ms=left)


def refused(
    kind: str,
    facts: HeaderFacts,
    inner: Inner,
    requirement: Requirement,
    body: Body | None = None,
) -> list[Refused]:
    """Empty when the signers suffice; else what is missing, in words."""
    row = KINDS.get(kind)
    allowed = frozenset(row.roles) if row is not None else _WATCH
    out = [
        _no(
            "role-may-not-sign",
            f"{signer.key} holds no role that may sign {kind}",
            "sign as " + " or ".join(sorted(allowed)),
        )
        for signer in facts.signers
        if not signer.roles & allowed
    ]
    if out or _enough(requirement, facts.signers, allowed):
        return out
    if inner.coarse:
        return _coarse(kind, facts, body, requirement)
    return [_no("release-needed", requirement.why, _remedy(requirement, row))]


def not_approved(kind: str) -> Refused:
    """No form of this kind was approved beforehand."""
    rule = f"no coarser form of {kind} was set beforehand"
    remedy = "have a releaser release it; two officers set forms: steerclear rules set"
    return Refused("no-coarse-form", "inner.coarse", rule, remedy, _SOURCE)


def _coarse(kind: str, facts: HeaderFacts, body: Body | None, requirement: Requirement) -> list[Refused]:
    """Why the watch alone may not release this coarse form: none was approved, it says more, or a releaser has time."""
    form = facts.coarse
    if form is None or not _count(facts.signers, _WATCH):
        return [not_approved(kind)]
    rule = f"the form set beforehand has cells of {form.cell_km} km and slots of {form.minutes} min, and says no more"
    out = [
        Refused("finer-than-set", f"body.{name}", rule, "take the form that say --coarse makes", _SOURCE)
        for name in coarse.finer(body, form)
    ]
    if not out and not requirement.coarse:
        left = -(-(requirement.coarse_after_ms or 0) // 1000)
        rule = f"a releaser has {left} s left to act; the watch alone may release the coarse form after that"
        return [_no("releaser-has-time", rule, "have a releaser release the whole, or say it again then")]
    return out


def _remedy(requirement: Requirement, row: Kind | None) -> str:
    """What is to be done; of a form set beforehand only where this kind has any."""
    told = _REMEDY[requirement.level]
    if requirement.level not in ("one", "two") or row is None or not row.coarse:
        return told
    return f"{told}; if none acts in time: say --coarse, a form set beforehand"


_REMEDY: Final = {
    "none": "the node signs it",
    "watch": "have the watch officer release it",
    "one": "have a releaser release it",
    "second": "have a second officer sign it too, a watch officer or a releaser",
    "two": "have a second person release it, one of the two a releaser",
    "roots": "have the party's root quorum sign it",
}


def _no(code: str, rule: str, remedy: str) -> Refused:
    return Refused(code, "signers", rule, remedy, _SOURCE)


def _count(signers: tuple[SignerFacts, ...], roles: frozenset[Role]) -> int:
    return len({signer.key for signer in signers if signer.roles & roles})


def _enough(requirement: Requirement, signers: tuple[SignerFacts, ...], allowed: frozenset[Role]) -> bool:
    if requirement.level == "none":
        return bool(signers)
    if requirement.level == "watch":
        return _count(signers, allowed - {"node"}) >= 1
    if requirement.level == "second":
        return _count(signers, allowed - {"node"}) >= 2
    releasers = _count(signers, frozenset({"releaser"}))
    if requirement.level == "one":
        return releasers >= 1
    if requirement.level == "two":
        return releasers >= 1 and _count(signers, allowed) >= 2
    return _count(signers, frozenset({"root"})) >= 1
