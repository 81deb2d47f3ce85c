"""Values of a case are those of the factors that it names, to the last bit."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.verify.offline.making import NOW_S, Draft, drafted, ledger, trust

from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.factors.packs.file import packed
from tanlu.factors.packs.load import factors
from tanlu.verify.offline import verify_pack
from tanlu.verify.offline.calc.factors import bound, rows_of
from tanlu.verify.offline.calc.table import Case


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    return drafted(ledger(tmp_path_factory.mktemp("packs")), packs=True)


@pytest.fixture
def draft(once: Draft) -> Draft:
    return once.copy()


def report(draft: Draft) -> Any:
    return verify_pack(io.BytesIO(draft.pack()), trust(), now_s=NOW_S)


def test_the_factors_of_a_file_are_those_of_the_library() -> None:
    for pack in library().packs:
        told = rows_of(packed(pack), pack.hash)
        assert sorted(told) == sorted({row["factor_id"] for row in factors(pack)})


def test_every_case_of_an_honest_pack_follows_from_its_factors(draft: Draft) -> None:
    found = report(draft)

    assert (found.exit, found.steps[6].facts["bound"], found.steps[6].facts["unbound"]) == (0, 3, 0)


@pytest.mark.parametrize("column", ["ttw_co2e_g", "wtt_co2e_g", "ttw_n2o_g", "rate_slope"])
def test_a_value_that_is_not_the_factors_is_named(draft: Draft, column: str) -> None:
    names, rows = draft.table("cases")
    row = next(row for row in rows if row[names.index(column)] not in ("", "0.0"))
    row[names.index(column)] = repr(float(row[names.index(column)]) * 0.9)
    draft.retable("cases", names, rows)
    found = {(each.code, each.where) for each in report(draft).findings}

    assert ("TL725", f"calc/cases.csv:{rows.index(row) + 1}") in found


def test_no_gram_is_left_out(draft: Draft) -> None:
    names, rows = draft.table("cases")
    for name in [name for name in names if name.startswith("ttw_") and name.endswith("_g")]:
        rows[0][names.index(name)] = "0.0"
    draft.retable("cases", names, rows)

    assert ("TL725", "calc/cases.csv:1") in {(e.code, e.where) for e in report(draft).findings}


def test_a_factor_that_no_pack_has_is_named(draft: Draft) -> None:
    names, rows = draft.table("cases")
    rows[0][names.index("factor_id")] = "0" * 16
    draft.retable("cases", names, rows)

    assert ("TL738", "calc/cases.csv:1") in {(e.code, e.where) for e in report(draft).findings}


def test_a_pack_of_other_content_is_not_the_one_that_the_ledger_used(draft: Draft) -> None:
    pack = library().packs[0]
    content = json.loads(gzip.decompress(packed(pack)))
    content["tables"]["factor"][0]["value"] = "1"
    changed = gzip.compress(json.dumps(content).encode())
    for wrong in (changed, b"", b"{}", b"\x1f\x8b", b"[" * 99_999, gzip.compress(b'{"tables":3}')):
        with pytest.raises(TanluError, match="TL738"):
            rows_of(wrong, pack.hash)
    assert draft


def test_no_cell_hides_others_under_the_hash_of_the_published_pack() -> None:
    pack = library().packs[-1]
    content = json.loads(gzip.decompress(packed(pack)))
    row = content["tables"]["factor"][0]
    first, second = sorted(name for name in row if row[name])[:2]
    row[first] += f"\x1f{second}={row.pop(second)}"

    with pytest.raises(TanluError, match="TL738"):
        rows_of(json.dumps(content).encode(), pack.hash)


def test_a_pack_that_swells_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanlu.verify.offline.calc.factors.MOST_BYTES", 1000)

    with pytest.raises(TanluError, match="TL736"):
        rows_of(packed(library().packs[0]), library().packs[0].hash)


def case(factor: str, method: str = "energy", **inputs: Any) -> Case:
    said = {"factor_id": factor, "gwp_set": "AR6", "method": method}
    return Case(None, "", said, inputs)  # type: ignore[arg-type]


FUEL = {
    "boundary": "ttw", "activity": "energy.fuel", "form": "scalar", "numerator": "kg",
    "denominator": "MJ", "co2_fossil": "0.07",
}  # fmt: skip
GRAMS = {"ttw_co2_fossil_g": 70.0, "ttw_co2e_g": 70.0, "rate_empty": 0.0, "rate_slope": 1.0}


def test_a_fuel_gives_its_grams_and_no_other_case() -> None:
    known = {"a": FUEL}

    assert bound(case("a", **GRAMS), known) == ""
    assert bound(case("model/a", "learned", **GRAMS), known) == ""
    assert bound(case("a", **GRAMS | {"ttw_co2e_g": 69.0}), known) == "ttw_co2e_g, wtt_co2e_g"
    assert bound(case("a", **GRAMS | {"wtt_co2e_g": 1.0}), known) == "ttw_co2e_g, wtt_co2e_g"
    assert bound(case("a", **GRAMS | {"rate_slope": 0.5}), known) == "rate_slope"
    for other in ({"form": "hourly"}, {"denominator": "CNY"}, {"denominator": "nobody"}):
        assert bound(case("a", **GRAMS), {"a": FUEL | other}) is None
    with pytest.raises(TanluError, match="TL738"):
        bound(case("model/a", **GRAMS), known)


def test_electricity_is_upstream_or_its_generation_apart() -> None:
    grid = FUEL | {"activity": "energy.electricity", "boundary": "generation"}
    names = ("co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio", "n2o", "unsplit", "co2e")
    nought = {f"ttw_{gas}_g": 0.0 for gas in names}
    chain = nought | {"wtt_co2_fossil_g": 70.0, "wtt_co2e_g": 70.0}
    rate = {"rate_empty": 0.0, "rate_slope": 1.0}

    assert bound(case("a", **chain, **rate), {"a": grid}) == ""
    assert bound(case("a", **GRAMS), {"a": grid}) == ""
    assert bound(case("a", **nought, **rate), {"a": grid}) == "ttw_co2e_g, wtt_co2e_g"


def test_a_leak_counts_by_the_potential_of_its_gas() -> None:
    # R-134a: 1,530 under AR6 (IPCC 2021, table 7.SM.7)
    assert bound(case("gwp/AR6/R-134a", ttw_co2e_g=1_530_000.0), {}) == ""
    assert bound(case("gwp/AR6/R-134a", ttw_co2e_g=1_430_000.0), {}) == "ttw_co2e_g"


BAD: list[Callable[[dict[str, str]], dict[str, str]]] = [
    lambda row: row | {"co2_fossil": "1e999999999"}, lambda row: row | {"co2_fossil": "x"},
    lambda row: row | {"numerator": "furlong"},
    lambda row: {name: value for name, value in row.items() if name != "activity"},
]  # fmt: skip


@pytest.mark.parametrize("change", BAD)
def test_a_row_that_cannot_be_read_is_named(change: Any) -> None:
    with pytest.raises(TanluError, match="TL738"):
        bound(case("a", **GRAMS), {"a": change(FUEL)})


TEXTS = (
    "", "0", "-1", "1e99", "1e999", "nan", "x", "kg", "MJ", "t.km", "h", "ttw", "wtt", "energy",
    "generation", "linear_load", "hourly", "energy.electricity", "CNY", "\x00", "9" * 40,
)  # fmt: skip


def answer(factor: str, method: str, known: dict[str, dict[str, str]]) -> str | None:
    try:
        return bound(case(factor, method, **GRAMS), known)
    except TanluError as error:
        return error.code


@settings(max_examples=300)
@given(st.data())
def test_whatever_a_row_says_an_answer_comes(data: st.DataObject) -> None:
    names = [*FUEL, "value", "value_empty", "value_full", "capacity_t", "load_default",
             "empty_default", "co2e_published", "ch4_bio"]  # fmt: skip
    known = {
        each: FUEL | data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(TEXTS)))
        for each in "abc"
    }
    factor = data.draw(st.sampled_from(["a", "a/b", "a+b", "a/b+c", "m/a", "", "/", "gwp/AR6/x"]))
    method = data.draw(st.sampled_from(["energy", "learned"]))
    found = answer(factor, method, known)

    assert found is None or isinstance(found, str)
