"""Templates, the agreement's file, members who come and leave: commands that need no running node."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from cli_world import good, run

from steerclear.cli import codes
from steerclear.cli.agreement import with_agreed
from steerclear.speech.kinds.agreement import NO_RECOGNITION

TEMPLATES = ("bilateral-air-line", "humanitarian-notification", "multi-party-centre")


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEERCLEAR_PASSPHRASE", "low tide")
    monkeypatch.delenv("STEERCLEAR_HOME", raising=False)


def test_templates_are_listed_and_shown_with_the_sentence(tmp_path: Path) -> None:
    assert [row["name"] for row in good("line", "template", "list", "--json").json["templates"]] == [
        *TEMPLATES
    ]
    for name in TEMPLATES:
        assert NO_RECOGNITION in good("line", "template", "show", name).out
        told = good("line", "template", "show", name, "--agreement", "-o", tmp_path / name, "--json").json
        assert tomllib.loads((tmp_path / name).read_text())["body"]["act"] == "ratify"
        (tmp_path / f"{name}.toml").write_bytes((tmp_path / name).read_bytes())
        assert good("agreement", "check", tmp_path / f"{name}.toml", "--json").json["terms"] == told["terms"]
    bad = run("line", "template", "show", "treaty")
    assert bad.code == codes.NO and "bilateral-air-line" in bad.err


def test_a_file_that_cannot_be_ratified_is_told_by_field(tmp_path: Path) -> None:
    file = tmp_path / "agreement.toml"
    good("agreement", "draft", "--template", "bilateral-air-line", "-o", file)
    text = file.read_text()
    file.write_text(text.replace("is no recognition", "is a recognition"))
    bad = run("agreement", "check", file)
    assert bad.code == codes.NO and "body.clause" in bad.err
    file.write_text(text.replace("give_way", "give_gifts"))
    assert "give_gifts" in run("agreement", "check", file).err
    file.write_text("\n".join(line for line in text.splitlines() if not line.startswith("name = ")))
    assert good("agreement", "check", file, "--json").json["absent"] == ["name"]


def test_agreed_provisions_stand_in_the_draft_under_their_numbers() -> None:
    body = {
        "articles": [{"number": "2", "text": "old"}, {"number": "10", "text": "ten"}],
        "parameters": {"a": 1},
    }

    def row(number: str, state: str, **more: object) -> dict[str, object]:
        found = {
            "number": number,
            "state": state,
            "text": f"new {number}",
            "title": "",
            "parameters": {},
            **more,
        }
        return {"provision": found}

    made = with_agreed(
        body, [row("2", "agreed", parameters={"b": 2}, title="Two"), row("3", "closer"), row("9.1", "agreed")]
    )
    assert made["articles"] == [
        {"number": "2", "text": "new 2", "title": "Two"},
        {"number": "9.1", "text": "new 9.1"},
        {"number": "10", "text": "ten"},
    ]
    assert made["parameters"] == {"a": 1, "b": 2} and body["parameters"] == {"a": 1}


def homes(folder: Path, *names: str) -> list[Path]:
    for number, name in enumerate(names, 1):
        good("init", folder / name, "--listen", f"127.0.0.1:{number}", "--url", f"http://127.0.0.1:{number}")
    return [folder / name for name in names]


def founded(folder: Path, members: list[Path], *more: object) -> Path:
    genesis = folder / "line.genesis"
    cards = [home / "card.note" for home in members]
    good("line", "new", *cards, "--home", members[0], "-o", genesis, "--exercise", *more)
    for home in members[1:]:
        good("line", "sign", genesis, "--home", home, "--yes", "-o", genesis)
    for home in members:
        good("line", "join", genesis, "--home", home)
    return genesis


def test_a_line_is_founded_on_a_template(tmp_path: Path) -> None:
    blue, red, green = homes(tmp_path, "blue", "red", "green")
    cards = [home / "card.note" for home in (blue, red, green)]
    bad = run("line", "new", *cards, "--home", blue, "--template", "bilateral-air-line", "-o", tmp_path / "x")
    assert bad.code == codes.NO and "members-of-template" in bad.err
    assert (
        "unknown-template"
        in run("line", "new", *cards, "--home", blue, "--template", "x", "-o", tmp_path / "x").err
    )
    founded(tmp_path, [blue, red], "--template", "bilateral-air-line")
    shown = good("line", "show", "--home", red, "--json").json
    assert shown["template"] == "bilateral-air-line"
    assert shown["parameters"] == {"give_way": ["life_safety", "medical", "rescue"]}


@pytest.mark.slow
def test_a_newcomer_that_one_member_dislikes_comes_in_and_that_one_leaves(tmp_path: Path) -> None:
    blue, red, green, white = homes(tmp_path, "blue", "red", "green", "white")
    genesis = founded(tmp_path, [blue, red, green], "--template", "multi-party-centre")
    note, by_red = tmp_path / "next.policy", tmp_path / "by-red.policy"
    good("line", "member", "propose", "--add", white / "card.note", "--home", blue, "-o", note)
    alone = run("line", "member", "log", note, "--home", blue)
    assert alone.code == codes.NO and "no-quorum" in alone.err
    told = good("line", "member", "sign", note, "--home", red, "--yes", "-o", by_red)
    assert len(told.err.split("newcomer")[1].split("\n")[0].split(":")[1].split()) == 12, "its twelve words"
    good("line", "member", "merge", note, by_red, "-o", note)
    for home in (blue, red):
        logged = good("line", "member", "log", note, "--home", home, "--json").json
        assert len(logged["members"]) == 4 and len(logged["signed_by"]) == 2
    assert run("line", "member", "accede", genesis, note, "--home", green).code == codes.NO, (
        "it is on it already"
    )
    good("line", "member", "accede", genesis, note, "--home", white, "--name", "centre")
    good("keys", "add", "--home", white)
    party = good("line", "card", green / "card.note", "--json").json["party"]
    drop, by_white = tmp_path / "drop.policy", tmp_path / "by-white.policy"
    good("line", "member", "propose", "--drop", party, "--home", blue, "-o", drop)
    for home, copy in ((red, by_red), (white, by_white)):
        good("line", "member", "sign", drop, "--home", home, "--yes", "-o", copy)
    good("line", "member", "merge", drop, by_red, by_white, "-o", drop)
    for home in (blue, red, white):
        assert party not in good("line", "member", "log", drop, "--home", home, "--json").json["members"]
    assert run("line", "member", "propose", "--home", blue, "-o", drop).code == codes.NO
    assert (
        "unknown-party" in run("line", "member", "propose", "--drop", party, "--home", blue, "-o", drop).err
    )
