"""`steerclear line template`: what a line may be founded on, and what its parties may begin to talk from."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from steerclear.cli import codes, options, show

if TYPE_CHECKING:
    from steerclear.speech.templates import Template


def declare(line: options.Commands) -> None:
    own = options.group(
        line,
        "template",
        "Templates of agreements: list, show.",
        "steerclear line template list",
    )
    options.add(own, "list", run_list, "The templates that ship.", "steerclear line template list")
    parser = options.add(
        own,
        "show",
        run_show,
        "One template: the file itself, or its terms as a file to change and ratify.",
        "steerclear line template show bilateral-air-line\n"
        "steerclear line template show multi-party-centre --agreement -o agreement.toml",
        "A template binds nobody. `line new --template NAME` takes from it who must agree to changes, and the\n"
        "numbers of interim mode; its terms hold when every party has ratified them:\n"
        "steerclear say agreement --file agreement.toml",
    )
    parser.add_argument("name", metavar="NAME", help="as `line template list` shows it")
    parser.add_argument(
        "--agreement", action="store_true", help="its terms, for `steerclear say agreement --file`"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there")


def run_list(args: Namespace) -> int:
    from steerclear.speech.templates import templates

    rows = [
        {
            "name": one.name,
            "title": one.title,
            "summary": one.summary,
            "quorum": one.quorum,
            "members": [one.members_least, one.members_most],
        }
        for one in templates()
    ]
    lines: list[str] = []
    for one in templates():
        lines += [
            show.strong(one.name),
            f"  {one.summary}",
            f"  members: {_members(one)}; changes: {_quorum(one)}",
        ]
    show.emit(args, {"templates": rows}, [*lines, "", "next: steerclear line template show NAME"])
    return codes.OK


def run_show(args: Namespace) -> int:
    import msgspec

    from steerclear.speech.templates import agreement_file, template
    from steerclear.speech.terms import terms_hash

    made = template(args.name)
    text = agreement_file(made) if args.agreement else made.text
    value = {
        "name": made.name,
        "quorum": made.quorum,
        "members": [made.members_least, made.members_most],
        "parameters": made.parameters,
        "agreement": msgspec.to_builtins(made.agreement),
        "terms": terms_hash(made.agreement),
    }
    if args.output is not None:
        args.output.write_text(text, encoding="utf-8")
        show.emit(args, value | {"file": str(args.output)}, [f"written: {args.output}"])
    else:
        show.emit(args, value, [text.rstrip("\n")])
    return codes.OK


def _members(made: Template) -> str:
    least, most = made.members_least, made.members_most
    return str(least) if least == most else f"{least} or more"


def _quorum(made: Template) -> str:
    return "two thirds of the members sign" if made.quorum == "two_thirds" else "all members sign"
