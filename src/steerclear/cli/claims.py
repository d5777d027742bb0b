"""`steerclear claims`: accounts side by side, each number with whose it is; attestations and what meets them."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show

CELL = 60
NOTHING = "said nothing"


def declare(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "claims",
        run,
        "Claims and incidents, one column a party; negative attestations with what stands beside each.",
        "steerclear claims --as watch --home blue\nsteerclear claims 4f0c --json --home blue",
        "Every number stands under whose it is, and no row adds them up. Nothing is judged here. Say them with\n"
        "`steerclear say claim`, `say statement --ref ID`, `say counterclaim --ref ID`; files: `steerclear file add`.",
    )
    parser.add_argument("id", nargs="?", default="", metavar="ID", help="only this one (start of its id)")
    options.node(parser)
    options.line(parser)


def run(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    found, names = dict(who.get("/claims")), who.names()
    if args.id:
        found["claims"] = [one for one in found["claims"] if one["subject"]["id"].startswith(args.id)]
        found["attestations"] = [one for one in found["attestations"] if one["entry"].startswith(args.id)]
    show.emit(args, found, claims_lines(found, names), mode=mode_of(who.get()))
    return codes.OK


def claims_lines(found: dict[str, Any], names: dict[str, str]) -> list[str]:
    """All claims, then all attestations, then what always stands under them."""
    lines: list[str] = []
    for row in found["claims"]:
        lines += [*_claim(row, names), ""]
    for one in found["attestations"]:
        lines += [*attestation_lines(one, names), ""]
    return [*lines, *found["standing"]]


def _claim(row: dict[str, Any], names: dict[str, str]) -> list[str]:
    subject, claim = row["subject"], row["subject"]["claim"]
    head = f"{subject['id'][:12]}  {subject['kind']}, {subject['mode']}, by {_name(subject['author'], names)}"
    columns = [_column(party, claim, row["windows"], names) for party in names]
    what = list(dict.fromkeys(key for column in columns for key in column))
    table = show.table(
        ("", *(names[party] for party in names)),
        ((key, *("; ".join(column.get(key, ["-"])) for column in columns)) for key in what),
    )
    lines = [show.strong(head), *(f"  {line}" for line in table)]
    lines += [f"  beside each other: {_spelt(text, names)}" for text in claim["contradictions"]]
    for deadline in subject["deadlines"]:
        if deadline["rule"] == "incident":
            due = show.instant(deadline["due_ms"])
            lines.append(f"  report, {deadline['step']}: {deadline['state']}, due {due}")
    return lines


def _column(
    party: str, claim: dict[str, Any], windows: dict[str, Any], names: dict[str, str]
) -> dict[str, list[str]]:
    """What one party said: row of the table → its cells."""
    out: dict[str, list[str]] = {
        "word": [row["says"] for row in claim["statements"] if row["party"] == party]
    }
    out["word"] = out["word"] or [NOTHING]
    for account in (row for row in claim["accounts"] if row["party"] == party):
        _add(out, "account", f"{account['kind']}: {account['happening'] or 'not said'}")
        _add(out, "when", f"{show.clock(account['begin_ms'])} to {show.clock(account['end_ms'])}")
        _add(out, "place", account["place"])
        _add(out, "rule", account["rule"])
        for count in account["counts"]:
            _add(out, "counts", f"{band(count)} {count['unit']} ({count['of_whom']}), as {names[party]} says")
        _add(out, "source", account["source"])
        for flag in account["flags"]:
            _add(out, "flagged, not judged", flag)
        for window in windows.get(account["entry"], ()):
            _add(out, f"to notice {window['notice'][:8]}", window["how"])
        for one in account["evidence"]:
            _add(out, "evidence", f"sha256 {one[:16]}…")
    for file in (row for row in claim["evidence"] if row["party"] == party):
        gaps = f", {file['gaps']} gaps in custody" if file["gaps"] else ""
        _add(
            out,
            "evidence",
            f"{file['what'] or 'file'} {file['entry'][:8]} sha256 {file['sha256'][:16]}…{gaps}",
        )
    for finding in (row for row in claim["findings"] if row["party"] == party):
        _add(out, "finding of its inquiry", finding["says"])
    return out


def _add(out: dict[str, list[str]], key: str, text: str) -> None:
    if text:
        out.setdefault(key, []).append(text[:CELL])


def band(count: dict[str, Any]) -> str:
    """`36`, or `30 to 40`."""
    most = count["most"]
    return str(count["least"]) if most in (None, count["least"]) else f"{count['least']} to {most}"


def attestation_lines(one: dict[str, Any], names: dict[str, str]) -> list[str]:
    """One negative attestation with what stands beside it."""
    who = _name(one["party"], names)
    what = one["none_of_ours"].replace("_", " ") or "(what is not said)"
    head = f"{one['entry'][:12]}  {who} says: none of ours {what}"
    lines = [show.strong(head), f"  {show.instant(one['begin_ms'])} to {show.instant(one['end_ms'])}"]
    if "not-over" in one["marks"]:
        lines.append("  NOT OVER when it was said: it says nothing and counts for nothing")
    for row in one["beside"]:
        words = {"meets": "meets that place and time", "not_compared": "could not be compared"}[row["how"]]
        lines.append(
            f"  beside it: {row['kind']} {row['entry'][:12]} by {_name(row['party'], names)} {words}"
        )
    return lines if one["beside"] else [*lines, "  nothing in these logs meets it; that proves nothing"]


def _spelt(text: str, names: dict[str, str]) -> str:
    for party, name in names.items():
        text = text.replace(party, name)
    return text


def _name(party: str, names: dict[str, str]) -> str:
    return names.get(party) or party[:8]
