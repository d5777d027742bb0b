"""Saying something from flags alone, as a person writes it: what `call` and `encounter` share."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steerclear.cli.client import Officer


def said(
    args: Namespace, who: Officer, kind: str, body: dict[str, Any], mode: str, to: list[str], refs: list[str]
) -> dict[str, Any]:
    """Prepare, show, ask, sign with this officer's key, send. Raises `Stop`: refused, or not wanted."""
    from steerclear.cli import saying
    from steerclear.cli.faults import Stop
    from steerclear.speech.authoring import from_tables

    given = {name: value for name, value in body.items() if value not in (None, "", [], {})}
    made = from_tables({"body": given}, kind)
    if isinstance(made, list):
        raise Stop(made)
    draft = {
        "kind": kind,
        "mode": mode,
        "life_safety": False,
        "precedence": "ROUTINE",
        "refs": refs,
        "supersedes": "",
        "to": to,
        "inner": {},
        "body": made.body,
    }
    return saying.complete(args, who, draft, [who.key])


def mode_of(args: Namespace, row: dict[str, Any] | None) -> str:
    """As chosen, else that of the entry spoken of: what is about a REAL entry is REAL, and the reverse."""
    return str(args.mode or (row["mode"] if row is not None else ""))


def entry_row(who: Officer, entry: str) -> dict[str, Any]:
    """The log list's row of one entry."""
    row: dict[str, Any] = who.get(f"/entries/{entry}")["row"]
    return row
