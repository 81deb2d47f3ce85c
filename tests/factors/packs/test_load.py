from __future__ import annotations

import csv
import importlib.util
import re
import shutil
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.factors import classes, library, resolve
from tanlu.factors.compose import KEY
from tanlu.factors.packs.load import canonical, load
from tanlu.terms import schema


def test_every_row_has_source_year_place_unit_boundary_and_clause():
    table = library().factors
    for name in ("source_id", "data_year", "place", "numerator", "denominator", "boundary"):
        assert table[name].null_count() == 0
    bare = table.filter(pl.col("clause").is_null() & (pl.col("status") != "assumption"))
    assert bare["derivation"].null_count() == 0


def test_every_source_is_licensed_for_redistribution():
    sources = library().sources
    assert set(sources["redistribution"]) == {"yes"}
    assert sources["licence"].str.len_bytes().min() > 0


def test_identities_are_unique_and_rows_fit_the_schema():
    table = library().factors
    assert table["factor_id"].n_unique() == table.height
    assert schema("factor").check(table).height == table.height


def test_there_are_at_least_thirty_classes_named_in_two_tongues():
    table = classes()
    assert table.height >= 30
    assert table.filter(pl.col("en").eq("") | pl.col("zh").eq("")).height == 0


def test_published_gases_sum_to_the_published_co2e():
    for items in library().rows:
        row = dict(items)
        if not (row.get("co2_fossil") and row.get("ch4_fossil") and row.get("co2e_published")):
            continue
        # The UK edition weighs with CH4 28 and N2O 265 (AR5) whatever the origin of the methane.
        parts = Decimal(row["co2_fossil"]) + 28 * Decimal(row["ch4_fossil"])
        total = parts + 265 * Decimal(row.get("n2o") or "0")
        assert abs(total - Decimal(row["co2e_published"])) <= Decimal("0.0000151"), row["clause"]


def test_every_derived_curve_is_what_its_derivation_says():
    checked = 0
    for row in library().vehicles.to_dicts():
        for name, value in re.findall(r"(empty|full|value)=([0-9.*/]+);", row["derivation"]):
            column = "mj_full" if name == "full" else "mj_empty"
            assert Decimal(row[column]) == _evaluated(value), row["class"]
            checked += 1
    assert checked > 190


def _evaluated(text: str) -> Decimal:
    first, *rest = re.split(r"([*/])", text)
    total = Decimal(first)
    for sign, number in zip(rest[::2], rest[1::2], strict=True):
        total = total * Decimal(number) if sign == "*" else total / Decimal(number)
    return total.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def test_the_hash_does_not_depend_on_the_order_of_columns():
    row = dict(library().rows[0])
    assert canonical(row) == canonical(dict(reversed(row.items())))


def test_a_changed_value_changes_the_hash_of_the_library(tmp_path):
    before = _pack(tmp_path / "a", "1.5")
    after = _pack(tmp_path / "b", "1.6")
    assert load([before]).hash != load([after]).hash


def test_a_row_without_source_is_refused_with_its_reason(tmp_path):
    home = _pack(tmp_path / "a", "1.5", source="nobody")
    with pytest.raises(TanluError) as caught:
        load([home])
    assert caught.value.code == "TL202"
    assert "nobody" in str(caught.value)


def test_the_same_identity_twice_is_refused(tmp_path):
    home = _pack(tmp_path / "a", "1.5", times=2)
    with pytest.raises(TanluError):
        load([home])


def _pack(home, value, *, source="s", times=1):
    home.mkdir()
    (home / "pack.toml").write_text(
        'pack_id = "own"\nsemver = "1"\ntitle = "t"\ntitle_zh = "t"\nlicence = "x"\n'
        'attribution = "a"\n'
    )
    (home / "source.csv").write_text("source_id,title,publisher,doc_no,published,licence\ns,,,,,\n")
    head = "activity,place,valid_from,data_year,boundary,form,numerator,denominator"
    line = f"energy.fuel,GLO,2025-01-01,2025,ttw,scalar,kg,MJ,{value},official,{source}\n"
    (home / "factor.csv").write_text(f"{head},value,status,source_id\n" + line * times)
    return home


def test_the_british_pack_is_what_its_script_makes_of_the_entries(root):
    spec = importlib.util.spec_from_file_location("uk", root / "tools/factors/uk_desnz.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    file = root / "src/tanlu/factors/data/uk-desnz-2025/factor.csv"
    kept = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    made = [{name: row.get(name, "") for name in script.COLUMNS} for row in script.rows()]
    assert kept == made


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_every_class_has_its_line_in_the_manual(root, tongue):
    page = (root / "docs" / tongue / "reference/library.md").read_text(encoding="utf-8")
    assert [name for name in classes()["class"] if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_the_row_of_the_manual_makes_a_class(root, tongue, tmp_path):
    page = (root / "docs" / tongue / "howto/add-a-vehicle-class.md").read_text(encoding="utf-8")
    line = next(each for each in page.splitlines() if each.startswith("truck.rigid.12t,"))
    home = tmp_path / "tanlu-vehicles"
    shutil.copytree(root / "src/tanlu/factors/data/tanlu-vehicles", home)
    with (home / "vehicles.csv").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    power = root / "src/tanlu/factors/data/cn-mee"
    keys = pl.DataFrame(
        [("transport.road", "truck.rigid.12t", None, None, "CN-GD", None, None)],
        schema=dict.fromkeys(KEY, pl.String),
        orient="row",
    )
    found = resolve(keys, library=load([home, power]))
    assert found["rate_empty"].unique().to_list() == [3.42]
    assert found["capacity_t"].unique().to_list() == [5.5]
