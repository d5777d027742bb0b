"""A witness from its key to a proof that names it: by hand, then beside two real nodes and a real witness process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_world import good, run

from steerclear.cli import codes
from steerclear.config import read_config
from steerclear.replay.ports import free_port

WORD = "low tide"
NAME = "witness.example/w1"


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEERCLEAR_PASSPHRASE", WORD)
    monkeypatch.delenv("STEERCLEAR_HOME", raising=False)


def made(folder: Path, *names: str) -> list[Path]:
    homes = [folder / name for name in names]
    for home in homes:
        good(
            "init",
            home,
            "--listen",
            f"127.0.0.1:{free_port()}",
            "--officer",
            "watch",
            "--officer",
            "releaser",
        )
    return homes


def founded(folder: Path, blue: Path, red: Path, vkey: str) -> Path:
    genesis = folder / "line.genesis"
    cards = [home / "card.note" for home in (blue, red)]
    asked = ("--witness", vkey, "--witness-quorum", 1, "--exercise")
    good("line", "new", *cards, "--home", blue, "-o", genesis, *asked)
    good("line", "sign", genesis, "--home", red, "--yes", "-o", genesis)
    return genesis


def test_key_logs_and_settings_by_hand(tmp_path: Path) -> None:
    blue, red, watch = made(tmp_path, "blue", "red", "watch")
    vkey = good("witness", "key", "--home", watch, "--name", NAME, "--json").json["vkey"]
    assert vkey.startswith(f"{NAME}+")
    again = run("witness", "key", "--home", watch, "--name", NAME)
    assert again.code == codes.NO and "key-exists" in again.err
    assert "bad-name" in run("witness", "key", "--home", red, "--name", "x/mirror").err
    genesis = founded(tmp_path, blue, red, vkey)
    first = good("witness", "watch", genesis, "--home", watch, "--json").json
    assert (first["logs"], first["new"]) == (2, 2)
    assert good("witness", "watch", genesis, "--home", watch, "--json").json["new"] == 0
    assert len((watch / "witness.logs").read_text().split()) == 2
    bad = run("witness", "ask", "https://witness.example", "--vkey", "none", "--home", blue)
    assert bad.code == codes.NO and "witness[0].vkey" in bad.err and not read_config(blue).witness
    ask = ("witness", "ask", "https://witness.example", "--vkey", vkey, "--home", blue, "--json")
    assert good(*ask).json["new"] is True and good(*ask).json["new"] is False
    (section,) = read_config(blue).witness
    assert (section.url, section.vkey) == ("https://witness.example", vkey)
    assert tomllib.loads((blue / "steerclear.toml").read_text())["names"]


@pytest.fixture
def servers() -> Iterator[list[subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []
    yield running
    for server in running:
        server.terminate()
    for server in running:
        server.wait(20)
        assert server.stdout is not None
        server.stdout.close()


def serve(home: Path) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "steerclear", "serve", str(home), "--json"]
    env = {**os.environ, "STEERCLEAR_PASSPHRASE": WORD}
    server = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=env)
    assert server.stdout is not None
    assert json.loads(server.stdout.readline())["state"] in ("unlocked", "LOCKED")
    return server


@pytest.mark.slow
@pytest.mark.xdist_group("real-nodes")
def test_a_real_witness_stands_in_a_strangers_proof(
    tmp_path: Path, servers: list[subprocess.Popen[str]]
) -> None:
    blue, red, watch = made(tmp_path, "blue", "red", "watch")
    vkey = good("witness", "key", "--home", watch, "--name", NAME, "--json").json["vkey"]
    genesis = founded(tmp_path, blue, red, vkey)
    good("witness", "watch", genesis, "--home", watch)
    url = f"http://{read_config(watch).node.listen}"
    good("witness", "ask", url, "--vkey", vkey, "--home", blue)
    for home in (blue, red):
        good("line", "join", genesis, "--home", home, "--name", "north")
        good("keys", "add", "--home", home)
    servers += [serve(home) for home in (watch, blue, red)]
    at = ("--home", blue, "--as", "watch")
    path = tmp_path / "stop.json"
    path.write_text(json.dumps({"mode": "EXERCISE", "inner": {}, "body": {}}))
    said = good("say", "stop", "--file", path, "--to", "all", *at, "--yes", "--life-safety", "--json").json
    good("show", said["id"], "--until", "delivered", *at)
    kit, order = tmp_path / "kit.tar", ("--co-sign", "releaser", *at)
    roots = ",".join(
        json.loads(good("line", "card", home / "card.note", "--json").out)["party"] for home in (blue, red)
    )
    for _ in range(20):  # the witness is asked after the members: a kit before its word is not verified yet
        good("evidence", said["id"], "-o", kit, *order)
        verdict = run("verify", kit, "--roots", roots)
        if verdict.code == codes.OK:
            break
        assert "witness" in verdict.out + verdict.err
    assert verdict.code == codes.OK, verdict.out
    assert NAME.encode() in kit.read_bytes()
