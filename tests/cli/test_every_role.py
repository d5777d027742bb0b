"""Every role that officers hold, through the real command line between two served nodes: what it may say or not."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from cli_nodes import Pair, flight, two_nodes
from cli_world import Ran, good, run

from steerclear.cli import codes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("real-nodes")]
POSTS = {
    "interpreter": "linguist",
    "post-7": "custodian",
    "attache": "liaison",
    "notified": "notification_officer",
    "seat": "chair",
}
SITE = {
    "name": "Hospital at the edge",
    "function": "hospital",
    "positions": [
        {"lat": 41.3275, "lon": 19.8187, "error": "20 m"},
        {"form": "mgrs", "text": "34TDL0115775512"},
    ],
}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with two_nodes(tmp_path_factory.mktemp("roles")) as made:
        for post, role in POSTS.items():
            good("keys", "new-officer", post, "--home", made.home("blue"))
            good("keys", "add", f"{post}={role}", "--home", made.home("blue"))
        yield made


def tried(pair: Pair, kind: str, body: dict, *more: object, post: str, to: str = "all") -> Ran:
    path = pair.folder / f"{post}-{kind}.json"
    path.write_text(json.dumps({"mode": "EXERCISE", "inner": {}, "body": body}))
    send = ("--to", to) if to else ()
    return run("say", kind, "--file", path, *send, *pair.at("blue", post), "--yes", "--json", *more)


def refused(ran: Ran) -> set[str]:
    assert ran.code == codes.NO, ran.out
    return {one["code"] for one in ran.json["refused"]}


def heard(pair: Pair, entry: str) -> str:
    """It has come to blue."""
    good("show", entry, "--until", "delivered", *pair.at("red"))
    return entry


@pytest.mark.parametrize("post", POSTS)
def test_no_such_role_says_a_notice_or_a_stop(pair: Pair, post: str):
    assert "role-may-not-sign" in refused(tried(pair, "activity.flight", flight(), post=post))
    assert "role-may-not-sign" in refused(tried(pair, "stop", {}, post=post))


def test_a_linguist_confirms_free_text(pair: Pair):
    stop = heard(pair, pair.say("red", "stop", {"text": "По больнице стреляют."}, post="watch"))
    body = {"level": "text_confirmed", "language": "ru"}
    assert tried(pair, "receipt", body, "--ref", stop, post="interpreter").code == codes.OK
    assert refused(tried(pair, "receipt", body, "--ref", stop, post="watch")) == {"linguist-needed"}


def test_a_liaison_hands_over_and_operations_has_not_heard(pair: Pair):
    entry = heard(pair, pair.say("red", "activity.flight", flight(60)))
    at_the_embassy = {"level": "read", "post_class": "embassy", "post": "Defence attaché"}
    assert tried(pair, "receipt", at_the_embassy, "--ref", entry, post="attache").code == codes.OK
    (blue,) = good("show", entry, *pair.at("blue"), "--json").json["subject"]["addressees"]
    assert blue["state"] == "delivered"
    tasks = good("board", *pair.at("blue"), "--json").json["tasks"]
    assert [one["for_role"] for one in tasks if one["subject"] == entry] == ["liaison"]


def test_a_notification_officer_asks_and_neither_approves_nor_refuses(pair: Pair):
    entry = heard(pair, pair.say("red", "site.notify", SITE))
    read = {"level": "read", "post_class": "operations", "post": "Notifications"}
    assert tried(pair, "receipt", read, "--ref", entry, post="notified").code == codes.OK
    question = {"answer": "QUERY", "text": "Who is the contact at night?"}
    about = ("--ref", entry, "--co-sign", "releaser")
    assert refused(tried(pair, "reply", question, "--ref", entry, post="notified")) == {"release-needed"}
    assert tried(pair, "reply", question, *about, post="notified").code == codes.OK
    declined = {"answer": "DECLINED", "reason": "x"}
    assert refused(tried(pair, "reply", declined, *about, post="notified")) == {"notification-officer-checks"}
    plan = heard(pair, pair.say("red", "activity.flight", flight(70)))
    about = ("--ref", plan, "--co-sign", "releaser")
    assert refused(tried(pair, "reply", question, *about, post="notified")) == {"notification-officer-checks"}


def test_a_custodian_keeps_an_area_from_the_own_watch(pair: Pair):
    area = {"area": "personnel", "precision": "broad", "volumes": flight(90)["volumes"]}
    assert "release-needed" in refused(tried(pair, "area.declare", area, post="post-7", to=""))
    ran = tried(pair, "area.declare", area, "--co-sign", "releaser", post="post-7", to="")
    assert ran.code == codes.OK, ran.out
    entry = ran.json["id"]
    assert "personnel" in good("show", entry, *pair.at("blue", "post-7")).out
    hidden = good("show", entry, *pair.at("blue"), "--json")
    assert (hidden.json["entry"]["payload"], hidden.json["entry"]["row"]["held"]) == (None, "compartment")
    told = hidden.out + good("board", *pair.at("blue"), "--json").out
    assert "call post 7" in told and "personnel" not in told


def test_a_chair_convenes_in_its_turn_alone(pair: Pair):
    """There is no rota without an agreement, so it is nobody's turn (the turn: replay A11, tests of talks)."""
    session = {
        "act": "propose",
        "as_chair": True,
        "form": "scheduled",
        "level": "representatives",
        "begin": flight(30)["volumes"][0]["start"],
        "carrier": "video",
    }
    assert "not-the-chair" in refused(tried(pair, "meeting", session, post="seat"))
    assert "role-may-not-sign" not in refused(tried(pair, "meeting", session, post="seat"))
