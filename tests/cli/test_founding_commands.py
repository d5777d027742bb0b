"""From `init` to a line with officers: the commands that need no running node."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cli_world import good, run

from steerclear.cli import codes
from steerclear.node import home

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEERCLEAR_PASSPHRASE", "low tide")
    monkeypatch.delenv("STEERCLEAR_HOME", raising=False)


def pair(folder: Path, *more: object) -> tuple[Path, Path, Path]:
    """Two homes and a genesis that both signed."""
    blue, red, genesis = folder / "blue", folder / "red", folder / "line.genesis"
    good("init", blue, "--listen", "127.0.0.1:1")
    good("init", red, "--listen", "127.0.0.1:2")
    good("line", "new", blue / "card.note", red / "card.note", "--home", blue, "-o", genesis, *more)
    good("line", "sign", genesis, "--home", red, "--yes", "-o", genesis)
    return blue, red, genesis


def test_init_says_where_what_lies_and_keeps_it_to_its_owner(tmp_path: Path):
    told = good(
        "init", tmp_path / "blue", "--officer", "watch", "--officer", "releaser", "--roots", "3", "--json"
    ).json
    assert (
        len(told["words"]) == 12 and len(told["party"]) == 32 and told["roots"] == {"keys": 3, "threshold": 2}
    )
    secrets = [*(tmp_path / "blue").rglob("*.secret"), tmp_path / "blue" / "vault.json"]
    assert len(secrets) == 3 + 3 + 4 + 2 + 1
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in secrets)
    text = good("init", tmp_path / "red").out
    assert "words" in text and "roots/root-*.secret" in text and "next:" in text


def test_a_home_on_no_line_says_so_and_what_comes_next(tmp_path: Path):
    blue = tmp_path / "blue"
    good("init", blue)
    assert good("line", "list", "--home", blue, "--json").json == {"lines": []}
    for ran in (good("line", "list", "--home", blue), good("fsck", blue), good("fsck", blue, "--locked")):
        assert "this node is on no line yet" in ran.out and "do: steerclear line join GENESIS" in ran.out
    assert good("fsck", blue, "--json").json["lines"] == 0
    shown = run("line", "show", "--home", blue)
    assert shown.code == codes.NO and "no-line" in shown.err and "keys.slots" not in shown.err
    assert not list((blue / "store").glob("*")), "it was only read"


def test_a_store_that_is_gone_is_not_taken_for_none(tmp_path: Path):
    blue, _, genesis = pair(tmp_path)
    good("line", "join", genesis, "--home", blue, "--name", "south")
    good("keys", "add", "watch=watch_officer", "--home", blue)
    joined = good("line", "list", "--home", blue).out
    assert "south" in joined and "no line yet" not in joined
    assert "no line yet" not in good("fsck", blue).out
    (blue / "store").rename(tmp_path / "elsewhere")
    for command in (("line", "list", "--home", blue), ("fsck", blue, "--locked")):
        ran = run(*command)
        assert ran.code == codes.NO and "[unreadable-store]" in ran.err and "restore a backup" in ran.err


def test_init_refuses_what_serve_would(tmp_path: Path):
    off = run("init", tmp_path / "blue", "--listen", "0.0.0.0:8440")
    assert off.code == codes.NO and "loopback" in off.err and "--tls" in off.err
    assert run("init", tmp_path / "blue", "--listen", "nowhere").code == codes.NO
    assert run("init", tmp_path / "blue", "--tls").code == codes.NO
    assert not (tmp_path / "blue").exists()
    good("init", tmp_path / "blue", "--listen", "0.0.0.0:8440", "--tls", "--url", "https://blue.example:8440")
    again = run("init", tmp_path / "blue")
    assert again.code == codes.NO and "folder-not-empty" in again.err


def test_a_pinned_certificate_stands_on_the_card(tmp_path: Path):
    from hashlib import sha256
    from ssl import PEM_cert_to_DER_cert

    from steerclear.config import read_config

    good("init", tmp_path / "blue", "--tls", "--url", "https://blue.example:8440")
    card = home.read(tmp_path / "blue").card.card
    section = read_config(tmp_path / "blue").node
    der = PEM_cert_to_DER_cert(Path(section.tls_certificate).read_text())
    assert card.tls == sha256(der).hexdigest() and Path(section.tls_key).stat().st_mode & 0o077 == 0


def test_no_passphrase_and_nobody_to_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("STEERCLEAR_PASSPHRASE")
    ran = run("init", tmp_path / "blue")
    assert ran.code == codes.NO and "STEERCLEAR_PASSPHRASE" in ran.err
    (tmp_path / "word").write_text("\n")
    assert "first line is empty" in run("init", tmp_path / "blue", "--passphrase-file", tmp_path / "word").err
    (tmp_path / "word").write_text("low tide\nnot this\n")
    good("init", tmp_path / "blue", "--passphrase-file", tmp_path / "word")
    assert home.read(tmp_path / "blue", "low tide").vault.unlocked


def test_a_line_from_two_cards(tmp_path: Path):
    blue, red, genesis = pair(tmp_path)
    told = good("line", "join", genesis, "--home", blue, "--name", "north", "--json").json
    assert told["line"] == good("line", "join", genesis, "--home", red, "--json").json["line"]
    rows = good("line", "list", "--home", blue, "--json").json["lines"]
    assert [(row["name"], row["exercise"], len(row["founders"])) for row in rows] == [("north", False, 2)]
    shown = good("line", "show", "--home", blue, "--line", "north", "--json").json
    words = good("line", "card", red / "card.note", "--json").json["words"]
    assert words in [row["words"] for row in shown["founders"]]
    assert "template" in good("line", "show", "--home", blue).out
    assert "which-line" in run("line", "show", "--home", blue, "--line", "south").err


def test_an_unsigned_genesis_is_not_joined_and_merge_puts_copies_together(tmp_path: Path):
    blue, red, _ = pair(tmp_path)
    one, two, both = (tmp_path / name for name in ("one", "two", "both"))
    made = good(
        "line", "new", blue / "card.note", red / "card.note", "--home", blue, "-o", one, "--json"
    ).json
    assert made["missing"] == [home.read(red).party]
    refused = run("line", "join", one, "--home", blue)
    assert refused.code == codes.NO and "no-quorum" in refused.err
    good("line", "sign", one, "--home", red, "--yes", "-o", two)
    assert good("line", "merge", one, two, "-o", both, "--json").json["missing"] == []
    good("line", "join", both, "--home", blue)


def test_signing_asks_and_nobody_is_no(tmp_path: Path):
    blue, red = tmp_path / "blue", tmp_path / "red"
    good("init", blue)
    good("init", red)
    one = tmp_path / "one"
    good("line", "new", blue / "card.note", red / "card.note", "--home", blue, "-o", one)
    ran = run("line", "sign", one, "--home", red, "-o", tmp_path / "two")
    assert ran.code == codes.DECLINED and not (tmp_path / "two").exists()


def test_parameters_come_from_a_file_with_units(tmp_path: Path):
    numbers = tmp_path / "numbers.toml"
    numbers.write_text('heartbeat_ms = "10 s"\n')
    blue, _, genesis = pair(tmp_path, "--parameters", numbers, "--exercise")
    good("line", "join", genesis, "--home", blue)
    shown = good("line", "show", "--home", blue, "--json").json
    assert shown["parameters"] == {"heartbeat_ms": 10_000} and shown["exercise"] and "banner" in shown
    numbers.write_text("no_such = 1\n")
    bad = run(
        "line", "new", blue / "card.note", "--home", blue, "-o", tmp_path / "x", "--parameters", numbers
    )
    assert bad.code == codes.NO and "unknown-parameter" in bad.err


def test_two_registrars_do_so_too_and_name_no_registrars(tmp_path: Path):
    blue, _, genesis = pair(tmp_path)
    good("line", "join", genesis, "--home", blue)
    for post in ("clerk-1", "clerk-2", "night"):
        good("keys", "new-officer", post, "--home", blue)
    good("keys", "add", "clerk-1=registrar", "clerk-2=registrar", "--home", blue)
    for path in (blue / "roots").glob("*"):
        path.unlink()
    add = ("keys", "add", "night=watch_officer", "--home", blue)
    assert "no-roots" in run(*add).err
    for alone in (("--registrar", "clerk-1"), ("--registrar", "clerk-1", "--registrar", "clerk-1")):
        ran = run(*add, *alone)
        assert ran.code == codes.NO and "registrar-alone" in ran.err
    both = ("--registrar", "clerk-1", "--registrar", "clerk-2")
    more = run("keys", "add", "watch=registrar", "--home", blue, *both)
    assert more.code == codes.NO and "registrar-by-root" in more.err
    good(*add, *both)
    (line,) = good("keys", "list", "--home", blue, "--json").json["lines"]
    assert {"night": ["watch_officer"]}.items() <= {one["post"]: one["roles"] for one in line["keys"]}.items()
    good("keys", "revoke", "night", "--home", blue, *both)


def test_officers_come_into_the_record_by_the_roots_alone(tmp_path: Path):
    blue, _, genesis = pair(tmp_path)
    good("line", "join", genesis, "--home", blue)
    added = good("keys", "add", "--home", blue, "--json").json
    assert len(added["keys"]) == 2 and added["entry"]
    assert good("keys", "add", "--home", blue, "--json").json["entry"] == ""
    twice = run("keys", "add", "watch", "--home", blue)
    assert twice.code == codes.NO and "key-known" in twice.err
    new = good("keys", "new-officer", "liaison-1", "--home", blue, "--json").json
    assert "key-exists" in run("keys", "new-officer", "liaison-1", "--home", blue).err
    good("keys", "add", f"liaison-1=liaison,linguist@{new['vkey']}", "--home", blue)
    (line,) = good("keys", "list", "--home", blue, "--json").json["lines"]
    assert {one["post"]: one["roles"] for one in line["keys"]} == {
        "watch": ["watch_officer"],
        "releaser": ["releaser"],
        "liaison-1": ["liaison", "linguist"],
    }
    good("keys", "revoke", "liaison-1", "--home", blue)
    assert "unknown-key" in run("keys", "revoke", "liaison-1", "--home", blue).err
    good("keys", "new-officer", "chief", "--home", blue)
    assert "which-role" in run("keys", "add", "chief", "--home", blue).err
    for path in (blue / "roots").glob("*"):
        path.rename(tmp_path / path.name)
    assert "no-roots" in run("keys", "add", "chief=chair", "--home", blue).err
    good("keys", "add", "chief=chair", "--home", blue, "--root", tmp_path / "root-1.secret")


def test_the_next_roots_come_in_and_the_old_ones_end(tmp_path: Path):
    blue, _, genesis = pair(tmp_path)
    good("line", "join", genesis, "--home", blue)
    old = (blue / "roots" / "root-1.secret").read_text()
    assert run("keys", "roots", "--home", blue).code == codes.DECLINED
    good("keys", "roots", "--home", blue, "--yes")
    assert (blue / "roots" / "old-1.secret").read_text() == old
    good("keys", "add", "--home", blue)
    good("keys", "roots", "--home", blue, "--yes")
    good("keys", "new-officer", "watch-9", "--home", blue)
    stale = run("keys", "add", "watch-9", "--home", blue, "--root", blue / "roots" / "old-1.secret")
    assert stale.code == codes.NO and ("revoked-key" in stale.err or "not-authorised" in stale.err)
    good("keys", "add", "watch-9", "--home", blue)


def test_a_folder_that_is_no_node(tmp_path: Path):
    for argv in (
        ("keys", "list", "--home", tmp_path),
        ("fsck", tmp_path),
        ("line", "list", "--home", tmp_path),
    ):
        ran = run(*argv)
        assert ran.code == codes.UNREACHABLE and "steerclear init" in ran.err, argv
    assert json.loads(run("fsck", tmp_path, "--json").out)["refused"][0]["code"] == "no-node-here"
    assert run("doctor", tmp_path).code == codes.NO
