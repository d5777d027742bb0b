"""Claims side by side: whose each number is, what contradicts what, flags that judge nothing, an incident's reports."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from procedure_world import T0, A, B, C, D, H, World, deadline, hexid, t

from steerclear.procedure.claims import against_windows
from steerclear.procedure.fold import fold
from steerclear.procedure.over import NOT_OVER
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Claim as ClaimOf
from steerclear.procedure.subject import ClaimAccount, Subject
from steerclear.speech.claimed import Counted, Event, Publication
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.attestation_negative import NegativeAttestation
from steerclear.speech.kinds.claim import Claim
from steerclear.speech.kinds.counterclaim import Counterclaim
from steerclear.speech.kinds.evidence import Custody, Evidence
from steerclear.speech.kinds.finding import Finding
from steerclear.speech.kinds.incident import Incident
from steerclear.speech.kinds.statement import Statement

THREE = (A, B, C)


def dead(least: int, most: int | None = None, of_whom: Any = "civilians") -> Counted:
    return Counted(unit="dead", least=least, most=most, of_whom=of_whom)


def event(*counts: Counted, begin: int = -2 * H, end: int | None = -H, **more: Any) -> Event:
    return Event(
        happening=more.pop("happening", "fire_on_place"),
        begin=t(begin),
        end=None if end is None else t(end),
        counts=counts,
        **more,
    )


def claimed(world: World, of: Event | None = None) -> Said:
    return world.say("claim", A, Claim(event=of or event(dead(36))))


def of(subject: Subject) -> ClaimOf:
    assert subject.claim is not None
    return subject.claim


def test_words_stand_with_whose_they_are_and_the_second_takes_the_first_not_away() -> None:
    world = World(members=THREE)
    root = claimed(world)
    world.say("statement", B, Statement(says="denied"), H, about=root)
    world.say("statement", C, Statement(says="no_information"), 2 * H, about=root)
    assert of(world.at(3 * H)).states == {A: "asserted", B: "denied", C: "no_information"}
    assert of(world.at(3 * H)).contradictions == ()
    world.say("statement", B, Statement(says="confirmed"), 3 * H, about=root)
    found = of(world.at(4 * H))
    assert found.states[B] == "confirmed"
    assert [row.says for row in found.statements if row.party == B] == ["denied", "confirmed"]
    assert [one for one in found.contradictions if B in one] == [
        f"two words by {B} beside each other: denied and confirmed"
    ]


def test_bands_that_meet_are_no_contradiction_and_bands_that_do_not_are_named_with_whose() -> None:
    for other, said in ((dead(19), 0), (dead(10, 12), 0), (dead(20, 25), 1), (dead(3), 1)):
        world = World(members=THREE)
        root = claimed(world, event(dead(11, 19)))
        world.say("counterclaim", B, Counterclaim(event=event(other)), H, about=root)
        assert len(of(world.at(2 * H)).contradictions) == said, other
    world = World(members=THREE)
    root = claimed(world, event(dead(36)))
    world.say("counterclaim", B, Counterclaim(event=event(dead(0, of_whom="personnel"))), H, about=root)
    assert of(world.at(2 * H)).contradictions == ()


numbers = st.lists(st.tuples(st.sampled_from(THREE), st.integers(0, 10**6)), min_size=1, max_size=8)


@given(numbers, st.randoms(use_true_random=False))
def test_counts_are_never_summed_and_order_of_arrival_changes_nothing(rows: Any, random: Any) -> None:
    world = World(members=THREE)
    root = claimed(world, event(dead(rows[0][1])))
    for i, (party, least) in enumerate(rows[1:], 1):
        world.say("counterclaim", party, Counterclaim(event=event(dead(least))), i, about=root)
        world.say("statement", party, Statement(says="denied"), i, about=root)
    found = world.at(D)
    shown = [(count.party, count.least) for row in of(found).accounts for count in row.counts]
    assert shown == [(A, rows[0][1]), *rows[1:]]
    for row in of(found).accounts:
        assert {count.party for count in row.counts} == {row.party}
    shuffled = list(world.entries)
    random.shuffle(shuffled)
    assert fold([*shuffled, shuffled[0]], world.context(), T0 + D) == found


def test_published_before_it_happened_is_flagged_and_at_the_very_beginning_it_is_not() -> None:
    for at, flags in ((-3 * H, ("published-before-event",)), (-2 * H, ()), (H, ())):
        world = World(members=THREE)
        claimed(world, event(published=Publication(at=t(at))))
        (account,) = of(world.at(H)).accounts
        assert account.flags == flags and of(world.at(H)).findings == ()


def test_an_exercise_says_nothing_of_what_is_real() -> None:
    world = World(members=THREE)
    root = claimed(world)
    world.say("statement", B, Statement(says="denied"), H, about=root, mode="EXERCISE")
    world.say("evidence", B, Evidence(sha256="ab" * 32), H, about=root, mode="EXERCISE")
    assert of(world.at(2 * H)).states == {A: "asserted"} and of(world.at(2 * H)).evidence == ()
    world.say("statement", B, Statement(says="denied"), H, about=root)
    assert of(world.at(2 * H)).states[B] == "denied"


def account(*, begin: int | None, end: int | None, notices: tuple[str, ...]) -> ClaimAccount:
    times = (None if begin is None else T0 + begin, None if end is None else T0 + end)
    return ClaimAccount(A, hexid("x"), "claim", "other", *times, "", (), "press", None, "", notices, ())


def test_an_interval_lies_inside_outside_or_partly_in_a_notified_window() -> None:
    notice = hexid("notice")
    held = World()
    held.say("activity.flight", B)
    subject = msgspec.structs.replace(held.at(0), start_ms=T0 + H, end_ms=T0 + 3 * H)
    for begin, end, how in (
        (H, 3 * H, "inside"),
        (H + 1, 2 * H, "inside"),
        (2 * H, None, "inside"),
        (0, H, "outside"),
        (3 * H, 4 * H, "outside"),
        (0, H + 1, "partly"),
        (2 * H, 4 * H, "partly"),
        (0, 4 * H, "partly"),
        (None, 2 * H, "unknown"),
    ):
        (row,) = against_windows(account(begin=begin, end=end, notices=(notice,)), {notice: subject})
        assert (row.notice, row.how) == (notice, how), (begin, end)
    (row,) = against_windows(account(begin=0, end=H, notices=(notice,)), {})
    assert row.how == "unknown"


def test_gaps_in_custody_are_counted_where_nobody_received_it() -> None:
    def step(at: int, who: str, did: Any) -> Custody:
        return Custody(at=t(at), held_by=who, did=did)

    for steps, gaps in (
        ((), 0),
        ((step(0, "post", "recorded"), step(1, "post", "sealed")), 0),
        ((step(0, "post", "recorded"), step(1, "cell", "received")), 0),
        ((step(0, "post", "recorded"), step(1, "cell", "examined")), 1),
        ((step(0, "a", "recorded"), step(1, "b", "stored"), step(2, "a", "stored")), 2),
    ):
        world = World(members=THREE)
        root = claimed(world)
        world.say("evidence", B, Evidence(sha256="cd" * 32, custody=steps), H, about=root)
        (row,) = of(world.at(2 * H)).evidence
        assert (row.party, row.gaps, len(row.custody)) == (B, gaps, len(steps))


def test_a_finding_is_its_authors_and_closes_nothing() -> None:
    world = World(members=THREE)
    root = claimed(world)
    world.say("finding", C, Finding(finds="refuted", inquiry="own"), H, about=root)
    found = world.at(2 * H)
    assert [(row.party, row.says) for row in of(found).findings] == [(C, "refuted")]
    assert of(found).states == {A: "asserted"} and found.life == "released"


def reported(world: World, stage: Any, at: int, about: Said | None = None, **more: Any) -> Said:
    of_it = event(begin=-H // 2, end=0, **more)
    if about is None:
        return world.say("incident", A, Incident(stage=stage, event=of_it), at)
    notice = Incident(stage=stage, event=of_it)
    return world.say("amend", A, Amend(kind="incident", notice=msgspec.to_builtins(notice)), at, about=about)


def states(subject: Subject) -> dict[str, str]:
    return {row.step: row.state for row in subject.deadlines if row.rule == "incident"}


def owed(subject: Subject) -> set[str]:
    return {task.id.rpartition("incident-")[2] for task in subject.tasks if "incident-" in task.id}


def test_reports_of_an_incident_fall_due_and_are_met_in_time_or_late() -> None:
    world = World()
    root = reported(world, "first", H // 2)
    assert states(world.at(H)) == {"first": "met", "full": "open"} and owed(world.at(H)) == {"full"}
    assert states(world.at(D + 1)) == {"first": "met", "full": "missed"}
    reported(world, "full", 2 * D, root)
    assert states(world.at(3 * D)) == {"first": "met", "full": "late"} and owed(world.at(3 * D)) == set()
    in_time = World()
    root = reported(in_time, "first", H // 2)
    reported(in_time, "full", D - H, root)
    assert states(in_time.at(3 * D)) == {"first": "met", "full": "met"} and owed(in_time.at(3 * D)) == set()


def test_a_full_report_is_a_first_one_too_and_a_violation_owes_its_package() -> None:
    world = World()
    reported(world, "full", H // 2, happening="violation_of_agreement")
    assert states(world.at(H)) == {"first": "met", "full": "met", "package": "open"}
    assert deadline(world.at(H), "incident", "package", A).due_ms == T0 + 15 * D
    assert states(world.at(15 * D + 1))["package"] == "missed"
    late = World()
    reported(late, "first", 2 * H)
    assert states(late.at(3 * H))["first"] == "late"


def test_who_is_not_the_author_owes_nothing() -> None:
    world = World(own=B)
    reported(world, "first", H // 2)
    assert states(world.at(2 * D)) == {"first": "met", "full": "missed"} and owed(world.at(2 * D)) == set()


def test_an_incident_that_says_no_time_has_no_deadline() -> None:
    world = World()
    world.say("incident", A, Incident(stage="first", event=Event(happening="laser")), 0)
    assert states(world.at(D)) == {}


def test_an_attestation_about_a_time_not_over_is_marked_and_its_twin_is_not() -> None:
    for end, marked in ((H + 1, True), (H, False), (-H, False)):
        world = World(members=THREE)
        body = NegativeAttestation(none_of_ours="flew", begin=t(-2 * H), end=t(end))
        world.say("attestation.negative", A, body, H, bounds=None)
        assert (NOT_OVER in world.at(2 * H).marks) is marked
