"""The line that a kit speaks of: its genesis, every card that follows from it, and the keys at each position.

Leaves are judged by the same `admit` as on every node. A kit may hold a log in full or only the entries that
changed its keys; from those alone the state at any later index follows, but not that no other change stood
between: only a span from index 0 shows that (verify_text says which it was).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from steerclear.errors import Malformed
from steerclear.record.admit import Admitted, LogState, Outcome, admit
from steerclear.record.card import Card, parse_card
from steerclear.record.genesis import Line, parse_genesis
from steerclear.record.policy import PolicyState
from steerclear.record.tlog_policy import policy_file

_SOURCE = "design/record.md, Keys"


@dataclass
class LogHistory:
    """What the leaves of one log that a kit holds add up to, by index."""

    party: str
    epoch: int
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    policies: list[tuple[int, PolicyState]] = field(default_factory=list)

    def policy_at(self, size: int) -> PolicyState:
        """The newest policy logged below that size."""
        return [policy for since, policy in self.policies if since <= size][-1]


@dataclass
class LineView:
    """A checked genesis with all that the kit adds. `cards`: every card of each party, oldest first."""

    line: Line
    cards: dict[str, list[Card]]
    logs: dict[str, LogHistory]

    def learn(self, cards: Mapping[str, Card]) -> None:
        """Keeps cards that a checked policy or key entry brought."""
        for party, card in cards.items():
            held = self.cards.setdefault(party, [])
            if card not in held:
                held.append(card)


def read_line(genesis: bytes, cards: Mapping[str, bytes]) -> LineView:
    """The line of a signed genesis. `cards` are the kit's readable copies: each must stand in the genesis.

    Raises `Malformed`: `copy-differs`, and what genesis and cards raise.
    """
    line = parse_genesis(genesis)
    inside = {parse_card(text.encode()).card.party: text.encode() for text in line.genesis.cards}
    for party, copy in cards.items():
        if inside.get(party) != copy:
            raise Malformed("copy-differs", field=f"line/cards/{party}.note", source=_SOURCE)
    view = LineView(line, {}, {})
    view.learn(line.policy.cards)
    return view


def replay_log(
    view: LineView, log: str, leaves: Mapping[int, bytes], step: Callable[[], None] = lambda: None
) -> LogHistory:
    """Judges the leaves of one log in order of index and keeps the outcome of each in `view.logs`; `step` is called for
    each."""
    party, _, epoch = log.partition("/")
    history = view.logs.setdefault(log, LogHistory(party, int(epoch)))
    state = LogState(view.line, party, int(epoch))
    history.policies.append((0, state.policy))
    whole = True
    for index in sorted(leaves):
        whole = whole and index == state.size
        state.size = index
        outcome = admit(leaves[index], index, state)
        if isinstance(outcome, Admitted) and not whole:
            outcome = _without_chain_marks(outcome)
        history.outcomes[index] = outcome
        state.advance(outcome)
        step()
        if isinstance(outcome, Admitted) and outcome.change is not None:
            history.policies.append((index + 1, state.policy))
            view.learn(state.policy.cards)
            if state.ring is not None:
                view.learn({party: state.ring.card})
    return history


def log_policy_file(view: LineView, log: str) -> bytes:
    """What checkpoints of a replayed log must carry by the newest policy known of it, as a file (`tlog_policy`)."""
    _, state = view.logs[log].policies[-1]
    return policy_file(f"{view.line.id}/{log}", state.policy, view.cards)


def _without_chain_marks(outcome: Admitted) -> Admitted:
    """Marks about an officer's chain mean nothing where leaves between are not at hand."""
    marks = tuple([mark for mark in outcome.marks if mark.startswith("unknown-")])
    return Admitted(outcome.leaf, outcome.index, marks, outcome.change)


def parties(view: LineView) -> Iterator[str]:
    """Every party whose card is known, in order of id."""
    yield from sorted(view.cards)
