"""Claims in columns, files by their hash, the drill and the handover: commands beside a node that only answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cli_world import run

from steerclear.cli import client, codes, files, saying
from steerclear.cli.claims import attestation_lines, claims_lines
from steerclear.cli.faults import Stop
from steerclear.cli.watch import handover_lines, open_of

BLUE, RED = "b" * 32, "a" * 32
NAMES = {RED: "red", BLUE: "blue"}
NOW = 1_790_000_000_000
ENTRY, CLAIM = "77" * 32, "4f" * 32


@dataclass
class Answers:
    """`client.Officer` with its node's answers by path; what was to be said is kept."""

    found: dict[str, Any]
    line: str = "1" * 64
    party: str = BLUE
    key: Any = None
    now_ms: int = NOW
    said: list[dict[str, Any]] = field(default_factory=list)

    def get(self, path: str = "", **query: Any) -> Any:
        return self.found[path]

    def names(self) -> dict[str, str]:
        return NAMES


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Answers:
    posts = [{"post": post, "key": f"{BLUE}/{post}+00000001", "roles": []} for post in ("day", "night")]
    members = [{"party": BLUE, "name": "blue", "own": True, "posts": posts}]
    who = Answers({"": {"exercise_line": True}, "/health": [], "/members": members})
    monkeypatch.setattr(client, "officer", lambda args: who)
    monkeypatch.setattr(saying, "complete", lambda args, officer, draft, keys: who.said.append(draft))
    return who


def account(party: str, least: int, most: int | None = None, **more: Any) -> dict[str, Any]:
    made = {
        "party": party,
        "entry": party * 2,
        "kind": "claim",
        "happening": "fire_on_place",
        "begin_ms": NOW,
        "end_ms": None,
        "place": "",
        "counts": [{"party": party, "unit": "dead", "of_whom": "civilians", "least": least, "most": most}],
        "source": "press",
        "published_ms": None,
        "rule": "",
        "notices": [],
        "evidence": [],
        "flags": [],
    }
    return {**made, **more}


def claims() -> dict[str, Any]:
    claim = {
        "accounts": [account(BLUE, 3611, flags=["published-before-event"]), account(RED, 4007, 4100)],
        "statements": [
            {"party": BLUE, "entry": CLAIM, "says": "asserted", "at_ms": NOW},
            {"party": RED, "entry": ENTRY, "says": "denied", "at_ms": NOW},
        ],
        "evidence": [
            {"party": RED, "entry": ENTRY, "sha256": "cd" * 32, "what": "radar", "custody": [], "gaps": 1}
        ],
        "findings": [],
        "states": {},
        "contradictions": [f"dead (civilians): 3611 by {BLUE} beside 4007 to 4100 by {RED}"],
    }
    subject = {
        "id": CLAIM,
        "kind": "claim",
        "mode": "EXERCISE",
        "author": BLUE,
        "claim": claim,
        "deadlines": [],
    }
    window = {RED * 2: [{"notice": "9" * 64, "how": "partly"}]}
    return {
        "claims": [{"subject": subject, "windows": window}],
        "attestations": [],
        "standing": ["none is added"],
    }


def test_each_number_stands_in_its_partys_column_and_no_row_adds_up() -> None:
    text = "\n".join(claims_lines(claims(), NAMES))
    (row,) = [line for line in text.split("\n") if "dead (civilians), as" in line]
    left, right = row.split("as red says")[0], row.split("as red says")[1]
    assert "4007 to 4100 dead" in left and "3611 dead (civilians), as blue says" in right
    assert "7618" not in text and "none is added" in text
    assert "3611 by blue beside 4007 to 4100 by red" in text
    assert "1 gap in custody" in text and "partly" in text and "published-before-event" in text
    assert "said nothing" not in text
    silent = claims()
    silent["claims"][0]["subject"]["claim"]["statements"].pop()
    assert "said nothing" in "\n".join(claims_lines(silent, NAMES))


def test_a_table_and_json_say_exercise_at_both_ends(node: Answers) -> None:
    node.found["/claims"] = claims()
    text = run("claims").out.strip().split("\n")
    assert text[0] == text[-1] == "EXERCISE EXERCISE EXERCISE"
    told = run("claims", "--json").json
    assert next(iter(told)) == "banner" and list(told)[-1] == "banner_end"
    assert run("claims", "0000", "--json").json["claims"] == []
    assert len(run("claims", CLAIM[:6], "--json").json["claims"]) == 1


def test_what_stands_beside_an_attestation_and_one_about_a_time_not_over() -> None:
    beside = [{"entry": ENTRY, "party": RED, "kind": "claim", "how": "meets"}]
    one = {
        "entry": CLAIM,
        "party": BLUE,
        "none_of_ours": "moved_on_the_ground",
        "begin_ms": NOW,
        "end_ms": NOW + 1,
        "beside": beside,
        "marks": [],
    }
    text = "\n".join(attestation_lines(one, NAMES))
    assert "blue says: none of ours moved on the ground" in text and "by red meets that place" in text
    assert "NOT OVER" not in text
    assert "NOT OVER" in "\n".join(attestation_lines({**one, "marks": ["not-over"]}, NAMES))
    alone = "\n".join(attestation_lines({**one, "beside": []}, NAMES))
    assert "that proves nothing" in alone and "that proves nothing" not in text


def subject(node: Answers) -> None:
    rows = [{"party": BLUE, "informed": True}, {"party": "c" * 32, "informed": False}]
    node.found[f"/subjects/{CLAIM}"] = {"author": RED, "mode": "EXERCISE", "addressees": rows}


def test_a_file_goes_on_record_by_its_hash_to_those_concerned(node: Answers, tmp_path: Path) -> None:
    subject(node)
    path = tmp_path / "radar.bin"
    path.write_bytes(b"\x00\xff" * files.CHUNK)
    step = "2026-10-31T13:00:00Z, radar post, hill 7, recorded"
    ran = run("file", "add", path, "--about", CLAIM, "--what", "radar", "--step", step, "--yes")
    assert ran.code == codes.OK, ran.err
    (draft,) = node.said
    assert (draft["kind"], draft["mode"], draft["refs"], draft["to"]) == (
        "evidence",
        "EXERCISE",
        [CLAIM],
        [RED],
    )
    assert draft["body"] == {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "size_bytes": 2 * files.CHUNK,
        "what": "radar",
        "custody": [{"at": "2026-10-31T13:00:00Z", "held_by": "radar post, hill 7", "did": "recorded"}],
    }


@pytest.mark.parametrize("step", ["", "radar post", "2026-10-31T13:00:00Z, recorded", "a,,b"])
def test_a_step_that_is_none_is_refused(step: str) -> None:
    with pytest.raises(Stop) as refused:
        files.step_of(step)
    assert refused.value.faults[0].code == "bad-step"


def test_a_file_is_the_one_that_was_meant_or_another(node: Answers, tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_bytes(b"seen")
    body = {"sha256": hashlib.sha256(b"seen").hexdigest(), "size_bytes": 4}
    row = {"id": ENTRY, "kind": "evidence", "author": RED, "released_ms": NOW}
    node.found[f"/entries/{ENTRY}"] = {"row": row, "payload": {"body": body}}
    same = run("file", "check", path, ENTRY)
    assert same.code == codes.OK and "THE SAME FILE as red put on record" in same.out
    path.write_bytes(b"seem")
    other = run("file", "check", path, ENTRY, "--json")
    assert other.code == codes.NO and other.json["same"] is False
    assert run("file", "check", tmp_path / "none", ENTRY).code == codes.NO
    node.found[f"/entries/{ENTRY}"] = {"row": {**row, "kind": "claim"}, "payload": {"body": {}}}
    assert "not-evidence" in run("file", "check", path, ENTRY).err


def item(number: int, **more: Any) -> dict[str, Any]:
    made = {
        "subject": f"{number:064x}",
        "kind": "stop",
        "title": f"stop {number}",
        "author": RED,
        "mode": "EXERCISE",
        "precedence": "FLASH",
        "life_safety": True,
        "life": "released",
        "since_ms": NOW,
        "due_ms": None,
        "owed": ["read it", "answer it"],
    }
    return {**made, **more}


def test_the_drill_lists_every_item_of_every_page_with_what_is_owed(node: Answers) -> None:
    page = {"now_ms": NOW, "count": 3, "handover": None, "handover_entry": "", "left_out": []}
    node.found["/open"] = {**page, "items": [item(1), item(2)], "more": True}
    node.found[f"/open?after={2:064x}"] = {**page, "items": [item(3, owed=[], due_ms=NOW)], "more": False}
    assert [one["subject"] for one in open_of(node)["items"]] == [f"{i:064x}" for i in (1, 2, 3)]
    ran = run("drill")
    assert ran.code == codes.OK and "3 open items" in ran.out and ran.out.count("  - ") == 4
    assert "LIFE SAFETY, FLASH, by red" in ran.out and ", due " in ran.out
    assert run("drill", "--json").json["items"][2]["owed"] == []


def test_a_handover_names_every_open_item_and_stays_at_home(node: Answers) -> None:
    page = {"now_ms": NOW, "count": 2, "handover": None, "handover_entry": "", "left_out": []}
    node.found["/open"] = {**page, "items": [item(1), item(2, owed=[])], "more": False}
    assert run("handover", "--to-post", "night", "--as", "day", "--text", "calm", "--yes").code == codes.OK
    (draft,) = node.said
    assert (draft["kind"], draft["to"], draft["mode"]) == ("line.handover", [], "EXERCISE")
    body = draft["body"]
    assert (body["from_post"], body["to_post"]) == ("day", "night")
    assert body["items"] == [{"entry": f"{1:064x}", "owed": "read it"}, {"entry": f"{2:064x}"}]


def test_a_handover_shows_what_it_hands_over_and_goes_to_another_post_of_ours(node: Answers) -> None:
    page = {"now_ms": NOW, "count": 1, "handover": None, "handover_entry": "", "left_out": []}
    node.found["/open"] = {**page, "items": [item(1)], "more": False}
    ran = run("handover", "--to-post", "NIGHT", "--as", "day", "--yes")
    assert ran.code == codes.OK and "you hand over to night, 1 open item:" in ran.err
    assert "- read it" in ran.err and "Only night can read it back" in ran.err
    assert node.said[0]["body"]["to_post"] == "night", "as the key names it"
    for post, code in (("nobody", "unknown-post"), ("day", "same-post")):
        ran = run("handover", "--to-post", post, "--as", "day", "--yes")
        assert (ran.code, code in ran.err) == (codes.NO, True) and len(node.said) == 1
    assert "day, night" in run("handover", "--to-post", "nobody", "--as", "day").err


def test_how_the_last_handover_stands() -> None:
    given = {"from_post": "day", "to_post": "night", "items": ["1"], "read_back_by": ""}
    open_still = handover_lines({"handover": given, "left_out": ["7" * 64]})
    assert "NOT READ BACK" in open_still[0] and "not handed over: 777777777777" in open_still[1]
    assert (
        "read back by night"
        in handover_lines({"handover": {**given, "read_back_by": "night"}, "left_out": []})[0]
    )
    assert handover_lines({"handover": None, "left_out": []}) == []


def test_a_report_asks_for_a_period_and_an_ending_that_is_known(node: Answers, tmp_path: Path) -> None:
    period = ("--from", "2026-10-01T00:00:00Z", "--to", "2026-10-31T00:00:00Z")
    assert "unknown-ending" in run("report", *period, "-o", tmp_path / "r.odt").err
    assert "no-period" in run("report", "-o", tmp_path / "r.pdf").err
    assert "not-a-report" in run("report", "--again", tmp_path / "none.json", "-o", tmp_path / "r.pdf").err
