"""Who must agree before an entry leaves: the default table, a party's own, roles, and the coarse form."""

from __future__ import annotations

import pytest
from speech_desk import BLUE, GREEN, ID, OTHER, PARAMETERS, RELEASER, WATCH, bent, draft, facts_of

from steerclear.errors import Malformed
from steerclear.speech import form, release
from steerclear.speech.facts import SignerFacts, SubjectFacts
from steerclear.speech.payload import Inner

MIN = 60_000


def needed(name: str, **changes: object) -> str:
    made = draft(name)
    body = form.filled(made.kind, made.inner, made.body)[1]
    return release.needed(made.kind, facts_of(made, **changes), body, PARAMETERS).level


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("stop.toml", "watch"),
        ("warning.radio.toml", "watch"),
        ("line.check.toml", "watch"),
        ("line.status-suspended.toml", "watch"),
        ("receipt-embassy.toml", "watch"),
        ("receipt.toml", "watch"),
        ("reply-holding.toml", "watch"),
        ("reply-no-conflict.toml", "one"),
        ("activity.flight.toml", "one"),
        ("agreement.toml", "one"),
        ("area.declare-broad.toml", "two"),
        ("area.request.toml", "two"),
        ("area.reply.toml", "two"),
        ("withdraw-area.toml", "two"),
        ("withdraw.toml", "one"),
    ],
)
def test_the_default_release_table(name: str, level: str) -> None:
    assert needed(name) == level


def test_life_safety_is_released_by_the_watch_alone() -> None:
    subject = SubjectFacts(ID, "area.declare", BLUE, life_safety=True)
    assert needed("area.declare-site.toml", life_safety=True) == "watch"
    assert needed("reply-no-conflict.toml", subject=subject) == "watch"


def test_a_partys_own_table_by_kind_precision_recipient_and_hour() -> None:
    rows = release.table_from(
        [
            {"kind": "activity.*", "release": "two", "recipient": GREEN},
            {"kind": "activity.flight", "release": "watch", "from_hour": 22, "to_hour": 6},
            {"kind": "area.declare", "release": "one", "precision": "broad"},
            {"kind": "withdraw", "release": "watch"},
            {"kind": "area.declare", "release": "watch", "precision": "exact"},
        ]
    )

    def level(name: str, **changes: object) -> str:
        made = draft(name)
        body = form.filled(made.kind, made.inner, made.body)[1]
        return release.needed(made.kind, facts_of(made, **changes), body, PARAMETERS, rows).level

    assert level("activity.flight.toml", hour=12) == "one"
    assert level("activity.flight.toml", hour=23) == level("activity.flight.toml", hour=5) == "watch"
    assert level("activity.flight.toml", hour=6) == "one"
    assert level("activity.flight.toml", hour=23, to=(BLUE, GREEN)) == "two"
    assert level("area.declare-broad.toml") == "one"
    assert level("area.declare-site.toml") == "watch"
    assert level("withdraw-area.toml") == "two", "releasing an area always takes two"
    made = bent(draft("area.declare-site.toml"), "body.area", "personnel")
    body = form.filled(made.kind, made.inner, made.body)[1]
    assert release.needed(made.kind, facts_of(made), body, PARAMETERS, rows).level == "two"
    with pytest.raises(Malformed, match="bad-release-table"):
        release.table_from([{"kind": "stop", "release": "nobody"}])


def refusals(name: str, *signers: SignerFacts, coarse: bool = False, waited_ms: int = 0) -> list[str]:
    made = draft(name)
    body = form.filled(made.kind, made.inner, made.body)[1]
    facts = facts_of(made, signers=signers, waited_ms=waited_ms)
    need = release.needed(made.kind, facts, body, PARAMETERS)
    return [fault.code for fault in release.refused(made.kind, facts, Inner(coarse=coarse or None), need)]


def test_who_may_release() -> None:
    assert refusals("stop.toml", WATCH) == []
    assert refusals("stop.toml") == ["release-needed"]
    assert refusals("activity.flight.toml", WATCH) == ["release-needed"]
    assert refusals("activity.flight.toml", RELEASER) == []
    assert refusals("area.declare-broad.toml", RELEASER) == ["release-needed"]
    assert refusals("area.declare-broad.toml", RELEASER, RELEASER) == ["release-needed"], "one person twice"
    assert refusals("area.declare-broad.toml", RELEASER, WATCH) == []
    assert refusals("area.declare-broad.toml", RELEASER, OTHER) == []


def test_roles_that_never_release() -> None:
    admin = SignerFacts("red/admin+00000000", frozenset({"administrator"}))
    witness = SignerFacts("red/witness+00000000", frozenset({"witness"}))
    liaison = SignerFacts("red/attache+00000000", frozenset({"liaison"}))
    node = SignerFacts("red/node+00000000", frozenset({"node"}))
    for signer in (admin, witness, node):
        assert refusals("stop.toml", signer) == ["role-may-not-sign"]
        assert refusals("receipt.toml", signer) == ["role-may-not-sign"]
    assert refusals("receipt-embassy.toml", liaison) == []
    assert refusals("stop.toml", liaison) == ["role-may-not-sign"]
    assert refusals("line.check.toml", node) == []


@pytest.mark.parametrize(
    ("waited", "coarse", "found"),
    [(3 * MIN, True, []), (3 * MIN - 1, True, ["release-needed"]), (3 * MIN, False, ["release-needed"])],
)
def test_the_watch_alone_may_release_the_coarse_form_after_the_wait(
    waited: int, coarse: bool, found: list[str]
) -> None:
    assert refusals("activity.flight.toml", WATCH, coarse=coarse, waited_ms=waited) == found
    assert refusals("agreement-resume.toml", RELEASER, coarse=coarse, waited_ms=waited) == []


def test_no_coarse_form_of_what_is_not_time_critical() -> None:
    assert refusals("encounter.report.toml", WATCH, coarse=True, waited_ms=10 * MIN) == ["release-needed"]
