"""A pack holds what its period needs, shows it to any reader, and is built the same again."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.store.stream.feeds import readings
from tests.verify.pack import made
from tests.verify.pack.made import OCTOBER, packed

from tanlu.errors import TanluError
from tanlu.store.log import log_of
from tanlu.store.stream import retire_before
from tanlu.terms import schema
from tanlu.verify.offline import verify_pack
from tanlu.verify.pack import contents, verify


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return made.ledger(tmp_path_factory.mktemp("books"))


def both(workspace: Any, path: Path) -> tuple[str, str]:
    text = log_of(workspace).policy_text
    whole, small = verify(path, text), verify_pack(path, text)
    assert whole.verdict in ("verified", "verified with findings"), whole.findings
    assert {each.code for each in small.findings} <= {"TL729", "TL734"}
    return whole.verdict, small.verdict


def test_rows_of_every_sort_are_verified_by_both_verifiers(workspace: Any, tmp_path: Path) -> None:
    told = packed(workspace, tmp_path / "F.tlpack")
    names = zipfile.ZipFile(tmp_path / "F.tlpack").namelist()

    # the small one names the rows by market that it does not recalculate
    assert both(workspace, tmp_path / "F.tlpack") == ("verified", "verified with findings")
    assert told["emissions"] == sum(each["rows"] for each in told["totals"])
    assert names == sorted(names)


def test_a_round_across_the_border_comes_whole(workspace: Any, tmp_path: Path) -> None:
    packed(workspace, tmp_path / "F.tlpack")
    legs = zipfile.ZipFile(tmp_path / "F.tlpack").read("calc/legs.csv").decode()
    shares = zipfile.ZipFile(tmp_path / "F.tlpack").read("calc/shares.csv").decode()

    assert "e2" in legs
    assert "c2" in shares
    assert "n1" not in legs


def test_lines_tell_where_their_amounts_come_from(workspace: Any, tmp_path: Path) -> None:
    packed(workspace, tmp_path / "F.tlpack")
    legs = pl.read_csv(zipfile.ZipFile(tmp_path / "F.tlpack").read("calc/legs.csv"))
    origin = dict(legs.group_by("activity_id").agg(pl.col("from").first()).iter_rows())

    assert (origin["a1"], origin["o1"], origin["e1"]) == ("activity", "chain", "total")
    assert legs.filter(pl.col("activity_id") == "f1")["split"].drop_nulls().len() > 1


def test_what_was_corrected_and_quantified_anew_is_verified(tmp_path: Path) -> None:
    books = made.ledger(tmp_path)
    row = books.scan("activity").filter(pl.col("activity_id") == "a1").collect()
    again = row.with_columns(
        activity_id=pl.lit("a1b"), supersedes=pl.lit("a1"), mass_mg=pl.col("mass_mg") * 2
    )
    books.append("activity", schema("activity").fit(again))
    made.quantified(books)
    made.quantified(books, assured=True)
    packed(books, tmp_path / "F.tlpack")

    # twice the goods of the first leg leave the second one: that is told, and fails nothing
    found = verify(tmp_path / "F.tlpack", log_of(books).policy_text)

    assert both(books, tmp_path / "F.tlpack")[0] == "verified with findings"
    assert {each.code for each in found.findings} == {"TL787"}


def test_readings_beside_the_books_do_not_matter(tmp_path: Path) -> None:
    ledger = made.ledger(tmp_path)
    for first in (0, 10):
        ledger.append("reading", readings(first, 10))
    for _ in log_of(ledger).catch_up():
        pass
    assert len(list(retire_before(ledger, "reading", 600_000_000, reason="old"))) == 1
    packed(ledger, tmp_path / "F.tlpack")

    assert both(ledger, tmp_path / "F.tlpack") == ("verified", "verified with findings")


def test_the_same_ledger_gives_the_same_files_but_for_the_log(
    workspace: Any, tmp_path: Path
) -> None:
    packed(workspace, tmp_path / "A.tlpack")
    packed(workspace, tmp_path / "B.tlpack")
    one, two = (zipfile.ZipFile(tmp_path / f"{name}.tlpack") for name in "AB")
    differing = {name for name in one.namelist() if one.read(name) != two.read(name)}

    assert one.namelist() == two.namelist()
    assert {name.rpartition(".")[2] for name in differing} <= {"tlog-proof", "cose"}
    assert one.read("manifest.json") == two.read("manifest.json")


def test_personal_values_and_sources_stay_at_home(workspace: Any, tmp_path: Path) -> None:
    packed(workspace, tmp_path / "F.tlpack")
    roles = {each["role"] for each in contents(tmp_path / "F.tlpack")["files"]}
    names = zipfile.ZipFile(tmp_path / "F.tlpack").namelist()

    assert not [name for name in names if "personal" in name or "quarantine" in name]
    assert roles == {
        "policy", "head", "key", "batch", "workspace", "ledger", "part", "original", "leaves",
        "spec", "calc",
    }  # fmt: skip


def test_documents_go_along(workspace: Any, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear verifier", encoding="utf-8")
    beside = {"docs/letter.txt": tmp_path / "letter.txt"}
    packed(workspace, tmp_path / "F.tlpack", beside=beside, supersedes="0" * 64)
    told = contents(tmp_path / "F.tlpack")

    assert told["supersedes"] == "0" * 64
    assert "docs/letter.txt" in [each["path"] for each in told["files"]]
    assert both(workspace, tmp_path / "F.tlpack")[0] == "verified"


def test_a_name_that_no_pack_may_hold_is_refused(workspace: Any, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x", encoding="utf-8")

    with pytest.raises(TanluError, match="TL740"):
        packed(workspace, tmp_path / "F.tlpack", beside={"../x": tmp_path / "x"})
    assert not (tmp_path / "F.tlpack").exists()


def test_a_changed_part_is_not_shown(tmp_path: Path) -> None:
    books = made.ledger(tmp_path)
    packed(books, tmp_path / "F.tlpack")
    part = books.parts("emission")[0]
    path = books.path / part.file
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    with pytest.raises(TanluError, match="TL743"):
        packed(books, tmp_path / "G.tlpack")
    assert not list(tmp_path.glob("*G*"))


def test_a_period_without_emissions_is_refused(workspace: Any, tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL741"):
        packed(workspace, tmp_path / "F.tlpack", (0, OCTOBER[0] - 1))


def test_a_folder_that_is_not_there_is_named(workspace: Any, tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL614"):
        packed(workspace, tmp_path / "absent" / "F.tlpack")


def test_what_outgrows_the_archive_is_refused_before_it_is_stated(
    workspace: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(log_of(workspace).statements("pack"))
    monkeypatch.setattr("tanlu.verify.pack.making.MOST_BYTES", 100_000)

    with pytest.raises(TanluError, match="TL740"):
        packed(workspace, tmp_path / "F.tlpack")
    assert len(log_of(workspace).statements("pack")) == before
    assert list(tmp_path.iterdir()) == []
