"""Every command of docs/how-to/first-notice-on-two-machines.md, run as it stands: two homes on one host, real `serve`
processes, the system's clock, a real line in interim mode.

The blocks name their machine (```sh blue). What differs from two machines is put in their place: addresses and ports of
this host, the stick's folder, and what a person reads from one screen and types at another.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_world import ROOT

from steerclear.replay.ports import free_port

PAGE = ROOT / "docs" / "how-to" / "first-notice-on-two-machines.md"
BLOCK = re.compile(r"^```sh (\w+)( serve)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Machines:
    """A folder each, one stick, and the servers that were started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {"8441": str(free_port()), "8442": str(free_port())}
        self.servers: list[subprocess.Popen[str]] = []
        for name in ("blue", "red", "stick"):
            (folder / name).mkdir()
        bins = folder / "bin"
        bins.mkdir()
        program = bins / "steerclear"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m steerclear "$@"\n')
        program.chmod(0o755)
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("STEERCLEAR")},
            "PATH": f"{bins}:{os.environ['PATH']}",
            "STEERCLEAR_DURESS": "amber seven lanterns",
        }

    def run(self, machine: str, script: str) -> str:
        done = subprocess.run(
            ["sh", "-e", "-c", script],
            cwd=self.folder / machine,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{machine}:\n{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def serve(self, machine: str, script: str) -> None:
        server = subprocess.Popen(
            ["sh", "-c", f"exec {script.strip()}"],
            cwd=self.folder / machine,
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.servers.append(server)
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line.startswith("ready: https://") and "unlocked" in line, line

    def here(self, script: str) -> str:
        """The script for this host; asks for words, ids and fingerprints only where the page names them."""
        script = script.replace("/media/stick", str(self.folder / "stick")).replace("0.0.0.0", "127.0.0.1")
        script = re.sub(r"(blue|red)\.example", "127.0.0.1", script)
        for written, real in self.ports.items():
            script = script.replace(written, real)
        for name in ("red", "blue"):
            if f"FROM {name.upper()}" in script:
                script = script.replace(
                    f"TWELVE WORDS HEARD FROM {name.upper()}", " ".join(self.card(name)["words"])
                )
            if f"{name.upper()}-ID" in script:
                script = script.replace(f"{name.upper()}-ID", self.card(name)["party"])
        if "FLIGHT-ID" in script:
            told = self.run("blue", "steerclear log --kind activity.flight --as watch --home blue --json")
            script = script.replace("FLIGHT-ID", json.loads(told)["entries"][0]["id"][:12])
        return script

    def card(self, name: str) -> dict:
        return json.loads(self.run(name, f"steerclear line card {name}/card.note --json"))

    def stop(self) -> None:
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            server.wait(20)
            assert server.stdout is not None
            server.stdout.close()


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    made = Machines(tmp_path)
    yield made
    made.stop()


@pytest.mark.slow
def test_every_command_of_the_page(machines: Machines):
    blocks = BLOCK.findall(PAGE.read_text())
    assert len(blocks) >= 17 and {name for name, _, _ in blocks} == {"blue", "red"}
    for machine, server, script in blocks:
        if server:
            machines.serve(machine, machines.here(script))
        else:
            machines.run(machine, machines.here(script))
    shown = json.loads(machines.run("blue", "steerclear log --kind receipt --as watch --home blue --json"))[
        "entries"
    ]
    assert [row["mode"] for row in shown] == ["REAL"]
    machines.stop()
    machines.servers.clear()
    for name in ("blue", "red"):
        machines.run(name, f"steerclear fsck {name} --passphrase-file passphrase")


def test_every_shell_block_of_the_page_is_run():
    """No block without a machine, none with a name that the test does not know."""
    text = PAGE.read_text()
    assert len(re.findall(r"^```sh", text, re.MULTILINE)) == len(BLOCK.findall(text))
    assert len(re.findall(r"^```", text, re.MULTILINE)) == 2 * len(BLOCK.findall(text))
