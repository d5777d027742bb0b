"""Who may say what of sites and movements: the notification officer checks, the author reports, anybody tests."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from speech_desk import BLUE, ID, NOW, PARAMETERS, RED, RELEASER, WATCH, bent, draft, facts_of, judged

from steerclear.speech.facts import SignerFacts, SubjectFacts
from steerclear.speech.kinds import movement_notify, site_notify
from steerclear.speech.parameters import Parameters
from steerclear.speech.table import KINDS
from steerclear.units import format_time

SITE = "name function operator positions marking occupancy contact_24h verified_by verified_at review"
MOVEMENT = "origin waypoints vehicles number cargo escorts contacts no_move_trigger lost_contact"
POINT, VEHICLE = (
    "positions at tolerance_s check_in",
    "type colour plate marking_day marking_night marking_infrared",
)


@pytest.mark.parametrize(
    ("struct", "names"),
    [
        (site_notify.Site, SITE),
        (movement_notify.Movement, MOVEMENT),
        (movement_notify.Waypoint, POINT),
        (movement_notify.Vehicle, VEHICLE),
    ],
)
def test_each_kind_has_its_fields(struct: type[msgspec.Struct], names: str) -> None:
    assert set(names.split()) <= set(struct.__struct_fields__)


OFFICER = SignerFacts("red/notes+01234568", frozenset({"notification_officer"}))


@pytest.mark.parametrize(
    ("kind", "answer", "refused"),
    [
        ("site.notify", "QUERY", False),
        ("movement.notify", "NOT_UNDERSTOOD", False),
        ("site.notify", "NOTED", True),
        ("site.notify", "DECLINED", True),
        ("movement.notify", "UNABLE", True),
        ("activity.flight", "QUERY", True),
    ],
)
def test_a_notification_officer_asks_and_neither_approves_nor_refuses(
    kind: str, answer: str, refused: bool
) -> None:
    made = draft("reply-holding.toml")
    made = replace(made, body={"answer": answer, "text": "where?", "reason": "why"})
    about = SubjectFacts(ID + "2", kind, BLUE)
    facts = facts_of(made, subject=about, life_safety=False, precedence="ROUTINE")
    codes = {fault.code for fault in judged(made, replace(facts, signers=(OFFICER, RELEASER)))}
    assert ("notification-officer-checks" in codes) is refused
    watch = {fault.code for fault in judged(made, replace(facts, signers=(WATCH, RELEASER)))}
    assert "notification-officer-checks" not in watch


def test_the_officer_acknowledges_and_says_nothing_of_its_own() -> None:
    may = {name for name, row in KINDS.items() if "notification_officer" in row.roles}
    assert may == {"receipt", "reply"}
    receipt = draft("receipt.toml")
    assert judged(receipt, replace(facts_of(receipt), signers=(OFFICER,))) == []


def test_only_its_author_reports_where_a_movement_is_and_anybody_tests_contact() -> None:
    for name, author, refused in (
        ("movement.position.toml", BLUE, True),
        ("movement.position.toml", RED, False),
        ("movement.position-contact_test.toml", BLUE, False),
        ("movement.position-contact_test.toml", RED, False),
    ):
        made = draft(name)
        about = SubjectFacts(made.header["refs"][0], "movement.notify", author)
        codes = {fault.code for fault in judged(made, facts_of(made, subject=about))}
        assert ("not-the-author" in codes) is refused, name


def test_a_report_is_about_what_has_happened() -> None:
    made = draft("movement.position.toml")
    assert judged(bent(made, "body.at", "2026-10-20T14:05:00Z"), now_ms=NOW) == []
    assert [one.code for one in judged(bent(made, "body.at", "2026-10-20T14:05:01Z"), now_ms=NOW)] == [
        "not-yet"
    ]


def test_a_site_was_verified_before_it_is_notified_by_no_more_than_clocks_may_differ() -> None:
    made = draft("site.notify.toml")
    minute = Parameters().degraded_after_ms
    last = bent(made, "body.verified_at", format_time(NOW + minute))
    assert judged(last) == []
    ahead = bent(made, "body.verified_at", format_time(NOW + minute + 1_000))
    (fault,) = judged(ahead)
    assert (fault.code, fault.field) == ("verified-ahead", "body.verified_at")
    assert "before it is notified" in fault.rule and "write when it was verified" in fault.remedy
    agreed = msgspec.structs.replace(PARAMETERS, degraded_after_ms=minute + 1_000)
    assert judged(ahead, parameters=agreed) == [], "how far clocks may differ is the agreement's"


def test_a_new_version_of_a_site_was_verified_too() -> None:
    made, site = draft("amend.toml"), draft("site.notify.toml")
    for at, found in ((NOW, set()), (NOW + 3_600_000, {"body.notice.verified_at"})):
        version = {"kind": "site.notify", "notice": site.body | {"verified_at": format_time(at)}}
        refused = judged(replace(made, body=version))
        assert {fault.field for fault in refused if fault.code == "verified-ahead"} == found
