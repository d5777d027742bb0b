"""Talks (messages.md): `agreement`, the act by which members make parameters the ones that the
checks run on.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from steerclear.space.volume import Volume4D
from steerclear.speech.kinds.common import Body, Count, Hash, Text, Time, Window, Word
from steerclear.speech.kinds.keeping import SuspensionCategory

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
