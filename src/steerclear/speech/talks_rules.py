"""Acts of talks judged with what they follow: which need an entry to hang on, whose turn it is, which terms.

messages.md, Kinds, Talks. At the author's desk only; what arrives is stored, and the fold marks it.
"""

from __future__ import annotations

from collections.abc import Iterator

from steerclear.errors import Refused
from steerclear.speech.facts import HeaderFacts
from steerclear.speech.kinds.agreement import Agreement
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.meeting import Meeting
from steerclear.speech.kinds.provision import Provision, has_wording
from steerclear.speech.parameters import TOGETHER, refused
from steerclear.speech.refusing import no
from steerclear.speech.terms import MAKING, numbers_of, terms_hash

_SOURCE = "messages.md, Talks"
_FOLLOW = ("reserve", "suspend", "resume", "withdraw")


def wrong(body: Body, facts: HeaderFacts) -> Iterator[Refused]:
    """What is wrong with an act of talks, seen with the header and the entry in refs[0]."""
    if isinstance(body, Meeting):
        yield from _meeting(body, facts)
    elif isinstance(body, Provision):
        if not facts.refs and not has_wording(body):
            rule = "a provision begins with its wording"
            yield no("wording-required", "body.text", rule, "give the text, or name the provision", _SOURCE)
    elif isinstance(body, Agreement):
        yield from _agreement(body, facts)


def _meeting(body: Meeting, facts: HeaderFacts) -> Iterator[Refused]:
    begins = body.act == "propose"
    if begins and facts.refs:
        rule = "a proposal begins a meeting"
        yield no("refs-of-proposal", "refs", rule, "leave refs out; name the last round in `after`", _SOURCE)
    if not begins and not facts.refs:
        rule = f"{body.act} is about a meeting"
        yield no("subject-required", "refs", rule, "name the proposal in refs[0]", _SOURCE)
    if body.as_chair and facts.author != facts.line.chair:
        rule = f"it is the turn of {facts.line.chair or 'nobody'} to convene"
        yield no("not-the-chair", "body.as_chair", rule, "leave it out: every party may propose", _SOURCE)
    for i, action in enumerate(body.actions):
        if action.owner not in facts.line.members:
            rule = f"{action.owner} is no member of this line"
            yield no("not-a-member", f"body.actions[{i}].owner", rule, "name a member", _SOURCE)
    only_chair = all(signer.roles == {"chair"} for signer in facts.signers)
    if facts.signers and only_chair and body.act not in ("propose", "counter_propose"):
        rule = "a chair may convene, and nothing else"
        yield no("chair-only-convenes", "signers", rule, "have the watch or a releaser sign it", _SOURCE)


def _agreement(body: Agreement, facts: HeaderFacts) -> Iterator[Refused]:
    if body.act in ("accede", "reserve") and not facts.refs:
        rule = f"{body.act} names a ratification"
        yield no("subject-required", "refs", rule, "name it in refs[0]", _SOURCE)
    over = refused(numbers_of(body), facts.line.genesis) if body.act in MAKING else None
    if (
        over is not None
        and over.code in TOGETHER
        and not (body.parameters or {}).keys() >= TOGETHER[over.code]
    ):
        rule = "the numbers of an agreement hold together with those that the genesis leaves standing"
        yield no(over.code, f"body.{over.field}", rule, over.remedy, over.source)
    held = facts.subject.body if facts.subject is not None else None
    stands = terms_hash(held) if isinstance(held, Agreement) and held.act in MAKING else ""
    if body.act == "accede" and stands and stands != terms_hash(body):
        rule = "an accession takes the terms as they stand"
        yield no("other-terms", "body", rule, "say the same terms; reserve what you do not take on", _SOURCE)
    if body.act == "reserve" and isinstance(held, Agreement) and held.articles:
        known = {article.number for article in held.articles}
        for i, number in enumerate(body.provisions):
            if number not in known:
                rule = f"the agreement has no provision {number}"
                yield no(
                    "unknown-provision", f"body.provisions[{i}]", rule, "name one of its numbers", _SOURCE
                )
