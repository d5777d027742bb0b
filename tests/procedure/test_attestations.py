"""What stands beside a negative attestation: accounts of others, own notices, of that place and time."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from procedure_world import A, B, C, H, World, t, volume, wgs84

from steerclear.procedure.attestations import Attestation, attestations
from steerclear.procedure.over import NOT_OVER
from steerclear.speech.claimed import Event
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.attestation_negative import NegativeAttestation
from steerclear.speech.kinds.claim import Claim

HERE, FAR = (330_000_000, 380_000_000), (350_000_000, 380_000_000)


def world(*, end: int = -H, area: Any = None) -> World:
    made = World(members=(A, B, C))
    where = (volume(-3 * H, -H),) if area is None else area
    body = NegativeAttestation(none_of_ours="flew", begin=t(-3 * H), end=t(end), area=where)
    made.say("attestation.negative", A, body, 0)
    return made


def seen(made: World, author: str, place: tuple[int, int] | None, begin: int = -2 * H, **more: Any) -> None:
    positions = () if place is None else (wgs84(*place),)
    event = Event(happening="other", begin=t(begin), end=t(begin + H // 2), positions=positions)
    made.say("claim", author, Claim(event=event), H, **more)


def one(made: World) -> Attestation:
    (found,) = attestations(made.entries)
    return found


def test_an_account_of_that_place_and_time_stands_beside_it_and_others_do_not() -> None:
    for place, begin, how in (
        (HERE, -2 * H, ["meets"]),
        (FAR, -2 * H, []),
        (HERE, -9 * H, []),
        (None, -2 * H, ["not_compared"]),
    ):
        made = world()
        seen(made, B, place, begin)
        found = one(made)
        assert [row.how for row in found.beside] == how, (place, begin)
        assert found.contradicted is ("meets" in how)
        assert [row.party for row in found.beside] == [B] * len(how)


def test_its_authors_own_claims_say_nothing_against_it_and_its_own_notice_does() -> None:
    made = world()
    seen(made, A, HERE)
    assert one(made).beside == ()
    made.say("activity.flight", A, Flight(volumes=(volume(-2 * H, -H),)), -4 * H)
    assert [(row.kind, row.how) for row in one(made).beside] == [("activity.flight", "meets")]
    made.say("activity.flight", B, Flight(volumes=(volume(-2 * H, -H),)), -4 * H)
    assert len(one(made).beside) == 1, "another's notice is no account of its author's forces"


def test_one_that_names_no_place_is_compared_with_nothing() -> None:
    made = world(area=())
    seen(made, B, HERE)
    found = one(made)
    assert [row.how for row in found.beside] == ["not_compared"] and not found.contradicted


def test_one_about_a_time_not_over_says_so() -> None:
    assert one(world(end=H)).marks == (NOT_OVER,) and one(world(end=0)).marks == ()


@given(st.lists(st.sampled_from([HERE, FAR, None]), max_size=6), st.randoms(use_true_random=False))
def test_order_of_arrival_changes_nothing(places: Any, random: Any) -> None:
    made = world()
    for i, place in enumerate(places):
        seen(made, (B, C)[i % 2], place)
    shuffled = list(made.entries)
    random.shuffle(shuffled)
    found = one(made)
    assert attestations([*shuffled, *shuffled[:1]]) == (found,)
    assert len(found.beside) == sum(place != FAR for place in places)
