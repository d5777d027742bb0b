"""How far what was said on a line may go: to its members, to an inquiry too, to anybody (messages.md, `agreement`).

The agreement says it, each entry keeps what held when it was said, and a later suspension opens nothing. Two officers
name in every order whom the copy is for (docs/adr/0015-scope-and-disclosure.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, get_args

from steerclear.errors import Refused
from steerclear.speech.kinds.agreement import Disclosure
from steerclear.speech.refusing import no

Audience = Literal["members", "inquiry", "public"]
AUDIENCES: Final[tuple[str, ...]] = get_args(Audience)
MARK: Final = "beyond-disclosure"
_NARROWEST_FIRST: Final[tuple[str, ...]] = get_args(Disclosure)
_FARTHEST: Final = dict(zip(_NARROWEST_FIRST, AUDIENCES, strict=True))


def strictest(agreed: Iterable[str]) -> str:
    """The narrowest of these words; '' where none is said, which binds nobody."""
    said = {one for one in agreed if one in _NARROWEST_FIRST}
    return min(said, key=_NARROWEST_FIRST.index, default="")


def beyond(audience: str, agreed: str) -> bool:
    """Whether a copy for `audience` goes farther than `agreed` lets it; an audience that is not known does."""
    if agreed not in _FARTHEST:
        return False
    if audience not in AUDIENCES:
        return True
    return AUDIENCES.index(audience) > AUDIENCES.index(_FARTHEST[agreed])


def wrong(audience: str, agreed: str) -> list[Refused]:
    """What the desk says of an order for a copy that goes too far."""
    if not beyond(audience, agreed):
        return []
    rule = f"the agreement under which it was said is `{agreed}`: for {_FARTHEST[agreed]} at the most"
    remedy = "make it for those, leave out what was said then, or agree on another disclosure"
    return [no(MARK, "audience", rule, remedy, "messages.md, agreement: disclosure")]
