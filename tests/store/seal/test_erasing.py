"""A driver asks to be erased (PIPL art. 47, GDPR art. 17)."""

from __future__ import annotations

from hashlib import sha256, shake_256

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.store import disclose, open_workspace, restore, verify_proof
from tanlu.store.groups import GROUPS, SALT
from tanlu.store.ledger.manifest import Manifest
from tanlu.store.ledger.persons import erased, names
from tanlu.store.log import audit, begin_log
from tanlu.store.seal.sealed import open_sealed
from tanlu.verify.offline import check_disclosure
from tests.store.activities import activities

PLATES = ["沪A10001", "沪A10002", "沪A10003"]


@pytest.fixture
def driven(workspace, tmp_path, result):
    """200 activities of three plates, their file and their plates apart, sealed."""
    file = tmp_path / "trips.csv"
    file.write_text("\n".join(PLATES))
    source = {"file": workspace.originals.put(file), "name": "trips.csv"}
    plates = workspace.pseudonyms(pl.Series("plate", PLATES))
    rows = activities(200).with_columns(
        vehicle=pl.Series([plates[at % 3] for at in range(200)]), consignee=pl.lit("MARKT 王")
    )
    personal = pl.DataFrame({"pseudonym": plates, "field": "plate", "value": PLATES})
    workspace.append("activity", rows, source=source, personal=personal)
    result(workspace.seal())
    return workspace


def test_after_it_no_leaf_of_the_person_can_be_made_again_from_anything_on_the_disk(
    driven,
) -> None:
    (entry,) = driven.parts("activity")
    before = open_sealed(driven, entry)
    mine = before.frame.with_row_index("at").filter(
        pl.col("vehicle") == driven.pseudonyms(pl.Series([PLATES[0]]))[0]
    )["at"]
    group = GROUPS.index("activity")
    leaves = {before.place(at, group): at for at in mine}
    hashes = {place: before.node(0, place) for place in leaves}
    salts = {before.salt(place) for place in leaves}
    driven.erase(PLATES[0], reason="asked")

    # not as bytes of any file, and not from any 32 bytes of any key as a key
    disk = [path.read_bytes() for path in driven.path.rglob("*") if path.is_file()]
    assert not any(salt in data for data in disk for salt in salts)
    keys = b"".join(path.read_bytes() for path in (driven.path / "keys").iterdir())
    for at in range(len(keys) - 31):
        for domain in (b"tanlu/salt/v1", b"tanlu/salt/v2"):
            row = shake_256(domain + keys[at : at + 32]).digest(SALT * 4 * 64)
            assert salts.isdisjoint(row[each : each + SALT] for each in range(0, len(row), SALT))
    after = open_sealed(driven, entry)
    for place, record in leaves.items():
        zeros = sha256(b"\x00" + bytes(SALT) + before.data(record, group)).digest()
        assert zeros != hashes[place] == after.node(0, place)


def test_what_is_of_others_is_proved_as_before(driven) -> None:
    root = driven.manifest.lines[-1]["seals"][0]["root"]
    driven.erase(PLATES[0], reason="asked")

    for row in range(0, 200, 7):
        wanted = ["places"] if row % 3 == 0 else None
        proof = driven.prove("activity", 1, row, wanted)
        assert verify_proof(proof)
    assert driven.log("seal")[0]["seals"][0]["root"] == root


def test_a_proof_given_before_still_holds(driven) -> None:
    proof = driven.prove("activity", 1, 3, ["activity"])
    driven.erase(PLATES[0], reason="asked")

    assert verify_proof(proof)


def test_nothing_erased_is_shown_any_more(driven) -> None:
    driven.erase(PLATES[0], reason="asked")

    with pytest.raises(TanluError, match=r"TL855.*erased"):
        driven.prove("activity", 1, 0, ["activity"])


def test_values_and_the_file_are_gone_and_those_of_others_stay(driven, result) -> None:
    facts = driven.erase(PLATES[0], reason="asked")
    disk = b"".join(
        path.read_bytes() for path in driven.path.rglob("*") if path.suffix != ".parquet"
        and path.is_file()
    )  # fmt: skip

    assert driven.scan("personal").collect()["value"].to_list() == PLATES[1:]
    assert PLATES[0].encode() not in disk
    assert [file.split("/")[0] for file in facts["files"]] == ["personal", "originals"]
    assert (facts["leaves"], facts["kept"]) == (67, 0)
    assert result(driven.check())["findings"] == []


def test_a_guess_leads_to_another_pseudonym(driven) -> None:
    old = driven.pseudonyms(pl.Series([PLATES[0]]))[0]
    driven.erase(PLATES[0], reason="asked")

    assert names.known(driven.path, driven.secret, PLATES[0]) is None
    assert driven.pseudonyms(pl.Series([PLATES[0]]))[0] != old
    assert (
        driven.pseudonyms(pl.Series([PLATES[1]]))[0]
        in driven.scan("activity").collect()["vehicle"].to_list()
    )


def test_an_export_made_afterwards_has_it_not(driven, tmp_path, result) -> None:
    salt = open_sealed(driven, driven.parts("activity")[0]).salt(64)
    facts = driven.erase(PLATES[0], reason="asked")
    result(driven.export(tmp_path / "books.tanlu"))
    result(restore(tmp_path / "books.tanlu", tmp_path / "again"))
    exported = (tmp_path / "books.tanlu").read_bytes()
    again = open_workspace(tmp_path / "again")

    assert PLATES[0].encode() not in exported
    assert salt not in exported
    assert again.scan("personal").collect()["value"].to_list() == PLATES[1:]
    assert result(again.check())["findings"] == []
    assert facts["version"] == again.version


def test_each_deed_is_logged_with_its_reason_and_without_the_value(driven) -> None:
    driven.erase(PLATES[0], reason="asked by letter")
    lines = driven.log("retire")

    assert [sorted({"leaves", "pseudonym"} & line.keys()) for line in lines] == [
        [], [], ["leaves"], ["pseudonym"],
    ]  # fmt: skip
    assert {line["reason"] for line in lines} == {"asked by letter"}
    assert PLATES[0] not in str(lines)


def test_a_death_after_the_line_is_made_good_by_the_next_writer(
    driven, monkeypatch, result
) -> None:
    def dies(folder, manifest: Manifest, line) -> None:
        if "leaves" in line or "pseudonym" in line:
            raise KeyboardInterrupt
        real(folder, manifest, line)

    real = erased.erase
    monkeypatch.setattr(erased, "erase", dies)
    with pytest.raises(KeyboardInterrupt):
        driven.erase(PLATES[0], reason="asked")
    monkeypatch.setattr(erased, "erase", real)
    found = result(open_workspace(driven.path).check())["findings"]
    assert any("was not erased" in each for each in found)
    with open_workspace(driven.path).writer():
        pass

    assert result(open_workspace(driven.path).check())["findings"] == []


def test_a_pseudonym_may_be_given_in_place_of_a_value(driven) -> None:
    found = driven.pseudonyms(pl.Series([PLATES[1]]))[0]

    assert driven.erase(found, reason="asked")["pseudonym"] == found
    assert driven.scan("personal").collect().height == 2


def test_the_last_person_of_a_part_leaves_no_empty_part(driven) -> None:
    for plate in PLATES:
        driven.erase(plate, reason="asked")

    assert driven.scan("personal").collect().height == 0
    assert names.read(driven.path) == {}


def test_somebody_unknown_is_refused(driven) -> None:
    with pytest.raises(TanluError, match="TL856"):
        driven.erase("京B00000", reason="asked")


def test_seals_of_an_earlier_version_keep_salts_and_say_so(driven, monkeypatch, result) -> None:
    from tanlu.store.seal import erasing

    lines = {file: {"part": file} for file in erasing.sealed_parts(driven.manifest)}
    monkeypatch.setattr(erasing, "sealed_parts", lambda _: lines)

    assert driven.erase(PLATES[0], reason="asked")["kept"] == 67


def test_check_and_audit_of_the_log_stay_green(driven, result) -> None:
    log = begin_log(driven, origin="test/books")
    result(log.catch_up())
    before = log.checkpoint()
    driven.erase(PLATES[0], reason="asked by letter")
    result(log.catch_up())
    log.checkpoint()
    told = [each.statement for each in log.statements("erasure")]

    assert result(driven.check())["findings"] == []
    assert result(audit(driven.path))["findings"] == []
    assert len(told) == 4
    assert b"letter" not in b"".join(each.payload for each in told)
    assert before != log.checkpoint()


def test_what_is_disclosed_of_others_is_checked_as_before(driven, result) -> None:
    log = begin_log(driven, origin="test/books")
    result(log.catch_up())
    log.checkpoint()
    driven.erase(PLATES[0], reason="asked")
    rows = driven.scan("activity").collect()
    gone, other = rows["activity_id"][0], rows["activity_id"][1]

    shown = disclose(driven, log, other, ["activity"], table="activity")
    assert check_disclosure(shown, log.policy_text).shown[0].rows[0]["activity_id"] == other
    with pytest.raises(TanluError, match=r"TL855.*erased"):
        disclose(driven, log, gone, ["activity"], table="activity")
    kept = disclose(driven, log, gone, ["places"], table="activity")
    assert check_disclosure(kept, log.policy_text)
