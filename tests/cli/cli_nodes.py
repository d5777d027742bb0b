"""Two homes, two real `serve` processes, an exercise line, the real clock: for commands that speak to nodes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cli_world import good, run

from steerclear.cli import codes
from steerclear.replay.ports import free_port

WORD = "low tide"


@dataclass
class Pair:
    """Two homes and the processes that serve them."""

    folder: Path
    servers: dict[str, subprocess.Popen[str]]

    def home(self, name: str) -> Path:
        return self.folder / name

    def start(self, name: str) -> None:
        argv = [sys.executable, "-m", "steerclear", "serve", str(self.home(name)), "--json"]
        env = {**os.environ, "STEERCLEAR_PASSPHRASE": WORD}
        server = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=env)
        assert server.stdout is not None
        assert json.loads(server.stdout.readline())["state"] in ("unlocked", "LOCKED")
        self.servers[name] = server

    def stop(self, name: str) -> None:
        server = self.servers.pop(name)
        server.terminate()
        server.wait(20)
        assert server.stdout is not None
        server.stdout.close()

    def say(
        self, name: str, kind: str, body: dict, *more: object, post: str = "releaser", to: str = "all"
    ) -> str:
        path = self.folder / f"{kind}.json"
        path.write_text(json.dumps({"mode": "EXERCISE", "inner": {}, "body": body}))
        told = good("say", kind, "--file", path, "--to", to, *self.at(name, post), "--yes", "--json", *more)
        return told.json["id"]

    def at(self, name: str, post: str = "watch") -> tuple[object, ...]:
        return ("--home", self.home(name), "--as", post)


@contextmanager
def two_nodes(folder: Path) -> Iterator[Pair]:
    """Blue and red, served, introduced and up on an exercise line."""
    before = os.environ.get("STEERCLEAR_PASSPHRASE")
    os.environ["STEERCLEAR_PASSPHRASE"] = WORD
    made = Pair(folder, {})
    names = ("blue", "red")
    for name in names:
        good(
            "init",
            made.home(name),
            "--listen",
            f"127.0.0.1:{free_port()}",
            "--officer",
            "watch",
            "--officer",
            "releaser",
        )
    cards = [made.home(name) / "card.note" for name in names]
    genesis = made.folder / "line.genesis"
    good("line", "new", *cards, "--home", made.home("blue"), "-o", genesis, "--exercise")
    good("line", "sign", genesis, "--home", made.home("red"), "--yes", "-o", genesis)
    for name in names:
        good("line", "join", genesis, "--home", made.home(name), "--name", "north")
        good("keys", "add", "--home", made.home(name))
        made.start(name)
    for name, other in (names, names[::-1]):
        words = good("line", "card", made.home(other) / "card.note", "--json").json["words"]
        wrong = run(
            "line", "introduce", "--words", " ".join(words[::-1]), *made.at(name, "releaser"), "--yes"
        )
        assert wrong.code == codes.NO and "words-differ" in wrong.err
        good("line", "introduce", "--words", " ".join(words), *made.at(name, "releaser"), "--yes")
    good("line", "status", "--wait", "60", *made.at("blue"))
    good("line", "status", "--wait", "60", *made.at("red"))
    try:
        yield made
    finally:
        for name in list(made.servers):
            made.stop(name)
        os.environ.pop("STEERCLEAR_PASSPHRASE")
        if before is not None:
            os.environ["STEERCLEAR_PASSPHRASE"] = before


def flight(hours: int = 26) -> dict:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours)
    corners = [[41.0, 19.8], [41.0, 20.6], [41.5, 20.6], [41.5, 19.8]]
    window = {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
    return {
        "aircraft_class": "fixed_wing",
        "number": 1,
        "transponder": "on",
        "planning": "planned",
        "monitored": ["guard 121.5 MHz"],
        "volumes": [{"polygon": corners, "lower": "FL200", "upper": "FL240", **window}],
    }


def awaited(pair: Pair, entry: str, name: str, held: str = "held") -> dict[str, Any]:
    """The entry at the other side, once it is there with what it says."""
    until = time.monotonic() + 90
    while True:
        ran = run("show", entry, *pair.at(name), "--json")
        if ran.code == 0 and ran.json["entry"]["row"]["held"] == held:
            found: dict[str, Any] = ran.json["entry"]
            return found
        assert time.monotonic() < until, f"{entry} did not come\n{ran.out}\n{ran.err}"
        time.sleep(0.1)
