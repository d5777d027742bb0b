"""The genesis of a line and the later versions of its policy."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_world import Party, found

from steerclear.errors import Malformed
from steerclear.record import card as cards
from steerclear.record import genesis, keys, policy
from steerclear.record.genesis import make_genesis, parse_genesis
from steerclear.record.policy import Policy, apply_version, next_version, quorum_size

A, B, C, D = Party("alfa"), Party("bravo"), Party("charlie"), Party("delta")
LINE = found(A, B)
WITNESS = keys.signer_from_seed("witness.example/w1", keys.COSIGN_ED25519, b"\x09" * 32).verifier.vkey


def rule_of(call, *args, **kwargs) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args, **kwargs)
    return caught.value.rule


def made(*parties: Party, **options):
    return make_genesis([one.card() for one in parties], template="interim", nonce="0" * 32, **options)


def test_a_genesis_founds_a_line():
    line = found(B, A, exercise=True, parameters={"minimum_m": 5500, "name": "x"})
    assert line.id == genesis.line_id(genesis.genesis_text(line.genesis))
    assert line.founders == tuple(sorted((A.id, B.id)))
    assert line.exercise
    assert line.parameters["minimum_m"] == 5500
    assert set(line.policy.cards) == {A.id, B.id}
    assert (line.policy.version, line.policy.hash) == (1, line.id)
    assert genesis.origin(line.id, A.id) == f"{line.id}/{A.id}/1"


def test_the_order_of_founders_does_not_matter_but_the_nonce_does():
    assert found(A, B).id == found(B, A).id == LINE.id
    other = make_genesis([A.card(), B.card()], template="interim", nonce="1" * 32)
    assert genesis.line_id(genesis.genesis_text(other)) != LINE.id


def test_every_founder_s_quorum_signs():
    text = genesis.genesis_text(made(A, B))
    parse_genesis(cards.sign_text(text, [*A.roots(), *B.roots(count=3)]))
    for signers in (
        A.roots(),
        [*A.roots(), *B.roots(count=1)],
        [*A.roots(), *B.roots(), *C.roots()],
        [*A.roots(), *B.roots(), B.roots()[0]],
    ):
        assert rule_of(parse_genesis, cards.sign_text(text, signers)) == "no-quorum"


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"cosigners": 2}, "bad-policy"),
        ({"cosigners": -1}, "bad-policy"),
        ({"witness_quorum": 1}, "bad-policy"),
        ({"witnesses": (A.key("node").verifier.vkey,)}, "bad-policy"),
        ({"witnesses": (WITNESS, WITNESS)}, "bad-policy"),
        ({"parameters": {"minimum": 1.5}}, "float"),
        ({"quorum": "most"}, "bad-genesis"),
    ],
)
def test_a_genesis_that_cannot_be_kept(options, rule):
    assert rule_of(lambda: genesis.genesis_text(made(A, B, **options))) == rule


def test_a_genesis_that_can():
    genesis.genesis_text(made(A, B, witnesses=(WITNESS,), witness_quorum=1, quorum="two_thirds", cosigners=0))


def test_cards_and_members_agree():
    good = made(A, B)
    alone = msgspec.structs.replace(good, cards=good.cards[:1])
    assert rule_of(genesis.genesis_text, alone) == "bad-genesis"
    assert rule_of(genesis.genesis_text, made(A)) == "bad-policy"
    for fields in ({"template": "A B"}, {"nonce": "0"}, {"cards": ("x", "y")}):
        with pytest.raises(Malformed):
            genesis.genesis_text(msgspec.structs.replace(good, **fields))


@given(st.binary(max_size=200))
def test_any_bytes_are_malformed(data):
    with pytest.raises(Malformed):
        parse_genesis(data)


def test_every_tenth_byte_of_a_genesis_matters():
    for at in range(0, len(LINE.note), 10):
        with pytest.raises(Malformed):
            parse_genesis(LINE.note[:at] + bytes((LINE.note[at] ^ 1,)) + LINE.note[at + 1 :])


def version(state, *parties: Party, new=(), signers=(), **fields) -> bytes:
    members = tuple(sorted(one.id for one in parties))
    made_version = next_version(state, Policy(members), new)
    made_version = msgspec.structs.replace(made_version, **fields)
    roots = [root for one in signers for root in one.roots()]
    return cards.sign_text(policy.policy_text(made_version), roots)


def test_all_members_let_a_newcomer_in():
    state = apply_version(LINE.policy, version(LINE.policy, A, B, C, new=[C.card()], signers=(A, B)))
    assert state.version == 2
    assert set(state.cards) == {A.id, B.id, C.id}
    after = apply_version(state, version(state, A, B, signers=(A, B, C)))
    assert set(after.cards) == {A.id, B.id}
    short = version(state, A, B, signers=(A, B))
    assert rule_of(apply_version, state, short) == "no-quorum"


def test_two_thirds_where_the_genesis_says_so():
    assert [quorum_size("two_thirds", n) for n in (2, 3, 4, 5, 6)] == [2, 2, 3, 4, 4]
    assert quorum_size("all", 5) == 5
    line = found(A, B, C, quorum="two_thirds")
    apply_version(line.policy, version(line.policy, A, B, C, D, new=[D.card()], signers=(A, C)))
    one = version(line.policy, A, B, C, D, new=[D.card()], signers=(A,))
    assert rule_of(apply_version, line.policy, one) == "no-quorum"
    newcomer = version(line.policy, A, B, C, D, new=[D.card()], signers=(A, D))
    assert rule_of(apply_version, line.policy, newcomer) == "no-quorum"


def test_versions_follow_each_other_on_one_line():
    base = LINE.policy
    assert rule_of(apply_version, base, version(base, A, B, signers=(A, B), version=3)) == "wrong-version"
    wrong = version(base, A, B, signers=(A, B), previous="0" * 64)
    assert rule_of(apply_version, base, wrong) == "wrong-version"
    assert rule_of(apply_version, base, version(base, A, B, signers=(A, B), line="0" * 64)) == "wrong-line"
    assert rule_of(apply_version, base, version(base, A, B, C, signers=(A, B))) == "bad-policy"
    good = version(base, A, B, signers=(A, B))
    assert rule_of(apply_version, apply_version(base, good), good) == "wrong-version"


def test_a_renewed_card_follows_from_the_old():
    base = LINE.policy
    rotated = A.card(1)
    data = cards.sign_text(
        policy.policy_text(next_version(base, base.policy, [rotated])), [*A.roots(1), *B.roots()]
    )
    assert apply_version(base, data).cards[A.id] == rotated.card
    stolen = A.card(next="0" * 64)
    data = cards.sign_text(
        policy.policy_text(next_version(base, base.policy, [stolen])), [*A.roots(), *B.roots()]
    )
    assert rule_of(apply_version, base, data) == "foreign-card"
