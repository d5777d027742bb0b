"""Templates of agreements, as data: what a line may be founded on and what its parties may begin to talk from.

Each is one TOML file: `[line]` for the genesis (who must agree to changes, the numbers of interim mode), `[agreement]`
the terms as `agreement` ratifies them. A template binds nobody; every one carries the no-recognition sentence.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

from steerclear.errors import Malformed
from steerclear.record.policy import Quorum
from steerclear.speech import form
from steerclear.speech.authoring import from_tables
from steerclear.speech.kinds.agreement import Agreement
from steerclear.speech.parameters import Parameters

INTERIM: Final = "interim"
"""The name in a genesis that follows no template."""


@dataclass(frozen=True, slots=True)
class Template:
    """`parameters`: the genesis', in wire terms; `agreement`: the terms, as a ratification; `text`: the file."""

    name: str
    title: str
    summary: str
    quorum: Quorum
    members_least: int
    members_most: int
    parameters: dict[str, Any]
    agreement: Agreement
    text: str


@cache
def templates() -> tuple[Template, ...]:
    """Every template that ships, by name."""
    folder = files(__name__)
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(read((folder / name).read_text("utf-8")) for name in found)


def template(name: str) -> Template:
    """The template of that name. Raises `Malformed` `unknown-template`."""
    for one in templates():
        if one.name == name:
            return one
    known = ", ".join([one.name for one in templates()] + [INTERIM])
    raise Malformed("unknown-template", field="template", remedy=f"one of {known}")


def read(text: str) -> Template:
    """A template from its file. Raises `Malformed` `bad-template` with every fault."""
    parsed = tomllib.loads(text, parse_float=Decimal)
    line = parsed["line"]
    terms = {"act": "ratify", **parsed["agreement"]}
    numbers = _wire({"act": "ratify", "parameters": line.get("parameters", {})})["parameters"]
    made = form.filled("agreement", {}, _wire(terms))
    if isinstance(made, list):
        raise Malformed(
            "bad-template", field=parsed["name"], remedy="; ".join(f"{f.field}: {f.rule}" for f in made)
        )
    assert isinstance(made[1], Agreement)
    Parameters.from_dict(numbers)
    return Template(
        parsed["name"],
        parsed["title"],
        parsed["summary"],
        line["quorum"],
        line["members_least"],
        line["members_most"],
        numbers,
        made[1],
        text,
    )


def _wire(body: dict[str, Any]) -> dict[str, Any]:
    drafted = from_tables({"kind": "agreement", "body": body})
    if isinstance(drafted, list):
        raise Malformed(
            "bad-template", field="agreement", remedy="; ".join(f"{f.field}: {f.rule}" for f in drafted)
        )
    return drafted.body


def agreement_file(made: Template) -> str:
    """The template's terms as a file for `steerclear say agreement --file`, its comments kept."""
    start = re.search(r"^\[agreement\]$", made.text, re.MULTILINE)
    assert start is not None
    terms = re.sub(r"^(\[\[?)agreement\b", r"\1body", made.text[start.start() :], flags=re.MULTILINE)
    head = (
        f"# {made.title}, from the template {made.name}. This file is the agreement: people read it, and the\n"
        "# checks run on it from the moment when every party has ratified the same terms.\n"
        'kind = "agreement"\n\n'
    )
    return head + terms.replace("[body]\n", '[body]\nact = "ratify"\n', 1)


def check_members(made: Template, count: int) -> None:
    """Raises `Malformed` `members-of-template` where so many founders do not fit."""
    if not made.members_least <= count <= made.members_most:
        few = made.members_least
        rule = str(few) if few == made.members_most else f"{few} to {made.members_most}"
        raise Malformed("members-of-template", field="cards", remedy=f"{made.name} is for {rule} members")
