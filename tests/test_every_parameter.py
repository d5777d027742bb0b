"""Every number that two parties may agree changes something, and a test says what: `parameters.toml` beside this file.

A parameter that nothing reads, or that one room reads and another does not, is a promise that the software breaks. So
each stands there with tests in which another value than the default changes the outcome; the file is checked, not run.
"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from steerclear.speech.parameters import Parameters
from test_requirements import checker

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
NAMES = {"a", "b", "rule"}
"""What of a row says whom it is for: no figure."""
PROOFS: dict[str, list[str]] = {
    name: proofs
    for rows in tomllib.loads((ROOT / "tests/parameters.toml").read_text(encoding="utf-8")).values()
    for name, proofs in rows.items()
}
_PROOF = re.compile(r"(?P<file>tests/[\w/]+\.py)(::(?P<test>\w+)(\[(?P<case>[^]]+)])?)?")


def figures(form: type[msgspec.Struct]) -> set[str]:
    """Every number of a set by name; of a table each figure of its rows instead, as `minima.horizontal_mm`."""
    found = set()
    for one in msgspec.inspect.type_info(form).fields:  # type: ignore[union-attr]
        item = getattr(one.type, "item_type", None)
        if isinstance(item, msgspec.inspect.StructType):
            found |= {f"{one.name}.{row.name}" for row in item.fields if row.name not in NAMES}
        else:
            found.add(one.name)
    return found


def wrong(name: str, proof: str) -> str:
    """Why a proof does not stand; '' where it does."""
    match = _PROOF.fullmatch(proof)
    path = ROOT / match["file"] if match is not None else ROOT / "tests/none"
    if match is None or not path.is_file():
        return f"{proof}: no such file"
    text = path.read_text(encoding="utf-8")
    if match["test"] is not None and match["test"] not in checker.tests_in(path):
        return f"{proof}: no such test"
    held = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    if match["case"] is not None and match["case"] not in held:
        return f"{proof}: no such case"
    if not all(re.search(rf"\b{part}\b", text) for part in name.split(".")):
        return f"{proof}: says nothing of {name}"
    return ""


def test_every_number_of_an_agreement_is_listed_and_no_other() -> None:
    assert sorted(figures(Parameters) - PROOFS.keys()) == [], (
        "say in parameters.toml what another value changes"
    )
    assert sorted(PROOFS.keys() - figures(Parameters)) == [], "no such number"


@pytest.mark.parametrize("name", PROOFS)
def test_another_value_is_shown_to_change_something(name: str) -> None:
    assert PROOFS[name]
    assert [fault for proof in PROOFS[name] if (fault := wrong(name, proof))] == []


def test_the_list_can_be_wrong() -> None:
    here = "tests/speech/test_agreed_at_the_desk.py"
    test = "test_the_desk_goes_by_the_agreed_number"
    assert wrong("launch_lead_ms", f"{here}::{test}[launch]") == ""
    for proof, why in (
        (f"{here}::{test}[lunch]", "no such case"),
        (f"{here}::{test}_not", "no such test"),
        ("tests/speech/test_nothing.py", "no such file"),
        ("tests/test_every_kind.py::test_x", "no such file"),
    ):
        assert wrong("launch_lead_ms", proof).endswith(why)
    assert wrong("radio_repeat_ms", here).endswith("says nothing of radio_repeat_ms")

    class More(Parameters, frozen=True, kw_only=True):
        promised_ms: int = 0

    assert figures(More) - PROOFS.keys() == {"promised_ms"}
