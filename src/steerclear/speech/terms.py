"""What members of a line ratify: equal terms, by hash, are one agreement."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import jcs
from steerclear.speech.kinds.agreement import Agreement
from steerclear.speech.parameters import Parameters
from steerclear.units import parse_time

TAG: Final = b"steerclear/agreement/v1\n"
TERMS: Final = (
    "name",
    "text_hash",
    "parameters",
    "exercise_periods",
    "scope",
    "caps",
    "disclosure",
    "in_force_from",
    "until",
    "clause",
)


def terms(body: Agreement) -> dict[str, Any]:
    """The part of a ratification that must be equal for two acts to be of one agreement."""
    return {name: value for name, value in msgspec.to_builtins(body).items() if name in TERMS}


def terms_hash(body: Agreement) -> str:
    """Hex SHA-256(tag ‖ JCS of the terms)."""
    return hashlib.sha256(TAG + jcs.dumps(terms(body))).hexdigest()


def parameters_of(body: Agreement, genesis: Parameters) -> Parameters:
    """The parameters that this agreement makes: its own over the genesis set. Raises `Malformed`."""
    return Parameters.from_dict(body.parameters or {}, genesis)


def periods_ms(body: Agreement) -> tuple[tuple[int, int], ...]:
    """The exercise periods as half-open [start, end) in Unix ms; a period that cannot be read opens
    nothing.
    """
    out = []
    for period in body.exercise_periods:
        try:
            start, end = parse_time(period.start), parse_time(period.end)
        except Malformed:
            continue
        if start < end:
            out.append((int(start), int(end)))
    return tuple(out)
