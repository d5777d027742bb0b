"""The watch's passphrase: from a file, the environment, or typed; never from the command line, which others see."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from steerclear.cli.faults import stop

VARIABLE = "STEERCLEAR_PASSPHRASE"


def passphrase(args: Namespace, *, new: bool = False) -> str:
    """The passphrase; typed twice where it is a new one. Raises `Stop` when there is none."""
    if args.passphrase_file is not None:
        return _first_line(args.passphrase_file.read_text(encoding="utf-8"))
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if not sys.stdin.isatty():
        raise stop(
            "no-passphrase",
            "passphrase",
            "nobody to ask here",
            f"give --passphrase-file or set {VARIABLE}",
        )
    from getpass import getpass

    typed = getpass("Passphrase of the watch: ")
    if new and getpass("Once more: ") != typed:
        raise stop("no-passphrase", "passphrase", "the two were not the same", "type it again")
    if not typed:
        raise stop("no-passphrase", "passphrase", "it is empty", "a few words that only the watch knows")
    return typed


def _first_line(text: str) -> str:
    found = text.partition("\n")[0].rstrip("\r")
    if not found:
        raise stop(
            "no-passphrase", "--passphrase-file", "its first line is empty", "write the passphrase there"
        )
    return found
