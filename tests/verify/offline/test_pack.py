"""A pack is verified from its bytes and a policy alone; whatever the bytes are, a report comes."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.verify.offline import making, mutating
from tests.verify.offline.making import NOW_S, Draft, honest, trust, zipped

from tanlu.errors import TanluError, catalogue
from tanlu.verify.offline import verify_pack

MUTATED = 1_000


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    return honest(tmp_path_factory.mktemp("pack"))


@pytest.fixture
def draft(once: Draft) -> Draft:
    return once.copy()


def report(data: bytes, **options: Any) -> Any:
    return verify_pack(io.BytesIO(data), trust(), **({"now_s": NOW_S} | options))


def named(files: dict[str, bytes]) -> set[tuple[str, str]]:
    return {(each.code, each.where) for each in report(zipped(files)).findings}


def test_an_honest_pack_is_verified_in_eleven_steps(draft: Draft) -> None:
    found = report(draft.pack())

    assert (found.verdict, found.exit, found.findings) == ("verified", 0, ())
    assert [each.state for each in found.steps] == ["holds"] * 11
    told = found.steps[6].facts.pop("taken_as_told")
    assert (told["cases"], told["share"]) == (3, 4)
    assert found.steps[6].facts == {
        "cases": 3, "lines": 3, "activity": 4, "share": 4, "bound": 0, "unbound": 3,
    }  # fmt: skip
    assert found.facts["totals"] == draft.about["totals"]
    assert found.steps[4].facts["cosigned"] == {"1": NOW_S, "2": NOW_S}


def test_a_file_or_its_name_is_taken_and_an_absent_one_refused(
    draft: Draft, tmp_path: Path
) -> None:
    place = tmp_path / "x.tlpack"
    place.write_bytes(draft.pack())

    assert verify_pack(place, trust(), now_s=NOW_S).exit == 0
    with pytest.raises(TanluError, match="TL705"):
        verify_pack(tmp_path / "absent", trust())


def test_a_policy_that_is_none_is_refused_before_anything_is_read(draft: Draft) -> None:
    with pytest.raises(TanluError, match="TL124"):
        verify_pack(io.BytesIO(draft.pack()), "nonsense")


@pytest.mark.parametrize("data", [b"", b"x", b"PK\x05\x06" + bytes(18), bytes(10**6)])
def test_bytes_that_are_no_pack_are_refused_with_a_report(data: bytes) -> None:
    assert report(data).exit == 1


def test_every_byte_of_every_file_counts(draft: Draft) -> None:
    files = draft.seal()
    for name in files:
        changed = bytearray(files[name])
        changed[len(changed) // 2] ^= 1
        assert report(zipped(files | {name: bytes(changed)})).exit in (1, 2), name


def test_a_dropped_an_added_and_a_renamed_file_are_named(draft: Draft) -> None:
    files = draft.seal()
    name = "calc/cases.csv"
    less = {path: data for path, data in files.items() if path != name}

    assert named(less) == {("TL710", name)}
    assert named(files | {"docs/a": b""}) == {("TL710", "docs/a")}
    assert named(less | {"calc/shares2.csv": files[name]}) == {
        ("TL710", name), ("TL710", "calc/shares2.csv"),
    }  # fmt: skip


def test_another_policy_text_in_the_pack_changes_nothing(draft: Draft) -> None:
    draft.files["policy.txt"] = b"log of nobody"

    assert report(draft.pack()).exit == 0


def test_a_total_that_the_rows_do_not_give_is_named(draft: Draft) -> None:
    draft.about["totals"][0]["co2e_ug"] = "1"
    found = report(draft.pack())

    assert (found.exit, found.counts) == (1, {"TL727": 2})


def test_a_part_left_out_with_all_its_hashes_is_named(draft: Draft) -> None:
    name = draft.part("emission")
    draft.about["parts"] = [
        part for part in draft.about["parts"] if making.of_part(part["file"]) != name
    ]
    for path in list(draft.files):
        if name in path.replace("/", "-"):
            del draft.files[path]
    del draft.payloads[name]

    assert ("TL719", f"parts/emission/{name[9:]}.parquet") in {
        (each.code, each.where) for each in report(draft.pack()).findings
    }


def test_leaves_of_another_part_are_named(draft: Draft) -> None:
    one, two = draft.part("emission"), draft.part("emission", 1)
    files = draft.files
    paths = [f"leaves/{name}.entries" for name in (one, two)]
    files[paths[0]], files[paths[1]] = files[paths[1]], files[paths[0]]

    assert {each.code for each in report(draft.pack()).findings} == {"TL720"}


def test_factor_packs_are_those_that_the_ledger_adopted(draft: Draft) -> None:
    less = draft.copy()
    less.about["factorsets"] = less.about["factorsets"][1:]
    draft.about["factorsets"][0]["hash"] = "0" * 64

    assert report(less.pack()).counts == {"TL738": 1}
    assert report(draft.pack()).counts == {"TL738": 2}


def test_what_the_ledger_found_wrong_is_a_finding_of_the_pack(draft: Draft) -> None:
    import polars as pl

    def worse(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.lit("error").alias("severity"))

    draft.rewrite(draft.part("finding"), worse)
    found = report(draft.pack())

    assert (found.exit, found.counts, found.findings[0].where) == (
        3, {"TL729": 1}, "TL503 activity:x1",
    )  # fmt: skip


def test_a_pack_of_an_unknown_version_cannot_be_decided(draft: Draft) -> None:
    draft.edit = lambda about: about.update(v=2)

    assert (report(draft.pack()).exit, report(draft.pack()).counts) == (2, {"TL707": 1})


def test_more_rows_than_fit_cannot_be_decided(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanlu.verify.offline.rows.MOST_ROWS", 3)

    assert report(draft.pack()).counts == {"TL736": 1}

    monkeypatch.setattr("tanlu.verify.offline.pack.MOST_LEDGER", 3)
    assert report(draft.pack()).counts == {"TL706": 1}


def test_a_credential_and_a_disclosure_are_looked_at(draft: Draft) -> None:
    draft.files["credentials/a.jwt"] = b"x.y.z"
    draft.files["disclosures/a.cbor"] = b"\xa0"

    assert {(each.code, each.where) for each in report(draft.pack()).findings} == {
        ("TL707", "credentials/a.jwt"), ("TL733", "disclosures/a.cbor"),
    }  # fmt: skip


def mutate(once: Draft, numbers: range) -> dict[str, int]:
    verdicts: dict[str, int] = {}
    good = once.pack()
    for number in numbers:
        data = mutating.mutated(once, random.Random(number))
        found = report(data, max_age_s=100)
        verdicts[found.verdict] = verdicts.get(found.verdict, 0) + 1
        assert all(each.code in catalogue() and each.where for each in found.findings), number
        assert found.json()["exit"] == found.exit
        if data == good:
            assert found.exit == 0
    return verdicts


def test_mutated_packs_give_a_report_and_nothing_else(once: Draft) -> None:
    found = mutate(once, range(MUTATED))

    assert sum(found.values()) == MUTATED
    assert found["failed"] > MUTATED * 0.8


@pytest.mark.slow
def test_many_more_mutated_packs_give_a_report_and_nothing_else(once: Draft) -> None:
    many = 1_000_000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 20_000
    found = mutate(once, range(MUTATED, MUTATED + many))

    assert sum(found.values()) == many


def test_the_room_needs_no_engine_and_no_library_but_that_of_signatures() -> None:
    code = (
        "import sys, tanlu.verify.offline as o\n"
        "o.verify_pack\n"
        "bad = [m for m in ('polars', 'numpy', 'duckdb', 'pyarrow') if m in sys.modules]\n"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
