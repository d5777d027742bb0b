"""`main`: read the arguments, run the command, turn what went wrong into words and an exit code."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from steerclear.cli import codes, language, zone
from steerclear.cli.parser import build


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of one command (docs/reference/cli.md)."""
    args = build().parse_args(argv)
    if args.run is None:
        args.usage.print_help()
        return codes.USAGE
    try:
        zone.use(args)
        language.use(args)
        return int(args.run(args))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return codes.OK
    except Exception as error:
        code = _known(args, error)
        if code is None:
            raise
        return code


def _known(args: Namespace, error: Exception) -> int | None:
    """The code of an error that is an answer; None for broken machinery, which is shown whole."""
    from steerclear.cli import show
    from steerclear.cli.faults import Stop
    from steerclear.errors import Malformed, Refused, refusal

    if isinstance(error, Stop):
        show.refused(args, error.faults)
        return error.code
    if isinstance(error, Malformed):
        show.refused(args, [refusal(error, error.rule)])
        return codes.UNREACHABLE if error.rule == "no-node-here" else codes.NO
    if isinstance(error, OSError):
        name = str(error.filename or "")
        show.refused(
            args, [Refused("file", name, error.strerror or str(error), "check the path and its rights")]
        )
        return codes.NO
    return None
