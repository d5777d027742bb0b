"""Every number of an agreement at its bounds: refused beyond them with field, rule, remedy, unit; accepted at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from speech_desk import LINE, bent, draft, facts_of, judged

from steerclear.speech.kinds.agreement import RETAINED
from steerclear.speech.parameters import Parameters

pytestmark = pytest.mark.slow

NEEDS = {"silent_after_ms": ("degraded_after_ms", min), "degraded_after_ms": ("silent_after_ms", max)}
"""At its bound it holds together with the other only where that one stands there too."""
UNITS = {"_ms": "milliseconds", "_tmm": "tenths of a millimetre", "_mm": "millimetres", "_hz": "hertz"}
PLAIN = Parameters()
ROWS: dict[str, dict[str, Any]] = {
    "minima": {"a": "ship", "b": "ship"},
    "separation": {"a": "ship", "b": "ship"},
    "channels": {"number": 1, "hz": 1},
    "conduct": {"rule": "bands.near-miss"},
}


def bounds(form: type, prefix: str = "") -> Iterator[tuple[str, int, int]]:
    """(name, least, most) of every whole number of a form."""
    for one in msgspec.inspect.type_info(form).fields:  # type: ignore[union-attr]
        kinds = getattr(one.type, "types", (one.type,))
        for kind in kinds:
            if isinstance(kind, msgspec.inspect.IntType):
                assert kind.ge is not None and kind.le is not None, f"{one.name} has no bounds"
                yield prefix + one.name, kind.ge, kind.le


def said(values: dict[str, Any]) -> list[Any]:
    bare = bent(bent(draft("agreement.toml"), "body.caps", {}), "body.retention", {})
    return judged(bent(bare, "body.parameters", values))


SINGLE = list(bounds(Parameters))


@pytest.mark.parametrize(("name", "least", "most"), SINGLE, ids=[row[0] for row in SINGLE])
def test_a_number_is_refused_beyond_its_bounds_and_accepted_at_them(name: str, least: int, most: int) -> None:
    for value in (least - 1, most + 1, str(least)):
        (fault,) = said({name: value})
        assert (fault.code, fault.field) == ("bad-parameter", f"body.parameters.{name}")
        assert fault.rule and fault.source and f"from {least} to {most}" in fault.remedy
        unit = next((words for end, words in UNITS.items() if name.endswith(end)), "")
        assert unit in fault.remedy
    for value in (least, most):
        other, pick = NEEDS.get(name, ("", max))
        beside = {other: pick(value, getattr(PLAIN, other))} if other else {}
        assert said({name: value, **beside}) == []


NESTED = [
    (table, row)
    for table, form in msgspec.structs.asdict(PLAIN).items()
    if table in ROWS
    for row in bounds(
        next(f.type for f in msgspec.inspect.type_info(Parameters).fields if f.name == table).item_type.cls  # type: ignore[union-attr]
    )
]


@pytest.mark.parametrize(("table", "row"), NESTED, ids=[f"{table}.{row[0]}" for table, row in NESTED])
def test_a_number_of_a_row_too(table: str, row: tuple[str, int, int]) -> None:
    name, least, most = row
    for value in (least - 1, most + 1):
        (fault,) = said({table: [{**ROWS[table], name: value}]})
        assert (fault.code, fault.field) == ("bad-parameter", f"body.parameters.{table}[0].{name}")
        assert f"from {least} to {most}" in fault.remedy
    times = {"look_ahead_ms": most, "caution_ms": most} if name in ("caution_ms", "warning_ms") else {}
    for value in (least, most):
        assert said({table: [{**ROWS[table], **times, name: value}]}) == []


@pytest.mark.parametrize("table", ROWS)
def test_every_table_is_held_to_its_length(table: str) -> None:
    field = next(f for f in msgspec.inspect.type_info(Parameters).fields if f.name == table)  # type: ignore[union-attr]
    most = field.type.max_length
    (fault,) = said({table: [ROWS[table]] * (most + 1)})
    assert (fault.code, fault.field) == ("bad-parameter", f"body.parameters.{table}")
    assert f"at most {most} long" in fault.remedy


@pytest.mark.parametrize(
    ("name", "beyond", "least_or_most"),
    [
        ("alert_cell_mm", 0, 1_000_000),
        ("alert_cell_ms", 0, 60_000),
        ("bulk_read_count", 51, 50),
        ("bulk_read_ms", 60_000, 3_600_000),
    ],
)
def test_no_agreement_goes_beyond_the_boundary(name: str, beyond: int, least_or_most: int) -> None:
    """boundary.md: no track of the other side, every bulk read logged to its owner."""
    (fault,) = said({name: beyond})
    assert (fault.code, fault.field) == ("bad-parameter", f"body.parameters.{name}")
    assert str(least_or_most) in fault.remedy
    assert said({name: least_or_most}) == []


def test_a_number_holds_together_with_what_the_genesis_says() -> None:
    """Both ways: refused though the defaults would bear it, and taken though they would not."""

    def over(genesis: dict[str, Any], values: dict[str, Any]) -> list[tuple[str, str]]:
        made = bent(draft("agreement.toml"), "body.parameters", values)
        facts = facts_of(made, line=replace(LINE, genesis=Parameters.from_dict(genesis)))
        return [(one.code, one.field) for one in judged(made, facts)]

    refused = [("silent-before-degraded", "body.parameters.silent_after_ms")]
    quick = {"degraded_after_ms": 10_000, "silent_after_ms": 20_000}
    assert over(quick, {"silent_after_ms": 15_000}) == [] and over({}, {"silent_after_ms": 15_000}) == refused
    assert (
        over(quick, {"degraded_after_ms": 21_000}) == refused
        and over({}, {"degraded_after_ms": 21_000}) == []
    )
    assert over(quick, {"degraded_after_ms": 30_000, "silent_after_ms": 29_000}) == refused, "and once only"


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, name, _ in RETAINED])
def test_how_long_a_payload_is_kept_stands_in_one_place(field: str, name: str) -> None:
    made = bent(draft("agreement.toml"), "body.retention", {field: 1})
    assert judged(bent(made, "body.parameters", {})) == []
    (fault,) = judged(bent(made, "body.parameters", {name: 3_600_000}))
    assert (fault.code, fault.field) == ("said-twice", f"body.retention.{field}")
