"""`steerclear board`, `show`, `log`, `conflicts`, `health`, `audit`: what a running node shows an officer."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import Any

from steerclear.cli import codes, options, show

_BOARD = "Everything a watch needs at one look: alarms, tasks, notices, conflicts."


REACHED = ("sent", "delivered", "read", "understood", "answered")
POLL_S = 0.5


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


def mode_of(value: dict[str, Any]) -> str:
    """EXERCISE where the line, or a period of it, is one."""
    return "EXERCISE" if value.get("exercise_line") or value.get("exercise_open") else "REAL"


def run_board(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    board = who.get("/board")
    names = who.names()
    mode = "REAL" if board["mode"] == "REAL" else "EXERCISE"
    show.emit(args, board, board_lines(board, names), mode=mode)
    return codes.OK


def board_lines(board: dict[str, Any], names: dict[str, str]) -> list[str]:
    lines = [f"{show.instant(board['now_ms'])}  line {board['line'][:16]}"]
    lines += [text for held, text in ((board["interim"], "INTERIM: no agreement is in force"),) if held]
    if board["unauthenticated"]:
        lines.append("UNAUTHENTICATED: life safety only until both introduce confirmations stand")
    if board["locked"]:
        lines.append("LOCKED: payloads cannot be read, judgements show not_judged(locked)")
    if board["recovery"]:
        lines.append(f"RECOVERY: {board['recovery']}; nothing but life safety is signed")
    for alarm in board["alarms"]:
        flag = " LIFE SAFETY" if alarm["life_safety"] else ""
        lines += [show.strong(f"ALARM{flag} since {show.clock(alarm['since_ms'])}: {alarm['text']}")]
        lines += [f"  {part}" for part in (alarm["consequence"], alarm["action"]) if part]
    if board["tasks"]:
        lines += [
            "",
            *show.table(
                ("task", "for", "due"),
                ((t["text"], t["for_role"], show.clock(t["due_ms"])) for t in board["tasks"]),
            ),
        ]
    lines += ["", *_notices(board["notices"], names)]
    if board["conflicts"]:
        lines += ["", *conflict_lines(board["conflicts"])]
    for one in board["unchecked"]:
        who = ", ".join(names.get(party, party[:8]) for party in one["parties"])
        lines.append(f"UNCHECKED still against {who}: {one['notice'][:12]}")
    if board["more"]:
        lines.append("more rows were left out: steerclear log")
    return [*lines, "", *board["standing"]]


def _notices(rows: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    if not rows:
        return ["no notice stands here; that says nothing about anybody"]
    head = ("id", "kind", "by", "precedence", "state", "window", "to whom: state", "marks")
    return show.table(head, (_notice(row, names) for row in rows))


def _notice(row: dict[str, Any], names: dict[str, str]) -> tuple[str, ...]:
    state = (row.get("stop") or row.get("area") or {}).get("state", row["life"])
    window = (
        f"{show.instant(row['start_ms'])} to {show.instant(row['end_ms'])}"
        if row["start_ms"] is not None
        else "-"
    )
    shown = [
        f"{names.get(to['party'], to['party'][:8])}: {_reached(to)}"
        for to in row["addressees"]
        if to["informed"]
    ]
    flag = " LIFE SAFETY" if row["life_safety"] else ""
    return (
        row["id"][:12],
        row["kind"],
        names.get(row["author"], row["author"][:8]),
        row["precedence"] + flag,
        state,
        window,
        "; ".join(shown) or "-",
        ", ".join(row["marks"]) or "-",
    )


def _reached(to: dict[str, Any]) -> str:
    told = to["dissemination"]
    units = f", {told['n']} of {told['m']} units told" if told["m"] else f", units: {told['state']}"
    answer = f" {to['answer']}" if to["answer"] else ""
    return f"{to['state']}{answer}" + (units if told["state"] != "none" else "")


def run_show(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.faults import Stop

    who = client.officer(args)
    entry = find_entry(who, args.id)
    reached = not args.until or wait_until(lambda: _stands(who, entry, args.until), args.timeout)
    view = who.get(f"/entries/{entry}")
    try:
        subject = who.get(f"/subjects/{entry}")
    except Stop:
        subject = None  # the record's own kinds belong to no notice
    names = who.names()
    show.emit(
        args, {"entry": view, "subject": subject}, _show_lines(view, subject, names), mode=view["row"]["mode"]
    )
    return codes.OK if reached else codes.NO


def wait_until(stands: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again until it stands so or the time is over; whether it does."""
    import time

    end = time.monotonic() + seconds
    while not stands():
        if time.monotonic() >= end:
            return False
        time.sleep(POLL_S)
    return True


def _stands(who: Any, entry: str, wanted: str) -> bool:
    rows = [row for row in who.get(f"/subjects/{entry}")["addressees"] if row["informed"]]
    return bool(rows) and all(REACHED.index(row["state"]) >= REACHED.index(wanted) for row in rows)


def find_entry(who: Any, wanted: str) -> str:
    """The whole id of the entry whose id begins so. Raises `Stop`."""
    from steerclear.cli.faults import stop

    if len(wanted) == 64:
        return wanted
    fits: list[str] = []
    for row in all_entries(who):
        if len(wanted) >= 4 and row["id"].startswith(wanted):
            fits.append(row["id"])
    if len(fits) != 1:
        rule = "no entry's id begins so" if not fits else "several entries' ids begin so"
        raise stop("unknown-entry", "ID", rule, "give four characters or more of it: steerclear log")
    return fits[0]


def all_entries(who: Any, kind: str = "", limit: int = 0) -> list[dict[str, Any]]:
    """Entries page by page; `limit` 0 for all."""
    rows: list[dict[str, Any]] = []
    while True:
        page = who.get("/entries", after=rows[-1]["id"] if rows else "", kind=kind)
        rows += page
        if len(page) < 50 or (limit and len(rows) >= limit):
            return rows[: limit or None]


def _show_lines(view: dict[str, Any], subject: dict[str, Any] | None, names: dict[str, str]) -> list[str]:
    import json

    row = view["row"]
    flag = ", LIFE SAFETY" if row["life_safety"] else ""
    lines = [
        f"{row['kind']}, {row['mode']}, {row['precedence']}{flag}",
        f"id         {row['id']}",
        f"stands     entry {row['index']} of {row['log']}",
        f"said by    {names.get(row['author'], row['author'])}, {row['post']}",
        f"released   {show.instant(row['released_ms'])} as its author says",
        f"proved     after {show.instant(row['after_ms'], '(nothing yet)')}",
        f"       and before {show.instant(row['before_ms'], '(nothing yet)')}",
        f"read-back  {view['readback'] or '-'}",
    ]
    for party in row["to"]:
        lines.append(
            f"delivered  {names.get(party, party)}: {show.instant(row['delivered'].get(party), 'not delivered')}"
        )
    if row["marks"]:
        lines.append(f"marks      {', '.join(row['marks'])}")
    if subject is not None:
        lines += ["", f"{subject['kind']} {subject['title']}: {subject['life']}"]
        lines += [
            f"  {names.get(to['party'], to['party'][:8])}: {_reached(to)}"
            for to in subject["addressees"]
            if to["informed"]
        ]
        lines += [
            f"  not informed: {names.get(to['party'], to['party'][:8])}"
            for to in subject["addressees"]
            if not to["informed"]
        ]
        for alarm in subject["alarms"]:
            lines.append(f"  ALARM {alarm['text']}")
    if view["payload"] is not None:
        lines += ["", json.dumps(view["payload"], ensure_ascii=False, indent=2)]
    elif row["held"] not in ("held", "none"):
        lines += ["", f"payload: {row['held']}"]
    return lines


def run_log(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    rows = all_entries(who, args.kind, args.limit)
    names = who.names()
    head = ("released", "kind", "by", "post", "to", "held", "marks", "id")
    cells = (
        (
            show.instant(r["released_ms"]),
            r["kind"] + (" LIFE SAFETY" if r["life_safety"] else ""),
            names.get(r["author"], r["author"][:8]),
            r["post"],
            ", ".join(names.get(p, p[:8]) for p in r["to"]) or "-",
            r["held"],
            ", ".join(r["marks"]) or "-",
            r["id"][:12],
        )
        for r in rows
    )
    show.emit(args, {"entries": rows}, show.table(head, cells), mode=mode_of(who.get()))
    return codes.OK


def run_conflicts(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.views.board import NO_EMPTINESS, NO_IHL_CHANGE

    who = client.officer(args)
    rows = who.get("/conflicts")
    lines = conflict_lines(rows) or ["no conflict and nothing unjudged stands here"]
    lines += ["", NO_EMPTINESS, NO_IHL_CHANGE]
    show.emit(args, {"conflicts": rows}, lines, mode=mode_of(who.get()))
    verdicts = {row["judgement"]["verdict"] for row in rows}
    return (
        codes.CONFLICT
        if "conflict" in verdicts
        else codes.NOT_JUDGED
        if "not_judged" in verdicts
        else codes.OK
    )


def conflict_lines(rows: list[dict[str, Any]]) -> list[str]:
    """A table of judgements and the sentence of each."""
    import msgspec

    from steerclear.cli.judge import row
    from steerclear.judgement import Judgement, explain

    if not rows:
        return []
    head = ("verdict", "one", "other", "from", "to", "horizontal", "vertical", "in time", "gives way")
    judged = [one["judgement"] for one in rows]
    words = [explain(msgspec.convert(one, Judgement)) for one in judged]
    return [*show.table(head, map(row, judged)), "", *words]


def run_health(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    rows = who.get("/health")
    show.emit(args, {"health": rows}, health_lines(rows), mode=mode_of(who.get()))
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


def run_audit(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    audit = who.get("/audit", gap_ms=int(args.gap * 3_600_000))
    lines: list[str] = []
    for gap in audit["gaps"]:
        why = f"; suspended: {', '.join(gap['reasons'])}" if gap["reasons"] else ""
        lines.append(
            f"gap of {gap['duration_ms'] / 3_600_000:g} h in routine contact from {show.instant(gap[_start(gap)])}{why}"
        )
    for name in ("invalid", "forks", "ratios", "fired", "marked", "missing", "standing_notes", "no_effect"):
        rows = audit[name]
        if rows:
            lines += ["", show.strong(f"{name.replace('_', ' ')} ({len(rows)})")]
            lines += [f"  {row if isinstance(row, str) else _pairs(row)}" for row in rows]
    show.emit(args, audit, lines or ["nothing to list"], mode=mode_of(who.get()))
    return codes.OK


def _start(gap: dict[str, Any]) -> str:
    return next(name for name in gap if "start" in name or "from" in name)


def _pairs(row: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {show.instant(value) if name.endswith('_ms') else value}" for name, value in row.items()
    )
