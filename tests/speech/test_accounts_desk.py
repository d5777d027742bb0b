"""What the desk says to the kinds of accountability, each refusal with its twin."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from speech_desk import NOW, bent, draft, facts_of, judged

from steerclear.errors import Malformed
from steerclear.speech import form
from steerclear.speech.payload import MAX_PAYLOAD, encode
from steerclear.units import format_time

H = 3_600_000


def codes(found: list[Any]) -> set[str]:
    return {one.code for one in found}


def test_no_answer_is_due_to_a_demarche_and_one_may_be_to_a_claim() -> None:
    for name, refused in (("demarche.toml", {"no-answer-due"}), ("claim.toml", set())):
        made = draft(name)
        assert codes(judged(made)) == set()
        found = judged(made, facts_of(made, reply_by_ms=NOW + H))
        assert codes(found) == refused, name
        assert not refused or (found[0].field, found[0].remedy) == ("reply_by", "leave it out")


def test_an_attestation_is_about_what_is_over() -> None:
    made = draft("attestation.negative.toml")
    assert codes(judged(made)) == set()
    assert codes(judged(bent(made, "body.end", format_time(NOW + 1)))) == {"not-over-yet"}
    assert codes(judged(bent(made, "body.end", format_time(NOW)))) == set()


def test_a_count_stands_once_for_each_group_of_people() -> None:
    made = draft("claim.toml")
    one = {"unit": "dead", "least": 3, "of_whom": "civilians"}
    other = {**one, "of_whom": "aid_workers"}
    assert codes(judged(bent(made, "body.event.counts", [one, other]))) == set()
    assert codes(judged(bent(made, "body.event.counts", [one, one]))) == {"count-twice"}
    assert codes(judged(bent(made, "body.event.counts", [{**one, "most": 2}]))) == {"upper-below-lower"}


def test_a_named_source_has_a_name() -> None:
    made = draft("claim.toml")
    assert codes(judged(bent(made, "body.event.source", {"kind": "named"}))) == {"source-without-name"}
    assert codes(judged(bent(made, "body.event.source", {"kind": "named", "name": "Ministry"}))) == set()


def test_custody_is_told_in_order() -> None:
    made = draft("evidence.toml")
    steps = [
        {"at": format_time(NOW - at * H), "held_by": who, "did": "received"}
        for at, who in ((3, "post"), (2, "cell"))
    ]
    assert codes(judged(bent(made, "body.custody", steps))) == set()
    assert codes(judged(bent(made, "body.custody", steps[::-1]))) == {"custody-out-of-order"}


@pytest.mark.parametrize("size", [0, MAX_PAYLOAD + 1, 2**40])
def test_a_file_of_any_size_goes_by_its_hash(size: int) -> None:
    made = bent(draft("evidence.toml"), "body.size_bytes", size)
    assert codes(judged(made)) == set()
    filled = form.filled(made.kind, made.inner, made.body)
    assert isinstance(filled, tuple) and len(encode("evidence", *filled)) < 4096


def test_what_is_larger_than_a_payload_is_refused_and_told_to_go_by_hash() -> None:
    steps = [{"at": format_time(NOW), "held_by": "w" * 100, "did": "stored"} for _ in range(100)]
    fits = form.filled("evidence", {}, {"sha256": "ab" * 32, "custody": steps})
    assert isinstance(fits, tuple) and len(encode("evidence", *fits)) <= MAX_PAYLOAD
    big = replace(fits[1], custody=fits[1].custody * 30)  # type: ignore[attr-defined]
    with pytest.raises(Malformed) as refused:
        encode("evidence", fits[0], big)
    assert refused.value.rule == "payload-too-large" and "by its hash" in refused.value.remedy
