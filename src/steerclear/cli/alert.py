"""`steerclear alert list|release`: pairs of movers in alert, and telling of one that an own feed alone showed."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.feed import feed_lines
from steerclear.cli.heard import age_lines, mode_of
from steerclear.cli.language import kept, label, word


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "alert",
        "Movers that come too near: list alerts, release what waits at home.",
        "steerclear alert list --as watch --home blue",
    )
    parser = options.add(
        own,
        "list",
        run_list,
        "Pairs in alert, the line's and those that wait at home; exit 4 where one stands.",
        "steerclear alert list --as watch --home blue",
    )
    options.node(parser)
    options.line(parser)
    parser = options.add(
        own,
        "release",
        run_release,
        "Tell of an alert that waits at home: as the agreed cell and time, with nothing of the other.",
        "steerclear alert release home-4f0c --as watch --home blue",
        "What an own feed alone showed stays here until an officer says so (boundary.md).",
    )
    options.node(parser)
    options.line(parser)
    options.yes(parser)
    parser.add_argument("id", metavar="ID", help="as `alert list` shows it, or the start of it")


def run_list(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.views.board import NO_EMPTINESS

    who = client.officer(args)
    rows, names, feeds = who.get("/alerts"), who.names(), who.get("/feeds")
    lines = [*age_lines(who.get("/health"), who.now_ms), *feed_lines(feeds), ""]
    lines += [*(alert_table(rows, names) or [word("no alert")]), "", NO_EMPTINESS]
    value = {"alerts": rows, "feeds": feeds, "now_ms": who.now_ms}
    show.emit(args, value, lines, mode=mode_of(who.get()))
    return codes.CONFLICT if any(row["over_ms"] is None for row in rows) else codes.OK


def alert_table(rows: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    if not rows:
        return []
    head = map(
        word, ("id", "by", "level", "state", "since", "nearest", "height apart", "own movers", "our feeds")
    )
    return show.table(tuple(head), (_row(row, names) for row in rows))


def _row(row: dict[str, Any], names: dict[str, str]) -> tuple[str, ...]:
    here = row["here"]["says"] if row["here"] else word("at home") if row["at_home"] else "-"
    state = label("alert_step", row["state"])
    return (
        kept(row["id"][: 14 if row["at_home"] else 12]),
        kept(names.get(row["party"], row["party"][:8])),
        label("alert_level", row["level"]),
        f"{state}: {label('alert_end', row['reason']).replace('_', ' ')}" if row["reason"] else state,
        kept(show.clock(row["first_ms"])),
        kept(_span(row["least_low_mm"], row["least_high_mm"], 1_000_000, "km")),
        word("any height")
        if row["whole_column"]
        else kept(_span(row["vertical_low_tmm"], row["vertical_high_tmm"], 3_048, "ft")),
        kept(", ".join(row["own"])) or "-",
        here,
    )


def _span(low: int | None, high: int | None, unit: int, name: str) -> str:
    """`1.3 to 3.2 km`; feet are whole."""
    if low is None or high is None:
        return "-"
    digits = 1 if name == "km" else 0
    return f"{low / unit:.{digits}f} to {high / unit:.{digits}f} {name}"


def run_release(args: Namespace) -> int:
    from steerclear.cli import client, saying

    who = client.officer(args)
    draft = who.post("/alerts/release", {"id": args.id})
    made = saying.complete(args, who, {name: draft[name] for name in draft if name != "signers"}, [who.key])
    who.post("/alerts/released", {"id": args.id, "entry": made["id"]})
    show.emit(args, made, [f"released as {made['id'][:12]}"], mode=draft["mode"])
    return codes.OK
