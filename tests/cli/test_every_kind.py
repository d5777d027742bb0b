"""Every kind through the real command line and the native interface: its shipped examples are said between two served
nodes, arrive, and are read on the other side (issue 3: every kind works through CLI and native API)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_nodes import Pair, awaited, two_nodes
from cli_world import Ran, good, run

from steerclear.speech import desk, form
from steerclear.speech.authoring import Draft, from_file
from steerclear.speech.kinds.common import Body
from steerclear.speech.samples import examples
from steerclear.speech.table import kind, spoken

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("real-nodes")]
NOW_IN_EXAMPLES = datetime(2026, 10, 20, 14, 5, tzinfo=UTC)
_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SELF = "aa" + "0" * 61
STORY = (
    ("baseline.toml", "red", ""),
    ("scope.change.toml", "red", ""),
    ("line.check.toml", "red", ""),
    ("line.roster.toml", "red", ""),
    ("activity.flight.toml", "red", "2"),
    ("activity.flight.geojson", "red", ""),
    ("activity.flight-unmanned.toml", "red", ""),
    ("activity.flight-incomplete.toml", "red", ""),
    ("activity.voyage.toml", "red", ""),
    ("activity.ground.toml", "red", ""),
    ("activity.hazard.toml", "red", ""),
    ("activity.exercise.toml", "red", ""),
    ("activity.visit.toml", "red", ""),
    ("area.declare-site.toml", "blue", "3"),
    ("area.declare-broad.toml", "red", ""),
    ("area.challenge.toml", "red", ""),
    ("area.request.toml", "blue", "5"),
    ("area.reply.toml", "red", ""),
    ("area.reply-declined.toml", "red", ""),
    ("overlap.query.toml", "blue", "9"),
    ("overlap.result.toml", "red", ""),
    ("site.notify.toml", "red", ""),
    ("site.notify-shelter.toml", "red", ""),
    ("movement.notify.toml", "red", "7"),
    ("movement.position.toml", "red", ""),
    ("movement.position-contact_test.toml", "red", ""),
    ("movement.complete.toml", "red", ""),
    ("preserve.toml", "red", ""),
    ("receipt-embassy.toml", "blue", ""),
    ("reply-conflict.toml", "blue", ""),
    ("reply-no-conflict.toml", "blue", ""),
    ("dissemination.toml", "blue", ""),
    ("amend.toml", "red", ""),
    ("complete.toml", "red", ""),
    ("stop.toml", "blue", "4"),
    ("receipt.toml", "red", ""),
    ("call.toml", "red", ""),
    ("call-parked.toml", "red", ""),
    ("reply-holding.toml", "red", ""),
    ("complete-stop.toml", "blue", ""),
    ("stop-incomplete.toml", "red", ""),
    ("warning.radio.toml", "red", ""),
    ("identity.query.toml", "red", ""),
    ("assist.toml", "red", "8"),
    ("assist.position.toml", "red", ""),
    ("encounter.report.toml", "red", ""),
    ("encounter.report-conduct.toml", "red", ""),
    ("incident.toml", "red", ""),
    ("claim.toml", "blue", "c"),
    ("statement.toml", "red", ""),
    ("counterclaim.toml", "red", ""),
    ("evidence.toml", "red", ""),
    ("finding.toml", "red", ""),
    ("attestation.negative.toml", "red", ""),
    ("demarche.toml", "red", ""),
    ("meeting.toml", "blue", "7"),
    ("meeting-held.toml", "red", ""),
    ("meeting-read_out.toml", "red", ""),
    ("provision.toml", "blue", "8"),
    ("provision-agreed.toml", "red", ""),
    ("line.handover.toml", "red", ""),
    ("agreement.toml", "red", "6"),
    ("agreement-suspend.toml", "red", "6"),
    ("agreement-resume.toml", "red", ""),
    ("agreement-reserve.toml", "red", ""),
    ("agreement-withdraw.toml", "red", ""),
    ("withdraw.toml", "red", ""),
    ("line.status-suspended.toml", "red", "1"),
    ("line.status-resumed.toml", "red", ""),
)
ELSEWHERE = {"alert", "introduce"}
"""Said by `line introduce` (the fixture), and by the node itself or `alert release` (test_mover_alerts.py)."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with two_nodes(tmp_path_factory.mktemp("kinds")) as made:
        yield made


def kind_of(name: str) -> str:
    return next(row.name for row in spoken() if re.fullmatch(rf"{re.escape(row.name)}(-[\w.-]+)?\.\w+", name))


def test_the_story_has_every_kind() -> None:
    assert {kind_of(name) for name, _, _ in STORY} | ELSEWHERE == {row.name for row in spoken()}


def test_every_kind_is_said_and_read(pair: Pair) -> None:
    """`STORY`: example, who says it, and by which last digit later examples refer to it."""
    known: dict[str, tuple[str, str]] = {}
    parties = {name: party(pair, name) for name in ("blue", "red")}
    for name, who, digit in STORY:
        other = "red" if who == "blue" else "blue"
        text = filled(name, known, parties[other])
        entry, code = said(pair, name, who, text, parties[other])
        if digit:
            known[digit] = entry, code
        row = kind(kind_of(name))
        assert row is not None
        if row.at_home == "only":
            assert good("show", entry, *pair.at(who)).out and stayed_at_home(pair, entry, other), name
            continue
        arrived = awaited(pair, entry, other)
        assert arrived["row"]["kind"] == row.name, name
        bad = {"malformed", "unknown-kind", "unknown-fields", "no-zone", "root-missing"}
        assert not bad & set(arrived["row"]["marks"]), (name, arrived["row"]["marks"])
        meant = from_file(text.encode(), Path(name).suffix, row.name)
        assert isinstance(meant, Draft)
        if not row.apart:
            assert body_of(row.name, arrived["payload"]["body"]) == body_of(row.name, meant.body), name


def body_of(name: str, body: dict[str, Any]) -> Body:
    """What it says, however it is spelt: on the wire, what is empty or usual is left out."""
    made = form.filled(name, {}, body)
    assert not isinstance(made, list), made
    return desk.with_defaults(made[1])


def stayed_at_home(pair: Pair, entry: str, name: str) -> bool:
    """The other side sees that it passed, and nothing of what it says."""
    found = awaited(pair, entry, name, "not_addressed")
    return found["payload"] is None and not found["salt"]


def party(pair: Pair, name: str) -> str:
    told = good("line", "card", pair.home(name) / "card.note", "--json").json
    return str(told["party"])


def filled(name: str, known: dict[str, tuple[str, str]], other: str) -> str:
    """The example as it may be said now: times moved, ids, codes and parties of this run."""
    text = examples()[name].decode()
    shift = datetime.now(UTC).replace(microsecond=0) - NOW_IN_EXAMPLES
    text = _TIME.sub(lambda found: _moved(found.group(), shift), text)
    for digit, (entry, code) in known.items():
        if _SELF + digit in text:
            text = text.replace("K7AX", code)
        text = text.replace(_SELF + digit, entry)
    return text.replace("00112233445566778899aabbccddeeff", other)


def _moved(text: str, shift: timedelta) -> str:
    return (datetime.fromisoformat(text) + shift).strftime("%Y-%m-%dT%H:%M:%SZ")


def said(pair: Pair, name: str, who: str, text: str, other: str) -> tuple[str, str]:
    """Its id and its read-back code."""
    row = kind(kind_of(name))
    assert row is not None
    path: Path = pair.folder / name
    path.write_text(text)
    two = () if row.roles == ("releaser",) else ("--co-sign", "watch")
    to = () if row.at_home == "only" else ("--to", other)
    ran: Ran = run(
        *("say", row.name, "--file", path, *to, "--mode", "EXERCISE", *pair.at(who, "releaser"), *two),
        *("--yes", "--json"),
    )
    assert ran.code == 0, f"{name}\n{ran.out}\n{ran.err}"
    return str(ran.json["id"]), str(ran.json["readback"])
