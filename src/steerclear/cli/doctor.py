"""`steerclear doctor HOME`: what stands in the way of a node, from the machine's side, and what to do about it."""

from __future__ import annotations

from argparse import Namespace

from steerclear.cli import codes, options, show


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "doctor",
        run,
        "Look at a node's configuration, clock, key files, store, disk, and whether its peers answer.",
        "steerclear doctor blue",
        "Exit 0 nothing bad, 1 something bad. No payload is read. For the record itself: steerclear fsck.",
    )
    options.home_argument(parser)


def run(args: Namespace) -> int:
    from steerclear.cli.health import examine

    rows = examine(args.home)
    order = {"bad": 0, "warn": 1, "ok": 2}
    rows.sort(key=lambda one: (order[one.state], one.check))
    lines = show.table(
        ("state", "what", "how it stands", "do"), ((r.state, r.check, r.text, r.do or "-") for r in rows)
    )
    show.emit(args, {"findings": show.plain(rows)}, lines)
    return codes.NO if any(one.state == "bad" for one in rows) else codes.OK
