"""The table of formats is complete: each format that the record implements has its text, commit and hash."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "formats.md"
RECORD = ROOT / "src" / "steerclear" / "record"
ASKED = {
    *("signed-note", "tlog-checkpoint", "tlog-cosignature", "tlog-tiles", "tlog-witness"),
    *("tlog-proof", "tlog-mirror", "tlog-policy"),
}
"""design/record.md, Formats."""
ROW = re.compile(
    r"\| (?P<format>[a-z-]+) \| (?P<here>(?:`[a-z_]+\.py`(?:, )?)+) \| `(?P<text>[a-z-]+\.md)` "
    r"\| (?P<commit>[0-9a-f]{40}) \| (?P<characters>[1-9][0-9]*) \| (?P<hash>[0-9a-f]{64}) \|"
)


def rows(page: str) -> dict[str, re.Match[str]]:
    return {found["format"]: found for found in map(ROW.fullmatch, page.split("\n")) if found is not None}


def wrong(page: str) -> list[str]:
    """What is missing in the table."""
    found = rows(page)
    named = {name for row in found.values() for name in re.findall(r"`([a-z_]+\.py)`", row["here"])}
    gone = [name for name in named if not (RECORD / name).is_file()]
    missing = [name for name in mentioned() if name not in found]
    return [*sorted(ASKED - found.keys()), *gone, *missing]


def mentioned() -> set[str]:
    """Formats of C2SP that the modules of the record name."""
    texts = "\n".join(path.read_text() for path in RECORD.glob("*.py"))
    return set(re.findall(r"\b(signed-note|tlog-[a-z]+)\b", texts))


def test_the_table_is_complete():
    page = PAGE.read_text()
    assert wrong(page) == []
    assert mentioned() >= {"tlog-policy", "tlog-tiles", "signed-note"}


@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_row_that_lacks_something_is_missed(name: str):
    page = PAGE.read_text()
    row = rows(page)[name]
    for old in (row["commit"], row["text"], row["characters"], row["hash"]):
        assert name in wrong(
            page.replace(row[0], row[0].replace(old, "x" if old != row["text"] else "X"), 1)
        ), old
    assert wrong(page.replace(row[0], row[0].replace(".py", "x.py"))) != []


def test_the_drafts_that_are_followed_in_part_say_so():
    text = (ROOT / "docs" / "adr" / "0011-policy-and-mirror-drafts.md").read_text()
    assert "adr/0011-policy-and-mirror-drafts.md" in PAGE.read_text()
    assert all(word in text for word in ("tlog-policy", "tlog-mirror", "add-entries", "sign-subtree"))
