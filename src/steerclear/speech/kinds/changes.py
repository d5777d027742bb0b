"""`amend`, `withdraw` and `complete`, for each activity, area and stop (messages.md, Activity)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from steerclear.speech.kinds.common import Body, Text, Time


class Amend(Body, frozen=True, kw_only=True):
    """A new version of a notice: refs[0] is the first version, `supersedes` the version replaced.

    `notice` is the whole body of the new version, of the kind that it replaces, never a difference: who holds
    only this entry holds the notice. It is read with `payload.notice_of`.
    """

    kind: Annotated[str, Meta(max_length=40)]
    notice: dict[str, Any]
    reason: Text | None = None


class Withdraw(Body, frozen=True, kw_only=True):
    """The notice in refs[0] no longer stands. Of an area it is the release: two officers sign it, and it
    dates no departure and says nothing about who is or was there.
    """

    reason: Literal["changed_plans", "weather", "replaced", "error", "released", "other"] | None = None
    text: Text | None = None


class Complete(Body, frozen=True, kw_only=True):
    """The activity in refs[0] is over, or the stop is resolved (by its raiser or the site's owner, nobody
    else).
    """

    outcome: Literal["as_planned", "ended_early", "ended_late", "not_begun", "resolved"] | None = None
    at: Time | None = None
    text: Text | None = None
