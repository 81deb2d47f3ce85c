"""Each way to lie with a disclosure, and the code by which it is named."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from tests.store.activities import activities, emissions

from tanlu.errors import TanluError
from tanlu.store import disclose, open_workspace
from tanlu.store.log import begin_log
from tanlu.terms.disclosed import Disclosure
from tanlu.terms.proof import checkpoint, keys, note
from tanlu.verify.offline import check_disclosure
from tanlu.verify.offline.disclosure import Shown, _says, _values

WITNESS = keys.SigningKey(b"w" * 32)
NAME = "witness.example/a"
NOW = 2_000_000_000


def made(folder, name: str, rows: int = 300):
    workspace = open_workspace(folder / name, create=True)
    activity = activities(rows)
    workspace.append("activity", activity)
    workspace.append("emission", emissions(activity))
    log = begin_log(workspace, origin=f"test/{name}")
    list(log.catch_up())
    log.checkpoint()
    return workspace, log


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    return made(tmp_path_factory.mktemp("books"), "books")


@pytest.fixture(scope="module")
def subject(books) -> str:
    return books[0].scan("emission").collect()["activity_id"][77]


@pytest.fixture(scope="module")
def shown(books, subject) -> Disclosure:
    """A disclosure whose checkpoint a witness saw."""
    plain = Disclosure.decode(disclose(*books, subject, ["result", "parties"]))
    text = note.Note.parse(plain.note).text
    seen = checkpoint.cosign(text, NAME, WITNESS, NOW - 60)
    return plain._replace(signatures=(*plain.signatures, seen))


@pytest.fixture(scope="module")
def policy(books) -> str:
    vkey = note.Verifier(NAME, note.COSIGNATURE, WITNESS.public).vkey
    return f"log {books[1].vkey}\nwitness w {vkey}\nquorum w\n"


def check(held: Disclosure, policy: str, **more):
    return check_disclosure(held.encode(), policy, now_s=NOW, **more)


def test_it_says_who_what_how_much_when_and_what_is_withheld(books, shown, policy, subject) -> None:
    rows = books[0].scan("emission").collect().filter(activity_id=subject)
    found = check(shown, policy)
    (part,) = found.shown

    assert found.subject == subject
    assert not found.proved
    assert (found.origin, dict(found.cosigned)) == ("test/books", {"w": NOW - 60})
    assert sum(found.totals.values()) == rows["co2e_ug"].sum()
    assert part.key == keys.kid(books[1].preparer.public).hex()
    assert part.groups == ("result", "parties")
    assert set(part.withheld) == {"activity", "places"}
    assert "distance_m" in part.withheld["activity"]
    assert [row["emission_id"] for row in part.rows] == rows["emission_id"].to_list()
    assert [row["operator"] for row in part.rows] == rows["operator"].to_list()


def test_a_record_that_says_its_subject_proves_it(books, policy) -> None:
    rows = books[0].scan("emission").collect()
    name = rows["subject"][3]
    plain = disclose(*books, name, ["activity"])
    alone = books[1].policy_text

    assert check_disclosure(plain, alone).proved
    forged = Disclosure.decode(plain)._replace(subject="waybill:OTHER").encode()
    assert not check_disclosure(forged, alone).proved


@pytest.mark.parametrize(
    ("subject", "proved"),
    [("A1", True), ("shipment:A1", True), ("consignment:A1", False), ("vehicle:A1", False)],
)
def test_a_shipment_proves_no_other_kind_of_subject(subject: str, proved: bool) -> None:
    rows = ({"subject": "leg:7", "shipment": "A1", "consignment": None},)
    part = Shown("activity", 1, 1, "us", "", 0, rows, ("activity",), {})

    assert _says(subject, (part,)) is proved


@pytest.mark.parametrize("data", [b'1\n2,"', b"x,y", b'"a', b"1" * 200_000 + b",2"])
def test_a_sealed_line_that_is_none_is_named_and_no_crash(data: bytes) -> None:
    with pytest.raises(TanluError, match="TL852"):
        _values("emission", ["co2e_ug", "profile"], data)


def test_it_is_smaller_than_two_kilobytes(books, subject, shown) -> None:
    alone = disclose(*books, subject, ["result"])

    assert len(alone) < 1500
    assert len(shown.encode()) < 2048


def lie(shown: Disclosure, **changes) -> Disclosure:
    piece = shown.pieces[0]._replace(**changes)
    return shown._replace(pieces=(piece, *shown.pieces[1:]))


def swapped(values: tuple) -> tuple:
    return (values[1], values[0], *values[2:])


def test_a_value_in_place_of_another_is_named(shown, policy) -> None:
    data = shown.pieces[0].data
    changed = (data[0].replace(b"1", b"2", 1), *data[1:])

    with pytest.raises(TanluError, match="TL852"):
        check(lie(shown, data=changed), policy)


def test_swapped_salts_are_named(shown, policy) -> None:
    with pytest.raises(TanluError, match="TL852"):
        check(lie(shown, salts=swapped(shown.pieces[0].salts)), policy)


def test_another_group_under_this_place_is_named(books, subject, policy) -> None:
    held = Disclosure.decode(disclose(*books, subject, ["places"]))
    other = lie(held, groups=(1,))

    with pytest.raises(TanluError, match="TL852"):
        check_disclosure(other.encode(), books[1].policy_text)


def test_another_record_under_this_place_is_named(shown, policy) -> None:
    with pytest.raises(TanluError, match=r"TL85[02]"):
        check(lie(shown, records=tuple(row + 2 for row in shown.pieces[0].records)), policy)


def test_records_and_groups_beyond_the_part_are_named(shown) -> None:
    for change in ({"records": (10**6,)}, {"groups": (0, 9)}):
        piece = lie(shown, **change).pieces[0]
        one = piece._replace(records=piece.records[:1])
        with pytest.raises(TanluError, match=r"TL85[01]"):
            shown._replace(pieces=(one._replace(salts=one.salts[:2], data=one.data[:2]),)).encode()


def test_a_leaf_of_another_batch_is_named(tmp_path, shown, policy, subject) -> None:
    other = made(tmp_path, "other")
    theirs = Disclosure.decode(disclose(*other, subject, ["result", "parties"])).pieces[0]
    mine = lie(shown, salts=theirs.salts, data=theirs.data, path=theirs.path)

    with pytest.raises(TanluError, match="TL852"):
        check(mine, policy)


def test_a_batch_of_another_log_is_named(tmp_path, shown, policy, subject) -> None:
    other = made(tmp_path, "other")
    theirs = Disclosure.decode(disclose(*other, subject, ["result", "parties"])).pieces[0]
    mine = shown._replace(pieces=(theirs._replace(entry=shown.pieces[0].entry),))

    with pytest.raises(TanluError, match="TL853"):
        check(mine, policy)


def test_a_statement_of_other_content_is_named(shown, policy) -> None:
    statement = shown.pieces[0].statement
    later = statement._replace(signature=bytes(64))

    with pytest.raises(TanluError, match="TL853"):
        check(lie(shown, statement=later), policy)


def test_another_entry_of_the_log_is_named(shown, policy) -> None:
    wrong = lie(shown, entry=shown.pieces[0].entry ^ 1)

    with pytest.raises(TanluError, match=r"TL85[03]"):
        check(wrong, policy)


def test_another_root_or_size_is_named(shown, policy) -> None:
    with pytest.raises(TanluError, match="TL853"):
        check(shown._replace(root=bytes(32)), policy)


def test_the_policy_of_another_log_does_not_accept_it(tmp_path, shown) -> None:
    _, other = made(tmp_path, "other", 5)

    with pytest.raises(TanluError, match="TL125"):
        check(shown, other.policy_text)


def test_without_its_witness_it_is_not_accepted(shown, policy) -> None:
    with pytest.raises(TanluError, match="TL127"):
        check(shown._replace(signatures=shown.signatures[:1]), policy)


def test_a_forged_witness_is_named(shown, policy) -> None:
    seen = shown.signatures[1]
    forged = seen._replace(signature=seen.signature[:-1] + bytes([seen.signature[-1] ^ 1]))

    with pytest.raises(TanluError, match="TL126"):
        check(shown._replace(signatures=(shown.signatures[0], forged)), policy)


def test_an_old_witness_is_not_accepted(shown, policy) -> None:
    assert check(shown, policy, max_age_s=61)
    with pytest.raises(TanluError, match="TL128"):
        check(shown, policy, max_age_s=59)


def test_the_preparers_key_is_checked_when_it_is_known(books, shown, policy) -> None:
    assert check(shown, policy, public=books[1].preparer.public)
    with pytest.raises(TanluError, match="TL854"):
        check(shown, policy, public=WITNESS.public)


def test_a_line_of_the_wrong_number_of_values_is_named() -> None:
    from tanlu.verify.offline import disclosure

    with pytest.raises(TanluError, match="TL852"):
        disclosure._values("emission", ["a", "b"], b"1")
    assert disclosure._values("emission", [], b"") == {}


def test_no_changed_byte_changes_what_is_shown_and_none_crashes(shown, policy) -> None:
    data, whole = shown.encode(), check(shown, policy)
    passed, codes = 0, set()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        try:
            found = check_disclosure(bytes(changed), policy, now_s=NOW)
        except TanluError as error:
            codes.add(error.code[:4])
        else:
            # the subject is what the sender says; the last bits of deflated words say nothing
            assert replace(found, subject=whole.subject) == whole
            passed += 1

    assert codes == {"TL85", "TL12"}
    assert passed < 20


def test_no_piece_and_no_lengthening_of_it_passes(shown, policy) -> None:
    data = shown.encode()
    for cut in [*range(0, len(data), 29), len(data) - 1]:
        with pytest.raises(TanluError, match="TL850"):
            check_disclosure(data[:cut], policy, now_s=NOW)
    with pytest.raises(TanluError, match="TL850"):
        check_disclosure(data + b"\0", policy, now_s=NOW)


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_a_reader_made_from_the_format_document_alone_finds_the_same(
    shown, tmp_path, root, tongue
) -> None:
    (tmp_path / "shown.tld").write_bytes(shown.encode())
    page = root / "docs" / tongue / "reference" / "format.md"
    words = [sys.executable, "-I", root / "tests/verify/offline/reader.py"]
    done = subprocess.run(
        [*words, tmp_path / "shown.tld", page], capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)

    assert (found["subject"], found["root"]) == (shown.subject, shown.root.hex())
    assert [each["lines"] for each in found["shown"]] == [
        [data.decode() for data in piece.data] for piece in shown.pieces
    ]
    assert found["shown"][0]["entry"] == shown.pieces[0].statement.encode().hex()


def test_the_reader_refuses_a_changed_value(shown, tmp_path, root) -> None:
    data = shown.pieces[0].data
    changed = lie(shown, data=(data[0].replace(b"1", b"2", 1), *data[1:]))
    (tmp_path / "shown.tld").write_bytes(changed.encode())
    page = root / "docs" / "en" / "reference" / "format.md"
    words = [sys.executable, "-I", root / "tests/verify/offline/reader.py"]
    done = subprocess.run(
        [*words, tmp_path / "shown.tld", page], capture_output=True, text=True, check=False
    )

    assert "root of the part" in done.stderr
