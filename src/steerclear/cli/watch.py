"""`steerclear drill`, `handover`: what is open, and giving it to the next watch."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.board import mode_word
from steerclear.cli.heard import asked_age, mode_of
from steerclear.cli.language import chosen, kept, label, say, standing, title, word

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
    lines = [*asked_age(who), "", say("watch.items", n=len(found["items"]))]
    for one in found["items"]:
        lines += ["", *item_lines(one, names)]
    lines += ["", *handover_lines(found), *standing((NO_EMPTINESS,))]
    show.emit(args, found, lines, mode=mode_of(who.get()), columns=show.COLUMNS)
    return codes.OK


def item_lines(one: dict[str, Any], names: dict[str, str]) -> list[str]:
    """One open item as a person reads it: what, whose, since when, and what is owed by when."""
    urgent = f"{word('life safety')}, " if one["life_safety"] else ""
    author = names.get(one["author"], one["author"][:8])
    head = f"{kept(one['subject'][:12])}  {mode_word(one['mode'])}  {title(one)}"
    precedence = f"{urgent}{label('precedence', one['precedence'])}"
    words = {"precedence": precedence, "author": author, "state": label("state", one["life"])}
    said = say("watch.item", since=one["since_ms"], **words)
    if one["due_ms"] is not None:
        said = say("watch.item-due", item=said, due=one["due_ms"])
    return [show.strong(head) if one["life_safety"] else head, f"  {said}", *owed_lines(one)]


def owed_lines(one: dict[str, Any]) -> list[str]:
    """What is owed, in the language that was asked for; in English where the node says no more."""
    if chosen() == "en" or len(one.get("owes", ())) != len(one["owed"]):
        return [f"  - {text}" for text in one["owed"]]
    return [f"  - {say(owes['key'], **owes['parameters'])}" for owes in one["owes"]]


def handover_lines(found: dict[str, Any]) -> list[str]:
    """How the last handover of this party stands; nothing where there was none."""
    given = found["handover"]
    if given is None:
        return []
    back = given["read_back_by"]
    state = say("watch.read-back-by", post=back) if back else say("watch.not-read-back")
    posts = {"from": given["from_post"], "to": given["to_post"]}
    lines = [say("watch.last-handover", n=len(given["items"]), state=state, **posts)]
    return lines + [f"  {say('watch.left-out', entry=entry)}" for entry in found["left_out"]]


def run_handover(args: Namespace) -> int:
    from steerclear.cli import client, saying
    from steerclear.units import format_time

    who = client.officer(args)
    to_post = _known(who, args)
    found, told = open_of(who), who.get()
    _tell(found["items"], to_post, who.names())
    body: dict[str, Any] = {
        "from_post": args.post,
        "to_post": to_post,
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


def _known(who: Any, args: Namespace) -> str:
    """The own post that takes the watch, as its key names it. Raises `Stop`: it is none of ours, or the one that gives
    it."""
    from steerclear.cli.faults import stop
    from steerclear.speech.kinds.line_handover import same_post

    posts = next((row["posts"] for row in who.get("/members") if row["own"]), ())
    known = [row["post"] for row in posts]
    fits = [post for post in known if same_post(post, args.to_post)]
    if len(fits) != 1:
        remedy = f"give --to-post one of: {', '.join(known) or 'none is known'}"
        raise stop("unknown-post", "--to-post", f"{args.to_post} is no post of this party", remedy)
    if args.post and same_post(fits[0], args.post):
        rule = f"{args.post} cannot hand the watch to itself"
        raise stop("same-post", "--to-post", rule, "name the incoming post")
    return str(fits[0])


def _tell(items: list[dict[str, Any]], post: str, names: dict[str, str]) -> None:
    """What is handed over, before anybody signs it."""
    if not items:
        show.say(say("watch.handing-nothing", post=post))
    else:
        show.say(say("watch.handing-over", post=post, items=say("watch.items", n=len(items))))
    for one in items:
        for line in item_lines(one, names):
            show.say("\n".join(show.wrapped(f"  {line}")))
    show.say(say("watch.reads-back", post=post))
