"""`steerclear line member`: parties that come to a line and leave it, by policy versions that roots sign."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, show

if TYPE_CHECKING:
    from steerclear.record.policy import PolicyVersion


def declare(line: options.Commands) -> None:
    own = options.group(
        line,
        "member",
        "Members of a line: propose a change, sign it, log it, accede.",
        "steerclear line member propose --add amber.card --home blue -o next.policy",
    )
    _declare_propose(own)
    _declare_sign(own)
    _declare_merge(own)
    _declare_log(own)
    _declare_accede(own)


def _declare_propose(own: options.Commands) -> None:
    parser = options.add(
        own,
        "propose",
        run_propose,
        "Write the next version of who is on the line, signed by this party's roots.",
        "steerclear line member propose --add amber.card --home blue -o next.policy\n"
        "steerclear line member propose --drop red --home blue -o next.policy",
        "It counts when as many members have signed as the genesis asks: all, or two thirds. Who dislikes a newcomer\n"
        "need not sign, cannot block, and may leave. Compare the newcomer's twelve words first: line card.",
    )
    options.home(parser)
    options.line(parser)
    parser.add_argument(
        "--add", type=Path, action="append", default=[], metavar="CARD", help="a newcomer's card"
    )
    parser.add_argument("--drop", action="append", default=[], metavar="PARTY", help="who leaves: name or id")
    options.roots(parser)
    options.output(parser, "the version, for the others to sign")


def _declare_sign(own: options.Commands) -> None:
    parser = options.add(
        own,
        "sign",
        run_sign,
        "Add the signatures of this party's roots to a version.",
        "steerclear line member sign next.policy --home red -o by-red.policy",
    )
    options.home(parser)
    parser.add_argument("policy", type=Path, metavar="POLICY")
    options.roots(parser)
    options.yes(parser)
    options.output(parser, "the version with our signatures")


def _declare_merge(own: options.Commands) -> None:
    parser = options.add(
        own,
        "merge",
        run_merge,
        "Put copies of one version that different members signed together.",
        "steerclear line member merge next.policy by-red.policy -o next.policy",
    )
    parser.add_argument("copies", type=Path, nargs="+", metavar="POLICY")
    options.output(parser, "the version with all signatures")


def _declare_log(own: options.Commands) -> None:
    parser = options.add(
        own,
        "log",
        run_log,
        "Put a signed version into this party's own log: from then on it counts here.",
        "steerclear line member log next.policy --home blue",
        "Every member logs it, through its running node or on its stopped one.",
    )
    options.home(parser)
    options.line(parser)
    parser.add_argument("policy", type=Path, metavar="POLICY")
    options.roots(parser)


def _declare_accede(own: options.Commands) -> None:
    parser = options.add(
        own,
        "accede",
        run_accede,
        "As the newcomer, on a stopped node: join by the genesis and every version since, oldest first.",
        "steerclear line member accede line.genesis next.policy --home amber --name centre",
        'Then: keys add, serve, line introduce with each member, and say agreement with act = "accede".',
    )
    options.home(parser)
    parser.add_argument("genesis", type=Path, metavar="GENESIS")
    parser.add_argument("policies", type=Path, nargs="+", metavar="POLICY")
    parser.add_argument("--name", default="", help="what this site calls the line")
    options.roots(parser)


def run_propose(args: Namespace) -> int:
    from steerclear.app.build import clock_of
    from steerclear.cli import stopped
    from steerclear.cli.faults import stop
    from steerclear.cli.keys import signers
    from steerclear.config import read_config
    from steerclear.node import home, membership
    from steerclear.node.opening import open_node
    from steerclear.record.card import parse_card, sign_text

    if not args.add and not args.drop:
        raise stop(
            "nothing-to-change", "--add", "nobody comes and nobody leaves", "give --add CARD or --drop PARTY"
        )
    cards = [path.read_bytes() for path in args.add]
    config = read_config(args.home)
    with stopped.opened(args.home, read_only=True) as store:
        node = open_node(home.read(args.home), store, clock_of(config), names=config.names)
        line = node.line(stopped.line_of(node, args.line))
        leaving = {_party(one, line.members, config.names) for one in args.drop}
        members = {*line.members, *(parse_card(card).card.party for card in cards)} - leaving
        text = membership.propose(node, line.id, members, cards)
    note = sign_text(text, signers(args))
    args.output.write_bytes(note)
    return _told(
        args, note, [f"written: {args.output}", "next: the others sign it: steerclear line member sign"]
    )


def run_sign(args: Namespace) -> int:
    from steerclear.cli.keys import signers
    from steerclear.record.card import merge_signatures, parse_card, sign_text
    from steerclear.record.note import parse_note
    from steerclear.record.words import words_of

    data = args.policy.read_bytes()
    version = _version(data)
    for text in version.cards:
        card = parse_card(text.encode())
        show.say(f"newcomer or new card {card.card.party}: {' '.join(words_of(card.text))}")
    show.say(f"members after it: {', '.join(version.policy.members)}")
    if not show.confirm(
        args, f"Sign version {version.version} of who is on the line with this party's roots?"
    ):
        return codes.DECLINED
    merged = merge_signatures([data, sign_text(parse_note(data).text, signers(args))])
    args.output.write_bytes(merged)
    return _told(args, merged, [f"written: {args.output}"])


def run_merge(args: Namespace) -> int:
    from steerclear.record.card import merge_signatures

    merged = merge_signatures([path.read_bytes() for path in args.copies])
    args.output.write_bytes(merged)
    return _told(
        args, merged, [f"written: {args.output}", "next: steerclear line member log, at every member"]
    )


def run_log(args: Namespace) -> int:
    from steerclear.cli import client, records, stopped
    from steerclear.cli.faults import Stop
    from steerclear.cli.keys import signers
    from steerclear.node import home, membership

    note, roots = args.policy.read_bytes(), signers(args)
    try:
        entry = stopped.act(
            args.home,
            lambda node: membership.log_policy(node, stopped.line_of(node, args.line), note, roots),
        )
    except Stop as error:
        if error.code != codes.UNREACHABLE:
            raise
        admin = client.admin(args.home)
        line = stopped.pick_line(client.lines_at(args.home), args.line)
        enough = roots[: home.read(args.home).card.card.roots.threshold]
        entry = records.carry(admin, line, "policy", {"policy": note.decode()}, enough)
    return _told(args, note, [f"entry {entry} in the log of this party: it counts here from now on"])


def run_accede(args: Namespace) -> int:
    from steerclear.cli import stopped
    from steerclear.cli.keys import signers
    from steerclear.node import membership

    genesis, notes = args.genesis.read_bytes(), [path.read_bytes() for path in args.policies]
    roots = signers(args)
    line = stopped.act(args.home, lambda node: membership.accede(node, genesis, notes, roots, args.name))
    lines = [
        f"on the line {line}",
        "next: steerclear keys add; serve; line introduce with each member; say agreement, act accede",
    ]
    show.emit(args, {"line": line, "name": args.name}, lines)
    return codes.OK


def _party(wanted: str, members: tuple[str, ...], names: Any) -> str:
    """The member of that name or id. Raises `Stop`."""
    from steerclear.cli.faults import stop

    fits = [party for party in members if wanted in (party, names.get(party))]
    if len(fits) != 1:
        known = ", ".join(f"{names.get(party, '-')} ({party[:8]}…)" for party in members)
        raise stop("unknown-party", "--drop", f"{wanted} is no member", f"one of: {known}")
    return fits[0]


def _version(note: bytes) -> PolicyVersion:
    from steerclear.record.card import parse_body
    from steerclear.record.note import parse_note
    from steerclear.record.policy import DOMAIN, PolicyVersion

    return parse_body(parse_note(note).text, DOMAIN, PolicyVersion, "bad-policy")


def _told(args: Namespace, note: bytes, lines: list[str]) -> int:
    from steerclear.record.note import parse_note

    version = _version(note)
    signed = sorted({one.name.partition("/")[0] for one in parse_note(note).signatures})
    value = {
        "line": version.line,
        "version": version.version,
        "members": list(version.policy.members),
        "signed_by": signed,
    }
    head = [
        f"line {version.line[:16]}, version {version.version}",
        f"members {', '.join(version.policy.members)}",
    ]
    show.emit(args, value, [*head, f"signed by {', '.join(signed)}", *lines])
    return codes.OK
