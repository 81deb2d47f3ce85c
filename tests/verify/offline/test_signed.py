"""Statements are judged by the keys of their place, proofs by one checkpoint and the policy."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.verify.offline import making
from tests.verify.offline.making import NOW_S, Draft, enrolled, honest, trust, zipped

from tanlu.terms.proof import keys, policy, proofs
from tanlu.verify.offline import signed
from tanlu.verify.offline.archive import Archive
from tanlu.verify.offline.report import Book

OTHER = keys.SigningKey(b"o" * 32)


@pytest.fixture
def draft(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    place: Path = tmp_path_factory.getbasetemp() / "signed-once"
    place.mkdir(exist_ok=True)
    return honest(place)


def found(files: dict[str, bytes], text: str = "", **options: Any) -> set[tuple[str, str]]:
    archive, book = Archive(io.BytesIO(zipped(files))), Book()
    book.begin(4)
    stated = signed.read(archive, [name for name in files if name.endswith(".cose")], book)
    signed.admitted(stated, book)
    asked = {"max_age_s": None, "now_s": NOW_S} | options
    signed.proved(stated, policy.Policy.parse(text or trust()), book, **asked)
    return {(each.code, each.where) for each in book}


def test_an_honest_pack_is_stated_and_proved(draft: Draft) -> None:
    assert found(draft.seal()) == set()


def test_a_key_that_was_never_enrolled_signs_nothing(draft: Draft) -> None:
    draft.signer = OTHER

    assert ("TL714", "statement.cose") in found(draft.seal())


@pytest.mark.parametrize("role", ["verifier", "device", "carrier"])
def test_who_does_not_prepare_the_numbers_does_not_state_them(draft: Draft, role: str) -> None:
    draft.others.append(("keys/INDEX.cose", making.PREPARER, "key", enrolled(OTHER, role, "O")))
    files = draft.seal()
    pack = signed.cose.Statement.decode(files["statement.cose"]).content
    files["statement.cose"] = making.stated(OTHER, "pack", pack)

    codes = {each for each in found(files) if each[1] == "statement.cose"}
    assert ("TL714", "statement.cose") in codes


def test_a_second_preparer_may_state_from_his_place_on(draft: Draft) -> None:
    told = enrolled(OTHER, "preparer", "O")
    draft.others.append(("keys/INDEX.cose", making.PREPARER, "key", told))
    assert found(draft.seal()) == set()


def test_a_signature_that_does_not_hold_is_named(draft: Draft) -> None:
    files = draft.seal()
    files["head.cose"] = files["head.cose"][:-1] + bytes((files["head.cose"][-1] ^ 1,))

    assert ("TL713", "head.cose") in found(files)


def test_a_statement_that_the_log_does_not_hold_is_named(draft: Draft) -> None:
    files = draft.seal()
    pack = signed.cose.Statement.decode(files["statement.cose"]).content
    files["statement.cose"] = making.stated(making.PREPARER, "pack", {**pack, "more": 1})

    assert found(files) == {("TL715", "statement.tlog-proof")}


def test_all_proofs_end_in_one_checkpoint(draft: Draft) -> None:
    files = draft.seal()
    later = replace(draft, at_s=NOW_S + 1).seal()
    files["head.tlog-proof"] = later["head.tlog-proof"]

    assert ("TL715", "statement.cose") in found(files)


def test_two_entries_do_not_have_one_place(draft: Draft) -> None:
    files = draft.seal()
    one = proofs.TlogProof.decode(files["head.tlog-proof"])
    files["head.tlog-proof"] = replace(one, index=one.index - 1).encode()

    assert {("TL715", "head.cose"), ("TL715", "head.tlog-proof")} & found(files)


def test_the_pack_is_stated_after_all_that_it_is_about(draft: Draft) -> None:
    draft.others.append(("keys/INDEX.cose", making.PREPARER, "key", enrolled(OTHER, "device", "O")))
    files = draft.seal()
    for end in (".cose", ".tlog-proof"):
        files["keys/7" + end], files["statement" + end] = (
            files["statement" + end],
            files["keys/6" + end],
        )
    assert any(code in ("TL712", "TL715") for code, _ in found(files))


POLICIES: list[tuple[Callable[[str], str], str]] = [
    (lambda text: text.replace("witness", "#witness", 1).replace("all 1 2", "all 2"), ""),
    (lambda text: text.replace("quorum g", "quorum none"), ""),
    (lambda text: "\n".join(["log " + making.vkey("other", 1, OTHER), "quorum none"]), "TL735"),
    (lambda text: "\n".join(
        [f"log {making.vkey(making.ORIGIN, 1, making.LOG)}",
         "witness x " + making.vkey("x", 4, OTHER), "quorum x"]), "TL716"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), POLICIES)
def test_the_readers_own_policy_decides(draft: Draft, change: Any, code: str) -> None:
    assert {each for each, _ in found(draft.seal(), change(trust()))} == ({code} if code else set())


def test_too_few_witnesses_or_too_old_ones_are_named(draft: Draft) -> None:
    few = replace(draft, witnesses=draft.witnesses[:1]).seal()

    assert found(few) == {("TL716", "statement.tlog-proof")}
    assert found(few, trust("any")) == set()
    old = {"max_age_s": 60, "now_s": NOW_S + 61}
    assert found(draft.seal(), **old) == {("TL717", "statement.tlog-proof")}
    assert found(draft.seal(), max_age_s=60, now_s=NOW_S + 60) == set()


def test_bytes_that_are_no_statement_or_proof_are_named(draft: Draft) -> None:
    for name in ("head.cose", "head.tlog-proof"):
        files = draft.seal()
        files[name] = files[name][:50]
        assert ("TL712", "head.cose") in found(files)


def test_a_statement_of_another_type_is_not_taken_for_the_one_wanted(draft: Draft) -> None:
    files = draft.seal()
    one, two = draft.part("activity"), draft.part("emission")
    files["head.cose"], files["head.tlog-proof"] = (
        files[f"batches/{one}.cose"], files[f"batches/{one}.tlog-proof"],
    )  # fmt: skip
    assert ("TL712", "head.cose") in found(files)
    assert two
