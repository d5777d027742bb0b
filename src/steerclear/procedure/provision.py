"""The machine of a `provision`: open, closer, agreed, by each party's position on a wording (A6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from steerclear.procedure.context import Context
from steerclear.procedure.said import Said
from steerclear.procedure.talks import Provision, ProvisionParty, ProvisionState, Step, Wording
from steerclear.procedure.thread import Thread
from steerclear.speech.kinds.provision import Provision as Body
from steerclear.speech.kinds.provision import has_wording, wording_hash


def provision(thread: Thread, context: Context) -> Provision | None:
    """The provision as one value; None where nothing of it can be read here."""
    parties = (thread.root.author, *(party for party in thread.to if party != thread.root.author))
    said = [s for s in thread.entries if isinstance(s.body, Body) and s.author in parties]
    if not said:
        return None
    words = _wordings(said)
    steps: list[Step] = []
    for count, one in enumerate(said, start=1):
        state = _state(parties, _stands(parties, said[:count], words))
        if not steps or steps[-1].state != state:
            steps.append(Step(state, one.at_ms, one.id))
    stands = _stands(parties, said, words)
    state = _state(parties, stands)
    brought = [one for one in said if has_wording(one.body)]  # type: ignore[arg-type]
    standing = stands[parties[0]].wording if state == "agreed" else words[brought[-1].id] if brought else ""
    text = next((one.body for one in reversed(brought) if words[one.id] == standing), said[0].body)
    assert isinstance(text, Body)
    return Provision(
        state=state,
        number=text.number or "",
        title=text.title or "",
        wording=standing,
        text=text.text or "",
        parameters=dict(text.parameters or {}),
        guarantees=tuple(one.for_whom for one in text.guarantees),
        wordings=tuple(Wording(words[one.id], one.author, one.id, one.at_ms) for one in brought),
        parties=tuple(_row(stands[party], standing) for party in parties),
        steps=tuple(steps),
        in_force=bool(text.number) and (text.number, text.text) in context.articles,
    )


def _wordings(said: Sequence[Said]) -> Mapping[str, str]:
    """Entry → hash of the wording that it is about: its own, else that of the entry it names, else the one
    that stood before it.
    """
    out: dict[str, str] = {}
    newest = ""
    for one in said:
        assert isinstance(one.body, Body)
        if has_wording(one.body):
            newest = out[one.id] = wording_hash(one.body)
        else:
            named = one.header.refs[0] if one.header.refs else ""
            out[one.id] = out.get(named, newest)
    return out


def _stands(
    parties: Sequence[str], said: Sequence[Said], words: Mapping[str, str]
) -> dict[str, ProvisionParty]:
    """Each party's newest position."""
    out = {party: ProvisionParty(party) for party in parties}
    for one in said:
        assert isinstance(one.body, Body)
        out[one.author] = ProvisionParty(one.author, one.body.position, words[one.id], one.id, one.at_ms)
    return out


def _state(parties: Sequence[str], stands: Mapping[str, ProvisionParty]) -> ProvisionState:
    """Agreed: all to one wording. Closer: nobody is still open. A single open one keeps it open."""
    rows = [stands[party] for party in parties]
    if any(row.position in ("", "open") for row in rows):
        return "open"
    same = len({row.wording for row in rows}) == 1
    return "agreed" if same and all(row.position == "agreed" for row in rows) else "closer"


def _row(row: ProvisionParty, standing: str) -> ProvisionParty:
    other = row.position == "agreed" and row.wording != standing
    return ProvisionParty(row.party, row.position, row.wording, row.entry, row.said_ms, other)
