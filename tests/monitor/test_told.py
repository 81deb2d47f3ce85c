"""What is refused or doubted is told one by one, in order, and once."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor import Mapping
from tanlu.store import Workspace
from tests.monitor.files import HEADER, MAPPING, ROWS, TEXT, mapping, saved, taken, whole

BY = Mapping.parse(MAPPING.replace('shipment = { from = "id" }', 'shipment = { from = "ship" }'))


def test_a_lighter_row_of_another_file_is_no_twin(tmp_path: Path, workspace: Workspace) -> None:
    lines = "{}\n{},road,{},1,a,b,2026-03-01,S1\n"
    taken(saved(tmp_path, lines.format(HEADER + ",ship", "A1", 12), "a.csv"), workspace, BY)
    facts = taken(saved(tmp_path, lines.format(HEADER + ",ship", "B1", 6), "b.csv"), workspace, BY)

    assert "TL337" not in facts["findings"]


def test_a_negative_row_has_a_negative_twin(tmp_path: Path, workspace: Workspace) -> None:
    lines = "{}\n{},road,-12,1,a,b,2026-03-01,S1\n"
    taken(saved(tmp_path, lines.format(HEADER + ",ship", "A1"), "a.csv"), workspace, BY)
    facts = taken(saved(tmp_path, lines.format(HEADER + ",ship", "B1"), "b.csv"), workspace, BY)

    assert facts["findings"]["TL337"] == 1


def test_each_unknown_word_is_told_for_itself(tmp_path: Path) -> None:
    by = Mapping.parse(
        MAPPING.replace("map = { road", 'else = "null"\nmap = { road').replace(
            "[activity.kind]", '[activity.vehicle_class]\nfrom = "from"\nelse = "null"\n'
            'map = { CNSHA = "truck" }\n[activity.kind]'
        )
    )  # fmt: skip
    found = whole(saved(tmp_path, TEXT + "A4,road,1,1,XXSHA,b,2026-03-01\n"), by).findings
    told = found.filter(column="from", code="TL314").select("value", "count").sort("value")

    assert told.rows() == [("CNCAN", 1), ("XXSHA", 1)]


def test_a_word_for_nothing_is_known_with_blanks_around_it(tmp_path: Path) -> None:
    by = Mapping.parse(
        MAPPING.replace('{ from = "km", unit = "km" }',
                        '{ from = "km", unit = "km", null = { "n/k" = "not known" } }')
    )  # fmt: skip
    found = whole(saved(tmp_path, f"{HEADER}\nA1,road,1, n/k ,a,b,2026-03-01\n"), by)

    assert found.activities["distance_m"].to_list() == [None]
    assert found.findings.filter(code="TL330")["hint"].to_list() == ["not known"]


def test_quarantine_keeps_the_order_of_lines_whatever_is_wrong(tmp_path: Path) -> None:
    broken = "A9,road,1,1,a,b,2026-03-01,more,than,it,has"
    wrong = "A8,road,heavy,1,a,b,2026-03-01"
    text = "\n".join((HEADER, wrong, broken, ROWS[0], wrong, broken)) + "\n"
    found = whole(saved(tmp_path, text)).quarantine

    assert found["source_line"].to_list() == [2, 3, 5, 6]


def test_a_broken_line_read_again_is_told_once(tmp_path: Path, workspace: Workspace) -> None:
    # a broken line has no column: null is a reason like any other
    path = saved(tmp_path, TEXT + "A9,road,1,1,a,b,2026-03-01,more,than,it,has\n")
    first, again = taken(path, workspace), taken(path, workspace)
    rows = workspace.scan("quarantine", raw=True).collect()

    assert first["rows_quarantined"] == again["rows_quarantined"] == 1
    assert rows.height == 1
    assert workspace.scan("retraction").collect().height == 0


def test_a_column_that_is_absent_is_named(tmp_path: Path) -> None:
    with pytest.raises(TanluError) as raised:
        whole(saved(tmp_path, "id,mode\nA1,road\n"))

    assert raised.value.fields["value"] in {"kg", "km", "from", "to", "day"}


@pytest.mark.parametrize("setting", ["places = true", "locate = true", 'places = ["port"]'])
def test_places_are_only_for_columns_of_places(setting: str) -> None:
    with pytest.raises(TanluError, match=r"TL30[23]"):
        mapping("[activity.operator]", 'from = "from"', setting)


def test_zeros_do_not_hide_a_slip(tmp_path: Path) -> None:
    # 70 zeros, 60 masses about 9 t and one of 9,030 t: the zeros are not what is usual
    lines = [f"Z{n},road,0,1,a,b,2026-03-01" for n in range(70)]
    lines += [f"A{n},road,{9000 + n},1,a,b,2026-03-01" for n in range(60)]
    lines += ["X,road,9.03,1,a,b,2026-03-01"]
    found = whole(saved(tmp_path, "\n".join((HEADER, *lines)) + "\n")).findings

    assert found.filter(code="TL334")["subject"].to_list() == ["activity:X"]


def test_every_other_sheet_is_named(tmp_path: Path) -> None:
    import xlsxwriter

    from tanlu.monitor.batch import Reader

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("data", "notes", "prices"):
            sheet = book.add_worksheet(name)
            rows = TEXT.splitlines() if name == "data" else ["a,b", "1,2"]
            for number, line in enumerate(rows):
                sheet.write_row(number, 0, line.split(","))
    found = Reader(path, mapping()).findings().filter(code="TL338")

    assert sorted(found["value"]) == ["notes", "prices"]


def test_pseudonyms_of_empty_cells_stay_empty(tmp_path: Path) -> None:
    from tanlu.monitor import read

    by = Mapping.parse(
        MAPPING.replace('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai"\npersonal = ["from"]')
    )
    text = f"{HEADER}\nA1,road,1,1,,b,2026-03-01\nA2,road,1,1,p:{'0' * 32},b,2026-03-01\n"

    def keyed(plain: pl.Series) -> pl.Series:
        return pl.select(pl.when(plain.is_not_null()).then(pl.lit("p:" + "1" * 32))).to_series()

    (batch,) = read(saved(tmp_path, text), by, pseudonyms=keyed)

    assert batch.activities["origin"].to_list() == [None, "p:" + "0" * 32]
    assert batch.personal.height == 0


def test_a_number_may_be_a_word_for_nothing(tmp_path: Path) -> None:
    by = Mapping.parse(
        MAPPING.replace('{ from = "km", unit = "km" }',
                        '{ from = "km", unit = "km", null = { "-1" = "not known" } }')
    )  # fmt: skip
    rows = pl.read_csv(saved(tmp_path, TEXT)).with_columns(km=pl.Series([-1, 2, -1]))
    path = tmp_path / "file.parquet"
    rows.write_parquet(path)
    found = whole(path, by)

    assert found.activities["distance_m"].to_list() == [None, 2000, None]
    assert found.findings.filter(code="TL330").select("hint", "count").rows() == [("not known", 2)]
