"""`steerclear agreement`: the agreement as the file that people read; drafts of it from a template and from talks."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from steerclear.cli import codes, options, show
from steerclear.cli.language import label, phrase_of, say, standing, width, word


def declare(commands: options.Commands) -> None:
    own = options.group(
        commands,
        "agreement",
        "The agreement of a line: draft, check, show.",
        "steerclear agreement draft --template bilateral-air-line -o agreement.toml\n"
        "steerclear agreement show --as releaser --home blue",
    )
    parser = options.add(
        own,
        "draft",
        run_draft,
        "Write the agreement file: from a template, with the provisions that all parties agreed.",
        "steerclear agreement draft --template bilateral-air-line -o agreement.toml\n"
        "steerclear agreement draft --template bilateral-air-line --agreed --as releaser --home blue -o agreement.toml",
        "Each agreed provision stands as an article under its own number, in place of the template's of that\n"
        "number, and its parameters over the template's. Both sides get the same file from the same record:\n"
        "compare the hash.",
    )
    parser.add_argument("--template", required=True, metavar="NAME", help="steerclear line template list")
    parser.add_argument(
        "--agreed", action="store_true", help="take in what the record of a running node shows as agreed"
    )
    options.node(parser)
    options.line(parser)
    options.output(parser, "the agreement, for `steerclear say agreement --file`")
    parser = options.add(
        own,
        "check",
        run_check,
        "Whether a file can be ratified as it is, and the hash that stands on every judgement under it.",
        "steerclear agreement check agreement.toml",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="TOML or JSON, as `say agreement` takes it")
    parser = options.add(
        own,
        "show",
        run_show,
        "How the agreement stands, who is bound, and its text.",
        "steerclear agreement show --as watch --home blue",
    )
    options.node(parser)
    options.line(parser)


def run_draft(args: Namespace) -> int:
    from steerclear.speech.templates import agreement_file, template

    made = template(args.template)
    if not args.agreed:
        return _written(args, agreement_file(made))
    import msgspec

    from steerclear.cli import client
    from steerclear.speech.toml_text import write

    who = client.officer(args)
    body = with_agreed(msgspec.to_builtins(made.agreement), who.get("/talks")["provisions"])
    return _written(args, write({"kind": "agreement", "body": body}))


def with_agreed(body: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The terms with every provision that all agreed, by number; rows are those of the talks view."""
    articles = {one["number"]: one for one in body.get("articles", ())}
    parameters = dict(body.get("parameters", {}))
    for row in rows:
        found = row["provision"]
        if found["state"] != "agreed" or not found["number"] or not found["text"]:
            continue
        article = {"number": found["number"], "text": found["text"]}
        articles[found["number"]] = article | ({"title": found["title"]} if found["title"] else {})
        parameters |= found["parameters"]
    order = sorted(articles, key=lambda number: [int(part) for part in number.split(".")])
    return body | {"articles": [articles[number] for number in order], "parameters": parameters}


def _written(args: Namespace, text: str) -> int:
    args.output.write_text(text, encoding="utf-8")
    body = _read(args.output)
    made = _terms(body)
    lines = [
        say("files.agreement.written", file=str(args.output)),
        say("files.agreement.terms", hash=made),
        say("files.agreement.next"),
    ]
    show.emit(args, {"file": str(args.output), "terms": made}, lines)
    return codes.OK


def run_check(args: Namespace) -> int:
    from steerclear.cli.faults import Stop
    from steerclear.speech import rules
    from steerclear.speech.complete import missing
    from steerclear.speech.parameters import Parameters
    from steerclear.speech.terms import numbers_of

    body = _read(args.file)
    faults = rules.wrong("agreement", body, Parameters())
    if faults:
        raise Stop(faults)
    absent = list(missing("agreement", body))
    numbers = numbers_of(body)
    value = {
        "terms": _terms(body),
        "name": body.name,
        "version": body.version,
        "absent": absent,
        "sets": numbers,
    }
    sets = sorted(numbers) or say("files.agreement.sets-nothing")
    lines = [
        say("files.agreement.terms", hash=value["terms"]),
        say("files.agreement.name", name=body.name or "-", version=body.version or "-"),
        say("files.agreement.articles", numbers=[article.number for article in body.articles] or "-"),
        say("files.agreement.sets", names=sets),
    ]
    if absent:
        lines.append(say("files.agreement.absent", fields=absent))
    show.emit(args, value, lines)
    return codes.OK


def run_show(args: Namespace) -> int:
    from steerclear.cli import client
    from steerclear.cli.heard import mode_of
    from steerclear.speech.toml_text import write

    who = client.officer(args)
    line = who.get()
    found, names = line["agreement"], who.names()
    text: dict[str, Any] = {}
    if found["entries"]:
        payload = who.get(f"/entries/{found['entries'][0]}")["payload"]
        text = payload["body"] if payload is not None else {}
    lines = agreement_lines(line, names)
    if text:
        lines += ["", write({name: value for name, value in text.items() if name != "act"}).rstrip("\n")]
    show.emit(args, {"agreement": found, "chair": line["chair"], "text": text}, lines, mode=mode_of(line))
    return codes.OK


def agreement_lines(line: dict[str, Any], names: dict[str, str]) -> list[str]:
    """How it stands, for people."""
    from steerclear.speech.kinds.agreement import NO_RECOGNITION

    found = line["agreement"]

    def told(parties: list[str]) -> str:
        return ", ".join(names.get(party, party[:8]) for party in parties) or "-"

    def row_of(code: str, text: str) -> str:
        name = phrase_of("column", code)
        return f"{name}{' ' * max(1, 12 - width(name))}{text}"

    interim = f"; {word('interim')}" if line["interim"] else ""
    lines = [
        row_of("agreement", label("state", found["state"]) + interim),
        row_of("terms", f"{found['hash'] or '-'}  {found['name']} {found['version'] or '-'}"),
        row_of("bound", told(found["ratified_by"])),
        row_of("waiting for", told(found["waiting_for"])),
        row_of("not bound", told(found["not_bound"])),
    ]
    if found["withdrawn_by"]:
        lines.append(row_of("left", told(found["withdrawn_by"])))
    for row in found["reservations"]:
        lines.append(row_of("reserved", f"{told([row['party']])}: {', '.join(row['provisions'])}"))
    for row in line["suspensions"]:
        until = show.instant(row["until_ms"], phrase_of("column", "without an end"))
        what = ", ".join(label("category", one) for one in row["categories"])
        terms = f"{phrase_of('column', 'terms')}: {row['terms'] or '-'}"
        lines.append(row_of("suspended", f"{told([row['party']])}: {what}; {until}; {terms}"))
    for made, parties in found["pending"].items():
        lines.append(row_of("pending", f"{made[:16]}: {told(parties)}"))
    chair = line["chair"]
    if chair is not None:
        turn = f"{told([chair['party']])} {phrase_of('column', 'until')} {show.instant(chair['until_ms'])}"
        lines.append(row_of("chair", f"{turn}, {told([chair['next']])}"))
    return [*lines, "", *standing((NO_RECOGNITION,))]


def _read(path: Path) -> Any:
    """The terms in a file. Raises `Stop` with every fault of form."""
    from steerclear.cli.faults import Stop
    from steerclear.speech import form
    from steerclear.speech.authoring import from_file

    made = from_file(path.read_bytes(), path.suffix, "agreement")
    if isinstance(made, list):
        raise Stop(made)
    filled = form.filled("agreement", made.inner, made.body)
    if isinstance(filled, list):
        raise Stop(filled)
    return filled[1]


def _terms(body: Any) -> str:
    from steerclear.speech.terms import terms_hash

    return str(terms_hash(body))
