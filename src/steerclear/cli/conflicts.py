"""`steerclear conflicts`: judgements that stand, each beside what the other side computed."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, show
from steerclear.cli.heard import age_lines, mode_of
from steerclear.cli.language import asked, chosen, kept, phrase_of, say, standing


def run_conflicts(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.views.board import NO_EMPTINESS, NO_IHL_CHANGE

    who = client.officer(args)
    rows, names, members = who.get("/conflicts"), who.names(), who.get("/health")
    lines = age_lines(members, who.now_ms)
    lines += ["", *(conflict_lines(rows, names) or [say("conflicts.none")])]
    lines += ["", *standing((NO_EMPTINESS, NO_IHL_CHANGE))]
    value = {"conflicts": rows, "now_ms": who.now_ms, "members": members}
    show.emit(args, value, lines, mode=mode_of(who.get()))
    verdicts = {row["judgement"]["verdict"] for row in rows if not row["expected"]}
    if "conflict" in verdicts:
        return codes.CONFLICT
    return codes.NOT_JUDGED if "not_judged" in verdicts else codes.OK


def conflict_lines(rows: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    """A table of judgements, the sentence of each, and how it stands beside the other side's."""
    from steerclear.cli.judge import HEAD, row

    if not rows:
        return []
    head = tuple(phrase_of("column", one) for one in HEAD)
    cells = (_cells(row(one["judgement"]), one["judgement"]["verdict"], names) for one in rows)
    return [*show.table(head, cells), "", *conflict_sentences(rows, names)]


def _cells(cells: tuple[str, ...], verdict: str, names: dict[str, str]) -> tuple[str, ...]:
    """The verdict by its label where a language was asked for, who gives way by this site's name."""
    first = phrase_of("verdict", verdict) if asked() else cells[0]
    last = names.get(cells[-1], cells[-1])
    return (first, *map(kept, cells[1:-1]), phrase_of("column", last) if asked() else last)


def conflict_sentences(rows: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    """The sentence of each judgement, and how it stands beside the other side's."""
    lines = []
    for one in rows:
        lines.append(sentence(one["judgement"], names))
        lines += [f"  {say('conflicts.challenged', entry=place)}" for place in one["challenged"]]
        if one["expected"]:
            lines.append(f"  {say('conflicts.expected', entry=one['expected'])}")
        for other in one["compared"]:
            lines += _beside(one["judgement"], other, names.get(other["party"], other["party"][:8]), names)
    return lines


def sentence(judgement: dict[str, Any], names: dict[str, str]) -> str:
    """A judgement in one sentence, with this site's names and ids that can be typed."""
    import msgspec

    from steerclear.judgement import Judgement, explain

    def short(side: dict[str, Any]) -> dict[str, Any]:
        return side | {"entry": side["entry"][:12], "party": names.get(side["party"], side["party"][:8])}

    named = judgement | {side: short(judgement[side]) for side in ("a", "b") if judgement[side]["entry"]}
    way = judgement.get("gives_way")
    if way:
        named["gives_way"] = way | {"party": names.get(way["party"], way["party"])}
    return explain(msgspec.convert(named, Judgement), chosen())


def _beside(mine: dict[str, Any], other: dict[str, Any], name: str, names: dict[str, str]) -> list[str]:
    """What another member answers about the same pair; where it differs both answers stand there."""
    said = say("conflicts.beside", party=name, state=other["state"])
    if other["at_ms"] is not None:
        said = say("conflicts.told", said=said, at=other["at_ms"])
    if other["state"] != "differs":
        return [f"  {said}"]
    lines = [show.strong(f"  {say('conflicts.differs', said=said)}")]
    if other["theirs"] is None:
        return [*lines, f"    {say('conflicts.unread', party=name, hash=other['hash'])}"]
    theirs = other["theirs"]
    here = say("conflicts.here", version=mine["judge_version"], words=sentence(mine, names))
    there = say("conflicts.there", party=name, version=theirs["judge_version"], words=sentence(theirs, names))
    return [*lines, f"    {here}", f"    {there}"]
