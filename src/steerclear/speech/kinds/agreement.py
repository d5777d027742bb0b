"""`agreement` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import Meta

from steerclear.errors import Malformed, Refused, refusal
from steerclear.space.volume import Volume4D
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Count, Hash, SuspensionCategory, Text, Time, Window, Word
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered

# messages.md, Talks: every template, interim mode and evidence kit carries this sentence, word for word.
NO_RECOGNITION = (
    "Use of this line is no recognition, consent, alliance or cooperation; no entry is an admission, "
    "a claim to territory or airspace, or a waiver; noting, silence, giving way and assistance "
    "create no right and no precedent."
)


class Scope(Body, frozen=True, kw_only=True):
    """Area and forces that the agreement covers."""

    area: Annotated[tuple[Volume4D, ...], Meta(max_length=20)] = ()
    forces: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()


class Caps(Body, frozen=True, kw_only=True):
    """What a party may hold at once (boundary.md: above the agreed caps a danger area is shown as
    excessive).
    """

    sealed_areas_a_month: Count | None = None
    overlap_queries_a_month: Count | None = None


class Agreement(Body, frozen=True, kw_only=True):
    """`ratify` makes the agreement stand for its author; it is in force when every member ratified the same
    terms (`speech.terms.terms_hash`: text, parameters, scope, caps, disclosure, exercise periods). `suspend`
    names the ratification in refs[0] and, by category, what is suspended; the checks then run on the genesis
    parameters until `resume`.
    """

    act: Literal["ratify", "suspend", "resume"]
    name: Word | None = None
    text_hash: Hash | None = None
    parameters: dict[str, Any] | None = None
    categories: Annotated[tuple[SuspensionCategory, ...], Meta(max_length=6)] = ()
    provisions: Annotated[tuple[Word, ...], Meta(max_length=100)] = ()
    exercise_periods: Annotated[tuple[Window, ...], Meta(max_length=100)] = ()
    scope: Scope | None = None
    caps: Caps | None = None
    disclosure: Literal["bilateral", "inquiry", "open"] | None = None
    in_force_from: Time | None = None
    until: Time | None = None
    clause: Annotated[str, Meta(max_length=400)] | None = None
    reason: Text | None = None


def _wrong(body: Agreement, parameters: Parameters) -> Iterator[Refused]:
    if body.clause is not None and body.clause != NO_RECOGNITION:
        yield no(
            "clause-altered",
            "clause",
            "the sentence stands word for word",
            f'write "{NO_RECOGNITION}"',
        )
    if body.parameters is not None:
        try:
            Parameters.from_dict(body.parameters)
        except Malformed as error:
            yield refusal(error, error.rule)
    yield from ordered(body.in_force_from, body.until, "until")
    if body.act == "ratify" and (body.categories or body.provisions):
        yield no("categories-not-suspended", "categories", "categories go with suspend", "leave them out")


def _missing(body: Agreement) -> list[str]:
    if body.act == "ratify":
        return absent(body, "name", "text_hash", "parameters", "clause")
    if body.act == "suspend":
        return ([] if body.categories or body.provisions else ["categories"]) + absent(body, "reason")
    return []


ROW = Kind(
    "agreement",
    "talks",
    Agreement,
    precedence="PRIORITY",
    roles=("releaser",),
    subject=("agreement",),
    answers=SHORT_ANSWERS,
    to_all=True,
    wrong=_wrong,
    missing=_missing,
)
