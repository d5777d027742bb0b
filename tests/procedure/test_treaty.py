"""Who is bound by which agreement: all ratify, newcomers accede, some reserve, suspend, leave; whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from procedure_world import LINE, T0, A, B, C, D, World, hexid, t

from steerclear.procedure.acts import Genesis, acts
from steerclear.procedure.agreement_view import AgreementView
from steerclear.procedure.chair import Rota, rota_of
from steerclear.procedure.line import Line, fold_line
from steerclear.procedure.said import Said
from steerclear.record import jcs
from steerclear.record.policy import DOMAIN, Policy, PolicyVersion
from steerclear.speech.kinds.agreement import Agreement, Article, Caps, ChairRota, Retention
from steerclear.speech.terms import numbers_of, terms_hash

E = "e" * 32
THREE = Genesis(LINE, (A, B, C), founders=(A, B, C))


def terms(act: str = "ratify", **more: Any) -> Agreement:
    body: dict[str, Any] = {"name": "memorandum", "parameters": {"relay_ms": 60_000}, **more}
    return Agreement(act=act, **body)  # type: ignore[arg-type]


def seen(world: World, genesis: Genesis = THREE, at: int = 0) -> Line:
    return fold_line(world.entries, genesis, A, {}, T0 + at)


def standing(world: World, genesis: Genesis = THREE) -> AgreementView:
    return seen(world, genesis).agreement


def policy(world: World, author: str, version: int, *members: str, **more: Any) -> Said:
    """A `policy` entry as admission let it in: who signed the note is not this room's affair."""
    made = PolicyVersion(LINE, version, hexid("before"), Policy(tuple(sorted(members))))
    note = DOMAIN + jcs.dumps(made) + b"\n\n\xe2\x80\x94 root AAAAAAA=\n"
    return world.say("policy", author, None, held="none", record={"policy": note.decode()}, **more)


@pytest.fixture
def ratified() -> Iterator[World]:
    world = World(members=(A, B, C))
    for party in (A, B, C):
        world.say("agreement", party, terms())
    assert not seen(world).interim
    yield world


# ---- ratification


def test_every_member_must_ratify_and_the_same() -> None:
    world = World(members=(A, B, C))
    world.say("agreement", A, terms())
    world.say("agreement", B, terms())
    assert (standing(world).state, standing(world).waiting_for) == ("ratifying", (C,))
    world.say("agreement", C, terms(version=2))
    assert seen(world).interim and standing(world).state == "ratifying"
    world.say("agreement", C, terms())
    assert not seen(world).interim and standing(world).ratified_by == (A, B, C)
    assert list(standing(world).pending.values()) == [(C,)]


def test_a_new_version_holds_when_all_ratified_it_and_the_old_one_till_then(ratified: World) -> None:
    second = terms(version=2, parameters={"relay_ms": 120_000})
    for party in (A, B):
        ratified.say("agreement", party, second)
        assert standing(ratified).version is None and not seen(ratified).interim
    ratified.say("agreement", C, second)
    assert (standing(ratified).version, standing(ratified).hash) == (2, terms_hash(second))
    assert acts(ratified.entries, THREE).in_force[-1].parameters.relay_ms == 120_000
    ratified.say("agreement", A, terms())
    assert standing(ratified).version == 2, "one alone brings no older version back"


def test_everything_that_an_agreement_says_is_part_of_its_terms() -> None:
    for change in (
        {"version": 2},
        {"articles": (Article(number="1", text="x"),)},
        {"areas": (hexid("area"),)},
        {"caps": Caps(sealed_areas_a_month=1)},
        {"retention": Retention(sites_days=10)},
        {"chair": ChairRota(first=t(0), days=10)},
        {"disclosure": "open"},
        {"until": t(D)},
    ):
        assert terms_hash(terms(**change)) != terms_hash(terms()), change
    assert terms_hash(terms("accede", reason="x")) == terms_hash(terms())


def test_caps_and_retention_are_numbers_of_the_checks() -> None:
    body = terms(caps=Caps(sealed_areas_a_month=7, booking_cap_km3_h=5), retention=Retention(sites_days=10))
    assert numbers_of(body) == {
        "relay_ms": 60_000,
        "sealed_areas_a_month": 7,
        "booking_cap_km3_h": 5,
        "site_retention_ms": 10 * D,
    }
    world = World()
    for party in (A, B):
        world.say("agreement", party, body)
    made = acts(world.entries, Genesis(LINE, (A, B))).in_force[-1].parameters
    assert (made.sealed_areas_a_month, made.booking_cap_km3_h, made.site_retention_ms) == (7, 5, 10 * D)


# ---- accession


def test_a_newcomer_is_bound_when_it_accedes_and_disturbs_nothing_before(ratified: World) -> None:
    four = Genesis(LINE, (A, B, C, E), founders=(A, B, C))
    policy(ratified, A, 2, A, B, C, E)
    found = standing(ratified, four)
    assert (found.state, found.not_bound, found.waiting_for) == ("in-force", (E,), ())
    ratified.say("agreement", E, terms("accede", version=9))
    assert standing(ratified, four).not_bound == (E,), "to other terms it is not bound"
    ratified.say("agreement", E, terms("accede"))
    found = standing(ratified, four)
    assert (found.state, found.not_bound, found.ratified_by) == ("in-force", (), (A, B, C, E))


def test_a_newcomer_to_a_line_without_an_agreement_must_ratify_like_all() -> None:
    world = World(members=(A, B, C))
    policy(world, A, 2, A, B, C)
    two = Genesis(LINE, (A, B, C), founders=(A, B))
    for party in (A, B):
        world.say("agreement", party, terms())
    assert standing(world, two).waiting_for == (C,)
    world.say("agreement", C, terms())
    assert not seen(world, two).interim


def test_a_newcomer_that_cannot_read_the_old_ratifications_is_bound_by_its_own(ratified: World) -> None:
    for said in list(ratified.entries):
        ratified.entries[ratified.entries.index(said)] = type(said)(
            **{name: getattr(said, name) for name in said.__slots__} | {"body": None, "held": "not_addressed"}
        )
    four = Genesis(LINE, (A, B, C, E), founders=(A, B, C))
    policy(ratified, A, 2, A, B, C, E)
    assert fold_line(ratified.entries, four, E, {}, T0).interim
    ratified.say("agreement", E, terms("accede"))
    line = fold_line(ratified.entries, four, E, {}, T0)
    assert not line.interim and line.agreement.hash == terms_hash(terms())


def test_a_payload_that_is_only_missing_stands_for_no_ratification(ratified: World) -> None:
    said = ratified.entries[2]
    ratified.entries[2] = type(said)(
        **{name: getattr(said, name) for name in said.__slots__} | {"body": None, "held": "missing"}
    )
    assert seen(ratified).interim


def test_a_newcomer_s_own_log_begins_with_its_policy_and_comes_no_earlier_by_that(ratified: World) -> None:
    four = Genesis(LINE, (A, B, C, E), founders=(A, B, C))
    policy(ratified, E, 2, A, B, C, E, depth=-1)
    assert acts(ratified.entries, THREE).treaty.members == {A, B, C}
    policy(ratified, A, 2, A, B, C, E)
    assert (standing(ratified, four).state, standing(ratified, four).not_bound) == ("in-force", (E,))


def test_an_older_or_unreadable_policy_moves_nobody(ratified: World) -> None:
    policy(ratified, A, 3, A, B, C, E)
    policy(ratified, B, 2, A, B)
    ratified.say("policy", C, None, held="none", record={"policy": "no note"})
    assert acts(ratified.entries, THREE).treaty.members == {A, B, C, E}


# ---- reservation, withdrawal, leaving the line


def test_a_reservation_is_shown_and_changes_no_check(ratified: World) -> None:
    before = acts(ratified.entries, THREE).in_force[-1].parameters
    said = ratified.say("agreement", B, Agreement(act="reserve", provisions=("4",), reason="x"))
    (row,) = standing(ratified).reservations
    assert (row.party, row.provisions, row.entry, row.reason) == (B, ("4",), said.id, "x")
    assert acts(ratified.entries, THREE).in_force[-1].parameters == before
    stranger = World(members=(A, B, C))
    stranger.say("agreement", B, Agreement(act="reserve", provisions=("4",), reason="x"))
    assert acts(stranger.entries, THREE).treaty.reserved == [], "nobody reserves what it never took on"


def test_one_of_three_leaves_and_the_others_stay_bound(ratified: World) -> None:
    ratified.say("agreement", C, Agreement(act="withdraw", reason="x"))
    found = standing(ratified)
    assert (found.state, found.ratified_by, found.withdrawn_by) == ("in-force", (A, B), (C,))
    ratified.say("agreement", C, terms())
    assert standing(ratified).withdrawn_by == () and standing(ratified).ratified_by == (A, B, C)
    ratified.say("agreement", B, Agreement(act="withdraw", reason="x"))
    ratified.say("agreement", C, Agreement(act="withdraw", reason="x"))
    assert seen(ratified).interim, "one party alone has no agreement"


def test_one_of_two_leaves_and_there_is_none() -> None:
    world = World()
    two = Genesis(LINE, (A, B))
    for party in (A, B):
        world.say("agreement", party, terms())
    world.say("agreement", B, Agreement(act="withdraw", reason="x"))
    assert seen(world, two).interim and standing(world, two).withdrawn_by == (B,)


def test_who_leaves_the_line_leaves_the_agreement_and_its_suspension_ends(ratified: World) -> None:
    ratified.say("agreement", C, Agreement(act="suspend", categories=("visits",), reason="x", terms="y"))
    line = seen(ratified)
    assert line.interim and [(row.party, row.terms) for row in line.suspensions] == [(C, "y")]
    policy(ratified, A, 2, A, B)
    line = seen(ratified, Genesis(LINE, (A, B), founders=(A, B, C)))
    assert (line.interim, line.suspensions, line.agreement.ratified_by) == (False, (), (A, B))


def test_an_agreement_that_begins_later_leaves_the_earlier_one_until_then(ratified: World) -> None:
    for party in (A, B, C):
        ratified.say("agreement", party, terms(version=2, in_force_from=t(D), parameters={"relay_ms": 1_000}))
    from steerclear.procedure.context import current

    rows = acts(ratified.entries, THREE).in_force
    assert current(rows, T0 + D - 1).parameters.relay_ms == 60_000
    assert current(rows, T0 + D).parameters.relay_ms == 1_000
    assert (seen(ratified).next_due_ms, seen(ratified, at=D).next_due_ms) == (T0 + D, None)


@pytest.mark.parametrize(
    ("at", "relay_ms"), [(D - 1, 60_000), (D, 1_000), (2 * D - 1, 1_000), (2 * D, 900_000)]
)
def test_an_entry_is_judged_by_what_the_desk_had_when_it_was_said(
    ratified: World, at: int, relay_ms: int
) -> None:
    """Of a version that replaced another one from a day to a day: once it is over the genesis holds, not the first."""
    for party in (A, B, C):
        short = terms(version=2, in_force_from=t(D), until=t(2 * D), parameters={"relay_ms": 1_000})
        ratified.say("agreement", party, short)
    said = ratified.say("activity.flight", A, None, at)
    given = ratified.context(in_force=acts(ratified.entries, THREE).in_force)
    assert given.parameters(said).relay_ms == relay_ms
    assert given.force_at(said).interim is (at == 2 * D) is seen(ratified, at=at).interim


# ---- chair


def rota(*parties: str, joined: dict[str, int] | None = None) -> Rota:
    bound = dict.fromkeys(parties, T0) | (joined or {})
    made = rota_of(ChairRota(first=t(0), days=10), bound, parties)
    assert made is not None
    return made


def test_the_chair_goes_round() -> None:
    made = rota(C, A, B)
    turns = [made.turn(T0 + days * D) for days in (0, 9, 10, 20, 30)]
    assert [turn.party for turn in turns if turn is not None] == [A, A, B, C, A]
    first = made.turn(T0 + 10 * D - 1)
    assert first is not None and (first.until_ms, first.next) == (T0 + 10 * D, B)
    assert made.turn(T0 - 1) is None


def test_a_newcomer_comes_last_and_takes_nobody_s_turn() -> None:
    made = rota(B, C, E, joined={A: T0 + 15 * D})
    turns = [made.turn(T0 + days * D) for days in (0, 10, 15, 20, 30, 40)]
    assert [turn.party for turn in turns if turn is not None] == [B, C, C, E, A, B]


def test_who_left_is_passed_over_and_two_need_no_chair() -> None:
    assert [rota(A, C, E).turn(T0 + days * D).party for days in (0, 10, 20)] == [A, C, E]  # type: ignore[union-attr]
    assert rota(A, B).turn(T0) is None


def test_the_agreement_s_own_order_stands() -> None:
    made = rota_of(ChairRota(first=t(0), days=1, order=(C, A)), dict.fromkeys((A, B, C), T0), (A, B, C))
    assert made is not None and made.order == (C, A, B)
    assert rota_of(None, {}, ()) is None and rota_of(ChairRota(first="never", days=1), {A: T0}, (A,)) is None


def test_the_line_shows_whose_turn_it_is_only_under_an_agreement() -> None:
    world = World(members=(A, B, C))
    for party in (A, B):
        world.say("agreement", party, terms(chair=ChairRota(first=t(0), days=10)))
    assert seen(world).chair is None
    world.say("agreement", C, terms(chair=ChairRota(first=t(0), days=10)))
    chair = seen(world, at=10 * D).chair
    assert chair is not None and (chair.party, chair.next) == (B, C)
    assert seen(world).next_due_ms == T0 + 10 * D
    world.say("agreement", C, Agreement(act="suspend", categories=("meetings",), reason="x"))
    assert seen(world).chair is None
