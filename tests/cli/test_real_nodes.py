"""The commands that speak to running nodes: two homes, two real `serve` processes, an exercise line, the real clock."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_nodes import WORD, Pair, flight, two_nodes
from cli_world import Ran, good, run

from steerclear.cli import codes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("real-nodes")]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with two_nodes(tmp_path_factory.mktemp("nodes")) as made:
        yield made


def test_a_conflict_is_shown_at_both_sides_with_its_exit_code(pair: Pair):
    ours = pair.say("blue", "activity.flight", flight())
    good("show", ours[:10], "--until", "delivered", *pair.at("blue"))
    theirs = pair.say("red", "activity.flight", flight())
    good("show", theirs, "--until", "delivered", *pair.at("red"))
    for name in ("blue", "red"):
        ran = run("conflicts", *pair.at(name))
        assert ran.code == codes.CONFLICT and "CONFLICT of" in ran.out
        assert (
            ran.out.startswith("EXERCISE EXERCISE EXERCISE") and "international humanitarian law" in ran.out
        )
        assert "as of 2" in ran.out and " heard " in ran.out and "OLD" not in ran.out
        assert ": equal, told" in ran.out or ": not compared yet" in ran.out
        shown = good("show", ours, *pair.at(name)).out
        assert "as of 2" in shown and "they show (" in shown
    board = good("board", *pair.at("red")).out
    assert "activity.flight" in board and "no permission and no guarantee" in board
    assert board.rstrip().endswith("EXERCISE EXERCISE EXERCISE")


def test_the_desk_refuses_by_field_rule_and_remedy(pair: Pair, tmp_path: Path):
    path = tmp_path / "bad.json"
    body = flight() | {"volumes": [{**flight()["volumes"][0], "upper": "FL100"}]}
    path.write_text(json.dumps({"mode": "EXERCISE", "body": body}))
    ran = run("say", "activity.flight", "--file", path, "--to", "all", *pair.at("blue", "releaser"), "--yes")
    assert ran.code == codes.NO and "volumes[0]" in ran.err and "do:" in ran.err
    path.write_text(json.dumps({"mode": "REAL", "body": flight()}))
    real = run("say", "activity.flight", "--file", path, "--to", "all", *pair.at("blue", "releaser"), "--yes")
    assert real.code == codes.NO and "mode" in real.err
    alone = run(
        "say",
        "activity.flight",
        "--file",
        _flight(tmp_path),
        "--to",
        "all",
        *pair.at("blue"),
        "--yes",
        "--json",
    )
    assert alone.code == codes.NO and alone.json["refused"][0]["code"] == "release-needed"
    assert (
        "unknown-party"
        in run("say", "line.check", "--file", _check(tmp_path), "--to", "green", *pair.at("blue")).err
    )


def _check(folder: Path) -> Path:
    path = folder / "check.json"
    body = {"by": "person", "occasion": "daily", "text": "The quick brown fox."}
    path.write_text(json.dumps({"mode": "EXERCISE", "body": body}))
    return path


def _flight(folder: Path) -> Path:
    path = folder / "flight.json"
    path.write_text(json.dumps({"mode": "EXERCISE", "body": flight(50)}))
    return path


def test_nothing_is_signed_without_a_yes(pair: Pair, tmp_path: Path):
    before = len(good("log", *pair.at("blue"), "--json").json["entries"])
    ran = run("say", "line.check", "--file", _check(tmp_path), "--to", "all", *pair.at("blue"))
    assert ran.code == codes.DECLINED and "what they will learn" in ran.err
    assert len(good("log", *pair.at("blue"), "--json").json["entries"]) == before


def test_the_delivery_of_a_check_is_waited_for(pair: Pair):
    entry = pair.say("blue", "line.check", {"by": "person", "occasion": "daily"}, post="watch")
    good("show", entry, "--until", "delivered", "--timeout", "90", *pair.at("blue"))
    read = run("show", entry, "--until", "read", "--timeout", "5", *pair.at("blue"))
    assert read.code == codes.NO and "not-followed" in read.err and "unknown-subject" not in read.err


def test_a_draft_goes_to_the_second_officer(pair: Pair, tmp_path: Path):
    draft = tmp_path / "out.json"
    area = {
        "area": "no_fire",
        "precision": "exact",
        "volumes": [
            {
                "circle": {"centre": [41.2, 19.9], "radius": "3 km"},
                "lower": "surface",
                "upper": "5000 ft MSL",
                "start": flight()["volumes"][0]["start"],
                "end": flight()["volumes"][0]["end"],
            }
        ],
    }
    path = tmp_path / "area.json"
    path.write_text(json.dumps({"mode": "EXERCISE", "body": area}))
    say = ("say", "area.declare", "--file", path, "--to", "all", *pair.at("blue", "releaser"), "--yes")
    one = run(*say)
    assert one.code == codes.NO and "release-needed" in one.err
    good(*say, "--draft", draft, "--second", "watch")
    assert draft.stat().st_mode & 0o077 == 0
    early = run("submit", draft, *pair.at("blue"), "--yes")
    assert early.code == codes.NO and "not-signed" in early.err
    held = json.loads(draft.read_text())
    bent = tmp_path / "bent.json"
    held["draft"]["body"]["precision"] = "broad"
    bent.write_text(json.dumps(held))
    ran = run("sign", bent, *pair.at("blue"), "--yes")
    assert ran.code == codes.NO and "not-what-was-meant" in ran.err
    foreign = run("sign", draft, *pair.at("red"), "--yes")
    assert foreign.code == codes.NO and "not-your-draft" in foreign.err
    good("sign", draft, *pair.at("blue"), "--yes")
    told = good("submit", draft, *pair.at("blue"), "--yes", "--json").json
    assert good("show", told["id"], *pair.at("blue"), "--json").json["subject"]["area"]["state"]


def test_a_kit_for_a_stranger_and_what_he_can_make_of_it(pair: Pair, tmp_path: Path):
    ours = pair.say("blue", "activity.flight", flight(74))
    good("show", ours, "--until", "delivered", *pair.at("blue"))
    kit = tmp_path / "kit.tar"
    order = ("evidence", "--all", "-o", kit, *pair.at("blue"))
    alone = run(*order)
    assert alone.code == codes.NO and "release-needed" in alone.err and not kit.exists()
    good(*order, "--co-sign", "releaser")
    roots = tmp_path / "roots.txt"
    parties = [
        good("line", "card", pair.home(n) / "card.note", "--json").json["party"] for n in ("blue", "red")
    ]
    roots.write_text("# from the parties\n" + "\n".join(parties) + "\n")
    assert _stranger(tmp_path, kit, "--roots", roots).code == codes.OK
    assert _stranger(tmp_path, kit, "--roots", ",".join(parties)).code == codes.OK
    unchecked = _stranger(tmp_path, kit)
    assert unchecked.code == codes.ROOTS_UNCHECKED and "SELF-CONSISTENT, ROOTS NOT CHECKED" in unchecked.out
    assert unchecked.out.startswith("EXERCISE EXERCISE EXERCISE")
    other = _stranger(tmp_path, kit, "--roots", "0" * 32)
    assert other.code == codes.NO and "root-not-given" in other.out
    bent = tmp_path / "bent.tar"
    bent.write_bytes(kit.read_bytes().replace(b"EXERCISE", b"EXERCISF", 1))
    assert _stranger(tmp_path, bent, "--roots", roots).code == codes.NO
    (tmp_path / "none.txt").write_text("# nothing\n")
    assert "names no fingerprint" in _stranger(tmp_path, kit, "--roots", tmp_path / "none.txt").err
    folder = tmp_path / "unpacked"
    shutil.unpack_archive(kit, folder)
    assert run("verify", folder, "--roots", roots, "--json").json["status"] == "verified"
    shown = tmp_path / "delivered.tar"
    pair.say(
        "red",
        "receipt",
        {"level": "read", "post_class": "operations", "post": "watch"},
        "--ref",
        ours,
        post="watch",
    )
    good("show", ours, "--until", "read", *pair.at("blue"))  # by then red has signed that it has seen it
    good("evidence", ours, "--delivered", "-o", shown, *pair.at("blue"), "--co-sign", "releaser")
    (entry,) = run("verify", shown, "--roots", roots, "--json").json["entries"]
    assert [one["state"] for one in entry["delivered"].values()] == ["delivered"]
    clear = tmp_path / "clear.tar"
    good("evidence", "--all", "--no-payloads", "-o", clear, *pair.at("blue"), "--co-sign", "releaser")
    assert b"aircraft_class" in kit.read_bytes() and b"aircraft_class" not in clear.read_bytes()


def _stranger(folder: Path, kit: Path, *more: object) -> Ran:
    """`verify` as a process of its own, in an empty directory, without any of our environment."""
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    argv = [sys.executable, "-m", "steerclear", "verify", str(kit), *map(str, more)]
    done = subprocess.run(argv, cwd=empty, env={"PATH": "/nowhere"}, capture_output=True, text=True)
    assert list(empty.iterdir()) == []
    return Ran(done.returncode, done.stdout, done.stderr)


def test_a_bundle_goes_round_and_changes_nothing_twice(pair: Pair, tmp_path: Path):
    path = tmp_path / "line.bundle"
    good(
        "bundle", "export", "--to", _party(pair, "red"), "-o", path, *pair.at("blue"), "--co-sign", "releaser"
    )
    good("bundle", "import", path, *pair.at("red"))  # red may have pulled all of it by then, or not yet
    assert "nothing new" in good("bundle", "import", path, *pair.at("red")).out
    refused = run("bundle", "import", _check(tmp_path), *pair.at("red"))
    assert refused.code == codes.NO and "not-a-bundle" in refused.err
    assert "unknown-party" in run("bundle", "export", "--to", "green", "-o", path, *pair.at("blue")).err


def _party(pair: Pair, name: str) -> str:
    return good("line", "card", pair.home(name) / "card.note", "--json").json["party"]


def test_keys_are_added_while_the_node_runs(pair: Pair):
    blue = pair.home("blue")
    good("keys", "new-officer", "watch-7", "--home", blue)
    assert good("keys", "add", "watch-7", "--home", blue, "--json").json["entry"]
    good("board", *pair.at("blue", "watch-7"))
    good("keys", "revoke", "watch-7", "--home", blue)
    for post in ("clerk-1", "clerk-2", "watch-8"):
        good("keys", "new-officer", post, "--home", blue)
    good("keys", "add", "clerk-1=registrar", "clerk-2=registrar", "--home", blue)
    both = ("--registrar", "clerk-1", "--registrar", "clerk-2")
    good("keys", "add", "watch-8", "--home", blue, *both)
    good("board", *pair.at("blue", "watch-8"))
    good("keys", "revoke", "watch-8", "--home", blue, *both)
    listed = good("keys", "list", "--home", blue, "--json").json
    assert listed["lines"] is None and "watch-7" in [row["post"] for row in listed["here"]]


def test_a_node_is_locked_and_unlocked(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    red = pair.home("red")
    assert "locked" in good("serve", red, "--lock").out
    assert "LOCKED" in good("board", *pair.at("red")).out
    monkeypatch.setenv("STEERCLEAR_PASSPHRASE", "wrong")
    assert "wrong-passphrase" in run("serve", red, "--unlock").err
    monkeypatch.setenv("STEERCLEAR_PASSPHRASE", WORD)
    good("serve", red, "--unlock")
    assert "LOCKED" not in good("board", *pair.at("red")).out


def test_fsck_and_doctor_of_a_running_node(pair: Pair):
    blue = pair.home("blue")
    opened = good("fsck", blue, "--json").json
    assert opened["findings"] == [] and "locked" not in opened["states"] and opened["payloads"]
    assert good("fsck", blue, "--locked", "--json").json["states"]["locked"] >= opened["payloads"]
    rows = {row["check"]: row for row in good("doctor", blue, "--json").json["findings"]}
    assert (
        rows["node"]["state"] == rows["key files"]["state"] == "ok" and rows["root keys"]["state"] == "warn"
    )
    assert any(name.startswith("peer ") for name in rows)
    secret = blue / "officers" / "watch.secret"
    secret.chmod(0o644)
    try:
        ran = run("doctor", blue)
        assert ran.code == codes.NO and "chmod 600" in ran.out
    finally:
        secret.chmod(0o600)


def test_two_processes_never_serve_one_home(pair: Pair):
    taken = run("serve", pair.home("blue"))
    assert taken.code == codes.UNREACHABLE and "node.listen" in taken.err


def test_zeroize_while_it_runs_and_after(pair: Pair, tmp_path: Path):
    """Last in this file: what it does cannot be undone."""
    kit, roots = tmp_path / "kit.tar", ",".join(_party(pair, name) for name in ("blue", "red"))
    good("evidence", "--all", "-o", kit, *pair.at("blue"), "--co-sign", "releaser")
    blue, red = pair.home("blue"), pair.home("red")
    one = run("zeroize", blue, "--as", "watch", "--yes")
    assert one.code == codes.NO and "two-keys-needed" in one.err
    assert run("zeroize", blue, "--as", "watch", "--co-sign", "releaser").code == codes.DECLINED
    done = good("zeroize", blue, "--as", "watch", "--co-sign", "releaser", "--yes", "--json").json
    assert done["node"] == "running" and done["keys"] and done["seconds"] < 5
    states = good("fsck", blue, "--json").json
    assert states["zeroized"] and states["states"]["zeroized"] and states["findings"] == []
    board = good("board", *pair.at("blue")).out
    assert "LOCKED" in board
    assert good("verify", kit, "--roots", roots)
    clear = tmp_path / "clear.tar"
    good("evidence", "--all", "-o", clear, *pair.at("blue"), "--co-sign", "releaser")
    assert (
        run("verify", clear, "--roots", roots).code == codes.OK
        and b"aircraft_class" not in clear.read_bytes()
    )
    pair.stop("blue")
    pair.start("blue")
    pair.stop("red")
    os.environ["STEERCLEAR_DURESS"] = "amber seven lanterns"
    try:
        good("zeroize", red, "--set-duress")
        os.environ["STEERCLEAR_DURESS"] = "another word"
        assert run("zeroize", red, "--as", "watch", "--duress", "--yes").code == codes.NO
        os.environ["STEERCLEAR_DURESS"] = "Amber  seven lanterns"
        done = good("zeroize", red, "--as", "watch", "--duress", "--yes", "--json").json
    finally:
        del os.environ["STEERCLEAR_DURESS"]
    assert done["node"] == "stopped" and good("fsck", red).out.count("zeroized")
    left = b"".join(path.read_bytes() for path in (red / "store").rglob("*") if path.is_file())
    assert b"aircraft_class" not in left
