"""Judgement: does what is planned conflict with what else is planned, and with the areas to keep away from; do two
moving things lose their separation.

A pure function of notices and of the agreement's parameters: both sides compute the same answer, and so can
a stranger years later. Any room above may call it, and so may anybody's Python program; it reads no clock,
file or network, decides nothing, stores nothing, and says nothing of no conflict without what it did not
judge.

    rules = Rules(Parameters(), agreement)
    judge_pair(a, b, rules)                every answer about two notices
    ActiveSet(rules).check(notice)         one against all that stand
    compare(before, after)                 an update: what is new, worse, kept, lessened, resolved
    judge_two(a, b, rules)                 two moving things: State → MoverJudgement (separation/)
    judge_file(document)                   the what-if of a file
"""

from steerclear.judgement.active import ActiveSet
from steerclear.judgement.answer import (
    JUDGE_VERSION,
    MUTUAL,
    Apart,
    Check,
    GivesWay,
    Judgement,
    Side,
    Where,
    conflict_id,
    judgement_hash,
)
from steerclear.judgement.booking import booked_km3_h
from steerclear.judgement.compare import Changes, compare
from steerclear.judgement.giveway import gives_way
from steerclear.judgement.notice import Notice
from steerclear.judgement.pair import Ready, judge_pair, make_ready
from steerclear.judgement.reading import notice_of
from steerclear.judgement.rules import Rules
from steerclear.judgement.separation import measures
from steerclear.judgement.separation.answer import MoverJudgement, movers_hash
from steerclear.judgement.separation.judge import judge_movers, judge_two
from steerclear.judgement.separation.state import Fix, State
from steerclear.judgement.separation.words import explain_movers
from steerclear.judgement.whatif import judge_all, judge_file, schemas
from steerclear.judgement.words import explain

__all__ = [
    "JUDGE_VERSION",
    "MUTUAL",
    "ActiveSet",
    "Apart",
    "Changes",
    "Check",
    "Fix",
    "GivesWay",
    "Judgement",
    "MoverJudgement",
    "Notice",
    "Ready",
    "Rules",
    "Side",
    "State",
    "Where",
    "booked_km3_h",
    "compare",
    "conflict_id",
    "explain",
    "explain_movers",
    "gives_way",
    "judge_all",
    "judge_file",
    "judge_movers",
    "judge_pair",
    "judge_two",
    "judgement_hash",
    "make_ready",
    "measures",
    "movers_hash",
    "notice_of",
    "schemas",
]
