"""`steerclear demo` between real processes, and `replay`: exit 0 only if everything held."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_world import run

from steerclear.cli import codes, replay

pytestmark = pytest.mark.slow


def demo(folder: Path, *more: str) -> tuple[int, str]:
    """As a user types it, in a folder of its own."""
    argv = [sys.executable, "-m", "steerclear", "demo", *more]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout


def test_the_demonstration_holds_and_leaves_a_kit_that_verifies(tmp_path: Path):
    code, out = demo(tmp_path, "--keep", str(tmp_path / "kept"))
    assert code == codes.OK, out
    assert out.startswith("EXERCISE EXERCISE EXERCISE") and out.rstrip().endswith(
        "EXERCISE EXERCISE EXERCISE"
    )
    assert "centre sees" in out and "headquarters sees" in out and "REPEATED AFTER WARNING" in out
    assert "VERIFIED" in out and "DID NOT HOLD" not in out and "Where to look next:" in out
    kept = tmp_path / "kept"
    (kit,) = (kept / "files" / "centre").glob("evidence-*.tar")
    parties = [
        run("line", "card", kept / n / "card.note", "--json").json["party"]
        for n in ("centre", "headquarters")
    ]
    assert run("verify", kit, "--roots", ",".join(parties)).code == codes.OK
    for name in ("centre", "headquarters"):
        assert (kept / name / "store" / "store.db").exists()
        assert (kept / name / "serve.log").exists(), "a process of its own: `steerclear serve`"
        assert run("fsck", kept / name, "--locked").code == codes.OK


def test_a_criterion_that_does_not_hold_is_named_and_is_exit_one(tmp_path: Path):
    text = (replay.folder() / "a9-outpost.toml").read_text()
    bent = tmp_path / "bent.toml"
    bent.write_text(text.replace('equals = "no"', 'equals = "yes"'))
    code, out = demo(tmp_path, "--scenario", str(bent), "--json")
    told = json.loads(out)
    assert code == codes.NO and not told["held"] and not told["passed"]
    assert [one["seen"] for one in told["criteria"] if not one["held"]] == ['"no"']
    assert [path.name for path in tmp_path.iterdir()] == ["bent.toml"]


def test_replay_names_what_did_not_hold(tmp_path: Path):
    ran = run("replay", "a9", "--json")
    assert ran.code == codes.OK and [(one["id"], one["passed"]) for one in ran.json] == [("A9", True)]
    assert all(set(one) == {"text", "held", "seen"} for one in ran.json[0]["criteria"])
    bent = tmp_path / "bent.toml"
    bent.write_text(
        (replay.folder() / "a9-outpost.toml").read_text().replace('equals = "no"', 'equals = "yes"')
    )
    ran = run("replay", bent)
    assert ran.code == codes.NO and "did not hold: the radio calls" in ran.out and 'seen: "no"' in ran.out
    assert ran.out.startswith("EXERCISE EXERCISE EXERCISE")
    assert run("replay", "no-such-scenario").code == codes.NO
    assert run("replay").code == codes.USAGE
    bent.write_text("= nonsense")
    assert run("replay", bent).code == codes.NO
