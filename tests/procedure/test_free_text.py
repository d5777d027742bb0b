"""Free text is unverified until a linguist confirms it, and nothing waits for that (messages.md, Roles; AT34)."""

from __future__ import annotations

from procedure_world import MIN, A, B, C, World, row, volume, wgs84

from steerclear.procedure.said import Said
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.receipt import Receipt
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.payload import Inner

STOP = Stop(
    place="Hospital at the river", positions=(wgs84(330_000_000, 380_000_000),), text="They hit it again."
)
CONFIRMED = Receipt(level="text_confirmed", language="ru")


def stopped() -> tuple[World, Said]:
    world = World(members=(A, B, C))
    said = world.say("stop", A, STOP, inner=Inner(language="en"))
    return world, said


def test_unverified_until_a_linguist_of_the_reader_confirms_it() -> None:
    world, said = stopped()
    (found,) = world.at(MIN).free_text
    assert (found.entry, found.fields) == (said.id, ("body.place", "body.text"))
    assert (found.language, found.state, found.confirmed) == ("en", "unverified", ())
    word = world.say("receipt", B, CONFIRMED, MIN, about=said)
    (found,) = world.at(2 * MIN).free_text
    assert found.state == "confirmed"
    assert [(one.party, one.language, one.entry) for one in found.confirmed] == [(B, "ru", word.id)]


def test_an_author_does_not_confirm_its_own_text() -> None:
    world, said = stopped()
    world.say("receipt", A, CONFIRMED, MIN, about=said, to=(B, C))
    assert world.at(2 * MIN).free_text[0].state == "unverified"


def test_a_linguists_word_moves_nothing_and_a_watchs_receipt_does() -> None:
    world, said = stopped()
    before = world.at(MIN)
    world.say("receipt", B, CONFIRMED, 10_000, about=said)
    after = world.at(MIN)
    assert (before.stop, row(after, B).state) == (after.stop, row(before, B).state)
    assert after.alarms == before.alarms and after.deadlines == before.deadlines
    world.say("receipt", B, Receipt(level="read", post_class="operations"), 20_000, about=said)
    heard = world.at(MIN)
    assert heard.stop is not None and heard.stop.state == "heard"


def test_a_new_version_is_unverified_again() -> None:
    world = World()
    first = world.say("activity.flight", A, Flight(volumes=(volume(0, MIN),), text="Low pass."))
    world.say("receipt", B, CONFIRMED, 1_000, about=first)
    notice = {"volumes": [], "text": "No low pass."}
    second = world.say(
        "amend",
        A,
        Amend(kind="activity.flight", notice=notice, reason="Weather"),
        2_000,
        about=first,
        supersedes=first.id,
    )
    states = {one.entry: one.state for one in world.at(MIN).free_text}
    assert states == {first.id: "confirmed", second.id: "unverified"}
    assert world.at(MIN).free_text[1].fields[-1] == "body.notice.text"


def test_codes_and_figures_are_no_free_text() -> None:
    world = World()
    world.say(
        "activity.flight", A, Flight(volumes=(volume(0, MIN),), aircraft_class="rotary", transponder="on")
    )
    assert world.at(MIN).free_text == ()
