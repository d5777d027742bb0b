"""Entering a sheet of paper: its check digits first, then the same way as anything else that is said."""

from __future__ import annotations

import tomllib
from argparse import Namespace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import show
from steerclear.cli.faults import Stop, stop
from steerclear.errors import Malformed, refusal
from steerclear.speech import paper, serial

if TYPE_CHECKING:
    from steerclear.cli.client import Officer


def read(path: Path) -> dict[str, Any]:
    """The file's tables, once the serial and every pair of check digits hold. Raises `Stop`."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise stop(
            "not-readable", str(path), str(error), "write TOML, as in docs/how-to/paper-and-voice.md"
        ) from None
    sheet, checks = tables.get("paper"), tables.pop("check", {})
    if not isinstance(sheet, dict) or not isinstance(checks, dict):
        rule = "a sheet has [paper] with its serial, and [check] with the digits beside its figures"
        raise stop("no-serial", "paper", rule, "copy the serial from the form; or use `steerclear say`")
    faults = []
    try:
        sheet["serial"] = serial.parse(str(sheet.get("serial", "")), field="paper.serial").text
    except Malformed as error:
        faults.append(refusal(error, error.rule))
    faults += paper.checked(tables, {str(name): str(digits) for name, digits in checks.items()})
    if faults:
        raise Stop(faults)
    return tables


def draft_of(args: Namespace, who: Officer, tables: dict[str, Any]) -> dict[str, Any]:
    """The draft as the node takes it, with the sheet in its inner header. Raises `Stop`."""
    from steerclear.cli.entry import find_entry
    from steerclear.cli.say import parties
    from steerclear.speech.authoring import from_tables

    rest = {name: value for name, value in tables.items() if name not in ("paper", "refs", "supersedes")}
    rest["inner"] = {**rest.get("inner", {}), "paper": tables["paper"]}
    made = from_tables(rest)
    if isinstance(made, list):
        raise Stop(made)
    header = made.header

    def entry(text: str) -> str:
        return by_serial(who, text) or find_entry(who, text)

    refs, older = tables.get("refs", []), str(tables.get("supersedes", ""))
    draft = {
        "kind": made.kind,
        "mode": header.get("mode", ""),
        "life_safety": bool(header.get("life_safety", False)),
        "precedence": header.get("precedence", "ROUTINE"),
        "refs": [entry(str(one)) for one in refs],
        "supersedes": entry(older) if older else "",
        "to": parties(who, args.to or list(header.get("to", ()))),
        "inner": made.inner,
        "body": made.body,
    }
    if "reply_by_ms" in header:
        draft["reply_by_ms"] = header["reply_by_ms"]
    return draft


def by_serial(who: Officer, text: str) -> str:
    """The entry of a sheet; '' for what is no serial. Raises `Stop`: nobody entered it yet, or two entries have it."""
    try:
        wanted = serial.parse(text).text
    except Malformed as error:
        if error.rule == "bad-serial":
            return ""
        raise Stop([refusal(error, error.rule)]) from None
    found = [row["entry"] for row in sheets(who)[0] if row["serial"] == wanted]
    if not found:
        raise stop(
            "not-entered",
            "refs",
            f"no entry of sheet {wanted} is held here",
            "import the other side's bundle first",
        )
    if len(found) > 1:
        ids = ", ".join(one[:12] for one in found)
        raise stop(
            "serial-twice", "refs", f"several entries have serial {wanted}", f"name one by its id: {ids}"
        )
    return str(found[0])


def sheets(who: Officer) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every sheet, page by page, and the numbers that were never entered."""
    rows: list[dict[str, Any]] = []
    while True:
        page = who.get("/paper", after=rows[-1]["entry"] if rows else "")
        rows += page["sheets"]
        if not page["more"]:
            return rows, page["not_entered"]


def standing(who: Officer, draft: dict[str, Any]) -> list[tuple[dict[str, Any], bool]]:
    """Own entries of the same serial, each with whether it says the same."""
    wanted = draft["inner"]["paper"]["serial"]
    rows = [row for row in sheets(who)[0] if row["serial"] == wanted and row["party"] == who.party]
    return [(row, _same(who.get(f"/entries/{row['entry']}"), draft)) for row in rows]


def _same(view: dict[str, Any], draft: dict[str, Any]) -> bool:
    """Whether an entry says what the draft says: kind, mode, references and the whole body."""
    from steerclear.speech import desk, form

    made = form.filled(draft["kind"], draft["inner"], draft["body"])
    if isinstance(made, list) or not isinstance(view["payload"], dict):
        return False
    body, sheet = (show.plain(one) for one in (desk.with_defaults(made[1]), made[0].paper))
    row = view["row"]
    return bool(
        (row["kind"], row["mode"], list(row["refs"])) == (draft["kind"], draft["mode"], draft["refs"])
        and view["payload"].get("body") == body
        and view["payload"].get("inner", {}).get("paper") == sheet
    )
