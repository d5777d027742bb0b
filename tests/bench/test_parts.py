"""Every part of the bench at a tiny size: that it still runs and answers right. No figure of time is looked at."""

from __future__ import annotations

from dataclasses import asdict

import msgspec
import pytest
from bench.figure import Figure

from bench import brute, command, conflict, conflict_set, readers, shown, submit, table, unseen
from steerclear.space.volume import Polygon

TINY = "d253ffaee9977aaf683667754afb3378b08f1cf0d069caeeebb699b4d3152c2c"


def by_name(figures: list[Figure]) -> dict[str, Figure]:
    return {one.name: one for one in figures}


def test_the_set_is_the_published_one():
    made = conflict_set.make(200, 20)
    assert made.sha256 == TINY
    assert made.sha256 != conflict_set.make(200, 20, seed=1).sha256
    outlines = [notice.volumes[0].outline for notice in made.standing]
    assert all(isinstance(one, Polygon) and 10 <= len(one.exterior) <= 60 for one in outlines)


def test_conflict_part_agrees_with_brute_force():
    made = conflict_set.make(300, 25)
    seen = by_name(list(conflict.measured(made, 1e9, checked=6)))
    assert seen["conflict.disagreements_300"].value == 0
    assert seen["conflict.candidates_most_300"].holds


def test_brute_force_would_tell_a_wrong_answer():
    made = conflict_set.make(300, 25)
    active = conflict.stand(made.standing)
    rows = [conflict.ask(active, notice) for notice, size in made.new if size > 2][:2]
    empty = [msgspec.structs.replace(row.check, judgements=()) for row in rows]
    wrong = [conflict.Asked(row.notice, 0.0, check) for row, check in zip(rows, empty, strict=True)]
    assert conflict.disagreements(made.standing, rows) == (0, 0)
    assert conflict.disagreements(made.standing, wrong)[0] >= 6


def test_close_pairs_are_decided_slowly():
    a, b = conflict_set.make(50, 1).standing[:2]
    assert brute.slowly(a, a) == "conflict" and brute.slowly(a, b) in ("conflict", "apart")


def test_unseen_part(monkeypatch):
    monkeypatch.setattr(unseen, "CUT_IN", 2)
    tally = unseen.play(12, seed=3)
    assert (tally.runs, tally.unseen, tally.differing) == (12, 0, 0)
    assert tally.cut and tally.unchecked


def test_unseen_would_be_counted(monkeypatch):
    monkeypatch.setattr(unseen.conflicts, "unchecked", lambda node, line: [])
    assert unseen.play(2, seed=3).unseen


@pytest.mark.slow
def test_submit_part():
    seen = by_name(
        list(submit.measured("sqlite", "sqlite", "activity.flight", 1, 2, bounded=False, officers=2))
    )
    assert seen["submit.cpu_sqlite.activity.flight"].value > 0


def test_the_parts_of_whole_commands(tmp_path):
    """A run that fails has no time; the run that warms the caches does not count."""
    ran = tmp_path / "ran"
    script = ("sh", "-c", f"echo one >> {ran}")
    seen = by_name([*command.check(script, 2), *command.demo(script, 1)])
    assert seen["check.seconds"].bound == seen["demo.seconds"].bound == "< 60"
    assert len(ran.read_text().split()) == 3 + 2
    with pytest.raises(SystemExit, match="ended with 3:\nwhy"):
        list(command.check(("sh", "-c", "echo why; exit 3"), 1))


@pytest.mark.slow
def test_shown_part():
    seen = by_name(list(shown.measured(60, 4)))
    assert seen["shown.p99"].value >= seen["shown.p50"].value >= 0


def test_the_table_of_the_page():
    page = f"before\n{table.BEGIN}\nformer\n{table.END}\nafter\n"
    rows = [
        asdict(Figure("a.b", 1.5, "ms", "<= 2", True, "how", (1.0, 2.0))),
        asdict(Figure("c", 3, "", "== 0", False)),
    ]
    made = table.filled(page, rows)
    assert made.startswith("before\n") and made.endswith("after\n") and "former" not in made
    assert "| `a.b` | 1.5 ms | 1 to 2 | <= 2 | yes |" in made and "| `c` | 3 |  | == 0 | **no** |" in made
    assert table.filled(made, rows) == made
    with pytest.raises(ValueError):
        table.filled("no marks", rows)
    assert table.BEGIN in table.PAGE.read_text() and table.END in table.PAGE.read_text()


def test_readers_part(monkeypatch):
    for name, value in (("REPORTS", 50), ("MOVERS", 60), ("TIMES", 1)):
        monkeypatch.setattr(readers, name, value)
    seen = by_name(list(readers.run()))
    assert {"readers.ais", "readers.aircraft_json", "readers.tracks_take", "readers.tracks_heights"} <= set(
        seen
    )
    assert seen["readers.ais"].unit == "1/s" and seen["readers.tracks_take"].value > 0
