"""docs/reference/states.md: every role, state and mark, with what it means (docs_states.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

from steerclear.procedure import observed, subject
from steerclear.speech.table import KINDS

WORDS: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
STATES: Final[Mapping[str, Any]] = {
    "notice": subject.Life,
    "addressee": subject.AddresseeState,
    "dissemination": subject.DisseminationState,
    "stop": subject.StopState,
    "area": subject.AreaState,
    "area at home": subject.AreaAtHome,
    "lost hop": subject.LostHop,
    "deadline": subject.DeadlineState,
    "line as measured": observed.Observed,
}
"""Machine → the type that lists its states; the empty word means that none applies."""
HEAD: Final = """# Roles, states and marks

*Generated from the types of the package and `tools/docs_states.toml`; `make docs` writes it.*

Where each of them stands in an answer of the interface: [subject.md](subject.md). No state is a permission, none is
green. A mark blocks nothing: it says what a reader must know. What each timer and distance is:
[parameters.md](parameters.md); what each kind holds, with its examples: [kinds.md](kinds.md).

## Roles

A key has the roles that its party's log gives it: `steerclear keys add watch=watch_officer,releaser`.

| role | who | may sign |
|---|---|---|
"""


def states_page() -> str:
    """The whole page."""
    out = [
        HEAD + "\n".join(f"| `{role}` | {words} | {_signs(role)} |" for role, words in WORDS["roles"].items())
    ]
    out += ["", "## States"]
    for machine, states in STATES.items():
        words = WORDS["states"][machine]
        out += ["", f"### {machine[:1].upper()}{machine[1:]}", "", "| state | means |", "|---|---|"]
        out += [f"| `{state}` | {words[state]} |" for state in get_args(states) if state]
    out += ["", "## Marks", "", "| mark | means |", "|---|---|"]
    out += [f"| `{mark}` | {WORDS['marks'][mark]} |" for mark in sorted(WORDS["marks"])]
    return "\n".join(out) + "\n"


def _signs(role: str) -> str:
    kinds = [f"`{row.name}`" for row in KINDS.values() if role in row.roles]
    return ", ".join(kinds) or ("`key`" if role == "registrar" else "nothing")
