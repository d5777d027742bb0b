"""The way out of a command with an answer: faults for people and an exit code."""

from __future__ import annotations

from collections.abc import Sequence

from steerclear.cli import codes
from steerclear.errors import Refused


class Stop(Exception):
    """Ends the command: its faults are shown, `code` is its exit code."""

    def __init__(self, faults: Sequence[Refused], code: int = codes.NO) -> None:
        self.faults = tuple(faults)
        self.code = code
        super().__init__("; ".join(fault.rule or fault.code for fault in faults))


def stop(code: str, field: str, rule: str, remedy: str, *, exits: int = codes.NO) -> Stop:
    """A `Stop` with one fault."""
    return Stop([Refused(code, field, rule, remedy)], exits)
