"""`steerclear drill`, `handover`: what is open, and giving it to the next watch."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.heard import asked_age, mode_of

OWED_CHARS = 200


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "drill",
        run_drill,
        "Everything that is open on a line, at once, with what is owed about it: for whoever takes the watch.",
        "steerclear drill --as watch --home blue\nsteerclear drill --json",
        "Most urgent first, as on the board. After a handover it also names what was open then and not handed over.",
    )
    options.node(parser)
    options.line(parser)
    parser = options.add(
        commands,
        "handover",
        run_handover,
        "Hand the watch over: a line.handover that names every open item. It stays with the own party.",
        "steerclear handover --to-post watch-night --as watch --home blue",
        "The incoming officer reads it back: steerclear say receipt --ref ID with level understood. Until then the\n"
        "outgoing post has the watch, and the board says so.",
    )
    parser.add_argument("--to-post", required=True, metavar="POST", help="who takes the watch")
    parser.add_argument("--text", default="", help="a word to the next watch; stays at home")
    options.node(parser)
    options.line(parser)
    options.yes(parser)


def open_of(who: Any) -> dict[str, Any]:
    """Every open item, page after page."""
    found: dict[str, Any] = dict(who.get("/open"))
    items = list(found["items"])
    while found["more"]:
        page = who.get(f"/open?after={items[-1]['subject']}")
        items += page["items"]
        found["more"] = page["more"] and bool(page["items"])
    return {**found, "items": items}


def run_drill(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.views.board import NO_EMPTINESS

    who = client.officer(args)
    found, names = open_of(who), who.names()
    lines = [*asked_age(who), "", f"{len(found['items'])} open items"]
    for one in found["items"]:
        lines += ["", *item_lines(one, names)]
    lines += ["", *handover_lines(found)]
    show.emit(args, found, [*lines, NO_EMPTINESS], mode=mode_of(who.get()))
    return codes.OK


def item_lines(one: dict[str, Any], names: dict[str, str]) -> list[str]:
    """One open item as a person reads it: what, whose, since when, and what is owed."""
    urgent = "LIFE SAFETY, " if one["life_safety"] else ""
    author = names.get(one["author"], one["author"][:8])
    head = f"{one['subject'][:12]}  {one['title']}"
    due = f", due {show.instant(one['due_ms'])}" if one["due_ms"] is not None else ""
    lines = [
        show.strong(head) if one["life_safety"] else head,
        f"  {urgent}{one['precedence']}, by {author}, {one['life']}, since {show.instant(one['since_ms'])}{due}",
    ]
    return lines + [f"  - {text[:OWED_CHARS]}" for text in one["owed"]]


def handover_lines(found: dict[str, Any]) -> list[str]:
    """How the last handover of this party stands; nothing where there was none."""
    given = found["handover"]
    if given is None:
        return []
    back = given["read_back_by"]
    state = f"read back by {back}" if back else "NOT READ BACK: the outgoing post has the watch"
    lines = [
        f"last handover {given['from_post']} to {given['to_post']}, {len(given['items'])} items: {state}"
    ]
    lines += [f"  open then and not handed over: {entry[:12]}" for entry in found["left_out"]]
    return lines


def run_handover(args: Namespace) -> int:
    from steerclear.cli import client, saying
    from steerclear.units import format_time

    who = client.officer(args)
    found, told = open_of(who), who.get()
    body: dict[str, Any] = {
        "from_post": args.post,
        "to_post": args.to_post,
        "at": format_time(who.now_ms),
        "items": [
            {"entry": one["subject"], **({"owed": one["owed"][0][:OWED_CHARS]} if one["owed"] else {})}
            for one in found["items"]
        ],
    }
    if args.text:
        body["text"] = args.text
    mode = mode_of(told)
    draft = {"kind": "line.handover", "mode": mode, "to": [], "refs": [], "inner": {}, "body": body}
    saying.complete(args, who, draft, [who.key])
    return codes.OK
