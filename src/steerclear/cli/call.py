"""`steerclear call`: a spoken call put on record as it goes, with few keystrokes."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options

if TYPE_CHECKING:
    from steerclear.cli.client import Officer

PARK = (
    "A call about life safety may not be parked: give it to whoever is there. Any other that is parked for 30 s\n"
    "alarms at both sides until it is answered, handed on or ended."
)
FOLLOWS = (
    (
        "answered",
        "answered",
        "Somebody has answered: the post.",
        "steerclear call answered 'Duty desk' --yes",
        "",
    ),
    (
        "park",
        "parked",
        "It waits for somebody: for which post.",
        "steerclear call park 'Planning cell' --yes",
        PARK,
    ),
    (
        "hand-to",
        "handed_to",
        "It was handed to another post.",
        "steerclear call hand-to 'Operations' --yes",
        "",
    ),
    (
        "end",
        "ended",
        "It is over, or the message has gone.",
        "steerclear call end --recording call.wav --yes",
        "",
    ),
)


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "call",
        "Put a spoken call on record as it goes: start, answered, park, hand-to, end.",
        "steerclear call answered 'Duty desk' --yes",
    )
    parser = options.add(
        own,
        "start",
        run_start,
        "A call begins: it rings.",
        "steerclear call start --to red --mode REAL\nsteerclear call start --about 4f0c… --carrier satellite_phone",
        "About an entry (a stop, say) it stands with that entry, goes to the other side of it in its mode, and ends\n"
        "the task to pass it on by this carrier once it is answered.",
    )
    parser.add_argument("--about", default="", metavar="ID", help="the entry that the call is about")
    parser.add_argument("--to", action="append", default=[], metavar="PARTY", help="with whom; name or id")
    parser.add_argument(
        "--carrier",
        default="telephone",
        metavar="CARRIER",
        help="such as telephone (the default), radio, satellite_phone, video, email",
    )
    parser.add_argument("--incoming", action="store_true", help="the other side called")
    parser.add_argument(
        "--mode", choices=("REAL", "EXERCISE", "TEST"), default="", help="needed without --about"
    )
    _shared(parser)
    for name, state, text, example, more in FOLLOWS:
        parser = options.add(own, name, run_follow, text, example, more)
        if state != "ended":
            parser.add_argument("post", metavar="POST", help="the post, as it is known outward")
        parser.add_argument(
            "--call",
            default="",
            metavar="ID",
            help="a word of the call (default: the newest that is not over)",
        )
        parser.set_defaults(state=state)
        _shared(parser)


def _shared(parser: Any) -> None:
    parser.add_argument("--interpreter", default="", metavar="POST", help="who interprets")
    parser.add_argument(
        "--read-back", default="", metavar="CODE", help="the code that the other end read back"
    )
    parser.add_argument(
        "--recording", default="", metavar="FILE", help="its hash goes on record, the file stays here"
    )
    parser.add_argument("--note", default="", metavar="TEXT", help="free text")
    options.node(parser)
    options.line(parser)
    options.yes(parser)


def run_start(args: Namespace) -> int:
    from steerclear.cli import client, quick, say
    from steerclear.cli.entry import find_entry

    who = client.officer(args)
    refs = [find_entry(who, args.about)] if args.about else []
    row = quick.entry_row(who, refs[0]) if refs else None
    to = say.parties(who, args.to) if args.to else _other_side(who, row) if row is not None else []
    direction = "incoming" if args.incoming else "outgoing"
    body = {"state": "ringing", "carrier": args.carrier, "direction": direction, **_said(args)}
    quick.said(args, who, "call", body, quick.mode_of(args, row), to, refs)
    return codes.OK


def run_follow(args: Namespace) -> int:
    from steerclear.cli import client, quick
    from steerclear.cli.entry import find_entry

    who = client.officer(args)
    call = _call(who, find_entry(who, args.call) if args.call else "")
    row = quick.entry_row(who, call["words"][-1])
    to = list(call["to"]) if call["author"] == who.party else [call["author"]]
    body = {"state": args.state, "carrier": call["carrier"], "post": getattr(args, "post", ""), **_said(args)}
    quick.said(args, who, "call", body, row["mode"], to, [call["words"][-1]])
    return codes.OK


def _call(who: Officer, word: str) -> dict[str, Any]:
    """The call that a word belongs to, else the newest that is not over. Raises `Stop`."""
    from steerclear.cli.faults import stop

    rows = [who.get(f"/subjects/{word}")] if word else who.get("/board")["notices"]
    found = [
        one
        for row in rows
        for one in row["calls"]
        if (word in one["words"] if word else one["state"] != "ended")
    ]
    if not found:
        raise stop(
            "no-call", "--call", "no call of that word, or none that is not over", "steerclear call start"
        )
    newest: dict[str, Any] = max(found, key=lambda one: one["since_ms"])
    return newest


def _other_side(who: Officer, row: dict[str, Any]) -> list[str]:
    """With whom one speaks about an entry: its author, or of an own entry whom it was addressed to."""
    return list(row["to"]) if row["author"] == who.party else [row["author"]]


def _said(args: Namespace) -> dict[str, Any]:
    from hashlib import sha256
    from pathlib import Path

    recording = sha256(Path(args.recording).read_bytes()).hexdigest() if args.recording else ""
    read_back = {"code": args.read_back} if args.read_back else {}
    return {
        "interpreter": args.interpreter,
        "read_back": read_back,
        "recording": recording,
        "text": args.note,
    }
