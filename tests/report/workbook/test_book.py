"""A verifier's program comes to the same microgram from nothing but the cells."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.report.disclosure.inventory import made as inventory_of
from tests.report.ledger import Ledger
from tests.report.workbook.cells import Book
from tests.report.workspace import made

from tanlu.cli import main
from tanlu.errors import TanluError
from tanlu.report import transport, workbook
from tanlu.report.organisation import lines as lines_of
from tanlu.report.workbook import sheets
from tanlu.store import open_workspace
from tanlu.terms import Section

DIFFERENCE = {"en": "Difference [µg]", "zh": "差值 [µg]"}
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def last(steps: Any) -> dict[str, Any]:
    result = None
    for step in steps:
        result = step.result if step.result is not None else result
    assert isinstance(result, dict)
    return result


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", ("Totals", "Rows", "Rounds", "Shares")), ("zh", ("合计", "排放", "趟次总量", "分摊"))],
)
def test_every_formula_gives_what_the_ledger_keeps(
    tmp_path: Path, language: str, names: tuple[str, ...]
) -> None:
    done = last(workbook(made(tmp_path), tmp_path / "b.xlsx", language=language))
    book = Book(tmp_path / "b.xlsx")

    assert done["recomputed"] == done["rows"] == 8
    for name in names:
        found = book.column(name, DIFFERENCE[language])
        assert found == [0.0] * len(found)
        assert found


def test_a_wrong_emission_shows_as_a_difference(tmp_path: Path) -> None:
    last(workbook(made(tmp_path, wrong=("a1|iso14083|ttw|none|", 7)), tmp_path / "b.xlsx"))
    book = Book(tmp_path / "b.xlsx")

    assert min(book.column("Rows", "Difference [µg]")) == -7.0
    assert min(book.column("Totals", "Difference [µg]")) == -7.0


def test_a_changed_amount_changes_its_total(tmp_path: Path) -> None:
    last(workbook(made(tmp_path), tmp_path / "b.xlsx"))
    book = Book(tmp_path / "b.xlsx")
    before = sum(book.column("Totals", "Sum by formula [µg]"))
    at = next(at for at, v in book.cells["Inputs"].items() if v == 21_000.0)
    book.cells["Inputs"][at] = 42_000.0
    book.known.clear()
    shares = sum(book.column("Shares", "CO₂e by formula [µg]"))

    assert sum(book.column("Totals", "Sum by formula [µg]")) - before == pytest.approx(shares / 2)


def test_an_inventory_counts_what_it_controls(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    lines = workspace.scan("emission").collect().with_columns(
        scope=pl.lit(1), category=pl.lit(None, pl.Int64), entity=pl.lit("park"),
        share=pl.lit("0.333333333333"), standing=pl.lit("counted"),
    )  # fmt: skip
    part = (pl.col("co2e_ug") / 3).round().cast(pl.Int64)
    out = pl.col("activity_id") == "a2"
    lines = lines.with_columns(
        counted_ug=pl.when(out).then(0).otherwise(part),
        standing=pl.when(out).then(pl.lit("eliminated")).otherwise("standing"),
    )
    # what is left of each emission is another's
    other = lines.with_columns(
        entity=pl.lit("owner"), standing=pl.lit("outside"), counted_ug=pl.lit(0, pl.Int64),
        share=pl.lit(None, pl.String),
    )  # fmt: skip
    done = last(workbook(workspace, tmp_path / "b.xlsx", pl.concat([lines, other])))
    book = Book(tmp_path / "b.xlsx")

    assert done["co2e_ug"] == str(lines["counted_ug"].sum())
    assert done["rows"] == 16
    assert book.column("Totals", "Difference [µg]") == [0.0, 0.0]
    assert book.column("Lines", "Difference [µg]") == [0.0] * 16
    assert book.column("Totals", "Scope") == [1.0, 1.0]
    assert len(book.column("Rounds", "Total [µg]")) == 2


def test_what_has_no_steps_here_is_printed_and_counted_and_says_so(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    lines = workspace.scan("emission").collect()
    strange = lines.head(1).with_columns(
        emission_id=pl.lit("m|x"), activity_id=pl.lit("m"), boundary=pl.lit("generation")
    )
    done = last(workbook(workspace, tmp_path / "b.xlsx", pl.concat([lines, strange])))
    book = Book(tmp_path / "b.xlsx")

    assert (done["recomputed"], done["printed"]) == (8, 1)
    assert book.column("Printed", "Activity") == ["m"]
    assert book.column("Totals", "Share recomputed") == [0.0, 1.0, 1.0]


def test_a_share_outside_the_period_is_weighed_and_not_counted(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    lines = workspace.scan("emission").filter(pl.col("activity_id") == "b1").collect()
    done = last(workbook(workspace, tmp_path / "b.xlsx", lines))
    book = Book(tmp_path / "b.xlsx")

    assert done["rows"] == 2
    assert len(book.column("Shares", "Weight")) == 4
    assert book.column("Totals", "Difference [µg]") == [0.0, 0.0]
    assert book.column("Rounds", "Difference [µg]") == [0.0, 0.0]


def test_a_full_sheet_goes_on_on_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS", 3)
    last(workbook(made(tmp_path), tmp_path / "b.xlsx"))
    book = Book(tmp_path / "b.xlsx")

    assert [name for name in book.cells if name.startswith("Rows")] == ["Rows", "Rows 2"]
    assert book.column("Totals", "Difference [µg]") == [0.0, 0.0]
    assert book.column("Rounds", "Difference [µg]") == [0.0, 0.0]


def test_sections_of_a_report_stand_before_and_keep_their_names_apart(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    document = transport(workspace)
    more = Section("Totals", "", (), ("a", "b"), ((1, "=1"), (None, "x")))
    document = replace(document, sections=(*document.sections, more))
    last(workbook(workspace, tmp_path / "b.xlsx", document=document))
    names = list(Book(tmp_path / "b.xlsx").cells)

    assert names[0] == "Read me"
    assert names.index("Totals 10") < names.index("Totals")
    assert len(names) == 1 + len(document.sections) + 10


def test_the_same_ledger_gives_the_same_bytes(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    for name in ("a.xlsx", "b.xlsx"):
        last(workbook(workspace, tmp_path / name))

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_nothing_to_recompute_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL821"):
        last(workbook(Ledger(), tmp_path / "b.xlsx"))

    assert list(tmp_path.iterdir()) == []


def stripped(path: Path, target: Path) -> int:
    """Write a copy whose formulas have wrong values, so that only computing can mend them."""
    count = 0
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if "worksheets/sheet" in item.filename:
                text, n = re.subn(r"(</f><v>)[^<]*(</v>)", r"\g<1>-1\g<2>", data.decode())
                count, data = count + n, text.encode()
            new.writestr(item, data)
    return count


def recomputed(file: Path, folder: Path) -> dict[str, pl.DataFrame]:
    """What LibreOffice makes of a workbook whose formulas were given wrong values."""
    office = shutil.which("soffice")
    if office is None:
        assert not os.environ.get("TANLU_PROVISIONED"), "LibreOffice was to be installed"
        pytest.skip("PROGRAM ABSENT: LibreOffice; tools/house/provision installs it")
    assert stripped(file, folder / "book.xlsx") > 0
    settings = folder / "profile" / "user"
    settings.mkdir(parents=True)
    (settings / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    subprocess.run(
        [office, f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"),
         str(folder / "book.xlsx")],
        check=True, capture_output=True, timeout=500,
    )  # fmt: skip
    return pl.read_excel(
        folder / "out" / "book.xlsx", sheet_id=0, engine="calamine", raise_if_empty=False
    )


def texts_of(column: pl.Series) -> list[str]:
    return column.cast(pl.Int64).cast(pl.String).to_list()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("of", ["transport", "organisation"])
def test_libreoffice_recomputes_every_row_to_the_microgram(tmp_path: Path, of: str) -> None:
    if of == "transport":
        assert main(["demo", "--ledger", str(tmp_path / "d"), "--orders", "400", "--json"]) == 0
        done = last(workbook(open_workspace(tmp_path / "d"), tmp_path / "full.xlsx"))
    else:
        workspace, boundary = inventory_of(tmp_path)
        market = lines_of(workspace, boundary, basis="market").filter(pl.col("basis") == "market")
        both = pl.concat([lines_of(workspace, boundary), market])
        done = last(workbook(workspace, tmp_path / "full.xlsx", both))
    found = recomputed(tmp_path / "full.xlsx", tmp_path)

    assert done["recomputed"] == done["rows"] > 8
    for name in ("Rows", "Shares", "Market"):
        made_ug, kept = found[name]["CO₂e by formula [µg]"], found[name]["Exact, as text [µg]"]
        assert texts_of(made_ug) == texts_of(kept)
    assert texts_of(found["Lines"]["Counted by formula [µg]"]) == texts_of(
        found["Lines"]["Exact, as text [µg]"]
    )
    totals = found["Totals"].select("Sum by formula [µg]", "Exact, as text [µg]").rows()
    for made_ug, kept in totals:
        assert abs(int(made_ug) - int(kept)) <= max(1, int(kept) * 1e-12)
    assert int(done["co2e_ug"]) == sum(int(kept) for _, kept in totals)


def test_an_inventory_on_both_bases_is_recomputed_line_by_line(tmp_path: Path) -> None:
    workspace, boundary = inventory_of(tmp_path)
    market = lines_of(workspace, boundary, basis="market").filter(pl.col("basis") == "market")
    both = pl.concat([lines_of(workspace, boundary), market])
    done = last(workbook(workspace, tmp_path / "b.xlsx", both))
    book = Book(tmp_path / "b.xlsx")
    totals = dict(
        zip(book.column("Totals", "Key of the total"), book.column("Totals", "t CO₂e"), strict=True)
    )

    assert totals["ghg_protocol · 2 · – · generation · location"] == 0.5737
    assert totals["ghg_protocol · 3 · 4 · generation · none"] == 0.02599002045
    assert set(book.column("Totals", "Difference [µg]")) == {0.0}
    assert book.column("Market", "Difference [µg]") == [0.0]
    assert book.column("Market", "CO₂e by formula [µg]") == [609_600_000_000.0]
    assert (done["printed"], market.height) == (0, 1)
