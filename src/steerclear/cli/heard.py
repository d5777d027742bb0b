"""How each member was last heard, and so how old what is shown of it is: `steerclear health`, and the lines on top of
every screen (judgement.md: an empty screen must never look like an empty sky)."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, show


def mode_of(value: dict[str, Any]) -> str:
    """EXERCISE where the line, or a period of it, is one."""
    return "EXERCISE" if value.get("exercise_line") or value.get("exercise_open") else "REAL"


FRESH = ("up", "restored", "suspended-but-alive")
"""Observed states in which what is shown of a member is as fresh as its last heartbeat."""


def age_lines(members: list[dict[str, Any]], now_ms: int) -> list[str]:
    """As of when everything below is true, member by member; who is not heard stands out. `members`: rows of
    /health."""
    lines = [f"as of {show.instant(now_ms)}"]
    for one in members:
        held = f"{one['we_hold']} entries held"
        if one["last_heard_ms"] is None:
            words = f"OLD: {one['name']} was never heard, {one['observed']}; {held}"
        else:
            when = f"heard {show.ago(now_ms - one['last_heard_ms'])} ago ({show.clock(one['last_heard_ms'])})"
            words = f"{one['name']} {when}, {one['observed']}; {held}"
        if one["observed"] not in FRESH:
            old = "" if words.startswith("OLD") else "OLD: "
            words = show.strong(f"{old}{words}; what stands here of {one['name']} may be over")
        lines.append(f"  {words}")
    return lines


def asked_age(who: Any) -> list[str]:
    """`age_lines` of the node that was asked."""
    return age_lines(who.get("/health"), who.now_ms)


def run_health(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    rows = who.get("/health")
    lines = [f"as of {show.instant(who.now_ms)}", "", *health_lines(rows)]
    show.emit(args, {"health": rows, "now_ms": who.now_ms}, lines, mode=mode_of(who.get()))
    return codes.OK


def health_lines(rows: list[dict[str, Any]]) -> list[str]:
    head = (
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
    )
    return show.table(
        head,
        (
            (
                one["name"],
                one["observed"],
                one["declared"],
                show.instant(one["last_heard_ms"], "never"),
                f"{one['latency_ms']} ms" if one["latency_ms"] is not None else "-",
                f"{one['skew_ms']} ms" if one["skew_ms"] is not None else "-",
                "yes" if one["introduced"] else "no",
                str(one["holds_of_ours"]),
                str(one["we_hold"]),
                one["reason"] or "-",
            )
            for one in rows
        ),
    )
