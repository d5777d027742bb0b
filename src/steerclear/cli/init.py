"""`steerclear init DIR`: a new party, its keys, its card and its node's folder."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from steerclear.cli import codes, options, show


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "init",
        run,
        "Make a new party: keys, card and the folder of its node.",
        "steerclear init blue --listen 127.0.0.1:8441 --officer watch --officer releaser",
        "It prints where every key lies. The keys in roots/ decide who the party is: take them away from the node\n"
        "(paper, a stick in a safe) once the line stands. Officers' keys belong to the officers' own machines.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    parser.add_argument(
        "--listen", default="127.0.0.1:8440", metavar="HOST:PORT", help="where the node answers"
    )
    parser.add_argument(
        "--url", action="append", default=[], help="address that peers use (default: http://LISTEN)"
    )
    parser.add_argument("--store", default="sqlite", help="sqlite, or postgresql://… (default: sqlite)")
    parser.add_argument("--roots", type=int, default=1, metavar="N", help="root keys to make (default: 1)")
    parser.add_argument(
        "--threshold", type=int, default=0, metavar="M", help="how many must sign (default: most)"
    )
    parser.add_argument(
        "--officer",
        action="append",
        default=[],
        metavar="POST",
        help="an officer's post, once each (default: watch, releaser)",
    )
    parser.add_argument(
        "--clock", choices=("system", "stepped"), default="system", help="stepped on exercise lines only"
    )
    parser.add_argument(
        "--tls",
        action="store_true",
        help="make a certificate that the card pins; needed off loopback, with --url https://…",
    )
    parser.add_argument(
        "--served",
        type=Path,
        metavar="PARTY",
        help="host a party that keeps its own keys, from its party.json; no root's or officer's key is made",
    )
    parser.add_argument(
        "--zone", default="", metavar="ZONE", help="local times are shown beside UTC, such as Europe/Tirane"
    )
    options.passphrase(parser)


def run(args: Namespace) -> int:
    from steerclear.cli import tls
    from steerclear.cli.secrets import passphrase
    from steerclear.node import home
    from steerclear.record.words import words_of

    _check_address(args)
    if args.served is not None:
        return _host(args)
    threshold = args.threshold or args.roots // 2 + 1
    made = home.create(
        args.folder,
        passphrase=passphrase(args, new=True),
        listen=args.listen,
        store=args.store,
        urls=tuple(args.url),
        roots=args.roots,
        threshold=threshold,
        officers=tuple(args.officer) or ("watch", "releaser"),
        clock=args.clock,
        zone=args.zone,
    )
    if args.tls:
        tls.pin(args.folder)
        made = home.read(args.folder)
    words = words_of(made.card.text)
    value = {
        "party": made.party,
        "words": list(words),
        "card": str(args.folder / "card.note"),
        "folder": str(args.folder),
        "roots": {"keys": args.roots, "threshold": threshold},
        "keys": {
            "node": "keys/ (stay on this machine)",
            "roots": "roots/ (belong offline)",
            "officers": "officers/ (belong on the officers' machines)",
            "vault": "vault.json (opened by the watch's passphrase)",
        },
    }
    show.emit(args, value, _lines(args, made.party, words, threshold))
    return codes.OK


def _host(args: Namespace) -> int:
    """The home of a host that serves a party: its card is still to be signed by the party's own roots."""
    from steerclear.cli import tls
    from steerclear.cli.faults import stop
    from steerclear.cli.secrets import passphrase
    from steerclear.node import home, served

    if args.officer or args.roots != 1 or args.threshold:
        raise stop(
            "served-party",
            "--officer",
            "the party makes these keys on its own device",
            "steerclear served keys",
        )
    data = args.served.read_bytes()
    party = served.read(data)
    home.new_folder(args.folder, "keys", "store")
    (args.folder / served.HOST_FILE).write_bytes(data)
    text = home.make_host(
        args.folder,
        party.party,
        party.roots,
        party.next,
        passphrase=passphrase(args, new=True),
        listen=args.listen,
        store=args.store,
        urls=tuple(args.url),
        clock=args.clock,
        zone=args.zone,
    )
    (args.folder / "card.text").write_bytes(tls.pinned(args.folder, text) if args.tls else text)
    lines = [
        f"party  {party.party}, which keeps its own keys",
        f"{args.folder}/card.text  the card, to be signed by its roots",
        "next:",
        "  1. on its device: steerclear served sign card.text --keys DIR -o card.note",
        f"  2. here: steerclear served take card.note --home {args.folder}",
        f"  3. steerclear line join line.genesis --home {args.folder}; steerclear served enrol --home {args.folder}",
    ]
    value = {"party": party.party, "served": True, "card": str(args.folder / "card.text")}
    show.emit(args, value, lines)
    return codes.OK


def _check_address(args: Namespace) -> None:
    """What `serve` would refuse later is refused before anything is made."""
    from steerclear.cli.faults import stop
    from steerclear.config import LOOPBACK

    host, _, port = args.listen.rpartition(":")
    if not host or not port.isdigit():
        raise stop(
            "bad-setting",
            "--listen",
            f"{args.listen} is no address",
            "write host:port such as 127.0.0.1:8440",
        )
    if host.strip("[]") not in LOOPBACK and not args.tls:
        rule = "plain HTTP is for loopback only"
        raise stop("plain-http-off-loopback", "--listen", rule, "give --tls and --url https://HOST:PORT")
    if args.tls and not all(url.startswith("https://") for url in args.url or ["-"]):
        raise stop("no-https-url", "--url", "peers need the https address", "give --url https://HOST:PORT")


def _lines(args: Namespace, party: str, words: tuple[str, ...], threshold: int) -> list[str]:
    folder = args.folder
    return [
        f"party  {party}",
        "words  " + " ".join(words[:6]),
        "       " + " ".join(words[6:]),
        "",
        *show.table(
            ("what lies where", "whose it is"),
            (
                (f"{folder}/card.note", "the card: give it to the other parties"),
                (
                    f"{folder}/roots/root-*.secret",
                    f"{threshold} of {args.roots} sign for the party: take offline",
                ),
                (f"{folder}/roots/next-*.secret", "the roots that may follow: take offline, elsewhere"),
                (f"{folder}/officers/*.secret", "one an officer: move to the officers' machines"),
                (f"{folder}/keys/*.secret", "the node's own: stay here"),
                (
                    f"{folder}/vault.json",
                    "opens what the store holds, with the watch's passphrase: keep a copy",
                ),
            ),
        ),
        "",
        "next:",
        "  1. exchange card.note with the other party; read the twelve words to each other over another carrier",
        f"  2. steerclear line new {folder}/card.note THEIR-CARD --home {folder} -o line.genesis",
        "     (the other side: steerclear line sign line.genesis)",
        f"  3. steerclear line join line.genesis --home {folder}",
        f"  4. steerclear keys add --home {folder}    (puts the officers' keys into the record)",
        f"  5. steerclear serve {folder}",
    ]
