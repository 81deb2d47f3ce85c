"""A body of cells into activities by the rules of a mapping."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tanlu.monitor import Mapping
from tanlu.monitor.decode import Decoder
from tests.monitor.files import MAPPING

ROW = {
    "id": "A1", "mode": "road", "kg": "1", "km": "2", "from": "x", "to": "y", "day": "2026-03-01",
}  # fmt: skip


def decoded(text: str, *rows: dict[str, str | None]) -> tuple[pl.DataFrame, Decoder]:
    frame = pl.DataFrame([{**ROW, **row} for row in rows or ({},)]).with_columns(
        pl.int_range(2, 2 + pl.len(), dtype=pl.Int64).alias("_line")
    )
    decoder = Decoder(frame, Mapping.parse(text), {})
    return decoder.run(), decoder


def refused(decoder: Decoder) -> list[tuple[str, str, str]]:
    return decoder.faults.refused().select("code", "column", "value").rows()


def test_the_first_rule_that_gives_a_value_wins() -> None:
    text = MAPPING + '[[activity.operator]]\nfrom = "op"\n[[activity.operator]]\nfrom = "op2"\n'
    table, _ = decoded(text, {"op": "a", "op2": "b"}, {"op": "", "op2": "b"})

    assert table["operator"].to_list() == ["a", "b"]


def test_a_rule_holds_only_for_the_rows_that_it_names() -> None:
    text = (
        MAPPING.replace('origin = { from = "from" }\n', "")
        + '[assumptions]\nD = "the depot"\n'
        + '[[activity.origin]]\nwhen = { to = ["y"] }\nvalue = "DEPOT"\nassumption = "D"\n'
        + '[[activity.origin]]\nfrom = "from"\n'
    )
    table, _ = decoded(text, {}, {"to": "z"})

    assert table["origin"].to_list() == ["DEPOT", "x"]
    assert table["assumptions"].to_list() == ["D", None]


def test_a_word_without_meaning_is_refused_kept_or_null_as_the_mapping_says() -> None:
    text = MAPPING + '[activity.operator]\nfrom = "op"\nmap = { a = "A" }\n'
    table, decoder = decoded(text, {"op": "b"})
    assert refused(decoder) == [("TL314", "op", "b")]

    table, decoder = decoded(text + 'else = "keep"', {"op": "b"}, {"op": "a"})
    assert table["operator"].to_list() == ["b", "A"]

    table, decoder = decoded(text + 'else = "null"', {"op": "b"}, {"op": "a"})
    assert table["operator"].to_list() == [None, "A"]
    assert decoder.faults.findings("f")["code"].to_list() == ["TL314"]


@pytest.mark.parametrize(
    ("column", "good"), [("temperature_class", "chilled"), ("distance_type", "sfd")]
)
def test_a_word_that_no_formula_knows_is_refused(column: str, good: str) -> None:
    text = MAPPING + f'[activity.{column}]\nfrom = "word"\n'
    table, decoder = decoded(text, {"word": good}, {"word": "normal"}, {"word": None})

    assert refused(decoder) == [("TL314", "word", "normal")]
    assert table[column].to_list()[::2] == [good, None]


def test_a_word_for_nothing_is_noted_with_its_reason() -> None:
    text = MAPPING.replace('unit = "kg"', 'unit = "kg", null = { pending = "weigh it" }')
    table, decoder = decoded(text, {"kg": "pending"})
    (note,) = decoder.faults.findings("f").to_dicts()

    assert table["mass_mg"].to_list() == [None]
    assert (note["code"], note["value"], note["hint"]) == ("TL330", "pending", "weigh it")


def test_start_and_kind_must_be_known() -> None:
    _, decoder = decoded(MAPPING, {"day": ""}, {"mode": ""})

    assert [code for code, _, _ in refused(decoder)] == ["TL315", "TL315"]


def test_a_kind_that_does_not_exist_is_refused() -> None:
    _, decoder = decoded(MAPPING.replace('"transport.rail"', '"transport.magic"'), {"mode": "rail"})

    assert refused(decoder)[0][::2] == ("TL318", "transport.magic")


def test_an_end_before_the_start_is_refused() -> None:
    text = MAPPING.replace("[activity.kind]", 'end = { from = "end" }\n[activity.kind]')
    _, decoder = decoded(text, {"end": "2026-02-01"}, {"end": "2026-03-01"})

    assert [code for code, _, _ in refused(decoder)] == ["TL316"]


def test_an_activity_of_one_day_ends_with_that_day() -> None:
    table, _ = decoded(MAPPING)

    assert table["end"][0] - table["start"][0] == 86_400_000_000
    assert table["precision"].to_list() == ["day"]


def test_an_end_of_its_own_wins() -> None:
    text = MAPPING.replace("[activity.kind]", 'end = { from = "end" }\n[activity.kind]')
    table, _ = decoded(text, {"end": "2026-03-04"})

    assert table["end"][0] - table["start"][0] == 4 * 86_400_000_000


def test_money_brings_its_currency() -> None:
    text = MAPPING + '[activity.amount_fen]\nfrom = "cost"\nunit = "元"\n'
    table, _ = decoded(text, {"cost": "12.34"}, {"cost": ""})

    assert table["amount_fen"].to_list() == [1234, None]
    assert table["currency"].to_list() == ["CNY", None]


def test_places_come_by_name_spelling_or_rule() -> None:
    text = (
        MAPPING.replace(
            'origin = { from = "from" }',
            'origin = { from = "from", locate = true, places = { rule = "hub" }, else = "keep" }',
        )
        + '[places]\nhub = { lat = 31.5, lon = 121.0, spelled = ["中心"] }\n'
    )
    rows = [{"from": each} for each in ("hub", "中心", "rule", "CNNGB")]
    table, _ = decoded(text, *rows)

    assert table["origin"].to_list() == ["hub", "hub", "hub", "CNNGB"]
    assert table["origin_lat_e7"].to_list() == [315_000_000] * 3 + [None]


def test_a_place_that_is_not_known_is_refused_unless_it_may_be_kept() -> None:
    text = MAPPING.replace('{ from = "from" }', '{ from = "from", locate = true }')
    _, decoder = decoded(text)

    assert refused(decoder) == [("TL317", "from", "x")]


def test_the_unit_may_stand_in_the_cell_itself() -> None:
    text = MAPPING.replace('from = "kg", unit = "kg"', 'from = "kg", unit_from = "kg"')
    table, decoder = decoded(
        text, {"kg": "12.5kg"}, {"kg": "0.5 吨"}, {"kg": "7"}, {"kg": "1 stone"}
    )

    assert table["mass_mg"].to_list() == [12_500_000, 500_000_000, None, None]
    assert refused(decoder) == [("TL314", "kg", "7"), ("TL314", "kg", "1 stone")]


def test_an_identity_that_a_spreadsheet_has_rounded_is_refused() -> None:
    _, decoder = decoded(MAPPING, {"id": "7.77778E+14"}, {"id": "7E05"}, {"id": "1E1"})

    assert refused(decoder) == [("TL341", "id", "7.77778E+14")]


def test_labels_come_from_columns_and_templates() -> None:
    text = MAPPING + '[labels]\nb = "{id}/{mode}"\na = "to"\n'
    table, _ = decoded(text)

    assert json.loads(table["labels"][0]) == {"a": "y", "b": "A1/road"}


def test_a_target_that_no_row_fills_is_a_null_column() -> None:
    text = MAPPING + '[activity.payer]\nfrom = "id"\nwhen = { mode = "air" }\n'
    table, _ = decoded(text)

    assert table["payer"].to_list() == [None]
    assert table.schema["payer"] == pl.String
