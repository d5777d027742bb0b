"""What several commands ask for in the same words: a home, a node, an officer, a line, a passphrase."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from steerclear.cli import language

Run = Callable[[argparse.Namespace], int]
Commands = Any  # argparse's own type for subparsers is private


def add(
    commands: Commands, name: str, run: Run, text: str, example: str, more: str = ""
) -> argparse.ArgumentParser:
    """A command with its help: one sentence, an example that can be typed, and what else must be known."""
    lines = "\n".join(f"  {line}" for line in example.strip().splitlines())
    epilog = f"example:\n{lines}" + (f"\n\n{more.strip()}" if more else "")
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="answer as JSON on standard output")
    language.option(parser)
    parser.set_defaults(run=run)
    return parser


def group(commands: Commands, name: str, text: str, example: str = "") -> Commands:
    """A command with commands of its own (`line`, `keys`, `bundle`), with an example of one that can be typed."""
    lines = "\n".join(f"  {line}" for line in example.strip().splitlines())
    parser = commands.add_parser(
        name,
        help=text,
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    shown = f"example:\n{lines}\n\n" if example else ""
    parser.epilog = f"{shown}Each command has its own help: {parser.prog} COMMAND --help"
    parser.set_defaults(run=None, usage=parser, json=False)
    return parser.add_subparsers(metavar="COMMAND", title="commands")


def home(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        default=Path(os.environ.get("STEERCLEAR_HOME", ".")),
        help="the node's folder (default: $STEERCLEAR_HOME, else this folder)",
    )


def home_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("home", type=Path, metavar="HOME", help="the node's folder")


def line(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--line",
        default="",
        help="name, or start of the id, of the line (may be left out where there is one)",
    )


def node(parser: argparse.ArgumentParser, *, officer: bool = True) -> None:
    """Which running node, and as whom."""
    home(parser)
    parser.add_argument(
        "--node", default="", metavar="URL", help="the node's address (default: as its folder says)"
    )
    parser.add_argument(
        "--certificate",
        metavar="FILE",
        default="",
        help="with --node https://…: trust exactly this certificate (default: the system's authorities)",
    )
    parser.add_argument(
        "--zone",
        default="",
        metavar="ZONE",
        help="show local times of this zone beside UTC, such as Europe/Tirane (default: `zone` in steerclear.toml)",
    )
    if officer:
        parser.add_argument(
            "--as",
            dest="post",
            default="",
            metavar="POST",
            help="the officer's post, whose key lies in officers/ (default: the only one there, else $STEERCLEAR_POST)",
        )
        parser.add_argument(
            "--key", type=Path, metavar="FILE", help="the officer's key file, in place of --as"
        )


def passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="the watch's passphrase on the first line of a file (else $STEERCLEAR_PASSPHRASE, else asked for)",
    )


def roots(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--root",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="root key files (default: those in roots/)",
    )


def yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask: the answer is yes")


def output(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=what)


def order(parser: argparse.ArgumentParser) -> None:
    """What an order takes besides `--as`: a second officer, and why."""
    parser.add_argument(
        "--co-sign", action="append", default=[], metavar="POST", help="the second officer's key, here"
    )
    parser.add_argument("--reason", default="", help="why; stands in the order")
