"""The mapping of a file: what it may say, and what it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.monitor import Mapping
from tests.monitor.files import MAPPING, mapping


def code_of(text: str) -> str:
    with pytest.raises(TanluError) as caught:
        Mapping.parse(text)
    return caught.value.code


def test_a_mapping_says_which_columns_it_reads() -> None:
    assert mapping().columns() == ("id", "day", "kg", "km", "from", "to", "mode")


def test_a_quantity_without_a_unit_is_refused() -> None:
    assert code_of(MAPPING.replace('{ from = "kg", unit = "kg" }', '{ from = "kg" }')) == "TL303"
    assert code_of(MAPPING.replace('unit = "kg"', 'unit = ""')) == "TL303"


@pytest.mark.parametrize(
    "line",
    [
        'end = { from = "" }',
        'end = { from = "day", formats = [""] }',
        'leg_no = { value = "", assumption = "A" }',
        'energy_j = { from = "kg", unit = "kWh", thousands = "" }',
    ],
)
def test_a_line_that_is_left_open_is_refused(line: str) -> None:
    assert code_of(MAPPING.replace("[activity.kind]", f"{line}\n[activity.kind]")) == "TL319"


def test_a_word_without_a_kind_is_left_open() -> None:
    assert code_of(MAPPING.replace('"transport.rail"', '""')) == "TL319"


def test_a_unit_that_is_ambiguous_or_unknown_is_refused_with_the_choices() -> None:
    assert code_of(MAPPING.replace('unit = "kg"', 'unit = "ton"')) == "TL110"
    assert code_of(MAPPING.replace('unit = "kg"', 'unit = "blob"')) == "TL103"
    assert code_of(MAPPING.replace('unit = "kg"', 'unit = "km"')) == "TL302"


REFERS = """[assumptions]
X = 'why'
[activity.volume_ml]
from = 'kg'
unit = 'L'
refer = {{ pattern = '{}', id = 'id', assumption = 'X' }}
"""


@pytest.mark.parametrize(
    "more",
    [
        "[nonsense]",
        "[file]\nsheets = 3",
        "[file]\nheader_line = 'one'",
        "[read]\nzone = 3\n[read]",
        "[labels]\na = 3",
        "[places.x]\nlat = 1.0",
        "[places.x]\nlat = 91.0\nlon = 0.0",
        "[places.x]\ncode = 'CN'\nspelled = 'y'",
        "[assumptions]\nA = ''",
        "[assumptions]\n'A;B' = 'why'",
        "[activity.mass]\nfrom = 'kg'",
        "[activity.load_ppm]\nvalue = 1\nunit = 'fraction'",
        "[activity.load_ppm]\nvalue = 1\nunit = 'fraction'\nassumption = 'NOWHERE'",
        "[activity.operator]\nfrom = 'kg'\nunit = 'kg'",
        "[activity.operator]\nfrom = 'kg'\nelse = 'guess'",
        "[activity.operator]\nfrom = 'kg'\ntext = '{km}'",
        "[activity.zone]\nfrom = 'kg'",
        "[activity.place]\nfrom = 'to'\nplaces = { a = 'nowhere' }",
        "include = 3",
        "not toml at all",
        "deep = " + "[" * 20_000,
        REFERS.format("(" * 5_000 + "(?P<id>a)" + ")" * 5_000),
        REFERS.format("(?P<id>a{99999999999})"),
    ],
)
def test_what_does_not_hold_is_refused_with_a_reason(more: str) -> None:
    assert code_of(MAPPING + more) == "TL302"


def test_an_unknown_zone_is_refused() -> None:
    assert code_of(MAPPING.replace("Asia/Shanghai", "Asia/Atlantis")) == "TL112"


def test_start_and_kind_must_be_mapped() -> None:
    assert code_of('[activity]\nstart = { from = "day" }') == "TL302"
    assert code_of('[activity]\nkind = { from = "mode" }') == "TL302"


def test_places_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "places.toml").write_text(
        '[assumptions]\nSITE = "by its sign"\n'
        '[places]\nhub = { code = "CNSHA", assumption = "SITE", spelled = ["中心"] }\n'
        'port = { code = "CNNGB" }\n',
        encoding="utf-8",
    )
    (tmp_path / "map.toml").write_text(
        'include = "places.toml"\n' + MAPPING + '[places]\nport = { code = "CNTAO" }\n',
        encoding="utf-8",
    )
    found = Mapping.load(tmp_path / "map.toml")

    assert found.spellings() == {"hub": "hub", "port": "port", "中心": "hub"}
    assert found.places["port"].code == "CNTAO"
    assert found.assumptions["SITE"].reason == "by its sign"


def test_the_hash_of_a_mapping_covers_what_it_includes(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('include = "p.toml"\n' + MAPPING, encoding="utf-8")
    hashes = set()
    for code in ("CNSHA", "CNNGB"):
        (tmp_path / "p.toml").write_text(f'[places]\nx = {{ code = "{code}" }}', encoding="utf-8")
        hashes.add(Mapping.load(tmp_path / "map.toml").sha256)

    assert len(hashes) == 2


def test_an_included_file_that_is_absent_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('include = "no.toml"\n' + MAPPING, encoding="utf-8")

    with pytest.raises(TanluError, match="TL301"):
        Mapping.load(tmp_path / "map.toml")


def test_an_included_file_has_places_and_assumptions_only(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('[activity]\nstart = "x"', encoding="utf-8")
    (tmp_path / "map.toml").write_text('include = "p.toml"\n' + MAPPING, encoding="utf-8")

    with pytest.raises(TanluError, match="TL302"):
        Mapping.load(tmp_path / "map.toml")


def test_a_mapping_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(TanluError, match="TL301"):
        Mapping.load(tmp_path / "map.toml")


@pytest.mark.parametrize("name", ["shipments.csv", "运单.csv"])
def test_the_examples_hold(root: Path, name: str) -> None:
    path = root / "examples" / "shipments" / name

    assert Mapping.load(path.with_suffix(".map.toml")).columns()
