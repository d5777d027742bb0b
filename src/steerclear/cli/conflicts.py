"""`steerclear conflicts`: judgements that stand, each beside what the other side computed."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, show
from steerclear.cli.heard import age_lines, mode_of


def run_conflicts(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.views.board import NO_EMPTINESS, NO_IHL_CHANGE

    who = client.officer(args)
    rows, names, members = who.get("/conflicts"), who.names(), who.get("/health")
    lines = age_lines(members, who.now_ms)
    lines += ["", *(conflict_lines(rows, names) or ["no conflict and nothing unjudged stands here"])]
    lines += ["", NO_EMPTINESS, NO_IHL_CHANGE]
    value = {"conflicts": rows, "now_ms": who.now_ms, "members": members}
    show.emit(args, value, lines, mode=mode_of(who.get()))
    verdicts = {row["judgement"]["verdict"] for row in rows}
    if "conflict" in verdicts:
        return codes.CONFLICT
    return codes.NOT_JUDGED if "not_judged" in verdicts else codes.OK


def conflict_lines(rows: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    """A table of judgements, the sentence of each, and how it stands beside the other side's."""
    import msgspec

    from steerclear.cli.judge import row
    from steerclear.judgement import Judgement, explain

    if not rows:
        return []
    head = ("verdict", "one", "other", "from", "to", "horizontal", "vertical", "in time", "gives way")
    lines = [*show.table(head, (row(one["judgement"]) for one in rows)), ""]
    for one in rows:
        lines.append(explain(msgspec.convert(one["judgement"], Judgement)))
        lines += [
            f"  challenged: the data of {place[:12]}; kept away from all the same"
            for place in one["challenged"]
        ]
        for other in one["compared"]:
            lines += _beside(one["judgement"], other, names.get(other["party"], other["party"][:8]))
    return lines


def _beside(mine: dict[str, Any], other: dict[str, Any], name: str) -> list[str]:
    """What another member answers about the same pair; where it differs both answers stand there."""
    import msgspec

    from steerclear.judgement import Judgement, explain

    told = f", told {show.instant(other['at_ms'])}" if other["at_ms"] is not None else ""
    if other["state"] != "differs":
        return [f"  {name}: {other['state']}{told}"]
    lines = [show.strong(f"  {name}: DIFFERS{told}; keep away by both answers and ask")]
    if other["theirs"] is None:
        return [*lines, f"    {name}'s answer cannot be read here (hash {other['hash'][:12]})"]
    theirs = msgspec.convert(other["theirs"], Judgement)
    lines.append(f"    here ({mine['judge_version']}): {explain(msgspec.convert(mine, Judgement))}")
    return [*lines, f"    {name} ({theirs.judge_version}): {explain(theirs)}"]
