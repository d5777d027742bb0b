"""`steerclear show`: one entry and how its subject stands; and how other commands find entries."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import Any

from steerclear.cli import codes, show
from steerclear.cli.content import content_lines
from steerclear.cli.heard import asked_age
from steerclear.cli.language import asked, kept, label, phrase_of, say, standing, title, told, width, word

LACKS = {
    "fields": "tasks.part.lacks-fields",
    "unconfirmed-origin": "tasks.part.lacks-origin",
    "contact-test": "tasks.part.lacks-contact-test",
}
ASKING_BACK = ("QUERY", "NOT_UNDERSTOOD", "PROPOSE_CHANGE", "UNABLE", "DECLINED")
REACHED = ("sent", "delivered", "read", "understood", "answered")
POLL_S = 0.5


def run_show(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.faults import Stop

    who = client.officer(args)
    entry = find_entry(who, args.id)
    reached = not args.until or wait_until(lambda: _stands(who, entry, args.until), args.timeout)
    view = who.get(f"/entries/{entry}")
    try:
        subject = who.get(f"/subjects/{entry}")
    except Stop:
        subject = None  # the record's own kinds belong to no notice
    names = who.names()
    shown = who.get(f"/subjects/{entry}/they-show") if subject is not None else []
    lines = [*asked_age(who), "", *_show_lines(view, subject, names, who.party, _asking(who, subject))]
    lines += they_show_lines(shown, names, who.now_ms)
    if subject is not None:
        lines += _not_compared(view["row"], shown, who.party, names)
        lines += standing(subject["standing"])
    value = {"entry": view, "subject": subject, "they_show": shown, "now_ms": who.now_ms}
    show.emit(args, value, lines, mode=view["row"]["mode"])
    return codes.OK if reached else codes.NO


def movement_lines(subject: dict[str, Any], names: dict[str, str]) -> list[str]:
    """How a humanitarian movement stands; empty for everything else."""
    moving = subject["movement"]
    if moving is None:
        return []
    lacks = [_lacking(one, names) for one in moving["lacks"]]
    ready = say("show.lacks-nothing") if moving["complete"] else ", ".join(lacks) or "-"
    lines = [say("show.movement", state=moving["state"]), say("show.lacks", what=ready)]
    lines.append(say("show.reported", at=show.instant(moving["last_report_ms"])))
    if moving["overdue"]:
        lines.append(say("show.overdue", points=moving["overdue"]))
    if moving["off_route_mm"] is not None:
        lines.append(say("show.off-route", metres=moving["off_route_mm"] // 1_000))
    return lines


def _lacking(lack: str, names: dict[str, str]) -> str:
    what, _, party = lack.partition(":")
    if party:
        return say("tasks.part.lacks-units", party=names.get(party, party[:8]))
    return say(LACKS[what]) if what in LACKS else what


def wait_until(stands: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again until it stands so or the time is over; whether it does."""
    import time

    end = time.monotonic() + seconds
    while not stands():
        if time.monotonic() >= end:
            return False
        time.sleep(POLL_S)
    return True


def _stands(who: Any, entry: str, wanted: str) -> bool:
    """Whether everybody addressed has come so far; of an entry about the line itself delivery alone is followed."""
    from steerclear.cli.faults import Stop, stop

    try:
        found = who.get(f"/subjects/{entry}")["addressees"]
    except Stop:
        row = who.get(f"/entries/{entry}")["row"]
        if wanted not in ("sent", "delivered"):
            rule = f"of a {row['kind']} its delivery alone is followed"
            raise stop("not-followed", "--until", rule, "give sent or delivered") from None
        return wanted == "sent" or set(row["to"]) <= set(row["delivered"])
    rows = [row for row in found if row["informed"]]
    return bool(rows) and all(REACHED.index(row["state"]) >= REACHED.index(wanted) for row in rows)


def find_entry(who: Any, wanted: str) -> str:
    """The whole id of the entry whose id begins so. Raises `Stop`."""
    from steerclear.cli.faults import stop

    if len(wanted) == 64:
        return wanted
    fits: list[str] = []
    for row in all_entries(who):
        if len(wanted) >= 4 and row["id"].startswith(wanted):
            fits.append(row["id"])
    if len(fits) != 1:
        rule = "no entry's id begins so" if not fits else "several entries' ids begin so"
        raise stop("unknown-entry", "ID", rule, "give four characters or more of it: steerclear log")
    return fits[0]


def all_entries(who: Any, kind: str = "", limit: int = 0) -> list[dict[str, Any]]:
    """Entries page by page; `limit` 0 for all."""
    rows: list[dict[str, Any]] = []
    while True:
        page = who.get("/entries", after=rows[-1]["id"] if rows else "", kind=kind)
        rows += page
        if len(page) < 50 or (limit and len(rows) >= limit):
            return rows[: limit or None]


def _show_lines(
    view: dict[str, Any],
    subject: dict[str, Any] | None,
    names: dict[str, str],
    own: str = "",
    asking: dict[str, str] | None = None,
) -> list[str]:
    row = view["row"]
    flag = f", {word('life safety')}" if row["life_safety"] else ""
    none = word("nothing yet")
    lines = [
        f"{label('kind', row['kind'])}, {label('mode', row['mode'])}, {label('precedence', row['precedence'])}{flag}",
        _line("id", row["id"]),
        _line("stands", say("files.stands-at", index=row["index"], log=row["log"])),
        _line("said by", f"{names.get(row['author'], row['author'])}, {row['post']}"),
        _line("released", f"{show.instant(row['released_ms'])} {word('as author says')}"),
        _line("proved after", show.instant(row["after_ms"], none)),
        _line("proved before", show.instant(row["before_ms"], none)),
        _line("read-back", view["readback"] or "-"),
    ]
    for party in row["to"]:
        at = show.instant(row["delivered"].get(party), word("not delivered"))
        lines.append(_line("delivered", f"{names.get(party, party)}: {at}"))
    lines += no_reply_lines(view["no_reply"], names)
    if row["marks"]:
        lines.append(_line("marks", ", ".join(label("mark", mark) for mark in row["marks"])))
    if subject is not None:
        kind = label("kind", subject["kind"])
        lines += ["", f"{kind} {title(subject)}: {label('state', subject['life'])}"]
        if (subject["area"] or {}).get("home"):
            lines.append(f"  {word('at home')}: {label('state', subject['area']['home']).replace('_', ' ')}")
        lines += [f"  {one}" for one in movement_lines(subject, names)]
        lines += challenge_lines(subject, names)
        for to in subject["addressees"]:
            if to["informed"]:
                lines.append(f"  {names.get(to['party'], to['party'][:8])}: {reached(to)}")
            if to["informed"] and to["answer_id"] in (asking or {}):
                what = kept((asking or {})[to["answer_id"]])
                lines.append(f"    {say('show.asks', what=what, entry=to['answer_id'])}")
        lines += [
            f"  {word('not informed')}: {names.get(to['party'], to['party'][:8])}"
            for to in subject["addressees"]
            if not to["informed"]
        ]
        for alarm in subject["alarms"]:
            lines.append(f"  {word('alarm')} {told(alarm, 'text')} {told(alarm, 'action')}")
        lines += missing_lines(subject, own, names)
    lines += free_text_lines(subject, row["id"], names)
    if view["payload"] is not None:
        lines += ["", *content_lines(row["kind"], view["payload"])]
    elif row["held"] not in ("held", "none"):
        lines += ["", f"{word('payload')}: {label('state', row['held'])}"]
    return lines


def _asking(who: Any, subject: dict[str, Any] | None) -> dict[str, str]:
    """Id of each answer that asks back or asks for a change → its own words and the fields that it names."""
    found: dict[str, str] = {}
    for to in (subject or {}).get("addressees", ()):
        if to["answer"] in ASKING_BACK and to["answer_id"]:
            payload = who.get(f"/entries/{to['answer_id']}")["payload"]
            words = asking_words(payload["body"] if isinstance(payload, dict) else None)
            found |= {to["answer_id"]: words} if words else {}
    return found


def asking_words(body: Any) -> str:
    """The free text of such an answer and the fields that it is about; '' where it says neither."""
    if not isinstance(body, dict):
        return ""
    words = [str(body[name]) for name in ("text", "reason") if body.get(name)]
    return "; ".join([*words, *(["/".join(map(str, body["fields"]))] if body.get("fields") else [])])


def missing_lines(subject: dict[str, Any], own: str, names: dict[str, str]) -> list[str]:
    """What `incomplete` means: which fields are not there; to the author how to give them, to others whom to ask."""
    if not subject["missing"]:
        return []
    from steerclear.procedure.worded import fields

    words = {"fields": fields(one["field"] for one in subject["missing"]), "entry": subject["version"]}
    if subject["author"] == own:
        return [f"  {say('show.missing', **words)}"]
    author = names.get(subject["author"], subject["author"][:8])
    return [f"  {say('show.missing-asked', author=author, **words)}"]


def _line(code: str, text: str) -> str:
    """A word of the screen and what stands behind it, in two columns."""
    name = word(code)
    return f"{name}{' ' * max(1, 11 - width(name))}{kept(text)}"


def free_text_lines(subject: dict[str, Any] | None, entry: str, names: dict[str, str]) -> list[str]:
    """Whether a linguist confirmed the free text of this entry (messages.md, Roles)."""
    rows = [one for one in (subject or {}).get("free_text", ()) if one["entry"] == entry]
    lines = []
    for one in rows:
        by = ", ".join(
            f"{names.get(c['party'], c['party'][:8])} ({c['language'] or '-'})" for c in one["confirmed"]
        )
        state = f"{word('confirmed by')} {by}" if by else word("unverified")
        lines.append(_line("free text", f"{', '.join(one['fields'])}: {state}"))
    return lines


def challenge_lines(subject: dict[str, Any], names: dict[str, str]) -> list[str]:
    """Whose data somebody challenges, what that changes, and what an overlap query is treated as."""
    area = subject["area"] or {}
    lines = []
    for one in area.get("challenges", ()):
        concern = phrase_of("concern", one["concern"]) if one["concern"] else say("show.unread")
        words = {"party": names.get(one["party"], one["party"][:8]), "at": show.instant(one["at_ms"])}
        lines.append(f"  {say('show.challenged', concern=concern, **words)}")
    lines += [f"  {one}" for one in standing([area["challenge_says"]])] if area.get("challenge_says") else []
    sealing = area.get("sealing") or {}
    if sealing.get("opening"):
        words = {"n": sealing["sealed_that_month"], "month": sealing["month"], "how": sealing["opening"]}
        lines.append(f"  {say('show.opened', entry=sealing['opened_of'], **words)}")
    asked_of = subject.get("overlap")
    if asked_of:
        lines.append(f"  {say('show.overlap', result=asked_of['result'])}")
    return lines


def they_show_lines(rows: list[dict[str, Any]], names: dict[str, str], now_ms: int) -> list[str]:
    """How others show a subject, and what of it reads otherwise there; none of it changes what is shown here."""
    lines = []
    for one in rows:
        words = [label("state", one["life"])]
        words += [say(key, state=one[part]) for part, key in _PARTS if one[part]]
        words += [
            say("show.party-state", party=names.get(who, who[:8]), state=state)
            for who, state in sorted(one["addressees"].items())
        ]
        said = say(
            "show.they-show",
            party=names.get(one["party"], one["party"][:8]),
            entry=one["subject"],
            words=words,
            size=one["as_of"],
            ago=show.ago(now_ms - one["at_ms"]),
        )
        if one["differs"]:
            said = say("show.they-show-otherwise", said=said, parts=[_field(part) for part in one["differs"]])
        lines.append(f"  {said}")
    return lines


_PARTS = (("stop", "show.part-stop"), ("area", "show.part-area"))


def _field(name: str) -> str:
    """A part that reads otherwise: the code, or its label where a language was asked for."""
    return phrase_of("subject_part", name) if asked() else name


def _not_compared(
    row: dict[str, Any], told: list[dict[str, Any]], own: str, names: dict[str, str]
) -> list[str]:
    """Author and addressees of whom nothing is known yet."""
    known = {own, *(one["party"] for one in told)}
    waiting = [party for party in dict.fromkeys((row["author"], *row["to"])) if party not in known]
    return [f"  {say('show.not-compared', party=names.get(party, party[:8]))}" for party in waiting]


def no_reply_lines(rows: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    """What can be said of each who was asked to answer by a time that is over."""
    return [
        say(
            "show.no-reply",
            party=names.get(one["party"], one["party"][:8]),
            at=show.instant(one["reply_by_ms"]),
            grade=one["grade"],
        )
        for one in rows
    ]


def reached(to: dict[str, Any]) -> str:
    units = to["dissemination"]
    answer = f" {label('answer', to['answer'])}" if to["answer"] else ""
    said = f"{label('state', to['state'])}{answer}"
    if units["state"] == "none":
        return said
    if units["m"]:
        return say("show.units-told", said=said, n=units["n"], m=units["m"])
    return say("show.units-word", said=said, word=units["state"])
