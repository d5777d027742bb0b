"""Claims and incidents: accounts, words, evidence and findings side by side, each with whose it is.

messages.md, Accountability and States (claim). Counts are never merged and never shown without their author; one
party's contradicting words stand beside each other; nothing is decided here. A publication before the claimed event
is flagged, not judged (A12).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any

from steerclear.procedure.bodies import content, instant
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import judge
from steerclear.procedure.said import Said, same_play
from steerclear.procedure.subject import (
    Claim,
    ClaimAccount,
    ClaimCount,
    ClaimEvidence,
    ClaimWord,
    Deadline,
    NoticeWindow,
    Subject,
    Task,
)
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import task
from steerclear.speech.claimed import Counted, Event
from steerclear.speech.texts import say, text

ACCOUNTS = ("incident", "claim", "counterclaim")
ROOTS = ("incident", "claim")
PUBLISHED_BEFORE = "published-before-event"
_STAGES = ("first", "full", "package")


def claim(thread: Thread) -> Claim | None:
    """The claim or incident as one value; None for another kind, or where its root cannot be read here."""
    if thread.root.kind not in ROOTS or thread.root.body is None:
        return None
    current = [one for one in _alike(thread) if one.kind in ACCOUNTS and one is not thread.root]
    accounts = tuple(_account(one) for one in (thread.current, *current) if one.body is not None)
    words = _words(thread)
    return Claim(
        accounts,
        words,
        tuple(_evidence(one) for one in _of(thread, "evidence")),
        tuple(
            ClaimWord(one.author, one.id, getattr(one.body, "finds", ""), one.at_ms)
            for one in _of(thread, "finding")
        ),
        {row.party: row.says for row in words},
        tuple(_contradictions(words, accounts)),
    )


def _alike(thread: Thread) -> list[Said]:
    """What was said in the same play: nothing of an exercise stands beside what is REAL (messages.md, mode)."""
    mode = thread.root.header.mode
    return [one for one in thread.entries if same_play(one.header.mode, mode)]


def _of(thread: Thread, kind: str) -> list[Said]:
    return [one for one in _alike(thread) if one.kind == kind and one.body is not None]


def _account(said: Said) -> ClaimAccount:
    event = getattr(content(said), "event", None) or Event()
    published = instant(event.published.at) if event.published is not None else None
    begin = instant(event.begin)
    early = published is not None and begin is not None and published < begin
    return ClaimAccount(
        said.author,
        said.id,
        said.kind if said.kind != "amend" else getattr(said.body, "kind", ""),
        event.happening or "",
        begin,
        instant(event.end),
        event.place or "",
        tuple(_count(said.author, one) for one in event.counts),
        event.source.kind if event.source is not None else "not_stated",
        published,
        event.rule or "",
        event.notices,
        event.evidence,
        (PUBLISHED_BEFORE,) if early else (),
    )


def _count(party: str, one: Counted) -> ClaimCount:
    return ClaimCount(party, one.unit, one.of_whom or "not_stated", one.least, one.most)


def _words(thread: Thread) -> tuple[ClaimWord, ...]:
    """Its author asserts it; every party's own words follow in fold order, none taking another away."""
    root = thread.root
    said = [
        ClaimWord(one.author, one.id, getattr(one.body, "says", ""), one.at_ms)
        for one in _of(thread, "statement")
    ]
    return (ClaimWord(root.author, root.id, "asserted", root.at_ms), *said)


def _evidence(said: Said) -> ClaimEvidence:
    body = said.body
    custody = getattr(body, "custody", ())
    gaps = sum(
        1 for a, b in pairwise(custody) if a.held_by != b.held_by and b.did not in ("received", "copied")
    )
    return ClaimEvidence(
        said.author,
        said.id,
        getattr(body, "sha256", ""),
        getattr(body, "what", None) or "",
        tuple(f"{step.at} {step.held_by}: {step.did}" for step in custody),
        gaps,
    )


def _bare(group: str, code: str) -> str:
    """The code itself, as JSON has it."""
    return code


def _contradictions(words: Sequence[ClaimWord], accounts: Sequence[ClaimAccount]) -> list[str]:
    return [say(one["key"], one["parameters"]) for one in beside(words, accounts)]


def beside(
    words: Sequence[ClaimWord], accounts: Sequence[ClaimAccount], named: Callable[[str, str], Any] = _bare
) -> list[dict[str, Any]]:
    """What stands against each other, as texts with parties' ids: two words of one party, bands of two parties that
    cannot both hold. `named(group, code)` is how a code is shown."""
    out = []
    for party in sorted({row.party for row in words}):
        own = list(dict.fromkeys(row.says for row in words if row.party == party))
        if len(own) > 1:
            shown = [named("says", one) for one in own]
            out.append(text("claims.two-words", party=party, words=reduce(_and, shown)))
    counted = [(count, row.party) for row in accounts for count in row.counts]
    for i, (one, party) in enumerate(counted):
        for other, another in counted[i + 1 :]:
            if (
                (one.unit, one.of_whom) == (other.unit, other.of_whom)
                and party != another
                and not _meet(one, other)
            ):
                what = {"unit": named("unit", one.unit), "whom": named("of_whom", one.of_whom)}
                sides = {"one": _band(one), "other": _band(other), "party": party, "another": another}
                out.append(text("claims.counts-beside", **what, **sides))
    return out


def _and(one: Any, other: Any) -> dict[str, Any]:
    return text("claims.and", one=one, other=other)


def _meet(one: ClaimCount, other: ClaimCount) -> bool:
    """Whether two bands may both hold."""
    ends = [(row.least, row.least if row.most is None else row.most) for row in (one, other)]
    return max(low for low, _ in ends) <= min(high for _, high in ends)


def _band(one: ClaimCount) -> str | dict[str, Any]:
    if one.most in (None, one.least):
        return str(one.least)
    return text("claims.span", low=str(one.least), high=str(one.most))


def against_windows(account: ClaimAccount, notices: Mapping[str, Subject]) -> tuple[NoticeWindow, ...]:
    """Each notice that the account names: does the claimed interval lie `inside` its window, `outside`, or `partly`;
    `unknown` where one of them says no time, or the notice is not held. Flagged, not judged.
    """
    return tuple(NoticeWindow(entry, _against(account, notices.get(entry))) for entry in account.notices)


def _against(account: ClaimAccount, notice: Subject | None) -> str:
    begin, end = account.begin_ms, account.end_ms
    if notice is None or notice.start_ms is None or notice.end_ms is None or begin is None:
        return "unknown"
    last = begin if end is None else end
    if notice.start_ms <= begin and last <= notice.end_ms:
        return "inside"
    return "outside" if last <= notice.start_ms or notice.end_ms <= begin else "partly"


def deadlines(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    """Of an incident's author: the first report in an hour, the full one in 24 h, the package of a violation in 15 days
    (messages.md, Timers: incident report), each from the end of the event, else from its beginning.
    """
    if thread.root.kind != "incident":
        return ()
    event = getattr(content(thread.current), "event", None) or Event()
    since = instant(event.end) if event.end is not None else instant(event.begin)
    if since is None:
        return ()
    numbers = context.parameters(thread.root)
    wanted = {"first": numbers.incident_first_ms, "full": numbers.incident_full_ms}
    if event.happening == "violation_of_agreement" or event.rule:
        wanted["package"] = numbers.violation_package_ms
    root = thread.root
    return tuple(
        judge(root.id, "incident", stage, since + after, root.author, _reported(thread, stage), now_ms)
        for stage, after in wanted.items()
    )


def _reported(thread: Thread, stage: str) -> list[Said]:
    """Versions that have reached the stage: a full report is a first one too."""
    reached = _STAGES[_STAGES.index(stage) :]
    return [one for one in thread.versions if getattr(content(one), "stage", "") in reached]


def tasks(thread: Thread, context: Context, due: Sequence[Deadline]) -> list[Task]:
    """What the author still owes of an incident's reports, as an amend of the first."""
    out = []
    for row in due:
        if row.rule == "incident" and row.state in ("open", "missed") and row.party == context.own:
            root, name = thread.root, f"{thread.root.id}/task/incident-{row.step}"
            key = "tasks.incident-stage"
            out.append(task(name, root.id, key, root.at_ms, row.due_ms, "releaser", stage=row.step))
    return out
