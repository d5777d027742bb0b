"""Who is bound by which agreement: ratified, acceded, reserved, suspended, withdrawn (messages.md, Talks).

An agreement is in force from the entry by which the last of those who must ratify did so, all the same terms.
Who must: every member of the line, but for one that withdrew from it, and one that came to the line while it
was in force and has not acceded yet. A newer version replaces the older one only when all ratified it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from steerclear.errors import Malformed
from steerclear.procedure.bodies import instant
from steerclear.procedure.context import InForce
from steerclear.procedure.said import Key, Said
from steerclear.record.card import parse_body
from steerclear.record.note import parse_note
from steerclear.record.policy import DOMAIN, PolicyVersion
from steerclear.speech.kinds.agreement import Agreement
from steerclear.speech.parameters import Parameters
from steerclear.speech.terms import MAKING, parameters_of, periods_ms, terms_hash

LEAST_BOUND = 2
"""One party alone has no agreement."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """Provisions that a party does not take on, as it said; no check changes by it."""

    party: str
    provisions: tuple[str, ...]
    entry: str
    reason: str = ""


@dataclass
class Treaty:
    """The agreement as it is folded. `texts` terms hash → terms; `by` terms hash → who made them stand for
    itself, and the entry; `guests` came while one was in force; `unread` said something about an agreement
    that was not addressed to this node.
    """

    members: set[str]
    version: int = 1
    texts: dict[str, Agreement] = field(default_factory=dict)
    by: dict[str, dict[str, Said]] = field(default_factory=dict)
    guests: set[str] = field(default_factory=set)
    gone: dict[str, Said] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    reserved: list[Reservation] = field(default_factory=list)

    def take(self, said: Said) -> bool:
        """One act; whether it is one of an agreement that its author may do here and now."""
        body, who = said.body, said.author
        if not isinstance(body, Agreement):
            if said.held == "not_addressed":
                self.unread.add(who)
            return False
        if body.act in MAKING:
            made = terms_hash(body)
            if made == self.complete():  # other terms leave a newcomer what it is
                self.guests.discard(who)
            self.texts[made] = body
            self.by.setdefault(made, {}).setdefault(who, said)
            self.gone.pop(who, None)
        elif body.act == "suspend":
            self.off.add(who)
        elif body.act == "resume":
            self.off.discard(who)
        elif not any(who in parties for parties in self.by.values()):
            return False  # neither reserves nor leaves what it never took on
        elif body.act == "reserve":
            self.reserved.append(Reservation(who, body.provisions, said.id, body.reason or ""))
        else:
            self._leave(who)
            self.gone[who] = said
        return True

    def admit(self, said: Said) -> bool:
        """A `policy` version: whether it changed who is on the line. It does so where a member logs it: a
        newcomer's log begins with the same version, at no place that tells when.
        """
        found = policy_members(said)
        if found is None or found[0] <= self.version or said.author not in self.members:
            return False
        self.version, members = found
        came, left = members - self.members, self.members - members
        if self.complete():
            self.guests |= came
        for party in left:
            self._leave(party)
            self.guests.discard(party)
        self.members = set(members)
        return bool(came or left)

    def _leave(self, party: str) -> None:
        for parties in self.by.values():
            parties.pop(party, None)
        self.off.discard(party)
        self.reserved = [row for row in self.reserved if row.party != party]

    def required(self) -> set[str]:
        """Whose ratification an agreement waits for."""
        return self.members - self.guests - set(self.gone)

    def complete(self) -> str:
        """The terms that all who must have ratified, '' for none; of several those completed last."""
        wanted = self.required()
        if len(wanted) < LEAST_BOUND:
            return ""
        found: list[tuple[Key, str]] = []
        for made, parties in self.by.items():
            if parties and all(party in parties or party in self.unread for party in wanted):
                found.append((max(parties[party].key for party in wanted & set(parties)), made))
        return max(found, default=((0, "", 0), ""))[1]

    def force(self, key: Key, genesis: Parameters) -> InForce:
        """What holds from this place in the fold order on; interim where nothing does."""
        interim = InForce(key, genesis, True)
        made = self.complete()
        if not made or self.off:
            return interim
        body = self.texts[made]
        try:
            parameters = parameters_of(body, genesis)
        except Malformed:
            return interim
        return InForce(
            key,
            parameters,
            False,
            made,
            instant(body.in_force_from),
            instant(body.until),
            periods_ms(body),
            body.scope,
            body.disclosure or "",
        )


def policy_members(said: Said) -> tuple[int, frozenset[str]] | None:
    """Version and members of a `policy` entry; admission has checked who signed it."""
    note = said.header.record.get("policy")
    if not isinstance(note, str):
        return None
    try:
        version = parse_body(parse_note(note.encode()).text, DOMAIN, PolicyVersion, "bad-policy")
    except Malformed:
        return None
    return version.version, frozenset(version.policy.members)
