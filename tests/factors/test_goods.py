"""Packs entered by hand, held against their tables: goods, packaging, waste, sites, travel, ICT."""

from __future__ import annotations

import csv
import importlib.util
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from tanlu.factors import library
from tanlu.terms import taxonomy
from tests.factors import tables

DATA = Path(__file__).parents[2] / "src/tanlu/factors/data"
FACETS = Path(__file__).parents[2] / "src/tanlu/terms/facets.csv"
HERE = (
    *("packaging", "goods", "waste", "process", "site", "ict", "travel", "energy.heat"),
    *("energy.cooling", "refrigerant", "product"),
)
BY_HAND = (
    *(
        "asset-materials",
        "cn-facts",
        "cn-guides",
        "fr-ademe",
        "hub-energy",
        "ict",
        "leak-rates",
        "packaging",
    ),
    *("process", "source-claims", "uk-goods-2025", "us-spend"),
)
# Packs of which no table lies beside the checkout, with what was read.
NO_TABLE = {
    "fr-ademe": "nosgestesclimat 3.4.0 (MIT): in no package that tests have",
    "ict": "abstracts and constants named in each row",
    "asset-materials": "press releases and abstracts named in each row",
    "leak-rates": "IPCC 2006 volume 3, table 7.9: in no package",
    "process": "stoichiometry: held by its derivation",
    "hub-energy": "derivations: held by test_load; medians below",
}


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def of(pack: str) -> list[dict[str, str]]:
    [held] = [each for each in library().packs if each.pack_id == pack]
    return list(held.tables["factor"])


def product(text: str) -> Fraction:
    """Give the sum of products that a derivation tells."""
    total = Fraction(0)
    for term in text.split("+"):
        first, *rest = re.split(r"([*/])", term)
        value = Fraction(first)
        for sign, number in zip(rest[::2], rest[1::2], strict=True):
            value = value * Fraction(number) if sign == "*" else value / Fraction(number)
        total += value
    return total


def test_every_value_of_a_facet_is_in_the_closed_vocabulary() -> None:
    known = {(row["facet"], row["value"]) for row in read(FACETS)}
    names = ("technology", "material", "temperature_class", "energy_carrier", "boundary", "method")
    told = {(name, row[name]) for row in library().rows for name in names if row.get(name)}

    assert told - known == set()


def test_every_row_entered_by_hand_is_under_a_leaf() -> None:
    for pack in BY_HAND:
        lost = [row for row in of(pack) if taxonomy.leaf_of(row["activity"], row) is None]
        assert lost == [], pack


def test_every_leaf_of_goods_has_a_factor_or_says_why_none_is_open() -> None:
    leaves = (taxonomy.leaf_of(row["activity"], row) for row in library().rows)
    held = {leaf.name for leaf in leaves if leaf}
    none = {row["leaf"]: row for row in read(DATA / "none_open.csv")}
    asked = {
        name
        for name, leaf in taxonomy.taxonomy().items()
        if any(leaf.kind == kind or leaf.kind.startswith(f"{kind}.") for kind in HERE)
    }

    assert asked - held - set(none) == set()
    assert set(none) <= set(taxonomy.taxonomy())
    assert all(row["en"] and row["zh"] for row in none.values())


def test_a_plain_question_has_an_answer_in_every_kind_of_packaging() -> None:
    plain = {
        row["activity"]
        for row in library().rows
        if row["activity"].startswith("packaging.")
        and not row.get("material")
        and not row.get("technology")
        and row["status"] != "deprecated"
    }
    kinds = {leaf.kind for leaf in taxonomy.taxonomy().values()}

    assert plain == {kind for kind in kinds if kind.startswith("packaging.")}


def test_every_pack_without_a_table_says_what_was_read() -> None:
    assert all(NO_TABLE.values())
    assert set(NO_TABLE) <= set(BY_HAND)


def test_the_british_goods_are_what_their_script_makes_of_the_entries(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(root))
    spec = importlib.util.spec_from_file_location("goods", root / "tools/factors/uk_goods.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = [{name: row.get(name, "") for name in script.COLUMNS} for row in script.rows()]

    assert of("uk-goods-2025") == made


def test_every_dollar_is_that_of_the_american_table(shared: Path) -> None:
    table = pl.read_parquet(shared / "data/factors/us_epa_naics/tidy.parquet")
    official = {
        (row["category"].split()[1], row["activity"]): row["value"]
        for row in table.filter(pl.col("attrs") == "with margins").to_dicts()
    }
    for row in of("us-spend"):
        code, title = row["clause"].removeprefix("NAICS ").split(", with margins")[0].split(" ", 1)
        assert float(row["co2e_published"]) == official[code, title], title
        assert row["method"] == "spend"


def test_every_gas_of_a_chinese_vehicle_is_that_of_the_guide(shared: Path) -> None:
    table = pl.read_csv(shared / "data/factors/cn_standards/cn_road_ch4_n2o_mg_per_km.csv")
    names = {"轿车": "car", "其它轻型车": "other light vehicle", "重型车": "heavy vehicle"}
    fuels = {"汽油": "gasoline", "柴油": "diesel", "LPG": "LPG", "天然气": "natural gas"}
    stages = {"国III及以上": "国III+", "国IV及以上": "国IV+", "所有": "all", "其他": "other"}
    official = {row[:3]: row[3:] for row in table.iter_rows()}
    seen = set()
    for row in of("cn-guides"):
        if "[mg/km]" not in row["clause"]:
            continue
        vehicle, fuel, stage = row["clause"].split(": ")[1].split(" ")
        key = (names[vehicle], fuels[fuel], stages.get(stage, stage))
        n2o, ch4 = (round(Decimal(row[gas] or 0) * 1000) for gas in ("n2o", "ch4_fossil"))
        assert (n2o, ch4) == official[key]
        seen.add(key)

    assert seen == set(official)


def test_the_gases_of_a_chinese_vehicle_never_answer_a_plain_question() -> None:
    for row in of("cn-guides"):
        if "[mg/km]" in row["clause"]:
            assert row["technology"]
            assert row["boundary"] == "ttw"


@pytest.mark.parametrize(
    ("kind", "material", "name"),
    [
        ("packaging.carton", "", "快递包装箱（快递封装用）"),
        ("packaging.bag", "", "塑料薄膜包装袋（快递封装用）"),
        ("packaging.bag", "paper.envelope", "快递封套（快递封装用）"),
        ("packaging.bag", "plastic.woven", "塑料编织布包装袋（快递封装用）"),
        ("packaging.tape", "", "透明胶带（快递封装用）"),
        ("packaging.label", "", "运单（快递封装用）"),
        ("packaging.box", "", "快递包装箱（PP循环箱）"),
        ("packaging.carton", "board.corrugated.single_use", "快递包装箱（瓦楞纸箱单次使用）"),
        ("packaging.tape", "plastic.bopp.roll", "OPP胶带"),
        ("packaging.filler", "plastic.eps", "聚苯乙烯泡沫"),
        ("packaging.box", "plastic.pla.container", "聚乳酸一次性外卖餐盒"),
    ],
)
def test_a_chinese_package_is_what_others_carry(
    shared: Path, kind: str, material: str, name: str
) -> None:
    table = pl.read_parquet(shared / "data/factors/cpcd/tidy.parquet")
    carried = table.filter(pl.col("activity") == name)["value"].to_list()
    sources = ("cn-yzt-0135-2014", "cn-cpcd-2021")
    [row] = [
        row
        for row in of("packaging")
        if (row["activity"], row["material"]) == (kind, material) and row["source_id"] in sources
    ]

    assert float(row["co2e_published"]) in carried


def test_a_chinese_fact_is_what_others_carry(shared: Path) -> None:
    table = pl.read_parquet(shared / "data/factors/cpcd/tidy.parquet")
    carried: dict[str, set[float]] = {}
    for name, value in table.select("activity", "value").iter_rows():
        carried.setdefault(name, set()).add(value)
    for row in of("cn-facts"):
        name = row["clause"].removeprefix("CPCD: ").rsplit(", ", 1)[0].removesuffix("，每吨")
        value = float(row["co2e_published"])
        # per kilogram where the table has tonnes or kilograms
        assert {value, round(value * 1000, 6), round(value / 1000, 9)} & carried[name], name


def test_every_derived_package_is_what_its_derivation_says() -> None:
    checked = 0
    for row in of("packaging"):
        if told := re.match(r"value=([0-9.*/+]+);", row["derivation"]):
            made = product(told[1])
            assert abs(made - Fraction(row["co2e_published"])) <= Fraction(1, 10**6), row[
                "material"
            ]
            checked += 1

    assert checked >= 25


def test_a_derived_package_is_made_of_the_british_file(shared: Path) -> None:
    tonnes = "tonnes"
    for row in of("packaging"):
        if ", Primary" not in row["clause"] and ", Closed" not in row["clause"]:
            continue
        path, column = row["clause"].removeprefix("uk-desnz-2025-goods: ").rsplit(", ", 1)
        official = tables.uk(shared, path, column, tonnes)
        assert official is not None, path
        assert f"{official / 1000:.8f}".rstrip("0") in row["derivation"], row["clause"]


def test_the_medians_of_american_halls_are_converted_from_what_is_printed() -> None:
    for row in of("hub-energy"):
        printed = Fraction(re.search(r"([0-9.]+) kBtu", row["clause"])[1])  # type: ignore[index]
        made = printed * Fraction("0.293071") / Fraction("0.09290304")
        assert float(row["value"]) == pytest.approx(float(made), rel=5e-4)


def test_a_process_is_its_stoichiometry() -> None:
    urea = {row["technology"]: row for row in of("process") if row["activity"] == "process.urea"}

    assert float(urea[""]["co2_fossil"]) == pytest.approx(12 / 60 * 0.325 * 44 / 12, abs=1e-6)
    assert float(urea["solid"]["co2_fossil"]) == pytest.approx(12 / 60 * 44 / 12, abs=1e-6)
    assert [row["co2_fossil"] for row in of("process") if row["technology"] == "biogenic"] == [""]


def test_a_leak_rate_is_the_middle_of_its_range() -> None:
    for row in of("leak-rates"):
        low, high = Decimal(row["lower"]), Decimal(row["upper"])
        assert Decimal(row["value"]) == (low + high) / 2


def test_no_figure_of_a_founding_text_is_ever_chosen() -> None:
    assert {row["status"] for row in of("source-claims")} == {"deprecated"}


def test_the_figures_of_the_founding_texts_are_theirs(shared: Path) -> None:
    table = pl.read_parquet(shared / "data/factors/seed_constants/tidy.parquet")
    printed = {abs(value) for value in table["value"]}
    told = {
        float(row["co2e_published"] or row["value"] or row["co2_fossil"])
        for row in of("source-claims")
    }

    assert printed <= told


def test_waste_with_its_processes_emits_more_than_its_collection() -> None:
    kept = [row for row in library().rows if row["activity"] == "waste.incineration"]
    burnt = {
        (row.get("material"), row["boundary"]): float(row["co2e_published"])
        * (1000 if row["denominator"] == "kg" else 1)
        for row in kept
        if row["source_id"] in {"fr-ademe-2023", "uk-desnz-2025-goods"}
    }

    assert burnt["plastic.pet", "disposal"] > 100 * burnt["plastic.pet", "disposal_cutoff"]
