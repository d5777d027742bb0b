"""Random real SIGKILLs of a node as a process: every 201 that a client has heard is in the log afterwards."""

from __future__ import annotations

import os
import random
import secrets
import signal
import threading
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from api_world import PASSPHRASE, run
from test_serve import WAIT_S, _founded, _start

from steerclear.api.native import auth
from steerclear.app.build import build
from steerclear.node import home as homes
from steerclear.node.fsck import fsck
from steerclear.record.keys import Signer
from steerclear.record.leaf import finish_leaf
from steerclear.replay.ports import free_port

pytestmark = pytest.mark.slow
OWN_PROCESSES = True
ROUNDS = 3


def log_in(http: httpx.Client, key: Signer, party: str, line: str) -> None:
    now = time.time_ns() // 1_000_000
    note = auth.sign_act(auth.LOGIN, [key], party, line, now, secrets.token_hex(16))
    token = http.post("/api/login", json={"note": note}).json()["token"]
    http.headers["authorization"] = f"Bearer {token}"


def say(http: httpx.Client, key: Signer, line: str, peer: str) -> str:
    """The id in the 201, or an error of the connection."""
    draft: dict[str, Any] = {
        "kind": "introduce",
        "mode": "EXERCISE",
        "signers": [key.verifier.ref],
        "to": [peer],
    }
    draft["body"] = {"peer": peer, "card": "0" * 64, "same": True, "carrier": "telephone"}
    prepared = http.post(f"/api/lines/{line}/prepare", json=draft).json()
    text = prepared["text"].encode()
    said = {
        "leaf": finish_leaf(text, [key.sign(text)]).decode(),
        "salt": prepared["salt"],
        "payload": prepared["payload"],
    }
    answer = http.post(f"/api/lines/{line}/entries", json=said)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_every_acknowledged_entry_survives(tmp_path: Path) -> None:
    home, port, seed = tmp_path / "red", free_port(), random.Random(20151020)
    homes.create(home, passphrase=PASSPHRASE, listen=f"127.0.0.1:{port}", officers=("watch-1",))
    line, officer, peer = _founded(home)
    key, party = officer.key, homes.read(home).party
    heard: list[str] = []
    for _ in range(ROUNDS):
        process = _start(home)
        before = len(heard)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_S, trust_env=False) as http:
                log_in(http, key, party, line)
                heard.append(say(http, key, line, peer))
                # While more are said, at any moment: also between the commit and the answer.
                killer = threading.Timer(seed.uniform(0.0, 0.5), os.kill, (process.pid, signal.SIGKILL))
                killer.start()
                with pytest.raises(httpx.TransportError):
                    while True:
                        heard.append(say(http, key, line, peer))
        finally:
            process.kill()
            process.wait()
        assert len(heard) > before
        assert process.returncode == -signal.SIGKILL
        app = build(home, passphrase=PASSPHRASE, inline=True)
        try:
            assert set(heard) <= app.node.line(line).positions.keys()
            report = fsck(app.node.store, app.node.party, app.node.vault)
            assert report.clean, report.findings
        finally:
            run(app.close())
