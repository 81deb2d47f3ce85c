"""A mapping proposed from a file: what is clear is stated, what is not is left open."""

from __future__ import annotations

import codecs
import tomllib
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.monitor.files import saved

from tanlu.errors import TanluError
from tanlu.monitor import Answers, Mapping, propose, read, seen

ENGLISH = """\
Waybill,Mode,Gross Weight (kg),Distance (km),From,To,Ship Date,Driver,Project
W1,Truck,"1,240.5",350,CNSHA,CNHGH,2026-03-01,Li Wei,spring
W2,Rail,24000,2100,CNCAN,CNBJS,2026-03-02,Wang,spring
"""
CHINESE = """\
某某物流有限公司运单明细,,,,,,,,
运单号,运输方式,毛重（公斤）,里程(公里),始发地,目的地,发货日期,司机,项目
Y1,公路,1240.5,350,上海,杭州,2026年3月1日,李伟,春季
Y2,铁路运输,24000,2100,广州,北京,2026年3月2日,王芳,春季
"""


@pytest.mark.parametrize(
    "raw",
    [
        ENGLISH.encode(),
        CHINESE.encode(),
        CHINESE.encode("gb18030"),
        codecs.BOM_UTF8 + CHINESE.encode(),
        CHINESE.replace("\n", "\r\n").encode("utf-16"),
        ENGLISH.replace(",", "\t").replace('"1\t240.5"', "1240.5").encode(),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_clear_file_can_be_read_by_what_is_proposed(
    tmp_path: Path, raw: bytes, language: str
) -> None:
    path = saved(tmp_path, raw)
    text, left, _ = propose(path, language=language)
    (batch,) = read(path, Mapping.parse(text))

    assert left == ()
    assert (batch.activities.height, batch.rows_in) == (2, 2)
    assert batch.activities["mass_mg"].to_list() == [1_240_500_000, 24_000_000_000]
    assert batch.activities["distance_m"].to_list() == [350_000, 2_100_000]
    assert batch.activities["kind"].to_list() == ["transport.road", "transport.rail"]
    assert batch.personal.is_empty()


def test_a_unit_that_the_header_does_not_declare_is_left_open(tmp_path: Path) -> None:
    text, left, _ = propose(saved(tmp_path, ENGLISH.replace(" (kg)", "")))

    assert 'unit = ""' in text
    assert len(left) == 1
    with pytest.raises(TanluError, match="TL303"):
        Mapping.parse(text)


def test_an_open_line_that_was_filled_in_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path, ENGLISH.replace(" (kg)", ""))
    text = propose(path).text.replace('unit = ""', 'unit = "t"')

    assert next(read(path, Mapping.parse(text))).activities["mass_mg"][1] == 24_000 * 10**9


def test_an_ambiguous_unit_is_left_open_with_its_choices(tmp_path: Path) -> None:
    text, left, _ = propose(saved(tmp_path, ENGLISH.replace("(kg)", "(ton)")))

    assert len(left) == 1
    assert "short ton" in text


def test_day_or_month_first_is_left_open(tmp_path: Path) -> None:
    ambiguous = ENGLISH.replace("2026-03-01", "01/03/2026").replace("2026-03-02", "02/03/2026")
    text, left, _ = propose(saved(tmp_path, ambiguous))

    assert '"%d/%m/%Y" / "%m/%d/%Y"' in left[0]
    with pytest.raises(TanluError, match="TL319"):
        Mapping.parse(text)


def test_a_comma_that_can_be_read_both_ways_is_left_open(tmp_path: Path) -> None:
    text, left, _ = propose(saved(tmp_path, ENGLISH.replace("1,240.5", "1,240")))

    assert len(left) == 1
    with pytest.raises(TanluError, match="TL319"):
        Mapping.parse(text)


@pytest.mark.parametrize(("column", "count"), [("Ship Date", 1), ("Mode", 1)])
def test_a_file_without_dates_or_modes_is_left_open(
    tmp_path: Path, column: str, count: int
) -> None:
    text, left, _ = propose(saved(tmp_path, ENGLISH.replace(column, "Blob")))

    assert len(left) == count
    with pytest.raises(TanluError, match="TL319"):
        Mapping.parse(text)


def test_an_odd_word_is_listed_and_its_rows_are_quarantined(tmp_path: Path) -> None:
    path = saved(tmp_path, ENGLISH.replace("Rail", "Boat?"))
    text, left, _ = propose(path)
    (batch,) = read(path, Mapping.parse(text))

    assert left == ()
    assert '# "Boat?" = ""' in text
    assert batch.quarantine["code"].to_list() == ["TL314"]


def test_a_column_of_which_no_word_is_known_is_left_open(tmp_path: Path) -> None:
    text, left, _ = propose(saved(tmp_path, ENGLISH.replace("Rail", "x").replace("Truck", "y")))

    assert len(left) == 2
    with pytest.raises(TanluError, match="TL319"):
        Mapping.parse(text)


def test_words_that_are_no_numbers_are_told_and_their_rows_quarantined(tmp_path: Path) -> None:
    path = saved(tmp_path, ENGLISH.replace("24000", "heavy").replace("2100", "N/A"))
    text, _, _ = propose(path)
    (batch,) = read(path, Mapping.parse(text))

    assert 'null = ["heavy"]' in text
    assert 'null = ["N/A"]' in text
    assert batch.quarantine.select("code", "value").rows() == [("TL311", "heavy")]


def test_an_identity_that_repeats_is_not_taken_for_one(tmp_path: Path) -> None:
    path = saved(tmp_path, ENGLISH.replace("W2", "W1"))
    asked = tomllib.loads(propose(path).text)["activity"]

    assert "activity_id" not in asked
    assert asked["shipment"] == {"from": "Waybill"}


def test_personal_data_is_named_and_not_read(tmp_path: Path) -> None:
    text = propose(saved(tmp_path, ENGLISH)).text

    assert "# personal data, not read: Driver" in text
    assert Mapping.parse(text).personal == ("Driver",)
    assert all("Driver" not in r.columns() for rs in Mapping.parse(text).rules.values() for r in rs)


def test_plates_are_kept_as_pseudonyms(tmp_path: Path) -> None:
    text = propose(
        saved(tmp_path, CHINESE.replace("项目", "车牌号").replace("春季", "沪A12345"))
    ).text

    assert Mapping.parse(text).personal == ("车牌号", "司机")


def test_a_unit_in_a_column_of_its_own_is_read_from_there(tmp_path: Path) -> None:
    text = ENGLISH.replace(" (kg)", "").replace("Project", "Weight Unit").replace("spring", "kg")
    path = saved(tmp_path, text)
    (batch,) = read(path, Mapping.parse(propose(path).text))

    assert batch.activities["mass_mg"].to_list() == [1_240_500_000, 24_000_000_000]


def test_a_unit_in_each_cell_is_read_from_there(tmp_path: Path) -> None:
    text = ENGLISH.replace(" (kg)", "").replace('"1,240.5"', "1240.5kg").replace(",24000,", ",24t,")
    path = saved(tmp_path, text)
    proposed, left, _ = propose(path)
    (batch,) = read(path, Mapping.parse(proposed))

    assert left == ()
    assert batch.activities["mass_mg"].to_list() == [1_240_500_000, 24_000_000_000]


def test_the_line_of_totals_does_not_hide_the_identity(tmp_path: Path) -> None:
    path = saved(tmp_path, CHINESE + "合计,,25240.5,,,,,,\n".replace("合计", "", 1))
    text, _, _ = propose(path)
    (batch,) = read(path, Mapping.parse(text))

    assert 'activity_id = { from = "运单号" }' in text
    assert (batch.activities.height, batch.quarantine["code"].to_list()) == (2, ["TL315"])


def test_typed_columns_of_parquet_need_no_formats(tmp_path: Path) -> None:
    frame = pl.read_csv(saved(tmp_path, ENGLISH), try_parse_dates=True)
    frame.write_parquet(tmp_path / "f.parquet")
    text = propose(tmp_path / "f.parquet").text

    assert Mapping.parse(text).rules["start"][0].formats == ()


def test_a_file_of_meters_asks_what_kind_it_is(tmp_path: Path) -> None:
    _, left, _ = propose(saved(tmp_path, "抄表日期,园区,用电量(度)\n2026-03-01,一号,12\n"))

    assert len(left) == 1
    assert "energy.electricity" in left[0]


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="TL301"):
        propose(saved(tmp_path, ""))


def test_a_file_with_a_header_only_has_a_proposal(tmp_path: Path) -> None:
    assert propose(saved(tmp_path, ENGLISH.splitlines()[0] + "\n")).text


NAME = st.text(min_size=1, max_size=12) | st.sampled_from(
    ["Weight (kg)", "重量", "Mode", "运单号", "Date", "日期", 'a"b', "a{b}", "km\x7f", "fuel"]
)


@settings(max_examples=150)
@given(st.lists(NAME, min_size=1, max_size=6), st.lists(st.text(max_size=10), max_size=4))
def test_what_is_proposed_for_any_header_is_toml_that_holds_or_is_open(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], cells: list[str]
) -> None:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    for cell in cells:
        writer.writerow([cell] * len(names))
    path = saved(tmp_path_factory.mktemp("p"), text.getvalue().encode("utf-8", "replace"))
    try:
        proposed, left, _ = propose(path)
    except TanluError:
        return
    tomllib.loads(proposed)
    if not left:
        list(read(path, Mapping.parse(proposed)))


def test_rows_that_no_column_names_are_told_to_be_known_by_their_place(tmp_path: Path) -> None:
    nameless = "抄表日期,园区,用电量(kWh)\n2026-03-01,一号,12\n"
    assert any("second time" in line for line in propose(saved(tmp_path, nameless)).noted)
    twice = propose(saved(tmp_path, ENGLISH.replace("W2", "W1")), language="zh")
    assert any("W1" in line and "再次计入" in line for line in twice.noted)
    assert propose(saved(tmp_path, ENGLISH)).noted == ()


def test_what_a_person_says_names_the_rows_is_refused_where_it_repeats(tmp_path: Path) -> None:
    path = saved(tmp_path, ENGLISH.replace("W2", "W1"))
    fields = {each.column: each.field for each in seen(path)}
    assert fields["Waybill"] == "shipment"
    said = Answers({**fields, "Waybill": "activity_id"}, kind="transport.road")
    made = propose(path, answers=said)
    assert any("W1" in line for line in made.open)
    with pytest.raises(TanluError):
        Mapping.parse(made.text)
    assert any("second time" in line for line in propose(path, answers=Answers(fields)).noted)


def test_a_row_that_is_there_twice_word_for_word_keeps_its_name(tmp_path: Path) -> None:
    last = ENGLISH.strip().splitlines()[-1]
    made = propose(saved(tmp_path, f"{ENGLISH.strip()}\n{last}\n"))
    assert 'activity_id = { from = "Waybill" }' in made.text
    assert made.noted == ()
