"""The whole command line as one parser; docs/reference/cli.md is written from it."""

from __future__ import annotations

import argparse

from steerclear.cli import (
    agreement,
    alert,
    archive,
    area,
    board,
    bundle,
    call,
    card,
    claims,
    codes,
    contact,
    demo,
    doctor,
    encounter,
    evidence,
    exchange,
    feed,
    files,
    fleet,
    fsck,
    holding,
    init,
    judge,
    keys,
    line,
    overlap,
    paper,
    replay,
    report,
    rules,
    say,
    scan,
    serve,
    served,
    simulate,
    talks,
    trace,
    verify,
    watch,
    witness,
    zeroize,
)

TEXT = """Deconfliction line: tell what you will fly and sail, learn where it conflicts, warn, answer, and prove
who said what and when. A notice noted is no permission, and no notice is no empty sky."""

ENVIRONMENT = """environment:
  STEERCLEAR_HOME        the node's folder where a command takes --home
  STEERCLEAR_POST        the officer's post where a command takes --as
  STEERCLEAR_PASSPHRASE  the watch's passphrase
  NO_COLOR               no bold type"""


def build() -> argparse.ArgumentParser:
    """The parser; every command sets `run`."""
    parser = argparse.ArgumentParser(
        prog="steerclear",
        description=TEXT,
        epilog=f"{codes.epilog()}\n\n{ENVIRONMENT}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    parser.set_defaults(run=None, usage=parser, json=False)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for part in (
        demo,
        init,
        keys,
        line,
        serve,
        served,
        say,
        rules,
        call,
        encounter,
        exchange,
        area,
        overlap,
        board,
        card,
    ):
        part.declare(commands)
    for part in (
        contact,
        agreement,
        talks,
        claims,
        files,
        report,
        evidence,
        verify,
        bundle,
        holding,
        witness,
        judge,
        replay,
    ):
        part.declare(commands)
    for part in (feed, alert, fleet, archive, scan, simulate, paper, watch, trace, fsck, doctor, zeroize):
        part.declare(commands)
    return parser


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> None:
        from importlib.metadata import version

        print(f"steerclear {version('steerclear')}")
        parser.exit()
