"""Keys: text forms, the strict Ed25519 rule, and secrets that do not print."""

from __future__ import annotations

import base64

import nacl.bindings as sodium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.record import keys
from support import vectors
from support.effort import examples

GOLDEN = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
ALGORITHMS = [keys.ED25519, keys.COSIGN_ED25519, keys.COSIGN_MLDSA44]
IDENTITY = b"\x01" + bytes(31)


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_text_forms_come_back(algorithm):
    signer = keys.generate("party/officer", algorithm)
    assert keys.parse_vkey(signer.verifier.vkey) == signer.verifier
    assert keys.signer_from_secret(keys.signer_to_secret(signer)) == signer
    assert signer.verifier.ref == f"party/officer+{signer.verifier.key_id.hex()}"
    message = b"what is said"
    assert signer.verifier.check_message(message, signer.sign_message(message))
    assert not signer.verifier.check_message(message + b"!", signer.sign_message(message))
    assert not signer.verifier.check_message(message, b"")


def test_a_published_key():
    key = keys.parse_vkey(GOLDEN)
    assert (key.name, key.key_id.hex(), key.algorithm) == (
        "example.com/log/testdata",
        "33d7b496",
        keys.ED25519,
    )
    assert key.vkey == GOLDEN


def test_the_same_bytes_under_another_algorithm_are_another_key():
    one = [keys.signer_from_seed("n", a, b"\x07" * 32).verifier for a in (keys.ED25519, keys.COSIGN_ED25519)]
    assert one[0].public == one[1].public
    assert one[0].key_id != one[1].key_id


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "bad-vkey"),
        ("name", "bad-vkey"),
        ("name+33d7b496", "bad-vkey"),
        (GOLDEN.replace("33d7b496", "33d7b497"), "wrong-key-id"),
        (GOLDEN.replace("33d7b496", "33D7B496"), "wrong-key-id"),
        (GOLDEN.replace("33d7b496", "3d7b496"), "bad-vkey"),
        (GOLDEN.replace("example", "example2"), "wrong-key-id"),
        (GOLDEN[:-1] + "y", "weak-key"),
        (GOLDEN[:-1], "bad-base64"),
        (GOLDEN + "\n", "bad-base64"),
        (GOLDEN + "é", "bad-vkey"),
        (GOLDEN.replace("example.com", "example com"), "bad-key-name"),
        (GOLDEN.replace("example.com/log/testdata", ""), "bad-key-name"),
        (GOLDEN.replace("example.com", "\ud800"), "bad-key-name"),
        ("n+00000000+", "bad-vkey"),
        ("n+00000000+" + base64.b64encode(b"\x02" + bytes(32)).decode(), "unknown-algorithm"),
        ("n+00000000+" + base64.b64encode(b"\x01" + bytes(31)).decode(), "bad-public-key"),
        ("n+00000000+" + base64.b64encode(b"\x01" + IDENTITY).decode(), "weak-key"),
        ("n+00000000+" + base64.b64encode(b"\x04" + bytes(32)).decode(), "weak-key"),
        ("n+00000000+" + base64.b64encode(b"\x01" + b"\xff" * 32).decode(), "weak-key"),
        ("n+00000000+" + base64.b64encode(b"\x06" + bytes(32)).decode(), "bad-public-key"),
    ],
)
def test_refused_vkeys(text, rule):
    assert rule_of(keys.parse_vkey, text) == rule


@given(
    st.text(max_size=60) | st.binary(max_size=40).map(lambda b: "n+00000000+" + base64.b64encode(b).decode())
)
def test_any_text_is_malformed_or_a_key(text):
    for parse in (keys.parse_vkey, keys.signer_from_secret, keys.box_public, keys.box_key):
        try:
            parse(text)
        except Malformed:
            continue
        assert parse is keys.box_key or parse is keys.box_public or text.count("+") >= 2


def test_a_secret_does_not_print_and_no_error_repeats_it():
    signer = keys.generate("party/officer")
    box = keys.box_generate()
    assert signer.seed.hex() not in repr(signer)
    assert box.hex not in repr(box)
    secret = keys.signer_to_secret(signer)
    for spoiled in (
        secret[:-2],
        secret + "x",
        secret.replace("officer", "0fficer"),
        secret.replace("PRIVATE", "P"),
    ):
        with pytest.raises(Malformed) as caught:
            keys.signer_from_secret(spoiled)
        assert secret[-20:-2] not in str(caught.value)


def test_cosigners_sign_no_plain_text():
    signer = keys.generate("party/mirror", keys.COSIGN_ED25519)
    with pytest.raises(ValueError, match="cosigner"):
        signer.sign(b"text\n")
    assert not signer.verifier.check(b"text\n", signer.sign_message(b"text\n"))
    plain = keys.generate("party/officer")
    assert plain.verifier.check(b"text\n", plain.sign(b"text\n").signature)


def test_box_keys():
    box = keys.box_generate()
    assert keys.box_key(box.hex) == box
    assert keys.box_public(box.public.hex) == box.public
    for low in (bytes(32), IDENTITY, bytes.fromhex("ec" + "ff" * 30 + "7f")):
        assert rule_of(keys.box_public, low.hex()) == "weak-key"
    for bad in ("", "00", box.public.hex[:-1], box.public.hex.upper() + "0", " " + box.public.hex):
        assert rule_of(keys.box_public, bad) == "bad-public-key"
    assert rule_of(keys.box_key, "00") == "bad-secret"


def test_wycheproof():
    cases = vectors.read_json(vectors.folder("ed25519") / "wycheproof.json")
    seen = 0
    for group in cases["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            good = keys.verify_ed25519(public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            assert good == (case["result"] == "valid"), case
            seen += 1
    assert seen == cases["numberOfTests"] == 151


def test_cctv_edge_cases_by_the_strict_rule():
    """Accepted only without any low-order or non-canonical part that could make two verifiers disagree;
    what is left are keys of mixed order, which are refused when a key is parsed."""
    cases = vectors.read_json(vectors.folder("ed25519") / "cctv.json")
    refusing = {"low_order_A", "low_order_R", "low_order_residue", "non_canonical_A", "non_canonical_R"}
    accepted = 0
    for case in cases:
        public, flags = bytes.fromhex(case["key"]), set(case["flags"] or [])
        good = keys.verify_ed25519(public, case["msg"].encode(), bytes.fromhex(case["sig"]))
        assert good == (not flags & refusing), case
        accepted += good
        if "low_order_component_A" in flags or "non_canonical_A" in flags:
            assert rule_of(keys.verifier, "n", keys.ED25519, public) == "weak-key"
    assert len(cases) == 914
    assert accepted == 43


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64), st.binary(min_size=64, max_size=64))
@settings(max_examples=examples(200))
def test_any_bytes_verify_to_a_bool(public, message, signature):
    assert keys.verify_ed25519(public, message, signature) is False


def test_signing_is_rfc8032():
    """RFC 8032, 7.1, test 2."""
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    signer = keys.signer_from_seed("n", keys.ED25519, seed)
    assert signer.verifier.public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert signer.sign_message(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert sodium.crypto_core_ed25519_is_valid_point(signer.verifier.public)
