"""`steerclear talks`: meetings and provisions as they stand; the review of a period."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show


def declare(commands: options.Commands) -> None:
    own = options.group(commands, "talks", "Talks: how they stand, and the review of a period.")
    parser = options.add(
        own,
        "show",
        run_show,
        "Meetings, actions, read-outs side by side, provisions with each party's position.",
        "steerclear talks show --as releaser --home blue",
        "Say them with `steerclear say meeting`, `say provision`, `say agreement`.",
    )
    options.node(parser)
    options.line(parser)
    parser = options.add(
        own,
        "review",
        run_review,
        "What a period's record shows: a year unless told.",
        "steerclear talks review --from 2026-01-01T00:00:00Z --to 2027-01-01T00:00:00Z --home blue",
        "Each figure is one party's own; nothing is summed up over the parties.",
    )
    options.node(parser)
    options.line(parser)
    parser.add_argument(
        "--from", dest="start", default="", metavar="TIME", help="RFC 3339 or date-time group"
    )
    parser.add_argument("--to", dest="end", default="", metavar="TIME", help="default: now")


def run_show(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.agreement import agreement_lines
    from steerclear.cli.heard import mode_of

    who = client.officer(args)
    found, line, names = who.get("/talks"), who.get(), who.names()
    lines = agreement_lines(line, names)
    for subject in found["meetings"]:
        lines += ["", *_meeting(subject, names)]
    if found["provisions"]:
        lines.append("")
    for subject in sorted(found["provisions"], key=lambda one: one["provision"]["number"]):
        lines += _provision(subject, names)
    show.emit(args, found, lines, mode=mode_of(line))
    return codes.OK


def _meeting(subject: dict[str, Any], names: dict[str, str]) -> list[str]:
    found = subject["meeting"]
    if found is None:
        return [f"meeting {subject['id'][:12]}: not to be read here ({subject['held']})"]
    what = f"{found['form'] or 'meeting'}, {found['level'] or '-'}, round {found['round'] or '-'}"
    by = _name(subject["author"], names) + (", as chair" if found["as_chair"] else "")
    lines = [
        show.strong(f"{subject['id'][:12]}  {what}: {found['state']}"),
        f"  proposed by {by}; {show.instant(found['begin_ms'])} {found['carrier']}",
    ]
    for row in found["parties"]:
        held = "; says it was held" if row["says_held"] else ""
        lines.append(f"  {_name(row['party'], names)}: {row['answer'] or 'no answer'}{held}")
    for row in found["actions"]:
        more = "; the records differ" if row["differ"] else ""
        owner, due = _name(row["owner"], names), show.instant(row["due_ms"])
        lines.append(f"  action {row['number']}, {owner}, due {due}: {row['state']}{more}: {row['text']}")
    for point in found["points"]:
        word = {"": "both confirm", "outcome": "DIFFER", "one-side": "one side only"}[point["why"]]
        says = "; ".join(
            f"{_name(s['party'], names)} (place {s['place']}): {s['outcome']}" for s in point["says"]
        )
        lines.append(f"  {word}: {point['item']}: {says}")
    lines += [f"  track {row['track']}: {row['name']} {row['reference']}".rstrip() for row in found["tracks"]]
    return lines + [f"  ALARM {alarm['text']}" for alarm in subject["alarms"]]


def _provision(subject: dict[str, Any], names: dict[str, str]) -> list[str]:
    found = subject["provision"]
    if found is None:
        return [f"provision {subject['id'][:12]}: not to be read here ({subject['held']})"]
    force = ", in force" if found["in_force"] else ""
    lines = [
        show.strong(
            f"{subject['id'][:12]}  provision {found['number']} {found['title']}: {found['state']}{force}"
        )
    ]
    for row in found["parties"]:
        other = " (to other words than those that stand)" if row["other_wording"] else ""
        lines.append(f"  {_name(row['party'], names)}: {row['position'] or 'no position'}{other}")
    lines += [f"  guarantee for {one}" for one in found["guarantees"]]
    return lines


def run_review(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.heard import mode_of
    from steerclear.speech.quantities import time
    from steerclear.units import parse_time

    who = client.officer(args)
    edges = {
        name: int(parse_time(time(text), field=field))
        for name, text, field in (("start_ms", args.start, "--from"), ("end_ms", args.end, "--to"))
        if text
    }
    found, names = who.get("/review", **edges), who.names()
    lines = [f"from {show.instant(found['start_ms'])} to {show.instant(found['end_ms'])}"]
    for row in found["meetings"]:
        actions = "; ".join(f"{state}: {', '.join(map(str, ns))}" for state, ns in row["actions"].items())
        lines.append(
            f"meeting    {row['id'][:12]} {row['form']} {row['level']}: {row['state']}; actions {actions or '-'}"
        )
    lines += [f"provision  {row['number']} {row['state']}" for row in found["provisions"]]
    lines += [
        f"agreement  {show.instant(row['at_ms'])} {_name(row['party'], names)}: {row['act']}"
        for row in found["acts"]
    ]
    for row in found["suspensions"]:
        still = ", stands" if row["open"] else ""
        lines.append(
            f"suspended  {_name(row['party'], names)}: {', '.join(row['categories'])}{still}; {row['reason']}"
        )
    for row in found["parties"]:
        said = ", ".join(f"{kind} {count}" for kind, count in row["said"].items()) or "nothing"
        lines.append(f"{_name(row['party'], names)}  said: {said}")
        for word in ("missed", "late"):
            if row[word]:
                lines.append(f"  {word}: {', '.join(f'{rule} {count}' for rule, count in row[word].items())}")
    show.emit(args, found, lines, mode=mode_of(who.get()))
    return codes.OK


def _name(party: str, names: dict[str, str]) -> str:
    return names.get(party) or party[:8]
