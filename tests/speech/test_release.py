"""Who must agree before an entry leaves: the default table, a party's own, roles, and the coarse form."""

from __future__ import annotations

import pytest
from speech_desk import BLUE, GREEN, ID, OTHER, PARAMETERS, RELEASER, WATCH, bent, draft, facts_of

from steerclear.errors import Malformed
from steerclear.speech import form, release
from steerclear.speech.coarse import Form, coarsened
from steerclear.speech.facts import SignerFacts, SubjectFacts
from steerclear.speech.kinds.common import Body
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


FORM = Form(kind="activity.flight", cell_km=20, minutes=60)


def refusals(
    name: str, *signers: SignerFacts, coarse: Form | None = None, waited_ms: int = 0, says: bool = True
) -> list[str]:
    made = draft(name)
    body = form.filled(made.kind, made.inner, made.body)[1]
    if coarse is not None and isinstance(found := coarsened(body, coarse), Body):
        body = found
    facts = facts_of(made, signers=signers, waited_ms=waited_ms, coarse=coarse)
    need = release.needed(made.kind, facts, body, PARAMETERS)
    inner = Inner(coarse=True if coarse is not None and says else None)
    return [fault.code for fault in release.refused(made.kind, facts, inner, need, body)]


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
    ("waited", "says", "found"),
    [(3 * MIN, True, []), (3 * MIN - 1, True, ["releaser-has-time"]), (3 * MIN, False, ["release-needed"])],
)
def test_the_watch_alone_may_release_the_coarse_form_after_the_wait(
    waited: int, says: bool, found: list[str]
) -> None:
    assert refusals("activity.flight.toml", WATCH, coarse=FORM, waited_ms=waited, says=says) == found
    assert refusals("activity.flight.toml", RELEASER, coarse=FORM, waited_ms=waited, says=says) == []


def test_without_an_approved_form_there_is_none() -> None:
    made = draft("activity.flight.toml")
    body = form.filled(made.kind, made.inner, made.body)[1]
    facts = facts_of(made, signers=(WATCH,), waited_ms=10 * MIN)
    need = release.needed(made.kind, facts, body, PARAMETERS)
    refused = release.refused(made.kind, facts, Inner(coarse=True), need, body)
    assert [fault.code for fault in refused] == ["no-coarse-form"] and not need.coarse
