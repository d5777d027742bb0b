"""Two ways to say no: `Malformed` for bytes that mean nothing, `Refused` for an act that a rule forbids.

`Malformed` is the one exception base that every parser raises on any bad bytes. `Refused` is a value: an
expected outcome that a caller shows to a person, naming the field, the rule and the remedy.
"""

from __future__ import annotations

import msgspec


class Malformed(ValueError):
    """Input that no reading makes legal.

    `field` is a dotted path (`volumes[0].upper`), `rule` a short stable code (`upper-below-lower`), `remedy` a
    sentence that tells a person what to write instead.
    """

    def __init__(self, rule: str, *, field: str = "", remedy: str = "", source: str = "") -> None:
        self.field = field
        self.rule = rule
        self.remedy = remedy
        self.source = source
        super().__init__(": ".join(part for part in (field, rule, remedy) if part))


class Refused(msgspec.Struct, frozen=True):
    """An act refused before anything was signed or stored: `code` is stable, the rest is for people."""

    code: str
    field: str = ""
    rule: str = ""
    remedy: str = ""
    source: str = ""


def refusal(error: Malformed, code: str = "malformed") -> Refused:
    """The same words as a value, for a desk that collects every fault of a form at once."""
    return Refused(code, error.field, error.rule, error.remedy, error.source)
