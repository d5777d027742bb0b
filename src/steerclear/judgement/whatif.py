"""The what-if without a node: notices, areas, movers and minima in, explained judgements out (`steerclear judge
FILE`).

A document is TOML or JSON: `parameters` (any of the agreement's, minima above all), `movers`
(separation/form.py), `notices` and `areas`, each with `id`, `party` and `volumes` as the authoring form takes them
(decimal degrees, `FL350`, `5 NM`), or `geojson` in place of `volumes`. Every pair is judged once, movers among
themselves. Nothing is stored, sent or signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed, Refused, refusal
from steerclear.judgement.answer import JUDGE_VERSION, Judgement, judgement_hash
from steerclear.judgement.notice import AREA_KIND, PROPOSED_CLASS, Notice
from steerclear.judgement.pair import OUT_OF_QUESTION, Ready, judge_pair, make_ready, standing_lines
from steerclear.judgement.rules import Rules
from steerclear.judgement.separation.answer import VMD, MoverJudgement, movers_hash
from steerclear.judgement.separation.form import MoverForm, mover_of
from steerclear.judgement.separation.judge import judge_movers
from steerclear.judgement.separation.state import State
from steerclear.judgement.separation.words import explain_movers
from steerclear.judgement.words import explain
from steerclear.space.check import check_volumes
from steerclear.space.geojson import volumes_from_geojson
from steerclear.space.limits import Limits
from steerclear.space.volume import Volume4D
from steerclear.speech import drawing, quantities
from steerclear.speech.parameters import Parameters

MAX_NOTICES: Final = 200
_TOP: Final = ("parameters", "agreement", "notices", "areas", "movers")
_SOURCE: Final = "judgement.md, Bad input"
NO_CLEARANCE: Final = (
    "No conflict found is no clearance: what is not in this file was not judged, sealed areas included. "
    "Notification changes no obligation under international humanitarian law, and its absence removes no "
    "protection."
)


class Explained(Judgement, frozen=True, kw_only=True):
    """A judgement with its hash and its sentence."""

    judgement_hash: str
    words: str


class ExplainedMovers(MoverJudgement, frozen=True, kw_only=True):
    """A judgement of two movers with its hash and its sentence."""

    judgement_hash: str
    words: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What comes out: every pair's answers, conflicts first, those about `movers` apart; or, with `faults`, nothing
    was judged."""

    verdict: str
    agreement: str
    judge_version: str
    compared: int
    judgements: tuple[Explained, ...]
    standing: tuple[str, ...]
    movers: tuple[ExplainedMovers, ...] = ()
    vmd: str = VMD
    faults: tuple[Refused, ...] = ()
    notice: str = NO_CLEARANCE


class PlanForm(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One notice or area of the document; `volumes` in the authoring form or the wire's."""

    id: str
    party: str
    volumes: list[Any] | None = None
    geojson: dict[str, Any] | None = None
    lower: Any = None
    upper: Any = None
    start: Any = None
    end: Any = None
    kind: str = ""
    mover: str = ""
    mode: str = "REAL"
    priority: str = "normal"
    life_safety: bool = False
    precision: str = "exact"
    agreed: bool | None = None
    subject: str = ""
    over_cap: bool = False
    origin: str = ""
    index: int = -1
    seen: dict[str, int] | None = None


class Document(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The file as a whole."""

    notices: list[PlanForm] = []
    areas: list[PlanForm] = []
    movers: list[MoverForm] = []
    parameters: dict[str, Any] = {}
    agreement: str = ""


def judge_file(document: Any) -> dict[str, Any]:
    """A parsed document → `Report` as plain data. Faults come back in `faults` with field, rule and
    remedy, all at once; then nothing is judged and `verdict` is `not_judged`."""
    faults: list[Refused] = []
    notices, states, rules = _read(document, faults)
    if faults:
        report = _report("not_judged", rules, 0, (), (), faults)
    else:
        judgements, movers = judge_all(notices, rules), judge_movers(states, rules)
        verdicts = {j.verdict for j in judgements if j.rule not in OUT_OF_QUESTION} | {
            m.verdict for m in movers
        }
        order = ("conflict", "not_judged", "no_conflict")
        worst = next((verdict for verdict in order if verdict in verdicts), "not_judged")
        pairs = sum(len(some) * (len(some) - 1) // 2 for some in (notices, states))
        report = _report(worst, rules, pairs, judgements, movers, ())
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(report))
    return plain


def judge_all(notices: Iterable[Notice], rules: Rules) -> tuple[Judgement, ...]:
    """Every pair of a list, once: conflicts first, then what was not judged, then the rest, by id. The
    same entry twice is the same message."""
    once: dict[str, Ready] = {}
    for notice in notices:
        once.setdefault(notice.id, make_ready(notice))
    every = sorted(once.values(), key=lambda r: r.notice.id)
    found = [j for i, a in enumerate(every) for b in every[i + 1 :] for j in judge_pair(a, b, rules)]
    order = {"conflict": 0, "not_judged": 1, "no_conflict": 2}
    return tuple(
        sorted(found, key=lambda j: (order[j.verdict], j.a.entry, j.a.volume, j.b.entry, j.b.volume))
    )


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas (2020-12) of the document and of the report, as `judge-document` and `judge-report`."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {
        "judge-document": {
            **dialect,
            **msgspec.json.schema(Document),
            "title": "What `steerclear judge` reads",
        },
        "judge-report": {
            **dialect,
            **msgspec.json.schema(Report),
            "title": "What `steerclear judge` answers",
        },
    }


def _report(
    verdict: str,
    rules: Rules,
    compared: int,
    judgements: Iterable[Judgement],
    movers: Iterable[MoverJudgement],
    faults: Iterable[Refused],
) -> Report:
    explained = tuple(
        Explained(**_fields(j), judgement_hash=judgement_hash(j), words=explain(j)) for j in judgements
    )
    return Report(
        verdict=verdict,
        agreement=rules.name,
        judge_version=JUDGE_VERSION,
        compared=compared,
        judgements=explained,
        standing=standing_lines(rules),
        movers=tuple(
            ExplainedMovers(**_fields(m), judgement_hash=movers_hash(m), words=explain_movers(m))
            for m in movers
        ),
        faults=tuple(faults),
    )


def _fields(j: Judgement | MoverJudgement) -> dict[str, Any]:
    return {name: getattr(j, name) for name in j.__struct_fields__}


def _read(document: Any, faults: list[Refused]) -> tuple[list[Notice], list[State], Rules]:
    """Notices, movers and rules, or faults."""
    rules = Rules()
    if not isinstance(document, Mapping):
        faults.append(
            Refused("malformed", "", "not-a-table", "write a table with notices and areas", _SOURCE)
        )
        return [], [], rules
    for name in document:
        if name not in _TOP:
            faults.append(
                Refused("malformed", str(name), "unknown-field", "one of " + ", ".join(_TOP), _SOURCE)
            )
    try:
        rules = Rules(_parameters(document.get("parameters", {})), str(document.get("agreement", "")))
    except Malformed as error:
        faults.append(refusal(error))
    notices: list[Notice] = []
    states: list[State] = []
    for name in ("notices", "areas", "movers"):
        rows = document.get(name, [])
        if not isinstance(rows, list) or len(rows) > MAX_NOTICES:
            faults.append(Refused("malformed", name, "bad-list", f"a list of at most {MAX_NOTICES}", _SOURCE))
            continue
        for i, row in enumerate(rows):
            if name == "movers":
                state = mover_of(row, f"movers[{i}]", faults)
                states += [] if state is None else [state]
                continue
            notice = _notice(row, f"{name}[{i}]", name == "areas", rules.parameters, faults)
            if notice is not None:
                notices.append(notice)
    if len({n.id for n in notices}) != len(notices):
        faults.append(
            Refused("malformed", "notices", "id-twice", "give each notice and area its own id", _SOURCE)
        )
    if len({s.id for s in states}) != len(states):
        faults.append(Refused("malformed", "movers", "id-twice", "give each mover its own id", _SOURCE))
    if not notices and not states and not faults:
        faults.append(Refused("malformed", "notices", "empty", "write at least one notice or mover", _SOURCE))
    return notices, states, rules


def _parameters(values: Any) -> Parameters:
    """As the agreement's; durations and distances may be text with a unit (`horizontal = "5 NM"`)."""
    return Parameters.from_dict(_with_units(values))


_UNITS: Final = {"_mm": "mm", "_tmm": "tmm", "_ms": "ms"}
_SPOKEN: Final = {"horizontal": "horizontal_mm", "vertical": "vertical_tmm", "time": "time_ms"}


def _with_units(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {
            _SPOKEN.get(str(key), str(key)): _with_units(entry, _SPOKEN.get(str(key), str(key)))
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [_with_units(entry, name) for entry in value]
    if isinstance(value, Decimal | float):
        raise Malformed("float", field=f"parameters.{name}", remedy='write text with its unit: "1.5 km"')
    if isinstance(value, str):
        for suffix, unit in _UNITS.items():
            if name.endswith(suffix):
                return quantities.quantity(value, unit, field=f"parameters.{name}")
    return value


def _notice(
    row: Any, field: str, is_area: bool, parameters: Parameters, faults: list[Refused]
) -> Notice | None:
    before = len(faults)
    try:
        form = msgspec.convert(row, PlanForm, strict=True)
        volumes = _volumes(form, field, faults)
        made = msgspec.convert(
            {
                "id": form.id,
                "party": form.party,
                "kind": form.kind or (AREA_KIND if is_area else "activity.flight"),
                "mode": form.mode,
                "mover": form.mover,
                "priority": form.priority,
                "precision": form.precision,
                "life_safety": form.life_safety,
                "agreed": form.mover != PROPOSED_CLASS if form.agreed is None else form.agreed,
                "subject": form.subject,
                "over_cap": form.over_cap,
                "origin": form.origin,
                "index": form.index,
                "seen": form.seen or {},
                "unjudged": "" if volumes else "incomplete",
            },
            Notice,
            strict=True,
        )
    except (msgspec.ValidationError, RecursionError) as error:
        faults.append(Refused("malformed", field, "bad-notice", str(error), _SOURCE))
        return None
    limits = Limits(
        max_volumes=parameters.max_volumes,
        max_vertices=parameters.max_vertices,
        max_outline_km2=parameters.max_outline_km2,
        max_validity_ms=parameters.max_validity_ms,
    )
    faults += check_volumes(volumes, field=f"{field}.volumes", limits=limits) if volumes else []
    return msgspec.structs.replace(made, volumes=tuple(volumes)) if len(faults) == before else None


def _volumes(form: PlanForm, field: str, faults: list[Refused]) -> list[Volume4D]:
    """Of `volumes` and `geojson` together; neither is an incomplete notice, which is not judged."""
    shared = {
        name: value
        for name in ("lower", "upper", "start", "end")
        if (value := getattr(form, name)) is not None
    }
    volumes: list[Volume4D] = []
    for i, written in enumerate(form.volumes or []):
        at = f"{field}.volumes[{i}]"
        try:
            whole = {**shared, **written} if isinstance(written, dict) else written
            wire = drawing.volume(_numbers(whole, Decimal), at)
            volumes.append(msgspec.convert(wire, Volume4D, strict=True))
        except Malformed as error:
            faults.append(refusal(error))
        except (msgspec.ValidationError, RecursionError) as error:
            faults.append(Refused("malformed", at, "bad-volume", str(error), _SOURCE))
    if form.geojson is not None:
        try:
            defaults = {name: _spoken(name, value, f"{field}.{name}") for name, value in shared.items()}
        except Malformed as error:
            faults.append(refusal(error))
            return volumes
        drawn, found = volumes_from_geojson(_numbers(form.geojson, float), defaults=defaults)
        volumes += drawn
        faults += [msgspec.structs.replace(f, field=f"{field}.geojson.{f.field}".rstrip(".")) for f in found]
    return volumes


def _spoken(name: str, value: Any, field: str) -> Any:
    """A limit or a time as people write it (date-time groups, TOML times) → the wire's."""
    if name in ("start", "end"):
        return quantities.time(value, field=field)
    return quantities.altitude(value, field=field) if isinstance(value, str) else value


def _numbers(value: Any, kind: type[Decimal] | type[float]) -> Any:
    """Fractions as the reader below takes them, whatever the caller's JSON or TOML parser made of them; the shortest
    decimal of a float, not its binary tail.
    """
    if isinstance(value, dict):
        return {key: _numbers(entry, kind) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_numbers(entry, kind) for entry in value]
    return kind(str(value)) if isinstance(value, float | Decimal) else value
