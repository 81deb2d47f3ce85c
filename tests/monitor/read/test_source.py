"""A file of any format as a stream of bodies: one table, however it is written."""

from __future__ import annotations

import codecs
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from tests.monitor.files import HEADER, ROWS, TEXT, saved, whole

from tanlu.monitor.read import bodies, sniff

LF = TEXT.replace("CNSHA", "上海市").replace("CNBJS", "北京市")


def _workbook(folder: Path) -> Path:
    with xlsxwriter.Workbook(folder / "f.xlsx") as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(LF.splitlines()):
            sheet.write_row(at, 0, line.split(","))
    return folder / "f.xlsx"


def _parquet(folder: Path) -> Path:
    cells = [line.split(",") for line in LF.splitlines()]
    pl.DataFrame(cells[1:], schema=cells[0], orient="row").write_parquet(folder / "f.parquet")
    return folder / "f.parquet"


WRITTEN = {
    "plain": lambda f: saved(f, LF),
    "crlf": lambda f: saved(f, LF.replace("\n", "\r\n")),
    "cr": lambda f: saved(f, LF.replace("\n", "\r")),
    "tab": lambda f: saved(f, LF.replace(",", "\t")),
    "semicolon": lambda f: saved(f, LF.replace(",", ";")),
    "bar": lambda f: saved(f, LF.replace(",", "|")),
    "mark": lambda f: saved(f, codecs.BOM_UTF8 + LF.encode()),
    "utf16": lambda f: saved(f, LF.encode("utf-16")),
    "utf16be": lambda f: saved(f, codecs.BOM_UTF16_BE + LF.encode("utf-16-be")),
    "utf32": lambda f: saved(f, LF.encode("utf-32")),
    "gb18030": lambda f: saved(f, LF.encode("gb18030")),
    "quoted": lambda f: saved(
        f, "\n".join('"' + line.replace(",", '","') + '"' for line in LF.splitlines())
    ),
    "title": lambda f: saved(f, "报表,,,,,,\n\n" + LF),
    "xlsx": _workbook,
    "parquet": _parquet,
}
CONTENT = ("activity_id", "kind", "mass_mg", "distance_m", "origin", "destination", "start", "end")


@pytest.mark.parametrize("way", list(WRITTEN))
def test_the_same_table_in_every_dialect_gives_the_same_activities(
    tmp_path: Path, way: str
) -> None:
    expected = whole(saved(tmp_path, LF, "plain.csv")).activities.select(CONTENT)

    assert expected.rows() == whole(WRITTEN[way](tmp_path)).activities.select(CONTENT).rows()


def test_bodies_have_the_rows_asked_for_and_each_line_once(tmp_path: Path) -> None:
    lines = [f"A{n},road,1,1,a,b,2026-03-01" + (",extra" if n % 7 == 0 else "") for n in range(100)]
    path = saved(tmp_path, "\n".join((HEADER, *lines)) + "\n")
    found = list(bodies(path, sniff(path), size=16))
    seen = pl.concat([pl.concat([b.rows["_line"], b.broken["_line"]]) for b in found])

    assert [body.height for body in found] == [16] * 6 + [4]
    assert sorted(seen) == list(range(2, 102))


def test_a_record_may_go_over_the_edge_of_a_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tanlu.monitor.read import lines

    text = "a,b\n" + "".join(f'{n},"x\ny{n}"\n' for n in range(50))
    path = saved(tmp_path, text)
    dialect = sniff(path)
    for block in (7, 16, 33, 64):
        monkeypatch.setattr(lines, "BLOCK", block)
        rows = pl.concat([body.rows for body in bodies(path, dialect)])
        assert rows["b"].to_list() == [f"x\ny{n}" for n in range(50)]
        assert rows["_line"].to_list() == list(range(2, 102, 2))


def test_a_huge_line_is_one_quarantined_row(tmp_path: Path) -> None:
    path = saved(tmp_path, TEXT + "z" * 3_000_000 + "\n" + ROWS[0].replace("A1", "A9") + "\n")
    found = whole(path)

    assert found.quarantine["code"].to_list() == ["TL307"]
    assert found.activities["activity_id"].to_list() == ["A1", "A2", "A3", "A9"]


def test_nul_bytes_are_one_quarantined_row(tmp_path: Path) -> None:
    found = whole(saved(tmp_path, TEXT + "A4,ro\x00ad,1,1,a,b,2026-03-01\n"))

    assert found.quarantine["code"].to_list() == ["TL309"]


def test_bytes_of_another_encoding_are_one_quarantined_row(tmp_path: Path) -> None:
    raw = LF.encode() + "A4,road,1,1,上海,b,2026-03-01\n".encode("gb18030")
    found = whole(saved(tmp_path, raw))

    assert found.quarantine["code"].to_list() == ["TL308"]
    assert found.activities.height == 3


def test_the_same_file_gives_the_same_bodies_each_time(tmp_path: Path) -> None:
    path = saved(tmp_path, TEXT * 1)
    once, twice = (list(bodies(path, sniff(path))) for _ in range(2))

    assert all(a.rows.equals(b.rows) for a, b in zip(once, twice, strict=True))
