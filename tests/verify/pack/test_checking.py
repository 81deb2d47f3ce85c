"""The fast verifier says what the small one says, and what only the whole program can say."""

from __future__ import annotations

import io
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.verify.offline.making import NOW_S, Draft, honest, trust, zipped
from tests.verify.pack import made
from tests.verify.pack.made import packed

from tanlu.account import spec
from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.factors.packs import adopt, pack_of
from tanlu.factors.packs.file import META, OPTIONAL
from tanlu.store import open_workspace
from tanlu.store.log import begin_log, log_of
from tanlu.verify.offline import verify_pack
from tanlu.verify.pack import checking, verify


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("books")
    books = made.ledger(folder)
    packed(books, folder / "F.tlpack")
    return folder / "F.tlpack", log_of(books).policy_text


def test_all_eleven_steps_are_told_with_their_figures(pack: tuple[Path, str]) -> None:
    told = verify(*pack).json()
    steps = {each["name"]: each for each in told["steps"]}

    assert told["verdict"] == "verified"
    assert [each["step"] for each in told["steps"]] == list(range(1, 12))
    assert steps["recalculation"]["replayed"]["differences"] == 0
    assert steps["recalculation"]["replayed"]["compared"] >= steps["recalculation"]["emissions"]
    assert steps["totals"]["emissions"] == sum(each["rows"] for each in told["totals"])


def test_both_verifiers_give_the_same_totals(pack: tuple[Path, str]) -> None:
    assert verify(*pack).facts["totals"] == verify_pack(*pack).facts["totals"]


@pytest.mark.parametrize("recalc", ["sample", "none"])
def test_less_can_be_asked_for(pack: tuple[Path, str], recalc: Any) -> None:
    found = verify(*pack, recalc=recalc)
    step = found.steps[6]

    assert found.verdict == "verified"
    assert step.state == ("skipped" if recalc == "none" else "holds")


def test_the_readers_policy_alone_counts(pack: tuple[Path, str]) -> None:
    found = verify(pack[0], trust())

    assert (found.exit, [each.code for each in found.findings]) == (2, ["TL735"])


def test_factor_packs_that_are_nowhere_leave_it_undecided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "F").write_bytes(zipped(honest(tmp_path).seal()))

    def gone(*_: object, **__: object) -> Any:
        raise TanluError("TL607", value="0" * 64)

    monkeypatch.setattr(checking, "replay", gone)
    found = verify(tmp_path / "F", trust(), now_s=NOW_S)

    assert (found.exit, [each.code for each in found.findings]) == (2, ["TL736"])


def test_a_file_that_is_not_there_or_no_pack_is_named(tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL705"):
        verify(tmp_path / "absent", trust())
    (tmp_path / "F").write_bytes(b"")
    found = verify(tmp_path / "F", trust())

    assert [each.code for each in found.findings] == ["TL705"]


def test_rules_of_another_version_leave_it_undecided(
    pack: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "rules_hash", lambda: "0" * 64)
    found = verify(*pack)

    assert (found.exit, {each.code for each in found.findings}) == (2, {"TL736"})
    assert "replayed" not in found.steps[6].facts


def with_part(draft: Draft, data: bytes) -> tuple[bytes, str]:
    """The pack with other bytes as its first part of emissions, signed anew; and where."""
    name = draft.part("emission")
    path = f"ledger/parts/emission/{name.rpartition('-')[2]}.parquet"
    draft.files[path] = data
    digest = sha256(data).hexdigest()
    draft.payloads[name]["part"] = bytes.fromhex(digest)
    for line in draft.lines:
        for part in line.get("parts", ()):
            if path.endswith(part["file"]):
                part["sha256"] = digest
    return zipped(draft.seal()), path.rpartition("/")[2]


def crowd() -> bytes:
    """Fifty million rows in a few bytes."""
    out = io.BytesIO()
    pl.repeat(1, 50_000_000, eager=True).alias("start").to_frame().write_parquet(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "made_", [lambda: b"PAR1" + bytes(40) + b"PAR1", crowd], ids=["no parquet", "a bomb"]
)
def test_a_part_that_is_none_is_named_and_crashes_nothing(
    made_: Callable[[], bytes], tmp_path: Path
) -> None:
    data, where = with_part(honest(tmp_path), made_())
    (tmp_path / "F").write_bytes(data)
    found = verify(tmp_path / "F", trust(), now_s=NOW_S)

    assert [each.code for each in found.findings] == ["TL720"]
    assert where in found.findings[0].where


def test_more_text_than_this_checker_takes_is_not_decided(
    pack: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MOST_TEXT", 100)
    found = verify(*pack)

    assert (found.exit, {each.code for each in found.findings}) == (2, {"TL736"})


def test_a_factor_pack_under_the_name_of_a_published_one_is_named(tmp_path: Path) -> None:
    first, *rest = library().packs
    told = {name: getattr(first, name) for name in (*META, *OPTIONAL)}
    sources = [{**row, "title": "another"} for row in first.tables["source"]]
    borrowed = pack_of(told, {**first.tables, "source": sources})
    books = open_workspace(tmp_path / "ledger", create=True)
    adopt(books, [borrowed, *rest], why="a library of our own")
    books.append("activity", made.rows())
    made.quantified(books)
    begin_log(books, origin=made.ORIGIN)
    packed(books, tmp_path / "F.tlpack")
    found = verify(tmp_path / "F.tlpack", log_of(books).policy_text)

    assert (found.exit, [(each.code, each.where) for each in found.findings]) == (
        3, [("TL747", f"{first.pack_id}@{first.semver}")]
    )  # fmt: skip
    assert found.facts["factorsets"][f"{first.pack_id}@{first.semver}"] == borrowed.hash


def test_nobody_knows_the_sample_beforehand(pack: tuple[Path, str]) -> None:
    whole = [verify(*pack, recalc="sample").steps[6].facts["replayed"]["seed"] for _ in range(2)]
    small = [verify_pack(*pack, recalc="sample").steps[6].facts["seed"] for _ in range(2)]

    assert len({*whole, *small}) == 4


def test_what_a_small_checker_takes_as_told_it_says(pack: tuple[Path, str]) -> None:
    told = verify_pack(*pack).steps[6].facts["taken_as_told"]

    assert told["cases"] == told["energy"] == 0
    assert min(told["chain"], told["share"]) > 0
    assert told["formulas"] == f"transport {spec().sha256}"
