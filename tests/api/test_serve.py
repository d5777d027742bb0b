"""The node as a process: it answers, an open event stream holds up no stop, what was acknowledged is there after."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx
import pytest
from api_world import PASSPHRASE, Officer, Side, add_officers, run

from steerclear.api.native import auth
from steerclear.app.build import build
from steerclear.node import home as homes
from steerclear.node import lines
from steerclear.record.card import merge_signatures
from steerclear.record.leaf import finish_leaf
from steerclear.replay.ports import free_port

pytestmark = pytest.mark.slow
OWN_PROCESSES = True
WAIT_S = 30
PROGRAM = """
import sys
from pathlib import Path
from steerclear.app import serve
serve(Path(sys.argv[1]), passphrase=sys.argv[2], ready=lambda app: print("ready", flush=True))
print("stopped", flush=True)
"""


def _founded(home: Path) -> tuple[str, Officer, str]:
    """A line with a member that nobody can reach; (line, an officer, the member)."""
    other = homes.create(home.with_name("blue"), passphrase=PASSPHRASE, listen="127.0.0.1:1", urls=())

    async def make() -> tuple[str, Officer, str]:
        app = build(home, passphrase=PASSPHRASE, inline=True)
        cards, nonce = [app.node.home.card.note, other.card.note], secrets.token_hex(16)
        genesis = merge_signatures(
            lines.found(
                cards, homes.roots_of(folder), template="test", parameters={}, exercise=True, nonce=nonce
            )
            for folder in (home, other.folder)
        )
        line = await app.host.run(lambda node: lines.join(node, genesis))
        side = Side("red", home, app, httpx.AsyncClient(), line)
        await add_officers(side, ("watch-1",))
        await side.http.aclose()
        await app.close()
        return line, side.officers[0], other.party

    return run(make())  # type: ignore[no-any-return]


def _start(home: Path) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home), PASSPHRASE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n", started.stderr and started.stderr.read()
    return started


def test_a_process_answers_and_stops_cleanly(tmp_path: Path) -> None:
    home, port = tmp_path / "red", free_port()
    homes.create(home, passphrase=PASSPHRASE, listen=f"127.0.0.1:{port}", officers=("watch-1",))
    line, officer, peer = _founded(home)
    key, party = officer.key, homes.read(home).party
    process = _start(home)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_S, trust_env=False) as http:
            now = time.time_ns() // 1_000_000
            note = auth.sign_act(auth.LOGIN, [key], party, line, now, secrets.token_hex(16))
            token = http.post("/api/login", json={"note": note}).json()["token"]
            http.headers["authorization"] = f"Bearer {token}"
            body = {"peer": peer, "card": "0" * 64, "same": True, "carrier": "telephone"}
            draft = {"kind": "introduce", "mode": "EXERCISE", "signers": [key.verifier.ref], "body": body}
            prepared = http.post(f"/api/lines/{line}/prepare", json=draft | {"to": [peer]}).json()
            text = prepared["text"].encode()
            leaf = finish_leaf(text, [key.sign(text)]).decode()
            said = {"leaf": leaf, "salt": prepared["salt"], "payload": prepared["payload"]}
            accepted = http.post(f"/api/lines/{line}/entries", json=said)
            assert accepted.status_code == 201, accepted.text
            with http.stream("GET", f"/api/lines/{line}/events") as stream:
                chunks = stream.iter_bytes()
                next(chunks)
                process.send_signal(signal.SIGTERM)
                rest = b"".join(chunks)
                assert b"Traceback" not in rest
        out, err = process.communicate(timeout=WAIT_S)
        assert process.returncode == 0 and out == "stopped\n", err
        assert "Traceback" not in err and '"level": "error"' not in err, err
    finally:
        process.kill()
        process.wait()
    app = build(home, inline=True)
    assert accepted.json()["id"] in app.node.line(line).positions
    run(app.close())
