from __future__ import annotations

import importlib.util

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.factors import importers, library, resolve
from tanlu.factors.checks import check
from tanlu.factors.packs import made_of, pack_of

NAMES = {
    "desnz", "epa", "mee", "ember", "oefdb", "glec", "ileap", "pact", "ilcd", "olca", "template",
}  # fmt: skip


def test_all_kinds_of_files_are_told_in_both_tongues():
    assert {each.name for each in importers.sources()} == NAMES
    assert all(each.en and each.zh and each.formats for each in importers.sources())


def test_only_notices_in_pdf_need_an_extra():
    assert {each.name: each.extra for each in importers.sources() if each.extra} == {
        "mee": "factors"
    }


def test_an_unknown_kind_tells_the_nearest():
    with pytest.raises(TanluError) as raised:
        importers.load("desn", "a.xlsx")

    assert raised.value.code == "TL222"
    assert "desnz" in str(raised.value)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_file_of_another_kind_is_refused_by_each(tmp_path, name):
    needed(name)
    path = tmp_path / "a.bin"
    path.write_bytes(b"\x00\x01not this, not that\n")

    with pytest.raises(TanluError) as raised:
        importers.load(name, path)

    assert raised.value.code in {"TL220", "TL221"}
    assert raised.value.say("zh") != raised.value.say("en")


def needed(name):
    """Skip loudly where the extra of a kind is not installed."""
    if name == "mee":
        pytest.importorskip("pypdf", reason="EXTRA ABSENT: tanlu[factors] is not installed")


def joined(made):
    """Give the library with an import in it."""
    tables = {"source": made.sources, "factor": made.factors.drop("factor_id")}
    rows = {
        name: [
            {key: value for key, value in row.items() if value}
            for row in table.iter_rows(named=True)
        ]
        for name, table in tables.items()
    }
    return made_of((*library().packs, pack_of(made.pack, rows)))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("desnz", "uk_desnz/raw/ghg-conversion-factors-2025-flat.xlsx"),
        ("mee", "cn_mee/mee_2024.pdf"),
        ("glec", "glec_verify_only/glec_v31_road.csv"),
        ("glec", "glec_verify_only/glec_v3_fuels.csv"),
    ],
)
def test_an_import_joins_the_library_and_breaks_no_rule_of_it(shared, name, file):
    needed(name)
    made = importers.load(name, shared / "data" / "factors" / file)
    kept = joined(made)
    told = {each.pack_id for each in library().packs}

    assert made.pack["pack_id"] not in told
    for rule in ("gases", "wtw", "units", "curves", "zero", "gas_told", "bounds", "facets"):
        assert check(kept, only=rule).height == check(library(), only=rule).height, rule


def test_importing_the_edition_that_is_built_in_changes_no_number_elsewhere(shared, root):
    spec = importlib.util.spec_from_file_location("snapshot", root / "tools/factors/snapshot.py")
    book = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(book)
    path = next((shared / "data/factors/uk_desnz/raw").glob("*2025*"))
    made = importers.load("desnz", path)
    rows = [
        {name: value for name, value in row.items() if value}
        for row in made.factors.drop("factor_id").iter_rows(named=True)
    ]
    pack = pack_of(made.pack, {"source": made.sources.to_dicts(), "factor": rows})
    keys = book.keys().filter(pl.col("place").is_in(["CN", "CN-GD"]))
    both = made_of([*library().packs, pack])
    before, after = resolve(keys), resolve(keys, library=both)
    key = [*keys.columns, "valid_from"]
    beside = before.join(after, on=key, how="inner", nulls_equal=True, suffix="_after")

    for name in ("ttw_co2e_g", "wtt_co2e_g", "rate_empty", "rate_slope"):
        apart = (beside[f"{name}_after"] - beside[name]).abs()
        assert (apart <= 1e-6 * beside[name].abs().fill_null(0) + 1e-12).all(), name
    assert (beside["sigma_ln_after"] >= 0.7 * beside["sigma_ln"]).all()
    assert beside.height > 1_000
