"""`steerclear board`, and what else of a running node's line an officer is shown: the commands and the board itself."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.audit import run_audit
from steerclear.cli.conflicts import conflict_lines, run_conflicts
from steerclear.cli.entry import REACHED, all_entries, reached, run_show, they_show_lines
from steerclear.cli.feed import feed_lines
from steerclear.cli.heard import age_lines, asked_age, mode_of, run_health
from steerclear.cli.language import asked, kept, label, word

_BOARD = "Everything a watch needs at one look: alarms, tasks, notices, conflicts."


def declare(commands: options.Commands) -> None:
    for name, run, text, example in (
        ("board", run_board, _BOARD, "steerclear board --as watch --home blue"),
        ("show", run_show, "One entry, and how its notice, area or stop stands.", "steerclear show 4f0c…"),
        ("log", run_log, "Entries in the order in which they count.", "steerclear log --kind stop"),
        (
            "conflicts",
            run_conflicts,
            "Judgements that stand; exit 4 where one is a conflict.",
            "steerclear conflicts",
        ),
        ("health", run_health, "How each member was last heard, by measurement.", "steerclear health"),
        (
            "audit",
            run_audit,
            "Gaps, invalid entries, forks, fired timers, marks.",
            "steerclear audit --gap 24",
        ),
    ):
        parser = options.add(commands, name, run, text, example)
        options.node(parser)
        options.line(parser)
        if name == "show":
            parser.add_argument("id", metavar="ID", help="an entry's id, or the start of one")
            parser.add_argument(
                "--until",
                choices=REACHED[1:],
                default="",
                help="wait until it stands so with everybody addressed",
            )
            parser.add_argument(
                "--timeout", type=float, default=60.0, metavar="SECONDS", help="of --until (default: 60)"
            )
        elif name == "log":
            parser.add_argument("--kind", default="", help="only entries of this kind")
            parser.add_argument("--limit", type=int, default=50, help="rows at most (default: 50)")
        elif name == "audit":
            parser.add_argument(
                "--gap", type=float, default=24.0, metavar="HOURS", help="list silences of this length"
            )


def run_board(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    board = who.get("/board")
    names = who.names()
    mode = "REAL" if board["mode"] == "REAL" else "EXERCISE"
    show.emit(args, board, board_lines(board, names), mode=mode)
    return codes.OK


def board_lines(board: dict[str, Any], names: dict[str, str]) -> list[str]:
    lines = [f"{word('line')} {kept(board['line'][:16])}", *age_lines(board["members"], board["now_ms"])]
    lines.append(f"  {word('entries folded')}: {_sizes(board['as_of'], names)}")
    lines += feed_lines(board["feeds"])
    lines += [word(flag) for flag in ("interim", "unauthenticated", "locked") if board[flag]]
    if board["recovery"]:
        lines.append(f"{word('recovery')}: {board['recovery']}")
    for alarm in board["alarms"]:
        flag = f" {word('life safety')}" if alarm["life_safety"] else ""
        since = f"{word('since')} {kept(show.clock(alarm['since_ms']))}"
        what = f"{label('alarm', alarm['rule'])}. " if asked() else ""
        lines += [show.strong(f"{word('alarm')}{flag} {since}: {what}{kept(alarm['text'])}")]
        lines += [f"  {part}" for part in (alarm["consequence"], alarm["action"]) if part]
    if board["tasks"]:
        lines += [
            "",
            *show.table(
                (word("task"), word("for"), word("due")),
                ((t["text"], t["for_role"], show.clock(t["due_ms"])) for t in board["tasks"]),
            ),
        ]
    lines += ["", *_notices(board["notices"], names)]
    lines += they_show_lines([one for one in board["they_show"] if one["differs"]], names, board["now_ms"])
    if board["conflicts"]:
        lines += ["", *conflict_lines(board["conflicts"], names)]
    for one in board["unchecked"]:
        who = ", ".join(names.get(party, party[:8]) for party in one["parties"])
        lines.append(f"{word('unchecked')} {who}: {kept(one['notice'][:12])}")
    if board["more"]:
        lines.append(word("more"))
    return [*lines, "", *board["standing"]]


def _sizes(as_of: dict[str, int], names: dict[str, str]) -> str:
    """`blue/1 12, red/1 30`: how much of each log this board is made of."""
    logs = ((log.partition("/"), size) for log, size in sorted(as_of.items()))
    return ", ".join(f"{names.get(party, party[:8])}/{epoch} {size}" for (party, _, epoch), size in logs)


def _notices(rows: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    if not rows:
        return [word("no notice")]
    head = tuple(map(word, ("id", "kind", "by", "precedence", "state", "window", "to whom: state", "marks")))
    return show.table(head, (_notice(row, names) for row in rows))


def _notice(row: dict[str, Any], names: dict[str, str]) -> tuple[str, ...]:
    state = (row.get("stop") or row.get("area") or {}).get("state", row["life"])
    home = (row.get("area") or {}).get("home", "")
    window = (
        f"{show.instant(row['start_ms'])} to {show.instant(row['end_ms'])}"
        if row["start_ms"] is not None
        else "-"
    )
    shown = [
        f"{names.get(to['party'], to['party'][:8])}: {reached(to)}"
        for to in row["addressees"]
        if to["informed"]
    ]
    flag = f" {word('life safety')}" if row["life_safety"] else ""
    shown_state = label("state", state)
    return (
        kept(row["id"][:12]),
        label("kind", row["kind"]),
        kept(names.get(row["author"], row["author"][:8])),
        label("precedence", row["precedence"]) + flag,
        f"{shown_state} ({word('at home')}: {label('state', home).replace('_', ' ')})"
        if home
        else shown_state,
        kept(window),
        "; ".join(shown) or "-",
        ", ".join(label("mark", mark) for mark in row["marks"]) or "-",
    )


def run_log(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    rows = all_entries(who, args.kind, args.limit)
    names = who.names()
    head = tuple(map(word, ("released", "kind", "by", "post", "to", "held", "marks", "id")))
    cells = (
        (
            kept(show.instant(r["released_ms"])),
            label("kind", r["kind"]) + (f" {word('life safety')}" if r["life_safety"] else ""),
            names.get(r["author"], r["author"][:8]),
            r["post"],
            ", ".join(names.get(p, p[:8]) for p in r["to"]) or "-",
            label("state", r["held"]),
            ", ".join(label("mark", mark) for mark in r["marks"]) or "-",
            kept(r["id"][:12]),
        )
        for r in rows
    )
    lines = [*asked_age(who), "", *show.table(head, cells)]
    show.emit(args, {"entries": rows, "now_ms": who.now_ms}, lines, mode=mode_of(who.get()))
    return codes.OK
