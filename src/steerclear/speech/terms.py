"""What members of a line ratify: equal terms, by hash, are one agreement."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import jcs
from steerclear.speech.kinds.agreement import RETAINED, Agreement
from steerclear.speech.parameters import Parameters
from steerclear.units import parse_time

TAG: Final = b"steerclear/agreement/v1\n"
MAKING: Final = ("ratify", "accede")
"""Acts that make an agreement stand for their author."""
TERMS: Final = (
    "name",
    "version",
    "text_hash",
    "articles",
    "areas",
    "parameters",
    "exercise_periods",
    "scope",
    "caps",
    "retention",
    "chair",
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
    """The parameters that this agreement makes: its own, its caps and its retention over the genesis set.
    Raises `Malformed`.
    """
    return Parameters.from_dict(numbers_of(body), genesis)


def numbers_of(body: Agreement) -> dict[str, Any]:
    """Every number of an agreement by the name of the parameter that the checks take it as."""
    known = Parameters.__struct_fields__
    caps = msgspec.to_builtins(body.caps) if body.caps is not None else {}
    kept = body.retention
    retained = {
        name: count * unit_ms
        for field, name, unit_ms in RETAINED
        if (count := getattr(kept, field, None)) is not None
    }
    stated = {name: value for name, value in (caps | retained).items() if name in known}
    return stated | (body.parameters or {})


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
