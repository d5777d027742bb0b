"""Sentences that outputs of the record carry, word for word as the specification has them."""

from __future__ import annotations

from typing import Final

AGREEMENT: Final = (
    "Use of this line is no recognition, consent, alliance or cooperation; no entry is an admission, a "
    "claim to territory or airspace, or a waiver; noting, silence, giving way and assistance create no right "
    "and no precedent."
)
"""messages.md, Kinds, `agreement`: every template, interim mode and evidence kit carries it."""

NOTIFICATION: Final = (
    "Notification changes no obligation under international humanitarian law, and its absence removes no "
    "protection."
)
"""boundary.md: every output about protected places says so."""

CERTIFICATE: Final = (
    "A no-reply certificate proves only that no answer stood in this log by this time: it is no evidence "
    "that an area, force or person does not exist, nor of consent."
)
"""boundary.md: a no-reply certificate says so."""

UNHEARD: Final = (
    "It says only that nothing dated after the deadline was heard of that log: not that no answer was given, nor "
    "that a log dated later does not exist. It is no evidence that an area, force or person does not exist, nor of "
    "consent."
)
"""design/record.md, Silence is evidence, grade `unheard`; boundary.md."""

PROVES: Final = (
    "It proves that the author's key said it, no later than the counterparty's clock says, and that the "
    "counterparty's system held it."
)
NOT_PROVED: Final = (
    "It does not prove that a person read it, that it was true, or that nothing else was said."
)
"""design/record.md, What a stranger checks."""

PLAY: Final = "EXERCISE EXERCISE EXERCISE"
"""messages.md, Header: on everything that is not REAL."""

FILED: Final = (
    "left out as a rule: a safety account stays outside kits unless two officers order it in; that it is one is "
    "what whoever made this kit says"
)
"""messages.md, Kinds, `encounter.report`: outside evidence kits by default, so that it is filed."""

SPAN: Final = (
    "A span shows every entry that its log took up between two checkpoints, and so what that log does not "
    "hold: it shows nothing of other logs, of other carriers, or of anything never logged."
)
ROOTS: Final = (
    "Whose keys these are was not checked: get the root fingerprint of each party named above from that "
    "party and check again with them."
)
