"""Instruments are read line by line; what breaks a quality criterion is said and not used."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.market.instruments import NAME, NONE, Instruments, instruments, parse
from tanlu.errors import TanluError

HEAD = "instrument_id,type,holder,market,start,end,energy_kwh,co2e_g_per_kwh,attributes,redeemed\n"
GOOD = {
    "instrument_id": "G1", "type": "certificate", "holder": "PARK", "market": "CN",
    "start": "2026-01-01", "end": "2026-12-31", "energy_kwh": "1000", "co2e_g_per_kwh": "36",
    "attributes": "yes", "redeemed": "2027-01-20",
}  # fmt: skip


def lines(*rows: dict[str, str]) -> bytes:
    body = "".join(",".join({**GOOD, **row}.values()) + "\n" for row in rows)
    return (HEAD + body).encode()


def test_a_good_line_is_read_exactly() -> None:
    found = parse(lines({}))

    assert found.refused == ()
    [only] = found.usable
    assert (only.year, only.energy_j, only.rate_ug_per_j) == (2026, 3_600_000_000, Fraction(10))


def test_a_serial_number_is_used_once() -> None:
    found = parse(lines({}, {"holder": "OTHER"}, {"instrument_id": "G2"}))

    assert [each.instrument_id for each in found.usable] == ["G1", "G2"]
    assert [(each.line, each.code) for each in found.refused] == [(3, "TL568")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("instrument_id", ""), ("holder", ""), ("type", "offset"), ("market", "China"),
        ("start", "2026"), ("end", "2025-12-31"), ("energy_kwh", "-5"), ("energy_kwh", "1/0"),
        ("energy_kwh", ""), ("co2e_g_per_kwh", ""), ("co2e_g_per_kwh", "-1"),
        ("attributes", "no"), ("redeemed", ""),
    ],
)  # fmt: skip
def test_each_broken_criterion_names_its_column(column: str, value: str) -> None:
    found = parse(lines({column: value}))

    assert found.usable == ()
    assert [(each.code, each.why) for each in found.refused] == [("TL569", column)]


def test_a_contract_needs_no_redemption_and_a_sale_no_attributes() -> None:
    found = parse(
        lines({"type": "contract", "redeemed": ""},
              {"instrument_id": "S", "type": "sold", "attributes": "no", "redeemed": ""})
    )  # fmt: skip

    assert [each.type for each in found.usable] == ["contract", "sold"]


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"a,b\n1,2\n", b"", HEAD.replace("type,", "").encode()]
)
def test_what_is_no_such_table_is_refused_as_a_whole(raw: bytes) -> None:
    with pytest.raises(TanluError, match="TL567"):
        parse(raw)


def outcome(raw: bytes) -> Instruments | str:
    try:
        return parse(raw)
    except TanluError as error:
        return error.code


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader_and_no_line_is_lost(raw: bytes) -> None:
    found = outcome(HEAD.encode() + raw)

    assert found == "TL567" or isinstance(found, Instruments)


def test_a_folder_without_the_file_has_none(tmp_path: Path) -> None:
    assert instruments(tmp_path) == NONE

    (tmp_path / NAME).write_bytes(lines({}))
    assert len(instruments(tmp_path).usable) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"redeemed": "2025-12-31"}, "redeemed"),
        ({"start": "2026-01-01", "end": "2030-12-31"}, "end"),
        ({"co2e_g_per_kwh": "1e30"}, "co2e_g_per_kwh"),
        ({"co2e_g_per_kwh": "1e999999999"}, "co2e_g_per_kwh"),
        ({"co2e_g_per_kwh": "nan"}, "co2e_g_per_kwh"),
        ({"energy_kwh": "1e999999999"}, "energy_kwh"),
        ({"energy_kwh": "Infinity"}, "energy_kwh"),
    ],
)
def test_what_cannot_be_is_refused_with_its_column(row: dict[str, str], why: str) -> None:
    found = parse(lines(row))

    assert found.usable == ()
    assert [(each.code, each.why) for each in found.refused] == [("TL569", why)]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [(HEAD.encode() + "绿证".encode("gbk"), "c2 cc d6 a4"),
     (HEAD.replace(",", ";").encode(), "instrument_id;type")],
)  # fmt: skip
def test_a_file_of_a_spreadsheet_is_refused_with_what_to_do(raw: bytes, shown: str) -> None:
    with pytest.raises(TanluError, match="UTF-8, with commas") as raised:
        parse(raw)

    assert shown in str(raised.value)
