"""`steerclear say`, `sign`, `submit`: an entry of an officer, alone or with a second one."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steerclear.cli import codes, options, show
from steerclear.cli.language import say

if TYPE_CHECKING:
    from steerclear.cli.client import Officer


def declare(commands: options.Commands) -> None:
    _declare_say(commands)
    _declare_sign(commands)
    _declare_submit(commands)


def _declare_say(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "say",
        run_say,
        "Say something on a line: read it from a file, show what the others will learn, sign, send.",
        "steerclear say activity.flight --file flight.toml --to red --as releaser --home blue\n"
        "steerclear say receipt --file read.toml --ref 4f0c… --yes",
        "The file is TOML, JSON or GeoJSON: header fields at the top, [inner] and [body]; --schema prints the JSON\n"
        "Schema of the wire form. Where two officers must release it, give --co-sign POST for a key on this\n"
        "machine, or --draft FILE: the second officer signs it with `steerclear sign` within five minutes, and\n"
        "either hands it in with `steerclear submit`.",
    )
    _what_is_said(parser)
    _how_it_goes(parser)
    options.node(parser)
    options.line(parser)
    options.yes(parser)


def _what_is_said(parser: Any) -> None:
    parser.add_argument("kind", metavar="KIND", help="such as activity.flight, stop, receipt, reply")
    parser.add_argument(
        "--file", type=Path, metavar="FILE", help="what is said; leave it out to say nothing but flags"
    )
    parser.add_argument("--volumes", type=Path, metavar="FILE", help="GeoJSON whose features are the volumes")
    parser.add_argument(
        "--to", action="append", default=[], metavar="PARTY", help="name or id; `all` for every member"
    )
    parser.add_argument(
        "--ref",
        action="append",
        default=[],
        metavar="ID",
        help="the entry it is about, or the start of its id; may be repeated",
    )
    parser.add_argument("--supersedes", default="", metavar="ID", help="the version that an amend replaces")
    parser.add_argument(
        "--mode", choices=("REAL", "EXERCISE", "TEST"), default="", help="there is no default"
    )
    parser.add_argument(
        "--life-safety", action="store_true", help="the signed flag, where the kind may carry it"
    )
    parser.add_argument("--precedence", choices=("ROUTINE", "PRIORITY", "IMMEDIATE", "FLASH"), default="")
    parser.add_argument("--reply-by", default="", metavar="TIME", help="RFC 3339 or date-time group")


def _how_it_goes(parser: Any) -> None:
    parser.add_argument(
        "--co-sign", action="append", default=[], metavar="POST", help="a second officer's key, here"
    )
    parser.add_argument(
        "--second", action="append", default=[], metavar="POST", help="with --draft: who signs elsewhere"
    )
    parser.add_argument(
        "--draft", type=Path, metavar="FILE", help="write a draft for the second officer, send nothing"
    )
    parser.add_argument(
        "--coarse",
        action="store_true",
        help="in the coarse form that was set beforehand (steerclear rules): the watch alone, after the wait",
    )
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of this kind's payload")


def _declare_sign(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "sign",
        run_sign,
        "As the second officer: read a draft, sign it.",
        "steerclear sign out.json --as second --home blue",
    )
    _draft(parser)


def _declare_submit(commands: options.Commands) -> None:
    parser = options.add(
        commands,
        "submit",
        run_submit,
        "Hand in a draft that all its officers have signed.",
        "steerclear submit out.json --as second --home blue",
    )
    _draft(parser)


def _draft(parser: Any) -> None:
    parser.add_argument("draft", type=Path, metavar="DRAFT", help="as `steerclear say --draft` wrote it")
    options.node(parser)
    options.yes(parser)


def run_say(args: Namespace) -> int:
    from steerclear.cli import client, saying
    from steerclear.node.home import officer

    if args.schema:
        return _schema(args)
    from steerclear.cli.faults import Stop

    made = _read(args)
    who = client.officer(args)
    draft = _draft_of(args, who, made)
    if args.coarse:
        from steerclear.cli.rules import coarse_of

        draft = coarse_of(who, draft)
    keys = [who.key, *(officer(args.home, post) for post in args.co_sign)]
    if args.second and args.draft is None:
        raise Stop(
            [_no("no-draft", "--draft", "a second officer elsewhere needs the draft", "give --draft FILE")]
        )
    told = saying.complete(args, who, draft, keys, tuple(_ref_of(who, post) for post in args.second))
    if args.draft is not None and "form" in told:
        saying.write_draft(args.draft, told)
        lines = [
            say("files.draft", file=str(args.draft)),
            say("files.draft-next"),
        ]
        show.emit(args, {"draft": str(args.draft)}, lines, mode=draft["mode"])
    return codes.OK


def run_sign(args: Namespace) -> int:
    import json

    from steerclear.cli import client, saying
    from steerclear.cli.faults import Stop

    held = saying.read_draft(args.draft)
    key = client.key_of(args)
    meant = held["draft"]
    faults = saying.differences(
        held["prepared"], meant, held["party"], held["line"], client.now_ms(args.home)
    )
    if key.verifier.ref not in meant["signers"]:
        faults.append(
            _no("not-your-draft", "signers", f"{key.verifier.ref} is not among those who sign", "another key")
        )
    if faults:
        raise Stop(faults)
    show.say(
        json.dumps(
            {"inner": meant.get("inner", {}), "body": meant.get("body", {})}, ensure_ascii=False, indent=2
        )
    )
    saying.tell(args, held["prepared"])
    if not show.confirm(args, say("saying.confirm-too", kind=meant["kind"])):
        return codes.DECLINED
    text = held["prepared"]["text"].encode()
    held["note"] = saying.signed(text, held["note"].encode(), [key]).decode()
    saying.write_draft(args.draft, held)
    missing = _missing(held)
    lines = [
        say("files.signed-by", officer=key.verifier.ref),
        say("files.still-to-sign", keys=missing) if missing else say("files.next-submit"),
    ]
    show.emit(
        args,
        {"draft": str(args.draft), "signed": key.verifier.ref, "missing": missing},
        lines,
        mode=meant["mode"],
    )
    return codes.OK


def run_submit(args: Namespace) -> int:
    from steerclear.cli import client, saying
    from steerclear.cli.faults import Stop

    held = saying.read_draft(args.draft)
    missing = _missing(held)
    if missing:
        raise Stop([_no("not-signed", "signers", f"{', '.join(missing)} has not signed", "steerclear sign")])
    args.line = held["line"]
    saying.submit(args, client.officer(args), held["note"].encode(), held["prepared"])
    return codes.OK


def _missing(held: dict[str, Any]) -> list[str]:
    from steerclear.record.note import parse_note

    there = {one.ref for one in parse_note(held["note"].encode()).signatures}
    return [ref for ref in held["draft"]["signers"] if ref not in there]


def _schema(args: Namespace) -> int:
    import json

    from steerclear.cli.faults import stop
    from steerclear.speech.schema import payload_schema

    try:
        schema = payload_schema(args.kind)
    except KeyError:
        raise stop(
            "unknown-kind", "KIND", f"{args.kind} is no kind that is spoken", "steerclear say --help"
        ) from None
    print(json.dumps(schema, ensure_ascii=False, indent=2))
    return codes.OK


def _read(args: Namespace) -> Any:
    """What the files say, in wire terms. Raises `Stop` with every fault of form."""
    from steerclear.cli.faults import Stop
    from steerclear.speech import drawing
    from steerclear.speech.authoring import Draft, from_file, from_tables

    made = (
        from_file(args.file.read_bytes(), args.file.suffix, args.kind)
        if args.file is not None
        else from_tables({}, args.kind)
    )
    if isinstance(made, list):
        raise Stop(made)
    if args.volumes is None:
        return made
    drawn = drawing.geojson(args.volumes.read_bytes())
    if isinstance(drawn, list):
        raise Stop(drawn)
    name = "bounds" if made.kind == "area.request" else "volumes"
    if made.kind == "amend":
        body = made.body | {"notice": made.body.get("notice", {}) | {name: drawn[1]}}
    else:
        body = made.body | {name: drawn[1]}
    return Draft(made.kind, made.header, made.inner, body)


def _draft_of(args: Namespace, who: Officer, made: Any) -> dict[str, Any]:
    """The draft as the node takes it: the file's header under the command's flags, names turned into ids."""
    from steerclear.cli.entry import find_entry
    from steerclear.speech.quantities import time
    from steerclear.units import parse_time

    header = made.header
    draft = {
        "kind": made.kind,
        "mode": args.mode or header.get("mode", ""),
        "life_safety": args.life_safety or bool(header.get("life_safety", False)),
        "precedence": args.precedence or header.get("precedence", "ROUTINE"),
        "refs": [find_entry(who, one) for one in args.ref] or list(header.get("refs", ())),
        "supersedes": find_entry(who, args.supersedes) if args.supersedes else header.get("supersedes", ""),
        "to": parties(who, _chosen(made.kind, args.to or list(header.get("to", ())))),
        "inner": made.inner,
        "body": _named(who, made.kind, made.body),
    }
    if args.reply_by:
        draft["reply_by_ms"] = int(parse_time(time(args.reply_by), field="--reply-by"))
    elif "reply_by_ms" in header:
        draft["reply_by_ms"] = header["reply_by_ms"]
    return draft


def _chosen(kind: str, named: list[str]) -> list[str]:
    """Each addressee of a humanitarian movement is chosen by itself (messages.md). Raises `Stop`."""
    from steerclear.cli.faults import stop

    if kind == "movement.notify" and "all" in named:
        raise stop(
            "each-addressee", "to", "each addressee of a movement is chosen by itself", "name each with --to"
        )
    return named


def _named(who: Officer, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body with the id of the rescuer whom an `assist`, or a new version of one, names by this site's name."""
    if kind == "amend" and body.get("kind") == "assist" and isinstance(body.get("notice"), dict):
        return body | {"notice": _named(who, "assist", body["notice"])}
    rescuer = body.get("rescuer") if kind == "assist" else None
    return body | {"rescuer": parties(who, [rescuer])[0]} if isinstance(rescuer, str) else body


def parties(who: Officer, named: list[str]) -> list[str]:
    """Names or ids of members → ids. Raises `Stop`."""
    from steerclear.cli.faults import stop

    members = {row["party"]: row["name"] for row in who.get("/members") if not row["own"]}
    if named == ["all"]:
        return sorted(members)
    out = []
    for one in named:
        fits = [party for party, name in members.items() if one in (party, name)]
        if len(fits) != 1:
            known = ", ".join(f"{name} ({party[:8]}…)" for party, name in members.items())
            raise stop(
                "unknown-party",
                "to",
                f"{one} is no other member",
                f"name one of: {known}; or all; names of your own stand under [names] in steerclear.toml",
            )
        out += fits
    return sorted(set(out))


def _ref_of(who: Officer, post: str) -> str:
    """The key reference of an own post, as the record has it."""
    from steerclear.cli.faults import stop

    rows = next(row["posts"] for row in who.get("/members") if row["own"])
    fits = [row["key"] for row in rows if post in (row["post"], row["key"])]
    if len(fits) != 1:
        known = ", ".join(row["post"] for row in rows)
        raise stop("unknown-key", "--second", f"{post} is no one post of this party", f"one of: {known}")
    return str(fits[0])


def _no(code: str, field: str, rule: str, remedy: str) -> Any:
    from steerclear.errors import Refused

    return Refused(code, field, rule, remedy)
