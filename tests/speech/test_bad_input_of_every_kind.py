"""Bad input of every kind (judgement.md, Bad input): refused at the author's desk by field, with rule, remedy and
source; read when it arrives, with a mark, and judged on the protective reading. Cases: bad_input.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest
from speech_desk import draft, judged

from steerclear.errors import Malformed
from steerclear.judgement import Rules, judge_pair
from steerclear.judgement.notice import Notice
from steerclear.judgement.reading import JUDGED_KINDS, notice_of, place_lost
from steerclear.record import jcs
from steerclear.space.volume import Circle, Volume4D
from steerclear.speech import payload
from steerclear.speech.parameters import Parameters
from steerclear.speech.samples import examples
from steerclear.speech.shape import FIRST_DAY, LAST_DAY
from steerclear.speech.table import spoken
from support.bad_input import Spoilt, spoilt

pytestmark = pytest.mark.slow

WHOLE_NAMED = (".type", ".exterior", ".line")
"""What is wrong with a tag, or with how many vertices there are, is said of the outline."""
OF_PARAMETERS = {"unknown-fields": ("unknown-parameter", "bad-parameter")}


@pytest.mark.parametrize("name", examples())
def test_refused_at_the_desk_by_field(name: str) -> None:
    made = draft(name)
    assert judged(made) == []
    for case in spoilt(made):
        found = [fault for fault in judged(case.draft) if _named(fault.field, case)]
        assert found, (case.how, case.place)
        assert all(fault.rule and fault.remedy and fault.source for fault in found), found
        codes = {fault.code for fault in found}
        allowed = (
            (case.code, *OF_PARAMETERS.get(case.code, ())) if ".parameters" in case.place else (case.code,)
        )
        assert not case.code or codes & set(allowed), (case.how, case.place, codes)


def _named(field: str, case: Spoilt) -> bool:
    if case.place.endswith(WHOLE_NAMED) and field == case.place.rpartition(".")[0]:
        return True
    if case.how == "unknown field" and ".parameters" in case.place:
        return case.place.startswith(field)
    return field.startswith(case.place)


@pytest.mark.parametrize("name", examples())
def test_arriving_it_is_kept_and_marked(name: str) -> None:
    for case in spoilt(draft(name)):
        raw = {"inner": case.draft.inner, "body": case.draft.body}
        try:
            data = jcs.dumps(raw)
        except Malformed:  # a figure that no wire form holds
            continue
        read = payload.read(case.draft.kind, data)
        if len(data) > payload.MAX_PAYLOAD:
            assert read.marks == ("malformed",)
            continue
        assert read.raw == raw and jcs.dumps(read.raw) == data
        if case.how in ("wrong type", "unknown field", "two limits", "no zone", "bad time"):
            assert read.marks, (case.how, case.place)


def test_every_kind_has_cases() -> None:
    assert {draft(name).kind for name in examples() if next(spoilt(draft(name)), None)} == {
        row.name for row in spoken()
    }


# ---- the protective reading


def everywhere(notice: Notice) -> Notice:
    """Somebody else's flight over the first point of the notice, at every height and time."""
    outline = notice.volumes[0].outline
    point = (
        outline.centre
        if isinstance(outline, Circle)
        else (getattr(outline, "line", ()) or outline.exterior)[0]
    )
    over = Volume4D(Circle(point, 1_000), "surface", "unlimited", FIRST_DAY, LAST_DAY)
    return Notice(id="f" * 64, party="9" * 32, kind="activity.flight", mode=notice.mode, volumes=(over,))


@pytest.mark.parametrize("name", [one for one in examples() if draft(one).kind in JUDGED_KINDS])
def test_it_is_never_judged_to_be_out_of_the_way(name: str) -> None:
    """Whatever is spoilt: over the place of the good notice there is a conflict, or what is not judged is named."""
    whole = _notice(draft(name).kind, draft(name).body)
    if whole is None or not whole.volumes:
        return
    probe, rules = everywhere(whole), Rules(Parameters())
    assert {one.verdict for one in judge_pair(whole, probe, rules)} & {"conflict", "not_judged"}
    for case in spoilt(draft(name)):
        if case.how in ("out of range", "too many"):
            continue  # another place: the figure is legal JSON and means somewhere else, or nowhere
        notice = _notice(case.draft.kind, case.draft.body)
        if notice is not None:
            verdicts = {one.verdict for one in judge_pair(notice, probe, rules)}
            assert verdicts - {"no_conflict"}, (case.how, case.place)


def _notice(kind: str, body: Any) -> Notice | None:
    try:
        read = payload.read(kind, jcs.dumps({"inner": {}, "body": body}))
    except Malformed:
        return None
    return notice_of(
        id="a" * 64,
        party="8" * 32,
        kind=kind,
        mode="REAL",
        body=read.body,
        marks=read.marks,
        lost=place_lost(read.faults),
    )


def test_a_volume_that_cannot_be_read_leaves_the_notice_unjudged_and_one_that_can_is_judged() -> None:
    made = draft("activity.flight.toml")
    assert len(made.body["volumes"]) == 2
    spoilt_one = {
        **made.body,
        "volumes": [made.body["volumes"][0], {**made.body["volumes"][1], "outline": {}}],
    }
    notice = _notice(made.kind, spoilt_one)
    assert notice is not None and len(notice.volumes) == 1 and notice.unjudged == "incomplete"
    far = Notice(
        id="f" * 64,
        party="9" * 32,
        kind="activity.flight",
        mode="REAL",
        volumes=(Volume4D(Circle((-400_000_000, 0), 1_000), "surface", "unlimited", FIRST_DAY, LAST_DAY),),
    )
    assert [one.verdict for one in judge_pair(notice, far, Rules(Parameters()))] == ["not_judged"]
    whole = _notice(made.kind, made.body)
    assert whole is not None and not whole.unjudged
    assert [one.verdict for one in judge_pair(whole, far, Rules(Parameters()))] == ["no_conflict"]


@pytest.mark.parametrize(
    ("field", "value", "stands"),
    [("lower", 7, "unknown"), ("upper", {"value": "high"}, "unknown"), ("start", 7, ""), ("end", None, "")],
)
def test_a_limit_or_time_that_cannot_be_read_leaves_its_volume(field: str, value: Any, stands: str) -> None:
    made = draft("activity.hazard.toml")
    volume = {**made.body["volumes"][0], field: value}
    if value is None:
        del volume[field]
    read = payload.read(made.kind, jcs.dumps({"inner": {}, "body": {**made.body, "volumes": [volume]}}))
    assert "malformed" in read.marks and getattr(read.body.volumes[0], field) == stands
    assert not place_lost(read.faults)


def test_an_outline_is_read_entirely_or_not_at_all() -> None:
    made = draft("activity.flight.toml")
    outline = made.body["volumes"][1]["outline"]
    for other, kept in (
        ({**outline, "datum": "x"}, True),
        ({**outline, "exterior": [*outline["exterior"], ["a", 1]]}, False),
    ):
        body = {**made.body, "volumes": [{**made.body["volumes"][1], "outline": other}]}
        read = payload.read(made.kind, jcs.dumps({"inner": {}, "body": body}))
        assert bool(read.body.volumes) is kept and place_lost(read.faults) is not kept
        assert read.marks[0] == ("unknown-fields" if kept else "malformed")


# ---- every list and every text has an end


CAPPED_ELSEWHERE = {
    "Polygon.exterior": "max_vertices of the agreement",
    "Polygon.holes": "max_vertices of the agreement",
    "Corridor.line": "max_vertices of the agreement",
    "Volume4D.lower": "one: more are two-limits",
    "Volume4D.upper": "one: more are two-limits",
    "Volume4D.start": "RFC 3339",
    "Volume4D.end": "RFC 3339",
    "Amend.notice": "the kind that it carries",
    "Proposal.notice": "the kind that it carries",
    "Agreement.parameters": "the parameters' own struct",
    "Provision.parameters": "the parameters' own struct",
}


def test_every_list_and_text_has_a_most() -> None:
    seen: set[type] = set()
    open_ended = {name for row in spoken() for name in _open(row.body, "", False, seen)}
    assert open_ended == set(CAPPED_ELSEWHERE)


def _open(annotation: Any, name: str, capped: bool, seen: set[type]) -> Iterator[str]:
    """Lists and texts below an annotation that nothing limits, as `Struct.field`."""
    if get_origin(annotation) is Annotated:
        inner, *metas = get_args(annotation)
        limits = [getattr(meta, word, None) for meta in metas for word in ("max_length", "pattern")]
        yield from _open(inner, name, capped or any(one is not None for one in limits), seen)
    elif isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        if annotation not in seen:
            seen.add(annotation)
            for field in msgspec.structs.fields(annotation):
                yield from _open(field.type, f"{annotation.__name__}.{field.name}", False, seen)
    elif annotation is str or (get_origin(annotation) is tuple and Ellipsis in get_args(annotation)):
        if not capped:
            yield name
        for below in get_args(annotation)[:1]:
            yield from _open(below, name, False, seen)
    else:
        for below in get_args(annotation):
            if below is not Ellipsis and not isinstance(below, str | int):
                yield from _open(below, name, False, seen)
