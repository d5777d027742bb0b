"""`steerclear served`: a party that keeps its own keys, and the host that runs its node (messages.md; ADR 0012)."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, show

if TYPE_CHECKING:
    from steerclear.cli.client import Officer
    from steerclear.node.served import Served

DEVICE = "Run it on the party's own device: no key made here ever goes to the host."
FOLLOW_S = 20.0


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "served",
        "A party that keeps its own keys, and the host that serves it.",
        "steerclear served enrol --home host -o keys.text",
    )
    _declare_keys(own)
    _declare_sign(own)
    _declare_enrol(own)
    _declare_take(own)
    _declare_receipts(own)


def _declare_keys(own: options.Commands) -> None:
    parser = options.add(
        own,
        "keys",
        run_keys,
        "Make the keys of a served party, and the public file for its host.",
        "steerclear served keys phone --officer watch=watch_officer --officer releaser=releaser",
        DEVICE + " Give party.json to the host: steerclear init HOST --served party.json",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder on the device")
    parser.add_argument(
        "--officer",
        action="append",
        default=[],
        metavar="POST[=ROLES]",
        help="an officer's post, once each (default: watch, releaser)",
    )
    parser.add_argument("--roots", type=int, default=1, metavar="N", help="root keys to make (default: 1)")
    parser.add_argument(
        "--threshold", type=int, default=0, metavar="M", help="how many must sign (default: most)"
    )


def _declare_sign(own: options.Commands) -> None:
    parser = options.add(
        own,
        "sign",
        run_sign,
        "Sign with the party's roots what its host wrote: its card, or an entry that brings keys into its log.",
        "steerclear served sign card.text --keys phone -o card.note",
        DEVICE + " It shows what would be signed, and refuses a card or a key that is not ours.",
    )
    parser.add_argument("text", type=Path, metavar="TEXT", help="card.text, or what `served enrol` wrote")
    parser.add_argument(
        "--keys", type=Path, required=True, metavar="DIR", help="where `served keys` put them"
    )
    options.yes(parser)
    options.output(parser, "what goes back to the host")


def _declare_enrol(own: options.Commands) -> None:
    parser = options.add(
        own,
        "enrol",
        run_enrol,
        "On the host: write the entry that brings the served party's officers into force, for its roots to sign.",
        "steerclear served enrol --home host -o keys.text",
        "With --revoke POST it takes an officer's key out of force instead: the node must not log anything between\n"
        "this and `served take`, so stop it first.",
    )
    options.home(parser)
    options.line(parser)
    parser.add_argument("--revoke", action="append", default=[], metavar="POST", help="end these keys")
    options.output(parser, "the text to sign")


def _declare_take(own: options.Commands) -> None:
    parser = options.add(
        own,
        "take",
        run_take,
        "On the host: take what the served party signed, its card or an entry.",
        "steerclear served take card.note --home host",
    )
    parser.add_argument("note", type=Path, metavar="FILE", help="as `served sign` wrote it")
    options.home(parser)
    options.line(parser)


def _declare_receipts(own: options.Commands) -> None:
    parser = options.add(
        own,
        "receipts",
        run_receipts,
        "Fetch every delivery and receipt as a file of its own, which `steerclear verify` reads without a node.",
        "steerclear served receipts --node https://host.example:8440 --key phone/officers/watch.secret --line 4e1f… "
        "-o receipts --follow",
        "Each is a small kit; what is there already is not fetched again. --line takes the whole id of the line.",
    )
    options.node(parser)
    options.line(parser)
    options.output(parser, "a folder for the files")
    parser.add_argument("--follow", action="store_true", help="go on fetching until interrupted")


def run_keys(args: Namespace) -> int:
    from steerclear.cli.keys import guess, parse
    from steerclear.node import home, served
    from steerclear.record.keys import generate

    wanted = [parse(one) for one in args.officer or ["watch", "releaser"]]
    posts = {post: roles or guess(post) for post, roles, _ in wanted}
    threshold = args.threshold or args.roots // 2 + 1
    home.new_folder(args.folder, "roots", "officers")
    own = home.make_party(args.folder, args.roots, threshold, tuple(posts), generate)
    vkeys = {post: home.officer(args.folder, post).verifier.vkey for post in posts}
    officers = {post: (roles, vkeys[post]) for post, roles in posts.items()}
    served.keep(args.folder, served.of_keys(own.party, own.roots, own.next, officers))
    path = args.folder / served.PARTY_FILE
    lines = [
        f"party  {own.party}",
        f"{args.folder}/roots/*.secret     decide who the party is: keep them apart from the officers' keys",
        f"{args.folder}/officers/*.secret  speak for it: one an officer",
        f"{path}  public: give it to the host",
        "next, at the host: steerclear init HOST --served party.json",
    ]
    show.emit(args, {"party": own.party, "file": str(path), "officers": sorted(posts)}, lines)
    return codes.OK


def run_sign(args: Namespace) -> int:
    from steerclear.node import home, served
    from steerclear.record.card import DOMAIN, sign_text

    party, text = _party(args.keys), args.text.read_bytes()
    roots = home.roots_of(args.keys)
    if text.startswith(DOMAIN):
        _show_card(party, text)
        what, signed = "card", sign_text(text, roots)
    else:
        _show_record(party, text)
        what, signed = "entry", served.sign_record(party, text, roots)
    if not show.confirm(args, f"Sign this {what} for party {party.party[:12]}?"):
        return codes.DECLINED
    args.output.write_bytes(signed)
    lines = [f"written: {args.output}", f"next, at the host: steerclear served take {args.output.name}"]
    show.emit(args, {"signed": what, "party": party.party, "file": str(args.output)}, lines)
    return codes.OK


def _party(folder: Path) -> Served:
    from steerclear.node import served

    return served.read((folder / served.PARTY_FILE).read_bytes())


def _show_card(party: Served, text: bytes) -> None:
    from steerclear.node.served import check_card
    from steerclear.record.words import words_of

    card = check_card(party, text)
    show.say(f"card of {card.party}, served at {', '.join(card.urls)}")
    show.say(f"twelve words: {' '.join(words_of(text))}")


def _show_record(party: Served, text: bytes) -> None:
    import json

    from steerclear.node.served import check_record

    header = check_record(party, text)
    show.say(f"{header.kind} in our log {header.log} of line {header.line}:")
    show.say(json.dumps(header.record, ensure_ascii=False, indent=2))


def run_enrol(args: Namespace) -> int:
    from steerclear.cli.faults import stop
    from steerclear.node import served
    from steerclear.record.keys import parse_vkey

    party = served.host_of(args.home)
    if party is None:
        raise stop("not-served", "--home", "this is no host of a served party", "steerclear keys add")
    refs = {one.post: parse_vkey(one.vkey).ref for one in party.officers}
    strange = [post for post in args.revoke if post not in refs]
    if strange:
        raise stop("unknown-key", "--revoke", f"no post {strange[0]}", f"one of: {', '.join(sorted(refs))}")
    line, text = _prepared(args, party, [refs[post] for post in args.revoke])
    args.output.write_bytes(text)
    lines = [f"written: {args.output}", f"next, on the device: steerclear served sign {args.output.name}"]
    show.emit(args, {"line": line, "file": str(args.output)}, lines)
    return codes.OK


def _prepared(args: Namespace, party: Served, revoked: list[str]) -> tuple[str, bytes]:
    """(line id, text for the roots), by the stopped node or the one that runs."""
    from steerclear.cli import client, stopped
    from steerclear.cli.faults import Stop
    from steerclear.node import lines

    refs = party.root_refs()

    def record(size: int) -> dict[str, Any]:
        return {"act": "revoke", "keys": revoked, "from": size} if revoked else dict(party.added())

    def command(node: Any) -> tuple[str, bytes]:
        line = node.line(stopped.line_of(node, args.line))
        log = line.own_log
        return line.id, lines.root_text(node, line, log, "key", record(log.size), refs, {})

    try:
        return stopped.act(args.home, command)
    except Stop as error:
        if error.code != codes.UNREACHABLE:
            raise
    admin, line = client.admin(args.home), client.line_id(args)
    sizes = admin.get("/api/admin/backup")["own_logs"]
    size = max((size for origin, size in sizes.items() if origin.startswith(line)), default=0)
    draft = {"kind": "key", "record": record(size), "signers": list(refs)}
    told = admin.post(f"/api/admin/lines/{line}/record/prepare", draft)
    return line, str(told["text"]).encode()


def run_take(args: Namespace) -> int:
    from steerclear.node import served
    from steerclear.record.card import DOMAIN
    from steerclear.record.words import words_of

    note = args.note.read_bytes()
    if note.startswith(DOMAIN):
        card = served.take_card(args.home, note)
        words = words_of(card.text)
        lines = [
            f"card of {card.card.party} is in place: {' '.join(words)}",
            "next: found or join a line; the device signs a genesis with: steerclear line sign --home DIR",
        ]
        show.emit(args, {"party": card.card.party, "words": list(words)}, lines)
        return codes.OK
    entry = _logged(args, note)
    show.emit(args, {"entry": entry}, [f"entry {entry} in the log of the served party"])
    return codes.OK


def _logged(args: Namespace, leaf: bytes) -> str:
    from steerclear.cli import client, stopped
    from steerclear.cli.faults import Stop
    from steerclear.node import lines
    from steerclear.record.leaf import parse_leaf

    line = parse_leaf(leaf).header.line
    try:
        return stopped.act(args.home, lambda node: lines.submit_record(node, line, leaf))
    except Stop as error:
        if error.code != codes.UNREACHABLE:
            raise
    admin = client.admin(args.home)
    return str(admin.post(f"/api/admin/lines/{line}/record", {"leaf": leaf.decode()})["id"])


def run_receipts(args: Namespace) -> int:
    import time

    from steerclear.cli import client
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    args.output.mkdir(parents=True, exist_ok=True, mode=0o700)
    new, waiting = fetch(who, args.output)
    while args.follow:
        for name in new:
            print(name, flush=True)
        time.sleep(FOLLOW_S)
        new, waiting = fetch(who, args.output)
    lines = [f"written {args.output / name}" for name in new] or ["nothing new"]
    lines += [f"not yet: {name} ({why})" for name, why in waiting.items()]
    if new:
        lines.append(
            f"next: steerclear verify {args.output / new[0]} --roots {who.party},…   (ids from the parties)"
        )
    show.emit(args, {"new": new, "waiting": waiting}, lines, mode=mode_of(who.get()))
    return codes.OK


def fetch(who: Officer, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Every file that is not in `folder` yet: (names written, name → why one cannot be made yet)."""
    from steerclear.cli.faults import Stop
    from steerclear.node.home import write_private

    new: list[str] = []
    waiting: dict[str, str] = {}
    page = who.get("/receipts")
    while page:
        for row in page:
            path = folder / f"{row['name']}.tar"
            if path.exists():
                continue
            query = f"?party={row['party']}" if not row["receipt"] else ""
            address = f"/api/lines/{who.line}/receipts/{row['receipt'] or row['entry']}{query}"
            try:
                write_private(path, who.client.call("GET", address))
            except Stop as error:
                if error.code == codes.UNREACHABLE:
                    raise
                waiting[path.name] = error.faults[0].code
            else:
                new.append(path.name)
        page = who.get("/receipts", after=page[-1]["name"])
    return new, waiting
