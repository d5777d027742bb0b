"""`steerclear line list`, `show`, `status`: which lines there are, who is on them, how each member is heard."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, show
from steerclear.cli.language import kept, label, phrase_of, word


def run_list(args: Namespace) -> int:
    from steerclear.cli import client, stopped
    from steerclear.record.genesis import parse_genesis

    with stopped.opened(args.home, read_only=True) as store:
        rows: list[dict[str, Any]] = []
        for line_id, (note, _) in store.lines().items():
            line = parse_genesis(note)
            sizes = {origin.partition("/")[2]: store.size(origin) for origin in store.origins(line_id)}
            rows.append(
                {"id": line_id, "exercise": line.exercise, "founders": list(line.founders), "logs": sizes}
            )
    names = dict(client.lines_at(args.home))
    for row in rows:
        row["name"] = names.get(str(row["id"]), "")
    head = ("name", "line", "exercise", "members", "entries")
    cells = (
        (
            str(r["name"]),
            str(r["id"])[:16],
            "EXERCISE" if r["exercise"] else "no",
            str(len(r["founders"])),
            str(sum(r["logs"].values())),
        )
        for r in rows
    )
    lines = show.table(head, cells) if rows else ["this node is on no line yet", f"  do: {stopped.JOIN}"]
    show.emit(args, {"lines": rows}, lines)
    return codes.OK


def run_show(args: Namespace) -> int:
    from steerclear.cli import client, stopped
    from steerclear.config import read_config
    from steerclear.record.card import parse_card
    from steerclear.record.genesis import parse_genesis
    from steerclear.record.words import words_of

    wanted = client.line_id(args)
    names = read_config(args.home).names
    with stopped.opened(args.home, read_only=True) as store:
        line = parse_genesis(store.lines()[wanted][0])
        sizes = {origin.partition("/")[2]: store.size(origin) for origin in store.origins(wanted)}
    cards = [parse_card(text.encode()) for text in line.genesis.cards]
    value = {
        "id": line.id,
        "exercise": line.exercise,
        "template": line.genesis.template,
        "parameters": line.parameters,
        "founders": [
            {
                "party": c.card.party,
                "name": names.get(c.card.party, ""),
                "words": list(words_of(c.text)),
                "urls": list(c.card.urls),
            }
            for c in cards
        ],
        "logs": sizes,
    }
    lines = [f"line      {line.id}", f"template  {line.genesis.template}", ""]
    rows = ((names.get(c.card.party, "-"), c.card.party, ", ".join(c.card.urls)) for c in cards)
    lines += show.table(("name", "founder", "urls"), rows)
    lines += ["", *(f"{c.card.party[:8]}  {' '.join(words_of(c.text))}" for c in cards)]
    lines += ["", *show.table(("log", "entries held"), ((name, str(size)) for name, size in sizes.items()))]
    if line.parameters:
        lines += [
            "",
            *show.table(("parameter", "value"), ((k, str(v)) for k, v in sorted(line.parameters.items()))),
        ]
    show.emit(args, value, lines, mode="EXERCISE" if line.exercise else "REAL")
    return codes.OK


def run_status(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import wait_until
    from steerclear.cli.heard import health_lines, mode_of

    who = client.officer(args)
    ready = wait_until(lambda: _ready(who), args.wait) if args.wait else True
    line, health = who.get(), who.get("/health")
    lines = [
        f"{word('line')} {kept(who.line)}",
        f"{phrase_of('column', 'agreement')}: {label('state', line['agreement']['state'])}",
        *(word(flag) for flag in ("interim", "unauthenticated") if line[flag]),
        "",
        *health_lines(health),
    ]
    show.emit(args, {"line": line, "health": health}, lines, mode=mode_of(line))
    return codes.OK if ready else codes.NO


def _ready(who: Any) -> bool:
    """Both introductions of every pair stand, and every member was heard."""
    return not who.get()["unauthenticated"] and all(row["observed"] == "up" for row in who.get("/health"))
