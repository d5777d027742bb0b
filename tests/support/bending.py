"""An example with one value of its body or inner header replaced."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from steerclear.speech.authoring import Draft


def bent(made: Draft, path: str, value: Any) -> Draft:
    """The draft with one value of its body or inner header set (`None`: dropped), in wire terms."""
    tables: dict[str, Any] = {"inner": copied(made.inner), "body": copied(made.body)}
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"[a-z_0-9]+", path)]
    here: Any = tables
    for step in steps[:-1]:
        if isinstance(here, dict) and step not in here:
            here[step] = {}
        here = here[step]
    if value is None:
        del here[steps[-1]]
    else:
        here[steps[-1]] = value
    return replace(made, inner=tables["inner"], body=tables["body"])


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: copied(entry) for name, entry in value.items()}
    return [copied(entry) for entry in value] if isinstance(value, list | tuple) else value
