"""`agreement` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row.

The ratification *is* the agreement: its file, as `say` reads it, is what people read and what the checks run on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.volume import Volume4D
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import (
    Body,
    Count,
    EntryId,
    Hash,
    PartyId,
    SuspensionCategory,
    Text,
    Time,
    Window,
    Word,
)
from steerclear.speech.kinds.provision import Guarantee, ProvisionNumber
from steerclear.speech.parameters import DAY, HOUR, TOGETHER, Parameters, refused
from steerclear.speech.refusing import no, ordered

# messages.md, Talks: every template, interim mode and evidence kit carries this sentence, word for word.
NO_RECOGNITION = (
    "Use of this line is no recognition, consent, alliance or cooperation; no entry is an admission, "
    "a claim to territory or airspace, or a waiver; noting, silence, giving way and assistance "
    "create no right and no precedent."
)


CoveredClass = Literal["fixed_wing", "rotary", "unmanned", "tanker_airlift", "balloon", "ship", "ground"]
Disclosure = Literal["bilateral", "inquiry", "open"]
"""To whom what was said may go: the members alone, an inquiry too, anybody (`speech.disclosure`)."""


class Scope(Body, frozen=True, kw_only=True):
    """Area and forces that the agreement covers: `forces` in words, for people; `classes` are what the checks read
    of them (none: every class). How both are kept: `speech.scope`.
    """

    area: Annotated[tuple[Volume4D, ...], Meta(max_length=20)] = ()
    forces: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()
    classes: Annotated[tuple[CoveredClass, ...], Meta(max_length=7)] = ()


class Caps(Body, frozen=True, kw_only=True):
    """What a party may hold at once (boundary.md: above the agreed caps a danger area is shown as
    excessive). The checks take them as the parameters of the same names.
    """

    sealed_areas_a_month: Annotated[int, Meta(ge=0, le=2_000)] | None = None
    overlap_queries_a_month: Count | None = None
    hazard_excessive_km2: Annotated[int, Meta(ge=1, le=520_000_000)] | None = None
    booking_cap_km3_h: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None


class Retention(Body, frozen=True, kw_only=True):
    """How long a payload is kept before payload and salt are destroyed at every holder (messages.md,
    Timers): positions of movements, contacts and plates after completion, sites after release.
    """

    movement_positions_hours: Annotated[int, Meta(ge=1, le=8_784)] | None = None
    contacts_days: Annotated[int, Meta(ge=1, le=3_660)] | None = None
    sites_days: Annotated[int, Meta(ge=1, le=3_660)] | None = None


RETAINED: Final = (
    ("movement_positions_hours", "movement_retention_ms", HOUR),
    ("contacts_days", "contact_retention_ms", DAY),
    ("sites_days", "site_retention_ms", DAY),
)
"""Field of `Retention`, the parameter that the checks take it as, and its unit in ms."""


class ChairRota(Body, frozen=True, kw_only=True):
    """Who convenes in turn: from `first`, `days` each, in this order; without an order by party id. Parties
    that come later follow at the end; one that left is passed over. The chair owns nothing.
    """

    first: Time
    days: Annotated[int, Meta(ge=1, le=366)]
    order: Annotated[tuple[PartyId, ...], Meta(max_length=64)] = ()


class Article(Body, frozen=True, kw_only=True):
    """One numbered provision of the agreement, as it was agreed."""

    number: ProvisionNumber
    title: Word | None = None
    text: Text
    guarantees: Annotated[tuple[Guarantee, ...], Meta(max_length=20)] = ()


class Agreement(Body, frozen=True, kw_only=True):
    """`ratify` makes the agreement stand for its author; it is in force when every member ratified the same
    terms (`speech.terms.terms_hash`: name, version, articles, parameters, scope, caps, retention, chair …).
    `accede` is the ratification of one who came later: the same terms, and refs[0] names a ratification.
    `reserve` names provisions that its author does not take on; it changes no check. `suspend` says, by
    category or provision, what is suspended and on what `terms` it ends; the checks then run on the genesis
    parameters until the same party's `resume`. `withdraw` ends the agreement for its author.
    """

    act: Literal["ratify", "accede", "reserve", "suspend", "resume", "withdraw"]
    name: Word | None = None
    version: Annotated[int, Meta(ge=1, le=9_999)] | None = None
    text_hash: Hash | None = None
    articles: Annotated[tuple[Article, ...], Meta(max_length=100)] = ()
    areas: Annotated[tuple[EntryId, ...], Meta(max_length=200)] = ()
    parameters: dict[str, Any] | None = None
    categories: Annotated[tuple[SuspensionCategory, ...], Meta(max_length=6)] = ()
    provisions: Annotated[tuple[Word, ...], Meta(max_length=100)] = ()
    exercise_periods: Annotated[tuple[Window, ...], Meta(max_length=100)] = ()
    scope: Scope | None = None
    caps: Caps | None = None
    retention: Retention | None = None
    chair: ChairRota | None = None
    disclosure: Disclosure | None = None
    in_force_from: Time | None = None
    until: Time | None = None
    clause: Annotated[str, Meta(max_length=400)] | None = None
    terms: Text | None = None
    reason: Text | None = None


_MAKES: tuple[str, ...] = ("ratify", "accede")


def _wrong(body: Agreement, parameters: Parameters) -> Iterator[Refused]:
    if body.clause is not None and body.clause != NO_RECOGNITION:
        yield no(
            "clause-altered",
            "clause",
            "the sentence stands word for word",
            f'write "{NO_RECOGNITION}"',
        )
    if body.parameters is not None:
        fault = refused(body.parameters)
        if fault is not None and (
            fault.code not in TOGETHER or body.parameters.keys() >= TOGETHER[fault.code]
        ):
            yield fault
    yield from ordered(body.in_force_from, body.until, "until")
    if body.act in _MAKES and (body.categories or body.provisions):
        yield no("categories-not-suspended", "categories", "categories go with suspend", "leave them out")
    yield from _twice(body)


def _twice(body: Agreement) -> Iterator[Refused]:
    """A number that stands in two places, and an article that stands there twice."""
    held = body.parameters or {}
    for name in Caps.__struct_fields__:
        if body.caps is not None and getattr(body.caps, name) is not None and name in held:
            yield no("said-twice", f"caps.{name}", "each number stands in one place", "leave one out")
    for field, name, _ in RETAINED:
        if body.retention is not None and getattr(body.retention, field) is not None and name in held:
            yield no("said-twice", f"retention.{field}", "each number stands in one place", "leave one out")
    numbers = [article.number for article in body.articles]
    for i, number in enumerate(numbers):
        if number in numbers[:i]:
            yield no("said-twice", f"articles[{i}].number", "each article once", "give it its own number")
    classes = body.scope.classes if body.scope is not None else ()
    for i, covered in enumerate(classes):
        if covered in classes[:i]:
            yield no("said-twice", f"scope.classes[{i}]", "each class once", "leave one out")
    order = body.chair.order if body.chair is not None else ()
    for i, party in enumerate(order):
        if party in order[:i]:
            yield no("said-twice", f"chair.order[{i}]", "each party once", "leave one out")


_NEEDS: dict[str, tuple[str, ...]] = {
    "ratify": ("name", "text_hash", "parameters", "clause"),
    "accede": ("name", "text_hash", "parameters", "clause"),
    "reserve": ("provisions", "reason"),
    "withdraw": ("reason",),
}


def _missing(body: Agreement) -> list[str]:
    if body.act == "suspend":
        what = [] if body.categories or body.provisions else ["categories"]
        return what + absent(body, "reason", "terms")
    needs = _NEEDS.get(body.act, ())
    if body.articles:  # the whole text stands here: no other file is meant
        needs = tuple(name for name in needs if name != "text_hash")
    return absent(body, *needs)


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
