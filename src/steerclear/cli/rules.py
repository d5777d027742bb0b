"""`steerclear rules`: what this party decides at home about a line: kinds, releasers, coarse forms."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, progress, show
from steerclear.cli.language import label, say, word

if TYPE_CHECKING:
    from steerclear.cli.client import Officer

FILE = (
    "The file is TOML; what it leaves out stays as it is:\n"
    "  [[release]]                 own rows, tried before the defaults\n"
    '  kind = "area.*"             precision, recipient, from_hour, to_hour (UTC) narrow a row\n'
    '  release = "two"             watch, one, second or two\n'
    '  [permitted."stop"]          once the list is kept, no other kind is sent (life safety always)\n'
    '  basis = "Order 7, s. 4"     the legal basis; expires = a time, if it ends\n'
    "  every_kind = true           ends that list\n"
    "  [[coarse]]                  what the watch alone may say when no releaser acts in time\n"
    '  kind = "activity.flight"    cell_km = 20, minutes = 60, leave_out = ["number"]\n'
    "It stays at home: no entry, nothing that another party sees. The administrator cannot change it."
)


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "rules",
        "Who may send and release what on a line, and which coarse forms were set beforehand.",
        "steerclear rules show --as watch --home blue",
    )
    parser = options.add(
        own, "show", run_show, "Show them, the defaults too.", "steerclear rules show --as watch --home blue"
    )
    options.node(parser)
    options.line(parser)
    parser = options.add(
        own,
        "set",
        run_set,
        "Change them, on the order of two officers, one of them a releaser.",
        "steerclear rules set rules.toml --as watch --co-sign releaser --home blue",
        FILE,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the new rules, TOML")
    options.order(parser)
    progress.option(parser)
    options.node(parser)
    options.line(parser)


def run_show(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    found = who.get("/rules")
    show.emit(args, found, lines_of(found, who.names()), mode=mode_of(who.get()))
    return codes.OK


def run_set(args: Namespace) -> int:
    import json

    from steerclear.cli import client
    from steerclear.cli.evidence import ordered
    from steerclear.cli.heard import mode_of

    wanted = read(args.file)
    who = client.officer(args)
    found = json.loads(ordered(args, who, "rules", {"rules": wanted}))
    show.emit(args, found, lines_of(found, who.names()), mode=mode_of(who.get()))
    return codes.OK


def read(path: Path) -> dict[str, Any]:
    """A rules file as the order holds it, checked here before two officers sign it. Raises `Stop`, `Malformed`."""
    import tomllib

    from steerclear.cli.faults import stop
    from steerclear.errors import Malformed
    from steerclear.speech.coarse import forms_from
    from steerclear.speech.release import check_table

    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        permitted = {kind: _permission(kind, row) for kind, row in _rows(given).items()}
    except (ValueError, Malformed) as error:
        raise stop("bad-rules", str(path), str(error), "steerclear rules set --help") from None
    known = {"release", "permitted", "coarse", "every_kind"}
    if not given or not given.keys() <= known:
        odd = ", ".join(sorted(given.keys() - known)) or "nothing"
        raise stop("bad-rules", str(path), f"it says {odd}", f"one or more of {', '.join(sorted(known))}")
    made: dict[str, Any] = {name: given[name] for name in ("coarse", "every_kind") if name in given}
    if "coarse" in given:
        forms_from(given["coarse"])
    if "release" in given:
        check_table(given["release"])
        made["release_table"] = given["release"]
    return made | ({"permitted": permitted} if "permitted" in given else {})


def _rows(given: dict[str, Any]) -> dict[str, Any]:
    rows = given.get("permitted", {})
    if not isinstance(rows, dict):
        raise ValueError('permitted: write [permitted."KIND"] with a basis below it, one for each kind')
    return rows


def _permission(kind: str, row: Any) -> dict[str, Any]:
    from steerclear.speech.quantities import time
    from steerclear.units import parse_time

    if not isinstance(row, dict):
        raise ValueError(f'permitted.{kind}: write [permitted."{kind}"] with basis = "…" below it')
    made: dict[str, Any] = {"basis": row.get("basis", "")}
    return made | ({"expires_ms": int(parse_time(time(str(row["expires"]))))} if "expires" in row else {})


def lines_of(found: dict[str, Any], names: dict[str, str]) -> list[str]:
    """The release table in the order in which it is tried, then the list of kinds, then the coarse forms."""
    cells = [
        (
            label("kind", row["kind"]),
            label("precision", row.get("precision", "*")),
            names.get(row.get("recipient", "*"), row.get("recipient", "*")),
            _hours(row),
            row["release"],
        )
        for row in found["release_table"]
    ]
    head = (word("kind"), *(say(one) for one in _HEAD))
    out = [*show.table(head, cells), say("files.rules.first")]
    kinds = found["permitted"]
    if kinds is None:
        out.append(say("files.rules.every-kind"))
    else:
        out += [_permitted(kind, row) for kind, row in sorted(kinds.items())]
        out.append(say("files.rules.nothing-else"))
    for row in found["coarse"]:
        size = {"km": str(row["cell_km"]), "minutes": str(row["minutes"])}
        said = say("files.rules.coarse", kind=label("kind", row["kind"]), **size)
        left = row.get("leave_out")
        out.append(say("files.rules.coarse-without", said=said, fields=left) if left else said)
    return out if found["coarse"] else [*out, say("files.rules.no-coarse")]


_HEAD = (
    "files.rules.precision",
    "files.rules.recipient",
    "files.rules.hours",
    "files.rules.released-by",
)


def _hours(row: dict[str, Any]) -> str:
    start, end = row.get("from_hour", 0), row.get("to_hour", 0)
    span = {"low": f"{start:02d}", "high": f"{end:02d}"}
    return say("files.rules.all-day") if start == end else say("claims.span", **span)


def _permitted(kind: str, row: dict[str, Any]) -> str:
    words = {"kind": label("kind", kind), "basis": row["basis"]}
    if row.get("expires_ms"):
        return say("files.rules.permitted-until", at=show.instant(row["expires_ms"]), **words)
    return say("files.rules.permitted", **words)


def coarse_of(who: Officer, draft: dict[str, Any]) -> dict[str, Any]:
    """The draft in the form that was set beforehand, saying that it is one (`say --coarse`)."""
    found = who.post("/coarse", draft)
    return draft | {"inner": draft.get("inner", {}) | {"coarse": True}, "body": found["body"]}
