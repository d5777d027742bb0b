"""A served party keeps its own keys: its host cannot sign for it, and each receipt reaches it as a file that `verify`
reads without a node (messages.md, Parties)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_world import Ran, good, run

from steerclear.cli import codes
from steerclear.node import home, served
from steerclear.record.keys import generate
from steerclear.replay.ports import free_port

pytestmark = pytest.mark.slow

WORD = "low tide"


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEERCLEAR_PASSPHRASE", WORD)
    for name in ("STEERCLEAR_HOME", "STEERCLEAR_POST"):
        monkeypatch.delenv(name, raising=False)


def hosted(folder: Path, listen: str = "127.0.0.1:1", *more: object) -> tuple[Path, Path]:
    """(the party's device, its host with the card in place)."""
    phone, host = folder / "phone", folder / "host"
    good("served", "keys", phone, "--officer", "watch", "--officer", "releaser=releaser,watch_officer")
    good("init", host, "--served", phone / "party.json", "--listen", listen, *more)
    note = folder / "card.note"
    good("served", "sign", host / "card.text", "--keys", phone, "--yes", "-o", note)
    good("served", "take", note, "--home", host)
    return phone, host


def secrets_in(folder: Path) -> list[bytes]:
    return [path.read_bytes().strip() for path in sorted(folder.rglob("*.secret"))]


def test_no_key_of_the_party_is_ever_on_its_host(tmp_path: Path) -> None:
    phone, host = hosted(tmp_path)
    assert len(secrets_in(phone)) == 4
    everything = b"".join(path.read_bytes() for path in host.rglob("*") if path.is_file())
    assert not [one for one in secrets_in(phone) if one in everything]
    assert not (host / "roots").exists() and not (host / "officers").exists()
    found = home.read(host)
    assert found.served and found.party == served.read((phone / "party.json").read_bytes()).party
    good("init", tmp_path / "own")
    assert not home.read(tmp_path / "own").served


@pytest.mark.parametrize(
    "argv",
    [
        ("keys", "new-officer", "watch-2"),
        ("keys", "add", "watch=watch_officer"),
        ("keys", "revoke", "watch"),
        ("board", "--as", "watch"),
        ("line", "new", "card.note"),
    ],
)
def test_the_host_is_refused_whatever_would_sign_for_the_party(tmp_path: Path, argv: tuple[str, ...]) -> None:
    _, host = hosted(tmp_path)
    more = ("-o", tmp_path / "x") if argv[0] == "line" else ()
    given = (str(host / "card.note") if one == "card.note" else one for one in argv)
    ran = run(*given, *more, "--home", host, *(("--line", "0" * 64) if argv[0] == "board" else ()))
    assert ran.code == codes.NO and "served-party" in ran.err, ran.err
    assert not (host / "officers").exists()


def test_a_key_that_was_brought_to_the_host_stops_it(tmp_path: Path) -> None:
    phone, host = hosted(tmp_path)
    (host / "officers").mkdir()
    (host / "officers" / "watch.secret").write_bytes((phone / "officers" / "watch.secret").read_bytes())
    ran = run("serve", host)
    assert ran.code == codes.NO and "served-keys-here" in ran.err
    (host / "officers" / "watch.secret").unlink()
    home.read(host)


def test_a_host_whose_card_is_not_signed_says_what_is_missing(tmp_path: Path) -> None:
    phone, host = tmp_path / "phone", tmp_path / "host"
    good("served", "keys", phone)
    good("init", host, "--served", phone / "party.json")
    ran = run("keys", "list", "--home", host)
    assert ran.code == codes.NO and "card-not-signed" in ran.err
    assert (
        run("init", tmp_path / "x", "--served", phone / "party.json", "--officer", "watch").code == codes.NO
    )


def test_the_device_signs_no_card_and_no_key_but_its_own(tmp_path: Path) -> None:
    phone, host = hosted(tmp_path)
    other, elsewhere = tmp_path / "other", tmp_path / "elsewhere"
    good("served", "keys", other)
    good("init", elsewhere, "--served", other / "party.json")
    ran = run("served", "sign", elsewhere / "card.text", "--keys", phone, "--yes", "-o", tmp_path / "x")
    assert ran.code == codes.NO and "not-our-card" in ran.err and not (tmp_path / "x").exists()
    theirs = tmp_path / "theirs"
    good("served", "sign", elsewhere / "card.text", "--keys", other, "--yes", "-o", theirs)
    assert "other-card" in run("served", "take", theirs, "--home", host).err

    line = founded(tmp_path, phone, host)
    text = tmp_path / "keys.text"
    good("served", "enrol", "--home", host, "-o", text)
    party = served.host_of(host)
    assert party is not None
    good("served", "sign", text, "--keys", phone, "--yes", "-o", tmp_path / "keys.note")
    planted = generate(f"{party.party}/watch").verifier.vkey
    bent = text.read_text().replace(party.officers[0].vkey, planted)
    assert planted in bent
    text.write_text(bent)
    ran = run("served", "sign", text, "--keys", phone, "--yes", "-o", tmp_path / "x")
    assert ran.code == codes.NO and "strange-key" in ran.err and not (tmp_path / "x").exists()
    assert len(line) == 64
    assert run("served", "sign", text, "--keys", phone, "-o", tmp_path / "x").code != codes.OK


def founded(folder: Path, phone: Path, host: Path, red_listen: str = "127.0.0.1:2") -> str:
    """A line of the served party and `red`; the genesis is signed on the device. Its id."""
    red, genesis = folder / "red", folder / "line.genesis"
    good("init", red, "--listen", red_listen)
    good("line", "new", red / "card.note", host / "card.note", "--home", red, "--exercise", "-o", genesis)
    good("line", "sign", genesis, "--home", phone, "--yes", "-o", genesis)
    for one in (host, red):
        line = good("line", "join", genesis, "--home", one, "--name", "north", "--json").json["line"]
    return str(line)


@dataclass
class Nodes:
    """The device, the host that serves it, red's own node; the line; the processes."""

    folder: Path
    line: str
    url: str
    servers: list[subprocess.Popen[str]]

    def device(self, post: str = "watch") -> tuple[object, ...]:
        key = self.folder / "phone" / "officers" / f"{post}.secret"
        at = "--node", self.url, "--certificate", self.folder / "host" / "keys" / "tls.pem"
        return *at, "--key", key, "--line", self.line, "--home", self.folder / "phone"

    def red(self) -> tuple[object, ...]:
        return "--home", self.folder / "red", "--as", "releaser"

    def say(self, kind: str, body: dict[str, Any], *more: object) -> str:
        path = self.folder / f"{kind}.json"
        path.write_text(json.dumps({"mode": "EXERCISE", "inner": {}, "body": body}))
        told = good("say", kind, "--file", path, "--to", "all", "--yes", "--json", *more)
        return str(told.json["id"])


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    ports = free_port(), free_port()
    url = f"https://127.0.0.1:{ports[0]}"
    phone, host = hosted(tmp_path, f"127.0.0.1:{ports[0]}", "--tls", "--url", url)
    line = founded(tmp_path, phone, host, f"127.0.0.1:{ports[1]}")
    good("served", "enrol", "--home", host, "-o", tmp_path / "keys.text")
    good("served", "sign", tmp_path / "keys.text", "--keys", phone, "--yes", "-o", tmp_path / "keys.note")
    good("served", "take", tmp_path / "keys.note", "--home", host)
    good("keys", "add", "--home", tmp_path / "red")
    made = Nodes(tmp_path, line, url, [])
    for one in (host, tmp_path / "red"):
        argv = [sys.executable, "-m", "steerclear", "serve", str(one), "--json"]
        env = {**os.environ, "STEERCLEAR_PASSPHRASE": WORD}
        server = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=env)
        made.servers.append(server)
        assert server.stdout is not None
        assert json.loads(server.stdout.readline())["ready"]
    genesis = ("--genesis", tmp_path / "line.genesis")
    for home_, at in ((host, made.red()), (tmp_path / "red", (*made.device("releaser"), *genesis))):
        words = good("line", "card", home_ / "card.note", "--json").json["words"]
        good("line", "introduce", "--words", " ".join(words), *at, "--yes")
    good("line", "status", "--wait", "60", *made.device())
    yield made
    for server in made.servers:
        server.terminate()
    for server in made.servers:
        server.wait(20)
        assert server.stdout is not None
        server.stdout.close()


def flight() -> dict[str, Any]:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=26)
    window = {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
    circle = {"centre": [41.2, 20.1], "radius": "10 km"}
    volume = {"circle": circle, "lower": "FL200", "upper": "FL240", **window}
    return {
        "aircraft_class": "fixed_wing",
        "number": 1,
        "transponder": "on",
        "planning": "planned",
        "monitored": ["guard 121.5 MHz"],
        "volumes": [volume],
    }


@pytest.mark.slow
def test_it_speaks_with_its_own_key_and_its_receipts_are_files_that_need_no_node(nodes: Nodes) -> None:
    entry = nodes.say("activity.flight", flight(), *nodes.device("releaser"))
    good("show", entry, "--until", "delivered", *nodes.device())
    theirs = good("log", "--kind", "activity.flight", *nodes.red(), "--json").json["entries"]
    assert [row["id"] for row in theirs] == [entry]
    receipt = nodes.say(
        "receipt", {"level": "read", "post_class": "operations"}, "--ref", entry, *nodes.red()
    )
    good("show", entry, "--until", "read", *nodes.device())
    folder = nodes.folder / "receipts"
    found = _until_all(nodes, folder)
    names = sorted(path.name for path in folder.iterdir())
    assert any(entry[:12] in name and name.endswith("-delivered.tar") for name in names)
    got = [name for name in names if name.endswith(f"-receipt-{receipt[:12]}.tar")]
    assert len(got) == 1 and found.json["waiting"] == {}
    assert good("served", "receipts", "-o", folder, *nodes.device(), "--json").json["new"] == []
    for server in nodes.servers:
        server.terminate()
        server.wait(20)
    roots = ",".join(home.read(nodes.folder / one).party for one in ("host", "red"))
    for name in names:
        verdict = good("verify", folder / name, "--roots", roots, "--json").json
        assert verdict["status"] == "verified", name
    shown = good("verify", folder / got[0], "--roots", roots, "--json").json
    assert {one["kind"] for one in shown["entries"]} >= {"activity.flight", "receipt"}
    kit = bytearray((folder / got[0]).read_bytes())
    at = kit.index(b'"level":"read"') + len(b'"level":"')
    kit[at : at + 4] = b"rear"
    (nodes.folder / "bent.tar").write_bytes(kit)
    assert run("verify", nodes.folder / "bent.tar", "--roots", roots).code == 1


@pytest.mark.slow
def test_a_party_with_a_node_of_its_own_gets_kits_by_two_officers_alone(nodes: Nodes) -> None:
    ran = run("served", "receipts", "-o", nodes.folder / "x", *nodes.red())
    assert ran.code == codes.NO and "not-served" in ran.err
    assert (
        run("served", "enrol", "--home", nodes.folder / "red", "-o", nodes.folder / "x.text").code == codes.NO
    )
    good("served", "receipts", "-o", nodes.folder / "y", *nodes.device())


def _until_all(nodes: Nodes, folder: Path) -> Ran:
    """Fetch until nothing waits for a cosignature any more."""
    from steerclear.cli.entry import wait_until

    held: list[Ran] = []

    def fetched() -> bool:
        held.append(good("served", "receipts", "-o", folder, *nodes.device(), "--json"))
        return held[-1].json["waiting"] == {} and any("-receipt-" in path.name for path in folder.iterdir())

    assert wait_until(fetched, 60)
    return held[-1]
