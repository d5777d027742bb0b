"""`steerclear board`, and what else of a running node's line an officer is shown: the commands and the board itself."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.audit import run_audit
from steerclear.cli.conflicts import conflict_sentences, run_conflicts
from steerclear.cli.entry import REACHED, all_entries, reached, run_show, they_show_lines
from steerclear.cli.heard import age_lines, asked_age, mode_of, run_health
from steerclear.cli.language import asked, kept, label, phrase_of, say, standing, title, told, word

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
    show.emit(args, board, board_lines(board, names), mode=mode, columns=show.COLUMNS)
    return codes.OK


def board_lines(board: dict[str, Any], names: dict[str, str]) -> list[str]:
    now_ms = board["now_ms"]
    lines = [f"{word('line')} {kept(board['line'][:16])}", *age_lines(board["members"], now_ms)]
    lines.append(f"  {word('entries folded')}: {_sizes(board['as_of'], names)}")
    lines += [word(flag) for flag in ("interim", "unauthenticated", "locked") if board[flag]]
    if board["recovery"]:
        lines.append(f"{word('recovery')}: {board['recovery']}")
    lines += _section("board.alarms", board["alarms"], lambda one: _alarm(one, now_ms))
    if left := board["alarms_left"]:
        lines.append(show.strong(say("board.alarms-left", n=left)))
    lines += _section("board.tasks", board["tasks"], lambda one: _task(one, now_ms))
    if board["notices"]:
        lines += _section("board.notices", board["notices"], lambda one: _notice(one, names))
    else:
        lines += ["", word("no notice")]
    lines += they_show_lines([one for one in board["they_show"] if one["differs"]], names, now_ms)
    if board["conflicts"]:
        lines += ["", show.strong(say("board.conflicts", n=len(board["conflicts"])))]
        lines += conflict_sentences(board["conflicts"], names)
    for one in board["unchecked"]:
        who = ", ".join(names.get(party, party[:8]) for party in one["parties"])
        lines.append(f"{word('unchecked')} {who}: {kept(one['notice'][:12])}")
    if board["more"]:
        lines.append(word("more"))
    return [*lines, "", *standing(board["standing"])]


def _sizes(as_of: dict[str, int], names: dict[str, str]) -> str:
    """`blue/1 12, red/1 30`: how much of each log this board is made of."""
    logs = ((log.partition("/"), size) for log, size in sorted(as_of.items()))
    return ", ".join(f"{names.get(party, party[:8])}/{epoch} {size}" for (party, _, epoch), size in logs)


def _section(key: str, rows: list[dict[str, Any]], shown: Callable[[dict[str, Any]], list[str]]) -> list[str]:
    """A head with how many, then each row; nothing where there is none."""
    if not rows:
        return []
    return ["", show.strong(say(key, n=len(rows))), *(line for row in rows for line in shown(row))]


def about(row: dict[str, Any]) -> str:
    """`REAL STOP 4f0c12345678`: what an alarm or a task is about, so that it can be read by itself. The mode stands
    before everything, and one that is not REAL looks otherwise at once."""
    words = [mode_word(row.get("mode", "")), *([kept(row["subject"][:12])] if row.get("subject") else [])]
    named = title(row) or (phrase_of("noun", row["kind"]) if row.get("kind") else "")
    return " ".join([one for one in words if one] + ([named] if named else []))


def mode_word(mode: str) -> str:
    """`REAL`, and anything else in brackets: `[EXERCISE]`."""
    if not mode:
        return ""
    said = phrase_of("mode_short", mode)
    return said if mode == "REAL" else f"[{said}]"


def _alarm(alarm: dict[str, Any], now_ms: int) -> list[str]:
    flag = f" {word('life safety')}" if alarm["life_safety"] else ""
    since = f"{word('since')} {kept(show.due(alarm['since_ms'], now_ms))}"
    rule = f"{label('alarm', alarm['rule'])}. " if asked() else ""
    lines = [show.strong(f"{word('alarm')}{flag} {since}: {about(alarm)}".rstrip(" :"))]
    lines.append(f"  {rule}{told(alarm, 'text')}")
    return lines + [f"  {part}" for name in ("consequence", "action") if (part := told(alarm, name))]


def _task(task: dict[str, Any], now_ms: int) -> list[str]:
    by = f", {word('due')} {kept(show.due(task['due_ms'], now_ms))}" if task["due_ms"] is not None else ""
    head = f"{word('task')} {about(task)}".rstrip()
    role = say("board.for-role", role=phrase_of("role", task["for_role"]))
    return [f"{head} ({role}{by})", f"  {told(task)}"]


def _notice(row: dict[str, Any], names: dict[str, str]) -> list[str]:
    state = (row.get("stop") or row.get("area") or {}).get("state", row["life"])
    home = (row.get("area") or {}).get("home", "")
    shown_state = label("state", state)
    if home:
        shown_state += f" ({word('at home')}: {label('state', home).replace('_', ' ')})"
    flag = f" {word('life safety')}" if row["life_safety"] else ""
    by = f"{word('by')} {kept(names.get(row['author'], row['author'][:8]))}"
    head = f"{kept(row['id'][:12])} {mode_word(row['mode'])} {label('kind', row['kind'])} {by}, "
    lines = [f"{head}{label('precedence', row['precedence'])}{flag}: {shown_state}"]
    lines += [f"  {title(row)}"] if title(row) else []
    shown = [
        f"{names.get(to['party'], to['party'][:8])}: {reached(to)}"
        for to in row["addressees"]
        if to["informed"]
    ]
    lines += [f"  {'; '.join(shown)}"] if shown else []
    if row["marks"]:
        lines.append(f"  {word('marks')}: {', '.join(label('mark', mark) for mark in row['marks'])}")
    return lines


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
