"""Generated pages of docs/reference say what the code says; `make docs` writes them anew."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import jsonschema
import pytest

from steerclear.speech.parameters import Parameters
from steerclear.speech.samples import examples
from steerclear.speech.table import KINDS, spoken

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("docs", ROOT / "tools/docs.py")
assert _spec is not None and _spec.loader is not None
docs = importlib.util.module_from_spec(_spec)
sys.modules["docs"] = docs
_spec.loader.exec_module(docs)

PAGES = docs.pages()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_page_is_what_the_code_says(path: Path) -> None:
    assert path.exists(), f"{path.name} is missing: run make docs"
    assert path.read_text() == PAGES[path], f"{path.name} is stale: run make docs"


def test_no_schema_stands_there_that_the_code_does_not_know() -> None:
    known = {path.name for path in PAGES}
    assert [path.name for path in (docs.REFERENCE / "schema").glob("*.json") if path.name not in known] == []


def test_every_kind_parameter_and_example_is_on_its_page() -> None:
    kinds = PAGES[docs.REFERENCE / "kinds.md"]
    assert [row.name for row in spoken() if f"\n### {row.name}\n" not in kinds] == []
    assert [name for name, row in KINDS.items() if row.body is None and f"| `{name}` |" not in kinds] == []
    assert [name for name in examples() if f"\n`{name}`:\n" not in kinds] == []
    numbers = PAGES[docs.REFERENCE / "parameters.md"]
    assert [name for name in Parameters.__struct_fields__ if f"| `{name}` |" not in numbers] == []


def test_every_parameter_says_what_it_takes_what_it_means_and_where_it_comes_from() -> None:
    page = PAGES[docs.REFERENCE / "parameters.md"]
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    assert [row[0].strip("`") for row in rows] and all(len(row) == 5 and all(row) for row in rows)
    assert {row[0]: row[2] for row in rows}["`heartbeat_ms`"] == "1 s to 3,660 d", "with its unit"
    assert "Read by nothing yet" not in page


@pytest.mark.parametrize("name", sorted(docs.schemas()))
def test_every_published_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(PAGES[docs.REFERENCE / f"schema/{name}.json"]))


def test_the_schema_of_the_what_if_takes_the_example_and_refuses_another_field() -> None:
    checker = jsonschema.Draft202012Validator(docs.schemas()["judge-document"])
    document = {"notices": [{"id": "F1", "party": "blue", "volumes": []}]}
    assert list(checker.iter_errors(document)) == []
    assert list(checker.iter_errors({**document, "target": 1}))
