"""docs/reference/cli.md, made from the parser alone, so that page and program cannot differ (a test compares them)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from steerclear.cli import codes
from steerclear.cli.parser import ENVIRONMENT, TEXT, build

HEAD = """# The command line

Made by `python -m steerclear.cli.reference` from the parser; do not edit by hand.

"""


def page() -> str:
    """The whole page."""
    lines = [HEAD + TEXT, "", "Every command takes `--help`; every one that answers takes `--json`.", ""]
    lines += ["## Exit codes", "", "| code | meaning |", "|---|---|"]
    lines += [f"| {code} | {text} |" for code, text in codes.MEANING.items()]
    lines += ["", "## Environment", ""]
    for row in ENVIRONMENT.splitlines()[1:]:
        name, _, text = row.strip().partition("  ")
        lines.append(f"- `{name}`: {text.strip()}")
    for name, parser in commands(build(), "steerclear"):
        lines += ["", *_command(name, parser)]
    return "\n".join(lines) + "\n"


def commands(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that does something, with its full name, in the order of the parser."""
    groups = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not groups:
        yield name, parser
    for group in groups:
        for word, below in group.choices.items():
            yield from commands(below, f"{name} {word}")


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    yield parser.description or ""
    example, _, more = (parser.epilog or "").removeprefix("example:\n").partition("\n\n")
    yield from ("", "```sh", *(line[2:] for line in example.splitlines()), "```")
    if more:
        yield ""
        yield more
    rows = [row for action in parser._actions if (row := _row(action))]
    if rows:
        yield from ("", "| argument | what it is |", "|---|---|", *rows)


def _row(action: argparse.Action) -> str:
    if action.dest in ("help", "json"):
        return ""
    value = action.metavar or ("" if action.nargs == 0 else action.dest.upper())
    if action.choices:
        value = "{" + ",".join(str(one) for one in action.choices) + "}"
    if not action.option_strings:
        name = f"`{action.metavar or action.dest}`"
    else:
        name = ", ".join(f"`{flag} {value}`".replace(" `", "`") for flag in action.option_strings)
    text = " ".join((action.help or "").split()) or "-"
    return f"| {name} | {text} |".replace("$", "\\$")


if __name__ == "__main__":
    print(page(), end="")
