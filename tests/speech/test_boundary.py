"""What the vocabulary must never hold (spec/boundary.md): walked over every struct, every code and every
label.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest

from steerclear.record.header import Header
from steerclear.speech import payload, schema
from steerclear.speech.kinds.area_reply import AreaReply
from steerclear.speech.kinds.dissemination import Dissemination
from steerclear.speech.kinds.reply import Answer, Reply
from steerclear.speech.phrases import catalogue
from steerclear.speech.table import KINDS, spoken

# No field for target, weapon, mission, intent or the identity of an adversary.
FORBIDDEN = re.compile(
    "target|weapon|munition|ordnance|warhead|ammunition|missile|bomb|(?<!ad)mission|task(?!s)|purpose|objective|intent"
    "|enemy|adversary|hostile|opponent|suspect|threat|identity|iff|strike|attack|engage|kill|fire_support|aim"
    "|occup|dwell|vacat|strength|casualt"
)
# Nothing that says a place is or will be empty, or that approves.
EMPTINESS = re.compile(
    "empty|vacant|vacated|nobody|no_one|unoccupied|clear|free|safe$|negative|none_present|not_present"
)
APPROVAL = re.compile(
    "approv|permi(t|ssion)|authori[sz]|cleared|clearance|granted|accept|consent|green|go_ahead|ok$"
)


def structs_below(root: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    seen: set[type] = set()
    todo: list[Any] = [root]
    while todo:
        found = todo.pop()
        if isinstance(found, type) and issubclass(found, msgspec.Struct):
            if found not in seen:
                seen.add(found)
                yield found
                todo += [field.type for field in msgspec.structs.fields(found)]
        else:
            todo += [argument for argument in get_args(found) if argument is not Ellipsis]


def codes_below(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (argument for argument in get_args(annotation) if isinstance(argument, str))
    else:
        for argument in get_args(annotation):
            yield from codes_below(argument)


ROOTS = [Header, payload.Inner, *(row.body for row in spoken())]
STRUCTS = {struct for root in ROOTS for struct in structs_below(root)}
FIELDS = {
    (struct.__name__, field.encode_name) for struct in STRUCTS for field in msgspec.structs.fields(struct)
}
CODES = {
    (struct.__name__, field.encode_name, code)
    for struct in STRUCTS
    for field in msgspec.structs.fields(struct)
    for code in codes_below(field.type)
}
# Words that look forbidden and are not: aircraft that put fires out; a check of the language; the band that the
# operator of a civilian site says of a normal day, never of a shelter (messages.md, site.notify).
# And the step by which an alert on two movers ends: its label says that it tells nothing of the place.
ALLOWED_CODES = {("Flight", "no_notice_reason", "fire_fighting"), ("Alert", "step", "cleared")}
ALLOWED_FIELDS = {("LineCheck", "language_ok"), ("Site", "occupancy")}


def test_the_walk_sees_the_whole_vocabulary() -> None:
    names = {struct.__name__ for struct in STRUCTS}
    assert {
        "Stop",
        "Flight",
        "Volume4D",
        "Circle",
        "Altitude",
        "Position",
        "Seen",
        "Inner",
        "ConductItem",
    } <= names
    assert len(FIELDS) > 150 and len(CODES) > 150


@pytest.mark.parametrize(
    "word", ["target_id", "weapon", "mission", "intent", "adversary", "own_identity", "occupied"]
)
def test_the_forbidden_list_bites(word: str) -> None:
    assert FORBIDDEN.search(word)


def test_no_field_helps_to_find_choose_or_hit() -> None:
    assert sorted(entry for entry in FIELDS - ALLOWED_FIELDS if FORBIDDEN.search(entry[1])) == []


def test_no_code_names_what_is_forbidden() -> None:
    assert sorted(entry for entry in CODES - ALLOWED_CODES if FORBIDDEN.search(entry[2].lower())) == []


def test_nothing_says_that_a_place_is_empty() -> None:
    assert sorted(entry for entry in FIELDS if EMPTINESS.search(entry[1])) == []
    assert sorted(entry for entry in CODES - ALLOWED_CODES if EMPTINESS.search(entry[2].lower())) == []


def test_nothing_approves() -> None:
    assert sorted(entry for entry in FIELDS - ALLOWED_FIELDS if APPROVAL.search(entry[1])) == []
    assert sorted(entry for entry in CODES - ALLOWED_CODES if APPROVAL.search(entry[2].lower())) == []
    assert "APPROVED" not in json.dumps(schema.all_schemas())


def test_not_ours_is_said_of_a_reported_event_only() -> None:
    holders = {(struct, field) for struct, field, code in CODES if code == "NOT_OURS"}
    assert holders == {("Reply", "answer")}
    assert [row.name for row in KINDS.values() if "NOT_OURS" in row.answers] == ["stop"]


def test_the_answers_are_the_specifications() -> None:
    notice = "NOTED NO_CONFLICT_KNOWN CONFLICT PROPOSE_CHANGE UNABLE QUERY NOT_UNDERSTOOD DECLINED"
    stop = "CHECKING HOLDING NOT_OURS UNABLE_TO_REACH_UNITS CANNOT_HOLD"
    mover = "OURS_KEEP_AWAY CHECKING NO_STATEMENT"
    assert set(get_args(Answer)) == {*notice.split(), *stop.split(), *mover.split(), "NOT_LIFE_SAFETY"}
    assert set(KINDS["identity.query"].answers) == set(mover.split())
    assert set(KINDS["activity.flight"].answers) == set(notice.split())
    assert set(KINDS["stop"].answers) == set(stop.split())
    types = {field.name: field.type for field in msgspec.structs.fields(AreaReply)}
    assert set(codes_below(types["answer"])) == {"provided", "broad", "sealed", "declined", "unknown"}
    types = {field.name: field.type for field in msgspec.structs.fields(Dissemination)}
    assert set(codes_below(types["word"])) == {"none", "headquarters", "part", "all"}
    types = {field.name: field.type for field in msgspec.structs.fields(Reply)}
    assert set(codes_below(types["statement"])) == {"no admission"}


def test_no_label_reads_as_permission_or_emptiness() -> None:
    words = re.compile(
        r"approved|permitted|cleared|authori[sz]ed|\bsafe\b|\bempty\b|\bclear of\b|green", re.IGNORECASE
    )
    labels = [label for group in catalogue().values() for label in group.values()]
    assert [label for label in labels if words.search(label)] == []


def test_no_struct_on_the_wire_holds_a_float() -> None:
    def floats(annotation: Any) -> bool:
        return annotation is float or any(floats(argument) for argument in get_args(annotation))

    assert [
        field for struct in STRUCTS for field in msgspec.structs.fields(struct) if floats(field.type)
    ] == []


def test_every_struct_is_frozen_and_refuses_unknown_fields() -> None:
    loose = [
        s for s in STRUCTS if not (s.__struct_config__.frozen and s.__struct_config__.forbid_unknown_fields)
    ]
    assert loose == []
