"""How each member was last heard, and so how old what is shown of it is: `steerclear health`, and the lines on top of
every screen (judgement.md: an empty screen must never look like an empty sky)."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, show
from steerclear.cli.language import kept, label, word


def mode_of(value: dict[str, Any]) -> str:
    """EXERCISE where the line, or a period of it, is one."""
    return "EXERCISE" if value.get("exercise_line") or value.get("exercise_open") else "REAL"


FRESH = ("up", "restored", "suspended-but-alive")
"""Observed states in which what is shown of a member is as fresh as its last heartbeat."""


def age_lines(members: list[dict[str, Any]], now_ms: int) -> list[str]:
    """As of when everything below is true, member by member; who is not heard stands out. `members`: rows of
    /health."""
    lines = [word("as of").format(time=kept(show.instant(now_ms)))]
    for one in members:
        name, state = kept(one["name"]), label("state", one["observed"])
        held = word("entries held").format(n=one["we_hold"])
        heard_ms, fresh = one["last_heard_ms"], one["observed"] in FRESH
        if heard_ms is None:
            words = word("was never heard").format(name=name, state=state, held=held)
        else:
            ago, clock = kept(show.ago(now_ms - heard_ms)), kept(show.clock(heard_ms))
            words = word("was heard").format(name=name, ago=ago, clock=clock, state=state, held=held)
            words = words if fresh else word("old").format(words=words)
        if not fresh:
            words = show.strong(word("may be over").format(words=words, name=name))
        lines.append(f"  {words}")
    return lines


def asked_age(who: Any) -> list[str]:
    """`age_lines` of the node that was asked."""
    return age_lines(who.get("/health"), who.now_ms)


def run_health(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    rows = who.get("/health")
    lines = [word("as of").format(time=kept(show.instant(who.now_ms))), "", *health_lines(rows)]
    show.emit(args, {"health": rows, "now_ms": who.now_ms}, lines, mode=mode_of(who.get()))
    return codes.OK


def health_lines(rows: list[dict[str, Any]]) -> list[str]:
    head = tuple(
        map(
            word,
            (
                "party",
                "observed",
                "declared",
                "last heard",
                "latency",
                "skew",
                "introduced",
                "holds of ours",
                "we hold",
                "why",
            ),
        )
    )
    return show.table(
        head,
        (
            (
                one["name"],
                label("state", one["observed"]),
                label("state", one["declared"]),
                kept(show.instant(one["last_heard_ms"], word("never"))),
                f"{one['latency_ms']} ms" if one["latency_ms"] is not None else "-",
                f"{one['skew_ms']} ms" if one["skew_ms"] is not None else "-",
                label("yes_no", "yes" if one["introduced"] else "no"),
                str(one["holds_of_ours"]),
                str(one["we_hold"]),
                one["reason"] or "-",
            )
            for one in rows
        ),
    )
