"""Notices that wait for a releaser: since when this node has known of each, so that nobody's word dates the wait.

messages.md, Parties, releaser: "if no releaser acts in 3 min the watch officer alone may release the coarse form". The
wait begins when a watch officer's draft is refused for want of a releaser, and is of one coarse form: a digest of it
and of what it is about is kept with the line's settings, no payload. The releasers see a task until it is said, or an
hour.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

import msgspec

from steerclear.errors import Refused
from steerclear.node import settings
from steerclear.node.draft import Draft
from steerclear.node.line import LineState, Waiting
from steerclear.node.node import Node
from steerclear.procedure.subject import Task
from steerclear.procedure.worded import task
from steerclear.record import jcs
from steerclear.record.header import Header
from steerclear.speech import coarse, desk, form, release, texts
from steerclear.speech.coarse import Form
from steerclear.speech.facts import HeaderFacts
from steerclear.speech.kinds.common import Body
from steerclear.speech.parameters import Parameters

LASTS_MS: Final = 3_600_000
MOST: Final = 50
WANTED: Final = frozenset({"release-needed", "releaser-has-time"})
"""Refusals that a releaser's key alone would lift."""


class CoarseForm(msgspec.Struct, frozen=True):
    """`body` to be said with `coarse` true in the inner header; `form` is what was approved, `waited_ms` how long a
    releaser has been wanted for it (0: say it first, so that one is)."""

    body: dict[str, Any]
    form: Form
    waited_ms: int


def coarse_form(node: Node, line_id: str, draft: Draft) -> CoarseForm | list[Refused]:
    """The draft's body in the form that was set beforehand, and how long a releaser has been wanted for it."""
    line = node.line(line_id)
    made = form.filled(draft.kind, draft.inner, draft.body)
    if isinstance(made, list):
        return made
    body = desk.with_defaults(made[1])
    approved = coarse.approved(draft.kind, body, settings.coarse_forms(line))
    if approved is None:
        return [release.not_approved(draft.kind)]
    found = coarse.coarsened(body, approved)
    if isinstance(found, list):
        return found
    key = _key(draft.kind, draft.refs, found, approved)
    return CoarseForm(msgspec.to_builtins(found), approved, _waited_ms(line, key, node.clock.now_ms()))


def told(
    line: LineState, facts: HeaderFacts, header: Draft | Header, body: Body, now: int
) -> tuple[HeaderFacts, str]:
    """The facts with the form approved for this notice and how long a releaser was wanted for it; that wait's key."""
    approved = coarse.approved(header.kind, body, settings.coarse_forms(line))
    key = _key(header.kind, header.refs, body, approved)
    return replace(facts, coarse=approved, waited_ms=_waited_ms(line, key, now)), key


def note(node: Node, line: LineState, key: str, kind: str, officer: str) -> None:
    """A releaser is wanted from now on, unless it is already so. The oldest of too many goes."""
    now = node.clock.now_ms()
    kept = {one: held for one, held in line.settings.waiting.items() if now - held.at_ms < LASTS_MS}
    if not key or key in kept:
        return
    kept[key] = Waiting(now, kind, officer)
    newest = sorted(kept, key=lambda one: kept[one].at_ms)[-MOST:]
    line.settings.waiting = {one: kept[one] for one in newest}
    settings.kept(node, line)


def said(node: Node, line: LineState, header: Header, payload: bytes) -> None:
    """An entry goes out, well checked, in whatever form: nobody is wanted for it any more."""
    if not line.settings.waiting:
        return
    content = jcs.loads(payload)
    made = form.filled(header.kind, content.get("inner", {}), content.get("body"))
    if isinstance(made, list):
        return
    approved = coarse.approved(header.kind, made[1], settings.coarse_forms(line))
    if line.settings.waiting.pop(_key(header.kind, header.refs, made[1], approved), None) is not None:
        settings.kept(node, line)


def tasks(node: Node, line: LineState, numbers: Parameters) -> tuple[Task, ...]:
    """For the releasers, at home alone: what waits, since when, and when the watch may release the coarse form."""
    now = node.clock.now_ms()
    return tuple(
        task(
            f"{line.id}/task/release:{key[:16]}",
            line.id,
            "tasks.release-wanted",
            held.at_ms,
            held.at_ms + numbers.releaser_wait_ms,
            "releaser",
            kind=texts.code("kind", held.kind),
            post=held.officer.partition("/")[2].rpartition("+")[0],
        )
        for key, held in sorted(line.settings.waiting.items(), key=lambda row: (row[1].at_ms, row[0]))
        if now - held.at_ms < LASTS_MS
    )


def next_due(line: LineState, numbers: Parameters, now: int) -> int | None:
    """When a wait is over, or one is forgotten."""
    at = [
        held.at_ms + lasts
        for held in line.settings.waiting.values()
        for lasts in (numbers.releaser_wait_ms, LASTS_MS)
    ]
    return min((one for one in at if one > now), default=None)


def _key(kind: str, refs: tuple[str, ...], body: Body, approved: Form | None) -> str:
    """Digest of the approved form of this notice; '' where none is approved, or it has none."""
    made = coarse.coarsened(body, approved) if approved is not None else []
    if isinstance(made, list):
        return ""
    content: dict[str, Any] = {"kind": kind, "refs": list(refs), "body": msgspec.to_builtins(made)}
    return sha256(b"steerclear/waiting/v1\n" + jcs.dumps(content)).hexdigest()


def _waited_ms(line: LineState, key: str, now: int) -> int:
    """How long a releaser has been wanted for it; 0 when nobody asked."""
    held = line.settings.waiting.get(key)
    return max(0, now - held.at_ms) if held is not None and now - held.at_ms < LASTS_MS else 0
