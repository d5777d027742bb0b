"""`steerclear area`: what this party knows at home of an own area, and the request that lets it cool down."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show

HOME = "It stays in the node, sealed: no entry, nothing that another party sees."
RELEASE = (
    "From the request or the last known occupation, whichever is later, the node lets a random time of 72 to 144 h\n"
    "pass, which it shows nobody; the area protects all the while. Then a task stands on the board, and two officers\n"
    "sign the `withdraw`; before that the desk refuses it. So no release dates a departure."
)
DONE = {
    "occupied": "noted at home: somebody is there",
    "vacated": "noted at home: nobody is known to be there; the area protects all the same",
    "release_asked": "release asked for: the area protects until it has cooled; a task will stand on the board",
}


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands, "area", "Own areas at home: who is there, who left, the request for release."
    )
    for name, state, text, more in (
        ("occupied", "occupied", "Note that somebody is in an own area.", HOME),
        ("vacated", "vacated", "Note that everybody has left an own area.", HOME),
        ("release", "release_asked", "Ask for the release of an own area: it begins to cool.", RELEASE),
    ):
        example = f"steerclear area {name} 6b0e… --as watch --home blue"
        parser = options.add(own, name, run, text, example, more)
        parser.add_argument("id", metavar="ID", help="an entry of the area, or the start of its id")
        if state != "release_asked":
            parser.add_argument(
                "--at", default="", metavar="TIME", help="RFC 3339 or date-time group (default: now)"
            )
        parser.set_defaults(state=state)
        options.node(parser)
        options.line(parser)


def run(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.entry import find_entry
    from steerclear.cli.heard import mode_of
    from steerclear.speech.quantities import time
    from steerclear.units import parse_time

    who = client.officer(args)
    note: dict[str, Any] = {"id": find_entry(who, args.id), "state": args.state}
    if getattr(args, "at", ""):
        note["at_ms"] = int(parse_time(time(args.at), field="--at"))
    who.post("/areas", note)
    value = {"id": note["id"], "state": args.state}
    show.emit(args, value, [DONE[args.state]], mode=mode_of(who.get()))
    return codes.OK
