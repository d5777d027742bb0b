"""Whose turn it is to convene a centre of three or more (messages.md, Roles: chair rotates, owns nothing).

The rota is data of the agreement: first instant, days each, an order. At the end of each turn the next in
order who is bound then follows; who came later stands at the end, who left is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from steerclear.procedure.bodies import instant
from steerclear.procedure.times import HOUR_MS
from steerclear.speech.kinds.agreement import ChairRota

LEAST = 3
"""A centre has three parties or more; two need no chair."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One party's turn, [since, until), and who follows if nobody comes or goes."""

    party: str
    since_ms: int
    until_ms: int
    next: str


@dataclass(frozen=True, slots=True)
class Rota:
    """`bound_ms`: since when each party that takes part is bound."""

    first_ms: int
    turn_ms: int
    order: tuple[str, ...]
    bound_ms: Mapping[str, int]

    def turn(self, at_ms: int) -> Turn | None:
        """Whose turn it is at an instant; None before the first, and with fewer than three parties."""
        if at_ms < self.first_ms or len(self.bound_ms) < LEAST:
            return None
        party, since = "", self.first_ms
        while True:
            party = self._after(party, since)
            if at_ms < since + self.turn_ms:
                return Turn(party, since, since + self.turn_ms, self._after(party, since + self.turn_ms))
            since += self.turn_ms

    def _after(self, party: str, at_ms: int) -> str:
        """Who follows `party` in the order among those bound at `at_ms`; the first one where nobody was."""
        bound = [one for one in self.order if self.bound_ms[one] <= at_ms] or list(self.order)
        places = {one: place for place, one in enumerate(self.order)}
        return next((one for one in bound if party and places[one] > places[party]), bound[0])


def rota_of(terms: ChairRota | None, bound_ms: Mapping[str, int], early: Iterable[str]) -> Rota | None:
    """The rota that an agreement in force makes. `early`: who was bound when it came into force; they stand
    in the agreement's order, else by id; later ones in the order in which they came.
    """
    first = instant(terms.first) if terms is not None else None
    if terms is None or first is None:
        return None
    named = [party for party in terms.order if party in bound_ms]
    begun = sorted(party for party in early if party in bound_ms and party not in named)
    later = sorted((at, party) for party, at in bound_ms.items() if party not in (*named, *begun))
    order = (*named, *begun, *(party for _, party in later))
    return Rota(first, terms.days * 24 * HOUR_MS, order, dict(bound_ms))
