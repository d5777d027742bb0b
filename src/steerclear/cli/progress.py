"""How far long work is: one line on standard error that is written over and at last taken away. On a terminal alone,
and only once the work lasts: nothing in a pipe, with --json, or with --no-progress."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import TextIO

AFTER_S, EVERY_S = 0.5, 0.2
_CLEAR = "\r\x1b[K"


@dataclass
class Step:
    """How much is done; called by the work as often as it likes. `total` 0: not known, then the seconds are shown."""

    done: int = 0
    total: int = 0

    def __call__(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def option(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--no-progress",
        "--quiet",
        dest="no_progress",
        action="store_true",
        help="do not show on the terminal how far long work is",
    )


@contextmanager
def shown(args: Namespace, what: str) -> Iterator[Step]:
    """Shows, while the block runs, how far the work named `what` is."""
    step, stream = Step(), sys.stderr
    if args.json or args.no_progress or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield step
        return
    over = Event()
    thread = Thread(target=_show, args=(what, step, stream, over), name="progress", daemon=True)
    thread.start()
    try:
        yield step
    finally:
        over.set()
        thread.join()


def _show(what: str, step: Step, stream: TextIO, over: Event) -> None:
    began = time.monotonic()
    if over.wait(AFTER_S):
        return
    waiting = True
    while waiting:
        stream.write(f"{_CLEAR}{_text(what, step, int(time.monotonic() - began))}")
        stream.flush()
        waiting = not over.wait(EVERY_S)
    stream.write(_CLEAR)
    stream.flush()


def _text(what: str, step: Step, seconds: int) -> str:
    if not step.total:
        return f"{what}: {seconds} s"
    return f"{what}: {step.done} of {step.total} ({step.done * 100 // step.total} %)"
