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


@pytest.mark.parametrize("level", ["one", "second", "two"])
@pytest.mark.parametrize("kind", ["stop", "sto*"])
def test_no_table_makes_a_stop_wait_for_a_second_officer(kind: str, level: str) -> None:
    """messages.md, Parties, releaser: life safety by the watch officer alone, always."""
    with pytest.raises(Malformed) as found:
        release.check_table([{"kind": "activity.*", "release": "two"}, {"kind": kind, "release": level}])
    assert (found.value.rule, found.value.field) == ("watch-alone", "release[1].release")
    assert "leave the row out" in found.value.remedy
    release.check_table([{"kind": kind, "release": "watch"}])
    release.check_table([{"kind": "*", "release": level}, {"kind": "warning.radio", "release": level}])


@pytest.mark.parametrize(
    ("row", "field", "remedy"),
    [
        ({"kind": "activty.flight", "release": "two"}, "release[0].kind", "perhaps activity.flight"),
        (
            {"kind": "stop", "release": "tow"},
            "release[0].release",
            "perhaps two; one of watch, one, second, two",
        ),
        ({"kind": "stop"}, "release[0].release", "it is required: give one of"),
        ({"kind": "stop", "release": "two", "hour": 3}, "release[0].hour", "no such field"),
        ({"kind": "stop", "release": "two", "to_hour": 24}, "release[0].to_hour", "from 0 to 23"),
    ],
    ids=["no kind", "no level", "missing", "unknown", "too high"],
)
def test_a_row_that_cannot_be_set_is_named(row: dict[str, object], field: str, remedy: str) -> None:
    """A row of a kind that does not exist would hold back nothing, and its officers would believe otherwise."""
    release.check_table([{"kind": "area.*", "release": "two"}, {"kind": "*", "release": "one"}])
    with pytest.raises(Malformed) as error:
        release.check_table([row])
    assert error.value.field == field and remedy in error.value.remedy and "`$" not in error.value.remedy


def test_the_coarse_form_is_named_only_where_a_kind_has_one() -> None:
    def remedy(name: str) -> str:
        made = draft(name)
        inner, body = form.filled(made.kind, made.inner, made.body)
        facts = facts_of(made)
        return release.refused(
            made.kind, facts, inner, release.needed(made.kind, facts, body, PARAMETERS), body
        )[0].remedy

    assert "say --coarse" in remedy("activity.flight.toml")
    assert "releaser" in remedy("dissemination.toml") and "coarse" not in remedy("dissemination.toml")


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
