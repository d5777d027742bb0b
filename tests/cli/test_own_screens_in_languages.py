"""Alerts, feeds, own movers, encounters, claims, archives, scans and the what-if in Russian and Arabic: no word of
English is left but codes, names, idents and what is typed. The board: node/test_screens_in_languages.
"""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from cli_world import run

from steerclear.cli import alert, claims, client, contact, feed, fleet, judge, language, scan, show
from steerclear.judgement.conduct import Conduct, conduct_hash, explain_conduct, rules
from steerclear.judgement.conduct.answer import CONDUCT_VERSION, REASONS, Figure
from steerclear.judgement.whatif import judge_file

NORTH, SOUTH = "a" * 32, "b" * 32
NAMES = {NORTH: "СЕВЕР", SOUTH: "ЮГ"}
ENTRY, OTHER = "cd" * 32, "ef" * 32
LATIN = re.compile(r"[A-Za-z]{2,}")
TYPED = re.compile(
    r"steerclear(?: [a-z]+)+|--[a-z]+|\b[a-z]+\.[a-z][a-z0-9-]*\b|\b[0-9a-f]{8,64}\b|\bsha256\b|\b[a-z]+:[0-9a-z]+"
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z|\d{6}Z[A-Z]{3}\d\d|\d{4}Z\b|\bday=\S+"
    r"|\b(?:HMD|VMD|TCOA|roof)\b|well clear \(DO-365\)|\bhome-4f0c\b|τ_mod(?: DO-365)?"
    r"|\b(?:conduct|judge|plans|movers)/\d+|\b[IVX]+\b|\b(?:blue|red|green)\b"
)
"""Commands as they are typed, rule ids and idents, hashes, instants, symbols of measures, names, numerals."""


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    yield
    language.use(Namespace())


def use(name: str) -> None:
    language.use(Namespace(language=name, node="http://x"))


def english(lines: list[str]) -> list[str]:
    return [line for line in lines if LATIN.search(TYPED.sub("", line))]


def alerts() -> list[str]:
    row = {
        "id": ENTRY,
        "at_home": False,
        "party": SOUTH,
        "state": "cleared",
        "level": "warning",
        "first_ms": 0,
        "over_ms": None,
        "reason": "not_seen",
        "least_low_mm": 900_000,
        "least_high_mm": 1_500_000,
        "vertical_low_tmm": 3_048_000,
        "vertical_high_tmm": 6_096_000,
        "whole_column": False,
        "own": ["icao:43c6e1"],
        "here": {"says": "not-seen-here"},
        "movers": ["icao:43c6e1", "icao:3c6444"],
        "same": [],
        "rule": "minima",
        "age_ms": 3_000,
    }
    home = row | {"at_home": True, "here": None, "whole_column": True, "reason": "", "id": "home-4f0c"}
    rows = [row, row | {"here": {"says": "differs"}, "least_low_mm": None}, home | {"rule": "do_365"}]
    both = [row, row | {"party": NORTH, "rule": "course", "age_ms": None}]
    return alert.alert_table([*([one] for one in rows), both], NAMES)


def feeds() -> list[str]:
    from steerclear.app.listening import Heard
    from steerclear.feeds.drops import REASONS as DROPS

    row = {
        "name": "roof",
        "trust": "local",
        "state": "stopped",
        "age_ms": 42_000,
        "received": 7,
        "movers": 2,
        "drops": dict.fromkeys(DROPS, 3),
        "echoes": 1,
        "trouble": "",
    }
    waiting = row | {"state": "waiting", "age_ms": None, "trust": "shared"}

    def heard(found: Heard) -> list[str]:
        sections: Any = Namespace(scheme="replay"), Namespace(scheme="tcp")
        return [line for one in sections for line in feed._heard_lines(found, one, 5.0)]

    found = Heard(10, 1, 0, 0, 1, 3_000, dict.fromkeys(DROPS, 1), dict(DROPS), "")
    rows = [row, waiting, row | {"state": "live"}]
    return [*feed.feed_table(rows, 0), *feed.feed_lines(rows), *heard(found)]


@dataclass
class Answers:
    """A node that only answers."""

    found: dict[str, Any]
    now_ms: int = 0

    def get(self, path: str = "", **query: Any) -> Any:
        return self.found.get(path, {"exercise_line": False})


def movers() -> list[str]:
    rows = [
        {
            "ident": "icao:43c6e1",
            "notice": ENTRY,
            "state": state,
            "reason": reason,
            "beyond_mm": 1_500_000,
            "in_ms": 90_000,
            "since_ms": 0,
            "ringing": True,
        }
        for state, reason in (("out", "place"), ("not-judged", "not-seen"), ("leaving", "height"))
    ]
    lost = {"lat_e7": 410_000_000, "lon_e7": 190_000_000, "area": ENTRY, "since_ms": 0}
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        who = Answers(
            {"/conformance": {"movers": rows, "uncoordinated": [lost], "locked": False, "judged_ms": 0}}
        )
        patched.setattr(client, "officer", lambda args: who)
        patched.setattr(show, "emit", lambda args, value, lines, **more: shown.extend(lines))
        fleet.run_list(Namespace(json=False))
        for locked in (False, True):
            who.found["/conformance"] = {"movers": [], "uncoordinated": [], "locked": locked, "judged_ms": 0}
            fleet.run_list(Namespace(json=False))
    return [
        *shown,
        fleet._moves({"ident": "icao:43c6e1", "notice": ENTRY}),
        fleet._moves({"ident": "mmsi:1"}),
    ]


def conduct() -> list[dict[str, Any]]:
    """A row for each reason, each rule's document, each verdict and each sort of figure."""
    units: list[tuple[Any, Any, int]] = [
        ("horizontal", "mm", 900_000),
        ("vertical", "tmm", 3_000_000),
        ("along", "mm", 90_000_000),
        ("bearing_change", "cdeg", 200),
        ("lead", "ms", 90_000_000),
        ("after_end", "ms", 4_000_000),
        ("after_arrival", "ms", 1_500),
    ]
    figures = tuple(Figure(name=name, unit=unit, low=low, limit=low * 2) for name, unit, low in units)
    known = rules()
    verdicts: list[tuple[Any, str, tuple[Figure, ...]]] = [
        ("compliant", "", figures),
        ("not_compliant", "", figures[:1]),
        *(("not_judged", reason, ()) for reason in REASONS),
    ]
    rows = []
    for i, rule in enumerate(known):
        verdict, reason, shown = verdicts[i % len(verdicts)]
        judged = Conduct(
            conduct_version=CONDUCT_VERSION,
            rule=rule.id,
            document=rule.document,
            article=rule.article,
            about=("author", "other", "pair")[i % 3],  # type: ignore[arg-type]
            accounts=(ENTRY, OTHER)[: i % 2 + 1],
            agreement="",
            verdict=verdict,
            reason=reason,
            party=SOUTH if i % 3 else "",
            figures=shown,
            from_ms=0,
            to_ms=i % 2 * 1_000,
        )
        plain = msgspec.to_builtins(judged)
        rows.append({"judged": plain, "hash": conduct_hash(judged), "words": explain_conduct(judged)})
    assert len(rows) > len(verdicts)
    return rows


def encounters() -> list[str]:
    one = {
        "id": ENTRY,
        "entry": ENTRY,
        "parties": [NORTH, SOUTH],
        "from_ms": 0,
        "one_sided": True,
        "horizontal_low_mm": 20_000,
        "horizontal_high_mm": 60_000,
        "vertical_low_tmm": None,
        "vertical_high_tmm": None,
        "covered_by": [],
        "uncoordinated": True,
        "offsets": [
            {
                "sightings": 3,
                "account": ENTRY,
                "against": OTHER,
                "low_cdeg": 100,
                "high_cdeg": 250,
                "flagged": flagged,
            }
            for flagged in (True, False)
        ],
        "conduct": conduct(),
    }
    lines = contact._encounter(one, NAMES) + contact._encounter(one | {"uncoordinated": False}, NAMES)
    return [*lines, *contact.conduct_lines(conduct())]


def claimed() -> list[str]:
    count = {"unit": "dead", "of_whom": "civilians", "least": 30, "most": 40}
    account = {
        "party": NORTH,
        "entry": ENTRY,
        "kind": "claim",
        "happening": "fire_on_place",
        "begin_ms": 0,
        "end_ms": None,
        "place": "",
        "counts": [count | {"party": NORTH}],
        "source": "press",
        "published_ms": 0,
        "rule": "",
        "notices": [],
        "evidence": [OTHER],
        "flags": ["published-before-event"],
    }
    theirs = account | {
        "party": SOUTH,
        "entry": OTHER,
        "counts": [count | {"party": SOUTH, "least": 1, "most": 2}],
    }
    said = [{"party": party, "entry": ENTRY, "says": says, "at_ms": 0} for party, says in _SAID]
    claim = {
        "accounts": [account, theirs],
        "statements": said,
        "evidence": [{"party": SOUTH, "entry": OTHER, "sha256": OTHER, "what": "", "custody": [], "gaps": 2}],
        "findings": [{"party": NORTH, "entry": ENTRY, "says": "refuted", "at_ms": 0}],
        "states": {},
        "contradictions": [],
    }
    due = [
        {"rule": "incident", "step": step, "state": "missed", "due_ms": 0}
        for step in ("first", "full", "package")
    ]
    subject = {
        "id": ENTRY,
        "kind": "incident",
        "mode": "EXERCISE",
        "author": NORTH,
        "claim": claim,
        "deadlines": due,
    }
    how = [{"notice": OTHER, "how": how} for how in ("inside", "outside", "partly", "unknown")]
    negative = {
        "entry": ENTRY,
        "party": NORTH,
        "none_of_ours": "moved_on_the_ground",
        "begin_ms": 0,
        "end_ms": 1,
        "beside": [
            {"entry": OTHER, "party": SOUTH, "kind": "claim", "how": how} for how in ("meets", "not_compared")
        ],
        "contradicted": True,
        "marks": ["not-over"],
    }
    from steerclear.views.claims import NO_TOTAL

    return claims.claims_lines(
        {
            "claims": [{"subject": subject, "windows": {ENTRY: how}}],
            "attestations": [negative, negative | {"beside": [], "none_of_ours": "", "marks": []}],
            "standing": [NO_TOTAL],
        },
        NAMES,
    )


_SAID = ((NORTH, "asserted"), (NORTH, "denied"), (SOUTH, "under_review"))


def scanned() -> list[str]:
    @dataclass
    class Judged:
        samples: int = 1_234
        judged_s: float = 7_200.0
        legs: int = 21
        resumed: int = 1
        jumps: int = 2
        grounded: int = 5
        no_height: int = 3

    @dataclass
    class Found:
        encounters: tuple[Any, ...] = ()
        judged: Judged = field(default_factory=Judged)
        kept: int = 1
        computed: int = 2

    one = Namespace(
        verdict="loss",
        horizontal_mm=900_000,
        horizontal_error_mm=50_000,
        minimum_mm=9_260_000,
        minimum_tmm=3_048_000,
        from_ms=0,
        to_ms=9_000,
        at_ms=4_000,
        loss_from_ms=1_000,
        loss_to_ms=8_000,
        a="icao:43c6e1",
        a_class="fixed_wing",
        a_own=True,
        b="icao:3c6444",
        b_class="*",
        b_own=False,
        compared="pressure",
        vertical_tmm=3_048_000,
        vertical_error_tmm=0,
    )
    rows = [
        one,
        Namespace(
            **vars(one) | {"verdict": "possible", "compared": "surface", "minimum_tmm": 0, "loss_to_ms": None}
        ),
        Namespace(**vars(one) | {"vertical_tmm": None, "b_class": "ship"}),
    ]
    found: Any = Found(tuple(rows))
    return scan.lines(found)


def judged() -> list[str]:
    from tomllib import loads

    lines: list[str] = []
    for name in ("what-if.toml", "movers.toml"):
        text = files("steerclear.judgement").joinpath(f"examples/{name}").read_text("utf-8")
        report = judge_file(loads(text, parse_float=_exact))
        assert not report["faults"]
        lines += judge._lines(report)
    return lines


def _exact(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


SCREENS: dict[str, Callable[[], list[str]]] = {
    "alerts": alerts,
    "feeds": feeds,
    "fleet": movers,
    "encounters": encounters,
    "claims": claimed,
    "scan": scanned,
    "judge": judged,
}


@pytest.mark.parametrize("name", ["ru", "ar"])
@pytest.mark.parametrize("screen", SCREENS)
def test_no_word_of_english_is_left(screen: str, name: str) -> None:
    use(name)
    lines = SCREENS[screen]()
    assert len(lines) > 2 and english(lines) == []
    if name == "ar":
        opened = sum(map("".join(lines).count, "\u2066\u2067\u2068"))
        assert opened == "".join(lines).count("\u2069") > 0, "every mark of direction is closed again"


@pytest.mark.parametrize("screen", SCREENS)
def test_english_and_french_say_the_same_screen(screen: str) -> None:
    """Neither raises, and the French is none of the English (codes and figures are)."""
    use("en")
    plain = SCREENS[screen]()
    use("fr")
    assert len(plain) == len(SCREENS[screen]()) and plain != SCREENS[screen]()


def test_an_archive_is_shown_and_checked_in_another_language(tmp_path: Any) -> None:
    made = tmp_path / "t"
    few = ("--aircraft", 2, "--ships", 0, "--meetings", 0, "--minutes", 1, "--seed", 5)
    ran = run("simulate", "--format", "archive", "-o", made, *few)
    assert ran.code == 0, ran.err
    name = re.compile(re.escape(str(tmp_path)) + r"\S*|EXERCISE|\S+\.parquet")
    for command in (("show", made), ("check", made, "--hash", "0" * 16), ("prune", made)):
        shown = run("archive", *command, "--language", "ru")
        lines = [name.sub("", line) for line in shown.out.splitlines()]
        assert lines and english(lines) == [], command
    missing = run("archive", "show", tmp_path / "none", "--language", "ru")
    assert missing.code == 1 and "архива там нет" in missing.err and "steerclear archive add" in missing.err


def test_what_is_said_in_json_and_on_a_screen_is_one_english_sentence() -> None:
    from steerclear.archive.results import NOTICE
    from steerclear.judgement.separation.answer import VMD
    from steerclear.judgement.whatif import NO_CLEARANCE
    from steerclear.record.silence import WARNING
    from steerclear.speech.phrases import catalogue
    from steerclear.speech.texts import say
    from steerclear.speech.zones import FLAGS

    said = {
        "archive.scan.notice": NOTICE,
        "judgement.vmd": f"VMD: {VMD}",
        "judgement.no-clearance": NO_CLEARANCE,
        "files.no-reply-warning": WARNING,
    }
    assert {key: say(key, {}) for key in said} == said
    assert catalogue()["zone_flag"] == dict(FLAGS)
