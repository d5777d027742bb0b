"""`steerclear talks`: meetings and provisions as they stand; the review of a period."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.language import label, phrase_of, say, told


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "talks",
        "Talks: how they stand, and the review of a period.",
        "steerclear talks show --as releaser --home blue",
    )
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
    show.emit(args, found, lines, mode=mode_of(line), columns=show.COLUMNS)
    return codes.OK


def _meeting(subject: dict[str, Any], names: dict[str, str]) -> list[str]:
    found = subject["meeting"]
    if found is None:
        return [say("talks.meeting-unread", entry=subject["id"], held=subject["held"])]
    what = f"{label('meeting_form', found['form']) or phrase_of('noun', 'meeting')}, "
    what += label("meeting_level", found["level"]) or "-"
    round_, state = str(found["round"] or "-"), found["state"]
    key = "talks.proposed-as-chair" if found["as_chair"] else "talks.proposed"
    at, carrier = show.instant(found["begin_ms"]), label("carrier", found["carrier"])
    lines = [
        show.strong(say("talks.meeting", entry=subject["id"], what=what, round=round_, state=state)),
        f"  {say(key, party=_name(subject['author'], names), at=at, carrier=carrier)}",
    ]
    for row in found["parties"]:
        answer = label("state", row["answer"]) or say("talks.no-answer")
        said = say("talks.answer", party=_name(row["party"], names), answer=answer)
        lines.append(f"  {say('talks.says-held', said=said) if row['says_held'] else said}")
    for row in found["actions"]:
        key = "talks.action-row-differs" if row["differ"] else "talks.action-row"
        due, words = show.instant(row["due_ms"]), {one: row[one] for one in ("number", "state", "text")}
        lines.append(f"  {say(key, party=_name(row['owner'], names), at=due, **words)}")
    for point in found["points"]:
        says = [
            say(
                "talks.point",
                party=_name(one["party"], names),
                place=one["place"],
                outcome=label("outcome", one["outcome"]),
            )
            for one in point["says"]
        ]
        lines.append(f"  {say(_POINTS[point['why']], item=point['item'], says='; '.join(says))}")
    for row in found["tracks"]:
        words = {one: row[one] for one in ("track", "name", "reference")}
        lines.append(f"  {say('talks.track', **words)}".rstrip())
    return lines + [f"  {say('talks.alarm', text=told(alarm, 'text'))}" for alarm in subject["alarms"]]


_POINTS = {"": "talks.both", "outcome": "talks.differ", "one-side": "talks.one-side"}


def _provision(subject: dict[str, Any], names: dict[str, str]) -> list[str]:
    found = subject["provision"]
    if found is None:
        return [say("talks.provision-unread", entry=subject["id"], held=subject["held"])]
    words = {one: found[one] for one in ("number", "title", "state")}
    said = say("talks.provision", entry=subject["id"], **words)
    lines = [show.strong(say("talks.in-force", said=said) if found["in_force"] else said)]
    for row in found["parties"]:
        position = label("position", row["position"]) or say("talks.no-position")
        said = say("talks.answer", party=_name(row["party"], names), answer=position)
        lines.append(f"  {say('talks.other-words', said=said) if row['other_wording'] else said}")
    return lines + [f"  {say('talks.guarantee', party=one)}" for one in found["guarantees"]]


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
    lines = review_lines(found, names)
    show.emit(args, found, lines, mode=mode_of(who.get()), columns=show.COLUMNS)
    return codes.OK


def review_lines(found: dict[str, Any], names: dict[str, str]) -> list[str]:
    """A period's record, each figure one party's own."""
    edges = {"from": show.instant(found["start_ms"]), "to": show.instant(found["end_ms"])}
    lines = [say("talks.period", **edges)]
    for row in found["meetings"]:
        done = (f"{label('state', state)}: {', '.join(map(str, ns))}" for state, ns in row["actions"].items())
        what = f"{label('meeting_form', row['form'])} {label('meeting_level', row['level'])}"
        given = {"entry": row["id"], "what": what, "state": row["state"], "actions": "; ".join(done) or "-"}
        lines.append(say("talks.review-meeting", **given))
    for row in found["provisions"]:
        lines.append(say("talks.review-provision", number=row["number"], state=row["state"]))
    for row in found["acts"]:
        party, at = _name(row["party"], names), show.instant(row["at_ms"])
        lines.append(say("talks.review-act", at=at, party=party, act=row["act"]))
    for row in found["suspensions"]:
        key = "talks.review-suspension-open" if row["open"] else "talks.review-suspension"
        categories = [label("category", one) for one in row["categories"]]
        party, reason = _name(row["party"], names), row["reason"]
        lines.append(say(key, party=party, categories=categories, reason=reason))
    for row in found["parties"]:
        spoken = [f"{label('kind', kind)} {count}" for kind, count in row["said"].items()]
        spoken = spoken or [say("talks.review-nothing")]
        lines.append(say("talks.review-said", party=_name(row["party"], names), said=spoken))
        for one, of_rule in (("missed", "talks.review-missed"), ("late", "talks.review-late")):
            rules = [f"{label('deadline', rule)} {count}" for rule, count in row[one].items()]
            lines += [f"  {say(of_rule, rules=rules)}"] if rules else []
    return lines


def _name(party: str, names: dict[str, str]) -> str:
    return names.get(party) or party[:8]
