"""Tables of ``calc/`` are read as the format gives them, or refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from tanlu.account import spec
from tanlu.errors import TanluError
from tanlu.verify.pack.files import calc_of

CASES = b"case,spec,profile,ttw_co2e_g\n0,transport,iso14083,0.1\n"
LEGS = b"activity_id,share_key,case,from,mass_mg,distance_m\na1,,0,activity,5,7\n"
SHARES = b"leg,activity_id,weight\n"


def read(**files: bytes) -> Any:
    found = {"cases": CASES, "legs": LEGS, "shares": SHARES} | files
    return calc_of({"transport": spec()}, found)


def test_absent_columns_are_null_and_of_their_type() -> None:
    made = read()

    assert made.legs.row(0, named=True)["share_key"] is None
    assert made.legs["energy_j"].to_list() == [None]
    assert made.cases["ttw_co2e_g"].to_list() == [0.1]
    assert made.shares.height == 0


@pytest.mark.parametrize(
    "file",
    [
        {"legs": LEGS.replace(b"mass_mg", b"mass_kg")},
        {"legs": LEGS.replace(b"mass_mg", b"distance_m")},
        {"legs": LEGS.replace(b",5,7", b",5.5,7")},
        {"legs": LEGS.replace(b"a1,,0", b"a1,,1")},
        {"legs": LEGS.replace(b"a1,,0", b"a1,,")},
        {"legs": b""},
        {"cases": CASES.replace(b"0.1", b"nan")},
        {"cases": CASES.replace(b"0.1", b"inf")},
        {"cases": CASES.replace(b"0,transport", b"1,transport")},
        {"cases": CASES.replace(b"transport", b"learned")},
        {"legs": LEGS.replace(b",activity,", b",heaven,")},
        {"shares": SHARES + b"3,a1,1\n"},
        {"shares": SHARES + b"0,a1,-1\n"},
        {"shares": SHARES + b"0,a1,\n"},
    ],
)  # fmt: skip
def test_what_is_no_such_table_is_named(file: dict[str, bytes]) -> None:
    with pytest.raises(TanluError, match="TL721") as caught:
        read(**file)
    assert str(caught.value.fields["value"]).startswith(f"calc/{next(iter(file))}")


def test_two_specifications_are_more_than_this_checker_does() -> None:
    files = {"cases": CASES, "legs": LEGS, "shares": SHARES}
    with pytest.raises(TanluError, match="TL736"):
        calc_of({"a": spec(), "b": spec()}, files)
