"""`steerclear witness key|watch|ask`: cosign heads of logs that are not read, and have the own heads cosigned so.

The node of a witness is served like any other and needs no line. docs/reference/between-nodes.md, Witnesses.
"""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from steerclear.cli import codes, options, show
from steerclear.english import counted


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "witness",
        "Witnesses: who cosign that a log grew, and see nothing of it.",
        "steerclear witness key --home watch --name witness.example/w1",
    )
    parser = options.add(
        own,
        "key",
        run_key,
        "Make this folder's node a witness: its own key, never the mirror's.",
        "steerclear witness key --home watch --name witness.example/w1",
        "Tell the vkey to those who found a line (`line new --witness`) or ask for this witness (`witness ask`).",
    )
    options.home(parser)
    parser.add_argument("--name", required=True, help="the key's name, such as witness.example/w1")
    parser = options.add(
        own,
        "watch",
        run_watch,
        "Serve the logs of a line: every founder's, as its genesis names their keys.",
        "steerclear witness watch line.genesis --home watch",
        "Takes effect when the node is started again.",
    )
    options.home(parser)
    parser.add_argument("genesis", type=Path, metavar="GENESIS")
    parser = options.add(
        own,
        "ask",
        run_ask,
        "Show every new head of this node's own logs to a witness.",
        'steerclear witness ask https://witness.example --vkey "witness.example/w1+…" --home blue',
        "Stands in steerclear.toml as [[witness]] and takes effect when the node is started again. One that does\n"
        "not answer holds up nothing; it is asked again after a while.",
    )
    options.home(parser)
    parser.add_argument("url", metavar="URL")
    parser.add_argument("--vkey", required=True, help="its key, as it told it")
    parser.add_argument("--line", default="", metavar="ID", help="only of the line whose id begins so")
    parser.add_argument(
        "--tls", default="", metavar="HEX", help="SHA-256 of its certificate, to trust that alone"
    )


def run_key(args: Namespace) -> int:
    from steerclear.cli.faults import stop
    from steerclear.config import read_config
    from steerclear.node.home import write_secret
    from steerclear.peers.witness import KEY_FILE
    from steerclear.record.keys import COSIGN_ED25519, generate

    read_config(args.home)
    path = args.home / KEY_FILE
    if path.exists():
        raise stop(
            "key-exists", str(path), "this node has a witness's key", "keep it, or begin another folder"
        )
    if args.name.endswith("/mirror"):
        raise stop("bad-name", "--name", "a mirror's name says more than a witness's", "choose another")
    key = generate(args.name, COSIGN_ED25519)
    write_secret(path, key)
    value = {"vkey": key.verifier.vkey, "file": str(path)}
    show.emit(
        args,
        value,
        [f"vkey  {key.verifier.vkey}", f"next: steerclear witness watch GENESIS --home {args.home}"],
    )
    return codes.OK


def run_watch(args: Namespace) -> int:
    from steerclear.config import read_config
    from steerclear.peers.witness import LOGS_FILE
    from steerclear.record.card import log_verifier
    from steerclear.record.genesis import origin, parse_genesis

    read_config(args.home)
    line = parse_genesis(args.genesis.read_bytes())
    path = args.home / LOGS_FILE
    known = path.read_text().split("\n") if path.exists() else []
    cards = line.policy.cards
    wanted = [log_verifier(cards[party], origin(line.id, party, 1)).vkey for party in line.founders]
    new = [vkey for vkey in wanted if vkey not in known]
    path.write_text("".join(f"{row}\n" for row in [*filter(None, known), *new]))
    value = {"line": line.id, "logs": len(wanted), "new": len(new), "file": str(path)}
    show.emit(args, value, [f"{counted(len(new), 'log')} of line {line.id[:12]} added to {path}"])
    return codes.OK


def run_ask(args: Namespace) -> int:
    from steerclear.app.witnessing import check_settings
    from steerclear.config import FILE_NAME, WitnessSection, read_config

    section = WitnessSection(args.url, args.vkey, args.line, args.tls)
    check_settings((section,))
    config = read_config(args.home)
    path = args.home / FILE_NAME
    told = section in config.witness
    if not told:
        rows = {"url": args.url, "vkey": args.vkey, "line": args.line, "tls": args.tls}
        text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in rows.items() if value)
        path.write_text(f"{path.read_text().rstrip()}\n\n[[witness]]\n{text}")
        read_config(args.home)
    value = {"file": str(path), "url": args.url, "vkey": args.vkey, "new": not told}
    word = "stood there already" if told else "added"
    show.emit(args, value, [f"{args.url} {word} in {path}", "start the node again to have it asked"])
    return codes.OK
