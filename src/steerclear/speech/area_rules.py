"""The desk's rules of areas that need the header, its signers or the entry spoken of."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from steerclear.errors import Refused
from steerclear.speech.facts import HeaderFacts, SignerFacts
from steerclear.speech.kinds.area_challenge import AreaChallenge
from steerclear.speech.kinds.area_declare import DEFAULT_PRECISION, AreaDeclare
from steerclear.speech.kinds.common import Body
from steerclear.speech.refusing import no


def wrong(body: Body, facts: HeaderFacts) -> Iterator[Refused]:
    """What is wrong with a body about an area, seen with its header."""
    if isinstance(body, AreaDeclare) and not facts.to and not _custodians(facts.signers[:1]):
        yield no(
            "addressee-required",
            "to",
            "only an area that a custodian enters stays at home",
            "name at least one member of the line, or have a custodian say it",
            "messages.md, Parties: custodian",
        )
    if isinstance(body, AreaChallenge) and facts.subject is not None and facts.subject.author == facts.author:
        yield no(
            "own-area",
            "refs[0]",
            "nobody challenges his own data",
            "amend it",
            "messages.md, area.challenge",
        )


def with_precision(body: Body) -> Body:
    """Airfield and corridor exact, personnel broad, the others by `DEFAULT_PRECISION`; what is chosen stays."""
    if isinstance(body, AreaDeclare) and body.precision is None and body.area is not None:
        return msgspec.structs.replace(body, precision=DEFAULT_PRECISION[body.area])
    return body


def _custodians(signers: tuple[SignerFacts, ...]) -> bool:
    """Whether these sign as custodians; true of nobody, while a draft waits for its signers."""
    return all("custodian" in one.roles for one in signers)
