"""`steerclear claims`: accounts side by side, each number with whose it is; attestations and what meets them."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.language import asked, cut, kept, label, say, standing

CELL = 60


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
    return [*lines, *standing(found["standing"])]


def _claim(row: dict[str, Any], names: dict[str, str]) -> list[str]:
    subject, claim = row["subject"], row["subject"]["claim"]
    words = {"kind": label("kind", subject["kind"]), "mode": label("mode_short", subject["mode"])}
    head = say("claims.head", entry=subject["id"], party=_name(subject["author"], names), **words)
    columns = [_column(party, claim, row["windows"], names) for party in names]
    what = list(dict.fromkeys(key for column in columns for key in column))
    table = show.table(
        ("", *(names[party] for party in names)),
        ((key, *("; ".join(column.get(key, ["-"])) for column in columns)) for key in what),
    )
    lines = [show.strong(head), *(f"  {line}" for line in table)]
    lines += [f"  {say('claims.beside', what=text)}" for text in _contradictions(claim, names)]
    for deadline in subject["deadlines"]:
        if deadline["rule"] == "incident":
            due = {"state": label("state", deadline["state"]), "at": show.instant(deadline["due_ms"])}
            lines.append(f"  {say('claims.report', stage=label('step', deadline['step']), **due)}")
    return lines


def _contradictions(claim: dict[str, Any], names: dict[str, str]) -> list[str]:
    """What stands against each other, from the words and accounts themselves, with this site's names."""
    import msgspec

    from steerclear.procedure.claims import beside
    from steerclear.procedure.subject import ClaimAccount, ClaimWord

    words = msgspec.convert(claim["statements"], list[ClaimWord])
    accounts = msgspec.convert(claim["accounts"], list[ClaimAccount])
    found = beside(words, accounts, label)
    return [_spelt(say(one["key"], **one["parameters"]), names) for one in found]


def _column(
    party: str, claim: dict[str, Any], windows: dict[str, Any], names: dict[str, str]
) -> dict[str, list[str]]:
    """What one party said: row of the table → its cells."""
    out: dict[str, list[str]] = {}
    said = [label("says", row["says"]) for row in claim["statements"] if row["party"] == party]
    for one in said or [say("claims.said-nothing")]:
        _add(out, say("claims.row.word"), one)
    for account in (row for row in claim["accounts"] if row["party"] == party):
        _account(out, account, names[party])
        for window in windows.get(account["entry"], ()):
            _add(out, say("claims.row.window", entry=window["notice"][:8]), say(WINDOWS[window["how"]]))
        for one in account["evidence"]:
            _add(out, say("claims.row.evidence"), kept(f"sha256 {one[:16]}…"))
    for file in (row for row in claim["evidence"] if row["party"] == party):
        what = label("what", file["what"]) or say("claims.a-file")
        shown = say("claims.file", what=what, entry=file["entry"][:8], hash=file["sha256"][:16])
        if file["gaps"]:
            shown = say("claims.file-gaps", file=shown, n=file["gaps"])
        _add(out, say("claims.row.evidence"), shown)
    for finding in (row for row in claim["findings"] if row["party"] == party):
        _add(out, say("claims.row.finding"), label("finds", finding["says"]))
    return out


def _account(out: dict[str, list[str]], account: dict[str, Any], name: str) -> None:
    """The cells of one account; the name of its party stands behind each number."""
    happening = label("happening", account["happening"]) or say("claims.not-said")
    kind = label("kind", account["kind"])
    _add(out, say("claims.row.account"), say("claims.account-of", kind=kind, happening=happening))
    when = say("claims.span", low=show.clock(account["begin_ms"]), high=show.clock(account["end_ms"]))
    _add(out, say("claims.row.when"), when)
    _add(out, say("claims.row.place"), kept(account["place"]))
    _add(out, say("claims.row.rule"), kept(account["rule"]))
    for count in account["counts"]:
        words = {"unit": label("unit", count["unit"]), "whom": label("of_whom", count["of_whom"])}
        _add(out, say("claims.row.counts"), say("claims.count", band=band(count), party=name, **words))
    _add(out, say("claims.row.source"), label("source_kind", account["source"]))
    for flag in account["flags"]:
        shown = say(FLAGS[flag]) if asked() and flag in FLAGS else flag
        _add(out, say("claims.row.flagged"), shown)


WINDOWS = {
    "inside": "claims.window.inside",
    "outside": "claims.window.outside",
    "partly": "claims.window.partly",
    "unknown": "claims.window.unknown",
}
FLAGS = {"published-before-event": "claims.flag.published-before"}


def _add(out: dict[str, list[str]], key: str, text: str) -> None:
    if text:
        out.setdefault(key, []).append(cut(text, CELL))


def band(count: dict[str, Any]) -> str:
    """`36`, or `30 to 40`."""
    most = count["most"]
    if most in (None, count["least"]):
        return str(count["least"])
    return say("claims.span", low=str(count["least"]), high=str(most))


def attestation_lines(one: dict[str, Any], names: dict[str, str]) -> list[str]:
    """One negative attestation with what stands beside it."""
    what = label("none_of_ours", one["none_of_ours"]).replace("_", " ") or say("claims.what-not-said")
    head = say("claims.none-of-ours", entry=one["entry"], party=_name(one["party"], names), what=what)
    span = say("claims.span", low=show.instant(one["begin_ms"]), high=show.instant(one["end_ms"]))
    lines = [show.strong(head), f"  {span}"]
    if "not-over" in one["marks"]:
        lines.append(f"  {say('claims.not-over')}")
    for row in one["beside"]:
        words = {"kind": label("kind", row["kind"]), "entry": row["entry"]}
        how = "claims.meets" if row["how"] == "meets" else "claims.not-compared"
        lines.append(f"  {say(how, party=_name(row['party'], names), **words)}")
    return lines if one["beside"] else [*lines, f"  {say('claims.alone')}"]


def _spelt(text: str, names: dict[str, str]) -> str:
    for party, name in names.items():
        text = text.replace(party, name)
    return text


def _name(party: str, names: dict[str, str]) -> str:
    return names.get(party) or party[:8]
