"""The kit's own script: sh, openssl and sha256sum accept a good kit and refuse what was tampered with."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from kit_world import START_S, World
from line_world import Party, new_key

from steerclear.record import kit, verify
from steerclear.record.leaf import entry_id

pytestmark = pytest.mark.slow

A, B = Party("alfa"), Party("bravo")
LOG_A = f"{A.id}/1"


@pytest.fixture(scope="module")
def made() -> tuple[str, dict[str, bytes]]:
    world = World((A, B))
    world.say(A, "activity.voyage")
    entry = world.say(A, "activity.flight", b'{"n":1}', to=(B.id,))
    world.say(A, "line.status")
    world.tick()
    files = kit.build(world.access(), entries=[entry])
    assert isinstance(files, dict)
    return entry, files


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    for tool in ("sh", "openssl", "sha256sum", "sed", "grep", "od"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    if b"OpenSSL 3" not in subprocess.run(["openssl", "version"], capture_output=True, check=False).stdout:
        pytest.skip("openssl is older than 3.0")


def run(folder: Path, files: dict[str, bytes], *roots: str) -> subprocess.CompletedProcess[str]:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return subprocess.run(
        ["sh", str(folder / "verify.sh"), *roots],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "TZ": "Asia/Kathmandu"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_good_kit(made, tmp_path):
    entry, files = made
    done = run(tmp_path / "k", files, A.id, B.id)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "VERIFIED"
    assert f"entry {entry}" in lines
    assert f"  held by {B.id} no later than 2015-10-20T14:00:10Z by its own clock" in lines
    assert START_S + 10 == 1445349610
    assert "  payload in this kit: exactly what was signed" in lines
    done = run(tmp_path / "k", files)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith("SELF-CONSISTENT, ROOTS NOT CHECKED\n")
    done = run(tmp_path / "k", files, A.id, "0" * 32)
    assert done.returncode == 1
    assert f"root fingerprint of {B.id} was not given" in done.stdout


FAST = ("kind", "officer", "payload", "hash", "time", "no keys", "genesis root")


@pytest.mark.parametrize("fast", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_tampered_kits(made, tmp_path, fast):
    entry, files = made
    folder = f"entries/{entry}"
    proof = next(path for path in files if path.startswith(f"{folder}/proof-"))
    change, change_proof = f"logs/{LOG_A}/changes/0.leaf", f"logs/{LOG_A}/changes/0.tlog-proof"
    genesis, card = "line/genesis.note", f"line/cards/{B.id}.note"
    mirror = f"— {B.id}/mirror ".encode()

    def replaced(path: str, old: bytes, new: bytes) -> dict[str, bytes]:
        assert old in files[path], (path, old)
        return {**files, path: files[path].replace(old, new, 1)}

    def flipped(path: str, needle: bytes, by: int) -> dict[str, bytes]:
        at = files[path].index(needle) + len(needle) + by
        old = files[path][at : at + 1]
        new = b"B" if old == b"A" else b"A"
        return {**files, path: files[path][:at] + new + files[path][at + 1 :]}

    def dropped(path: str) -> dict[str, bytes]:
        return {name: data for name, data in files.items() if name != path}

    bad = {
        "kind": replaced(f"{folder}/leaf", b"activity.flight", b"activity.flighs"),
        "renamed": {path.replace(entry, "0" * 64): data for path, data in files.items()},
        "officer": flipped(f"{folder}/leaf", f"— {A.id}/watch ".encode(), 20),
        "payload": replaced(f"{folder}/payload", b"1", b"2"),
        "salt": {**files, f"{folder}/salt": bytes(32)},
        "no salt": dropped(f"{folder}/salt"),
        "index": replaced(proof, b"\nindex 2\n", b"\nindex 1\n"),
        "size": replaced(proof, b"\n4\n", b"\n5\n"),
        "hash": flipped(proof, b"\nindex 2\n", 5),
        "root": flipped(proof, b"\n4\n", 5),
        "log": flipped(proof, b"/1 ", 20),
        "time": flipped(proof, mirror, 12),
        "cosignature": flipped(proof, mirror, 60),
        "no cosignature": replaced(proof, mirror, "— somebody ".encode()),
        "base64": replaced(proof, b"\nindex 2\n", b"\nindex 02\n"),
        "no proof": dropped(proof),
        "no keys": dropped(change),
        "no key proof": dropped(change_proof),
        "key": replaced(change, b"watch_officer", b"watch-officer"),
        "key root": flipped(change, f"— {A.id}/root-1 ".encode(), 30),
        "genesis": replaced(genesis, b'"nonce":"0', b'"nonce":"1'),
        "genesis root": flipped(genesis, f"\n\n— {A.id}/root-1 ".encode(), 30),
        "card": flipped(card, b'"box":"', 3),
        "card root": flipped(card, f"— {B.id}/root-1 ".encode(), 30),
        "control": replaced(f"{folder}/leaf", b"steerclear", b"steer\x0bclear"),
        "cut": {**files, f"{folder}/leaf": files[f"{folder}/leaf"][:-1]},
    }
    bad = {name: kit_files for name, kit_files in bad.items() if (name in FAST) is fast}
    assert len(bad) == (len(FAST) if fast else 19)
    with ThreadPoolExecutor(2) as pool:
        done = dict(
            zip(bad, pool.map(lambda name: run(tmp_path / name, bad[name], A.id, B.id), bad), strict=True)
        )
    accepted = [name for name, one in done.items() if one.returncode != 1]
    assert accepted == []
    assert all(one.stdout.startswith("NOT VERIFIED\n") for one in done.values())


@pytest.mark.slow
def test_what_the_script_cannot_follow_it_says(made, tmp_path):
    """Its own key revoked later, and another key: the script refuses rather than guesses, or goes on."""
    world = World((A, B))
    log = world.log(A)
    log.add(log.key_entry("revoke", keys=[log.watch.verifier.ref], **{"from": 3}))
    still = log.say("activity.flight", log.watch)
    other = log.say("activity.flight", log.release)
    world.tick()
    for entry, code in ((still, 1), (other, 0)):
        files = kit.build(world.access(), entries=[entry])
        assert isinstance(files, dict)
        assert verify.check(files, [A.id, B.id]).status == "verified"
        done = run(tmp_path / entry, files, A.id, B.id)
        assert done.returncode == code, done.stdout
    done = run(tmp_path / still, {})
    assert "use steerclear verify" in done.stdout


def test_a_key_entry_chosen_as_an_entry(tmp_path):
    """What the roots signed is checked against the card: quorum, key ids, and that root keys sign nothing else."""
    world = World((A, B))
    log = world.log(A)
    device = A.key("deputy")
    alone = log.leaf(
        "key", *A.roots(count=1), record={"act": "add", "keys": [new_key(device, "watch_officer")]}
    )
    other = log.leaf("line.status", *A.roots())
    for leaf in (alone, other):
        log.add(leaf)
    moved = log.key_entry("card", card=A.card(ml_dsa=True).note.decode())
    log.add(moved)
    world.tick()
    access = world.access()
    places = {entry_id(leaf): (LOG_A, index) for index, leaf in enumerate(log.leaves)}
    access = replace(access, place=places.get)

    def checked(leaf: bytes) -> tuple[int, str]:
        entry = entry_id(leaf)
        files = kit.build(access, entries=[entry])
        assert isinstance(files, dict)
        done = run(tmp_path / entry, files, A.id, B.id)
        assert done.stderr == ""
        return done.returncode, done.stdout

    code, told = checked(log.leaves[0])
    assert code == 0, told
    assert f"  key, REAL, said by {A.id}" in told
    assert f"  signed by {A.roots()[0].verifier.ref}" in told
    for leaf, why in (
        (alone, "no root quorum"),
        (other, "a root key signs no line.status"),
        (moved, "use steerclear"),
    ):
        code, told = checked(leaf)
        assert (code, why in told) == (1, True), told


def test_a_safety_account_left_out(tmp_path):
    world = World((A, B))
    report = world.say(A, "encounter.report", b"{}", to=(B.id,))
    world.tick()
    files = kit.build(world.access(), entries=[report], withheld=[report])
    assert isinstance(files, dict)
    done = run(tmp_path / "k", files, A.id, B.id)
    assert (done.returncode, done.stderr) == (0, "")
    assert "  payload left out: a safety account stays outside kits by default" in done.stdout
    done = run(tmp_path / "both", {**files, f"entries/{report}/salt": bytes(32)}, A.id, B.id)
    assert (done.returncode, "a payload left out and here" in done.stdout) == (1, True)
