"""Data Integrity proofs come out as in the W3C's vectors, and hold for nothing else."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.proof import credential, keys

KEY = keys.SigningKey(bytes(range(32)))
CREATED = "2026-11-21T08:00:00Z"
DOCUMENT = {"@context": ["https://www.w3.org/ns/credentials/v2"], "kg": 12, "路": "碳"}


@pytest.fixture(scope="session")
def vectors(shared):
    return shared / "data" / "standards" / "tlog" / "vc-di-eddsa" / "TestVectors"


def test_the_w3c_vector_comes_out_byte_for_byte(vectors) -> None:
    pair = json.loads(vectors.joinpath("keyPair.json").read_text("utf-8"))
    seed = credential.unmultibase(pair["privateKeyMultibase"])[2:]
    wanted = json.loads(vectors.joinpath("eddsa-jcs-2022/signedJCS.json").read_text("utf-8"))
    options, bare = wanted["proof"], {k: v for k, v in wanted.items() if k != "proof"}

    made = credential.secure(
        bare,
        keys.SigningKey(seed),
        created=options["created"],
        method=options["verificationMethod"],
    )

    assert made == wanted
    assert (
        credential.did_key(keys.SigningKey(seed).public) == f"did:key:{pair['publicKeyMultibase']}"
    )


def test_the_w3c_vectors_hold_and_their_steps_agree(vectors) -> None:
    folder = vectors / "eddsa-jcs-2022"
    signed = json.loads(folder.joinpath("signedJCS.json").read_text("utf-8"))
    bare = {name: value for name, value in signed.items() if name != "proof"}
    public = credential.public_of(signed["proof"]["verificationMethod"])

    assert credential.holds(signed, public)
    assert credential.canonical(bare) == folder.joinpath("canonDocJCS.txt").read_bytes()
    options = json.loads(folder.joinpath("proofConfigJCS.json").read_text("utf-8"))
    assert credential.canonical(options) == folder.joinpath("proofCanonJCS.txt").read_bytes()


def test_what_is_signed_here_holds_here_and_by_its_did_key() -> None:
    made = credential.secure(DOCUMENT, KEY, created=CREATED)

    assert credential.public_of(made["proof"]["verificationMethod"]) == KEY.public
    assert credential.holds(made, KEY.public)


@pytest.mark.parametrize(
    "changed",
    [
        {"kg": 13},
        {"more": 1},
        {"@context": ["https://example.org/other"]},
        {"proof": None},
        {"proof": {}},
        {"proof": {"type": "DataIntegrityProof", "proofValue": 7}},
    ],
)
def test_another_document_does_not_hold(changed) -> None:
    made = credential.secure(DOCUMENT, KEY, created=CREATED)

    assert not credential.holds({**made, **changed}, KEY.public)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("created", "2026-11-21T08:00:01Z"),
        ("proofPurpose", "authentication"),
        ("cryptosuite", "eddsa-rdfc-2022"),
        ("type", "Ed25519Signature2020"),
        ("proofValue", "z1"),
        ("proofValue", "u1"),
        ("more", 2**60),
    ],
)
def test_other_options_do_not_hold(field, value) -> None:
    made = credential.secure(DOCUMENT, KEY, created=CREATED)
    made["proof"] = {**made["proof"], field: value}

    assert not credential.holds(made, KEY.public)


def test_another_key_does_not_hold() -> None:
    made = credential.secure(DOCUMENT, KEY, created=CREATED)

    assert not credential.holds(made, keys.SigningKey(bytes(32)).public)


def test_a_context_added_at_the_end_changes_nothing_that_was_signed() -> None:
    made = credential.secure(DOCUMENT, KEY, created=CREATED)
    made["@context"] = [*DOCUMENT["@context"], "https://example.org/more"]

    assert credential.holds(made, KEY.public)


@pytest.mark.parametrize("document", [{"proof": {}}, {"n": 2**60}, {"n": float("nan")}])
def test_what_has_no_one_form_is_not_signed(document) -> None:
    with pytest.raises(TanluError, match="TL136"):
        credential.secure(document, KEY, created=CREATED)


@pytest.mark.parametrize("method", ["did:web:example.org", "did:key:z6LSbysY", "did:key:u7", ""])
def test_only_an_ed25519_did_key_names_a_key(method) -> None:
    with pytest.raises(TanluError, match="TL136"):
        credential.public_of(method)


# draft-msporny-base58-03 section 5
@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Hello World!", "z2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "z11233QC4"),
        (b"", "z"),
    ],
)
def test_base_58_comes_out_as_its_draft_shows(data, text) -> None:
    assert credential.multibase(data) == text
    assert credential.unmultibase(text) == data


@given(st.binary(max_size=80))
def test_base_58_survives_the_way_there_and_back(data) -> None:
    assert credential.unmultibase(credential.multibase(data)) == data


# RFC 8785 section 3.2.2 and 3.2.3: numbers, escapes, order of names by UTF-16 units
def test_the_examples_of_rfc_8785_come_out() -> None:
    numbers = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    wanted = (
        '{"literals":[null,true,false],'
        '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    names = {
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One", "\U0001f600": "Emoji: Grinning Face", "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }  # fmt: skip

    assert credential.canonical(numbers).decode() == wanted
    assert list(json.loads(credential.canonical(names))) == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33",
    ]  # fmt: skip


# RFC 8785 appendix B: bits of a double and its one text
@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_the_numbers_of_rfc_8785_come_out(bits, text) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    assert credential.canonical(number).decode() == text


@pytest.mark.parametrize("bits", ["7fffffffffffffff", "7ff0000000000000"])
def test_numbers_that_are_none_are_refused(bits) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    with pytest.raises(TanluError, match="TL136"):
        credential.canonical(number)


def test_a_proof_of_another_suite_is_not_read_as_one_of_ours() -> None:
    for field, value in (("type", "Other"), ("cryptosuite", "eddsa-rdfc-2022")):
        options = {**credential.secure(DOCUMENT, KEY, created=CREATED)["proof"], field: value}
        del options["proofValue"]
        signature = KEY.sign(credential._signed(options, DOCUMENT))
        proof = {**options, "proofValue": credential.multibase(signature)}

        assert not credential.holds({**DOCUMENT, "proof": proof}, KEY.public)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_is_no_ed25519_key(size) -> None:
    method = f"did:key:{credential.multibase(credential.ED25519_PUBLIC + bytes(size))}"

    with pytest.raises(TanluError, match="TL136"):
        credential.public_of(method)
