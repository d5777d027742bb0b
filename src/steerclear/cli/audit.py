"""`steerclear audit`: what an investigator looks at first, each finding as a sentence."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from steerclear.cli import codes, show
from steerclear.cli.heard import mode_of
from steerclear.cli.language import label, phrase_of, say


def run_audit(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    audit = who.get("/audit", gap_ms=int(args.gap * 3_600_000))
    lines = audit_lines(audit, who.names())
    show.emit(args, audit, lines, mode=mode_of(who.get()), columns=show.COLUMNS)
    return codes.OK


def audit_lines(audit: dict[str, Any], names: dict[str, str]) -> list[str]:
    """A head with how many of a sort, and below it one line for each."""
    sections = (
        ("audit.gaps", [_gap(row) for row in audit["gaps"]]),
        ("audit.invalid", [_invalid(row, names) for row in audit["invalid"]]),
        ("audit.forks", [say("audit.fork-row", log=_log(row["log"], names)) for row in audit["forks"]]),
        ("audit.ratios", [_ratio(row, names) for row in audit["ratios"]]),
        ("audit.fired", [_fired(row, names) for row in audit["fired"]]),
        ("audit.marked", [_marked(row) for row in audit["marked"]]),
        ("audit.missing", [one[:16] for one in audit["missing"]]),
        ("audit.standing", [one[:16] for one in audit["standing_notes"]]),
        ("audit.no-effect", [_no_effect(row, names) for row in audit["no_effect"]]),
    )
    lines = [line for key, rows in sections if rows for line in _section(key, rows)]
    return lines[1:] or [say("audit.nothing")]


def _section(key: str, rows: list[str]) -> Iterator[str]:
    yield from ("", show.strong(say(key, n=len(rows))))
    yield from (f"  {row}" for row in rows)


def _gap(gap: dict[str, Any]) -> str:
    words = {"length": gap["duration_ms"], "from": gap["from_ms"]}
    still = gap["to_ms"] is None
    said = say("audit.gap-still", **words) if still else say("audit.gap", **words, to=gap["to_ms"])
    return say("audit.gap-suspended", gap=said, reasons=gap["reasons"]) if gap["reasons"] else said


def _invalid(row: dict[str, Any], names: dict[str, str]) -> str:
    kind = phrase_of("kind", row["kind"]) if row["kind"] else say("audit.unread")
    log = _log(row["log"], names)
    return say("audit.invalid-row", index=row["index"], log=log, kind=kind, reason=row["reason"])


def _ratio(row: dict[str, Any], names: dict[str, str]) -> str:
    words = {name: row[name] for name in ("mode", "marked", "total")}
    return say("audit.ratio-row", party=_name(row["party"], names), **words)


def _fired(row: dict[str, Any], names: dict[str, str]) -> str:
    """`timer.fired` names the party behind the step, where the alarm has one."""
    step, _, party = str(row.get("step", "")).partition(":")
    whose = f"{_step(step)} ({_name(party, names)})" if party else _step(step)
    return say(
        "audit.fired-row",
        at=row["at_ms"],
        party=_name(row["by"], names),
        rule=str(row.get("rule", "")),
        step=whose,
        entry=str(row.get("subject", "")),
        due=int(row.get("due_ms", row["at_ms"])),
    )


def _step(step: str) -> str:
    """`hold` has `ending-2`, a movement `point-0`: the code by its label, its number behind it; of an id its start."""
    stem, _, number = step.rpartition("-")
    if stem and number.isdigit():
        return f"{phrase_of('step', stem)} {number}"
    return phrase_of("step", step) if len(step) < 64 else step[:12]


def _marked(row: dict[str, Any]) -> str:
    return say("audit.marked-row", entry=row["entry"], marks=[label("mark", one) for one in row["marks"]])


def _no_effect(row: dict[str, Any], names: dict[str, str]) -> str:
    words = {name: row[name] for name in ("entry", "subject", "mark")}
    return say(
        "audit.no-effect-row", party=_name(row["party"], names), kind=label("kind", row["kind"]), **words
    )


def _log(log: str, names: dict[str, str]) -> str:
    """`blue/1` of a party's id and its epoch."""
    party, _, epoch = log.partition("/")
    return f"{_name(party, names)}/{epoch}"


def _name(party: str, names: dict[str, str]) -> str:
    return names.get(party) or party[:8]
