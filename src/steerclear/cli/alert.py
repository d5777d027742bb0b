"""`steerclear alert list|release`: pairs of movers in alert, and telling of one that an own feed alone showed."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.feed import feed_lines
from steerclear.cli.heard import age_lines, mode_of
from steerclear.cli.language import kept, label, say, standing, told, word


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
    parser.add_argument(
        "--all", action="store_true", help="a row for each alert of each side, not one a pair"
    )
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
    from steerclear.views.board import MAX_ROWS, NO_EMPTINESS

    who = client.officer(args)
    rows, names, feeds = who.get("/alerts"), who.names(), who.get("/feeds")
    pairs = [[row] for row in rows] if args.all else by_pair(rows)
    lines = [*age_lines(who.get("/health"), who.now_ms), *feed_lines(feeds), ""]
    board = who.get()
    lines += [*locked_lines(board), *(alert_table(pairs, names) or [word("no alert")])]
    if len(pairs) < len(rows):
        lines.append(word("more rows").format(n=len(rows) - len(pairs)))
    if len(rows) >= MAX_ROWS:
        lines.append(show.strong(say("board.alerts-most", n=MAX_ROWS)))
    value = {"alerts": rows, "feeds": feeds, "now_ms": who.now_ms}
    show.emit(args, value, [*lines, "", *standing((NO_EMPTINESS,))], mode=mode_of(board))
    return codes.CONFLICT if any(row["over_ms"] is None for row in rows) else codes.OK


def locked_lines(board: dict[str, Any]) -> list[str]:
    """What a locked node cannot tell of movers: an empty list under it is no empty sky."""
    return [show.strong(told(row, "text")) for row in board["alarms"] if row["rule"] == "locked-movers"]


def by_pair(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows that speak of the same encounter together, in the order of the first of each: they name the same two, first
    raised in one slot or two beside each other (speech/alert_id.py), or one is known as speaking of the other's."""
    out: list[list[dict[str, Any]]] = []
    for row in rows:
        known = {row["id"], *row["same"]}
        group = next((group for group in out if any(_alike(row, known, other) for other in group)), None)
        if group is None:
            out.append([row])
        else:
            group.append(row)
    return out


def _alike(row: dict[str, Any], known: set[str], other: dict[str, Any]) -> bool:
    from steerclear.speech.alert_id import slot_of

    if known & {other["id"], *other["same"]}:
        return True
    first = row["first_ms"], other["first_ms"]
    if len(row["movers"]) != 2 or row["movers"] != other["movers"] or None in first:
        return False
    return abs(slot_of(first[0]) - slot_of(first[1])) <= 1


def alert_table(pairs: list[list[dict[str, Any]]], names: dict[str, str]) -> list[str]:
    """A line for each pair: its first row's figures, and the word of each side."""
    if not pairs:
        return []
    head = map(
        word,
        (
            *("id", "level", "said", "since", "nearest", "height apart", "judged by", "age of states"),
            *("own movers", "our feeds"),
        ),
    )
    return show.table(tuple(head), (_row(rows, names) for rows in pairs))


def _row(rows: list[dict[str, Any]], names: dict[str, str]) -> tuple[str, ...]:
    row = rows[0]
    beside = next((label("here", one["here"]["says"]) for one in rows if one["here"]), "")
    own = next((one["own"] for one in rows if one["own"]), ())
    return (
        kept(row["id"][: 14 if row["at_home"] else 12]),
        label("alert_level", row["level"]),
        _said(rows, names),
        kept(show.clock(row["first_ms"])),
        _span(row["least_low_mm"], row["least_high_mm"], 1_000_000, "feeds.km-span"),
        word("any height")
        if row["whole_column"]
        else _span(row["vertical_low_tmm"], row["vertical_high_tmm"], 3_048, "feeds.ft-span"),
        label("alert_rule", row["rule"]) or "-",
        word("ago").format(time=kept(show.ago(row["age_ms"]))) if row["age_ms"] is not None else "-",
        kept(", ".join(own)) or "-",
        beside or (word("at home") if row["at_home"] else "-"),
    )


def _said(rows: list[dict[str, Any]], names: dict[str, str]) -> str:
    """Each side's newest word: `blue: confirmed; red: …`."""
    newest: dict[str, dict[str, Any]] = {}
    for row in rows:
        newest.setdefault(row["party"], row)
    parts = []
    for party, row in newest.items():
        state = label("alert_step", row["state"])
        ended = f"{state}: {label('alert_end', row['reason']).replace('_', ' ')}"
        parts.append(f"{kept(names.get(party, party[:8]))}: {ended if row['reason'] else state}")
    return "; ".join(parts)


def _span(low: int | None, high: int | None, unit: int, key: str) -> str:
    """`1.3 to 3.2 km`; feet are whole."""
    if low is None or high is None:
        return "-"
    digits = 1 if key == "feeds.km-span" else 0
    return say(key, low=f"{low / unit:.{digits}f}", high=f"{high / unit:.{digits}f}")


def run_release(args: Namespace) -> int:
    from steerclear.cli import client, saying

    who = client.officer(args)
    draft = who.post("/alerts/release", {"id": args.id})
    made = saying.complete(args, who, {name: draft[name] for name in draft if name != "signers"}, [who.key])
    who.post("/alerts/released", {"id": args.id, "entry": made["id"]})
    show.emit(args, made, [say("feeds.released", entry=made["id"])], mode=draft["mode"])
    return codes.OK
