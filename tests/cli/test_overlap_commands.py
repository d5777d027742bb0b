"""The commitment of an overlap query: made from a plan's file, said by `say`, shown later; and what cannot be one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_world import good, run

from steerclear.speech import form, overlap_plan
from steerclear.speech.authoring import Draft, from_file
from steerclear.speech.kinds.overlap_query import OverlapQuery
from steerclear.speech.samples import examples


def plan(folder: Path, name: str = "activity.flight.toml") -> Path:
    path = folder / name
    path.write_bytes(examples()[name])
    return path


def test_a_commitment_is_made_said_and_shown(tmp_path: Path) -> None:
    query, kept = tmp_path / "query.json", tmp_path / "kept.json"
    told = good("overlap", "commit", plan(tmp_path), "-o", query, "--keep", kept, "--json").json
    made = from_file(query.read_bytes(), ".json", "overlap.query")
    assert isinstance(made, Draft)
    filled = form.filled("overlap.query", made.inner, made.body)
    assert isinstance(filled, tuple) and isinstance(filled[1], OverlapQuery)
    assert (filled[1].commitment, filled[1].slots) == (told["commitment"], 8)
    secret = json.loads(kept.read_text())
    assert secret["salt"] not in query.read_text() and "18" not in json.dumps(made.body["slots"])
    assert not any(
        word in query.read_text() for word in ("volumes", "outline", "fixed", "tanker", "activity")
    )
    assert kept.stat().st_mode & 0o077 == 0
    assert good("overlap", "check", kept, "--commitment", told["commitment"], "--json").json["matches"]
    secret["body"]["volumes"][0]["end"] = "2026-11-01T08:50:00Z"
    kept.write_text(json.dumps(secret))
    assert run("overlap", "check", kept, "--commitment", told["commitment"]).code == 1


def test_two_queries_of_one_plan_look_different(tmp_path: Path) -> None:
    path = plan(tmp_path)
    made = [
        good("overlap", "commit", path, "-o", tmp_path / f"{n}", "--keep", tmp_path / f"k{n}", "--json").json
        for n in (1, 2)
    ]
    assert made[0]["commitment"] != made[1]["commitment"]


@pytest.mark.parametrize(
    ("name", "slots", "word"),
    [
        ("site.notify.toml", "8", "a plan is one of"),
        ("activity.flight.toml", "1", "2 volumes"),
        ("activity.flight-daily.toml", "4", "5 volumes"),
    ],
)
def test_what_is_no_plan_or_does_not_fit(tmp_path: Path, name: str, slots: str, word: str) -> None:
    if name not in examples():
        name = next(
            one for one in examples() if b"times = 5" in examples()[one] and one.startswith("activity.flight")
        )
    at = tmp_path / "q", tmp_path / "k"
    made = run("overlap", "commit", plan(tmp_path, name), "--slots", slots, "-o", at[0], "--keep", at[1])
    assert made.code == 1 and word in made.err + made.out
    assert not at[0].exists() and not at[1].exists()
    assert (
        slots == "8" or run("overlap", "commit", plan(tmp_path, name), "-o", at[0], "--keep", at[1]).code == 0
    )


def test_a_file_that_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    assert run("overlap", "check", path, "--commitment", "00").code == 1
    assert overlap_plan.slots_of(None) == 0
