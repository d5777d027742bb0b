"""The agreement's own figures for conduct rules, beside the rules that ship: a row that no rule reads would change
nothing, and one party might believe that it does (messages.md, Talks: the parameters the checks run on).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from steerclear.errors import Refused
from steerclear.judgement.conduct.rule import rules
from steerclear.speech.parameters import ConductLimit
from steerclear.speech.wanted import nearest_first

_SOURCE: Final = "docs/reference/conduct-rules.md"


def unread(rows: Iterable[ConductLimit]) -> list[Refused]:
    """What of these rows nothing would read: a rule that does not ship, a figure that its check has not."""
    known = {rule.id: rule for rule in rules()}
    out = []
    for i, row in enumerate(rows):
        field, rule = f"parameters.conduct[{i}]", known.get(row.rule)
        if rule is None:
            said, remedy = f"no rule is called {row.rule}", nearest_first(row.rule, known)
            out.append(Refused("conduct-rule-unknown", f"{field}.rule", said, remedy, _SOURCE))
            continue
        takes = [name for name in ConductLimit.__struct_fields__ if hasattr(rule.check, name)]
        for name in ConductLimit.__struct_fields__[1:]:
            if getattr(row, name) is not None and name not in takes:
                said = f"{row.rule} asks no {name}"
                remedy = f"it takes {', '.join(takes)}" if takes else "it has no figure: leave the row out"
                out.append(Refused("conduct-figure-unread", f"{field}.{name}", said, remedy, _SOURCE))
    return out
