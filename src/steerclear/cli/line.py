"""`steerclear line`: found a line from cards, join it, introduce each other, see how it stands, recover."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, member, options, show, template
from steerclear.cli.line_show import run_list, run_show, run_status
from steerclear.english import counted


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "line",
        "Lines: found, join, introduce, look, recover.",
        "steerclear line join line.genesis --home blue --name north\nsteerclear line status --as watch --home blue",
    )
    _declare_card(own)
    _declare_new(own)
    _declare_sign(own)
    _declare_merge(own)
    member.declare(own)
    template.declare(own)
    _declare_join(own)
    _declare_looks(own)
    _declare_introduce(own)
    _declare_recovery(own)


def _declare_card(own: options.Commands) -> None:
    parser = options.add(
        own,
        "card",
        run_card,
        "Show a party's card: its id and its twelve spoken words.",
        "steerclear line card red.card",
        "Read the words to each other over another carrier than the one that brought the card.",
    )
    parser.add_argument("card", type=Path, metavar="CARD", help="a card.note")


def _declare_join(own: options.Commands) -> None:
    parser = options.add(
        own,
        "join",
        run_join,
        "Take a founded line into the node.",
        "steerclear line join line.genesis --home blue --name north",
        "Works on the node's folder while it is stopped, else through the running node.",
    )
    options.home(parser)
    parser.add_argument("genesis", type=Path, metavar="GENESIS", help="signed by all founders")
    parser.add_argument("--name", default="", help="what this site calls the line")


def _declare_new(own: options.Commands) -> None:
    parser = options.add(
        own,
        "new",
        run_new,
        "Write the genesis of a line from the members' cards, signed by this party's roots.",
        "steerclear line new blue/card.note red.card --home blue --template bilateral-air-line -o line.genesis",
        "All founders sign the same text: send the file round (`line sign`), or have each sign a copy and put the\n"
        "copies together (`line merge`).",
    )
    options.home(parser)
    parser.add_argument("cards", type=Path, nargs="+", metavar="CARD", help="every founder's card, ours too")
    parser.add_argument(
        "--template",
        default="interim",
        metavar="NAME",
        help="what the line is founded on: steerclear line template list (default: interim, none of these)",
    )
    parser.add_argument(
        "--parameters", type=Path, metavar="FILE", help="TOML or JSON: the numbers of the checks"
    )
    parser.add_argument("--exercise", action="store_true", help="an exercise line: nothing on it is REAL")
    parser.add_argument(
        "--quorum",
        choices=("all", "two_thirds"),
        default="",
        help="who must agree to changes (default: as the template says, else all)",
    )
    parser.add_argument(
        "--witness", action="append", default=[], metavar="VKEY", help="a pure witness's key; may be repeated"
    )
    parser.add_argument(
        "--witness-quorum",
        type=int,
        default=0,
        metavar="N",
        help="so many of them must have cosigned what is shown in proof (default: none must)",
    )
    options.roots(parser)
    options.output(parser, "the genesis, still to be signed by the others")


def _declare_sign(own: options.Commands) -> None:
    parser = options.add(
        own,
        "sign",
        run_sign,
        "Add the signatures of this party's roots to a genesis.",
        "steerclear line sign line.genesis --home red -o line.genesis",
        "It shows the twelve words of every card first: compare them.",
    )
    options.home(parser)
    parser.add_argument("genesis", type=Path, metavar="GENESIS")
    options.roots(parser)
    options.yes(parser)
    options.output(parser, "the genesis with our signatures")


def _declare_merge(own: options.Commands) -> None:
    parser = options.add(
        own,
        "merge",
        run_merge,
        "Put copies of one genesis that different founders signed together.",
        "steerclear line merge from-blue.genesis from-red.genesis -o line.genesis",
    )
    parser.add_argument("copies", type=Path, nargs="+", metavar="GENESIS")
    options.output(parser, "the genesis with all signatures")


def _declare_looks(own: options.Commands) -> None:
    for name, run, text in (
        ("list", run_list, "The lines of this node."),
        ("show", run_show, "Who is on a line, with which keys, under which parameters."),
        ("status", run_status, "How each member was last heard, and what is declared."),
    ):
        parser = options.add(own, name, run, text, f"steerclear line {name} --home blue")
        options.node(parser, officer=name == "status")
        if name != "list":
            options.line(parser)
        if name == "status":
            parser.add_argument(
                "--wait",
                type=float,
                default=0.0,
                metavar="SECONDS",
                help="until all are introduced and up, else exit 1",
            )


def _declare_recovery(own: options.Commands) -> None:
    for name, run, text in (
        ("recover", run_recover, "Take the own log back from the peers after a restore, then sign again."),
        ("leave-recovery", run_leave, "On a stopped node: end a recovery whose log is whole again."),
    ):
        parser = options.add(own, name, run, text, f"steerclear line {name} --home blue")
        options.home(parser)
        options.line(parser)
        if name == "recover":
            parser.add_argument(
                "--alone", action="store_true", help="go on unheard; needs --reason, which is logged"
            )
            parser.add_argument("--reason", default="", help="why the node goes on alone")


def _declare_introduce(own: options.Commands) -> None:
    parser = options.add(
        own,
        "introduce",
        run_introduce,
        "Confirm that the twelve words of a member's card were compared, and say so on the line.",
        'steerclear line introduce --words "bada fila …" --carrier telephone --as releaser --home blue',
        "Type the words as you hear them from the other party. Until both sides have confirmed, the line carries life\n"
        "safety only.",
    )
    options.node(parser)
    options.line(parser)
    parser.add_argument(
        "party", nargs="?", default="", metavar="PARTY", help="whose card (default: the only other)"
    )
    parser.add_argument("--words", default="", help="the twelve words as heard (asked for where left out)")
    parser.add_argument(
        "--carrier", default="telephone", help="over which they were heard (default: telephone)"
    )
    parser.add_argument("--with", dest="compared_with", default="", metavar="WHO", help="who read them")
    parser.add_argument(
        "--genesis",
        type=Path,
        metavar="FILE",
        help="the cards of this genesis, where the node is another machine",
    )
    parser.add_argument(
        "--card", type=Path, metavar="FILE", help="the card of a member that came after the genesis"
    )
    parser.add_argument("--differ", action="store_true", help="say on the line that they differed")
    options.yes(parser)


def run_card(args: Namespace) -> int:
    from steerclear.record.card import parse_card, root_set_hash
    from steerclear.record.words import words_of

    card = parse_card(args.card.read_bytes())
    words = words_of(card.text)
    value = {
        "party": card.card.party,
        "words": list(words),
        "roots": root_set_hash(card.card.roots),
        "urls": list(card.card.urls),
    }
    lines = [
        f"party  {card.card.party}",
        f"words  {' '.join(words[:6])}",
        f"       {' '.join(words[6:])}",
        f"urls   {', '.join(card.card.urls)}",
        f"roots  {card.card.roots.threshold} of {len(card.card.roots.keys)}; fingerprint for verify: {card.card.party}",
    ]
    show.emit(args, value, lines)
    return codes.OK


def run_new(args: Namespace) -> int:
    import secrets

    from steerclear.cli.keys import signers
    from steerclear.cli.parameters import read_parameters
    from steerclear.node.lines import found
    from steerclear.speech.templates import INTERIM, check_members
    from steerclear.speech.templates import template as template_of

    model = template_of(args.template) if args.template != INTERIM else None
    if model is not None:
        check_members(model, len(args.cards))
    given = read_parameters(args.parameters) if args.parameters is not None else {}
    made = found(
        [path.read_bytes() for path in args.cards],
        signers(args),
        template=args.template,
        parameters=(model.parameters if model is not None else {}) | given,
        exercise=args.exercise,
        nonce=secrets.token_hex(16),
        quorum=args.quorum or (model.quorum if model is not None else "all"),
        witnesses=args.witness,
        witness_quorum=args.witness_quorum,
    )
    args.output.write_bytes(made)
    return _told(args, made, [f"written: {args.output}", "next: the others sign it: steerclear line sign"])


def run_sign(args: Namespace) -> int:
    from steerclear.cli.keys import signers
    from steerclear.record.card import merge_signatures, parse_card, sign_text
    from steerclear.record.note import parse_note
    from steerclear.record.words import words_of

    note = parse_note(args.genesis.read_bytes())
    genesis = _genesis(note.text)
    for text in genesis.cards:
        card = parse_card(text.encode())
        show.say(f"card of {card.card.party}: {' '.join(words_of(card.text))}")
    kind = "EXERCISE line" if genesis.exercise else "REAL line"
    if not show.confirm(
        args, f"A {kind} after the template {genesis.template}. Sign it with this party's roots?"
    ):
        return codes.DECLINED
    merged = merge_signatures([args.genesis.read_bytes(), sign_text(note.text, signers(args))])
    args.output.write_bytes(merged)
    return _told(args, merged, [f"written: {args.output}", "next: steerclear line join"])


def run_merge(args: Namespace) -> int:
    from steerclear.record.card import merge_signatures

    merged = merge_signatures([path.read_bytes() for path in args.copies])
    args.output.write_bytes(merged)
    return _told(args, merged, [f"written: {args.output}"])


def _genesis(text: bytes) -> Any:
    from steerclear.record.card import parse_body
    from steerclear.record.genesis import DOMAIN, Genesis

    return parse_body(text, DOMAIN, Genesis, "bad-genesis")


def _told(args: Namespace, genesis: bytes, more: list[str]) -> int:
    """The line's id, who has signed and who has not."""
    from steerclear.record.card import parse_card, root_signatures
    from steerclear.record.genesis import line_id
    from steerclear.record.note import parse_note

    note = parse_note(genesis)
    made = _genesis(note.text)
    cards = [parse_card(text.encode()).card for text in made.cards]
    missing = [c.party for c in cards if root_signatures(note, c.party, c.roots) < c.roots.threshold]
    value = {
        "line": line_id(note.text),
        "file": str(args.output),
        "members": [c.party for c in cards],
        "missing": missing,
    }
    lines = [f"line {value['line']}", *more]
    if missing:
        lines.append(f"still to sign: {', '.join(missing)}")
    show.emit(args, value, lines, mode="EXERCISE" if made.exercise else "REAL")
    return codes.OK


def run_join(args: Namespace) -> int:
    from steerclear.cli import client, stopped
    from steerclear.cli.faults import Stop
    from steerclear.node import lines

    genesis = args.genesis.read_bytes()
    try:
        line = stopped.act(args.home, lambda node: lines.join(node, genesis, args.name))
    except Stop as error:
        if error.code != codes.UNREACHABLE:
            raise
        told = client.admin(args.home).post(
            "/api/admin/lines", {"genesis": genesis.decode(), "name": args.name}
        )
        line = told["line"]
    value = {"line": line, "name": args.name}
    more = [
        "next: steerclear keys add   (officers' keys into the record, signed by the roots)",
        "then: steerclear serve, and steerclear line introduce on both sides",
    ]
    show.emit(args, value, [f"joined {line}", *more])
    return codes.OK


def run_introduce(args: Namespace) -> int:
    from steerclear.cli.introduce import introduce

    return introduce(args)


def run_recover(args: Namespace) -> int:
    import json
    from urllib.parse import quote

    from steerclear.cli import client
    from steerclear.cli.faults import stop

    if args.alone != bool(args.reason):
        raise stop(
            "alone-needs-reason",
            "--reason",
            "going on alone is logged with its reason",
            "give both or neither",
        )
    asked = f"?reason={quote(args.reason)}" if args.reason else ""
    path = f"/api/admin/lines/{client.line_id(args)}/recover{asked}"
    value = json.loads(client.admin(args.home).call("POST", path))
    text = f"{counted(value['leaves'], 'entry', 'entries')} came back, {_logged(value['notes'])}"
    show.emit(args, value, [text])
    return codes.OK


def _logged(notes: int) -> str:
    return f"{counted(notes, 'stand-alone note')} {'was' if notes == 1 else 'were'} logged"


def run_leave(args: Namespace) -> int:
    from steerclear.cli import stopped
    from steerclear.node import recover

    def leave(node: Any) -> int:
        return recover.finish(node, stopped.line_of(node, args.line))

    count = stopped.act(args.home, leave)
    show.emit(args, {"notes": count}, [f"the node signs again; {_logged(count)}"])
    return codes.OK
