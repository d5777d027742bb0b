"""The `introduce` entry: the words that were heard are compared with the card of the genesis, here, then it is said."""

from __future__ import annotations

import sys
from argparse import Namespace
from hashlib import sha256
from typing import Any

from steerclear.cli import client, codes
from steerclear.cli.faults import stop


def introduce(args: Namespace) -> int:
    """Compare, then say it like any other entry."""
    from steerclear.cli import saying
    from steerclear.units import format_time

    who = client.officer(args)
    party, text = _card(args, who)
    same = _compared(args, text)
    body: dict[str, Any] = {
        "peer": party,
        "card": sha256(text).hexdigest(),
        "same": same,
        "carrier": args.carrier,
    }
    body["at"] = format_time(who.now_ms // 1000 * 1000)
    if args.compared_with:
        body["compared_with"] = args.compared_with
    members = [row["party"] for row in who.get("/members") if not row["own"]]
    mode = "EXERCISE" if who.get()["exercise_line"] else "REAL"
    draft = {"kind": "introduce", "mode": mode, "to": members, "body": body}
    saying.complete(args, who, draft, [who.key])
    return codes.OK


def _card(args: Namespace, who: client.Officer) -> tuple[str, bytes]:
    """(party, text of its card) of the member that is meant."""
    from steerclear.record.card import parse_card

    line = _genesis(args, who)
    names = who.names()
    notes = [note.encode() for note in line.genesis.cards]
    notes += [args.card.read_bytes()] if args.card is not None else []
    cards = {card.card.party: card for card in map(parse_card, notes)}
    others = [party for party in cards if party != who.party]
    fits = [
        p for p in others if not args.party or args.party in (names.get(p), p) or p.startswith(args.party)
    ]
    if len(fits) != 1:
        known = ", ".join(names.get(party, party[:8]) for party in others)
        raise stop("which-party", "PARTY", "whose card was compared?", f"name one of: {known}")
    return fits[0], cards[fits[0]].text


def _genesis(args: Namespace, who: client.Officer) -> Any:
    """The line's genesis: the file given, whose hash is the line's id, so that no node is trusted for the cards; else
    the one in this folder's store."""
    from steerclear.cli import stopped
    from steerclear.record.genesis import parse_genesis

    if args.genesis is not None:
        line = parse_genesis(args.genesis.read_bytes())
        if line.id != who.line:
            raise stop(
                "other-line", "--genesis", "this is another line's genesis", f"bring that of {who.line}"
            )
        return line
    with stopped.opened(args.home, read_only=True) as store:
        return parse_genesis(store.lines()[who.line][0])


def _compared(args: Namespace, text: bytes) -> bool:
    """Whether the words that were heard are those of the card. Raises `Stop` when they differ and nobody said so."""
    from steerclear.record.words import parse_words, words_of

    if args.differ:
        return False
    spoken = args.words
    if not spoken:
        if not sys.stdin.isatty():
            raise stop(
                "no-words", "--words", "nobody to ask here", "give the twelve words as they were heard"
            )
        print("The twelve words as you hear them: ", end="", file=sys.stderr, flush=True)
        spoken = sys.stdin.readline()
    heard, ours = parse_words(spoken), words_of(text)
    if heard != ours:
        places = [str(n) for n, (a, b) in enumerate(zip(heard, ours, strict=True), 1) if a != b]
        raise stop(
            "words-differ",
            "words",
            f"word {', '.join(places)} of 12 is not that of the card in this line's genesis",
            "ask again; if they stay different somebody stands between you: say so with --differ",
        )
    return True
